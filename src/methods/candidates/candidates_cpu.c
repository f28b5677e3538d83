/* SPDX-License-Identifier: MIT */
/*
 * candidates_cpu.c: numbers one after the other through the candidate scan, or slices of one
 * number's candidates.
 */
#include "methods/candidates/candidates_cpu.h"

#include "algorithms/divisors.h"
#include "batch/answers.h"
#include "methods/candidates/candidate_methods.h"
#include "methods/candidates/scan_number.h"
#include <stdlib.h>

struct candidates_worker {
    enum fg_method method;
    const struct fg_scan *scan;
    const atomic_bool *cancelled;
    uint64_t scratch[FG_MAX_DIVISORS];
};

enum fg_status fg_candidates_open(const struct fg_method_setup *setup, void **state,
                                  struct fg_error *error) {
    struct candidates_worker *const worker = malloc(sizeof *worker);
    if (worker == NULL)
        return fg_fail_memory(error, sizeof *worker);
    worker->method = setup->method;
    worker->scan = fg_scan_select();
    worker->cancelled = setup->cancelled;
    *state = worker;
    return FG_OK;
}

void fg_candidates_close(void *state) {
    free(state);
}

/* Appends the answers unchecked. */
static enum fg_status scan_numbers(struct candidates_worker *worker, const uint64_t *numbers,
                                   size_t count, size_t value_limit, struct fg_results *results,
                                   struct fg_error *error) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t bound = fg_divisor_bound(numbers[i]);
        if (i > 0 && used + bound > value_limit)
            return FG_OK;
        uint64_t *list;
        FG_TRY(fg_results_reserve(results, bound, &list, error));
        uint32_t value_count;
        if (!fg_scan_number(worker->scan, worker->method, numbers[i], worker->cancelled, list,
                            &value_count, worker->scratch))
            return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
        fg_results_commit(results, value_count);
        used += value_count;
    }
    return FG_OK;
}

enum fg_status fg_candidates_run(void *state, const struct fg_numbers *numbers, size_t value_limit,
                                 struct fg_results *results, struct fg_error *error) {
    const size_t first = results->count;
    FG_TRY(scan_numbers(state, numbers->list, numbers->count, value_limit, results, error));
    return fg_answers_check(FG_ANSWER_DIVISORS, numbers->list, results, first, false, error);
}

static uint64_t slice_count(enum fg_method method, uint64_t n) {
    return fg_method_candidates(method, n).count;
}

static enum fg_status scan_slice(void *state, uint64_t n, uint64_t begin, uint64_t end,
                                 struct fg_results *hits, struct fg_error *error) {
    const struct candidates_worker *const worker = state;
    uint64_t *list;
    FG_TRY(fg_results_reserve(hits, fg_divisor_bound(n), &list, error));
    uint32_t count;
    if (!fg_scan_slice(worker->scan, fg_method_candidates(worker->method, n), begin, end,
                       worker->cancelled, list, &count))
        return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
    fg_results_commit(hits, count);
    return FG_OK;
}

static uint32_t merge_slices(enum fg_method method, uint64_t n, uint64_t *list, uint32_t hit_count,
                             uint64_t *scratch) {
    return fg_divisors_complete(fg_method_candidates(method, n), list, hit_count, scratch);
}

const struct fg_method_slices fg_candidates_slices = {
    .count = slice_count,
    .run = scan_slice,
    .merge = merge_slices,
};
