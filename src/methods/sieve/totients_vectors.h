/* SPDX-License-Identifier: MIT */
#ifndef FG_METHODS_SIEVE_TOTIENTS_VECTORS_H
#define FG_METHODS_SIEVE_TOTIENTS_VECTORS_H

/*
 * totients_vectors.h: the form of totients_form.h over the vectors of an instruction set.
 *
 * A file includes it behind the words of its instruction set (finish_words_*.h).
 */
#include "methods/sieve/totients_form.h"
#include <string.h>

/* A factor in the low half of a vector. */
typedef __m128i factors;

FG_INLINE factors factors_of(fg_totient_cell factor) {
    return _mm_cvtsi64_si128((int64_t)factor);
}
FG_INLINE void multiply_cell(fg_totient_cell *cell, factors by) {
    __m128i *const at = (__m128i *)cell;
    _mm_storel_epi64(at, _mm_mullo_epi32(_mm_loadl_epi64(at), by));
}

/* Behind the product. */
#include "methods/sieve/totients_steps.h"

static void fill(fg_totient_cell *cells, uint32_t count,
                 const struct fg_totients_pattern patterns[FG_TOTIENTS_PATTERNS]) {
    uint32_t at[FG_TOTIENTS_PATTERNS];
    for (int k = 0; k < FG_TOTIENTS_PATTERNS; k++)
        at[k] = patterns[k].at;
    for (uint32_t i = 0; i < count; i += FG_TOTIENTS_READ) {
#pragma GCC unroll 16
        for (uint32_t j = 0; j < FG_TOTIENTS_READ; j += FG_GROUP / 2) {
            words product = load_words((const uint32_t *)(patterns[0].cells + at[0] + j));
            for (int k = 1; k < FG_TOTIENTS_PATTERNS; k++)
                product = words_multiply(
                    product, load_words((const uint32_t *)(patterns[k].cells + at[k] + j)));
            store_words(product, (uint32_t *)(cells + i + j));
        }
        for (int k = 0; k < FG_TOTIENTS_PATTERNS; k++) {
            at[k] += FG_TOTIENTS_READ;
            at[k] = at[k] < patterns[k].period ? at[k] : at[k] - patterns[k].period;
        }
    }
}

/* Writes phi of a group. */
FG_INLINE void finish_group(const fg_totient_cell *cells, words numbers, uint64_t *values) {
    const words one = words_of(1);
    const words power = words_lowest_bit(numbers);
    words known, totients;
    load_word_pairs(cells, &known, &totients);
    known = words_multiply(known, power);
    totients = words_multiply(totients, words_max(words_halve(power), one));
    const words cofactors = words_divide(numbers, known);
    const words last = words_max(words_subtract(cofactors, one), one);
    store_words_as_longs(words_multiply(totients, last), values);
}

static void finish(const fg_totient_cell *cells, uint32_t first, uint32_t count, uint64_t *values) {
    words numbers = words_from(first);
    uint32_t i = 0;
    for (; i + FG_GROUP <= count; i += FG_GROUP) {
        finish_group(cells + i, numbers, values + i);
        numbers = words_add(numbers, words_of(FG_GROUP));
    }
    if (i == count)
        return;
    uint64_t last[FG_GROUP];
    finish_group(cells + i, numbers, last);
    memcpy(values + i, last, (count - i) * sizeof *last);
}

#endif
