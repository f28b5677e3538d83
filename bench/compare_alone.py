#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the rows of `factor-gpu --compare` alone and together, in turns.

    bench/compare_alone.py [--rounds=N] [--jobs=1,2,16] [--method=NAME] [--json=FILE] PROGRAM NUMBERS

In each round every row is measured once in a comparison of all, which has every method unless one is
named, and once in a comparison of its own; which of the two comes first changes from round to round.
A row's figure is the ratio of the medians of all its runs, together over alone: 1.00 if the other rows
do not disturb it. Beside it stands the same ratio of the CPU times, which other programs on the machine
change less. Ends with status 1 if a ratio of times is over 1.05 or under 0.95.
"""
import argparse
import json
import statistics
import subprocess
import sys

LIMIT = 1.05


def compare(arguments, jobs, method, backend):
    """Returns the runs of a comparison: {(method, backend): [(seconds, CPU seconds)]}."""
    command = [arguments.program, "--compare", "--quiet", f"--jobs={jobs}",
               f"--repeat={arguments.repeat}", "--export-json=-", arguments.numbers]
    if method is not None:
        command.insert(1, f"--method={method}")
    if backend is not None:
        command.insert(1, f"--backend={backend}")
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    report = json.loads(text[text.index("\n{"):] if not text.startswith("{") else text)
    return {(row["method"], row["backend"]): [(run["wall_s"], run["cpu_s"]) for run in row["runs"]
                                              if run["counts"]]
            for row in report["rows"] if row["state"] == "measured"}


def measure(arguments, jobs):
    """Returns {(method, backend): (together, alone)}, each a list of (seconds, CPU seconds)."""
    samples = {}

    def add(measured, place):
        for row, runs in measured.items():
            samples.setdefault(row, ([], []))[place].extend(runs)

    def together():
        add(compare(arguments, jobs, arguments.method, None), 0)

    def alone():
        for method, backend in list(samples):
            add(compare(arguments, jobs, method, backend), 1)

    together()
    for round_number in range(arguments.rounds):
        if round_number > 0 and round_number % 2 == 0:
            together()
        alone()
        if round_number % 2 == 1:
            together()
    return samples


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("numbers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--jobs", default="1,2,16,64,256")
    parser.add_argument("--method")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    rows, worst = [], 1.0
    print(f"{'jobs':>5}  {'row':<20} {'together':>12} {'alone':>12} {'ratio':>6} {'CPU':>6}")
    for jobs in (int(number) for number in arguments.jobs.split(",")):
        for (method, backend), (together, alone) in measure(arguments, jobs).items():
            if not together or not alone:
                continue
            (together_s, together_cpu_s), (alone_s, alone_cpu_s) = zip(*together), zip(*alone)
            ratio = statistics.median(together_s) / statistics.median(alone_s)
            cpu_ratio = statistics.median(together_cpu_s) / statistics.median(alone_cpu_s)
            worst = max(worst, ratio, 1 / ratio)
            rows.append({"jobs": jobs, "method": method, "backend": backend,
                         "together_s": together_s, "alone_s": alone_s, "ratio": ratio,
                         "together_cpu_s": together_cpu_s, "alone_cpu_s": alone_cpu_s,
                         "cpu_ratio": cpu_ratio})
            print(f"{jobs:>5}  {method + '/' + backend:<20} "
                  f"{statistics.median(together_s) * 1e3:>9.3f} ms "
                  f"{statistics.median(alone_s) * 1e3:>9.3f} ms {ratio:>6.3f} {cpu_ratio:>6.3f}",
                  flush=True)
    if arguments.json:
        with open(arguments.json, "w", encoding="ascii") as file:
            json.dump({"rows": rows}, file, indent=1)
    print(f"furthest from 1: {worst:.3f}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
