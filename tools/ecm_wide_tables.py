#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ecm_wide_tables.py: writes src/algorithms/ecm_wide_tables.h, the programs of ECM and P-1 for
numbers of 65 to 128 bits.

They have the form of those that ecm_tables.py makes, but for the pairs of stage 2, which are bit
maps. The chains of stage 1 are kept in ecm_wide_chains.txt as a search left them. All of it is
verified in every run.
"""

import argparse
import heapq
import os
from math import gcd, prod

import ecm_tables

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = os.path.join("src", "algorithms", "ecm_wide_tables.h")
CHAINS = os.path.join(HERE, "ecm_wide_chains.txt")
DOUBLE = 65535
ROW = 64

# Name: b1, b2, D.
ECM = {
    "A": (250, 12000, 210),
    "B": (600, 36000, 420),
    "C": (1400, 84000, 840),
    "D": (3000, 240000, 1260),
    "E": (8000, 640000, 2310),
}
PM1 = {
    "A": (1000, 20000, 210),
    "B": (3000, 60000, 420),
    "C": (16000, 320000, 1260),
    "D": (32000, 640000, 2310),
    "E": (48000, 960000, 2310),
}
# Programs whose stage 1 goes by windows, and how many odd multiples they have.
WINDOWS = {"E": 64}
WINDOW_SHIFT = 2
# A power of a prime up to this divides an exponent of ECM even if b1 is smaller.
LEAST_POWER = 1024

# What the babies and D are reached through besides each other.
SMALL = [2, 3, 4, 5, 6, 30, 105, 210]
SEVENS = [7, 49, 77, 91, 119, 133, 161, 203]
ELEVENS = [n for n in range(11, 1155, 22) if gcd(n, 210) == 1]
TEMPORARIES = {
    210: ecm_tables.TEMPORARIES[210],
    420: [*SMALL, *SEVENS],
    840: [*SMALL, *SEVENS, 420],
    1260: [*SMALL, *SEVENS, 420, 630],
    2310: [*SMALL, *SEVENS, 420, 630, 1050, 1260, *ELEVENS],
}


def exponent(b1, least_power):
    """{prime: power} of the primes up to b1, to the highest power up to b1 or least_power."""
    powers = {}
    for p in ecm_tables.primes_between(0, b1):
        powers[p] = 1
        while p ** (powers[p] + 1) <= max(b1, least_power):
            powers[p] += 1
    return powers


class Stage2:
    """Pairs (giant i D, baby j) that meet every prime in (b1, b2], for giants from b1 to b2."""

    def __init__(self, b1, b2, step):
        self.step, self.b2 = step, b2
        self.first = max(1, (b1 + step // 2) // step)
        self.last = (b2 + step // 2) // step
        self.primes = ecm_tables.primes_between(b1, b2)
        self.babies = [j for j in range(1, step // 2) if gcd(j, step) == 1]
        chosen = self.choose()
        used = {j for _, j in chosen}
        assert used == set(self.babies), (b1, b2, step)
        assert set(self.primes) <= set().union(*(self.met[pair] for pair in chosen))
        self.pairs = [[] for _ in range(self.first, self.last + 1)]
        for i, j in sorted(chosen):
            self.pairs[i - self.first].append(self.babies.index(j))

    def choose(self):
        """Pairs that together meet every prime. First those that are a prime's only one, then
        greedily one that meets most primes that are left; of those with as many, one with primes
        that few pairs meet."""
        self.met, holders = {}, {}
        for p in self.primes:
            holders[p] = []
            for value in range(p, self.last * self.step + self.step // 2 + 1, p):
                i, j = divmod(value + self.step // 2, self.step)
                j = abs(j - self.step // 2)
                if i >= self.first and gcd(j, self.step) == 1:
                    holders[p].append((i, j))
                    self.met.setdefault((i, j), []).append(p)
        chosen = {pairs[0] for pairs in holders.values() if len(set(pairs)) == 1}
        left = set(self.primes).difference(*(self.met[pair] for pair in chosen))

        def gain(pair):
            primes = {p for p in self.met[pair] if p in left}
            return -len(primes), -sum(1000000 // len(holders[p]) for p in primes), pair

        heap = [gain(pair) for pair in {pair for p in left for pair in holders[p]}]
        heapq.heapify(heap)
        while left:
            entry = heapq.heappop(heap)
            now = gain(entry[2])
            if now == entry:
                chosen.add(entry[2])
                left.difference_update(self.met[entry[2]])
            elif now[0] < 0:
                heapq.heappush(heap, now)
        return self.without_needless(chosen)

    def without_needless(self, chosen):
        """The pairs without those all of whose primes other pairs meet."""
        count = {}
        for pair in chosen:
            for p in set(self.met[pair]):
                count[p] = count.get(p, 0) + 1
        for pair in sorted(chosen, key=lambda pair: (len(set(self.met[pair])), pair)):
            primes = set(self.met[pair])
            if all(count[p] > 1 for p in primes):
                chosen.remove(pair)
                for p in primes:
                    count[p] -= 1
        return chosen


def read_chains():
    """{name: [steps]}"""
    chains, steps = {}, []
    with open(CHAINS, encoding="ascii") as file:
        for line in file:
            if line.startswith("#"):
                continue
            if not line.startswith(" "):
                steps = chains.setdefault(line.strip(), [])
                continue
            for batch in line.split(","):
                if batch.strip():
                    steps += ecm_tables.parse_batch(batch)
    return chains


def window_steps(value, count):
    """Steps (doublings, flags) that make `value` of 1 by adding and subtracting odd numbers below
    2 count, a power of two; a digit of which begins after every other one by as many bits at least.
    """
    digits, place = [], 0
    while value > 0:
        zeros = (value & -value).bit_length() - 1
        value, place = value >> zeros, place + zeros
        digit = value % (4 * count)
        digit -= 4 * count if digit > 2 * count else 0
        digits.append((place, digit))
        value -= digit
    place, digit = digits.pop()
    if digit != 1:  # the first digit is 1: 2^bits - digit is odd and smaller than 2 count
        bits = digit.bit_length()
        digits.append((place, digit - (1 << bits)))
        place += bits
    steps = []
    for lower, digit in reversed(digits):
        subtract = ecm_tables.SUBTRACT if digit < 0 else 0
        steps.append((place - lower, abs(digit) // 2 << WINDOW_SHIFT | subtract))
        place = lower
    assert place == 0
    return steps


def window_multiple(steps):
    """What they multiply by."""
    r = 1
    for doublings, flags in steps:
        operand = 2 * (flags >> WINDOW_SHIFT) + 1
        r = (r << doublings) + (-operand if flags & ecm_tables.SUBTRACT else operand)
    return r


HEAD = """\
/* SPDX-License-Identifier: MIT */
/*
 * ecm_wide_tables.h: the programs of ECM and P-1 for numbers of 65 to 128 bits; do not edit.
 *
 * Written by tools/ecm_wide_tables.py. They are what ecm_tables.h has for 64 bits, and are read
 * through program_tables.h. Pairs are bit maps, because they then take a quarter of the memory.
 */
