/* SPDX-License-Identifier: MIT */
/*
 * residues_wide_lazy_x4.c: the form of forms/wide_lazy_x4.c on arrays.
 */
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 4
#define FG_WORDS 2
#define FG_HEADROOM 6
#include "methods/factor/residues_wide_ops.h"

const struct residues_wide_form residues_wide_lazy_x4 =
    FORM("wide_lazy_x4", 122, RESIDUES_WIDE_LAZY);
