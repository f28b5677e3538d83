# SPDX-License-Identifier: MIT
"""lists.py: the lists of numbers that the model is made from, and how they are run and counted."""
import json
import math
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Iterable, Sequence

import counts
from counts import KernelCounts

MULTIPROCESSORS = 4  # of the emulated device


class ModelError(Exception):
    """Something that the model needs is missing, or a program failed."""


@dataclass(frozen=True)
class NumberList:
    """Numbers of one kind. Of two batches, which one run is, each has as many numbers for each of the
    emulated device's multiprocessors as 2^18 are for each of 132; a check takes fewer. Numbers of two
    words take the interpreter long: each of four batches has a sixteenth of what it has on a card, 2^17,
    and more of its warps are partly empty."""
    source: str  # for bench/list_numbers
    title: str
    method: str
    count: int
    check_count: int
    answers: str = "divisors"
    is_wide: bool = False  # two words a number

    @property
    def name(self) -> str:
        alone = self.is_wide or self.answers == "divisors"
        return self.source if alone else f"{self.source}-{self.answers}"

    @property
    def options(self) -> tuple[str, ...]:
        return (f"--method={self.method}", f"--show={self.answers}")

    @property
    def is_factor(self) -> bool:
        return self.method == "factor"

    @property
    def is_range(self) -> bool:
        return False

    @property
    def is_by_number(self) -> bool:
        """Says whether a unit of the list is a number; else it is a test."""
        return self.is_factor or self.is_range

    @property
    def unit(self) -> str:
        return "number" if self.is_by_number else "test"

    @property
    def shows_kernels(self) -> bool:
        """Says whether the report has a table of the list's kernels."""
        return self.is_range or (self.is_factor and (self.is_wide or self.answers == "divisors"))

    @property
    def start(self) -> str:
        """Returns the operand with which an engine starts as it does for this list."""
        return f"{2**70}" if self.is_wide else "4"


@dataclass(frozen=True)
class NumberRange(NumberList):
    """Totals of numbers from `source` on. A prime below 2^22 is gone through once for 2^22 numbers
    (FG_CHUNK_STRETCH), so that so many have what a number of a long range costs."""

    @property
    def name(self) -> str:
        return f"range-{self.answers}"

    @property
    def options(self) -> tuple[str, ...]:
        return ("--total", f"--show={self.answers}")

    @property
    def is_range(self) -> bool:
        return True

    @property
    def start(self) -> str:
        return "1..8192"  # a self-test, and one segment of counts


LISTS = (
    NumberList("semiprimes-64", "balanced 64-bit semiprimes", "factor", 16384, 512),
    NumberList("random-64", "random 64-bit", "factor", 16384, 1024),
    NumberList("random-64", "random 64-bit, primes alone", "factor", 16384, 1024, answers="primes"),
    NumberList("semiprimes-48", "48-bit semiprimes", "factor", 16384, 1024),
    NumberList("primes-64", "64-bit primes", "factor", 16384, 1024),
    NumberList("primes-40", "trial64 tests", "trial", 64, 8),
    NumberList("primes-31", "trial32 tests", "trial", 2048, 128),
    NumberRange("10^12", "totals of mobius at 10^12", "sieve", 1 << 22, 1 << 18, answers="mobius"),
    NumberRange("10^12", "totals of phi at 10^12", "sieve", 1 << 22, 1 << 18, answers="phi"),
    NumberList("semiprimes-80", "balanced 80-bit semiprimes", "factor", 1024, 8, "primes", True),
    NumberList("semiprimes-96", "balanced 96-bit semiprimes", "factor", 1024, 4, "primes", True),
    NumberList("random-128", "random 128-bit", "factor", 1024, 8, "primes", True),
    NumberList("primes-128", "128-bit primes", "factor", 1024, 32, "primes", True),
)


@dataclass
class Counted:
    """The interpreter's counts of a list, and how many numbers or tests they are of."""
    units: float
    kernels: dict[str, KernelCounts]

    @property
    def launches(self) -> float:
        return sum(kernel.launches for kernel in self.kernels.values())


