/* SPDX-License-Identifier: MIT */
/*
 * number_list.h: numbers in the order of the input, as what reads them appends them.
 *
 * Most numbers have one word. Those from 2^64 on ("wide") are kept apart, with their places, so
 * that a list without any costs nothing more, and so that either kind can be handed to an engine.
 *
 * A range of consecutive numbers need not be listed: then its first number and the count are all
 * that the struct says.
 */
#ifndef FG_CLI_NUMBER_LIST_H
#define FG_CLI_NUMBER_LIST_H

#include "factor_gpu.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The arrays and capacities are the caller's; fg_number_list_clear() sets the rest. */
struct fg_number_list {
    uint64_t *numbers; /* `capacity` entries; 0 in the place of a wide number */
    size_t capacity;   /* at least 1 */
    size_t count;      /* of all numbers, 0 .. limit */
    size_t limit;      /* the capacity, or the count once there is no room for a wide number */
    /* Capacity for wide numbers; without any, a number that has two words is a bad one. */
    size_t wide_capacity;
    size_t wide_count;
    struct fg_uint128 *wide; /* the wide numbers, */
    size_t *wide_places;     /* and the index in `numbers` of each, ascending */
    size_t range_capacity;   /* max count of a range; 0: ranges are listed */
    bool is_range;           /* the numbers are first, first + 1, .. and not in the arrays */
    uint64_t first;          /* at least 1 */
};

/* Empties the list. */
static inline void fg_number_list_clear(struct fg_number_list *list) {
    list->count = list->wide_count = 0;
    list->limit = list->capacity;
    list->is_range = false;
}

static inline bool fg_number_list_is_full(const struct fg_number_list *list) {
    return list->count == list->limit || list->is_range;
}

static inline bool fg_number_list_takes_wide(const struct fg_number_list *list) {
    return list->wide_capacity > 0;
}

/* Appends a number to a list that is not full and that takes it. */
static inline void fg_number_list_add(struct fg_number_list *list, struct fg_uint128 number) {
    assert(!fg_number_list_is_full(list));
    const size_t place = list->count++;
    list->numbers[place] = number.high == 0 ? number.low : 0;
    if (number.high == 0)
        return;
    assert(list->wide_count < list->wide_capacity);
    list->wide[list->wide_count] = number;
    list->wide_places[list->wide_count++] = place;
    if (list->wide_count == list->wide_capacity)
        list->limit = list->count;
}

/* Appends first, first + step, .. : `count` numbers of one word, for which there is room. */
static inline void fg_number_list_add_steps(struct fg_number_list *list, uint64_t first,
                                            uint64_t step, size_t count) {
    assert(!list->is_range && count <= list->limit - list->count);
    uint64_t *const next = list->numbers + list->count;
    for (size_t i = 0; i < count; i++)
        next[i] = first + i * step;
    list->count += count;
}

/* Makes an empty list the range of `count` numbers from `first` on; 1 .. range_capacity, of one
 * word. Nothing can be added to it. */
static inline void fg_number_list_set_range(struct fg_number_list *list, uint64_t first,
                                            size_t count) {
    assert(list->count == 0 && count >= 1 && count <= list->range_capacity);
    assert(first >= 1 && count - 1 <= UINT64_MAX - first);
    list->is_range = true;
    list->first = first;
    list->count = count;
}

/* Returns the index of the first wide number at `place` or behind it; wide_count if there is none.
 */
static inline size_t fg_number_list_find_wide(const struct fg_number_list *list, size_t place) {
    size_t low = 0, high = list->wide_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (list->wide_places[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#ifdef __cplusplus
}
#endif

#endif
