/* SPDX-License-Identifier: MIT */
/*
 * residues_fma_forms.h: the operations of factor/residues_fma.h on arrays, for a test that is not
 * itself compiled for AVX2.
 */
#ifndef FG_TESTS_RESIDUES_FMA_FORMS_H
#define FG_TESTS_RESIDUES_FMA_FORMS_H

#include <stdint.h>

#define RESIDUES_FMA_MOST_LANES 32

/* Arrays have an entry for each lane; moduli come first. Residues are integers of either sign,
 * taken as they are; what is no integer comes back as INT64_MIN. */
struct residues_fma_form {
    const char *name;
    unsigned bits;  /* of the moduli */
    unsigned range; /* the factors of a product are within n^2 times this */
    unsigned lanes;
    void (*load_and_store)(const uint64_t *numbers, uint64_t *stored);
    void (*one)(const uint64_t *n, int64_t *one);
    void (*mul)(const uint64_t *n, const int64_t *a, const int64_t *b, int64_t *result);
    void (*sqr)(const uint64_t *n, const int64_t *a, int64_t *result);
    void (*add)(const uint64_t *n, const int64_t *a, const int64_t *b, int64_t *result);
    void (*sub)(const uint64_t *n, const int64_t *a, const int64_t *b, int64_t *result);
    void (*sub_sum)(const uint64_t *n, const int64_t *a, const int64_t *b, int64_t *result);
    void (*tighten)(const uint64_t *n, const int64_t *a, int64_t *result);
    void (*store_for_gcd)(const uint64_t *n, const int64_t *a, uint64_t *numbers);
    uint32_t (*is_zero)(const uint64_t *n, const int64_t *a);
    void (*choose_bit)(const uint64_t *bits, uint32_t bit, const int64_t *a, const int64_t *b,
                       int64_t *result);
    void (*where_bit)(const uint64_t *bits, uint32_t bit, const int64_t *a, int64_t *result);
};

/* Both ranges of moduli, four vectors and eight. Only if fg_lanes_avx2 runs here. */
extern const struct residues_fma_form residues_fma48_x4, residues_fma48_x8, residues_fma51_x4,
    residues_fma51_x8;

#endif
