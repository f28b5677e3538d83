/* SPDX-License-Identifier: MIT */
#ifndef FG_METHODS_SIEVE_FINISH_COLUMNS_H
#define FG_METHODS_SIEVE_FINISH_COLUMNS_H

/*
 * finish_columns.h: columns of a group of numbers in vectors.
 *
 * Each column has a loop of its own through the planes, for each height of the numbers, so that it
 * computes nothing that it does not need. The planes of a block stay in the cache from one column
 * to the next. Special numbers get values that mean nothing; finish_block.h replaces them.
 */
#include "methods/sieve/finish_carmichael.h"
#include "methods/sieve/finish_group.h"

#include "factor_gpu.h"

/* ---- Counts ---- */

/* The count of a number's entries, and the sum of the exponents of 2, 3, 5 and 7. */
FG_INLINE words entry_count(const struct group *group) {
    return words_add(group->small_counts, group->large_counts);
}
FG_INLINE words tiny_exponents(const struct group *group) {
    return words_add(words_add(group->twos, group->threes), words_add(group->fives, group->sevens));
}

/* Omega(n): every prime as often as it divides. */
FG_INLINE words all_primes(const struct group *group, const enum height height) {
    const words known = words_add(tiny_exponents(group), entry_count(group));
    return words_add_if(have_cofactor(group, height), known, words_of(1));
}

/* The count of small entries that repeat a prime: those that are even. */
FG_INLINE words repetitions(const struct group *group) {
    const words one = words_of(1);
    words sum = words_without(entry_or_one(group->entries[0]), one);
    for (uint32_t k = 1; k < GROUP_ENTRIES; k++)
        sum = words_add(sum, words_without(entry_or_one(group->entries[k]), one));
    if (__builtin_expect(group->has_more, 0))
        for (uint32_t k = GROUP_ENTRIES; group_has_small(group, k); k++)
            sum = words_add(sum, words_without(entry_or_one(group_small(group, k)), one));
    return sum;
}

/* omega(n): every prime once. */
FG_INLINE words distinct_primes(const struct group *group, const enum height height) {
    const words one = words_of(1);
    const words tiny =
        words_add(words_add(words_min(group->twos, one), words_min(group->threes, one)),
                  words_add(words_min(group->fives, one), words_min(group->sevens, one)));
    const words known = words_add(tiny, words_subtract(entry_count(group), repetitions(group)));
    return words_add_if(have_cofactor(group, height), known, one);
}

/* Returns which numbers have no prime twice. */
FG_INLINE chosen are_squarefree(const struct group *group) {
    words all = entry_or_one(group->entries[0]);
    for (uint32_t k = 1; k < GROUP_ENTRIES; k++)
        all = words_and(all, entry_or_one(group->entries[k]));
    if (__builtin_expect(group->has_more, 0))
        for (uint32_t k = GROUP_ENTRIES; group_has_small(group, k); k++)
            all = words_and(all, entry_or_one(group_small(group, k)));
    const words most =
        words_max(words_max(group->twos, group->threes), words_max(group->fives, group->sevens));
    return chosen_and(words_are_odd(all), words_exceed(words_of(2), most));
}

/* (-1)^count, in all bits of a lane. */
FG_INLINE words signs(words counts) {
    const words parity = words_and(counts, words_of(1));
    return words_subtract(words_of(1), words_add(parity, parity));
}

/* tau(m p) = tau(m) + tau(m without p's powers): `before` is the latter. */
FG_INLINE words divisor_counts(const struct group *group, const enum height height) {
    const words one = words_of(1);
    words count =
        words_multiply(words_multiply(words_add(group->twos, one), words_add(group->threes, one)),
                       words_multiply(words_add(group->fives, one), words_add(group->sevens, one)));
    words before = count;
    for (uint32_t k = 0; k < GROUP_ENTRIES; k++) {
        const words entry = entry_or_one(group->entries[k]);
        before = words_choose(words_are_odd(entry), count, before);
        count = words_add_if(words_differ(entry, one), count, before);
    }
    if (__builtin_expect(group->has_more, 0))
        for (uint32_t k = GROUP_ENTRIES; group_has_small(group, k); k++) {
            const words entry = entry_or_one(group_small(group, k));
            before = words_choose(words_are_odd(entry), count, before);
            count = words_add_if(words_differ(entry, one), count, before);
        }
    count = words_shift_left(count, group->large_counts);
    return words_add_if(have_cofactor(group, height), count, count);
}

/* ---- Smallest and largest primes ---- */

/* Chooses p if the exponent is not 0. */
FG_INLINE words prime_if(words exponents, uint32_t p, words otherwise) {
    return words_choose(words_equal(exponents, words_of(0)), otherwise, words_of(p));
}

/* The smallest known prime; 1 of a number without one, which is 1 or a prime. */
FG_INLINE words smallest_known(const struct group *group) {
    words smallest = words_of(1);
    if (group->has_large)
        smallest = group_large(group, 0);
    smallest =
        words_choose(words_equal(group->small_counts, words_of(0)), smallest, group->entries[0]);
    smallest = prime_if(group->sevens, 7, smallest);
    smallest = prime_if(group->fives, 5, smallest);
    smallest = prime_if(group->threes, 3, smallest);
    return prime_if(group->twos, 2, smallest);
}

