#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The experiment that factor-gpu grew out of, with factor_gpu beside it.

Every divisor of four numbers is wanted. The experiment tries each candidate 1 .. n: in a loop, with a Process for
each number, with a Pool of processes. This package finds the primes and makes the divisors from them.

    pip install ./python matplotlib
    python examples/article.py --plot=article.png

Run it as it is, or cell by cell: each "# %%" begins one.
"""

# %% The numbers, and what is wanted of them
import argparse
import multiprocessing
import statistics
import time

import factor_gpu

ARTICLE = [53541233, 21235343, 11421443, 5423123]
processes = multiprocessing.get_context("fork")


def divisors(n):
    return [candidate for candidate in range(1, n + 1) if n % candidate == 0]


# %% One number after the other
def by_loop(numbers):
    return [divisors(n) for n in numbers]


# %% A Process for each number
def answer(n, place, queue):
    queue.put((place, divisors(n)))


def by_process(numbers):
    queue = processes.Queue()
    children = [processes.Process(target=answer, args=(n, place, queue)) for place, n in enumerate(numbers)]
    for child in children:
        child.start()
    found = dict(queue.get() for _ in children)
    for child in children:
        child.join()
    return [found[place] for place in range(len(numbers))]


# %% A Pool of processes
def by_pool(numbers):
    with processes.Pool(4) as pool:
        return pool.map(divisors, numbers, chunksize=1)


# %% This package: the experiment's method on every core, and the primes
def by_exhaustive(numbers):
    with factor_gpu.Engine(method="exhaustive") as engine:
        return engine.divisors(numbers).tolist()


def by_factor(numbers):
    return factor_gpu.divisors(numbers).tolist()


WAYS = {"loop": by_loop, "Process": by_process, "Pool(4)": by_pool,
        "factor_gpu, exhaustive": by_exhaustive, "factor_gpu": by_factor}


# %% Each way several times, in turns; all must find the same
def measure(numbers, repeats):
    expected, times = None, {way: [] for way in WAYS}
    for _ in range(repeats):
        for way, find in WAYS.items():
            start = time.perf_counter()
            found = find(numbers)
            times[way].append(time.perf_counter() - start)
            expected = expected or found
            if found != expected:
                raise SystemExit(f"{way} found something else than the loop")
    return {way: statistics.median(taken) for way, taken in times.items()}


# %% A bar for each way; the axis is logarithmic
def plot(medians, file):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(8, 3), layout="constrained")
    bars = axes.barh(list(medians), [1000 * seconds for seconds in medians.values()])
    axes.bar_label(bars, [f"{1000 * seconds:.3g} ms" for seconds in medians.values()], padding=3)
    axes.set(xscale="log", xlabel="time for all divisors of four numbers, ms", xmargin=0.15)
    axes.invert_yaxis()
    figure.savefig(file, dpi=150)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="how often each way runs (3)")
    parser.add_argument("--plot", metavar="FILE", help="draw the times with matplotlib")
    parser.add_argument("numbers", nargs="*", type=int, help="default: the article's four")
    options = parser.parse_args()
    medians = measure(options.numbers or ARTICLE, options.repeat)
    for way, seconds in medians.items():
        print(f"{way:24} {1000 * seconds:10.3f} ms   {medians['loop'] / seconds:10.1f} x")
    if options.plot:
        plot(medians, options.plot)


if __name__ == "__main__":
    main()
