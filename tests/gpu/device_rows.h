/* SPDX-License-Identifier: MIT */
/*
 * device_rows.h: the operations of arith/residues_rows.h, or of the form of residues_scalar.h for
 * any modulus, on one pair of operands. Included after each form, in the form's namespace.
 */
#if defined(FG_LIMBS)
#define ROW_WORDS FG_LIMBS
#else
#define ROW_WORDS 4

/* Names that residues_rows.h gives its own form. */
__device__ inline fg_residue fg_rows_split(fg_wide n) {
    return fg_load(&n);
}
__device__ inline fg_wide fg_rows_join(fg_residue a) {
    return a.lane0;
}
#endif

/* Writes the product, and returns it. */
__device__ inline fg_residue rows_product(const fg_field &field, fg_residue a, fg_residue b,
                                          uint32_t *words) {
    const fg_residue product = fg_mul(&field, a, b);
    rows_words(fg_rows_join(product), words);
    return product;
}

/* Returns a with a word that the compiler knows. */
__device__ inline fg_residue rows_known(fg_residue a, int index, uint32_t word) {
#if defined(FG_LIMBS)
    a.words[index] = word;
#else
    a.lane0 = (a.lane0 & ~((fg_wide)UINT32_MAX << 32 * index)) | (fg_wide)word << 32 * index;
#endif
    return a;
}

__device__ void do_rows(const fg_row_operands &in, fg_row_outcome *out) {
    const fg_wide n = rows_number(in.n), a = rows_number(in.a), b = rows_number(in.b);
    const fg_field field = fg_prepare(&n);
    const fg_residue x = fg_load(&a), y = fg_load(&b);
    const fg_residue products[2] = {rows_product(field, x, y, out->products[0]),
                                    rows_product(field, x, rows_known(y, 0, 0), out->products[1])};
    rows_product(field, x, rows_known(y, 1, 0), out->products[2]);
    rows_product(field, rows_known(x, 0, 0), y, out->products[3]);
    rows_product(field, rows_known(x, ROW_WORDS - 1, 0), y, out->products[4]);
    rows_product(field, x, rows_known(y, 0, 0xffffffff), out->products[5]);
    rows_product(field, x, fg_rows_split(1), out->products[6]);
    const fg_residue sum = fg_add(&field, products[0], products[1]);
    const fg_residue twice = fg_add(&field, products[1], products[1]);
    rows_words(fg_rows_join(sum), out->sum);
    rows_words(fg_rows_join(fg_sub(&field, products[0], products[1])), out->difference);
    rows_words(fg_rows_join(fg_sub_sum(&field, products[0], twice)), out->difference_of_sum);
    rows_words(fg_rows_join(fg_tighten(&field, sum)), out->tight);
    rows_words(fg_rows_join(fg_one(&field)), out->one);
    out->is_zero[0] = fg_is_zero(&field, products[0]);
    out->is_zero[1] = fg_is_zero(&field, fg_sub(&field, products[0], products[0]));
}

#undef ROW_WORDS
