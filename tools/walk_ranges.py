#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare the answers that factor-gpu gives to random ranges with PARI/GP and with the engine for lists.

usage: tools/walk_ranges.py [--program=FILE] [--seed=N] [--seconds=S] [--cases=N]

A case is a range, columns, a method, a backend, jobs, an instruction set, and a way to be asked: lines, totals
with or without --total-every, shards that are joined or merged, or a run that is killed and resumed. The
factors of short ranges come from gp, and their columns are computed here; the lines of long ones come from
--method=factor on one thread. Totals are summed up here from the lines.

A case depends on the seed and its index alone. Stops at the first difference, with the command that shows it.
Exit status: 0 without a difference, 1 with one, 2 if a program is missing.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = 2**64 - 1
MAX_SHORT = 1500  # numbers that gp factors in a tenth of a second at the top
COLUMNS = (
    "primes divisors count sigma phi mobius omega bigomega radical spf gpf is_prime liouville squarefree core sopfr"
    " sopf carmichael"
).split()
LISTS = ("primes", "divisors")
SMALL_VALUES = {"mobius", "omega", "bigomega", "liouville", "squarefree", "is_prime"}


class Different(Exception):
    """A difference between two answers."""


# ---- Columns from factors ----


def primes_of(factors):
    return [p for p, k in factors for _ in range(k)]


def divisors_of(factors):
    values = [1]
    for p, k in factors:
        values = [v * p**j for v in values for j in range(k + 1)]
    return sorted(values)


def carmichael_of(factors):
    orders = [(p - 1) * p ** (k - 1) if p > 2 or k < 3 else 2 ** (k - 2) for p, k in factors]
    return math.lcm(1, *orders)


def product(values):
    return math.prod(values)


