/* SPDX-License-Identifier: MIT */
/*
 * totients_avx512.c: cells with AVX-512, sixteen numbers side by side. Compiled with -mavx512f,
 * -mavx512dq, -mavx512bw, -mavx512vl, -mavx512cd and -mbmi2.
 */
#include "methods/sieve/finish_words_avx512.h"

/* Behind its words. */
#include "methods/sieve/totients_vectors.h"

const struct fg_totients_form fg_totients_avx512 = {
    .name = "avx512",
    .fill = fill,
    .sieve = sieve,
    .sieve_groups = sieve_groups,
    .finish = finish,
};
