/* SPDX-License-Identifier: MIT */
/*
 * engine_pick.c: the answers to the numbers of a dense list, from those to a range around it.
 */
#include "engine_page.h"

#include <string.h>

/* Returns the index of the first number of the list that is n or more; its count if there is none.
 */
static size_t first_from(const struct fg_numbers *list, uint64_t n) {
    size_t low = 0, high = list->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (list->list[middle] < n)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t fg_engine_pick(const struct fg_numbers *list, const struct fg_numbers *range, size_t first,
                      struct fg_results *results) {
    const uint64_t begin = range->begin.low + first; /* of the first answer */
    const size_t index = first_from(list, begin);
    size_t kept = 0, end = 0;
    for (size_t next = index; next < list->count && list->list[next] - begin < results->count;
         next++) {
        const size_t i = list->list[next] - begin;
        const size_t from = results->offsets[i], length = results->offsets[i + 1] - from;
        memmove(results->values + end, results->values + from, length * sizeof *results->values);
        results->offsets[kept++] = end; /* kept <= i: what is still needed stands behind it */
        end += length;
    }
    if (results->count > 0)
        results->offsets[kept] = end;
    results->count = kept;
    return index;
}
