#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures how long a batch goes on after Ctrl-C, by each method on each backend, and whether the engine lives on.

    python python/bench/interrupt.py --rounds=9
    python python/bench/interrupt.py --backend=threads trial sieve

Each engine has one worker. The time is that from the signal to KeyboardInterrupt; on a machine that others use, the
CPU time of the process and its children meanwhile says more: no worker can go on without it.
"""
import argparse
import os
import resource
import signal
import statistics
import threading
import time

import factor_gpu
import numpy

SEMIPRIME, PRIME61, WIDE = (2**32 - 5) * (2**32 - 17), 2**61 - 1, (2**61 - 1) * (2**64 - 59)

# Batches of minutes at least: the method, the numbers, and what the engine is asked for.
WORKS = {
    "exhaustive": ("exhaustive", [12, PRIME61], "divisors"),
    "exhaustive range": ("exhaustive", range(10**15, 10**15 + 10**6), "divisors"),
    "trial": ("trial", numpy.full(10**5, SEMIPRIME, numpy.uint64), "primes"),
    "trial range": ("trial", range(2**63, 2**63 + 10**6), "phi"),
    "factor": ("factor", numpy.full(2 * 10**7, SEMIPRIME, numpy.uint64), "primes"),
    "factor range": ("factor", range(2**63, 2**63 + 10**7), "divisors"),
    "factor wide": ("factor", factor_gpu.to_uint128([WIDE] * 10**5), "primes"),
    "factor wide column": ("factor", [WIDE] * 10**5, "sigma"),
    "sieve range": ("sieve", range(10**17, 10**17 + 2 * 10**9), "phi"),
    "sieve lists": ("sieve", range(10**12, 10**12 + 10**9), "primes"),
    "auto": ("auto", range(10**15, 10**15 + 2 * 10**9), "mobius"),
}


def ask(engine, numbers, what):
    if what == "primes":
        return engine.factor(numbers)
    return engine.divisors(numbers) if what == "divisors" else engine.column(numbers, what)


def children():
    """Returns the processes that this one has started, and theirs."""
    parents = {}
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            continue # it has just ended
    ours = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return ours - {os.getpid()}


def cpu_seconds():
    """Returns the CPU time of this process, of its children, and of those that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.process_time() + ended.ru_utime + ended.ru_stime
    for child in children():
        try:
            with open(f"/proc/{child}/schedstat", encoding="ascii") as file:
                seconds += 1e-9 * int(file.read().split()[0])
        except OSError:
            continue
    return seconds


def interrupt(engine, numbers, what, after):
    """Returns the seconds from Ctrl-C to KeyboardInterrupt, and those of the CPU."""
    sent = []

    def press():
        time.sleep(after)
        sent.extend((cpu_seconds(), time.monotonic()))
        os.kill(os.getpid(), signal.SIGINT)
    pressing = threading.Thread(target=press)
    pressing.start()
    try:
        ask(engine, numbers, what)
    except KeyboardInterrupt:
        waited = time.monotonic() - sent[1]
        return waited, cpu_seconds() - sent[0]
    finally:
        pressing.join()
    raise SystemExit("the batch ended before Ctrl-C")


def measure(backend, work, rounds):
    method, numbers, what = WORKS[work]
    with factor_gpu.Engine(method=method, backend=backend, jobs=None if backend == "cuda" else 1) as engine:
        times = []
        for i in range(rounds):
            times.append(interrupt(engine, numbers, what, 0.3 + 0.05 * (i % 4)))
            assert engine.divisors(range(10, 13)).tolist() == [[1, 2, 5, 10], [1, 11], [1, 2, 3, 4, 6, 12]]
            assert engine.column(range(10, 15), "phi").tolist() == [4, 10, 4, 12, 6]
    return zip(*times)


def main():
    usable = [one.name for one in factor_gpu.backends() if one.usable]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--backend", action="append", choices=usable, help="default: all that can be used here")
    parser.add_argument("works", nargs="*", metavar="work", help=f"default: all of {', '.join(WORKS)}")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler) # a shell's background ignores it
    for backend in options.backend or usable:
        for work in options.works or WORKS:
            try:
                waited, worked = measure(backend, work, options.rounds)
            except factor_gpu.UnavailableError as error:
                print(f"{backend:8} {work:19} left out: {error}", flush=True)
                continue
            print(f"{backend:8} {work:19} {statistics.median(waited):.3f} s, {max(waited):.3f} s at most; of the CPU "
                  f"{statistics.median(worked):.3f} s, {max(worked):.3f} s at most", flush=True)


if __name__ == "__main__":
    main()
