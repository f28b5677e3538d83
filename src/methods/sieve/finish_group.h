/* SPDX-License-Identifier: MIT */
#ifndef FG_METHODS_SIEVE_FINISH_GROUP_H
#define FG_METHODS_SIEVE_FINISH_GROUP_H

/*
 * finish_group.h: a group of neighbouring numbers in vectors: their exponents and entries, products
 * over their primes, and their cofactors.
 *
 * A file includes it behind the vectors of its instruction set (finish_words_*.h).
 *
 * The known part d of a number n is the product of its powers of 2, 3, 5, 7 and of its entries. It
 * divides n, so that the cofactor q = n / d is whole. Floating point finds q in one of three ways.
 * A rounding changes a value by a factor of 1 + r with |r| <= u: u is 2^-24 for a float and 2^-53
 * for a double. Four roundings change it by less than a factor of 1 + 5 u.
 *
 * - n < 2^50, doubles: n and d are exact. 1 / d and its product with n are rounded: the estimate of
 *   q < 2^50 is off by less than 2^50 * 2.1 u < 0.27, and rounds to q. (AVX2 divides, exactly.)
 * - n < 2^64, doubles: n, d, 1 / d and the product are rounded. The estimate becomes an integer
 *   x = q + e with |e| <= 5 u q + 1/2; so e is 0 if 5 u q < 1/2. If e is not 0, then q > 2^49 and
 *   d < 2^15, and the rest n - x d = -e d is in size at most 5 u n + d / 2 < 2^15: modulo 2^64 it
 * is known exactly. The rest divided by d is -e, in size below 2^14, off by a factor of 1 + 3 u: it
 *   rounds to -e, so that x - e = q is exact. An estimate of 2^64 counts as 2^64 - 1 in AVX-512,
 * and is taken modulo 2^64 in AVX2; both leave |e| within its bound.
 * - n < 2^32, floats, in AVX-512: in the same way e is 0 if q < 2^20, and otherwise d < 2^12 and
 * the rest is in size below 2^12. An estimate of 2^32 counts as 2^32 - 1.
 */
#include "methods/sieve/planes.h"

/* The sizes of numbers, by the arithmetic that their cofactors need. */
enum height { BELOW_2_32, BELOW_2_50, BELOW_2_64 };

static inline enum height height_of(const struct fg_planes *planes) {
    const uint64_t last = planes->first + planes->count - 1;
    if (last >> 32 == 0 && planes->large_counts == NULL)
        return BELOW_2_32;
    return last >> 50 == 0 ? BELOW_2_50 : BELOW_2_64;
}

/* Entries of so many small planes are taken at once. Most numbers have no more. */
#define GROUP_ENTRIES 4

struct group {
    words low; /* the numbers modulo 2^32 */
    struct longs numbers;
    words twos, threes, fives, sevens; /* exponents */
    words small_counts, large_counts;
    words entries[GROUP_ENTRIES]; /* of the first small planes; 0 without an entry */
    bool has_more;                /* a number has more */
    bool has_large;               /* a number has an entry in a large plane */
    const uint16_t *small;        /* the entries of the group's first number */
    const uint32_t *large;
};

/* A place in a segment, with the place in the patterns. */
struct cursor {
    const struct fg_planes *planes;
    uint32_t at, at_3, at_5, at_7;
    words low;
    struct longs numbers;
};

FG_INLINE uint32_t wrapped(uint32_t at, uint32_t period) {
    return at < period ? at : at - period;
}

FG_INLINE struct cursor cursor_at(const struct fg_planes *planes, uint32_t at) {
    const uint64_t n = planes->first + at;
    return (struct cursor){.planes = planes,
                           .at = at,
                           .at_3 = (planes->at_3 + at) % FG_PERIOD_3,
                           .at_5 = (planes->at_5 + at) % FG_PERIOD_5,
                           .at_7 = (planes->at_7 + at) % FG_PERIOD_7,
                           .low = words_from((uint32_t)n),
                           .numbers = longs_from(n)};
}

FG_INLINE void advance(struct cursor *cursor) {
    cursor->at += FG_GROUP;
    cursor->at_3 = wrapped(cursor->at_3 + FG_GROUP, FG_PERIOD_3);
    cursor->at_5 = wrapped(cursor->at_5 + FG_GROUP, FG_PERIOD_5);
    cursor->at_7 = wrapped(cursor->at_7 + FG_GROUP, FG_PERIOD_7);
    cursor->low = words_add(cursor->low, words_of(FG_GROUP));
    cursor->numbers = longs_add(cursor->numbers, longs_of(FG_GROUP));
}

