/* SPDX-License-Identifier: MIT */
/*
 * factor_variants.c: one variant of the engine: factor/factor.c with a tunable replaced.
 *
 * Compiled once for each variant that CMakeLists.txt lists, with FG_BENCH_VARIANT, its name, and
 * FG_BENCH_<tunable>, the tunable's value. Constants, and not variables, because the compiler makes
 * use of them.
 */
#include "factor_variants.h"

#include "algorithms/small_primes.h"
#include "methods/factor/factor_work.h"

#define GLUE(name, call) fg_bench_factor_##name##call
#define VARIANT(name, call) GLUE(name, call)

#ifdef FG_BENCH_SMALL_BLOCKS
#undef FG_PLAN_SMALL_BLOCKS
#define FG_PLAN_SMALL_BLOCKS FG_BENCH_SMALL_BLOCKS

/* The vector variants have all blocks compiled in: these races are between portable ones. */
static void strip_blocks(const uint64_t *numbers, size_t count, struct fg_factorization *factors,
                         uint64_t *rests) {
    for (size_t i = 0; i < count; i++) {
        bool settled;
        fg_factorization_clear(&factors[i]);
        rests[i] = fg_small_primes_strip(numbers[i], FG_BENCH_SMALL_BLOCKS, &factors[i], &settled);
        if (settled && rests[i] > 1)
            fg_factorization_append(&factors[i], rests[i], 1);
        rests[i] = settled ? 1 : rests[i];
    }
}
#define fg_small_primes_of(work) strip_blocks
#endif
#ifdef FG_BENCH_HART_BITS
#undef FG_PLAN_HART_MAX
#define FG_PLAN_HART_MAX (UINT64_C(1) << FG_BENCH_HART_BITS)
#endif
#ifdef FG_BENCH_PLAN
int fg_bench_plan_pm1 = -1, fg_bench_plan_ecm = -1;

/* fg_plan_at() with the programs replaced. */
static struct fg_plan_step replaced_plan_at(uint32_t plan, uint32_t step) {
    struct fg_plan_step at = fg_plan_at(plan, step);
    if (at.method == FG_PLAN_PM1 && fg_bench_plan_pm1 == FG_BENCH_NO_PM1)
        at = fg_plan_at(plan, step + 1);
    else if (at.method == FG_PLAN_PM1 && fg_bench_plan_pm1 >= 0)
        at.program = (uint8_t)fg_bench_plan_pm1;
    if (at.method == FG_PLAN_ECM && fg_bench_plan_ecm >= 0)
        at.program = (uint8_t)fg_bench_plan_ecm;
    return at;
}
#define fg_plan_at replaced_plan_at
#endif

/* The headers have declared the engine by its own names; from here on they are the variant's. */
#define fg_factor_run VARIANT(FG_BENCH_VARIANT, )
#define fg_factor_run_smooth VARIANT(FG_BENCH_VARIANT, _smooth)
enum fg_status fg_factor_run_smooth(struct fg_factor_work *work, const uint64_t *numbers,
                                    size_t count, uint64_t smooth, const atomic_bool *cancelled,
                                    struct fg_factorization *factors);
#include "methods/factor/factor.c" /* NOLINT(bugprone-suspicious-include): that is the point */
