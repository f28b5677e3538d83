/* SPDX-License-Identifier: MIT */
/*
 * wide_side_search.h: the search for primes of n - 1 and n + 1 (wide_side_primes.h) in vectors of
 * the instruction set for which the file that includes this is compiled.
 */
#ifndef FG_FACTOR_WIDE_SIDE_SEARCH_H
#define FG_FACTOR_WIDE_SIDE_SEARCH_H

#include "methods/factor/wide_side_primes.h"

/* Fills the lanes of vector i: all bits set if n, which has these digits, is 1 or -1 modulo the
 * lane's prime. */
static inline void fg_side_near(const struct fg_side_primes *primes, unsigned i,
                                const double digits[4], fg_side_words *near) {
    const double round = 6755399441055744; /* 1.5 * 2^52 */
    const fg_side_doubles sum = digits[0] + digits[1] * primes->powers[i][0] +
                                digits[2] * primes->powers[i][1] + digits[3] * primes->powers[i][2];
    const fg_side_doubles quotient = sum * primes->inverse[i] + round - round;
    const fg_side_doubles rest = sum - quotient * primes->prime[i];
    *near = (rest == 1) | (rest == -1);
}

/* Writes the primes of a group whose vectors say so, and returns how many there are then. */
static inline unsigned fg_side_note(const struct fg_side_primes *primes, unsigned first,
                                    const fg_side_words near[FG_SIDE_GROUP], uint16_t *hits,
                                    unsigned count) {
    for (unsigned k = 0; k < FG_SIDE_GROUP; k++)
        for (unsigned lane = 0; lane < FG_SIDE_LANES; lane++)
            if (near[k][lane] != 0 && count < FG_SIDE_HITS_MOST)
                hits[count++] = (uint16_t)primes->prime[first + k][lane];
    return count;
}

/* Writes all p of the table for which n is 1 or -1 modulo p, and returns how many; the last one may
 * come more than once. */
static inline unsigned fg_side_primes_search(const struct fg_side_primes *primes, fg_wide n,
                                             uint16_t hits[FG_SIDE_HITS_MOST]) {
    const fg_wide mask = ((fg_wide)1 << FG_SIDE_DIGIT_BITS) - 1;
    double digits[4];
    unsigned count = 0;
    for (unsigned i = 0; i < 4; i++)
        digits[i] = (double)(uint64_t)(n >> (i * FG_SIDE_DIGIT_BITS) & mask);
    for (unsigned i = 0; i < FG_SIDE_PRIMES / FG_SIDE_LANES; i += FG_SIDE_GROUP) {
        fg_side_words near[FG_SIDE_GROUP], any = {0};
        for (unsigned k = 0; k < FG_SIDE_GROUP; k++) {
            fg_side_near(primes, i + k, digits, &near[k]);
            any |= near[k];
        }
        int64_t found = 0;
        for (unsigned lane = 0; lane < FG_SIDE_LANES; lane++)
            found |= any[lane];
        if (found != 0)
            count = fg_side_note(primes, i, near, hits, count);
    }
    return count;
}

#endif
