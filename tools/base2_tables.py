#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""base2_tables.py: writes src/algorithms/base2_tables.h, what the strong test to base 2 gets wrong.

A composite n that passes has n = 1 modulo the order of 2 modulo each of its primes p; so n = p m
with m = 1 modulo that order. That leaves few candidates below 2^32 without primes below 2^10, and
all of them are tested here.
"""

import argparse
import math
import os
import sys

HEADER = os.path.join("src", "algorithms", "base2_tables.h")
END = 1 << 32
LEAST = 1 << 10
WORDS = 512
MULTIPLIER = 0x9E3779B1

HEAD = """\
/* SPDX-License-Identifier: MIT */
/*
 * base2_tables.h: what the strong test to base 2 gets wrong below 2^32; do not edit.
 *
 * Written by tools/base2_tables.py. There are {count} composites below 2^32 without primes below
 * 2^10 that pass the test. Each has its bit set here, by a hash, and so has one prime in {share}; what
 * passes and has a clear bit is prime.
 */
#ifndef FG_ALGORITHMS_BASE2_TABLES_H
#define FG_ALGORITHMS_BASE2_TABLES_H

#include "arith/target.h"

/* Word and bit of n < 2^32: the upper {bits} bits of n times this modulo 2^32. */
#define FG_BASE2_MULTIPLIER UINT32_C(0x{multiplier:08x})
#define FG_BASE2_SHIFT {shift}

/* clang-format off */
FG_TABLE uint64_t fg_base2_suspects[{words}] = {{
"""


def primes_below(end):
    sieve = bytearray([1]) * end
    for p in range(2, int(end**0.5) + 1):
        sieve[p * p :: p] = bytes(len(sieve[p * p :: p]))
    return [p for p in range(2, end) if sieve[p]]


def order_of_two(p, primes):
    """The least e > 0 with 2^e = 1 modulo the prime p > 2."""
    order = rest = p - 1
    for q in primes:
        if q * q > rest:
            break
        while rest % q == 0:
            rest //= q
            if pow(2, order // q, p) == 1:
                order //= q
    if rest > 1 and pow(2, order // rest, p) == 1:
        order //= rest
    return order


def passes(n):
    """The strong test to base 2 of an odd n."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    x = pow(2, odd, n)
    if x == 1:
        return True
    for _ in range(twos):
        if x == n - 1:
            return True
        x = x * x % n
    return False


def suspects():
    primes = primes_below(1 << 16)
    small = [p for p in primes if p < LEAST]
    smallest = math.prod(small[:15])  # a common divisor with these is found in less time than a power
    found = set()
    for p in primes[len(small) :]:
        order = order_of_two(p, primes)
        first = 1 + order * -(-(p - 1) // order)  # p is the least prime, so m >= p
        for m in range(first, (END - 1) // p + 1, order):
            if math.gcd(m, smallest) == 1 and passes(p * m) and all(m % q for q in small):
                found.add(p * m)
    return sorted(found)


def header():
    found = suspects()
    words = [0] * WORDS
    bits = (64 * WORDS).bit_length() - 1
    for n in found:
        at = (n * MULTIPLIER & 0xFFFFFFFF) >> (32 - bits)
        words[at // 64] |= 1 << at % 64
    share = round(64 * WORDS / sum(word.bit_count() for word in words))
    head = HEAD.format(
        count=format(len(found), ","),
        share=share,
        bits=bits,
        multiplier=MULTIPLIER,
        shift=32 - bits,
        words=WORDS,
    )
    items = [f"0x{word:016x}u," for word in words]
    lines = ["    " + " ".join(items[at : at + 4]) for at in range(0, WORDS, 4)]
    return head + "\n".join(lines) + "\n};\n/* clang-format on */\n\n#endif\n"


def main():
    parser = argparse.ArgumentParser(description=f"Writes {HEADER}.")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")
    arguments = parser.parse_args()
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, HEADER)
    text = header()
    if arguments.check:
        with open(path, encoding="ascii") as file:
            if file.read() != text:
                sys.exit(f"{HEADER} is not what tools/base2_tables.py writes: run it.")
        return
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


if __name__ == "__main__":
    main()
