/* SPDX-License-Identifier: MIT */
/*
 * residues_wide_forms.h: the operations of the forms for numbers of two words on arrays, for a test
 * that is not itself compiled for their instruction sets.
 */
#ifndef FG_TESTS_RESIDUES_WIDE_FORMS_H
#define FG_TESTS_RESIDUES_WIDE_FORMS_H

#include "arith/wide.h"
#include <stdbool.h>

#define RESIDUES_WIDE_MOST_LANES 24

/* A residue's value, of either sign: words of the two's complement, the lowest first. */
struct residues_wide_value {
    uint64_t words[3];
};

/* The range in which a form keeps residues. */
enum residues_wide_range {
    RESIDUES_WIDE_FULL,   /* below n */
    RESIDUES_WIDE_DOUBLE, /* at most 2n */
    RESIDUES_WIDE_LAZY,   /* a product at most 2n, sums add up, differences add 2n or 4n */
    RESIDUES_WIDE_TIGHT,  /* the same, but a product is at most n and 2^-24 of it */
    RESIDUES_WIDE_SIGNED, /* a product at most n in absolute value, sums and differences add up */
};

/* Arrays have an entry for each lane; moduli come first. */
struct residues_wide_form {
    const char *name;
    unsigned bits, r_bits, lanes;
    enum residues_wide_range range;
    bool (*runs_here)(void);
    void (*load_and_store)(const fg_wide *numbers, fg_wide *stored);
    void (*one)(const fg_wide *n, struct residues_wide_value *one);
    void (*mul)(const fg_wide *n, const struct residues_wide_value *a,
                const struct residues_wide_value *b, struct residues_wide_value *result);
    void (*sqr)(const fg_wide *n, const struct residues_wide_value *a,
                struct residues_wide_value *result);
    void (*add)(const fg_wide *n, const struct residues_wide_value *a,
                const struct residues_wide_value *b, struct residues_wide_value *result);
    void (*sub)(const fg_wide *n, const struct residues_wide_value *a,
                const struct residues_wide_value *b, struct residues_wide_value *result);
    void (*sub_sum)(const fg_wide *n, const struct residues_wide_value *a,
                    const struct residues_wide_value *b, struct residues_wide_value *result);
    /* 2 a b - (a^2 - b^2), by loose operations if the form has them. */
    void (*loose)(const fg_wide *n, const struct residues_wide_value *a,
                  const struct residues_wide_value *b, struct residues_wide_value *result);
    void (*tighten)(const fg_wide *n, const struct residues_wide_value *a,
                    struct residues_wide_value *result);
    void (*store_for_gcd)(const fg_wide *n, const struct residues_wide_value *a, fg_wide *numbers);
    uint32_t (*is_zero)(const fg_wide *n, const struct residues_wide_value *a);
    void (*choose_bit)(const fg_wide *bits, uint32_t bit, const struct residues_wide_value *a,
                       const struct residues_wide_value *b, struct residues_wide_value *result);
    void (*where_bit)(const fg_wide *bits, uint32_t bit, const struct residues_wide_value *a,
                      struct residues_wide_value *result);
};

extern const struct residues_wide_form residues_wide_full_x2, residues_wide_full_x4,
    residues_wide_lazy_x2, residues_wide_lazy_x4;
extern const struct residues_wide_form residues_fma100_x2, residues_fma100_x3;
extern const struct residues_wide_form residues_ifma98_x2, residues_ifma98_x3, residues_ifma102_x2,
    residues_ifma102_x3, residues_ifma76_x2, residues_ifma104_x1, residues_ifma104_x2,
    residues_ifma128_x1, residues_ifma128_x2;

#endif
