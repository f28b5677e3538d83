/* SPDX-License-Identifier: MIT */
/*
 * totients_avx2.c: cells with AVX2, eight numbers side by side. Compiled with -mavx2 and -mfma.
 */
#include "methods/sieve/finish_words_avx2.h"

/* Behind its words. */
#include "methods/sieve/totients_vectors.h"

const struct fg_totients_form fg_totients_avx2 = {
    .name = "avx2",
    .fill = fill,
    .sieve = sieve,
    .sieve_groups = sieve_groups,
    .finish = finish,
};
