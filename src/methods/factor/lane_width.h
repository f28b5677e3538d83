/* SPDX-License-Identifier: MIT */
/*
 * lane_width.h: the steps that a form offers, by the width of its numbers: those of lanes.h for
 * one word, of wide_lanes.h for two.
 */
#ifndef FG_FACTOR_LANE_WIDTH_H
#define FG_FACTOR_LANE_WIDTH_H

#include "arith/residues.h"

#if FG_WORDS == 2
#include "methods/factor/wide_lanes.h"
#define SPACE_BYTES FG_WIDE_SPACE_BYTES
#else
#include "methods/factor/lanes.h"
#define SPACE_BYTES FG_LANE_SPACE_BYTES
#endif

#endif
