# SPDX-License-Identifier: MIT
"""Answers against arithmetic that is obviously right: a sieve, trial division, products."""
import functools
import math

import factor_gpu
import numpy
import pytest

LARGEST = 2**64 - 1
# The largest primes below 2^32, 2^64 and 2^128, found in tables.
PRIME32, PRIME64, PRIME128 = 2**32 - 5, 2**64 - 59, 2**128 - 159


def trial_primes(n):
    primes = []
    divisor = 2
    while divisor * divisor <= n:
        while n % divisor == 0:
            primes.append(divisor)
            n //= divisor
        divisor += 1
    return primes + [n] if n > 1 else primes


@functools.cache
def row_of(n):
    """Every column of n, from trial division and loops over 1 .. n."""
    primes = trial_primes(n)
    distinct = sorted(set(primes))
    divisors = [d for d in range(1, n + 1) if n % d == 0]
    units = [a for a in range(1, n + 1) if math.gcd(a, n) == 1]
    squarefree = len(primes) == len(distinct)
    return {
        "count": len(divisors), "sigma": sum(divisors), "phi": len(units),
        "mobius": (-1) ** len(primes) if squarefree else 0, "omega": len(distinct), "bigomega": len(primes),
        "radical": math.prod(distinct), "spf": distinct[0] if distinct else 1,
        "gpf": distinct[-1] if distinct else 1, "is_prime": len(primes) == 1, "smooth=7": n < 11 or primes[-1] <= 7,
        "liouville": (-1) ** len(primes), "squarefree": squarefree,
        "core": math.prod(p for p in distinct if primes.count(p) % 2 == 1), "sopfr": sum(primes),
        "sopf": sum(distinct),
        "carmichael": math.lcm(*(order_of(a, n) for a in units)),
    }


def order_of(a, n):
    power, order = a % n, 1
    while power != 1 % n:
        power, order = power * a % n, order + 1
    return order


def test_one_number_gives_ints():
    assert factor_gpu.factor(360) == [2, 2, 2, 3, 3, 5]
    assert factor_gpu.divisors(12) == [1, 2, 3, 4, 6, 12]
    assert factor_gpu.factor(1) == []
    assert factor_gpu.divisors(1) == [1]
    assert factor_gpu.factor(PRIME64) == [PRIME64]
    assert factor_gpu.phi(PRIME64) == PRIME64 - 1
    assert factor_gpu.sigma(LARGEST - 1) > 2**64
    assert factor_gpu.is_prime(97) is True
    assert factor_gpu.mobius(30) == -1
    assert factor_gpu.smooth(2**40 * 7, 7) is True
    assert factor_gpu.columns(12, ["phi", "smooth=2"]) == {"phi": 4, "smooth=2": False}


@pytest.mark.parametrize("make", [list, tuple, numpy.array, lambda r: r])
def test_small_numbers_in_every_column(make):
    numbers = range(1, 400)
    names = [name if name != "smooth" else ("smooth", 7) for name in factor_gpu.COLUMNS]
    found = factor_gpu.columns(make(numbers), names)
    rows = [row_of(n) for n in numbers]
    assert list(found) == list(rows[0])
    for name, values in found.items():
        assert values.tolist() == [row[name] for row in rows], name


def test_each_function_is_its_column():
    numbers = range(1, 2000)
    for name in factor_gpu.COLUMNS:
        if name != "smooth":
            found = getattr(factor_gpu, name)(numbers)
            expected = factor_gpu.columns(numbers, [name])[name]
            assert found.dtype == expected.dtype
            assert numpy.array_equal(found, expected), name
    assert numpy.array_equal(factor_gpu.smooth(numbers, 13),
                             factor_gpu.columns(numbers, ["smooth=13"])["smooth=13"])


def test_large_numbers_multiply_back():
    random = numpy.random.default_rng(1)
    numbers = random.integers(1, LARGEST, 5000, dtype=numpy.uint64, endpoint=True)
    lists = factor_gpu.factor(numbers)
    assert lists.kind == "primes" and lists.words == 1 and len(lists) == 5000
    for n, primes in zip(numbers.tolist(), lists.tolist()):
        assert math.prod(primes) == n
        assert all(pow(2, p - 1, p) == 1 or p == 2 for p in primes)
    divisors = factor_gpu.divisors(numbers)
    assert divisors.lengths.tolist() == factor_gpu.count(numbers).tolist()
    for n, found in zip(numbers[:500].tolist(), divisors.tolist()):
        assert found == sorted(set(found)) and found[0] == 1 and found[-1] == n
        assert all(n % d == 0 for d in found)