/* The entries of small plane k, 0 without an entry. */
FG_INLINE words group_small(const struct group *group, uint32_t k) {
    return words_of_small(words_exceed(group->small_counts, words_of(k)),
                          group->small + (size_t)k * FG_SMALL_STRIDE);
}
/* The entries of large plane k, 1 without an entry. */
FG_INLINE words group_large(const struct group *group, uint32_t k) {
    return words_of_large(words_exceed(group->large_counts, words_of(k)),
                          group->large + (size_t)k * FG_LARGE_STRIDE);
}
/* Returns whether a number of the group has more than k small entries, or large ones. */
FG_INLINE bool group_has_small(const struct group *group, uint32_t k) {
    return chosen_bits(words_exceed(group->small_counts, words_of(k))) != 0;
}
FG_INLINE bool group_has_large(const struct group *group, uint32_t k) {
    return k < FG_LARGE_PLANES && chosen_bits(words_exceed(group->large_counts, words_of(k))) != 0;
}

FG_INLINE struct group group_at(const struct cursor *cursor, const enum height height) {
    const struct fg_planes *const planes = cursor->planes;
    struct group group = {
        .low = cursor->low,
        .numbers = cursor->numbers,
        .twos = words_trailing_zeros(cursor->low),
        .threes = words_of_bytes(planes->tiny->of_3 + cursor->at_3),
        .fives = words_of_bytes(planes->tiny->of_5 + cursor->at_5),
        .sevens = words_of_bytes(planes->tiny->of_7 + cursor->at_7),
        .small_counts = words_of_bytes(planes->small_counts + cursor->at),
        .large_counts = words_of(0),
        .small = planes->small + cursor->at,
    };
    if (height != BELOW_2_32 && planes->large_counts != NULL) {
        group.large_counts = words_of_bytes(planes->large_counts + cursor->at);
        group.large = planes->large + cursor->at;
        group.has_large = group_has_large(&group, 0);
    }
    for (uint32_t k = 0; k < GROUP_ENTRIES; k++)
        group.entries[k] = group_small(&group, k);
    group.has_more = group_has_small(&group, GROUP_ENTRIES);
    return group;
}

/* ---- Products over the primes ---- */

/* The factors of a product over prime powers p^e. */
enum factor {
    FACTOR_POWERS,   /* p^e: the known part */
    FACTOR_TOTIENTS, /* p^(e-1) (p - 1) */
    FACTOR_SUMS,     /* 1 + p + ... + p^e */
    FACTOR_PRIMES,   /* p */
    FACTOR_CORES,    /* p if e is odd, else 1 */
};

/* The factors of 3^e, 5^e and 7^e. */
static const uint32_t tiny_factors[][3][FG_LOOKED_UP] __attribute__((aligned(64))) = {
    [FACTOR_POWERS] = {{1, 3, 9, 27, 81, 243, 729}, {1, 5, 25, 125, 625}, {1, 7, 49, 343, 2401}},
    [FACTOR_TOTIENTS] = {{1, 2, 6, 18, 54, 162, 486}, {1, 4, 20, 100, 500}, {1, 6, 42, 294, 2058}},
    [FACTOR_SUMS] = {{1, 4, 13, 40, 121, 364, 1093}, {1, 6, 31, 156, 781}, {1, 8, 57, 400, 2801}},
    [FACTOR_PRIMES] = {{1, 3, 3, 3, 3, 3, 3}, {1, 5, 5, 5, 5}, {1, 7, 7, 7, 7}},
    [FACTOR_CORES] = {{1, 3, 1, 3, 1, 3, 1}, {1, 5, 1, 5, 1}, {1, 7, 1, 7, 1}},
};

/* Below 2^32: 1093 * 781 * 2801 is the largest. */
FG_INLINE words tiny_product(const struct group *group, const enum factor factor) {
    const words threes = words_look_up(tiny_factors[factor][0], group->threes);
    const words fives = words_look_up(tiny_factors[factor][1], group->fives);
    const words sevens = words_look_up(tiny_factors[factor][2], group->sevens);
    return words_multiply(words_multiply(threes, fives), sevens);
}

/* By how many bits the factor of 2^e shifts, of all but FACTOR_SUMS. */
FG_INLINE words twos_shift(const struct group *group, const enum factor factor) {
    const words one = words_of(1);
    switch (factor) {
    case FACTOR_TOTIENTS:
        return words_subtract(words_max(group->twos, one), one);
    case FACTOR_PRIMES:
        return words_min(group->twos, one);
    case FACTOR_CORES:
        return words_and(group->twos, one);
    default:
        return group->twos;
    }
}

/* The factor of a power depends on how often its prime is repeated: it is known behind the last
 * repetition. Of the others every entry has a factor by itself. */
FG_INLINE bool is_run(const enum factor factor) {
    return factor == FACTOR_SUMS || factor == FACTOR_CORES;
}

/* Makes the entry of a number that has none 1, which is odd as that of a new prime. */
FG_INLINE words entry_or_one(words entry) {
    return words_max(entry, words_of(1));
}

