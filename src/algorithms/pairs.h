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

#include "algorithms/ecm_tables.h"
#include "arith/residues.h"

/*
 * `start` times the differences of all pairs. values[0 .. baby_count) are the babies', the giants'
 * follow; all products. Two running products, because one alone would wait for each multiplication
 * to finish.
 */
static FG_HD struct fg_residue fg_pair_product(const struct fg_field *field,
                                               const struct fg_residue *values, uint32_t baby_count,
                                               uint32_t giant_count, uint32_t count_begin,
                                               uint32_t slot_begin, struct fg_residue start) {
    struct fg_residue even = start, odd = start;
    uint32_t at = slot_begin;
    for (uint32_t giant = 0; giant < giant_count; giant++) {
        const struct fg_residue value = values[baby_count + giant];
        uint32_t left = fg_pair_counts[count_begin + giant];
        for (; left >= 2; left -= 2, at += 2) {
            even = fg_mul(field, even, fg_sub(field, value, values[fg_pair_slots[at]]));
            odd = fg_mul(field, odd, fg_sub(field, value, values[fg_pair_slots[at + 1]]));
        }
        if (left == 1) {
            const struct fg_residue last =
                fg_mul(field, even, fg_sub(field, value, values[fg_pair_slots[at]]));
            even = odd; /* the two change places, so that the work stays even */
            odd = last;
            at++;
        }
    }
    return fg_mul(field, even, odd);
}

#endif
