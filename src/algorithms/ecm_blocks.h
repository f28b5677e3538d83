/* SPDX-License-Identifier: MIT */
/*
 * ecm_blocks.h: a curve of ecm.h with a stage 2 in less memory, in one form of arith/residues.h of
 * one lane and two words: for the threads of a GPU, of which each has 4 KB.
 *
 * ecm.h keeps all giants at once, which takes up to 17 KB. Here they are made in blocks, one after
 * the other. A block has a common denominator, to which the babies are brought as well; and all
 * denominators so far are a factor of the values, so that nothing is divided. The programs are
 * those of ecm_block_tables.h.
 */
#ifndef FG_ALGORITHMS_ECM_BLOCKS_H
#define FG_ALGORITHMS_ECM_BLOCKS_H

#include "algorithms/ecm.h"
#include "algorithms/ecm_block_tables.h"
#include "algorithms/pair_blocks.h"

/*
 * Brings points to one denominator, the product of their Z times `shared`: value i is X_i times the
 * other points' Z and `shared`. Takes 4 products a point and 3 more. The values take the place of
 * the first slots, as in fg_ecm_common_denominator(). Returns the product of the Z. count >= 2.
 */
static FG_HD struct fg_residue fg_block_denominator(const struct fg_field *field,
                                                    struct fg_ecm_x_point *slots, uint32_t count,
                                                    struct fg_residue shared) {
    struct fg_residue after = slots[count - 1].z; /* the product of the Z from there on */
    for (uint32_t i = count - 2; i > 0; i--) {
        slots[i].x = fg_mul(field, slots[i].x, after);
        after = fg_mul(field, after, slots[i].z);
    }
    struct fg_residue *const values = (struct fg_residue *)slots;
    const struct fg_residue product = fg_mul(field, after, slots[0].z);
    struct fg_residue before = fg_mul(field, shared, slots[0].z);
    values[0] = fg_mul(field, fg_mul(field, slots[0].x, after), shared);
    for (uint32_t i = 1; i + 1 < count; i++) {
        const struct fg_ecm_x_point slot = slots[i];
        values[i] = fg_mul(field, slot.x, before);
        before = fg_mul(field, before, slot.z);
    }
    values[count - 1] = fg_mul(field, slots[count - 1].x, before);
    return product;
}

/* The next two giants of a curve, and what is added to the second for the one after them. */
struct fg_block_giants {
    struct fg_ecm_x_point first, second, step;
};

/* Writes `count` giants to points[]. */
static FG_HD void fg_block_make_giants(const struct fg_field *field, struct fg_block_giants *giants,
                                       struct fg_ecm_x_point *points, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        points[i] = giants->first;
        const struct fg_ecm_x_point next =
            fg_ecm_differential_add(field, &giants->second, &giants->step, &giants->first);
        giants->first = giants->second;
        giants->second = next;
    }
}

/* Does what fg_ecm_run_in() does for one lane. */
static FG_HD_INSIDE void fg_ecm_run(const struct fg_field *field,
                                    const struct fg_wide_ecm_program *program,
                                    const fg_ecm_choice *curve, fg_number *found,
                                    fg_number *early) {
    struct fg_ecm_x_point slots[FG_BLOCK_SLOTS];
    fg_ecm_reach(field, program, curve, slots, early);

    const uint32_t babies = program->baby_count, words = (babies + 63) / 64;
    struct fg_block_giants giants;
    giants.first = giants.step = slots[babies];
    giants.second = slots[babies + 1];
    /* The babies' denominator has the first Z as a factor more, in place of 1. */
    struct fg_residue denominator = slots[0].z;
    denominator =
        fg_mul(field, denominator, fg_block_denominator(field, slots, babies, denominator));

    struct fg_residue *const values = (struct fg_residue *)slots;
    struct fg_residue *const block = values + babies;
    const uint32_t room = FG_BLOCK_SLOTS - babies / 2;
    const uint64_t *row = &fg_block_ecm_pair_bits[program->pair_slot_begin];
    struct fg_block_product product;
    product.even = product.odd = denominator;
    for (uint32_t left = program->giant_count; left > 0;) {
        const uint32_t most = left == room + 1 ? room - 1 : room; /* no block of one giant */
        const uint32_t count = left < most ? left : most;
        fg_block_make_giants(field, &giants, (struct fg_ecm_x_point *)block, count);
        const struct fg_residue more =
            fg_block_denominator(field, (struct fg_ecm_x_point *)block, count, denominator);
        for (uint32_t i = 0; i < babies; i++)
            values[i] = fg_mul(field, values[i], more);
        denominator = fg_mul(field, denominator, more);
        for (uint32_t i = 0; i < count; i++, row += words)
            fg_block_multiply(field, &product, block[i], values, row, words);
        left -= count;
    }
    fg_store_for_gcd(field, fg_mul(field, product.even, product.odd), found);
}

#endif