/*
 * Takes the next entry and returns a factor. If is_run(), that is the factor of the power before,
 * or 1 if the entry repeats its prime, and `*run` becomes that of the entry's power so far. An
 * entry 0, which stands for none, has the factor 1. In a run it counts as a new prime.
 */
FG_INLINE words entry_factor(const enum factor factor, words entry, words *run) {
    const words one = words_of(1);
    if (is_run(factor))
        entry = entry_or_one(entry);
    const chosen is_new = words_are_odd(entry);
    words ended, repeated;
    switch (factor) {
    case FACTOR_TOTIENTS: /* p - 1 for a new prime, p for a repeated one, written as p - 1 */
        return words_xor(entry, one);
    case FACTOR_PRIMES:
        return words_choose(is_new, entry, one);
    case FACTOR_SUMS:
        ended = words_choose(is_new, *run, one);
        repeated = words_add(words_multiply(*run, words_or(entry, one)), one);
        *run = words_add_if(words_differ(entry, one), entry, one);
        *run = words_choose(is_new, *run, repeated);
        return ended;
    case FACTOR_CORES:
        ended = words_choose(is_new, *run, one);
        repeated = words_choose(words_equal(*run, one), words_or(entry, one), one);
        *run = words_choose(is_new, entry, repeated);
        return ended;
    default:
        return words_or(entry, one);
    }
}

/* The factor of a large prime, which is never repeated; 1 of 1. p + 1 is below 2^32. */
FG_INLINE words large_factor(const enum factor factor, words p) {
    const words one = words_of(1);
    if (factor == FACTOR_TOTIENTS)
        return words_max(words_xor(p, one), one);
    if (factor == FACTOR_SUMS)
        return words_add_if(words_differ(p, one), p, one);
    return p;
}

/*
 * The product of the factors of the small entries is left * right * more. The entries of `more`
 * are those behind the first; 1 if the group has none.
 *
 * A factor of a prime power below 2^16 is at most 65522: that of FACTOR_SUMS is p + 1 <= 65522, or
 * 1 + p + ... + p^e <= 63253 for e > 1, of 251^2. So the product of two is below 2^32.
 */
struct small_product {
    words left, right;
    words narrow_more; /* `more` modulo 2^32, the only one that is there if the numbers are below */
    struct longs more;
};

/* The product of the powers, which is the known part, and of another kind of factor. */
struct small_products {
    struct small_product known, other;
};

/* Multiplies the product of a group that has more entries by what two of them give. */
FG_INLINE void multiply_more(struct small_products *products, words power, words other,
                             const bool is_narrow) {
    if (is_narrow) {
        products->known.narrow_more = words_multiply(products->known.narrow_more, power);
        products->other.narrow_more = words_multiply(products->other.narrow_more, other);
    } else {
        products->known.more = longs_multiply_words(products->known.more, power);
        products->other.more = longs_multiply_words(products->other.more, other);
    }
}

FG_INLINE struct small_products small_products_of(const struct group *group,
                                                  const enum factor factor, const bool is_narrow) {
    struct small_products products;
    words powers[GROUP_ENTRIES], factors[GROUP_ENTRIES + 1];
    words run = words_of(1);
    products.known.more = products.other.more = longs_of(1);
    products.known.narrow_more = products.other.narrow_more = words_of(1);
    for (uint32_t k = 0; k < GROUP_ENTRIES; k++) {
        powers[k] = entry_factor(FACTOR_POWERS, group->entries[k], &run);
        factors[k] = entry_factor(factor, group->entries[k], &run);
    }
    if (__builtin_expect(group->has_more, 0))
        for (uint32_t k = GROUP_ENTRIES; group_has_small(group, k); k++) {
            const words entry = group_small(group, k);
            const words power = entry_factor(FACTOR_POWERS, entry, &run);
            multiply_more(&products, power, entry_factor(factor, entry, &run), is_narrow);
        }
    factors[GROUP_ENTRIES] = run;
    const uint32_t first = is_run(factor); /* then the first factor is 1 */
    products.known.left = words_multiply(powers[0], powers[1]);
    products.known.right = words_multiply(powers[2], powers[3]);
    products.other.left = words_multiply(factors[first], factors[first + 1]);
    products.other.right = words_multiply(factors[first + 2], factors[first + 3]);
    return products;
}

/* The products of both kinds of factors for numbers below 2^32, if they are below 2^32 too: of all
 * but FACTOR_SUMS. */
struct narrow_products {
    words known, other;
};