#ifndef FG_ALGORITHMS_ECM_WIDE_TABLES_H
#define FG_ALGORITHMS_ECM_WIDE_TABLES_H

#include "algorithms/ecm_tables.h"
#include "arith/target.h"

/* As struct fg_ecm_point_step; programs have up to some hundred slots. */
struct fg_wide_ecm_point_step {
    uint16_t out, a, b, difference;
};
enum { FG_WIDE_ECM_DOUBLE = 65535, FG_WIDE_ECM_WINDOW_SHIFT = 2 };

/* As struct fg_ecm_program. The babies are all j < D / 2 without a common factor with D. Giant by
 * giant fg_wide_pair_counts says how many babies it is paired with, and a row of fg_wide_pair_bits
 * which: bit j % 64 of its word j / 64 stands for baby j. Rows are whole words; the program's
 * are [pair_slot_begin, pair_slot_end).
 *
 * If window_count is not 0, stage 1 goes by windows: it has as many operands R, 3R, 5R ..., where R
 * is 2^twos P, and a step adds or subtracts operand flags >> FG_WIDE_ECM_WINDOW_SHIFT. */
struct fg_wide_ecm_program {
    uint8_t twos;
    uint8_t window_count;
    uint8_t baby_count;
    uint16_t giant_count, slot_count;
    uint16_t b1;
    uint16_t baby_step; /* D */
    uint16_t first_giant;
    uint32_t b2;
    uint16_t step_begin, step_end;
    uint16_t point_step_begin, point_step_end;
    uint16_t pair_count_begin;
    uint16_t pair_slot_begin, pair_slot_end;
};
"""

PM1_TYPE = """\

