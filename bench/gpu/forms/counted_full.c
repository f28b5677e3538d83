/* SPDX-License-Identifier: MIT */
/*
 * counted_full.c: any modulus.
 */
#define FG_HEADROOM 0
#include "counted_form.h"

const struct fg_counted_form fg_counted_full = {products, pm1, curve, strong_base2, lucas};
