/* SPDX-License-Identifier: MIT */
/*
 * step_forms.h: the steps that step_bench races by lanes, one table for each form of
 * arith/residues_scalar.h.
 */
#ifndef FG_BENCH_STEP_FORMS_H
#define FG_BENCH_STEP_FORMS_H

#include <stddef.h>
#include <stdint.h>

/* Squarings in a row of the race of products. */
enum { FG_BENCH_CHAIN_LENGTH = 256 };

/* One step for the lanes' numbers. `program` is one of P-1's or ECM's; out[0 .. lanes). */
typedef void fg_bench_step(const uint64_t *numbers, uint32_t program, uint64_t *out);

/* base2 and lucas, whose out[0] has a bit for each lane, only in forms without headroom. */
struct fg_bench_step_form {
    const char *name;
    unsigned lanes;
    fg_bench_step *product, *pm1, *ecm, *base2, *lucas;
};

extern const struct fg_bench_step_form fg_step_full_x1, fg_step_full_x2, fg_step_full_x4;
extern const struct fg_bench_step_form fg_step_lazy_x1, fg_step_lazy_x2, fg_step_lazy_x4;

#endif
