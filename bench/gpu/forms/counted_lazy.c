/* SPDX-License-Identifier: MIT */
/*
 * counted_lazy.c: moduli below 2^58.
 */
#define FG_HEADROOM 6
#include "counted_form.h"

const struct fg_counted_form fg_counted_lazy = {products, pm1, curve, NULL, NULL};
