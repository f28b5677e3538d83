/* SPDX-License-Identifier: MIT */
/*
 * residues_ifma50_x4.c: the form of forms/ifma50_x4.c on arrays.
 */
#define FG_MODULUS_BITS 50
#define FG_CHAINS 4
#include "methods/factor/residues_ifma_ops.h"

const struct residues_ifma_form residues_ifma50_x4 = FORM("ifma50x4");
