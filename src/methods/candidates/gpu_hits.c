/* SPDX-License-Identifier: MIT */
/*
 * gpu_hits.c: a counting sort by number, then each number's few hits ascending.
 */
#include "methods/candidates/gpu_hits.h"

#include "algorithms/divisors.h"
#include "methods/candidates/candidate_methods.h"
#include <stdlib.h>
#include <string.h>

void fg_gpu_hits_clear(struct fg_gpu_hits *found) {
    found->count = 0;
}

void fg_gpu_hits_free(struct fg_gpu_hits *found) {
    free(found->hits);
    *found = (struct fg_gpu_hits){0};
}

static enum fg_status make_room(struct fg_gpu_hits *found, size_t more, struct fg_error *error) {
    const size_t wanted = found->count + more;
    if (wanted <= found->capacity)
        return FG_OK;
    const size_t larger =
        wanted > found->capacity + found->capacity / 2 ? wanted : found->capacity * 3 / 2;
    struct fg_hit *const moved = realloc(found->hits, larger * sizeof *moved);
    if (moved == NULL)
        return fg_fail_memory(error, larger * sizeof *moved);
    found->hits = moved;
    found->capacity = larger;
    return FG_OK;
}

enum fg_status fg_gpu_hits_append(struct fg_gpu_hits *found, const struct fg_hit *hits,
                                  size_t hit_count, const uint32_t *indices, uint32_t index_count,
                                  struct fg_error *error) {
    FG_TRY(make_room(found, hit_count, error));
    for (size_t i = 0; i < hit_count; i++) {
        if (hits[i].index >= index_count || hits[i].divisor == 0)
            return fg_fail(error, FG_ERROR_SELF_CHECK,
                           "the GPU reported a hit that no window has: divisor %llu of number %u",
                           (unsigned long long)hits[i].divisor, hits[i].index);
        found->hits[found->count++] =
            (struct fg_hit){.divisor = hits[i].divisor, .index = indices[hits[i].index]};
    }
    return FG_OK;
}

enum fg_status fg_gpu_hits_merge(struct fg_gpu_hits *found, const struct fg_gpu_hits *other,
                                 struct fg_error *error) {
    if (other->count == 0)
        return FG_OK;
    FG_TRY(make_room(found, other->count, error));
    memcpy(found->hits + found->count, other->hits, other->count * sizeof *found->hits);
    found->count += other->count;
    return FG_OK;
}

static int compare_u64(const void *left, const void *right) {
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Most numbers have a handful of hits, for which insertion is faster than qsort(). */
static void sort_ascending(uint64_t *list, size_t count) {
    if (count > 32) {
        qsort(list, count, sizeof *list, compare_u64);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        const uint64_t value = list[i];
        size_t at = i;
        for (; at > 0 && list[at - 1] > value; at--)
            list[at] = list[at - 1];
        list[at] = value;
    }
}

/* The work space of the gathering: one allocation for the three. */
struct sorting {
    size_t *begin;     /* count + 1 entries: where number i's hits begin in `sorted` */
    uint64_t *sorted;  /* the hits' divisors, by number */
    uint64_t *scratch; /* FG_MAX_DIVISORS entries */
};

static void sort_by_number(const struct fg_gpu_hits *found, size_t count, struct sorting *sorting) {
    memset(sorting->begin, 0, (count + 1) * sizeof *sorting->begin);
    for (size_t i = 0; i < found->count; i++)
        sorting->begin[found->hits[i].index + 1]++;
    for (size_t i = 0; i < count; i++)
        sorting->begin[i + 1] += sorting->begin[i];
    for (size_t i = 0; i < found->count; i++) {
        const struct fg_hit hit = found->hits[i];
        sorting->sorted[sorting->begin[hit.index]++] = hit.divisor;
    }
    /* Every begin has moved to its end, which is the next one's begin. */
    memmove(sorting->begin + 1, sorting->begin, count * sizeof *sorting->begin);
    sorting->begin[0] = 0;
}

static enum fg_status append_answer(const struct sorting *sorting, size_t index,
                                    enum fg_method method, uint64_t n, struct fg_results *results,
                                    struct fg_error *error) {
    uint64_t *const hits = sorting->sorted + sorting->begin[index];
    const size_t hit_count = sorting->begin[index + 1] - sorting->begin[index];
    const struct fg_candidates candidates = fg_method_candidates(method, n);
    const uint32_t bound = fg_divisor_bound(n);
    /* Completing the list at most doubles the hits (less a square root) for each power of two. */
    const uint64_t completed = hit_count * (candidates.step == 1 ? 1 : 2 * (candidates.twos + 1));
    if (completed > (uint64_t)bound + candidates.twos + 1)
        return fg_fail(error, FG_ERROR_SELF_CHECK, "the GPU found too many divisors of %llu",
                       (unsigned long long)n);
    sort_ascending(hits, hit_count);
    uint64_t *list;
    FG_TRY(fg_results_reserve(results, (size_t)completed, &list, error));
    memcpy(list, hits, hit_count * sizeof *list);
    fg_results_commit(
        results, fg_divisors_complete(candidates, list, (uint32_t)hit_count, sorting->scratch));
    return FG_OK;
}

enum fg_status fg_gpu_hits_gather(const struct fg_gpu_hits *found, enum fg_method method,
                                  const uint64_t *numbers, size_t count, struct fg_results *results,
                                  struct fg_error *error) {
    const size_t begin_bytes = (count + 1) * sizeof(size_t);
    const size_t sorted_bytes = found->count * sizeof(uint64_t);
    const size_t bytes = begin_bytes + sorted_bytes + FG_MAX_DIVISORS * sizeof(uint64_t);
    unsigned char *const memory = malloc(bytes);
    if (memory == NULL)
        return fg_fail_memory(error, bytes);
    struct sorting sorting = {
        .begin = (size_t *)memory,
        .sorted = (uint64_t *)(memory + begin_bytes),
        .scratch = (uint64_t *)(memory + begin_bytes + sorted_bytes),
    };
    sort_by_number(found, count, &sorting);
    enum fg_status status = FG_OK;
    for (size_t i = 0; status == FG_OK && i < count; i++)
        status = append_answer(&sorting, i, method, numbers[i], results, error);
    free(memory);
    return status;
}
