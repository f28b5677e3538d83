# SPDX-License-Identifier: MIT
"""Memory: numbers larger than what a process may take are answered in parts."""
import subprocess
import sys
import textwrap

import numpy
import pytest


def peak_growth(script, *arguments):
    """Returns by how many MiB a process grew beyond what it took when it began its work."""
    text = textwrap.dedent("""
        import resource, sys
        import numpy, factor_gpu
        factor_gpu.factor(range(1, 100000))
        factor_gpu.factor(numpy.arange(1, 100000, dtype=numpy.uint32)[::3])
        def peak():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        before = peak()
    """) + textwrap.dedent(script) + "\nprint(peak() - before)\n"
    ran = subprocess.run([sys.executable, "-c", text, *arguments], check=True, timeout=300, capture_output=True,
                         text=True)
    return float(ran.stdout)


@pytest.fixture
def array_file(tmp_path):
    path = tmp_path / "numbers.npy"
    numpy.save(path, numpy.arange(1, 2 * 10**6 + 1, dtype=numpy.uint32)) # 8 MB; as lists of divisors 230 MB
    return str(path)


def test_a_memory_map_in_parts(array_file):
    grown = peak_growth("""
        numbers = numpy.load(sys.argv[1], mmap_mode="r")
        total = 0
        for part in factor_gpu.chunks(numbers, 50000):
            total += int(factor_gpu.divisors(part).lengths.sum())
        assert total == sum(2 * 10**6 // d for d in range(1, 2 * 10**6 + 1))
    """, array_file)
    assert grown < 80


@pytest.mark.long
def test_the_whole_at_once_takes_what_parts_do_not(array_file):
    grown = peak_growth("""
        lists = factor_gpu.divisors(numpy.load(sys.argv[1], mmap_mode="r"))
    """, array_file)
    assert grown > 200 # else the test before says nothing


@pytest.mark.long
def test_an_iterator_in_parts():
    grown = peak_growth("""
        total = 0
        for part in factor_gpu.chunks((n for n in range(1, 10**6 + 1)), 20000):
            total += int(factor_gpu.phi(part).sum())
        assert total == 303963552392
    """)
    assert grown < 40


@pytest.mark.long
def test_answers_are_freed():
    grown = peak_growth("""
        for _ in range(200):
            lists = factor_gpu.factor(range(1, 50001))
            views = lists.values, lists.offsets, lists[5]
            factor_gpu.columns(range(1, 50001), ["sigma", "phi"])
            try:
                factor_gpu.factor([3, -1])
            except ValueError:
                pass
    """)
    assert grown < 40 # 200 batches of answers are 500 MB
