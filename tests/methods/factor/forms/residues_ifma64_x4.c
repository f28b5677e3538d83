/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma64_x4.c: the form of forms/ifma64_x4.c on arrays.
 */
#define FG_MODULUS_BITS 64
#define FG_CHAINS 4
#include "methods/factor/residues_ifma_ops.h"

const struct residues_ifma_form residues_ifma64_x4 = FORM("ifma64x4");
