/* SPDX-License-Identifier: MIT */
/*
 * counted_form.h: one form of counted_forms.h, for a file that defines the form's headroom and
 * exports it.
 */
#ifndef FG_BENCH_COUNTED_FORM_H
#define FG_BENCH_COUNTED_FORM_H

#include "arith/montgomery.h"
#include "counted_forms.h"

static uint64_t product_count;

static inline uint64_t counted_mul(struct fg_mont64 modulus, uint64_t a, uint64_t b) {
    product_count++;
    return fg_mont64_mul(modulus, a, b);
}

static inline uint64_t counted_mul_late(struct fg_mont64 modulus, uint64_t a, uint64_t b) {
    product_count++;
    return fg_mont64_mul_late(modulus, a, b);
}

static inline uint64_t counted_mul_loose(struct fg_mont64 modulus, uint64_t a, uint64_t b) {
    product_count++;
    return fg_mont64_mul_loose(modulus, a, b);
}

#define fg_mont64_mul counted_mul
#define fg_mont64_mul_late counted_mul_late
#define fg_mont64_mul_loose counted_mul_loose
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 1
#include "algorithms/ecm.h"
#include "algorithms/lucas_parameter.h"
#include "algorithms/pm1.h"
#include "algorithms/probable_prime.h"

static uint64_t products(void) {
    return product_count;
}

static void pm1(uint64_t n, uint32_t program, uint64_t *found, uint64_t *early) {
    const struct fg_field field = fg_prepare(&n);
    fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
}

static void curve(uint64_t n, uint32_t program, uint32_t index, uint64_t *found, uint64_t *early) {
    const struct fg_field field = fg_prepare(&n);
    fg_ecm_run(&field, &fg_ecm_programs[program], &index, found, early);
}

#if FG_HEADROOM == 0
static bool strong_base2(uint64_t n) {
    const struct fg_field field = fg_prepare(&n);
    return fg_strong_base2(&field) != 0;
}

static bool lucas(uint64_t n) {
    const struct fg_field field = fg_prepare(&n);
    const uint32_t parameter = fg_lucas_parameter(n);
    return parameter != 0 && fg_lucas(&field, &parameter) != 0;
}
#endif

#endif
