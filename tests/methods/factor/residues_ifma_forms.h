/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma_forms.h: the operations of factor/residues_ifma.h on arrays, for a test that is not
 * itself compiled for AVX-512.
 */
#ifndef FG_TESTS_RESIDUES_IFMA_FORMS_H
#define FG_TESTS_RESIDUES_IFMA_FORMS_H

#include <stdint.h>

#define RESIDUES_IFMA_MOST_LANES 32

/* high * 2^52 + low; with one limb high is 0. */
struct residues_ifma_word {
    uint64_t low, high;
};

/* Arrays have an entry for each lane; moduli come first. Residues are taken as they are: nothing is
 * made or unmade but limbs. */
struct residues_ifma_form {
    const char *name;
    unsigned bits, limbs, lanes;
    void (*load_and_store)(const uint64_t *numbers, uint64_t *stored);
    void (*inverse)(const uint64_t *n, uint64_t *inverses);
    void (*one)(const uint64_t *n, struct residues_ifma_word *one);
    void (*mul)(const uint64_t *n, const struct residues_ifma_word *a,
                const struct residues_ifma_word *b, struct residues_ifma_word *result);
    void (*sqr)(const uint64_t *n, const struct residues_ifma_word *a,
                struct residues_ifma_word *result);
    void (*add)(const uint64_t *n, const struct residues_ifma_word *a,
                const struct residues_ifma_word *b, struct residues_ifma_word *result);
    void (*sub)(const uint64_t *n, const struct residues_ifma_word *a,
                const struct residues_ifma_word *b, struct residues_ifma_word *result);
    void (*sub_sum)(const uint64_t *n, const struct residues_ifma_word *a,
                    const struct residues_ifma_word *b, struct residues_ifma_word *result);
    /* 2 a b - (a^2 - b^2), by loose operations if the form has them. */
    void (*loose)(const uint64_t *n, const struct residues_ifma_word *a,
                  const struct residues_ifma_word *b, struct residues_ifma_word *result);
    void (*tighten)(const uint64_t *n, const struct residues_ifma_word *a,
                    struct residues_ifma_word *result);
    void (*by_unit)(const uint64_t *n, const struct residues_ifma_word *a,
                    struct residues_ifma_word *result);
    void (*store_for_gcd)(const uint64_t *n, const struct residues_ifma_word *a, uint64_t *numbers);
    uint32_t (*is_zero)(const uint64_t *n, const struct residues_ifma_word *a);
    void (*choose_bit)(const uint64_t *bits, uint32_t bit, const struct residues_ifma_word *a,
                       const struct residues_ifma_word *b, struct residues_ifma_word *result);
    void (*where_bit)(const uint64_t *bits, uint32_t bit, const struct residues_ifma_word *a,
                      struct residues_ifma_word *result);
};

/* Only if fg_lanes_ifma runs here. */
extern const struct residues_ifma_form residues_ifma48_x3, residues_ifma48_x4, residues_ifma50_x3,
    residues_ifma50_x4, residues_ifma64_x2, residues_ifma64_x3, residues_ifma64_x4;

#endif
