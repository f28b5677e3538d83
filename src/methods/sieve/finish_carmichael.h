/* SPDX-License-Identifier: MIT */
#ifndef FG_METHODS_SIEVE_FINISH_CARMICHAEL_H
#define FG_METHODS_SIEVE_FINISH_CARMICHAEL_H

/*
 * finish_carmichael.h: the reduced totients of a group of numbers in vectors.
 *
 * lambda(n) is the least common multiple of lambda(p^e) over the prime powers of n: p^(e-1) (p - 1)
 * for an odd p; 1, 2 and 2^(e-2) for 2, 4 and 2^e. It is built up in ascending order of the primes,
 * as a power of two times an odd number O. A factor of p^e that repeats p multiplies O by p: no
 * prime below p, or equal to it, gave O that factor p. For a new prime O is multiplied by what
 * gcd(O, p - 1) leaves of p - 1 without its power of two.
 *
 * The greatest common divisor comes from a remainder, which is of the size of p, and then from
 * subtractions and shifts of words (J. Stein, 1967). The remainder is that of the nearest quotient,
 * because its sign does not matter: with the bounds of finish_group.h a quotient x of n and d has
 * |n - x d| <= d / 2 + 5 u n, which is d / 2 + 10240 for n < 2^64, d / 2 + 1280 for n < 2^32 in
 * floats.
 *
 * The last factor is that of the cofactor q: f = q - 1, or 1. O divides lambda(m) for m = n / q: it
 * is 1 for m < 3, and otherwise at most m / 2, because lambda(m) is even. So O f < 2^63 for m > 1,
 * and the smaller of both is below 2^31.5. The remainder of the larger divided by the smaller is
 * below 2^31 in size; for m = 1 that of f and O = 1 is 0.
 */
#include "methods/sieve/finish_group.h"

/* The least common multiple of the factors so far: 2^twos times an odd number, which is in `narrow`
 * for numbers below 2^32 and otherwise in `odd`. */
struct lcm {
    words twos;
    words narrow;
    struct longs odd;
};

/* gcd(x, y), for an odd y. A lane is done when its x is 0. */
FG_INLINE words gcd_with_odd(words x, words y) {
    chosen busy = words_differ(x, words_of(0));
    while (chosen_bits(busy) != 0) {
        x = words_shift_right(x, words_trailing_zeros(x));
        const words less = words_choose(busy, words_min(x, y), y);
        x = words_subtract(words_max(x, y), less);
        y = less;
        busy = words_differ(x, words_of(0));
    }
    return y;
}

/* The size of a difference that is between -2^31 and 2^31. */
FG_INLINE words size_of(words difference) {
    return words_min(difference, words_subtract(words_of(0), difference));
}
FG_INLINE words narrow_remainder(words n, words d) {
    return size_of(words_subtract(n, words_multiply(words_divide(n, d), d)));
}
/* d < 2^32. */
FG_INLINE words wide_remainder(struct longs n, struct longs d, const enum height height) {
    const struct longs quotient = longs_divide(n, d, height == BELOW_2_64);
    return size_of(words_of_longs(longs_subtract(n, longs_multiply(quotient, d))));
}

FG_INLINE words less_one(words exponents) {
    const words one = words_of(1);
    return words_subtract(words_max(exponents, one), one);
}

/* The least common multiple of the reduced totients of 2^a 3^b 5^c 7^d. lambda(7) = 6. */
FG_INLINE struct lcm lcm_of_tiny(const struct group *group, const enum height height) {
    const words one = words_of(1), two = words_of(2);
    const words sevens = words_min(group->sevens, one), fives = words_min(group->fives, one);
    const words of_twos = words_max(less_one(words_min(group->twos, two)),
                                    words_subtract(words_max(group->twos, two), two));
    const words of_odd =
        words_max(words_max(words_min(group->threes, one), sevens), words_add(fives, fives));
    const words threes = words_max(less_one(group->threes), sevens);
    const words powers = words_multiply(
        words_multiply(words_look_up(tiny_factors[FACTOR_POWERS][0], threes),
                       words_look_up(tiny_factors[FACTOR_POWERS][1], less_one(group->fives))),
        words_look_up(tiny_factors[FACTOR_POWERS][2], less_one(group->sevens)));
    struct lcm lcm = {.twos = words_max(of_twos, of_odd), .narrow = powers};
    if (height != BELOW_2_32)
        lcm.odd = longs_of_words(powers);
    return lcm;
}

