/* SPDX-License-Identifier: MIT */
/*
 * candidates_engine.c: the methods that test candidate divisors one by one: exhaustive and trial.
 *
 * A further method of this kind is an enumerator in factor_gpu.h, its candidates in
 * algorithms/candidates.h and candidate_methods.h, and a line in the table of methods.
 */
#include "methods/candidates/candidates_engine.h"

#include "cpu/cpu_variant.h"
#include "gpu/predicted_rates.h"
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

/* Seconds of a candidate on one core, of a number below 2^32 and of others. */
static const double candidate_s[][2] = {
    [FG_CPU_PORTABLE] = {FG_COST_CPU_CANDIDATE32_PORTABLE_S, FG_COST_CPU_CANDIDATE64_PORTABLE_S},
    [FG_CPU_AVX2] = {FG_COST_CPU_CANDIDATE32_AVX2_S, FG_COST_CPU_CANDIDATE64_AVX2_S},
    [FG_CPU_AVX512] = {FG_COST_CPU_CANDIDATE32_AVX512_S, FG_COST_CPU_CANDIDATE64_AVX512_S},
};

/* An answer has its divisors, whatever is asked for. */
static struct fg_method_cost cost(enum fg_answer answer, const struct fg_work_sums *sums) {
    (void)answer;
    const double *const seconds = candidate_s[fg_cpu_select()];
    return (struct fg_method_cost){
        .cpu_s = sums->narrow * seconds[0] + sums->wide * seconds[1],
        .gpu_clocks = sums->narrow * FG_PREDICTED_CANDIDATE32_CLOCKS +
                      sums->wide * FG_PREDICTED_CANDIDATE64_CLOCKS,
        .host_s = sums->count * FG_COST_HOST_CANDIDATES_S,
    };
}

const struct fg_method_engine fg_candidates_engine = {
    .takes = takes,
    .work = work,
    .cost = cost,
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
