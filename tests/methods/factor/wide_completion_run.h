/* SPDX-License-Identifier: MIT */
/*
 * wide_completion_run.h: a batch of numbers of two words, as a device leaves it, given to the
 * host's side. In C, because the struct of a batch has an atomic member.
 */
#ifndef FG_TESTS_WIDE_COMPLETION_RUN_H
#define FG_TESTS_WIDE_COMPLETION_RUN_H

#include "algorithms/wide_factorization.h"
#include "factor_gpu.h"
#include "kernels/factor/wide_wavefront_launch.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Completes and checks the factorisations of a block of `count` numbers, the first of which is
 * number `first` of its run. On failure *failed_at is the number that the block named. */
enum fg_status fg_test_complete(const struct fg_wide_words *numbers,
                                const struct fg_wide_rest *rests,
                                struct fg_wide_factorization *factors, uint32_t count, size_t first,
                                uint32_t *failed_at, struct fg_error *error);

/* fg_wide_completion_add() of two words. */
bool fg_test_completion_add(struct fg_wide_factorization *factors, struct fg_wide_words prime,
                            uint32_t exponent);

#ifdef __cplusplus
}
#endif

#endif
