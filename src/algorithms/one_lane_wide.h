/* SPDX-License-Identifier: MIT */
/*
 * one_lane_wide.h: a step written over residues.h for one number of two words at a time, in three
 * forms: a GPU's thread runs it. C++ only.
 *
 * Included with
 *
 *     FG_ONE_LANE_STEP  the header of the step: ecm_blocks.h, pm1_blocks.h or probable_prime.h of
 *                       algorithms/
 *
 * Each form is a namespace: fg_wide_96 for moduli below 2^FG_WIDE_PLAN_96_BITS, fg_wide_lazy below
 * 2^FG_WIDE_PLAN_LAZY_BITS, and fg_wide_full for every modulus above 2^64. The tables stay outside,
 * so that there is one copy of them. Do not include this file inside extern "C".
 */
#ifndef FG_ALGORITHMS_ONE_LANE_WIDE_H
#define FG_ALGORITHMS_ONE_LANE_WIDE_H

/* Includes that must not be in a namespace. */
#include "algorithms/wide_curve.h"
#include "algorithms/wide_plan.h"
#include "algorithms/wide_programs.h"
#include "arith/bits.h"
#include "arith/inverse.h"
#include "arith/montgomery_rows.h"
#include "arith/montgomery_wide.h"
#include <stddef.h>

#define FG_ECM_BLOCKS
#define FG_LANES 1

/* A form of one word may have been included before. */
#include "algorithms/one_lane_again.h"
#define FG_RESIDUES "arith/residues_rows.h"
#define FG_LIMBS 3

namespace fg_wide_96 {

#include FG_ONE_LANE_STEP

} /* namespace fg_wide_96 */

/* The contract and the step once more. */
#include "algorithms/one_lane_again.h"
#undef FG_LIMBS
#define FG_RESIDUES "arith/residues_rows.h"
#define FG_LIMBS 4

namespace fg_wide_lazy {

#include FG_ONE_LANE_STEP

} /* namespace fg_wide_lazy */

/* The contract and the step once more. */
#include "algorithms/one_lane_again.h"
#undef FG_LIMBS
#define FG_WORDS 2
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_HEADROOM 0

namespace fg_wide_full {

#include FG_ONE_LANE_STEP

} /* namespace fg_wide_full */

#undef FG_ECM_BLOCKS
#undef FG_RESIDUES
#undef FG_LANES
#undef FG_WORDS
#undef FG_HEADROOM

#endif