/* The largest known prime; 1 of a number without one. */
FG_INLINE words largest_known(const struct group *group) {
    const words one = words_of(1);
    words largest = prime_if(group->twos, 2, one);
    largest = prime_if(group->threes, 3, largest);
    largest = prime_if(group->fives, 5, largest);
    largest = prime_if(group->sevens, 7, largest);
    for (uint32_t k = 0; k < GROUP_ENTRIES; k++)
        largest = words_max(largest, words_or(group->entries[k], one));
    if (__builtin_expect(group->has_more, 0))
        for (uint32_t k = GROUP_ENTRIES; group_has_small(group, k); k++)
            largest = words_max(largest, words_or(group_small(group, k), one));
    if (group->has_large)
        for (uint32_t k = 0; group_has_large(group, k); k++)
            largest = words_max(largest, group_large(group, k));
    return largest;
}

FG_INLINE void store_spf(const struct group *group, const enum height height, uint64_t *values) {
    const words smallest = smallest_known(group);
    const chosen is_alone = words_equal(smallest, words_of(1));
    if (height == BELOW_2_32) {
        store_words_as_longs(words_choose(is_alone, group->low, smallest), values);
        return;
    }
    const struct longs known = longs_of_words(smallest);
    const struct chosen_longs alone = longs_equal(known, longs_of(1));
    store_longs(longs_choose(alone, group->numbers, known), values);
}

FG_INLINE void store_gpf(const struct group *group, const enum height height, uint64_t *values) {
    const words largest = largest_known(group);
    if (height == BELOW_2_32) { /* a cofactor above 1 is larger than all known primes */
        store_words_as_longs(words_max(largest, narrow_cofactors(group)), values);
        return;
    }
    const struct longs cofactors = wide_cofactors(group, height);
    const struct chosen_longs none = longs_equal(cofactors, longs_of(1));
    store_longs(longs_choose(none, longs_of_words(largest), cofactors), values);
}

/* bound >= 1. */
FG_INLINE void store_smooth(const struct group *group, uint64_t bound, const enum height height,
                            void *values) {
    const struct longs largest = longs_of_words(largest_known(group));
    const chosen exceeds =
        chosen_or(chosen_of_longs(longs_exceed(wide_cofactors(group, height), bound)),
                  chosen_of_longs(longs_exceed(largest, bound)));
    store_words_as_bytes(words_choose(exceeds, words_of(0), words_of(1)), values);
}

/* ---- Products ---- */

FG_INLINE void store_product(const struct group *group, const enum factor factor,
                             const enum height height, uint64_t *values) {
    if (height == BELOW_2_32) {
        const struct narrow_products products = narrow_products_of(group, factor);
        const words cofactors = words_divide(group->low, products.known);
        const words last = narrow_cofactor_factor(factor, cofactors);
        store_words_as_longs(words_multiply(products.other, last), values);
        return;
    }
    const struct wide_products products = wide_products_of(group, factor, NULL);
    const struct longs cofactors =
        longs_divide(group->numbers, products.known, height == BELOW_2_64);
    store_longs(longs_multiply(products.other, wide_cofactor_factor(factor, cofactors)), values);
}

/*
 * sigma(n) modulo 2^64 is a product of words. It is below 2^53 for n < 2^50. Above, its high word
 * follows from its value as a double: that is below 2^67 and known up to a factor of 1 + 2^-47, so
 * that (sigma(n) - low word) / 2^64, a whole number, is known up to 2^-44.
 */
FG_INLINE void store_sigma(const struct group *group, const enum height height, uint64_t *values) {
    const bool is_high = height == BELOW_2_64;
    struct doubles about;
    const struct wide_products products =
        wide_products_of(group, FACTOR_SUMS, is_high ? &about : NULL);
    const struct longs cofactors = height == BELOW_2_32
                                       ? longs_of_words(narrow_cofactors(group))
                                       : longs_divide(group->numbers, products.known, is_high);
    const struct longs last = wide_cofactor_factor(FACTOR_SUMS, cofactors);
    const struct longs low = longs_multiply(products.other, last);
    if (!is_high) {
        store_long_pairs(low, longs_of(0), values);
        return;
    }
    about = doubles_multiply(about, doubles_of_longs(last));
    store_long_pairs(low, doubles_high_word(about, doubles_of_longs(low)), values);
}

/* ---- Sums of primes ---- */

/* The sum of the entries of small planes, below 18 * 2^16: of new primes only, or of all. */
FG_INLINE words add_entry(words sum, words entry, const bool is_distinct) {
    const words one = words_of(1);
    chosen counts = words_differ(entry, words_of(0));
    if (is_distinct)
        counts = chosen_and(counts, words_are_odd(entry));
    return words_add_if(counts, sum, words_or(entry, one));
}

/* p times its exponent, or p once. */
FG_INLINE words tiny_sum(words exponents, uint32_t p, const bool is_distinct) {
    const words times = is_distinct ? words_min(exponents, words_of(1)) : exponents;
    return words_multiply(times, words_of(p));
}

