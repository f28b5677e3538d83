/* SPDX-License-Identifier: MIT */
/*
 * pm1_blocks.h: P-1 as in pm1.h with a stage 2 in less memory, in one form of arith/residues.h of
 * one lane and two words: for the threads of a GPU, of which each has 4 KB. A giant is used as soon
 * as it is made.
 */
#ifndef FG_ALGORITHMS_PM1_BLOCKS_H
#define FG_ALGORITHMS_PM1_BLOCKS_H

#include "algorithms/pair_blocks.h"
#include "algorithms/pm1.h"

/* Does what fg_pm1_run_in() does for one lane. */
static FG_HD void fg_pm1_run(const struct fg_field *field,
                             const struct fg_wide_pm1_program *program, fg_number *found,
                             fg_number *early) {
    struct fg_residue babies[FG_WIDE_PM1_BABIES];
    const uint32_t words = (program->baby_count + UINT32_C(63)) / 64;
    const uint64_t *row = &fg_wide_pm1_pair_bits[program->pair_slot_begin];
    const struct fg_residue one = fg_one(field);
    const struct fg_residue x = fg_pm1_stage1(field, program, one, early);
    fg_pm1_make_babies(field, program, x, babies);
    struct fg_pm1_giant giant = fg_pm1_first_giant(field, program, one, x);
    struct fg_block_product product;
    product.even = product.odd = x;
    for (uint32_t i = 0; i < program->giant_count; i++, row += words) {
        fg_block_multiply(field, &product, giant.value, babies, row, words);
        fg_pm1_next_giant(field, &giant);
    }
    fg_store_for_gcd(field, fg_mul(field, product.even, product.odd), found);
}

#endif
