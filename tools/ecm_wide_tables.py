#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ecm_wide_tables.py: writes the programs of ECM and P-1 for numbers of 65 to 128 bits:
ecm_wide_tables.h, pm1_wide_tables.h and ecm_block_tables.h in src/algorithms.

They have the form of those that ecm_tables.py makes, but for the pairs of stage 2, which are bit
maps. The chains of stage 1 are kept in ecm_wide_chains.txt as a search left them. All of it is
verified in every run.

The last header is for the threads of a GPU: the same programs with at most 96 babies, and giants
that are made one after the other.
"""

import argparse
import heapq
import os
from math import gcd, prod

import ecm_tables

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join("src", "algorithms")
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
# Bounds and steps in blocks: D is at most 840, so that babies and what they are made of fit BLOCK_SLOTS.
BLOCKS = {name: (b1, b2, min(step, 840)) for name, (b1, b2, step) in ECM.items()}
BLOCK_SLOTS = 112
PM1 = {
    "A": (1000, 20000, 210),
    "B": (3000, 60000, 420),
    "C": (16000, 320000, 1260),
    "D": (32000, 640000, 2310),
    "E": (48000, 960000, 2310),
}
# Programs whose stage 1 goes by windows, and how many odd multiples they have; in blocks four residues
# each must fit BLOCK_SLOTS of two.
WINDOWS = {"E": 64}
BLOCK_WINDOWS = {"E": 32}
WINDOW_SHIFT = 2
# A power of a prime up to this divides an exponent of ECM even if b1 is smaller.
LEAST_POWER = 1024

# Multiples through which the babies and D are reached, besides each other.
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
    """Returns the number by which the chains multiply."""
    r = 1
    for doublings, flags in steps:
        operand = 2 * (flags >> WINDOW_SHIFT) + 1
        r = (r << doublings) + (-operand if flags & ecm_tables.SUBTRACT else operand)
    return r


HEAD = """\
/* SPDX-License-Identifier: MIT */
/*
 * {file}: {what}; do not edit.
 *
 * Written by tools/ecm_wide_tables.py. {more}
 */
#ifndef FG_ALGORITHMS_{guard}
#define FG_ALGORITHMS_{guard}

