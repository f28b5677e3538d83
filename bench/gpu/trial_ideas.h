/* SPDX-License-Identifier: MIT */
/*
 * trial_ideas.h: other ways to test candidates than that of kernels/candidates/window.cu, which
 * they are raced against. All test odd candidates.
 */
#ifndef FG_BENCH_TRIAL_IDEAS_H
#define FG_BENCH_TRIAL_IDEAS_H

#include "trial_variants.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each quotient compared with the limit of its own candidate, at once. */
fg_bench_launch fg_bench_each32, fg_bench_each64;

/* Only candidates without the factors 2, 3 and 5: candidate c is 30 * (c / 8) and one of the eight
 * such numbers below 30. */
fg_bench_launch fg_bench_wheel32, fg_bench_wheel64;

/* For numbers below 2^52. The remainder of n by d, from n times the reciprocal of d in FP64; and
 * half of the candidates so, the others as in window.cu, to keep both kinds of units busy. */
fg_bench_launch fg_bench_reciprocal52, fg_bench_mixed52;

#ifdef __cplusplus
}
#endif

#endif
