/* SPDX-License-Identifier: MIT */
/*
 * results.c: the answers to a batch, one flat array and the offsets into it.
 *
 * Capacities grow by half again, so appending costs amortised constant time and at most a third of
 * the memory is unused. Large arrays ask for large pages: to give a thread a page of 4 KiB for the
 * first time takes the system several times as long as to check and copy the values in it.
 */
#include "batch/results.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE_PAGE ((uintptr_t)1 << 21)
/* A smaller array gets no large pages, so that a small batch takes little memory. */
#define LARGE_ARRAY (8 * LARGE_PAGE)

void fg_results_clear(struct fg_results *results) {
    results->count = 0;
}

void fg_results_free(struct fg_results *results) {
    free(results->offsets);
    free(results->values);
    *results = (struct fg_results){.size = results->size};
}

/* Asks for large pages in a large array. All pages that it lies in are asked for alike: an array
 * with two kinds of them cannot grow by moving pages, and realloc() copies it. A system without
 * large pages changes nothing. */
static void prefer_large_pages(void *array, size_t bytes) {
#ifdef MADV_HUGEPAGE
    if (bytes < LARGE_ARRAY)
        return;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t before = (uintptr_t)array % page;
    (void)madvise((char *)array - before, (bytes + before + page - 1) / page * page, MADV_HUGEPAGE);
#else
    (void)array;
    (void)bytes;
#endif
}

/* Grows *array to at least `wanted` entries of `size` bytes each. */
static enum fg_status grow(void **array, size_t *capacity, size_t wanted, size_t size,
                           struct fg_error *error) {
    if (wanted <= *capacity)
        return FG_OK;
    size_t larger = *capacity + *capacity / 2;
    if (larger < wanted)
        larger = wanted;
    if (larger > SIZE_MAX / size)
        return fg_fail_memory(error, SIZE_MAX);
    void *const moved = realloc(*array, larger * size);
    if (moved == NULL)
        return fg_fail_memory(error, larger * size);
    prefer_large_pages(moved, larger * size);
    *array = moved;
    *capacity = larger;
    return FG_OK;
}

/* Allocates an array of values even for none, so that pointer arithmetic never starts from NULL. */
enum fg_status fg_results_reserve_run(struct fg_results *results, size_t count, size_t value_room,
                                      struct fg_error *error) {
    void *array = results->offsets;
    enum fg_status status = grow(&array, &results->offset_capacity, results->count + count + 1,
                                 sizeof *results->offsets, error);
    results->offsets = array;
    if (status != FG_OK)
        return status;
    if (results->count == 0)
        results->offsets[0] = 0;

    const size_t value_count = results->offsets[results->count] + value_room;
    if (value_count < value_room || value_count > SIZE_MAX / sizeof(struct fg_uint128))
        return fg_fail_memory(error, SIZE_MAX);
    const size_t wanted = fg_results_words(results, value_count);
    array = results->values;
    status = grow(&array, &results->value_capacity, wanted > 0 ? wanted : 1,
                  sizeof *results->values, error);
    results->values = array;
    return status;
}

enum fg_status fg_results_append(struct fg_results *results, const uint32_t *value_counts,
                                 size_t count, const uint64_t *values, struct fg_error *error) {
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += value_counts[i];
    FG_TRY(fg_results_reserve_run(results, count, total, error));
    const size_t end = fg_results_words(results, results->offsets[results->count]);
    if (total > 0)
        memcpy(results->values + end, values, fg_results_words(results, total) * sizeof *values);
    for (size_t i = 0; i < count; i++)
        fg_results_commit(results, value_counts[i]);
    return FG_OK;
}
