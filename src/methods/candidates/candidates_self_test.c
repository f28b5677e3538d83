/* SPDX-License-Identifier: MIT */
/*
 * candidates_self_test.c: each of the four kernels gets three tiles of numbers (the last one short)
 * from the top of its range, against the first candidates and against the last, about a million
 * tests in all. Plain division computes the expected hits.
 */
#include "methods/candidates/candidates_self_test.h"

#include "methods/candidates/candidate_methods.h"
#include <stdlib.h>

enum { number_count = 2 * FG_TILE_NUMBERS + 2, window_length = FG_BLOCK_CANDIDATES + 100 };

static int compare_hits(const void *left, const void *right) {
    const struct fg_hit *const a = left, *const b = right;
    if (a->index != b->index)
        return a->index < b->index ? -1 : 1;
    return (a->divisor > b->divisor) - (a->divisor < b->divisor);
}

/* Returns whether the slot's hits are exactly the candidates of the window that divide. Sorts
 * them. */
static bool hits_are_right(struct fg_gpu_output *output, const struct fg_gpu_launch *launch,
                           uint32_t step) {
    qsort(output->hits, output->hit_count, sizeof *output->hits, compare_hits);
    uint64_t at = 0;
    for (uint32_t i = 0; i < launch->number_count; i++)
        for (uint64_t c = launch->begin; c < launch->end && c < launch->counts[i]; c++) {
            const uint64_t d = 1 + step * c;
            if (launch->dividends[i] % d != 0)
                continue;
            if (at == output->hit_count || output->hits[at].index != i ||
                output->hits[at].divisor != d)
                return false;
            at++;
        }
    return at == output->hit_count;
}

static enum fg_status test_window(int device_index, struct fg_candidates_stream *slot,
                                  const struct fg_gpu_launch *launch, struct fg_error *error) {
    bool overflow = false;
    FG_TRY(fg_candidates_stream_start(slot, launch, error));
    FG_TRY(fg_candidates_stream_finish(slot, &overflow, error));
    const uint32_t step = launch->method == FG_METHOD_EXHAUSTIVE ? 1 : 2;
    if (overflow || !hits_are_right(slot->host_output, launch, step))
        return fg_fail(error, FG_ERROR_SELF_CHECK,
                       "CUDA device %d answers wrongly: its %s kernel for %d-bit numbers failed "
                       "the self-test; do not use this device (-d chooses another)",
                       device_index, step == 1 ? "exhaustive" : "trial", launch->wide ? 64 : 32);
    return FG_OK;
}

/* One kernel: the numbers just below the top of its range, and the two ends of their candidates. */
static enum fg_status test_kernel(int device_index, struct fg_candidates_stream *slot,
                                  enum fg_method method, bool wide, struct fg_error *error) {
    uint64_t dividends[number_count], counts[number_count], most = 0;
    const uint64_t top = wide ? UINT64_MAX : UINT32_MAX;
    for (unsigned i = 0; i < number_count; i++) {
        const struct fg_candidates candidates = fg_method_candidates(method, top - 2 * i);
        dividends[i] = candidates.dividend;
        counts[i] = candidates.count;
        most = counts[i] > most ? counts[i] : most;
    }
    struct fg_gpu_launch launch = {
        .method = method,
        .wide = wide,
        .dividends = dividends,
        .counts = counts,
        .number_count = slot->number_capacity < number_count ? slot->number_capacity : number_count,
        .begin = 0,
        .end = window_length,
    };
    FG_TRY(test_window(device_index, slot, &launch, error));
    launch.begin = most - window_length;
    launch.end = most;
    return test_window(device_index, slot, &launch, error);
}

enum fg_status fg_candidates_self_test(int device_index, struct fg_candidates_stream *slot,
                                       struct fg_error *error) {
    for (size_t i = 0; i < FG_CANDIDATE_METHODS; i++)
        for (int wide = 0; wide < 2; wide++)
            FG_TRY(test_kernel(device_index, slot, fg_candidate_methods[i], wide != 0, error));
    slot->timing = (struct fg_timing){0}; /* the account starts with real work */
    return FG_OK;
}
