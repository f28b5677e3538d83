/*
 * results.c: the answers to a batch, one flat array and the offsets into it.
 *
 * Capacities grow by half again, so appending costs amortised constant time and at most a third of
 * the memory is unused.
 */
#include "batch/results.h"

#include <stdlib.h>

void fg_results_clear(struct fg_results *results) {
    results->count = 0;
}

void fg_results_free(struct fg_results *results) {
    free(results->offsets);
    free(results->divisors);
    *results = (struct fg_results){0};
}

/* Grows *array to at least `wanted` entries of `size` bytes. */
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
    *array = moved;
    *capacity = larger;
    return FG_OK;
}

enum fg_status fg_results_reserve(struct fg_results *results, size_t divisor_room, uint64_t **room,
                                  struct fg_error *error) {
    void *array = results->offsets;
    enum fg_status status = grow(&array, &results->offset_capacity, results->count + 2,
                                 sizeof *results->offsets, error);
    results->offsets = array;
    if (status != FG_OK)
        return status;
    if (results->count == 0)
        results->offsets[0] = 0;

    const size_t used = results->offsets[results->count];
    array = results->divisors;
    status = grow(&array, &results->divisor_capacity, used + divisor_room,
                  sizeof *results->divisors, error);
    results->divisors = array;
    if (status == FG_OK)
        *room = results->divisors + used;
    return status;
}

void fg_results_commit(struct fg_results *results, size_t divisor_count) {
    const size_t end = results->offsets[results->count] + divisor_count;
    results->count++;
    results->offsets[results->count] = end;
}
