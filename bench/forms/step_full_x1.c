/* SPDX-License-Identifier: MIT */
/*
 * step_full_x1.c: any modulus, one word.
 */
#define FG_LANES 1
#define FG_HEADROOM 0
#include "step_form.h"

const struct fg_bench_step_form fg_step_full_x1 = {"1 lane", FG_LANES, product, pm1,
                                                   ecm,      base2,    lucas};
