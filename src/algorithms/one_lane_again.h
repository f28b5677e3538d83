/* SPDX-License-Identifier: MIT */
/*
 * one_lane_again.h: forgets the form of residues and the steps that were included last, so that
 * another form can include them in a namespace of its own. It has no include guard.
 */
#undef FG_ARITH_RESIDUES_H
#undef FG_ALGORITHMS_PAIRS_H
#undef FG_ALGORITHMS_ECM_H
#undef FG_ALGORITHMS_PM1_H
#undef FG_ALGORITHMS_PROBABLE_PRIME_H
#undef FG_ALGORITHMS_PAIR_BLOCKS_H
#undef FG_ALGORITHMS_ECM_BLOCKS_H
#undef FG_ALGORITHMS_PM1_BLOCKS_H
#undef FG_WORDS
#undef FG_RESTRICT
#undef FG_RESIDUES