FUNCTIONS = {
    "count": lambda f: product(k + 1 for _, k in f),
    "sigma": lambda f: product((p ** (k + 1) - 1) // (p - 1) for p, k in f),
    "phi": lambda f: product((p - 1) * p ** (k - 1) for p, k in f),
    "mobius": lambda f: 0 if any(k > 1 for _, k in f) else (-1) ** len(f),
    "omega": len,
    "bigomega": lambda f: sum(k for _, k in f),
    "radical": lambda f: product(p for p, _ in f),
    "spf": lambda f: f[0][0] if f else 1,
    "gpf": lambda f: f[-1][0] if f else 1,
    "is_prime": lambda f: int(len(f) == 1 and f[0][1] == 1),
    "liouville": lambda f: (-1) ** sum(k for _, k in f),
    "squarefree": lambda f: int(all(k == 1 for _, k in f)),
    "core": lambda f: product(p for p, k in f if k % 2),
    "sopfr": lambda f: sum(p * k for p, k in f),
    "sopf": lambda f: sum(p for p, _ in f),
    "carmichael": carmichael_of,
    "primes": primes_of,
    "divisors": divisors_of,
}


def value_of(column, factors):
    if column.startswith("smooth="):
        return int(not factors or factors[-1][0] <= int(column[7:]))
    return FUNCTIONS[column](factors)


# ---- Cases ----


def random_first(random_):
    """A first number: of any size, near a power, near a square, near a multiple of 2^32, or near the top."""
    kind = random_.randrange(6)
    if kind == 0:
        return int(2 ** random_.uniform(0, 64))
    if kind == 1:
        return (1 << random_.randrange(1, 65)) + random_.randrange(-2000, 2000)
    if kind == 2:
        return 10 ** random_.randrange(1, 20) + random_.randrange(-2000, 2000)
    if kind == 3:
        root = random_.choice((2**16, 2**32, int(2 ** random_.uniform(8, 32)))) - random_.randrange(200)
        return root * root + random_.randrange(-1000, 1000)
    if kind == 4:
        return (random_.randrange(1, 2**32) << 32) + random_.randrange(-1500, 1500)
    return TOP - int(2 ** random_.uniform(0, 40))


class Case:
    """The arguments of one case."""

    def __init__(self, seed, index):
        r = random.Random(f"{seed} {index}")
        self.is_long = r.randrange(4) == 0
        self.way = r.choice(("lines", "total", "every", "shards", "merged", "killed", "killed-total"))
        longest = math.log2(300000 if self.is_long else MAX_SHORT)
        count = int(2 ** r.uniform(16 if self.is_long else 0, longest))
        self.first = min(max(random_first(r), 1), TOP)
        self.last = min(self.first + count - 1, TOP)
        self.count = self.last - self.first + 1
        can_list = self.way in ("lines", "shards", "killed")
        names = [c for c in COLUMNS if can_list and not (self.is_long and c == "divisors") or c not in LISTS]
        names.append(f"smooth={int(2 ** r.uniform(1, 40))}")
        small = [c for c in names if c in SMALL_VALUES]
        chosen = small if r.randrange(4) == 0 else names
        self.columns = r.sample(chosen, r.randrange(1, 5))
        self.step = int(2 ** r.uniform(math.log2(self.count) - 4, math.log2(self.count) + 1)) + 1
        self.parts = r.randrange(1, 6)
        self.sleeps = [r.uniform(0.002, 0.1) for _ in range(4)]
        self.options = [
            f"--method={r.choice(('sieve', 'sieve', 'auto'))}",
            f"--backend={r.choice(('threads', 'threads', 'threads', 'serial', 'pool', 'fork'))}",
            f"--jobs={r.randrange(1, 8)}",
        ]
        if self.options[1] == "--backend=fork":
            # The sieve does not answer numbers one at a time, and a process for each takes seconds.
            self.options[0:2] = ["--method=auto", f"--backend={'fork' if self.count <= 200 else 'pool'}"]
        self.lanes = r.choice(("portable", "avx2", "avx512"))

    def range(self):
        return f"{self.first}..{self.last}"

    def show(self):
        return f"--show={','.join(self.columns)}"


# ---- The oracles ----


class Pari:
    """A gp that factors the numbers of ranges."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["gp", "-q", "-f", "-s", "200M"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def factors(self, first, last):
        """Yields the factors of each number as pairs of prime and exponent, ascending."""
        self.process.stdin.write(f'for(n={first},{last},f=factor(n);print(f[,1]~," ",f[,2]~))\n')
        self.process.stdin.flush()
        for _ in range(first, last + 1):
            primes, exponents = self.process.stdout.readline().strip()[1:-1].split("] [")
            yield [] if not primes else list(zip(map(int, primes.split(",")), map(int, exponents.split(","))))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Asked:
    """The program."""

    def __init__(self, program):
        self.program = program
        self.kills = 0

    def start(self, case, arguments, **more):
        environment = dict(os.environ, FACTOR_GPU_CPU=case.lanes)
        return subprocess.Popen([self.program, "--quiet", *arguments], env=environment, **more)

    def output(self, case, arguments):
        process = self.start(case, arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        text, errors = process.communicate()
        if process.returncode != 0:
            raise Different(f"exit status {process.returncode}: {errors}")
        return text

    def by_lists(self, case):
        """Returns the columns of each number by the engine for lists."""
        arguments = ["--method=factor", "--backend=serial", case.show(), "--format=csv", case.range()]
        answer = subprocess.run([self.program, "--quiet", *arguments], stdout=subprocess.PIPE, text=True, check=True)
        return answer.stdout


def csv_of(case, rows):
    def text(value):
        return " ".join(map(str, value)) if isinstance(value, list) else str(value)

    lines = [",".join(["n", *case.columns])]
    lines += [",".join([str(n), *map(text, row)]) for n, row in zip(range(case.first, case.last + 1), rows)]
    return "\n".join(lines) + "\n"


# ---- Totals ----


def total_of(case, rows, column, count):
    """Returns what --total has of the first `count` numbers."""
    k = case.columns.index(column)
    values = [row[k] for row in rows[:count]]
    least, greatest = min(values), max(values)
    total = {
        "from": case.first,
        "to": case.first + count - 1,
        "column": column,
        "numbers": count,
        "sum": sum(values),
        "least": least,
        "least_n": case.first + values.index(least),
        "greatest": greatest,
        "greatest_n": case.first + values.index(greatest),
        "values": [],
    }
    if column in SMALL_VALUES or column.startswith("smooth="):
        total["values"] = [[value, values.count(value)] for value in sorted(set(values))]
    return total


def totals_in(text):
    """Returns the totals of JSON lines, with integers in place of their texts."""

    def integers(value):
        if isinstance(value, list):
            return [integers(v) for v in value]
        return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value

    return [{key: integers(v) for key, v in json.loads(line).items()} for line in text.splitlines()]


def expected_totals(case, rows):
    ends = [case.count]
    if case.way == "every":
        first_end = -(-case.first // case.step) * case.step
        ends = [end - case.first + 1 for end in range(first_end, case.last + 1, case.step)]
        if not ends or ends[-1] != case.count:
            ends.append(case.count)
    return [total_of(case, rows, column, end) for end in ends for column in case.columns]


# ---- Ways of asking ----


def killed_and_resumed(asked, case, arguments, folder):
    """Kills runs until one ends, and returns what it has written."""
    output = folder / "output"
    more = [f"--output={output}", f"--checkpoint={folder / 'checkpoint'}", "--checkpoint-every=0", "--resume"]
    for sleep in [*case.sleeps, None]:
        process = asked.start(case, arguments + more, stderr=subprocess.PIPE, text=True)
        try:
            _, errors = process.communicate(timeout=sleep)
        except subprocess.TimeoutExpired:
            process.kill()
            asked.kills += 1
            process.communicate()
            continue
        if process.returncode != 0:
            raise Different(f"exit status {process.returncode}: {errors}")
        break
    return output.read_text()


def shards(asked, case, arguments):
    return [asked.output(case, [*arguments, f"--shard={k}/{case.parts}"]) for k in range(1, case.parts + 1)]


def merged(asked, case, arguments, folder):
    files = []
    for k, text in enumerate(shards(asked, case, arguments)):
        files.append(str(folder / f"part{k}"))
        Path(files[-1]).write_text(text)
    return asked.output(case, ["--merge-totals", "--format=jsonl", *files])


def answer(asked, case, folder):
    """Returns the program's text."""
    if case.way in ("lines", "shards", "killed"):
        arguments = [*case.options, case.show(), "--format=csv", case.range()]
    else:
        every = [f"--total-every={case.step}"] if case.way == "every" else []
        arguments = [*case.options, case.show(), "--total", *every, "--format=jsonl", case.range()]
    if case.way.startswith("killed"):
        return killed_and_resumed(asked, case, arguments, folder)
    if case.way == "merged":
        return merged(asked, case, arguments, folder)
    if case.way == "shards":
        first, *others = shards(asked, case, arguments)
        return first + "".join(part.split("\n", 1)[1] if part.startswith("n,") else part for part in others)
    return asked.output(case, arguments)


def rows_of_csv(text):
    return [list(map(int, line.split(",")[1:])) for line in text.splitlines()[1:]]


def check(asked, pari, case, folder):
    lines, rows = None, None
    is_lines = case.way in ("lines", "shards", "killed")
    if case.is_long:
        lines = asked.by_lists(case)
        rows = None if is_lines else rows_of_csv(lines)
    else:
        factors = pari.factors(case.first, case.last)
        rows = [[value_of(column, f) for column in case.columns] for f in factors]
        lines = csv_of(case, rows)
    text = answer(asked, case, folder)
    if is_lines:
        pairs = zip(text.splitlines(), lines.splitlines())
        if text != lines:
            raise Different(next((f"{a!r} is not {b!r}" for a, b in pairs if a != b), "another number of lines"))
        return
    got, wanted = totals_in(text), expected_totals(case, rows)
    if got != wanted:
        raise Different(next((f"{a} is not {b}" for a, b in zip(got, wanted) if a != b), "other totals"))


def walk(arguments):
    asked, pari = Asked(arguments.program), Pari()
    begin, index, numbers, ways = time.monotonic(), arguments.first_case, 0, {}
    while index - arguments.first_case < arguments.cases and time.monotonic() - begin < arguments.seconds:
        case = Case(arguments.seed, index)
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(asked, pari, case, Path(folder))
            except Different as difference:
                print(f"seed {arguments.seed}, case {index}, {case.way}: {difference}", file=sys.stderr)
                words = [f"FACTOR_GPU_CPU={case.lanes}", *case.options, case.show(), case.range()]
                print(*words, f"step {case.step}, {case.parts} parts", file=sys.stderr)
                return 1
        ways[case.way] = ways.get(case.way, 0) + 1
        numbers += case.count
        index += 1
    pari.close()
    print(f"seed {arguments.seed}: {index - arguments.first_case} cases, {numbers} numbers,", end=" ")
    print(f"{asked.kills} kills, no difference;", ways)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/run/factor-gpu")
    parser.add_argument("--seed", type=int, default=time.time_ns())
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--cases", type=int, default=2**62)
    parser.add_argument("--first-case", type=int, default=0)
    try:
        return walk(parser.parse_args())
    except FileNotFoundError as missing:
        print(f"walk_ranges.py: {missing.filename} is missing (gp is in Debian's pari-gp)", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
