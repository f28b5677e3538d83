/* SPDX-License-Identifier: MIT */
/*
 * step_lazy_x1.c: moduli below 2^58, one word.
 */
#define FG_LANES 1
#define FG_HEADROOM 6
#include "step_form.h"

const struct fg_bench_step_form fg_step_lazy_x1 = {
    "1 lane, headroom 6", FG_LANES, product, pm1, ecm, NULL, NULL};
