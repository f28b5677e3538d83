/* SPDX-License-Identifier: MIT */
/*
 * divisors.h: from the candidates that divide to the complete, checked list of divisors.
 *
 * The backends find which candidates divide; this file turns those hits into every divisor in
 * ascending order, derives the prime factorisation from a list, and checks a list against its
 * number.
 */
#ifndef FG_ALGORITHMS_DIVISORS_H
#define FG_ALGORITHMS_DIVISORS_H

#include "algorithms/candidates.h"
#include "arith/bits.h"
#include "arith/wide_mul.h"
#include "factor_gpu.h"

/*
 * Completes n's divisors in place. On entry list[0 .. hit_count) holds, ascending, the candidates
 * that divide candidates.dividend; on return list[0 .. r) holds all r divisors of n, ascending.
 * `list` and `scratch` have room for fg_divisor_bound(n) entries each.
 */
static FG_HD uint32_t fg_divisors_complete(struct fg_candidates candidates, uint64_t *list,
                                           uint32_t hit_count, uint64_t *scratch) {
    if (candidates.step == 1)
        return hit_count; /* exhaustive: the hits are the divisors */

    /* The cofactors of the hits, in reverse, are the divisors above the root. */
    const uint64_t m = candidates.dividend;
    uint32_t count = hit_count;
    for (uint32_t i = hit_count; i-- > 0;) {
        const uint64_t cofactor = m / list[i];
        if (cofactor != list[i])
            list[count++] = cofactor;
    }

    /* n's divisors are 2^i times these; merge one doubling at a time: D <- D + 2^i * odd. The odd
     * divisors are kept in the scratch, and the merge runs from the back so that it needs no copy.
     */
    const uint32_t odd_count = count;
    for (uint32_t i = 0; i < odd_count && candidates.twos > 0; i++)
        scratch[i] = list[i];
    for (uint32_t shift = 1; shift <= candidates.twos; shift++) {
        uint32_t left = count, right = odd_count, out = count + odd_count;
        count = out;
        while (right > 0) {
            const uint64_t doubled = scratch[right - 1] << shift;
            if (left > 0 && list[left - 1] > doubled) {
                list[--out] = list[--left];
            } else {
                list[--out] = doubled;
                right--;
            }
        }
    }
    return count;
}

/* Returns whether ascending list[0 .. count) holds `value`. */
static FG_HD bool fg_list_holds(const uint64_t *list, uint32_t count, uint64_t value) {
    uint32_t begin = 0, end = count;
    while (begin < end) {
        const uint32_t middle = begin + (end - begin) / 2;
        if (list[middle] < value)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin < count && list[begin] == value;
}

/*
 * Returns how many distinct primes n has, and writes its factorisation, from its complete ascending
 * divisors. The first divisor that divides what is left of n is prime, and so is what is left once
 * the next divisor is above its root. Writes at most `room` primes; returns room + 1 if an
 * incomplete list leaves a part of n unexplained.
 */
static FG_HD uint32_t fg_primes_from_divisors(uint64_t n, const uint64_t *divisors, uint32_t count,
                                              struct fg_prime_power *primes, uint32_t room) {
    uint32_t found = 0;
    uint64_t rest = n;
    for (uint32_t i = 1; i < count && rest > 1; i++) {
        uint64_t prime = divisors[i];
        const uint64_t quotient = rest / prime;
        if (quotient * prime != rest) {
            if (quotient >= prime)
                continue;
            if (!fg_list_holds(divisors, count, rest))
                return room + 1;
            prime = rest;
        }
        if (found == room)
            return room + 1;
        primes[found].prime = prime;
        primes[found].exponent = 0;
        do {
            rest /= prime;
            primes[found].exponent++;
        } while (rest % prime == 0);
        found++;
    }
    return rest == 1 ? found : room + 1;
}

/*
 * Returns whether a list can be n's divisors: ascending from 1 to n, in pairs d * (n/d) = n, and as
 * many as the exponents of n demand. It does not notice if a composite p * q was taken for a prime,
 * so that p and q are both missing. Tests against FLINT and comparisons of backends do.
 */
static FG_HD bool fg_divisors_plausible(uint64_t n, const uint64_t *divisors, uint32_t count) {
    if (n == 0 || count == 0 || divisors[0] != 1 || divisors[count - 1] != n)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t d = divisors[i], cofactor = divisors[count - 1 - i];
        if (i > 0 && d <= divisors[i - 1])
            return false;
        if (d * cofactor != n || fg_mul64_high(d, cofactor) != 0)
            return false;
    }
    struct fg_prime_power primes[FG_MAX_DISTINCT_PRIMES];
    const uint32_t distinct =
        fg_primes_from_divisors(n, divisors, count, primes, FG_MAX_DISTINCT_PRIMES);
    if (distinct > FG_MAX_DISTINCT_PRIMES)
        return false;
    uint64_t expected = 1;
    for (uint32_t i = 0; i < distinct; i++)
        expected *= primes[i].exponent + 1;
    return expected == count;
}

#endif
