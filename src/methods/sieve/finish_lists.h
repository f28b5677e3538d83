/* SPDX-License-Identifier: MIT */
#ifndef FG_METHODS_SIEVE_FINISH_LISTS_H
#define FG_METHODS_SIEVE_FINISH_LISTS_H

/*
 * finish_lists.h: the lists of a segment's primes, a group of numbers at a time.
 *
 * A number's list is written with stores of fixed lengths that may reach past its end: the next
 * number's list, which is written later, covers what is too much. A file includes this header
 * behind its own struct draft: what the lists of a group are made of, uint64_t cofactors[FG_GROUP],
 * uint32_t exceptions and bool has_large among it. Behind the header it has
 *
 *     fitting(group)      which numbers write_lists() can write
 *     draft_lists(group, draft)
 *     write_lists(draft, has_large, offsets, values)
 *
 * Numbers that do not fit, and special ones, are written one by one behind the others of a group.
 */
#include "methods/sieve/finish_group.h"

#include "batch/results.h"
#include "methods/sieve/finish_number.h"
#include <string.h>

/* Capacity is reserved for so many numbers at once, and for the values that stores write past the
 * end: from a length on, which is a byte and means nothing if the number is special. */
#define LISTS_BLOCK 1024
#define LISTS_SPARE 320

/* Groups whose lists are drafted before the first of them is written. What a list is made of, which
 * vectors store and words load, is then no longer on its way to the cache. */
#define LISTS_GROUPS 16

/* Returns which numbers write_lists() can write. */
FG_INLINE chosen fitting(const struct group *group);
/* Fills the draft of a group's lists, of which `cofactors` is filled in. */
FG_INLINE void draft_lists(const struct group *group, struct draft *draft);
/* Writes the lists of a draft: that of number i from values[offsets[i]] on, the cofactor last.
 * `has_large` is draft->has_large. */
FG_INLINE void write_lists(const struct draft *draft, const bool has_large, const size_t *offsets,
                           uint64_t *values);

/* Returns the bits of `special` for a group, whose first number has an index divisible by 8. */
FG_INLINE uint32_t special_bits(const struct fg_planes *planes, uint32_t at) {
    const uint8_t *const bytes = planes->special + at / 8;
    return FG_GROUP == 8 ? bytes[0] : bytes[0] | (uint32_t)bytes[1] << 8;
}

/* The cofactors of a group, and whether the product of each with the known part is the number. */
FG_INLINE chosen list_cofactors(const struct group *group, const enum height height,
                                uint64_t cofactors[FG_GROUP], chosen *are_there) {
    if (height == BELOW_2_32) {
        const words known = narrow_known(group);
        const words q = words_divide(group->low, known);
        store_words_as_longs(q, cofactors);
        *are_there = words_differ(q, words_of(1));
        return words_equal(words_multiply(q, known), group->low);
    }
    const struct longs known = wide_known(group);
    const struct longs q = longs_divide(group->numbers, known, height == BELOW_2_64);
    store_longs(q, cofactors);
    *are_there = chosen_not(chosen_of_longs(longs_equal(q, longs_of(1))));
    return chosen_of_longs(longs_equal(longs_multiply(q, known), group->numbers));
}

/* The primes of one number of the drafts, which need not be found twice. */
struct found {
    uint32_t at; /* index of the number in the segment; UINT32_MAX: none is here */
    uint32_t count;
    uint64_t primes[FG_NUMBER_PRIMES];
};

/* Finds the primes of number `at`, unless they are there. */
static enum fg_status find_primes(const struct fg_planes *planes, uint32_t at, struct found *found,
                                  struct fg_error *error) {
    if (found->at == at)
        return FG_OK;
    found->at = at;
    return fg_planes_number(planes, at, found->primes, &found->count, error);
}

/* Replaces the lengths of special numbers' lists by the right ones. */
__attribute__((noinline, cold)) static enum fg_status
count_special(const struct fg_planes *planes, uint32_t at, uint32_t lanes,
              uint32_t lengths[FG_GROUP], struct found *found, struct fg_error *error) {
    for (; lanes != 0; lanes &= lanes - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(lanes);
        FG_TRY(find_primes(planes, at + lane, found, error));
        lengths[lane] = found->count;
    }
    return FG_OK;
}

/* Writes the lists of some lanes. `offsets` has one entry more than lanes. */
__attribute__((noinline, cold)) static enum fg_status
write_exceptions(const struct fg_planes *planes, uint32_t at, uint32_t lanes, const size_t *offsets,
                 uint64_t *values, struct found *found, struct fg_error *error) {
    for (; lanes != 0; lanes &= lanes - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(lanes);
        FG_TRY(find_primes(planes, at + lane, found, error));
        if (found->count != offsets[lane + 1] - offsets[lane])
            return fg_planes_fail(planes, at + lane, error);
        memcpy(values + offsets[lane], found->primes, found->count * sizeof *found->primes);
    }
    return FG_OK;
}

