/* SPDX-License-Identifier: MIT */
/*
 * residues_wide_full_x4.c: the form of forms/wide_full_x4.c on arrays.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 4
#define FG_WORDS 2
#define FG_HEADROOM 0
#include "methods/factor/residues_wide_ops.h"

const struct residues_wide_form residues_wide_full_x4 =
    FORM("wide_full_x4", 128, RESIDUES_WIDE_FULL);