FG_INLINE words narrow_product_of(const struct group *group, const struct small_product *small,
                                  const enum factor factor) {
    words product =
        words_multiply(words_multiply(small->left, small->right), tiny_product(group, factor));
    if (__builtin_expect(group->has_more, 0))
        product = words_multiply(product, small->narrow_more);
    const words power = words_lowest_bit(group->low);
    if (factor == FACTOR_POWERS)
        return words_multiply(product, power);
    if (factor == FACTOR_TOTIENTS)
        return words_multiply(product, words_max(words_halve(power), words_of(1)));
    return words_shift_left(product, twos_shift(group, factor));
}

FG_INLINE struct narrow_products narrow_products_of(const struct group *group,
                                                    const enum factor factor) {
    const struct small_products small = small_products_of(group, factor, true);
    return (struct narrow_products){narrow_product_of(group, &small.known, FACTOR_POWERS),
                                    narrow_product_of(group, &small.other, factor)};
}

/* The products modulo 2^64. */
struct wide_products {
    struct longs known, other;
};

/* The product of all but the large primes. If `approximate` is not NULL, also its value as a
 * double: off by at most a factor of 1 + 2^-47, for up to 36 roundings with those. */
FG_INLINE struct longs wide_product_of(const struct group *group, const struct small_product *small,
                                       const enum factor factor, struct doubles *approximate) {
    struct longs factors[4] = {longs_of_product(small->left, small->right),
                               longs_of_words(tiny_product(group, factor)), small->more,
                               longs_of(1)};
    struct longs product = longs_multiply(factors[0], factors[1]);
    if (__builtin_expect(group->has_more, 0))
        product = longs_multiply(product, small->more);
    if (factor == FACTOR_SUMS) { /* 2^(e + 1) - 1; e <= 31 */
        const struct longs one = longs_of(1);
        factors[3] =
            longs_subtract(longs_shift_left(one, words_add(group->twos, words_of(1))), one);
        product = longs_multiply(product, factors[3]);
    } else {
        product = longs_shift_left(product, twos_shift(group, factor));
    }
    if (approximate != NULL) {
        *approximate = doubles_of_longs(factors[0]);
        for (int k = 1; k < 4; k++)
            *approximate = doubles_multiply(*approximate, doubles_of_longs(factors[k]));
    }
    return product;
}

FG_INLINE struct wide_products wide_products_of(const struct group *group, const enum factor factor,
                                                struct doubles *approximate) {
    const struct small_products small = small_products_of(group, factor, false);
    struct wide_products products = {
        wide_product_of(group, &small.known, FACTOR_POWERS, NULL),
        wide_product_of(group, &small.other, factor, approximate),
    };
    if (!group->has_large)
        return products;
    for (uint32_t k = 0; group_has_large(group, k); k++) {
        const words p = group_large(group, k);
        const struct longs other = longs_of_words(large_factor(factor, p));
        products.known = longs_multiply(products.known, longs_of_words(p));
        products.other = longs_multiply(products.other, other);
        if (approximate != NULL)
            *approximate = doubles_multiply(*approximate, doubles_of_longs(other));
    }
    return products;
}

/* The known part: the product of the powers alone. */
FG_INLINE words narrow_known(const struct group *group) {
    return narrow_products_of(group, FACTOR_POWERS).known;
}
FG_INLINE struct longs wide_known(const struct group *group) {
    return wide_products_of(group, FACTOR_POWERS, NULL).known;
}

/* ---- Cofactors ---- */

/* The cofactors, 1 or a prime each. Of numbers below 2^32, and of any. */
FG_INLINE words narrow_cofactors(const struct group *group) {
    return words_divide(group->low, narrow_known(group));
}
FG_INLINE struct longs wide_cofactors(const struct group *group, const enum height height) {
    if (height == BELOW_2_32)
        return longs_of_words(narrow_cofactors(group));
    return longs_divide(group->numbers, wide_known(group), height == BELOW_2_64);
}

/* The factors of the cofactors, which are 1 or primes. */
FG_INLINE words narrow_cofactor_factor(const enum factor factor, words q) {
    const words one = words_of(1);
    return factor == FACTOR_TOTIENTS ? words_max(words_subtract(q, one), one) : q;
}
FG_INLINE struct longs wide_cofactor_factor(const enum factor factor, struct longs q) {
    const struct longs one = longs_of(1);
    if (factor == FACTOR_TOTIENTS)
        return longs_choose(longs_equal(q, one), one, longs_subtract(q, one));
    if (factor == FACTOR_SUMS)
        return longs_choose(longs_equal(q, one), one, longs_add(q, one));
    return q;
}

/* Returns which numbers have a cofactor above 1: no division is needed for that. */
FG_INLINE chosen have_cofactor(const struct group *group, const enum height height) {
    if (height == BELOW_2_32)
        return words_differ(group->low, narrow_known(group));
    const struct longs known = wide_known(group);
    return chosen_not(chosen_of_longs(longs_equal(group->numbers, known)));
}

#endif
