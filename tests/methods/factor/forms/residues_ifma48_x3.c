/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma48_x3.c: the form of forms/ifma48_x3.c on arrays.
 */
#define FG_MODULUS_BITS 48
#define FG_CHAINS 3
#include "methods/factor/residues_ifma_ops.h"

const struct residues_ifma_form residues_ifma48_x3 = FORM("ifma48x3");
