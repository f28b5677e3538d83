#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ecm_tables.py: writes src/algorithms/ecm_tables.h, the tables of ECM and P-1 up to 64 bits.

Pairs and point steps are made here. Addition chains (Bos and Kleinjung, ECM at work) are kept as a
search left them, which --search takes further. Curves (Bernstein, Birkner and others, ECM using
Edwards curves; Barbulescu and others, Finding ECM-friendly curves) are kept as a parameter and one
coordinate, from which the point is derived. All of it is verified in every run.
"""

import argparse
import os
import sys
from fractions import Fraction
from math import gcd, isqrt, lcm, log2, prod
from random import Random

HEADER = os.path.join("src", "algorithms", "ecm_tables.h")
DOUBLE = 255
START, SUBTRACT, USE_SECOND, KEEP = 1, 2, 4, 8
NAMES = ["40", "48", "56", "62", "64"]


def primes_between(low, high):
    """The primes p with low < p <= high."""
    sieve = bytearray([1]) * (high + 1)
    for p in range(2, int(high**0.5) + 1):
        sieve[p * p :: p] = bytes(len(sieve[p * p :: p]))
    return [p for p in range(max(2, low + 1), high + 1) if sieve[p]]


class Exponent:
    """A stage 1: the primes up to b1 and `more`, to the first power or what `powers` says."""

    def __init__(self, powers, b1, more=()):
        self.b1 = b1
        self.twos = powers[2]
        self.powers = {p: powers.get(p, 1) for p in [*primes_between(0, b1), *more]}
        self.value = prod(p**e for p, e in self.powers.items())
        self.odd = self.value >> self.twos


class Stage2:
    """Giants first*D .. last*D and pairs (giant, baby) that meet every prime up to b2 which the
    exponent leaves out. Where the giants reach beyond b2, a pair stays for primes there whose
    reciprocals, about their chances to be the one that is needed, add up to those of one at b2."""

    def __init__(self, exponent, step, first, last, b2=None):
        self.step, self.first, self.last = step, first, last
        self.end = last * step + step // 2
        self.b2 = b2 or self.end
        self.primes = [p for p in primes_between(exponent.b1, self.end) if p not in exponent.powers]
        sets = self.meetings()
        pairs = worth(sets, cover(sets), Fraction(1, self.b2))
        self.babies = sorted({j for _, j in pairs})
        self.pairs = [
            [self.babies.index(j) for i, j in pairs if i == giant]
            for giant in range(first, last + 1)
        ]
        met = set().union(*(sets[pair] for pair in pairs))
        assert self.babies[0] == 1 and all(p in met for p in self.primes if p <= self.b2)

    def meetings(self):
        """For each pair (i, j) the primes that divide i D - j or i D + j."""
        divisors = {}
        for p in self.primes:
            for multiple in range(p, self.end + 1, p):
                divisors.setdefault(multiple, []).append(p)
        pairs = {}
        for i in range(self.first, self.last + 1):
            for j in range(1, self.step // 2):
                if gcd(j, self.step) == 1:
                    met = {
                        p
                        for value in (i * self.step - j, i * self.step + j)
                        for p in divisors.get(value, ())
                    }
                    if met:
                        pairs[i, j] = met
        return pairs


def cover(sets):
    """Keys of `sets` whose union is everything: forced and dominating ones, then greedily, each a
    set that meets most, of those one with primes that few others meet, of those the first."""
    sets = {key: set(met) for key, met in sets.items()}
    holders = {}
    for key, met in sets.items():
        for p in met:
            holders.setdefault(p, set()).add(key)
    chosen = []

    def drop(key):
        for p in sets.pop(key):
            holders[p].discard(key)

    def choose(key):
        chosen.append(key)
        for p in list(sets[key]):
            for holder in holders.pop(p):
                sets[holder].discard(p)
        del sets[key]

    def dominated(key):
        met = sets[key]
        if not met:
            return True
        rarest = min(met, key=lambda p: (len(holders[p]), p))
        return any(
            other != key and met <= sets[other] and (met != sets[other] or other < key)
            for other in holders[rarest]
        )

    def gain(key):
        return -len(sets[key]), -sum(Fraction(1, len(holders[p])) for p in sets[key]), key

    while holders:
        for key in sorted(sets):
            if dominated(key):
                drop(key)
        forced = sorted({next(iter(keys)) for keys in holders.values() if len(keys) == 1})
        if forced:
            for key in forced:
                choose(key)
        else:
            choose(min(sets, key=gain))
    return sorted(chosen)


def worth(sets, pairs, least):
    """`pairs` without those that alone meet only primes whose reciprocals stay below `least`."""
    count = {}
    for pair in pairs:
        for p in sets[pair]:
            count[p] = count.get(p, 0) + 1

    def alone(pair):
        return sum(Fraction(1, p) for p in sets[pair] if count[p] == 1)

    kept = []
    for pair in sorted(pairs, key=lambda pair: (alone(pair), pair)):
        if alone(pair) >= least:
            kept.append(pair)
        else:
            for p in sets[pair]:
                count[p] -= 1
    return sorted(kept)


# Stage 1 of ECM: each batch multiplies the point by its number, and their product is the odd part
# of the exponent. "12-0" doubles R 12 times and subtracts S[0], the point at the batch's start;
# "3+1" doubles it 3 times and adds S[1], the point after the step marked "k". Found in some minutes
# of the search that --search runs, so there may be better ones.
BATCHES = {
    "40": ["9-0k 7+0 3-1 2+0", "12-0", "4+0"],
    "48": ["6+0 9+0 2-0 10-0", "8-0 5-0 9-0", "1+0 5-0 14-0", "10+0"],
    "56": ["36-0", "1+0 7+0 9-0 18+0", "14-0 9+0 5-0 2+0", "7+0k 4+0 9+0 9-1", "15-0 7+0"]
    + ["5+0 12+0", "3+0 6-0"],
    "62": ["9-0k 19-0 4+1 14+0", "35-0 3-0", "1+0 8+0 22-0", "3+0 16+0 11+0", "11+0 15-0 4-0"]
    + ["9+0k 7+0 13+1", "2+0k 2-0 12+1 11+0", "1+0k 5+0 14+1 3+1", "1+0k 7+0 5-1", "3+0"],
    "64": ["4+0 28-0 24-0", "7+0 12-0k 10+0 6+1", "3+0 18-0 12+0", "8+0k 9-0 9-1 7-1"]
    + ["2+0 4+0 24-0", "6-0k 6-0 17-1", "1+0k 1+0 17-1", "1+0k 13+0 5+1", "1+0k 1+0 16-1"]
    + ["15-0", "10+0 3+0"],
}

# The exponents, and D with the first and the last giant.
ECM = {
    "40": (Exponent({2: 6, 3: 3, 5: 2}, 29), (60, 1, 18)),
    "48": (Exponent({2: 7, 3: 4, 5: 2, 7: 2}, 59), (120, 1, 20)),
    "56": (Exponent({2: 10, 3: 6, 5: 3, 7: 3, 11: 2, 13: 2}, 113), (210, 1, 29)),
    "62": (Exponent({2: 10, 3: 6, 5: 4, 7: 3, 11: 2, 13: 2, 17: 2}, 181), (210, 1, 45)),
    "64": (Exponent({2: 11, 3: 6, 5: 4, 7: 3, 11: 2, 13: 2, 17: 2}, 199), (210, 2, 45)),
}

# Multiples through which the babies and D are reached, besides each other. --search shows that no fewer such
# multiples below D do.
TEMPORARIES = {60: [2, 3, 4, 5, 6, 30], 120: [2, 3, 5, 6, 24, 60], 210: [2, 3, 4, 5, 6, 7, 30, 105]}


def squares(primes):
    return {p: 2 for p in primes}


# P-1: the same, some single primes beyond b1, and b2, beyond which pairs get fewer.
PM1 = {
    "40": (Exponent({2: 8, 3: 6, 5: 4, 7: 2, 11: 2}, 103, [173]), (60, 1, 29, 1740)),
    "48": (
        Exponent(
            {2: 10, 3: 7, 5: 4, 7: 3, **squares([11, 13, 17, 19])},
            199,
            [223, 233, 239, 241, 257],
        ),
        (120, 2, 45, 3460),
    ),
    "56": (
        Exponent(
            {2: 11, 3: 7, 5: 5, 7: 4, **squares(primes_between(10, 31))},
            401,
            [419, 421, 431, 433, 439, 449, 457, 461, 463, 467, 491, 503, 523, 563, 569, 571, 601],
        ),
        (210, 2, 45, 6790),
    ),
    "62": (
        Exponent(
            {2: 13, 3: 8, 5: 4, 7: 4, **squares(primes_between(10, 43))},
            641,
            [647, 659, 661, 673, 677, 683, 701, 709, 719, 727, 733, 739, 743, 751]
            + [769, 787, 797, 809, 821, 823, 839, 877, 977, 991],
        ),
        (210, 3, 90, 11780),
    ),
    "64": (
        Exponent(
            {2: 11, 3: 7, 5: 5, 7: 4, 11: 3, **squares(primes_between(12, 37)), 43: 2},
            659,
            [673, 677, 683, 691, 701, 709, 719, 727, 733, 739, 743, 751, 761, 773, 787, 797]
            + [809, 821, 823, 827, 829, 853, 859, 863, 877, 881, 883, 907, 929, 941, 967]
            + [971, 977, 983, 991],
        ),
        (210, 3, 90, 13700),
    ),
}


# ---- Stage 1 of ECM ----


def parse_batch(text):
    """[(doublings, flags)]"""
    steps = []
    for word in text.split():
        keep = word.endswith("k")
        word = word.rstrip("k")
        flags = (START if not steps else 0) | (KEEP if keep else 0)
        flags |= (SUBTRACT if word[-2] == "-" else 0) | (USE_SECOND if word[-1] == "1" else 0)
        steps.append((int(word[:-2]), flags))
    return steps


def multiple(steps, r=1):
    """Returns the number by which a chain multiplies r."""
    s = [None, None]
    for doublings, flags in steps:
        if flags & START:
            s[0] = r
        operand = s[1 if flags & USE_SECOND else 0]
        r = (r << doublings) + (-operand if flags & SUBTRACT else operand)
        if flags & KEEP:
            s[1] = r
    return r


# ---- Points of stage 2 of ECM ----


def reach(targets):
    """Differential steps (n, a, b, a - b) or doublings (n, n / 2, n / 2, None) from 1 to all of the
    targets, each one as soon as it can be had."""
    known, steps = {1}, []
    left = sorted(set(targets) - known)
    while left:
        made = []
        for n in left:
            ways = [(a, n - a, 2 * a - n) for a in sorted(known) if n - a in known and 2 * a > n]
            ways = [way for way in ways if way[2] in known]
            if ways:
                steps.append((n, *ways[0]))
            elif n % 2 == 0 and n // 2 in known:
                steps.append((n, n // 2, n // 2, None))
            else:
                continue
            known.add(n)
            made.append(n)
        assert made
        left = [n for n in left if n not in made]
    return steps


def point_steps(stage2, temporaries, doubling):
    """Steps on slots, and how many slots: babies, giants, then temporaries, which share slots. The
    `temporaries` are what babies and D are reached through besides each other; `doubling` is the
    difference of a step that doubles."""
    step, giants = stage2.step, range(stage2.first, stage2.last + 1)
    fixed = [*stage2.babies, *(i * step for i in giants)]
    slots = {n: slot for slot, n in enumerate(fixed)}
    steps = reach([*stage2.babies, *temporaries, step])
    steps.append((2 * step, step, step, None))
    for i in range(3, stage2.last + 1):
        steps.append((i * step, i * step - step, step, i * step - 2 * step))
    last_use = {n: at for at, reads in enumerate(steps) for n in reads[1:]}
    free, slot_count, result = [], len(slots), []
    for at, (out, a, b, difference) in enumerate(steps):
        if out not in slots:
            if not free:
                free.append(slot_count)
                slot_count += 1
            slots[out] = min(free)
            free.remove(slots[out])
        result.append((slots[out], slots[a], slots[b], slots.get(difference, doubling)))
        done = {n for n in (a, b, difference) if n is not None and last_use[n] == at}
        free += sorted(slots[n] for n in done if slots[n] >= len(fixed))
    return result, slot_count


# ---- Curves ----

# The parameter of a curve and y of a point of infinite order, both small; or sigma. Few parameters
# have such a point. These are given, not searched: everything else is derived from them.
SIX = (
    "-3 32/23, -3/2 5/3, -13 343/143, 9/7 2/123, 7/4 981/1216, -5 783/185, 16/13 3/52, sigma=11, "
    "-7 80/67, 4 1521/1504, 17/5 220/221, 7 750/581, 3/2 193/743, 9/8 1741/2016, "
    "-11/3 2023/1383, 67/29 34/109, sigma=11/13, -12 2873/825, -19/18 925/756, sigma=47/3"
)
TWO_FOUR = (
    "9/32 20/3, 9 1/17, 5/21 225/17, 49/8 16/35, 47/4 20/109, 7/23 41/7, 61/45 135/137, "
    "91/9 3/7, 25/16 104/185, 27/23 29/39, 7/46 4, 53/22 55/241, 26/15 225/226, 47/28 116/173, "
    "72 145/216, 25/18 150/193, 93/43 53/117, 41/24 4/5, 69/16 52/69, 5/2 34/41, 8/19 233/64, "
    "16 61/64, 91/25 5/49, 93/32 8/9, 7/4 16/17, 31 1/97, 14/11 181/182, 11/10 34/41, "
    "29/22 44/61, 3/28 245/3, 49/19 95/101, 92/85 205/208, 27/64 148/27, 8/3 13/68, "
    "88/49 35/61, 96/79 17/24, 17/12 3/5, 63/26 181/189, 89/34 68/97, 29/11 13/85"
)


def square_root(q):
    """Returns the square root of the square of a rational number."""
    root = Fraction(isqrt(q.numerator), isqrt(q.denominator))
    assert root * root == q
    return root


def six_torsion(text):
    """(d, y) for the torsion group Z/6: the family's parameter t and y are given. Or Suyama's curve
    B v^2 = u^3 + A u^2 + u and his point on it, where -(A + 2) B, which A and the point tell but
    for a square factor, is a square: then that curve is one of ours."""
    if not text.startswith("sigma="):
        t, y = map(Fraction, text.split())
        return -16 * t**3 * (t * t - t + 1) / ((t - 1) ** 6 * (t + 1) ** 2), y
    sigma = Fraction(text[6:])
    r, s = sigma * sigma - 5, 4 * sigma
    a = (s - r) ** 3 * (3 * r + s) / (4 * r**3 * s) - 2
    u = (r / s) ** 3
    square_root(-(a + 2) * (u**3 + a * u * u + u))
    return (2 - a) / (2 + a), (u - 1) / (u + 1)


def two_four_torsion(text):
    """(d, y) for the torsion group Z/2 x Z/4."""
    e, y = map(Fraction, text.split())
    return -(e**4), y


def least_integers(d, y):
    """(X, Y, Z) for the point with that y and either x."""
    x = square_root((y * y - 1) / (1 + d * y * y))
    z = lcm(x.denominator, y.denominator)
    return int(x * z), int(abs(y) * z), z


def residue(q, p):
    return q.numerator * pow(q.denominator, -1, p) % p


def group_order(d, p):
    """Points modulo p: affine ones, and those where x or y is infinite, so that the other one's
    square is 1 / d or -1 / d."""
    roots = [0] * p
    for y in range(p):
        roots[y * y % p] += 1
    order = roots[d] + roots[p - d]
    for x in range(p):
        divisor = (1 - d * x * x) % p
        if divisor:
            order += roots[(1 + x * x) * pow(divisor, -1, p) % p]
    return order


def check_curve(d, curve, divisor):
    """The point is on the curve and of infinite order (a torsion point's order is at most 12, by
    Mazur); modulo primes the group's order is divisible by `divisor` and by nothing else in common,
    which is what the torsion group makes of it."""
    x, y, z = curve
    assert (y * y - x * x) * z * z == z**4 + d * x * x * y * y and max(curve) < 1 << 36
    orders = []
    for p in primes_between(10, 100):
        if d.denominator % p and residue(d, p) not in (0, p - 1):
            orders.append(group_order(residue(d, p), p))
    assert gcd(*orders) == divisor, (curve, orders)
    p = (1 << 61) - 1
    x, y, d = residue(Fraction(x, z), p), residue(Fraction(y, z), p), residue(d, p)
    u, v = x, y
    for _ in range(2, 13):
        both = d * x * y * u * v
        u, v = (
            (x * v + y * u) * pow(1 + both, -1, p) % p,
            (y * v + x * u) * pow(1 - both, -1, p) % p,
        )
        assert (u, v) != (0, 1)


def curves():
    """[(X, Y, Z)]"""
    result = []
    for texts, family, divisor in ((SIX, six_torsion, 12), (TWO_FOUR, two_four_torsion, 8)):
        for text in texts.split(", "):
            d, y = family(text)
            result.append(least_integers(d, y))
            check_curve(d, result[-1], divisor)
    return result


# ---- The searches ----


def cost(steps):
    """Modular products, about: 7 a doubling, 8 an addition with T before it, 1 more where a batch
    starts or a point is kept."""
    return sum(
        7 * doublings + 8 + bool(flags & START) + bool(flags & KEEP) for doublings, flags in steps
    )


def batch_pool(odd):
    """{number: (cost, text)}: for numbers that divide `odd` the cheapest batch, where it is not
    dear for its size."""
    pool = {}

    def extend(left, room, r, kept, words):
        for doublings in range(1, room - left + 2):
            for which, operand in enumerate([1, kept] if kept else [1]):
                for sign, addend in (("+", operand), ("-", -operand)):
                    number = (r << doublings) + addend
                    word = f"{doublings}{sign}{which}"
                    if left > 1:
                        extend(left - 1, room - doublings, number, kept, (*words, word))
                        if left > 2 and not kept:
                            extend(left - 1, room - doublings, number, number, (*words, word + "k"))
                    elif number > 1 and odd % number == 0:
                        text = " ".join((*words, word))
                        price = cost(parse_batch(text))
                        if price < min(pool.get(number, (9999,))[0], 7.9 * log2(number) + 16):
                            pool[number] = price, text

    for additions, room in ((1, 110), (2, 110), (3, 84), (4, 40), (5, 24)):
        extend(additions, room, 1, None, ())
    return pool


def cheap_product(number, pool, limit, nodes, noise):
    """Entries (cost, factor) of the pool whose factors multiply to `number`, for less than `limit`.
    With `noise`, a function, the first such that turns up in its order, otherwise the cheapest; in
    either case None where `nodes` do not suffice."""
    pool = [entry for entry in pool if number % entry[1] == 0]
    pool.sort(key=lambda entry: entry[0] - 7.9 * log2(entry[1]) + (noise() if noise else 0))
    by_prime = {p: [e for e in pool if e[1] % p == 0] for p in primes_between(2, 199)}
    primes = sorted(by_prime, key=lambda p: len(by_prime[p]))
    per_bit = min((c / log2(factor) for c, factor in pool), default=0)
    best = None

    def descend(rest, spent, chosen):
        nonlocal best, limit, nodes
        if rest == 1:
            best, limit = chosen, spent
            return
        nodes -= 1
        if spent + per_bit * log2(rest) >= limit - 0.5:
            return
        prime = next(p for p in primes if rest % p == 0)
        for entry in by_prime[prime]:
            if nodes < 0 or (best and noise):
                return
            if rest % entry[1] == 0 and spent + entry[0] < limit:
                descend(rest // entry[1], spent + entry[0], [*chosen, entry])

    descend(number, 0, [])
    return best


def improve_batches(name, pool, rounds, seed):
    """Takes a few batches at random and replaces them by others with the same product, in cycles
    that first accept worse ones and then less and less. The best list of texts."""
    odd, random = ECM[name][0].odd, Random(seed)
    texts = {n: text for n, (_, text) in pool.items() if odd % n == 0}
    prices = {n: price for n, (price, _) in pool.items() if odd % n == 0}
    for text in BATCHES[name]:
        steps = parse_batch(text)
        n = multiple(steps)
        if cost(steps) <= prices.get(n, 9999):
            texts[n], prices[n] = text, cost(steps)
    entries = [(price, n) for n, price in prices.items()]
    now = [(prices[n], n) for n in (multiple(parse_batch(text)) for text in BATCHES[name])]
    best = now
    for at in range(rounds):
        heat = max(0, 14 * (1 - at % 5000 / 4000))
        taken = random.sample(now, random.randint(2, min(6, len(now))))
        while log2(prod(n for _, n in taken)) > 115 and len(taken) > 2:
            taken.pop()
        limit = sum(c for c, _ in taken) + 0.6
        if heat:
            worse = sum(c for c, _ in now) - sum(c for c, _ in best)
            limit += min(heat * random.random(), 2.2 * heat - worse)
        noise = (lambda: 12 * random.random()) if heat else None
        found = cheap_product(prod(n for _, n in taken), entries, limit, 1500, noise)
        if found:
            rest = list(now)
            for entry in taken:
                rest.remove(entry)
            now = rest + found
            if sum(c for c, _ in now) < sum(c for c, _ in best):
                best = now
    return [texts[n] for _, n in best]


def fewest_temporaries(step):
    """The first of the smallest sets of multiples below `step` that reach() needs besides the
    babies and `step`, by trying every number that can be had next."""
    needed = [j for j in range(1, step // 2) if gcd(j, step) == 1] + [step]

    def can_have(n, known):
        return (n % 2 == 0 and n // 2 in known) or any(
            n - a in known and 2 * a - n in known for a in known if a < n < 2 * a
        )

    def extend(known, more, banned):
        known, count = set(known), 0
        while count != len(known):
            count = len(known)
            known.update(n for n in needed if n not in known and can_have(n, known))
        if known.issuperset(needed):
            return []
        for n in range(2, step if more else 0):
            if n not in known and n not in banned and can_have(n, known):
                rest = extend(known | {n}, more - 1, banned)
                if rest is not None:
                    return [n, *rest]
                banned = banned | {n}
        return None

    return next(
        found for more in range(20) if (found := extend({1}, more, frozenset())) is not None
    )


def search(rounds, seed):
    """Prints what the searches find, to be compared with what this file keeps of them."""
    for step, kept in TEMPORARIES.items():
        print(f"D = {step}: {fewest_temporaries(step)}, kept {kept}", flush=True)
    pool = batch_pool(ECM["64"][0].odd)
    print(f"{len(pool)} batches", flush=True)
    for name in NAMES:
        texts = improve_batches(name, pool, rounds, seed)
        old, new = (sum(cost(parse_batch(t)) for t in list_) for list_ in (BATCHES[name], texts))
        print(f"ECM {name}: {old} products, " + (f"{new} with {texts}" if new < old else "kept"))


# ---- The header ----

HEAD = '''\
/* SPDX-License-Identifier: MIT */
/*
 * ecm_tables.h: the tables that every number's ECM and P-1 run from; do not edit.
 *
 * Written by tools/ecm_tables.py, which says where they come from. They are programs without
 * branches on data, so that lanes and GPU threads run them in lockstep. Stage 1 of ECM is a chain
 * of doublings and few additions, stage 2 is pairs (giant i D, baby j): p divides i D - j or
 * i D + j for every prime p in (b1, b2] that the exponent of stage 1 leaves out.
 */
#ifndef FG_ALGORITHMS_ECM_TABLES_H
#define FG_ALGORITHMS_ECM_TABLES_H

#include "arith/target.h"

'''

TYPES = '''\
/* Stage 1 of ECM: R <- 2^doublings R, then R <- R + S[0]; the flags change the latter. */
struct fg_ecm_step {
    uint8_t doublings;
    uint8_t flags;
};
enum {
    FG_ECM_START = 1,      /* before the step: S[0] <- R */
    FG_ECM_SUBTRACT = 2,   /* R - S, not R + S */
    FG_ECM_USE_SECOND = 4, /* the operand is S[1], not S[0] */
    FG_ECM_KEEP = 8,       /* after the step: S[1] <- R */
};

/* Stage 2 of ECM, on slots with x-only multiples of Q: slot[out] = slot[a] + slot[b], where
 * slot[difference] is slot[a] - slot[b] up to its sign; or, where `difference` is FG_ECM_DOUBLE,
 * slot[out] = 2 slot[a]. `out` is never one of the slots that the step reads. */
struct fg_ecm_point_step {
    uint8_t out, a, b, difference;
};
enum { FG_ECM_DOUBLE = 255 };

/* One curve's work for numbers up to the bits of its name: [begin, end) in the arrays below.
 * R starts as 2^twos P. The babies, j < D / 2 and ascending, are slots 0 .. baby_count - 1, the
 * first of them j = 1, where the caller puts Q; the giants i D from i = first_giant on follow, then
 * temporaries up to slot_count. Giant by giant fg_pair_counts says how many babies it is paired
 * with, and fg_pair_slots which. */
struct fg_ecm_program {
    uint8_t twos;
    uint8_t baby_count, giant_count, slot_count;
    uint16_t b1;
    uint16_t baby_step; /* D */
    uint16_t first_giant;
    uint32_t b2;
    uint16_t step_begin, step_end;
    uint16_t point_step_begin, point_step_end;
    uint16_t pair_count_begin;
    uint16_t pair_slot_begin, pair_slot_end;
};
enum { FG_ECM_40, FG_ECM_48, FG_ECM_56, FG_ECM_62, FG_ECM_64, FG_ECM_PROGRAM_COUNT };

/* P-1 likewise. Bit exponent_bits - 1 of the exponent's words, least significant first, is its top
 * bit. Values are x^(j^2) and x^((i D)^2), pair slots are indices of babies, and the babies' j
 * begin at baby_begin. Every prime up to b1 divides the exponent. Giants reach beyond b2, with
 * pairs only where they meet more than one prime or so. */
struct fg_pm1_program {
    uint16_t exponent_word_begin, exponent_bits;
    uint16_t b1;
    uint16_t baby_step;
    uint16_t first_giant;
    uint32_t b2;
    uint8_t baby_count, giant_count;
    uint16_t baby_begin;
    uint16_t pair_count_begin;
    uint16_t pair_slot_begin, pair_slot_end;
};
enum { FG_PM1_40, FG_PM1_48, FG_PM1_56, FG_PM1_62, FG_PM1_64, FG_PM1_PROGRAM_COUNT };

/* A point (X : Y : Z) of infinite order on -x^2 + y^2 = 1 + d x^2 y^2, which determines d. Curves
 * with a torsion group Z/6 come first, FG_ECM_SIX_COUNT of them, then those with Z/2 x Z/4. All are
 * below 2^34. */
struct fg_ecm_curve {
    uint64_t x, y, z;
};
'''


class Tables:
    """Everything in the header, in flat lists."""

    def __init__(self):
        self.steps, self.point_steps, self.counts, self.slots = [], [], [], []
        self.words, self.babies, self.ecm, self.pm1, self.notes = [], [], [], [], []
        self.curves = curves()
        for name in NAMES:
            self.add_ecm(name)
        for name in NAMES:
            self.add_pm1(name)

    def add_pairs(self, stage2):
        """The fields pair_count_begin, pair_slot_begin, pair_slot_end."""
        begins = [len(self.counts), len(self.slots)]
        for babies in stage2.pairs:
            self.counts.append(len(babies))
            self.slots += babies
        return [*begins, len(self.slots)]

    def add_ecm(self, name):
        exponent, giants = ECM[name]
        stage2 = Stage2(exponent, *giants)
        steps = [step for batch in BATCHES[name] for step in parse_batch(batch)]
        assert multiple(steps) == exponent.odd, name
        points, slot_count = point_steps(stage2, TEMPORARIES[stage2.step], DOUBLE)
        begin, point_begin = len(self.steps), len(self.point_steps)
        self.steps += steps
        self.point_steps += points
        self.ecm.append(
            [exponent.twos, len(stage2.babies), len(stage2.pairs), slot_count, exponent.b1]
            + [stage2.step, stage2.first, stage2.b2, begin, len(self.steps)]
            + [point_begin, len(self.point_steps), *self.add_pairs(stage2)]
        )
        self.notes.append(
            f"ECM {name}: {exponent.twos} + {sum(d for d, _ in steps)} doublings, {len(steps)} "
            f"additions, {len(points)} point steps, {slot_count} slots, "
            f"{sum(map(len, stage2.pairs))} pairs"
        )

    def add_pm1(self, name):
        exponent, giants = PM1[name]
        stage2 = Stage2(exponent, *giants)
        begin, bits = len(self.words), exponent.value.bit_length()
        self.words += [exponent.value >> at & (1 << 64) - 1 for at in range(0, bits, 64)]
        baby_begin = len(self.babies)
        self.babies += stage2.babies
        self.pm1.append(
            [begin, bits, exponent.b1, stage2.step, stage2.first, stage2.b2]
            + [len(stage2.babies), len(stage2.pairs), baby_begin, *self.add_pairs(stage2)]
        )
        self.notes.append(
            f"P-1 {name}: {bits} bits, {len(stage2.pairs)} giants, "
            f"{sum(map(len, stage2.pairs))} pairs"
        )

    def size(self):
        """Bytes, as the compiler lays the tables out."""
        return (
            32 * len(self.ecm)
            + 28 * len(self.pm1)
            + 2 * len(self.steps)
            + 4 * len(self.point_steps)
            + len(self.counts)
            + len(self.slots)
            + 8 * len(self.words)
            + len(self.babies)
            + 24 * len(self.curves)
        )

    def header(self):
        six = len(SIX.split(", "))
        parts = [HEAD, TYPES]
        parts.append(f"enum {{ FG_ECM_SIX_COUNT = {six}, FG_ECM_CURVE_COUNT = {len(self.curves)} }};\n\n")
        parts.append("/* clang-format off */\n")
        parts.append(array("struct fg_ecm_program fg_ecm_programs", rows(self.ecm)))
        parts.append(array("struct fg_pm1_program fg_pm1_programs", rows(self.pm1)))
        parts.append(array("struct fg_ecm_step fg_ecm_steps", rows(self.steps)))
        parts.append(array("struct fg_ecm_point_step fg_ecm_point_steps", rows(self.point_steps)))
        parts.append(array("uint8_t fg_pair_counts", map(str, self.counts)))
        parts.append(array("uint8_t fg_pair_slots", map(str, self.slots)))
        parts.append(array("uint64_t fg_pm1_exponents", [f"0x{word:016x}u" for word in self.words]))
        parts.append(array("uint8_t fg_pm1_babies", map(str, self.babies)))
        parts.append(array("struct fg_ecm_curve fg_ecm_curves", rows(self.curves)))
        parts.append("/* clang-format on */\n\n#endif\n")
        return "".join(parts)


def rows(lists):
    return ["{" + ", ".join(map(str, row)) + "}" for row in lists]


def array(declaration, items):
    """A table with its items in lines of at most 100 columns."""
    items = list(items)
    lines, line = [], "   "
    for item in items:
        if len(line) + len(item) + 2 > 100:
            lines.append(line)
            line = "   "
        line += f" {item},"
    return f"FG_TABLE {declaration}[{len(items)}] = {{\n" + "\n".join([*lines, line]) + "\n};\n"


def write(tables, header, script, check):
    """Writes the tables' header, or only compares it with the one that is there."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, header)
    text = tables.header()
    if check:
        with open(path, encoding="ascii") as file:
            if file.read() != text:
                sys.exit(f"{header} is not what tools/{script} writes: run it.")
        return
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    print("\n".join([*tables.notes, f"{tables.size()} bytes"]))


def main():
    parser = argparse.ArgumentParser(description=f"Writes {HEADER}.")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")
    parser.add_argument("--search", type=int, metavar="ROUNDS", help="search, and write nothing")
    parser.add_argument("--seed", type=int, default=1, help="of --search (default 1)")
    arguments = parser.parse_args()
    if arguments.search is not None:
        search(arguments.search, arguments.seed)
        return
    write(Tables(), HEADER, os.path.basename(__file__), arguments.check)


if __name__ == "__main__":
    main()
