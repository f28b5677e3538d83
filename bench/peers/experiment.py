#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Python experiment that factor-gpu grew out of, told again.

Every divisor of a number is found by trying all of 1..n: first in a loop, then with a process for
each number, then with a pool of processes. Answers go to standard output in the form that factor-gpu
prints; --times adds each way's wall time on standard error. Needs Python 3 and nothing else.
"""

import argparse
import multiprocessing
import sys
import time

ARTICLE = [53541233, 21235343, 11421443, 5423123]

# Children that start as copies of their parent, as in the experiment.
processes = multiprocessing.get_context("fork")


def divisors(n):
    """All divisors of n, ascending, by trial of every candidate."""
    found = []
    for candidate in range(1, n + 1):
        if n % candidate == 0:
            found.append(candidate)
    return found


def by_loop(numbers):
    """One number after the other."""
    return [divisors(n) for n in numbers]


def answer(n, queue, place):
    """A child's work: its answer, with the place it belongs to."""
    queue.put((place, divisors(n)))


def by_processes(numbers):
    """One process for each number, all at once."""
    queue = processes.Queue()
    children = [
        processes.Process(target=answer, args=(n, queue, place)) for place, n in enumerate(numbers)
    ]
    for child in children:
        child.start()
    found = dict(queue.get() for _ in children)
    for child in children:
        child.join()
    return [found[place] for place in range(len(numbers))]


def by_pool(numbers):
    """A pool of four processes."""
    with processes.Pool(4) as pool:
        return pool.map(divisors, numbers, chunksize=1)


WAYS = {"loop": by_loop, "processes": by_processes, "pool": by_pool}


def main():
    """Runs the ways that were asked for and prints the answers once."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--way", choices=[*WAYS, "all"], default="all")
    parser.add_argument("--times", action="store_true", help="wall times on standard error")
    parser.add_argument("numbers", nargs="*", type=int, help="default: the article's four")
    options = parser.parse_args()
    numbers = options.numbers or ARTICLE

    found = None
    for way in WAYS if options.way == "all" else [options.way]:
        start = time.perf_counter()
        now = WAYS[way](numbers)
        if options.times:
            print(f"{way:10} {time.perf_counter() - start:8.3f} s", file=sys.stderr)
        if found is not None and now != found:
            sys.exit(f"experiment.py: {way} found something else")
        found = now
    for n, list_of_n in zip(numbers, found):
        print(f"{n}:", *list_of_n)


if __name__ == "__main__":
    main()
