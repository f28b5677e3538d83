#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check the certificates of primes that factor-gpu --certify=FILE has written.

usage: tools/check_certificates.py [FILE...]        (standard input without a FILE)

Each line is a JSON object with the number "n" and how it is proved:

  "bases"  n passes the strong test to the 13 bases; a proof below 3317044064679887385961981
           (Sorenson, Webster, "Strong pseudoprimes to twelve prime bases", 2015).
  "n-1"    for each factor q of n - 1, base a: a^(n-1) = 1 and gcd(a^((n-1)/q) - 1, n) = 1.
  "n+1"    for each factor q of n + 1, a Lucas sequence U(p, q): U_(n+1) = 0 and gcd(U_((n+1)/q), n) = 1.
           All have one discriminant.
  "both"   factors of both kinds, those of n - 1 with a base.

Let F be the product of the factors' full powers in n - 1 (or n + 1). Every divisor of n is then 1 (or
+-1) modulo F, and with (n -+ 1) / F = 2 F s + r the theorems 5 and 17 (m = 1) of Brillhart, Lehmer and
Selfridge, "New primality criteria and factorizations of 2^m +- 1" (1975) prove n. With both, n has no
divisor that is 1 modulo F_(n-1) F_(n+1) / 2 (Lenstra, "Divisors in residue classes", 1984). A factor must
be prime: below the bound above this is tested; from there on it needs a line of its own.

It is plain Python and shares nothing with the program. Exit status: 0 if all hold, 1 if one does not,
2 if a file cannot be read.
"""

import json
import sys
from math import gcd, isqrt

BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
BASES_END = 3317044064679887385961981


class Rejected(Exception):
    """Why a line proves nothing."""


def need(condition, why):
    if not condition:
        raise Rejected(why)


def is_strong(n, base):
    """Returns whether n passes the strong test to the base."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    x = pow(base, odd, n)
    if x in (1, n - 1):
        return True
    return any((x := x * x % n) == n - 1 for _ in range(twos - 1))


def is_prime_by_bases(n):
    if n < 2 or n in BASES or any(n % base == 0 for base in BASES):
        return n in BASES
    return n < BASES_END and all(is_strong(n, base) for base in BASES)


def lucas(p, q, k, n):
    """U_k(p, q) modulo n: x^k = U_k x - q U_(k-1) modulo x^2 - p x + q. Returns U_k."""
    a, b = 1, 0  # a + b x
    for bit in bin(k)[2:]:
        a, b = (a * a - q * b * b) % n, (2 * a * b + p * b * b) % n
        if bit == "1":
            a, b = -q * b % n, (a + p * b) % n
    return b


def member(line, name):
    """The member of a JSON object."""
    need(isinstance(line, dict) and name in line, f'a JSON object with "{name}" is missing')
    return line[name]


def number(line, name):
    """A member that is a whole number in decimal."""
    text = member(line, name)
    need(isinstance(text, str) and text.isascii() and text.isdigit(), f'"{name}" is no string of digits')
    need(len(text) < 1000, f'"{name}" has {len(text)} digits, too many for this check')
    return int(text)


def small(factor, name):
    """A member that is a witness."""
    value = member(factor, name)
    need(type(value) is int, f'the witness "{name}" is no whole number')
    return value


