/* SPDX-License-Identifier: MIT */
/*
 * step_lazy_x2.c: moduli below 2^58, two words.
 */
#define FG_LANES 2
#define FG_HEADROOM 6
#include "step_form.h"

const struct fg_bench_step_form fg_step_lazy_x2 = {
    "2 lanes, headroom 6", FG_LANES, product, pm1, ecm, NULL, NULL};
