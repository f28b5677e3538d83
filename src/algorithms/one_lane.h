/* SPDX-License-Identifier: MIT */
/*
 * one_lane.h: the algorithms written over residues.h for one number at a time: a GPU's thread runs
 * them, and the CPU for a single number.
 *
 * In C there is the full form, for every modulus. In C++ there are two forms, each in a namespace:
 * fg_full, and fg_lazy for moduli below FG_PLAN_LAZY_MAX. The tables stay outside, so that there is
 * one copy of them. Do not include this file inside extern "C".
 */
#ifndef FG_ALGORITHMS_ONE_LANE_H
#define FG_ALGORITHMS_ONE_LANE_H

#include "algorithms/ecm_tables.h"
#include "algorithms/lucas_parameter.h"
#include "arith/montgomery.h"

#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 1
#define FG_HEADROOM 0

#ifdef __cplusplus
namespace fg_full {
#endif

#include "algorithms/ecm.h"
#include "algorithms/pm1.h"
#include "algorithms/probable_prime.h"

#ifdef __cplusplus
} /* namespace fg_full */

/* The steps once more, for the other form. */
#undef FG_ARITH_RESIDUES_H
#undef FG_ALGORITHMS_PAIRS_H
#undef FG_ALGORITHMS_ECM_H
#undef FG_ALGORITHMS_PM1_H
#undef FG_HEADROOM
#define FG_HEADROOM 6

namespace fg_lazy {

#include "algorithms/ecm.h"
#include "algorithms/pm1.h"

} /* namespace fg_lazy */
#endif

#undef FG_RESIDUES
#undef FG_LANES
#undef FG_HEADROOM

#endif