/* Takes a factor f of each number: p - 1 for a new prime p < 2^32, or else p, if it is repeated,
 * or 1. */
FG_INLINE void take_factor(struct lcm *lcm, words f, chosen is_new, const enum height height) {
    const words twos = words_trailing_zeros(f), odd = words_shift_right(f, twos);
    const words remainder = height == BELOW_2_32
                                ? narrow_remainder(lcm->narrow, odd)
                                : wide_remainder(lcm->odd, longs_of_words(odd), height);
    const words left = words_divide(odd, gcd_with_odd(remainder, odd));
    const words times = words_choose(is_new, left, odd);
    lcm->twos = words_max(lcm->twos, twos);
    if (height == BELOW_2_32)
        lcm->narrow = words_multiply(lcm->narrow, times);
    else
        lcm->odd = longs_multiply_words(lcm->odd, times);
}

/* Takes the factors of all entries. */
FG_INLINE void take_entries(struct lcm *lcm, const struct group *group, const enum height height) {
    const words one = words_of(1);
    for (uint32_t k = 0; group_has_small(group, k); k++) {
        const words entry = group_small(group, k);
        take_factor(lcm, words_max(words_xor(entry, one), one), words_are_odd(entry), height);
    }
    for (uint32_t k = 0; height != BELOW_2_32 && group_has_large(group, k); k++) {
        const words p = group_large(group, k);
        take_factor(lcm, large_factor(FACTOR_TOTIENTS, p), words_are_odd(p), height);
    }
}

FG_INLINE void store_narrow_carmichael(const struct group *group, uint64_t *values) {
    struct lcm lcm = lcm_of_tiny(group, BELOW_2_32);
    take_entries(&lcm, group, BELOW_2_32);
    const words f = narrow_cofactor_factor(FACTOR_TOTIENTS, narrow_cofactors(group));
    const words less = words_min(lcm.narrow, f), twos = words_trailing_zeros(f);
    const words odd =
        words_choose(words_equal(less, lcm.narrow), lcm.narrow, words_shift_right(f, twos));
    const words gcd = gcd_with_odd(narrow_remainder(words_max(lcm.narrow, f), less), odd);
    const words more = words_subtract(words_max(lcm.twos, twos), twos);
    store_words_as_longs(words_multiply(words_shift_left(f, more), words_divide(lcm.narrow, gcd)),
                         values);
}

/* If f has 32 trailing zeros or more, that is more than O's power of two has, and what the low word
 * says of them is more, too. */
FG_INLINE void store_wide_carmichael(const struct group *group, const enum height height,
                                     uint64_t *values) {
    const bool is_high = height == BELOW_2_64;
    struct lcm lcm = lcm_of_tiny(group, height);
    take_entries(&lcm, group, height);
    const struct longs f = wide_cofactor_factor(FACTOR_TOTIENTS, wide_cofactors(group, height));
    const struct chosen_longs is_less = longs_are_less(f, lcm.odd);
    const words low = words_of_longs(f), twos = words_trailing_zeros(low);
    const words odd = words_choose(chosen_of_longs(is_less), words_shift_right(low, twos),
                                   words_of_longs(lcm.odd));
    const words remainder = wide_remainder(longs_choose(is_less, lcm.odd, f),
                                           longs_choose(is_less, f, lcm.odd), height);
    const words gcd = gcd_with_odd(remainder, odd);
    const words more = words_subtract(words_max(lcm.twos, twos), twos);
    const struct longs left = longs_divide(lcm.odd, longs_of_words(gcd), is_high);
    store_longs(longs_multiply(longs_shift_left(f, more), left), values);
}

FG_INLINE void store_carmichael(const struct group *group, const enum height height,
                                uint64_t *values) {
    if (height == BELOW_2_32)
        store_narrow_carmichael(group, values);
    else
        store_wide_carmichael(group, height, values);
}

#endif
