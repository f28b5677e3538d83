/* SPDX-License-Identifier: MIT */
/*
 * residues.h: the contract of the forms: residues modulo several numbers side by side, in lanes.
 * Primality, P-1 and ECM are written over it once, for every width of numbers and of vectors.
 *
 * A form is an implementation of the contract with its parameters. A translation unit has one form.
 * Before its first include it defines FG_RESIDUES, the name of the header that implements the
 * contract, and that header's parameters:
 *
 *     arith/residues_scalar.h          FG_LANES, FG_WORDS, FG_HEADROOM
 *     arith/residues_double.h          FG_LANES, which is 1
 *     methods/factor/residues_fma.h    FG_MODULUS_BITS, FG_CHAINS
 *     methods/factor/residues_ifma.h   FG_MODULUS_BITS, FG_CHAINS
 *
 * In C++ a form can be included in a namespace, so that a file has several: algorithms/one_lane.h
 * and algorithms/one_lane_double.h.
 *
 * The implementation defines FG_LANES, the number of lanes; FG_WORDS, the words of a number, and
 * fg_number, its type: uint64_t, or fg_wide if there are two words; FG_RESTRICT, what pointers to
 * the algorithms' work space are qualified with: __restrict__ or nothing; and these. A `residue`
 * has a residue for each lane, a `field` a modulus for each; arrays have FG_LANES entries.
 *
 *     struct fg_residue, struct fg_field, struct fg_lane_bits
 *     fg_prepare(moduli)                the field of odd moduli
 *     fg_load(numbers), fg_store(residue, numbers)
 *     fg_one(field)                     the residue that stands for 1
 *     fg_mul(field, a, b), fg_sqr(field, a)
 *     fg_add(field, a, b), fg_sub(field, a, b)
 *     fg_sub_sum(field, a, b)           a - b if b is a sum of two products
 *     fg_tighten(field, a)              a sum of two products, brought into the range of one
 *     fg_store_for_gcd(field, a, numbers)   numbers with the same common factors with the moduli
 *     fg_is_zero(field, a)              bit i: lane i's residue stands for 0
 *     fg_load_bits(words)               a number of bits for each lane
 *     fg_where_bit(bits, i, a)          a if bit i is set, else 0
 *     fg_choose_bit(bits, i, a, b)      a if bit i is set, else b
 *
 * Results that go into sums and differences alone may be loose: limbs without their carries, if the
 * form has them. They may not go into fg_tighten(), which does nothing in some forms. Otherwise
 * these are the operations above.
 *
 *     fg_mul_loose(field, a, b), fg_sqr_loose(field, a), fg_add_loose(field, a, b)
 *
 * Each implementation says which ranges it keeps residues in. The algorithms' comments count in
 * those of residues_scalar.h with headroom 6.
 */
#ifndef FG_ARITH_RESIDUES_H
#define FG_ARITH_RESIDUES_H

#include FG_RESIDUES

#if !defined(FG_LOOSE_PRODUCTS)
#define fg_mul_loose fg_mul
#define fg_sqr_loose fg_sqr
#endif
#if !defined(FG_LOOSE_SUMS)
#define fg_add_loose fg_add
#endif

#endif
