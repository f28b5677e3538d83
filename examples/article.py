#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The experiment that factor-gpu grew out of, with factor_gpu beside it.

Every divisor of four numbers is wanted. The experiment, which is bench/peers/experiment.py, tries each candidate
1 .. n: in a loop, with a Process for each number, with a Pool of processes. This package finds the primes and makes
the divisors from them.

    pip install ./python matplotlib
    python examples/article.py --plot=article.png

Run it as it is, or cell by cell: each "# %%" begins one.
"""

# %% The numbers and the experiment's three ways
import argparse
import statistics
import sys
import time
from pathlib import Path

import factor_gpu

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench" / "peers"))
from experiment import ARTICLE, by_loop, by_pool, by_processes  # noqa: E402


# %% This package: the experiment's method on every core, and the primes
def by_exhaustive(numbers):
    with factor_gpu.Engine(method="exhaustive") as engine:
        return engine.divisors(numbers).tolist()


def by_factor(numbers):
    return factor_gpu.divisors(numbers).tolist()


WAYS = {"loop": by_loop, "Process": by_processes, "Pool(4)": by_pool,
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
    times = [1000 * seconds for seconds in medians.values()]
    bars = axes.barh(list(medians), times)
    axes.bar_label(bars, [f"{ms:,.0f} ms" if ms >= 100 else f"{ms:.3g} ms" for ms in times], padding=3)
    axes.set(xscale="log", xlabel="time for all divisors of four numbers, ms")
    axes.set_xlim(right=10 * max(times)) # the labels stay inside
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
