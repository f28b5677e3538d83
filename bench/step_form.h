/* SPDX-License-Identifier: MIT */
/*
 * step_form.h: the steps of one form for step_bench, for a file that defines the form's parameters
 * and exports them.
 */
#ifndef FG_BENCH_STEP_FORM_H
#define FG_BENCH_STEP_FORM_H

#define FG_RESIDUES "arith/residues_scalar.h"
#include "algorithms/ecm.h"
#include "algorithms/lucas_parameter.h"
#include "algorithms/pm1.h"
#include "algorithms/probable_prime.h"
#include "step_forms.h"

static void product(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    const struct fg_field field = fg_prepare(numbers);
    struct fg_residue x = fg_one(&field);
    (void)program;
    for (int i = 0; i < FG_BENCH_CHAIN_LENGTH; i++)
        x = fg_sqr(&field, x);
    fg_store(x, out);
}

static void pm1(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    const struct fg_field field = fg_prepare(numbers);
    uint64_t early[FG_LANES];
    fg_pm1_run(&field, &fg_pm1_programs[program], out, early);
}

static void ecm(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    static const uint32_t curves[FG_LANES];
    const struct fg_field field = fg_prepare(numbers);
    uint64_t early[FG_LANES];
    fg_ecm_run(&field, &fg_ecm_programs[program], curves, out, early);
}

#if FG_HEADROOM == 0
static void base2(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    const struct fg_field field = fg_prepare(numbers);
    (void)program;
    out[0] = fg_strong_base2(&field);
}

static void lucas(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    const struct fg_field field = fg_prepare(numbers);
    uint32_t parameters[FG_LANES];
    (void)program;
    for (int i = 0; i < FG_LANES; i++)
        parameters[i] = fg_lucas_parameter(numbers[i]);
    out[0] = fg_lucas(&field, parameters);
}
#endif

#endif
