/* SPDX-License-Identifier: MIT */
/*
 * totients_form.h: the steps of totients.h for each instruction set.
 */
#ifndef FG_METHODS_SIEVE_TOTIENTS_FORM_H
#define FG_METHODS_SIEVE_TOTIENTS_FORM_H

#include "methods/sieve/prime_groups.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    FG_TOTIENTS_PATTERNS = 4,
    FG_TOTIENTS_READ = 64,    /* a pattern goes on by so many cells, which are read together */
    FG_TOTIENTS_STEPS = 6656, /* max steps: 6,533 primes and 75 powers */
};

/* A cell: a known part, and 2^32 times its phi. */
typedef uint64_t fg_totient_cell;

/* Cells of numbers by a few small primes, whose powers end at the period. `at` is the place of the
 * first number to be filled. */
struct fg_totients_pattern {
    const fg_totient_cell *cells;
    uint32_t period, at;
};

/* Steps through the cells. Each multiple's cell is multiplied by the factor, word by word: p and
 * p - 1 for a prime, p and p for its powers. */
struct fg_totients_steps {
    uint16_t lengths[FG_TOTIENTS_STEPS];
    fg_totient_cell factors[FG_TOTIENTS_STEPS];
    uint32_t at[FG_TOTIENTS_STEPS]; /* the next multiple, from the segment's first number */
};

/* Ascending primes, cut by how many multiples they surely have in an interval: those from `begin[k
 * + 1]` to begin[k] - 1 have k or k + 1, 1 <= k < FG_PRIME_GROUPS. */
struct fg_totients_groups {
    uint32_t begin[FG_PRIME_GROUPS + 1];
};

/* A form. The cells go on behind the segment: FG_SINK of them are written without meaning. */
struct fg_totients_form {
    const char *name; /* "avx512", "avx2", "portable" */
    /* Sets cells[0 .. count), count a multiple of FG_TOTIENTS_READ, to the patterns' products. */
    void (*fill)(fg_totient_cell *cells, uint32_t count,
                 const struct fg_totients_pattern patterns[FG_TOTIENTS_PATTERNS]);
    /* Goes through the multiples before `end` by steps [from, to). */
    void (*sieve)(fg_totient_cell *cells, struct fg_totients_steps *steps, uint32_t from,
                  uint32_t to, uint32_t end);
    /* Does so by primes whose multiples are counted for an interval that ends at `end`. Whether
     * there is one more is no branch, because it cannot be predicted. */
    void (*sieve_groups)(fg_totient_cell *cells, struct fg_totients_steps *steps,
                         const struct fg_totients_groups *groups, uint32_t end);
    /* Writes phi of numbers first .. first + count - 1, above 0. */
    void (*finish)(const fg_totient_cell *cells, uint32_t first, uint32_t count, uint64_t *values);
};

extern const struct fg_totients_form fg_totients_avx512, fg_totients_avx2, fg_totients_portable;

/* Returns the form to use. It follows the choice of cpu/cpu_variant.h, FACTOR_GPU_CPU included.
 * Thread-safe. */
const struct fg_totients_form *fg_totients_select(void);

#endif
