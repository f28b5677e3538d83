/* SPDX-License-Identifier: MIT */
#ifndef FG_METHODS_SIEVE_TOTIENTS_STEPS_H
#define FG_METHODS_SIEVE_TOTIENTS_STEPS_H

/*
 * totients_steps.h: the steps of primes through cells, over an instruction set's product.
 *
 * A file includes it behind `factors`, a factor as the product takes it, factors_of(), which makes
 * one, and multiply_cell().
 */
#include "arith/target.h"
#include "methods/sieve/multiples.h"
#include "methods/sieve/totients_form.h"

static void sieve(fg_totient_cell *cells, struct fg_totients_steps *steps, uint32_t from,
                  uint32_t to, uint32_t end) {
    for (uint32_t j = from; j < to; j++) {
        const uint32_t step = steps->lengths[j];
        const factors by = factors_of(steps->factors[j]);
        uint32_t i = steps->at[j];
        for (; i < end; i += step)
            multiply_cell(cells + i, by);
        steps->at[j] = i;
    }
}

/* Sieves by primes [from, to), which have `certain` or one more multiples. */
FG_INLINE void sieve_group(fg_totient_cell *cells, struct fg_totients_steps *steps, uint32_t from,
                           uint32_t to, const uint32_t certain, uint32_t end) {
    for (uint32_t j = from; j < to; j++) {
        const uint32_t step = steps->lengths[j];
        const factors by = factors_of(steps->factors[j]);
        uint32_t i = steps->at[j];
        for (uint32_t k = 0; k < certain; k++, i += step)
            multiply_cell(cells + i, by);
        multiply_cell(cells + fg_multiple_or_sink(i, end), by);
        steps->at[j] = fg_next_multiple(i, end, step);
    }
}

static void sieve_groups(fg_totient_cell *cells, struct fg_totients_steps *steps,
                         const struct fg_totients_groups *groups, uint32_t end) {
#define GROUP(k) sieve_group(cells, steps, groups->begin[(k) + 1], groups->begin[k], k, end)
    FG_EACH_PRIME_GROUP(GROUP);
#undef GROUP
}

#endif
