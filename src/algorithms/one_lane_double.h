/* SPDX-License-Identifier: MIT */
/*
 * one_lane_double.h: the algorithms of one_lane.h once more, in doubles: namespace fg_double, for
 * moduli below FG_PLAN_DOUBLE_MAX. It is for GPUs that compute in doubles at the rate of words.
 */
#ifndef FG_ALGORITHMS_ONE_LANE_DOUBLE_H
#define FG_ALGORITHMS_ONE_LANE_DOUBLE_H

#include "algorithms/one_lane.h"
#include "algorithms/split_plan.h"

/* The contract and the steps once more, for this form. */
#undef FG_ARITH_RESIDUES_H
#undef FG_ALGORITHMS_PAIRS_H
#undef FG_ALGORITHMS_ECM_H
#undef FG_ALGORITHMS_PM1_H
#undef FG_ALGORITHMS_PROBABLE_PRIME_H

#define FG_RESIDUES "arith/residues_double.h"
#define FG_LANES 1

namespace fg_double {

#include "algorithms/ecm.h"
#include "algorithms/pm1.h"
#include "algorithms/probable_prime.h"

} /* namespace fg_double */

static_assert(FG_PLAN_DOUBLE_MAX >> FG_DOUBLE_MODULUS_BITS == 1, "the plan's bound is the form's");

#undef FG_RESIDUES
#undef FG_LANES

#endif
