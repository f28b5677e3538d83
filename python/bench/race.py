#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The package against the C library, and against cypari2, sympy and primefac, in CPU time and in turns.

Each round measures all sides once, so that a busy moment meets all of them; what is printed are medians and the
ratio of medians. CPU time is that of a whole process, all threads.

    ./dev python # makes build/python/library
    cc -O2 python/bench/library.c -I build/python/library/include build/python/library/lib*/libfactorgpu.a \\
       -lm -pthread -o build/python/library_side
    python python/bench/race.py library build/python/library_side
    pip install cypari2 cypari sympy primefac && python python/bench/race.py peers
    python python/bench/race.py call

cypari2 is compiled, in several minutes, and needs libpari-dev and pari-doc of Debian.
"""
import argparse
import importlib
import os
import statistics
import subprocess
import tempfile
import time

import factor_gpu
import numpy


def random_numbers(count, kind="factor"):
    return numpy.random.default_rng(2024 if kind == "factor" else 2025).integers(1, 2**64 - 1, count, dtype=numpy.uint64, endpoint=True)


def cpu_of(work, *arguments):
    """Returns the CPU seconds of a call; its result is freed within them, as the library's side does it."""
    begin = time.process_time()
    work(*arguments)
    return time.process_time() - begin


def in_turns(sides, rounds):
    """Returns the median time of each side, a dict of functions that return seconds."""
    times = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            times[name].append(side())
    return {name: statistics.median(taken) for name, taken in times.items()}


def race_library(program, rounds):
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as library, \
            tempfile.TemporaryDirectory() as folder:
        def ask(line):
            library.stdin.write(line + "\n")
            library.stdin.flush()
            return float(library.stdout.readline())

        counted, drawn = numpy.arange(1, 10**7 + 1, dtype=numpy.uint64), random_numbers(10**6)
        for name, numbers in (("1..10^7, an array", counted), ("10^6 random 64-bit numbers", drawn)):
            path = os.path.join(folder, "numbers")
            numbers.tofile(path)
            report_ratio(name, "factor", in_turns({
                "library": lambda path=path: ask(f"factor {path}"),
                "package": lambda numbers=numbers: cpu_of(factor_gpu.factor, numbers)}, rounds))
            report_ratio(name, "phi", in_turns({
                "library": lambda path=path: ask(f"phi {path}"),
                "package": lambda numbers=numbers: cpu_of(factor_gpu.phi, numbers)}, rounds))
        for word, function in (("range", factor_gpu.factor), ("phi_range", factor_gpu.phi)):
            report_ratio("1..10^7, a range", function.__name__, in_turns({
                "library": lambda word=word: ask(f"{word} 1 10000000"),
                "package": lambda function=function: cpu_of(function, range(1, 10**7 + 1))}, rounds))
        library.stdin.close()


def report_ratio(name, function, medians):
    print(f"{name:28} {function:8} library {medians['library']:.4f} s  package {medians['package']:.4f} s  "
          f"ratio {medians['package'] / medians['library']:.3f}", flush=True)


def race_call(rounds):
    numbers = numpy.array([12, 35], numpy.uint64)
    calls = 100000
    functions = {
        "factor(array)": lambda: factor_gpu.factor(numbers), "factor(list)": lambda: factor_gpu.factor([12, 35]),
        "phi(array)": lambda: factor_gpu.phi(numbers), "phi(list)": lambda: factor_gpu.phi([12, 35]),
        "factor(12)": lambda: factor_gpu.factor(12),
    }

    def repeat(function):
        for _ in range(calls):
            function()
    medians = in_turns({name: lambda function=function: cpu_of(repeat, function) / calls
                        for name, function in functions.items()}, rounds)
    for name, seconds in medians.items():
        print(f"{name:16} {1e6 * seconds:.3f} us")


def phi_of(n, primes):
    for prime in primes:
        n -= n // prime
    return n


def peer_functions():
    """Returns what of the peers is installed: (name, function, factors of n, phi of n, numbers of a sample)."""
    peers = []
    for name in ("cypari2", "cypari"): # two bindings of PARI; the second has wheels
        try:
            module = importlib.import_module(name)
            pari = module.pari if hasattr(module, "pari") else module.Pari()
            peers.append((name, pari.factor, pari.eulerphi, 2000))
        except ImportError:
            print(f"{name} is not installed")
    try:
        sympy = importlib.import_module("sympy")
        peers.append(("sympy", sympy.factorint, sympy.totient, 100))
    except ImportError:
        print("sympy is not installed")
    try:
        primes_of = importlib.import_module("primefac").primefac
        peers.append(("primefac", lambda n: list(primes_of(n)), lambda n: phi_of(n, set(primes_of(n))), 100))
    except ImportError:
        print("primefac is not installed")
    return peers


def race_peers(rounds):
    for kind in ("factor", "phi"):
        numbers = random_numbers(10**5, kind)
        ours = getattr(factor_gpu, kind)
        sides = {"package": lambda ours=ours: cpu_of(ours, numbers) / len(numbers)}
        for name, find_primes, find_phi, sample in peer_functions():
            def measure(function=find_primes if kind == "factor" else find_phi, sample=sample, turn=iter(range(rounds))):
                begin = next(turn) * sample # new numbers in every round, because sympy remembers answers
                ints = numbers[begin:begin + sample].tolist()
                return cpu_of(lambda: [function(n) for n in ints]) / len(ints)
            sides[name] = measure
        medians = in_turns(sides, rounds)
        for name, seconds in medians.items():
            print(f"{kind:7} {name:9} {1e6 * seconds:10.3f} us a number  {seconds / medians['package']:8.0f} x",
                  flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("topic", choices=["library", "peers", "call"])
    parser.add_argument("program", nargs="?", help="what library.c was compiled to")
    options = parser.parse_args()
    if options.topic == "library":
        if options.program is None:
            parser.error("library needs the program that library.c was compiled to")
        race_library(options.program, options.rounds)
    else:
        {"peers": race_peers, "call": race_call}[options.topic](options.rounds)


if __name__ == "__main__":
    main()
