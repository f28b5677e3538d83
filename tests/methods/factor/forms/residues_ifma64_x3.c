/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma64_x3.c: the form of forms/ifma64_x3.c on arrays.
 */
#define FG_MODULUS_BITS 64
#define FG_CHAINS 3
#include "methods/factor/residues_ifma_ops.h"

const struct residues_ifma_form residues_ifma64_x3 = FORM("ifma64x3");