FG_INLINE words small_sum(const struct group *group, const bool is_distinct) {
    words sum = words_add(
        words_add(tiny_sum(group->twos, 2, is_distinct), tiny_sum(group->threes, 3, is_distinct)),
        words_add(tiny_sum(group->fives, 5, is_distinct), tiny_sum(group->sevens, 7, is_distinct)));
    for (uint32_t k = 0; k < GROUP_ENTRIES; k++)
        sum = add_entry(sum, group->entries[k], is_distinct);
    if (__builtin_expect(group->has_more, 0))
        for (uint32_t k = GROUP_ENTRIES; group_has_small(group, k); k++)
            sum = add_entry(sum, group_small(group, k), is_distinct);
    return sum;
}

/* sopfr(n), or sopf(n): at most n, and 0 for 1. */
FG_INLINE void store_prime_sum(const struct group *group, const bool is_distinct,
                               const enum height height, uint64_t *values) {
    const words one = words_of(1), small = small_sum(group, is_distinct);
    if (height == BELOW_2_32) {
        const words q = narrow_cofactors(group);
        store_words_as_longs(words_add_if(words_differ(q, one), small, q), values);
        return;
    }
    struct longs sum = longs_of_words(small);
    const struct longs q = wide_cofactors(group, height);
    sum = longs_choose(longs_equal(q, longs_of(1)), sum, longs_add(sum, q));
    if (group->has_large)
        for (uint32_t k = 0; group_has_large(group, k); k++) {
            const words p = group_large(group, k);
            const words is_there = words_choose(words_equal(p, one), words_of(0), p);
            sum = longs_add(sum, longs_of_words(is_there));
        }
    store_longs(sum, values);
}

/* ---- One column ---- */

/* Writes a column of truths, or of signs. */
FG_INLINE void store_bytes(const struct group *group, const enum fg_column column,
                           const enum height height, void *values) {
    const words one = words_of(1), zero = words_of(0);
    switch (column) {
    case FG_COLUMN_MOBIUS:
        store_words_as_bytes(
            words_choose(are_squarefree(group), signs(all_primes(group, height)), zero), values);
        break;
    case FG_COLUMN_LIOUVILLE:
        store_words_as_bytes(signs(all_primes(group, height)), values);
        break;
    case FG_COLUMN_SQUAREFREE:
        store_words_as_bytes(words_choose(are_squarefree(group), one, zero), values);
        break;
    default: /* is_prime */
        store_words_as_bytes(words_choose(words_equal(all_primes(group, height), one), one, zero),
                             values);
        break;
    }
}

/* Writes the column of a group's numbers; `column` and `height` are constants. */
FG_INLINE void fill_group(const struct group *group, const enum fg_column column, uint64_t bound,
                          const enum height height, void *values) {
    switch (column) {
    case FG_COLUMN_COUNT:
        store_words_as_longs(divisor_counts(group, height), values);
        break;
    case FG_COLUMN_SIGMA:
        store_sigma(group, height, values);
        break;
    case FG_COLUMN_PHI:
        store_product(group, FACTOR_TOTIENTS, height, values);
        break;
    case FG_COLUMN_OMEGA:
        store_words_as_longs(distinct_primes(group, height), values);
        break;
    case FG_COLUMN_BIGOMEGA:
        store_words_as_longs(all_primes(group, height), values);
        break;
    case FG_COLUMN_RADICAL:
        store_product(group, FACTOR_PRIMES, height, values);
        break;
    case FG_COLUMN_SPF:
        store_spf(group, height, values);
        break;
    case FG_COLUMN_GPF:
        store_gpf(group, height, values);
        break;
    case FG_COLUMN_SMOOTH:
        store_smooth(group, bound, height, values);
        break;
    case FG_COLUMN_CORE:
        store_product(group, FACTOR_CORES, height, values);
        break;
    case FG_COLUMN_SOPFR:
        store_prime_sum(group, false, height, values);
        break;
    case FG_COLUMN_SOPF:
        store_prime_sum(group, true, height, values);
        break;
    case FG_COLUMN_MOBIUS:
    case FG_COLUMN_IS_PRIME:
    case FG_COLUMN_LIOUVILLE:
    case FG_COLUMN_SQUAREFREE:
        store_bytes(group, column, height, values);
        break;
    case FG_COLUMN_CARMICHAEL:
        store_carmichael(group, height, values);
        break;
    default: /* finish_block.h has no function for other columns */
        break;
    }
}

/* Fills the column of numbers begin .. begin + count - 1, which are whole groups. */
FG_INLINE void fill_height(const struct fg_planes *planes, uint32_t begin, uint32_t count,
                           const enum fg_column column, uint64_t bound, const enum height height,
                           size_t entry_bytes, char *values) {
    struct cursor cursor = cursor_at(planes, begin);
    const uint32_t end = begin + count;
    for (; cursor.at < end; advance(&cursor)) {
        const struct group group = group_at(&cursor, height);
        fill_group(&group, column, bound, height, values);
        values += FG_GROUP * entry_bytes;
    }
}

#endif
