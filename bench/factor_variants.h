/* SPDX-License-Identifier: MIT */
/*
 * factor_variants.h: the CPU's factoring engine built again with other tunables, to be raced
 * against the one that is used (factor/factor.h).
 */
#ifndef FG_BENCH_FACTOR_VARIANTS_H
#define FG_BENCH_FACTOR_VARIANTS_H

#include "algorithms/split_plan.h"
#include "factor_variants_generated.h" /* FG_BENCH_VARIANTS, from CMakeLists.txt */
#include "methods/factor/factor.h"

typedef enum fg_status fg_bench_engine(struct fg_factor_work *work, const uint64_t *numbers,
                                       size_t count, const atomic_bool *cancelled,
                                       struct fg_factorization *factors);

#define FG_BENCH_DECLARE(name, tunable, value) fg_bench_engine fg_bench_factor_##name;
FG_BENCH_VARIANTS(FG_BENCH_DECLARE)
#undef FG_BENCH_DECLARE

/* The plan of fg_bench_factor_plan(), for composites of all sizes: P-1's program first, or none,
 * then one program of ECM's. -1: the engine's own. */
extern int fg_bench_plan_pm1, fg_bench_plan_ecm;
enum { FG_BENCH_NO_PM1 = -2 };

#endif