def check_minus(n, prime, factor):
    base = small(factor, "base")
    need(pow(base, n - 1, n) == 1, f"base {base}: its power n - 1 is not 1")
    need(gcd(pow(base, (n - 1) // prime, n) - 1, n) == 1, f"base {base} is no witness for {prime}")


def check_plus(n, prime, factor):
    p, q = small(factor, "p"), small(factor, "q")
    need(gcd(2 * q * (p * p - 4 * q), n) == 1, f"sequence {p}, {q} has a factor in common with n")
    need(lucas(p, q, n + 1, n) == 0, f"sequence {p}, {q}: its term n + 1 is not 0")
    need(gcd(lucas(p, q, (n + 1) // prime, n), n) == 1, f"sequence {p}, {q} is no witness for {prime}")


def check_size(n, minus, factored, rest):
    """Checks that no composite n is left."""
    s, r = divmod(rest, 2 * factored)
    if minus:
        need(n < (factored + 1) * (2 * factored**2 + (r - 1) * factored + 1), "too little is factored")
        square = r * r - 8 * s
    else:
        if r > factored:
            s, r = s + 1, r - 2 * factored
        need(n < (factored - 1) * (2 * factored**2 + factored - abs(r) * factored + 1),
             "too little is factored")
        square = r * r + 8 * s
    need(s == 0 or square < 0 or isqrt(square) ** 2 != square, "n is composite: a discriminant is square")


def has_divisor(n, s):
    """Returns whether n has a divisor d = 1 modulo s, 1 < d < n, for an s above its cube root and below n."""
    a, b, c, even = [s, n % s], [0, 1], [0, (n // s) % s], False
    while True:
        low, high = (1 - s, s - 1) if even else (2 * a[1] * b[1], a[1] * b[1] + n // (s * s))
        for value in range(low + (c[1] - low) % s, high + 1, s):  # x a + y b = value
            total, product = value * s + a[1] + b[1] * (n % s), a[1] * b[1] * n
            square = total * total - 4 * product
            if a[1] == 0:
                candidates = [n // (value // b[1] * s + n % s)] if b[1] and value % b[1] == 0 else []
            elif square < 0 or isqrt(square) ** 2 != square:
                candidates = []
            else:  # a (x s + 1)
                candidates = [(total + isqrt(square)) // (2 * a[1]), (total - isqrt(square)) // (2 * a[1])]
            if any(1 < d < n and n % d == 0 for d in candidates):
                return True
        if a[1] == 0:
            return False
        quotient = (a[0] - 1) // a[1] if even else a[0] // a[1]
        a, b = [a[1], a[0] - quotient * a[1]], [b[1], b[0] - quotient * b[1]]
        c, even = [c[1], (c[0] - quotient * c[1]) % s], not even


def check_side(n, minus, factors):
    """Checks the witnesses of a side; returns F, and the primes that need lines of their own."""
    side = n - 1 if minus else n + 1
    factored, open_primes = 1, []
    for factor in factors:
        prime = number(factor, "prime")
        need(prime > 1 and side % prime == 0 and factored % prime != 0, f"{prime} is no new factor")
        if prime >= BASES_END:
            open_primes.append(prime)
        else:
            need(is_prime_by_bases(prime), f"{prime} is not prime")
        (check_minus if minus else check_plus)(n, prime, factor)
        while side // factored % prime == 0:
            factored *= prime
    need(factored % 2 == 0, "the factor 2 is missing")
    if not minus:
        discriminants = {f["p"] * f["p"] - 4 * f["q"] for f in factors}
        need(len(discriminants) == 1, "the sequences have several discriminants")
    return factored, open_primes


def check_factors(n, proof, factors):
    """Checks a proof by factors; returns the primes that need lines of their own."""
    need(isinstance(factors, list) and all(isinstance(factor, dict) for factor in factors),
         '"factors" is no list of objects')
    if proof != "both":
        factored, open_primes = check_side(n, proof == "n-1", factors)
        check_size(n, proof == "n-1", factored, (n - 1 if proof == "n-1" else n + 1) // factored)
        return open_primes
    below, open_below = check_side(n, True, [factor for factor in factors if "base" in factor])
    above, open_above = check_side(n, False, [factor for factor in factors if "base" not in factor])
    together = below * above // 2
    need(together**3 > n, "too little is factored")
    if together**2 > n:  # the other divisor is below it
        need(n % (n % together) != 0 or n % together == 1, "n is composite")
    else:
        need(not has_divisor(n, together), "n is composite")
    return open_below + open_above


def check_line(text):
    """Checks a line; returns n and the primes that it stands on."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Rejected(f"it is no JSON, or not all of its line ({error})") from error
    n, proof = number(line, "n"), member(line, "proof")
    need(n > 2 and n % 2 == 1, "n is even, or no prime")
    if proof == "bases":
        need(member(line, "bases") == list(BASES), "the bases are not the first 13 primes")
        need(n < BASES_END and is_prime_by_bases(n), "the bases do not prove n")
        return n, []
    need(proof in ("n-1", "n+1", "both"), "the proof is of no known kind")
    return n, check_factors(n, proof, member(line, "factors"))


def check_file(name, file, proved, waiting):
    """Checks the lines of a file; returns how many there are, and how many were rejected."""
    count = rejected = 0
    for count, text in enumerate(file, 1):
        try:
            n, primes = check_line(text)
            proved.add(n)
            waiting.extend((f"{name}:{count}", n, prime) for prime in primes)
        except Rejected as why:
            rejected += 1
            print(f"{name}:{count}: rejected: {why}", file=sys.stderr)
    return count, rejected


def main(names):
    if names[:1] == ["--help"]:
        print(__doc__)
        return 0
    proved, waiting, count, rejected = set(), [], 0, 0
    for name in names or ["-"]:
        try:
            with sys.stdin if name == "-" else open(name, encoding="utf-8") as file:
                lines, bad = check_file(name, file, proved, waiting)
                count, rejected = count + lines, rejected + bad
        except (OSError, UnicodeDecodeError) as error:
            print(f"{name}: cannot be read: {error}", file=sys.stderr)
            return 2
    # A factor of n -+ 1 is at most half of n + 1, so that no two lines can stand on each other.
    for place, n, prime in waiting:
        if prime not in proved:
            rejected += 1
            print(f"{place}: rejected: {n} stands on {prime}, which has no line that holds", file=sys.stderr)
    print(f"{count} certificates of {len(proved)} primes, {rejected} rejected")
    return 1 if rejected else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
