/* SPDX-License-Identifier: MIT */
/*
 * pairs.h: the product that ends stage 2 of ECM and of P-1, in one form of arith/residues.h.
 *
 * A prime q between the bounds is i * D + j or i * D - j for a pair (i, j) of the program's table;
 * the giant's value minus the baby's is 0 modulo p when q takes p's point (or power) to the neutral
 * element.
 */
#ifndef FG_ALGORITHMS_PAIRS_H
#define FG_ALGORITHMS_PAIRS_H

#include "algorithms/program_tables.h"
#include "arith/bits.h"
#include "arith/residues.h"

#if defined(FG_WORDS) && FG_WORDS == 2

/* A word of a bit map of babies. */
typedef uint64_t fg_pair_word;

/* Writes the slots of the giant's babies to row and returns it, with *at at its beginning. The
 * giant has a row of the bit map, of whole words with a bit for each baby; that of giant 0 begins
 * at pairs[begin]. */
static FG_HD const uint8_t *fg_pairs_of_giant(uint8_t *row, const fg_pair_word *pairs,
                                              uint32_t begin, uint32_t giant, uint32_t baby_count,
                                              uint32_t *at) {
    const uint32_t words = (baby_count + 63) / 64;
    uint32_t count = 0;
    for (uint32_t word = 0; word < words; word++) {
        uint64_t left = pairs[begin + giant * words + word];
        for (; left != 0; left &= left - 1)
            row[count++] = (uint8_t)(64 * word + fg_trailing_zeros64(left));
    }
    *at = 0;
    return row;
}

#else

/* The slot of a baby. */
typedef uint8_t fg_pair_word;

/* Returns the slots of all pairs, in which *at has come to those of the giant. */
static FG_HD const uint8_t *fg_pairs_of_giant(uint8_t *row, const fg_pair_word *pairs,
                                              uint32_t begin, uint32_t giant, uint32_t baby_count,
                                              uint32_t *at) {
    (void)row, (void)begin, (void)giant, (void)baby_count, (void)at;
    return pairs;
}

#endif

/*
 * `start` times the differences of all pairs. values[0 .. baby_count) are the babies', the giants'
 * follow; all products. counts[] and pairs[], in which those of the program begin at count_begin
 * and pair_begin, are FG_ECM_PAIRS or FG_PM1_PAIRS. Two running products, because one alone would
 * wait for each multiplication to finish.
 */
static FG_HD struct fg_residue fg_pair_product(const struct fg_field *field,
                                               const struct fg_residue *values, uint32_t baby_count,
                                               uint32_t giant_count, const uint8_t *counts,
                                               const fg_pair_word *pairs, uint32_t count_begin,
                                               uint32_t pair_begin, struct fg_residue start) {
    struct fg_residue even = start, odd = start;
    uint8_t row[FG_PAIR_ROW];
    uint32_t at = pair_begin;
    for (uint32_t giant = 0; giant < giant_count; giant++) {
        const struct fg_residue value = values[baby_count + giant];
        uint32_t left = counts[count_begin + giant];
        const uint8_t *const slots =
            fg_pairs_of_giant(row, pairs, pair_begin, giant, baby_count, &at);
        for (; left >= 2; left -= 2, at += 2) {
            even = fg_mul(field, even, fg_sub(field, value, values[slots[at]]));
            odd = fg_mul(field, odd, fg_sub(field, value, values[slots[at + 1]]));
        }
        if (left == 1) {
            const struct fg_residue last =
                fg_mul(field, even, fg_sub(field, value, values[slots[at]]));
            even = odd; /* the two change places, so that the work stays even */
            odd = last;
            at++;
        }
    }
    return fg_mul(field, even, odd);
}

#endif
