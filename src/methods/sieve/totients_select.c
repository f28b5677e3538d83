/* SPDX-License-Identifier: MIT */
/*
 * totients_select.c: cells number by number, for CPUs without vectors, and the choice among the
 * instruction sets.
 */
#include "methods/sieve/finish.h"
#include "methods/sieve/totients_form.h"

typedef fg_totient_cell factors;

static inline factors factors_of(fg_totient_cell factor) {
    return factor;
}
/* The low product is below 2^32 but in cells that mean nothing. */
static inline void multiply_cell(fg_totient_cell *cell, factors by) {
    *cell = (*cell & UINT32_MAX) * (by & UINT32_MAX) + ((*cell >> 32) * (by >> 32) << 32);
}

/* Behind the product. */
#include "methods/sieve/totients_steps.h"

static void fill(fg_totient_cell *cells, uint32_t count,
                 const struct fg_totients_pattern patterns[FG_TOTIENTS_PATTERNS]) {
    for (uint32_t i = 0; i < count; i++)
        cells[i] = (UINT64_C(1) << 32) + 1;
    for (int k = 0; k < FG_TOTIENTS_PATTERNS; k++) {
        const struct fg_totients_pattern *const pattern = &patterns[k];
        for (uint32_t i = 0, at = pattern->at; i < count; i++) {
            multiply_cell(cells + i, pattern->cells[at]);
            at = at + 1 < pattern->period ? at + 1 : 0;
        }
    }
}

static void finish(const fg_totient_cell *cells, uint32_t first, uint32_t count, uint64_t *values) {
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t n = first + i, power = n & -n;
        const uint32_t cofactor = n / ((uint32_t)cells[i] * power);
        const uint64_t totient = (cells[i] >> 32) * (power > 1 ? power / 2 : 1);
        values[i] = totient * (cofactor > 1 ? cofactor - 1 : 1);
    }
}

const struct fg_totients_form fg_totients_portable = {
    .name = "portable",
    .fill = fill,
    .sieve = sieve,
    .sieve_groups = sieve_groups,
    .finish = finish,
};

const struct fg_totients_form *fg_totients_select(void) {
#ifdef FG_SCAN_X86
    const struct fg_finish *const form = fg_finish_select(); /* the same instructions */
    if (form == &fg_finish_avx512)
        return &fg_totients_avx512;
    if (form == &fg_finish_avx2)
        return &fg_totients_avx2;
#endif
    return &fg_totients_portable;
}