/* Drafts the lists of a group: offsets[0] is there, and those behind it are written. */
FG_INLINE enum fg_status draft_group(const struct cursor *cursor, uint32_t end,
                                     const enum height height, size_t *offsets, struct draft *draft,
                                     struct found *found, struct fg_error *error) {
    const struct fg_planes *const planes = cursor->planes;
    const uint32_t all = (uint32_t)((UINT64_C(1) << FG_GROUP) - 1);
    const uint32_t left = end - cursor->at;
    const struct group group = group_at(cursor, height);
    chosen have_one;
    const uint32_t right = chosen_bits(list_cofactors(&group, height, draft->cofactors, &have_one));
    const uint32_t special = special_bits(planes, cursor->at);
    const uint32_t absent = left < FG_GROUP ? all & all << left : 0;
    if (__builtin_expect((right | special | absent) != all, 0))
        return fg_planes_fail(
            planes, cursor->at + (uint32_t)__builtin_ctz(~(right | special | absent)), error);
    words lengths = words_add(
        words_add(words_add(group.twos, group.threes), words_add(group.fives, group.sevens)),
        words_add(group.small_counts, group.large_counts));
    lengths = words_add_if(have_one, lengths, words_of(1));
    if (__builtin_expect((special | absent) != 0, 0)) {
        uint32_t each[FG_GROUP];
        store_words(lengths, each);
        for (uint32_t lane = left; lane < FG_GROUP; lane++)
            each[lane] = 0;
        FG_TRY(count_special(planes, cursor->at, special & ~absent, each, found, error));
        lengths = load_words(each);
    }
    store_sums(words_prefix_sums(lengths), offsets[0], offsets + 1);
    draft_lists(&group, draft);
    draft->exceptions = (special | (all & ~chosen_bits(fitting(&group)))) & ~absent;
    return FG_OK;
}

/* Writes the lists of drafts, whose first number is `at`. */
FG_INLINE enum fg_status write_drafts(const struct fg_planes *planes, uint32_t at,
                                      const enum height height, const struct draft *drafts,
                                      uint32_t count, const size_t *offsets, uint64_t *values,
                                      struct found *found, struct fg_error *error) {
    for (uint32_t i = 0; i < count; i++) {
        if (height != BELOW_2_32 && drafts[i].has_large)
            write_lists(&drafts[i], true, offsets, values);
        else
            write_lists(&drafts[i], false, offsets, values);
        if (__builtin_expect(drafts[i].exceptions != 0, 0))
            FG_TRY(
                write_exceptions(planes, at, drafts[i].exceptions, offsets, values, found, error));
        at += FG_GROUP;
        offsets += FG_GROUP;
    }
    return FG_OK;
}

/* Appends the lists of numbers begin .. end - 1, for which there is capacity. */
FG_INLINE enum fg_status append_height(const struct fg_planes *planes, uint32_t begin, uint32_t end,
                                       const enum height height, struct fg_results *results,
                                       struct fg_error *error) {
    struct draft drafts[LISTS_GROUPS];
    struct found found = {.at = UINT32_MAX};
    struct cursor cursor = cursor_at(planes, begin);
    size_t *offsets = results->offsets + results->count;
    while (cursor.at < end) {
        const uint32_t at = cursor.at;
        uint32_t count = 0;
        for (; count < LISTS_GROUPS && cursor.at < end; advance(&cursor)) {
            FG_TRY(draft_group(&cursor, end, height, offsets + (size_t)count * FG_GROUP,
                               &drafts[count], &found, error));
            count++;
        }
        FG_TRY(write_drafts(planes, at, height, drafts, count, offsets, results->values, &found,
                            error));
        offsets += (size_t)count * FG_GROUP;
    }
    results->count += end - begin;
    return FG_OK;
}

static enum fg_status append_narrow(const struct fg_planes *planes, uint32_t begin, uint32_t end,
                                    struct fg_results *results, struct fg_error *error) {
    return append_height(planes, begin, end, BELOW_2_32, results, error);
}
static enum fg_status append_middle(const struct fg_planes *planes, uint32_t begin, uint32_t end,
                                    struct fg_results *results, struct fg_error *error) {
    return append_height(planes, begin, end, BELOW_2_50, results, error);
}
static enum fg_status append_high(const struct fg_planes *planes, uint32_t begin, uint32_t end,
                                  struct fg_results *results, struct fg_error *error) {
    return append_height(planes, begin, end, BELOW_2_64, results, error);
}

static enum fg_status append_block(const struct fg_planes *planes, uint32_t begin, uint32_t end,
                                   struct fg_results *results, struct fg_error *error) {
    const size_t count = end - begin + FG_GROUP; /* offsets are written in whole groups */
    FG_TRY(fg_results_reserve_run(results, count, count * FG_NUMBER_PRIMES + LISTS_SPARE, error));
    switch (height_of(planes)) {
    case BELOW_2_32:
        return append_narrow(planes, begin, end, results, error);
    case BELOW_2_50:
        return append_middle(planes, begin, end, results, error);
    case BELOW_2_64:
        break;
    }
    return append_high(planes, begin, end, results, error);
}

static enum fg_status append_lists(const struct fg_planes *planes, struct fg_results *results,
                                   struct fg_error *error) {
    const size_t before = results->count;
    for (uint32_t begin = 0; begin < planes->count; begin += LISTS_BLOCK) {
        const uint32_t left = planes->count - begin;
        const uint32_t end = begin + (left < LISTS_BLOCK ? left : LISTS_BLOCK);
        const enum fg_status status = append_block(planes, begin, end, results, error);
        if (status != FG_OK) {
            results->count = before;
            return status;
        }
    }
    return FG_OK;
}

#endif
