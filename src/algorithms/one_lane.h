/*
 * one_lane.h: the algorithms written over residues.h for one number at a time: what a GPU's thread
 * runs, and the CPU for a lone number.
 */
#ifndef FG_ALGORITHMS_ONE_LANE_H
#define FG_ALGORITHMS_ONE_LANE_H

#include "algorithms/lucas_parameter.h"

/* Each form's headers in the order in which they stand on each other. */

#define FG_LANES 1
#define FG_HEADROOM 0
#include "arith/residues.h"

#include "algorithms/pairs.h"

#include "algorithms/ecm.h"
#include "algorithms/pm1.h"
#include "algorithms/probable_prime.h"

#include "arith/residues_end.h"

#define FG_LANES 1
#define FG_HEADROOM 6
#include "arith/residues.h"

#include "algorithms/pairs.h"

#include "algorithms/ecm.h"
#include "algorithms/pm1.h"

#include "arith/residues_end.h"

#endif
