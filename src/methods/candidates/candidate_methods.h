/* SPDX-License-Identifier: MIT */
/*
 * candidate_methods.h: the methods of this folder, and which candidates each tests.
 */
#ifndef FG_METHODS_CANDIDATES_CANDIDATE_METHODS_H
#define FG_METHODS_CANDIDATES_CANDIDATE_METHODS_H

#include "algorithms/candidates.h"
#include "factor_gpu.h"

/* The methods of this folder. */
static const enum fg_method fg_candidate_methods[] = {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL};
#define FG_CANDIDATE_METHODS (sizeof fg_candidate_methods / sizeof fg_candidate_methods[0])

/* The candidates that `method`, FG_METHOD_TRIAL or FG_METHOD_EXHAUSTIVE, tests for n >= 1. */
static inline struct fg_candidates fg_method_candidates(enum fg_method method, uint64_t n) {
    FG_VERIFY_CHECK(method == FG_METHOD_TRIAL || method == FG_METHOD_EXHAUSTIVE);
    return method == FG_METHOD_TRIAL ? fg_candidates_trial(n) : fg_candidates_exhaustive(n);
}

#endif
