# SPDX-License-Identifier: MIT
"""Memory: numbers larger than what a process may take are answered in parts."""
import subprocess
import sys
import textwrap

import numpy
import pytest


def peak_growth(script, *arguments):
    """Returns by how many MiB a process grew beyond what it took when it began its work."""
    # ru_maxrss begins with what the process of the tests takes, which would hide the growth.
    text = textwrap.dedent("""
        import re, sys
        import numpy, factor_gpu
        factor_gpu.factor(range(1, 100000))
        factor_gpu.factor(numpy.arange(1, 100000, dtype=numpy.uint32)[::3])
        def peak():
            return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024
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
    assert grown < 15
    at_once = peak_growth("factor_gpu.phi(list(n for n in range(1, 10**6 + 1)))")
    assert at_once > 25 # else the line before says nothing


def test_answers_that_do_not_fit_say_what_to_do():
    script = textwrap.dedent('''
        import os, resource
        import factor_gpu
        factor_gpu.factor(range(1, 10**5)) # with its threads
        pages = int(open("/proc/self/statm").read().split()[0])
        limit = pages * os.sysconf("SC_PAGE_SIZE") + 2**26
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        for function in (factor_gpu.factor, factor_gpu.phi):
            try:
                function(range(1, 10**8))
            except MemoryError as error:
                print(error)
        assert factor_gpu.factor(12) == [2, 2, 3]
    ''')
    ran = subprocess.run([sys.executable, "-c", script], timeout=300, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    of_lists, of_array = ran.stdout.splitlines()
    assert of_lists.startswith("out of memory")
    assert of_array.startswith("99999999 numbers do not fit into memory")
    assert of_lists.endswith(advice := " in parts: for part in factor_gpu.chunks(numbers)")
    assert of_array.endswith(advice)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "suffix"), [
    ("npy", ".u64le"), ("npy", ".parquet"), ("txt", ".u64le"), ("parquet", ".u64le"), ("range", ".u64le"),
])
def test_a_part_of_many_numbers(array_file, tmp_path, neighbour, kind, suffix):
    grown = []
    for count in (5 * 10**5, 2 * 10**6):
        numbers, source = numpy.load(array_file)[:count], str(tmp_path / f"source.{kind}")
        if kind == "range":
            source = f"{numbers[0]}..{numbers[-1]}"
        elif kind == "npy":
            numpy.save(source, numbers)
        elif kind == "txt":
            numpy.savetxt(source, numbers, fmt="%d")
        else:
            neighbour("pyarrow.parquet").write_table(neighbour("pyarrow").table({"n": numbers}), source)
        grown.append(peak_growth("""
            from factor_gpu import parts
            done = parts.factor_part(sys.argv[1], 1, 1, sys.argv[2], "divisors")
            assert done.numbers == int(sys.argv[3])
        """, source, str(tmp_path / f"part{suffix}"), str(count)))
    assert grown[1] - grown[0] < 50 # the lists of the numbers in between take 180 MB


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


@pytest.mark.long
def test_batches_that_are_interrupted_are_freed():
    grown = peak_growth("""
        import signal
        class Enough(Exception):
            pass
        def stop(number, frame):
            raise Enough
        signal.signal(signal.SIGPROF, stop)
        def interrupt(work, times):
            for _ in range(times):
                signal.setitimer(signal.ITIMER_PROF, 0.1) # of CPU time
                try:
                    work()
                    raise SystemExit("a batch ended before the signal")
                except Enough:
                    pass
        works = [lambda: factor_gpu.factor(range(10**9, 10**9 + 10**8)), lambda: factor_gpu.divisors([720720] * 10**7),
                 lambda: factor_gpu.columns(range(10**12, 10**12 + 10**9), ["phi", "mobius"])]
        for work in works:
            interrupt(work, 2)
        before = peak()
        for work in works:
            interrupt(work, 30)
    """)
    assert grown < 80
