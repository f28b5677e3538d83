/* SPDX-License-Identifier: MIT */
/*
 * candidates_engine.c: the methods that test candidate divisors one by one: exhaustive and trial.
 *
 * A further method of this kind is an enumerator in factor_gpu.h, its candidates in
 * algorithms/candidates.h and candidate_methods.h, and a line in the table of methods.
 */
#include "methods/candidates/candidates_engine.h"

#include "methods/candidates/candidate_methods.h"
#include "methods/candidates/candidates_cpu.h"
#ifdef FG_HAVE_CUDA
#include "methods/candidates/candidates_device.h"
#endif

static bool takes(enum fg_numbers_kind kind, unsigned words) {
    return kind == FG_NUMBERS_LIST && words == 1;
}

static uint64_t work(enum fg_method method, uint64_t n) {
    return fg_method_candidates(method, n).count;
}

const struct fg_method_engine fg_candidates_engine = {
    .takes = takes,
    .work = work,
    .max_values = fg_divisor_bound,
    .answers_primes = false,
    .brief = false,
    .open = fg_candidates_open,
    .run = fg_candidates_run,
    .close = fg_candidates_close,
    .slices = &fg_candidates_slices,
#ifdef FG_HAVE_CUDA
    .gpu = &fg_candidates_device,
#endif
};