def run(command: list[str], **options) -> str:
    """Returns what a command prints; raises ModelError with its message if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    except OSError as error:
        raise ModelError(f"{command[0]} cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        raise ModelError(f"{' '.join(command)} failed with status {done.returncode}:\n"
                         f"{(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


class Programs:
    """The programs of a build folder, and a folder for what they write. The emulated device has the
    compute capability `capability`, by which the engine chooses its forms of arithmetic. If it is
    `untested`, engines leave out their self-tests, which take most of the time of a short list."""

    def __init__(self, build: str, work: str, capability: str, untested: bool = False) -> None:
        self.work, self.capability, self.untested = work, capability, untested
        self.factor = os.path.join(build, "factor-gpu-emulated")
        self.list_numbers = os.path.join(build, "bench", "list_numbers")
        self.wide_rounds_path = os.path.join(build, "bench", "gpu", "wide_rounds")
        for program in (self.factor, self.list_numbers):
            if not os.access(program, os.X_OK):
                raise ModelError(f"{program} is missing; ./dev gpu-model builds it")
        os.makedirs(work, exist_ok=True)

    def numbers(self, source: str, count: int) -> list[int]:
        return [int(line) for line in run([self.list_numbers, source, str(count)]).split()]

    def count(self, name: str, numbers: list[int], options: Iterable[str],
              ptx_files: list[str]) -> dict[str, KernelCounts]:
        """Returns the counts of a run over `numbers`, with the engine's self-test if there is one.
        Its files are called `name`."""
        listed = os.path.join(self.work, name + ".txt")
        with open(listed, "w", encoding="ascii") as file:
            file.write("\n".join(map(str, numbers)) + "\n")
        return self.count_operand(name, listed, options, ptx_files)

    def count_operand(self, name: str, operand: str, options: Iterable[str],
                      ptx_files: list[str]) -> dict[str, KernelCounts]:
        """Does that for an operand of the program: a file or a range."""
        return self.count_command(name, [self.factor, "-q", "--backend=cuda", *options, operand], ptx_files)

    def count_wide_program(self, program: int, numbers: str, ptx_files: list[str]) -> dict[str, KernelCounts]:
        """Returns the counts of a program of P-1 and of the curves, once on every number."""
        return self.count_command(f"wide-program-{program}", [self.wide_rounds_path, f"--program={program}"],
                                  ptx_files, input=numbers)

    def wide_rounds(self, multiprocessors: str, numbers: str) -> str:
        """Returns what numbers above 2^64 wait for in the rounds of a batch."""
        return run([self.wide_rounds_path, multiprocessors], input=numbers)

    def count_command(self, name: str, command: list[str], ptx_files: list[str],
                      **options) -> dict[str, KernelCounts]:
        report = os.path.join(self.work, name + ".counts.json")
        environment = dict(os.environ, FG_PTX=":".join(ptx_files), FG_PTX_STATS=report,
                           FG_EMULATED_CAPABILITY=self.capability)
        if self.untested:
            environment["FG_EMULATED_PASSED"] = "1"
        if os.path.exists(report):
            os.remove(report)
        run(command, env=environment, **options)
        if not os.path.exists(report):
            raise ModelError("the run left no counts; is the build without the PTX interpreter?")
        try:
            return counts.read(report)
        except (json.JSONDecodeError, KeyError) as error:
            raise ModelError(f"{report} is not a report of the PTX interpreter: {error!r}") from error


def tests_of(values: list[int]) -> int:
    """Returns the candidates that trial division needs: the odd numbers up to each root."""
    return sum((math.isqrt(n) + 1) // 2 for n in values)


def count_lists(programs: Programs, lists: Sequence[NumberList], ptx_files: list[str], jobs: int,
                check: bool) -> dict[str, Counted]:
    """Counts all lists, in their size for a check or the whole one, by their names. A run over one
    number is the start of an engine, which is taken off."""
    def count_start(engine: tuple[str, tuple[str, ...]]) -> dict[str, KernelCounts]:
        start, options = engine
        return programs.count_operand(f"start-{start}" + "".join(options), start, options, ptx_files)

    def count_one(numbers: NumberList) -> tuple[float, dict[str, KernelCounts]]:
        amount = numbers.check_count if check else numbers.count
        if numbers.is_range:
            operand = f"{numbers.source}..+{amount - 1}"
            return amount, programs.count_operand(numbers.name, operand, numbers.options, ptx_files)
        values = programs.numbers(numbers.source, amount)
        units = amount if numbers.is_factor else tests_of(values)
        return units, programs.count(numbers.name, values, numbers.options, ptx_files)

    engines = sorted({(numbers.start, numbers.options) for numbers in lists})
    with ThreadPoolExecutor(jobs) as pool:
        starts = dict(zip(engines, pool.map(count_start, engines)))
        wholes = list(pool.map(count_one, lists))
    return {numbers.name: Counted(units, counts.difference(whole, starts[numbers.start, numbers.options]))
            for numbers, (units, whole) in zip(lists, wholes)}
