/* SPDX-License-Identifier: MIT */
/*
 * step_full_x2.c: any modulus, two words.
 */
#define FG_LANES 2
#define FG_HEADROOM 0
#include "step_form.h"

const struct fg_bench_step_form fg_step_full_x2 = {"2 lanes", FG_LANES, product, pm1,
                                                   ecm,       base2,    lucas};