{includes}
"""


def head(file, what, more, includes):
    guard = file.upper().replace(".", "_")
    lines = "".join(f'#include "{name}"\n' for name in includes)
    return HEAD.format(file=file, what=what, more=more, guard=guard, includes=lines)


class Pairs:
    """The bit maps of programs: FG_TABLE arrays NAME_pair_counts and NAME_pair_bits."""

    def __init__(self, prefix):
        self.prefix, self.counts, self.bits, self.most_babies = prefix, [], [], 0

    def add(self, babies, pairs):
        """The fields pair_count_begin, pair_slot_begin, pair_slot_end."""
        begins = [len(self.counts), len(self.bits)]
        for chosen in pairs:
            self.counts.append(len(chosen))
            row = sum(1 << j for j in chosen)
            for at in range(0, len(babies), ROW):
                self.bits.append(row >> at & (1 << ROW) - 1)
        self.most_babies = max(self.most_babies, len(babies))
        return [*begins, len(self.bits)]

    def size(self):
        return len(self.counts) + 8 * len(self.bits)

    def arrays(self):
        words = [f"0x{word:x}u" for word in self.bits]
        return ecm_tables.array(
            f"uint8_t {self.prefix}_pair_counts", map(str, self.counts)
        ) + ecm_tables.array(f"uint64_t {self.prefix}_pair_bits", words)


class EcmTables:
    """The programs of ECM, of which all points of stage 2 are in slots at once."""

    FILE = "ecm_wide_tables.h"
    WHAT = "the programs of ECM for numbers of 65 to 128 bits"
    MORE = """They are what ecm_tables.h has for 64 bits, and are read
 * through program_tables.h."""
    PREFIX, BOUNDS, WINDOWS = "fg_wide", ECM, WINDOWS

    def __init__(self):
        self.steps, self.point_steps, self.programs, self.notes = [], [], [], []
        self.pairs = Pairs(f"{self.PREFIX}_ecm")
        self.slots = 0
        chains = read_chains()
        for name in self.BOUNDS:
            self.add(name, chains.get(name))

    def stage1(self, name, steps, b1):
        """The steps, how many twos and windows, and the products."""
        powers = exponent(b1, LEAST_POWER)
        twos, window_count = powers.pop(2), self.WINDOWS.get(name, 0)
        odd = prod(p**e for p, e in powers.items())
        if window_count:
            steps = window_steps(odd, window_count)
            assert window_multiple(steps) == odd, name
            doublings = sum(doublings for doublings, _ in steps)
            cost = 7 * doublings + 8 * (len(steps) + window_count + 1)
        else:
            assert ecm_tables.multiple(steps) == odd, name
            cost = ecm_tables.cost(steps)
        return steps, twos, window_count, 7 * twos + cost

    def points(self, stage2):
        """Point steps, how many slots they take, the first giant, and the pairs from there on."""
        points, slots = ecm_tables.point_steps(stage2, TEMPORARIES[stage2.step], DOUBLE)
        return points, slots, stage2.first, stage2.pairs

    def stage2_cost(self, stage2, points, _giants):
        return 6 * len(points) + 4 * (len(stage2.babies) + len(stage2.pairs))

    def add(self, name, steps):
        b1, b2, step = self.BOUNDS[name]
        stage2 = Stage2(b1, b2, step)
        steps, twos, window_count, first = self.stage1(name, steps, b1)
        points, slots, first_giant, pairs = self.points(stage2)
        begin, point_begin = len(self.steps), len(self.point_steps)
        self.steps += steps
        self.point_steps += points
        self.programs.append(
            [twos, window_count, len(stage2.babies), len(pairs), slots, b1, step]
            + [first_giant, b2, begin, len(self.steps), point_begin, len(self.point_steps)]
            + self.pairs.add(stage2.babies, pairs)
        )
        self.slots = max(self.slots, slots)
        count = sum(map(len, pairs))
        second = self.stage2_cost(stage2, points, len(pairs)) + count
        self.notes.append(
            f"ECM {name}: stage 1 {first} products; {len(points)} point steps, {slots} slots, "
            f"{count} pairs for {len(stage2.primes)} primes, stage 2 {second} products; "
            f"together {first + second}"
        )

    def size(self):
        """Bytes, as the compiler lays the tables out."""
        return (
            36 * len(self.programs)
            + 2 * len(self.steps)
            + 8 * len(self.point_steps)
            + self.pairs.size()
        )

    def constants(self):
        return (
            "/* The most slots of a program, and the most babies. */\n"
            f"#define FG_WIDE_ECM_SLOTS {self.slots}\n"
            f"#define FG_WIDE_ECM_BABIES {self.pairs.most_babies}\n\n"
        )

    def header(self):
        rows, array, prefix = ecm_tables.rows, ecm_tables.array, self.PREFIX
        includes = ["algorithms/ecm_tables.h", "algorithms/wide_programs.h", "arith/target.h"]
        return "".join(
            [
                head(self.FILE, self.WHAT, self.MORE, includes),
                self.constants(),
                "/* clang-format off */\n",
                array(f"struct fg_wide_ecm_program {prefix}_ecm_programs", rows(self.programs)),
                array(f"struct fg_ecm_step {prefix}_ecm_steps", rows(self.steps)),
                array(
                    f"struct fg_wide_ecm_point_step {prefix}_ecm_point_steps",
                    rows(self.point_steps),
                ),
                self.pairs.arrays(),
                "/* clang-format on */\n\n#endif\n",
            ]
        )


class BlockTables(EcmTables):
    """The tables for a stage 2 in blocks of giants: algorithms/ecm_blocks.h."""

    FILE = "ecm_block_tables.h"
    WHAT = "the programs of ECM for a GPU, for numbers of 65 to 128 bits"
    MORE = """They are those of ecm_wide_tables.h, but for D, and for
 * the giants, of which the point steps make D and 2 D alone: ecm_blocks.h."""
    PREFIX, BOUNDS, WINDOWS = "fg_block", BLOCKS, BLOCK_WINDOWS

    def points(self, stage2):
        skipped, last = stage2.first - 1, stage2.last
        stage2.first, stage2.last = 1, 2
        points, slots = ecm_tables.point_steps(stage2, TEMPORARIES[stage2.step], DOUBLE)
        stage2.last = last
        assert slots <= BLOCK_SLOTS, slots
        return points, slots, 1, [[]] * skipped + stage2.pairs

    def stage2_cost(self, stage2, points, giants):
        babies = len(stage2.babies)
        blocks = -(-giants // (BLOCK_SLOTS - babies // 2))
        return 6 * (len(points) + giants) + 4 * (babies + giants) + blocks * (babies + 4)

    def constants(self):
        assert 4 * max(self.WINDOWS.values()) <= 2 * BLOCK_SLOTS
        return (
            "/* The slots of two residues that a thread has. */\n"
            f"#define FG_BLOCK_SLOTS {BLOCK_SLOTS}\n\n"
        )


class Pm1Tables:
    """The programs of P-1."""

    FILE = "pm1_wide_tables.h"

    def __init__(self):
        self.words, self.babies, self.programs, self.notes = [], [], [], []
        self.pairs = Pairs("fg_wide_pm1")
        self.slots = 0
        self.baby_begins = {}
        for name in PM1:
            self.add(name)

    def add(self, name):
        b1, b2, step = PM1[name]
        value = 2 * prod(p**e for p, e in exponent(b1, 0).items())
        stage2 = Stage2(b1, b2, step)
        begin, bits = len(self.words), value.bit_length()
        self.words += [value >> at & (1 << 64) - 1 for at in range(0, bits, 64)]
        if step not in self.baby_begins:
            self.baby_begins[step] = len(self.babies)
            self.babies += stage2.babies
        self.programs.append(
            [begin, bits, b1, step, stage2.first, b2, len(stage2.babies), len(stage2.pairs)]
            + [self.baby_begins[step], *self.pairs.add(stage2.babies, stage2.pairs)]
        )
        self.slots = max(self.slots, len(stage2.babies) + len(stage2.pairs))
        pairs = sum(map(len, stage2.pairs))
        total = bits + step + 2 * len(stage2.pairs) + pairs
        self.notes.append(
            f"P-1 {name}: {bits} bits, {len(stage2.pairs)} giants, {pairs} pairs for "
            f"{len(stage2.primes)} primes; together {total} products"
        )

    def size(self):
        return (
            32 * len(self.programs) + self.pairs.size() + 8 * len(self.words) + 2 * len(self.babies)
        )

    def header(self):
        rows, array = ecm_tables.rows, ecm_tables.array
        what = "the programs of P-1 for numbers of 65 to 128 bits"
        more = "They are what ecm_tables.h has for 64 bits."
        words = [f"0x{word:x}u" for word in self.words]
        return "".join(
            [
                head(self.FILE, what, more, ["algorithms/wide_programs.h", "arith/target.h"]),
                "/* The most slots of a program, and the most babies. */\n",
                f"#define FG_WIDE_PM1_SLOTS {self.slots}\n",
                f"#define FG_WIDE_PM1_BABIES {self.pairs.most_babies}\n\n",
                "/* clang-format off */\n",
                array("struct fg_wide_pm1_program fg_wide_pm1_programs", rows(self.programs)),
                self.pairs.arrays(),
                array("uint64_t fg_wide_pm1_exponents", words),
                array("uint16_t fg_wide_pm1_babies", map(str, self.babies)),
                "/* clang-format on */\n\n#endif\n",
            ]
        )


def main():
    parser = argparse.ArgumentParser(description=f"Writes three headers in {FOLDER}.")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")
    arguments = parser.parse_args()
    for tables in (EcmTables(), Pm1Tables(), BlockTables()):
        header = os.path.join(FOLDER, tables.FILE)
        ecm_tables.write(tables, header, os.path.basename(__file__), arguments.check)


if __name__ == "__main__":
    main()
