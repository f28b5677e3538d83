/* SPDX-License-Identifier: MIT */
/*
 * engine_page.c: zeros taken out of a page, and ranges made lists.
 *
 * Here and nowhere else a range becomes lists of consecutive numbers, a page at a time, for methods
 * and backends that take lists only. So each of them answers ranges.
 */
#include "engine_page.h"

#include "batch/numbers.h"
#include <stdlib.h>

/* The least list that becomes a range, and how many of its numbers are looked at together. */
#define FG_LEAST_RANGE 1024
/* A list that has fewer than one in so many of a range's numbers is never sieved: the method factor
 * takes at most 90 times as long for a number as the sieve. */
#define FG_MOST_MEAN_GAP 90

static bool has_zero(const struct fg_numbers *numbers) {
    bool zero = false;
    if (numbers->kind == FG_NUMBERS_RANGE)
        return numbers->count > 0 && fg_numbers_is_zero(numbers, 0);
    if (numbers->words == 2)
        for (size_t i = 0; i < numbers->count; i++)
            zero |= (numbers->wide_list[i].low | numbers->wide_list[i].high) == 0;
    else
        for (size_t i = 0; i < numbers->count; i++)
            zero |= numbers->list[i] == 0;
    return zero;
}

/* Returns whether a list of one-word numbers ascends strictly, with few numbers left out. Of nearly
 * all others the first and last number tell it: that takes no time. */
static bool is_dense(const struct fg_numbers *numbers) {
    const uint64_t *const list = numbers->list;
    const size_t last = numbers->count - 1;
    if (numbers->count < FG_LEAST_RANGE || list[last] <= list[0] ||
        (list[last] - list[0]) / FG_MOST_MEAN_GAP > last)
        return false;
    for (size_t i = 0, block; i < last; i += block) {
        block = last - i < FG_LEAST_RANGE ? last - i : FG_LEAST_RANGE;
        bool ascends = true;
        for (size_t k = i; k < i + block; k++)
            ascends &= list[k] < list[k + 1];
        if (!ascends)
            return false;
    }
    return true;
}

/* Makes a dense list the range that it is, or of which it is most, if that is sooner. */
static void find_range(struct fg_engine *engine, const struct fg_numbers *numbers, bool picks,
                       struct fg_engine_batch *batch) {
    if (engine->method != FG_METHOD_AUTO || numbers->kind != FG_NUMBERS_LIST ||
        numbers->words != 1 || !is_dense(numbers))
        return;
    const uint64_t first = numbers->list[0], last = numbers->list[numbers->count - 1];
    const size_t count = last - first + 1; /* below FG_MOST_MEAN_GAP * the list's count */
    batch->range = fg_numbers_of_range(first, count);
    if ((count == numbers->count || picks) &&
        !fg_engine_lists(engine, &batch->range, numbers->count)) {
        batch->numbers = &batch->range;
        batch->picked = count == numbers->count ? NULL : numbers;
    }
}

void fg_engine_batch_begin(struct fg_engine *engine, const struct fg_numbers *numbers, bool picks,
                           struct fg_engine_batch *batch) {
    *batch = (struct fg_engine_batch){.numbers = numbers, .wanted = numbers->count};
    engine->page_range = 0;
    find_range(engine, numbers, picks, batch);
    batch->zeros = has_zero(batch->numbers);
}

/* Returns `page`, or if it is NULL, a new one; NULL if there is no memory. */
static void *have_page(void *page, size_t number_bytes) {
    return page != NULL ? page : malloc(FG_PAGE_NUMBERS * number_bytes);
}

static enum fg_status replace_wide_zeros(struct fg_engine *engine, struct fg_numbers *next,
                                         struct fg_error *error) {
    struct fg_uint128 *const list = have_page(engine->wide_page, sizeof *list);
    if (list == NULL)
        return fg_fail_memory(error, FG_PAGE_NUMBERS * sizeof *list);
    engine->wide_page = list;
    for (size_t i = 0; i < next->count; i++)
        list[i] = fg_numbers_is_zero(next, i) ? (struct fg_uint128){1, 0} : next->wide_list[i];
    next->wide_list = list;
    return FG_OK;
}

/* Makes `next`, which has a page's numbers at most, a copy with 1 in place of each 0. */
static enum fg_status replace_zeros(struct fg_engine *engine, struct fg_numbers *next,
                                    struct fg_error *error) {
    if (next->words == 2)
        return replace_wide_zeros(engine, next, error);
    uint64_t *const list = have_page(engine->page, sizeof *list);
    if (list == NULL)
        return fg_fail_memory(error, FG_PAGE_NUMBERS * sizeof *list);
    engine->page = list;
    for (size_t i = 0; i < next->count; i++)
        list[i] = next->list[i] > 0 ? next->list[i] : 1;
    next->list = list;
    return FG_OK;
}

/* Makes `next`, a range of a page's numbers at most, a list. Numbers that a list before already has
 * are taken from there: a backend often answers only the first few of a page. */
static enum fg_status list_range(struct fg_engine *engine, struct fg_numbers *next,
                                 struct fg_error *error) {
    const uint64_t first = next->begin.low;
    size_t skipped = first - engine->page_first;
    if (engine->page_range == 0 || first < engine->page_first || skipped >= engine->page_range) {
        uint64_t *const list = have_page(engine->page, sizeof *list);
        if (list == NULL)
            return fg_fail_memory(error, FG_PAGE_NUMBERS * sizeof *list);
        engine->page = list;
        for (size_t i = 0; i < next->count; i++)
            list[i] = first + i;
        if (first == 0)
            list[0] = 1;
        engine->page_first = first;
        engine->page_range = next->count;
        skipped = 0;
    }
    const size_t left = engine->page_range - skipped;
    *next = fg_numbers_of_list(engine->page + skipped, next->count < left ? next->count : left);
    return FG_OK;
}

enum fg_status fg_engine_next_page(struct fg_engine *engine, const struct fg_engine_batch *batch,
                                   size_t done, size_t most, struct fg_numbers *next,
                                   struct fg_error *error) {
    const size_t left = batch->numbers->count - done;
    const bool sieved = batch->numbers->kind == FG_NUMBERS_RANGE && !batch->listed;
    const size_t page = sieved ? most : FG_PAGE_NUMBERS;
    *next = fg_numbers_part(batch->numbers, done, left < page ? left : page);
    if (batch->listed)
        return list_range(engine, next, error);
    return batch->zeros && !sieved ? replace_zeros(engine, next, error) : FG_OK;
}