def test_numbers_of_two_words():
    numbers = [PRIME128, PRIME64 * PRIME32, 2**127, 2**64, 6, 1]
    lists = factor_gpu.factor(numbers)
    assert lists.words == 2
    assert lists.tolist() == [[PRIME128], [PRIME32, PRIME64], [2] * 127, [2] * 64, [2, 3], []]
    assert lists.values.dtype == factor_gpu.uint128
    assert [list(part) for part in lists] == lists.tolist()
    assert factor_gpu.divisors(PRIME64 * PRIME32) == [1, PRIME32, PRIME64, PRIME32 * PRIME64]
    assert factor_gpu.phi(numbers).tolist() == [PRIME128 - 1, (PRIME64 - 1) * (PRIME32 - 1), 2**126, 2**63, 2, 1]
    assert factor_gpu.sigma(numbers).tolist() == [PRIME128 + 1, (PRIME64 + 1) * (PRIME32 + 1), 2**128 - 1,
                                                  2**65 - 1, 12, 1]
    words = factor_gpu.columns(numbers, ["sigma", "gpf", "count"], wide="words")
    assert words["sigma"].dtype == factor_gpu.uint192 and words["gpf"].dtype == factor_gpu.uint128
    assert factor_gpu.to_ints(words["sigma"]).tolist() == factor_gpu.sigma(numbers).tolist()
    assert words["count"].tolist() == [2, 4, 128, 65, 4, 1]
    again = factor_gpu.factor(factor_gpu.to_uint128(numbers))
    assert again.tolist() == lists.tolist()


def test_sums_above_64_bits_are_ints_and_others_are_not():
    assert factor_gpu.sigma([12, 35]).dtype == numpy.uint64
    mixed = factor_gpu.sigma([12, LARGEST - 1])
    assert mixed.dtype == object
    assert mixed.tolist() == [28, sum(factor_gpu.divisors(LARGEST - 1))]
    words = factor_gpu.columns([12], ["sigma"], wide="words")["sigma"]
    assert words.dtype == factor_gpu.uint128


def test_ranges():
    lists = factor_gpu.factor(range(10**12, 10**12 + 3000))
    assert [math.prod(primes) for primes in lists.tolist()] == list(range(10**12, 10**12 + 3000))
    assert factor_gpu.phi(range(1, 10**6 + 1)).sum() == 303963552392
    assert factor_gpu.is_prime(range(0, 1000)).sum() == 168
    assert factor_gpu.factor(range(100, 1, -7)).tolist() == factor_gpu.factor(list(range(100, 1, -7))).tolist()
    assert factor_gpu.factor(range(LARGEST, 2**64 + 1)).tolist() == [factor_gpu.factor(LARGEST), [2] * 64]
    assert len(factor_gpu.factor(range(5, 5))) == 0


def test_nothing_gives_nothing():
    for nothing in ([], (), numpy.array([], numpy.uint32), range(0)):
        lists = factor_gpu.factor(nothing)
        assert len(lists) == 0 and lists.offsets.tolist() == [0] and lists.values.size == 0
        assert factor_gpu.phi(nothing).size == 0
        assert factor_gpu.sigma(nothing).dtype == numpy.uint64


def test_too_many_divisors_is_said():
    assert len(factor_gpu.divisors(2**100 * 3 * 5 * 7 * 11)) == 101 * 16
    most_divisors = 278282512406132373381723386382308832000
    with pytest.raises(factor_gpu.TooManyDivisorsError, match=r"318504960 .*primes with factor\(\)$"):
        factor_gpu.divisors(most_divisors)
    assert math.prod(factor_gpu.factor(most_divisors)) == most_divisors


def test_version_and_names():
    assert factor_gpu.__version__.count(".") == 2
    assert len(factor_gpu.COLUMNS) == 17
    assert all(hasattr(factor_gpu, name) for name in factor_gpu.COLUMNS)
    assert all(hasattr(factor_gpu, name) for name in factor_gpu.__all__)
