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
 * Returns whether the list with `first` in place of its first value begins with 1, ascends, and
 * consists of pairs d * (n/d) = n. The products imply the order of the upper half: the cofactors of
 * ascending divisors descend. No branch depends on a value.
 */
static FG_HD bool fg_divisors_pair_up_behind(uint64_t first, uint64_t n, const uint64_t *divisors,
                                             uint32_t count) {
    const uint64_t *lower = divisors, *upper = divisors + (count - 1);
    const uint64_t *const middle = divisors + count / 2;
    uint64_t divisor = first, wrong = divisor ^ 1;
    while (lower < middle) {
        const uint64_t cofactor = *upper--, next = *++lower;
        wrong |= (fg_mul64_low(divisor, cofactor) ^ n) | fg_mul64_high(divisor, cofactor);
        wrong |= next <= divisor;
        divisor = next;
    }
    if (count % 2 != 0) /* the root of a square is its own cofactor */
        wrong |= (fg_mul64_low(divisor, divisor) ^ n) | fg_mul64_high(divisor, divisor);
    return wrong == 0;
}

/*
 * Returns how many divisors n has if the primes in a list are its primes; 0 if an incomplete list
 * leaves a part of n unexplained. The list has passed fg_divisors_pair_up_behind(), and n >= 1. It
 * is fg_primes_from_divisors() without the primes, and with the power of 2 read from n. The first
 * value is not read.
 */
static FG_HD uint64_t fg_divisor_count_by_primes(uint64_t n, const uint64_t *divisors,
                                                 uint32_t count) {
    const uint32_t twos = fg_trailing_zeros64(n);
    uint64_t rest = n >> twos, expected = twos + UINT64_C(1);
    uint32_t i = 1;
    if (twos > 0 && (count < 2 || divisors[1] != 2))
        return 0;
    while (rest > 1) {
        uint64_t prime, quotient;
        do { /* composites do not divide: their primes were found before */
            if (i == count)
                return 0;
            prime = divisors[i++];
            quotient = rest / prime;
        } while ((quotient * prime != rest) & (quotient >= prime));
        if (quotient * prime != rest) /* above the root of what is left, which is prime */
            return fg_list_holds(divisors + 1, count - 1, rest) ? 2 * expected : 0;
        uint32_t exponent = 1;
        for (rest = quotient; (quotient = rest / prime) * prime == rest; rest = quotient)
            exponent++;
        expected *= exponent + UINT64_C(1);
    }
    return expected;
}

/*
 * Returns whether a list can be n's divisors: ascending from 1 to n, in pairs d * (n/d) = n, and as
 * many as the exponents of n demand. Then it is complete, because it has no other numbers, if its
 * primes are prime. It does not notice if a composite p * q was taken for a prime, so that p and q
 * are both missing. Tests against FLINT and comparisons of backends do.
 */
static FG_HD bool fg_divisors_plausible(uint64_t n, const uint64_t *divisors, uint32_t count) {
    return n > 0 && count > 0 && fg_divisors_pair_up_behind(divisors[0], n, divisors, count) &&
           fg_divisor_count_by_primes(n, divisors, count) == count;
}

#endif
