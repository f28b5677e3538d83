/* SPDX-License-Identifier: MIT */
/*
 * wide_curve.h: a curve of ECM for a number of two words.
 */
#ifndef FG_ALGORITHMS_WIDE_CURVE_H
#define FG_ALGORITHMS_WIDE_CURVE_H

#include "arith/wide.h"

/* The curve -x^2 + y^2 = 1 + d x^2 y^2 through the projective point (x : y : z), modulo a number:
 * all three are below it. */
struct fg_wide_curve {
    fg_wide x, y, z;
};

#endif
