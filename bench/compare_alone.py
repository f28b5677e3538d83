#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the rows of `factor-gpu --compare` alone and together, in turns.

    bench/compare_alone.py [--rounds=N] [--repeat=N] [--jobs=1,2,16] [--method=NAME] [--json=FILE]
                           [--backends=LIST] [--orders=rotations|permutations] PROGRAM NUMBERS

In each round every row is measured once in a comparison of all, which has every method unless one is
named, and once in a comparison of its own; which of the two comes first changes from round to round.
A row's figure is the ratio of the medians of all its runs, together over alone: 1.00 if the other rows
do not disturb it. Beside it stands the same ratio of the CPU times, which other programs on the machine
change less, and "control": of the row alone, the median of every other round over that of the rest. It is as
far from 1 as the machine itself moves a ratio.

With --orders each round compares the backends in every rotation of their order, or in every order, and
the rows alone come between two of these comparisons. The CPU ratio then is the median over the orders,
and "worst" is the highest of an order, with that order. PROGRAM can be factor-gpu-emulated, whose rows
`cuda` are of a device on the CPU: they are beside the others, as those of a GPU would be.

Ends with status 1 if a ratio of times is over 1.05 or under 0.95; with --orders, of CPU times over all
orders.
"""
import argparse
import itertools
import json
import statistics
import subprocess
import sys

LIMIT = 1.05


def compare(arguments, jobs, method, backends):
    """Returns the runs of a comparison: {(method, backend): [(seconds, CPU seconds)]}."""
    command = [arguments.program, "--compare", "--quiet", f"--jobs={jobs}",
               f"--repeat={arguments.repeat}", "--export-json=-", arguments.numbers]
    if method is not None:
        command.insert(1, f"--method={method}")
    if backends is not None:
        command.insert(1, f"--backend={','.join(backends)}")
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    report = json.loads(text[text.index("\n{"):] if not text.startswith("{") else text)
    return {(row["method"], row["backend"]): [(run["wall_s"], run["cpu_s"]) for run in row["runs"]
                                              if run["counts"]]
            for row in report["rows"] if row["state"] == "measured"}


def orders_of(arguments):
    """Returns the orders in which backends are compared; [None]: the library's, of all."""
    if arguments.orders is None:
        return [arguments.backends]
    if arguments.orders == "permutations":
        return list(itertools.permutations(arguments.backends))
    count = len(arguments.backends)
    return [arguments.backends[i:] + arguments.backends[:i] for i in range(count)]


class Samples:
    """The runs of each row: together by order, and alone by round."""

    def __init__(self, arguments, jobs):
        self.arguments, self.jobs = arguments, jobs
        self.together, self.alone = {}, {}

    def take_together(self, order):
        runs_of = compare(self.arguments, self.jobs, self.arguments.method, order)
        for row, runs in runs_of.items():
            self.together.setdefault(row, {}).setdefault(order and ",".join(order), []).extend(runs)

    def take_alone(self):
        for method, backend in list(self.together):
            runs_of = compare(self.arguments, self.jobs, method, [backend])
            for row, runs in runs_of.items():
                self.alone.setdefault(row, []).append(runs)

    def take_rounds(self):
        orders = orders_of(self.arguments)
        self.take_together(orders[0])
        for number in range(self.arguments.rounds * len(orders)):
            if number > 0 and number % 2 == 0:
                self.take_together(orders[number % len(orders)])
            self.take_alone()
            if number % 2 == 1:
                self.take_together(orders[number % len(orders)])


def ratio_of(together, alone, which):
    """The ratio of the medians of times (0) or of CPU times (1)."""
    return (statistics.median(run[which] for run in together) /
            statistics.median(run[which] for run in alone))


def control_of(rounds):
    """The ratio of the medians of times in every other round and in the rest; None for a single round."""
    parts = [[run for runs in rounds[first::2] for run in runs] for first in (0, 1)]
    return ratio_of(*parts, 0) if parts[1] else None


def summarise(samples, jobs, row):
    """Returns what is known of a row; None if it was not measured both ways."""
    by_order, rounds = samples.together[row], samples.alone.get(row)
    if not rounds:
        return None
    alone = [run for runs in rounds for run in runs]
    together = [run for runs in by_order.values() for run in runs]
    of_orders = {order: ratio_of(runs, alone, 1) for order, runs in by_order.items()}
    worst = max(of_orders, key=of_orders.get)
    return {"jobs": jobs, "method": row[0], "backend": row[1],
            "together_s": [run[0] for run in together], "alone_s": [run[0] for run in alone],
            "together_cpu_s": [run[1] for run in together],
            "alone_cpu_s": [run[1] for run in alone],
            "ratio": ratio_of(together, alone, 0), "cpu_ratio": ratio_of(together, alone, 1),
            "control": control_of(rounds), "cpu_ratio_of_orders": of_orders, "worst_order": worst}


def show(row, orders):
    name = row["method"] + "/" + row["backend"]
    line = (f"{row['jobs']:>5}  {name:<20} {statistics.median(row['together_s']) * 1e3:>9.3f} ms "
            f"{statistics.median(row['alone_s']) * 1e3:>9.3f} ms {row['ratio']:>6.3f} "
            f"{row['cpu_ratio']:>6.3f} " + ("      –" if row["control"] is None else f"{row['control']:>7.3f}"))
    if orders is not None:
        line += f" {row['cpu_ratio_of_orders'][row['worst_order']]:>6.3f} {row['worst_order']}"
    print(line, flush=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("numbers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--jobs", default="1,2,16,64,256")
    parser.add_argument("--method")
    parser.add_argument("--backends", type=lambda text: text.split(","))
    parser.add_argument("--orders", choices=["rotations", "permutations"])
    parser.add_argument("--json")
    arguments = parser.parse_args()
    if arguments.orders is not None and arguments.backends is None:
        parser.error("--orders needs --backends=LIST")
    return arguments


def main():
    arguments = parse()
    rows, worst = [], 1.0
    print(f"{'jobs':>5}  {'row':<20} {'together':>12} {'alone':>12} {'ratio':>6} {'CPU':>6} {'control':>7}"
          f"{'' if arguments.orders is None else '  worst'}")
    for jobs in (int(number) for number in arguments.jobs.split(",")):
        samples = Samples(arguments, jobs)
        samples.take_rounds()
        for name in samples.together:
            row = summarise(samples, jobs, name)
            if row is None:
                continue
            ratio = row["ratio"] if arguments.orders is None else row["cpu_ratio"]
            worst = max(worst, ratio, 1 / ratio)
            rows.append(row)
            show(row, arguments.orders)
    if arguments.json:
        with open(arguments.json, "w", encoding="ascii") as file:
            json.dump({"rows": rows}, file, indent=1)
    print(f"furthest from 1: {worst:.3f}")
    controls = [row["control"] for row in rows if row["control"] is not None]
    if controls:
        print(f"furthest control from 1: {max(max(ratio, 1 / ratio) for ratio in controls):.3f}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
