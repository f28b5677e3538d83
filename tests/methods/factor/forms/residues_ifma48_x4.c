/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma48_x4.c: the form of forms/ifma48_x4.c on arrays.
 */
#define FG_MODULUS_BITS 48
#define FG_CHAINS 4
#include "methods/factor/residues_ifma_ops.h"

const struct residues_ifma_form residues_ifma48_x4 = FORM("ifma48x4");