/* As struct fg_pm1_program. */
struct fg_wide_pm1_program {
    uint32_t exponent_word_begin, exponent_bits;
    uint16_t b1;
    uint16_t baby_step;
    uint16_t first_giant;
    uint32_t b2;
    uint8_t baby_count;
    uint16_t giant_count;
    uint16_t baby_begin;
    uint16_t pair_count_begin;
    uint16_t pair_slot_begin, pair_slot_end;
};
"""


class Tables:
    """Everything in the header, in flat lists."""

    def __init__(self):
        self.steps, self.point_steps, self.counts, self.bits = [], [], [], []
        self.words, self.babies, self.ecm, self.pm1, self.notes = [], [], [], [], []
        self.ecm_slots = self.pm1_slots = self.most_babies = 0
        self.baby_begins = {}
        chains = read_chains()
        for name in ECM:
            self.add_ecm(name, chains.get(name))
        for name in PM1:
            self.add_pm1(name)

    def add_pairs(self, stage2):
        """The fields pair_count_begin, pair_slot_begin, pair_slot_end."""
        begins = [len(self.counts), len(self.bits)]
        for babies in stage2.pairs:
            self.counts.append(len(babies))
            row = sum(1 << j for j in babies)
            for at in range(0, len(stage2.babies), ROW):
                self.bits.append(row >> at & (1 << ROW) - 1)
        self.most_babies = max(self.most_babies, len(stage2.babies))
        return [*begins, len(self.bits)]

    def add_ecm(self, name, steps):
        b1, b2, step = ECM[name]
        powers, stage2 = exponent(b1, LEAST_POWER), Stage2(b1, b2, step)
        twos, window_count = powers.pop(2), WINDOWS.get(name, 0)
        odd = prod(p**e for p, e in powers.items())
        if window_count:
            steps = window_steps(odd, window_count)
            assert window_multiple(steps) == odd, name
            doublings = sum(doublings for doublings, _ in steps)
            cost = 7 * doublings + 8 * (len(steps) + window_count + 1)
        else:
            assert ecm_tables.multiple(steps) == odd, name
            cost = ecm_tables.cost(steps)
        points, slot_count = ecm_tables.point_steps(stage2, TEMPORARIES[step], DOUBLE)
        begin, point_begin = len(self.steps), len(self.point_steps)
        self.steps += steps
        self.point_steps += points
        self.ecm.append(
            [twos, window_count, len(stage2.babies), len(stage2.pairs), slot_count, b1, step]
            + [stage2.first, b2, begin, len(self.steps), point_begin, len(self.point_steps)]
            + self.add_pairs(stage2)
        )
        self.ecm_slots = max(self.ecm_slots, slot_count)
        pairs = sum(map(len, stage2.pairs))
        first = 7 * twos + cost
        second = 6 * len(points) + 4 * (len(stage2.babies) + len(stage2.pairs)) + pairs
        self.notes.append(
            f"ECM {name}: stage 1 {first} products; {len(points)} point steps, {slot_count} slots, "
            f"{pairs} pairs for {len(stage2.primes)} primes, stage 2 {second} products; "
            f"together {first + second}"
        )

    def add_pm1(self, name):
        b1, b2, step = PM1[name]
        value = 2 * prod(p**e for p, e in exponent(b1, 0).items())
        stage2 = Stage2(b1, b2, step)
        begin, bits = len(self.words), value.bit_length()
        self.words += [value >> at & (1 << 64) - 1 for at in range(0, bits, 64)]
        if step not in self.baby_begins:
            self.baby_begins[step] = len(self.babies)
            self.babies += stage2.babies
        self.pm1.append(
            [begin, bits, b1, step, stage2.first, b2, len(stage2.babies), len(stage2.pairs)]
            + [self.baby_begins[step], *self.add_pairs(stage2)]
        )
        self.pm1_slots = max(self.pm1_slots, len(stage2.babies) + len(stage2.pairs))
        pairs = sum(map(len, stage2.pairs))
        total = bits + step + 2 * len(stage2.pairs) + pairs
        self.notes.append(
            f"P-1 {name}: {bits} bits, {len(stage2.pairs)} giants, {pairs} pairs for "
            f"{len(stage2.primes)} primes; together {total} products"
        )

    def size(self):
        """Bytes, as the compiler lays the tables out."""
        return (
            32 * len(self.ecm)
            + 32 * len(self.pm1)
            + 2 * len(self.steps)
            + 8 * len(self.point_steps)
            + len(self.counts)
            + 8 * len(self.bits)
            + 8 * len(self.words)
            + 2 * len(self.babies)
        )

    def header(self):
        rows, array = ecm_tables.rows, ecm_tables.array
        parts = [HEAD, enum("FG_WIDE_ECM_", ECM), PM1_TYPE, enum("FG_WIDE_PM1_", PM1), "\n"]
        parts.append("/* The most slots of a program of ECM and of P-1, and the most babies. */\n")
        parts.append(f"#define FG_WIDE_ECM_SLOTS {self.ecm_slots}\n")
        parts.append(f"#define FG_WIDE_PM1_SLOTS {self.pm1_slots}\n")
        parts.append(f"#define FG_WIDE_BABIES {self.most_babies}\n\n")
        parts.append("/* clang-format off */\n")
        parts.append(array("struct fg_wide_ecm_program fg_wide_ecm_programs", rows(self.ecm)))
        parts.append(array("struct fg_wide_pm1_program fg_wide_pm1_programs", rows(self.pm1)))
        parts.append(array("struct fg_ecm_step fg_wide_ecm_steps", rows(self.steps)))
        parts.append(
            array("struct fg_wide_ecm_point_step fg_wide_ecm_point_steps", rows(self.point_steps))
        )
        parts.append(array("uint8_t fg_wide_pair_counts", map(str, self.counts)))
        parts.append(array("uint64_t fg_wide_pair_bits", [f"0x{word:x}u" for word in self.bits]))
        parts.append(
            array("uint64_t fg_wide_pm1_exponents", [f"0x{word:x}u" for word in self.words])
        )
        parts.append(array("uint16_t fg_wide_pm1_babies", map(str, self.babies)))
        parts.append("/* clang-format on */\n\n#endif\n")
        return "".join(parts)


def enum(prefix, names):
    items = "".join(f"    {prefix}{name},\n" for name in [*names, "PROGRAM_COUNT"])
    return f"enum {{\n{items}}};\n"


def main():
    parser = argparse.ArgumentParser(description=f"Writes {HEADER}.")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")
    arguments = parser.parse_args()
    ecm_tables.write(Tables(), HEADER, os.path.basename(__file__), arguments.check)


if __name__ == "__main__":
    main()
