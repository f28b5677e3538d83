/* SPDX-License-Identifier: MIT */
/*
 * step_full_x4.c: any modulus, four words.
 */
#define FG_LANES 4
#define FG_HEADROOM 0
#include "step_form.h"

const struct fg_bench_step_form fg_step_full_x4 = {"4 lanes", FG_LANES, product, pm1,
                                                   ecm,       base2,    lucas};
