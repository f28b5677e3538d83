/* SPDX-License-Identifier: MIT */
/*
 * marked_divisors.h: lists of divisors in which a device has marked the primes, and their check.
 *
 * The first divisor is 1, so that its place is free for a word that says where the odd primes of
 * the number are in the list, and how often each divides it. A device knows that when it writes a
 * list. With it the check multiplies the primes; without it, it must find them by divisions.
 */
#ifndef FG_ALGORITHMS_MARKED_DIVISORS_H
#define FG_ALGORITHMS_MARKED_DIVISORS_H

#include "algorithms/divisors.h"
#include "algorithms/factorization.h"

/*
 * The marks: bit 0 is set. Bit k, 1 <= k <= FG_MARKED_PLACES: value number k is an odd prime.
 * Behind them are two bits for each of the first FG_MARKED_EXPONENTS of these primes: its exponent
 * less one, at most 3. Primes at later places have no mark. The marks of the number 1 and of a
 * power of 2 are 1.
 */
#define FG_NO_MARKS UINT64_C(1)
#define FG_MARKED_PLACES 48
#define FG_MARKED_EXPONENTS 7

/* Returns marks with one more prime, above those marked before. `odd_prime` is its number among the
 * odd primes, from 0. */
static FG_HD uint64_t fg_marks_with(uint64_t marks, uint32_t place, uint32_t odd_prime,
                                    uint32_t exponent) {
    FG_VERIFY_CHECK(place >= 1 && exponent >= 1);
    if (place > FG_MARKED_PLACES)
        return marks;
    const uint32_t more = exponent - 1 < 3 ? exponent - 1 : 3;
    if (odd_prime < FG_MARKED_EXPONENTS)
        marks |= (uint64_t)more << (FG_MARKED_PLACES + 1 + 2 * odd_prime);
    return marks | UINT64_C(1) << place;
}

/* Returns the marks of the complete divisors of a factorised number. */
static FG_HD uint64_t fg_marks_of(const struct fg_factorization *factors,
                                  const uint64_t *divisors) {
    const uint32_t even = factors->distinct > 0 && factors->primes[0] == 2;
    uint64_t marks = FG_NO_MARKS;
    uint32_t place = 1;
    for (uint32_t i = even; i < factors->distinct; i++) {
        while (divisors[place] != factors->primes[i])
            place++;
        marks = fg_marks_with(marks, place, i - even, factors->exponents[i]);
    }
    return marks;
}

/* Returns the product of the marked primes, each as often as its exponent says, and multiplies
 * `*count_of_divisors` by what they contribute. 0 if the product passes 2^64, or if a place is
 * beyond the list. */
static FG_HD uint64_t fg_multiply_marked(const uint64_t *divisors, uint32_t count,
                                         uint64_t *count_of_divisors) {
    const uint64_t marks = divisors[0];
    uint64_t places = marks & ((UINT64_C(2) << FG_MARKED_PLACES) - 2);
    uint64_t exponents = marks >> (FG_MARKED_PLACES + 1), product = 1, carried = 0;
    if (count <= FG_MARKED_PLACES && places >> count != 0)
        return 0;
    for (; places != 0; places &= places - 1, exponents >>= 2) {
        const uint64_t prime = divisors[fg_trailing_zeros64(places)], more = exponents & 3;
        for (uint64_t e = 0; e <= more; e++)
            fg_factorization_multiply(&product, prime, &carried);
        *count_of_divisors *= more + 2;
    }
    return carried == 0 ? product : 0;
}

/*
 * Returns whether a list, whose first value is its marks, can be n's divisors with 1 in their
 * place.
 *
 * It proves that the list ascends, that all its values are divisors of n, and that they are as many
 * as n has, if the marked values are primes: the pairs d * (n/d) = n leave no other numbers, and a
 * product of powers of primes has at most as many divisors as their exponents say. So the list is
 * complete, unless a composite was taken for a prime, which fg_divisors_plausible() does not notice
 * either. A list from which something was lost on its way does not agree with its marks. If the
 * marks leave a part of n open, the list passes if that part is in it as one prime would be, or if
 * it passes fg_divisors_plausible().
 */
static FG_HD bool fg_marked_divisors_plausible(uint64_t n, const uint64_t *divisors,
                                               uint32_t count) {
    if (n == 0 || count == 0 || !fg_divisors_pair_up_behind(1, n, divisors, count))
        return false;
    const uint32_t twos = fg_trailing_zeros64(n);
    const uint64_t odd = n >> twos;
    uint64_t expected = twos + UINT64_C(1);
    if (twos > 0 && divisors[1] != 2)
        return false;
    const uint64_t product = fg_multiply_marked(divisors, count, &expected);
    if (product == odd)
        return expected == count;
    if (product == 0 || odd % product != 0)
        return false;
    /* A prime above the root of n begins the upper half. */
    return (2 * expected == count && divisors[expected] == odd / product) ||
           fg_divisor_count_by_primes(n, divisors, count) == count;
}

#endif
