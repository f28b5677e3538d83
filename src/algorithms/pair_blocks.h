/* SPDX-License-Identifier: MIT */
/*
 * pair_blocks.h: the product that ends stage 2 of ECM and of P-1, giant by giant, in one form of
 * arith/residues.h of one lane: pairs.h for the threads of a GPU (ecm_blocks.h, pm1_blocks.h).
 *
 * A thread reads the bits of the pairs from the GPU's constant memory; all threads of a warp read
 * the same.
 */
#ifndef FG_ALGORITHMS_PAIR_BLOCKS_H
#define FG_ALGORITHMS_PAIR_BLOCKS_H

#include "arith/bits.h"
#include "arith/residues.h"

/* Two running products, because one alone would wait for each multiplication to finish. */
struct fg_block_product {
    struct fg_residue even, odd;
};

/* Multiplies by the differences of a giant and its babies: those of the set bits of row[0 ..
 * words). */
static FG_HD void fg_block_multiply(const struct fg_field *field, struct fg_block_product *product,
                                    struct fg_residue giant, const struct fg_residue *babies,
                                    const uint64_t *row, uint32_t words) {
    for (uint32_t word = 0; word < words; word++, babies += 64) {
        uint64_t left = row[word];
        while (left != 0) {
            const struct fg_residue baby = babies[fg_trailing_zeros64(left)];
            left &= left - 1;
            product->even = fg_mul(field, product->even, fg_sub(field, giant, baby));
            if (left == 0)
                break;
            const struct fg_residue next = babies[fg_trailing_zeros64(left)];
            left &= left - 1;
            product->odd = fg_mul(field, product->odd, fg_sub(field, giant, next));
        }
    }
}

#endif
