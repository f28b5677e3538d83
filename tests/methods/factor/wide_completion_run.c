/* SPDX-License-Identifier: MIT */
/*
 * wide_completion_run.c: see wide_completion_run.h.
 */
#include "wide_completion_run.h"

#include "arith/wide.h"
#include "methods/factor/wide_completion.h"

enum fg_status fg_test_complete(const struct fg_wide_words *numbers,
                                const struct fg_wide_rest *rests,
                                struct fg_wide_factorization *factors, uint32_t count, size_t first,
                                uint32_t *failed_at, struct fg_error *error) {
    const atomic_bool cancelled = false;
    struct fg_wide_completion batch = {.job = {.kind = &fg_wide_completions, .count = count},
                                       .numbers = numbers,
                                       .rests = rests,
                                       .factors = factors,
                                       .first = first,
                                       .cancelled = &cancelled};
    const struct fg_block block = {.count = count};
    struct fg_worker_space space = {0};
    const enum fg_status status =
        fg_wide_completions.run(&batch.job, &block, &space, failed_at, error);
    fg_worker_space_release(&space);
    return status;
}

bool fg_test_completion_add(struct fg_wide_factorization *factors, struct fg_wide_words prime,
                            uint32_t exponent) {
    return fg_wide_completion_add(factors, fg_wide_join(prime.low, prime.high), exponent);
}
