/* SPDX-License-Identifier: MIT */
/*
 * lane_ecm.h: a curve as a step of a form (lane_width.h).
 */
#ifndef FG_FACTOR_LANE_ECM_H
#define FG_FACTOR_LANE_ECM_H

#include "algorithms/ecm.h"
#include "methods/factor/lane_width.h"
#include <assert.h>

/* Work space of this size stays on the stack: two scalar lanes then take 2.5 % less (Zen 5, gcc
 * 12). */
#define STACK_BYTES 4096

#define ECM_SPACE_BYTES (FG_ECM_SLOTS * sizeof(struct fg_ecm_x_point))
static_assert(ECM_SPACE_BYTES <= SPACE_BYTES, "a curve fits the work space");

static void ecm(const fg_number *n, uint32_t program, const fg_ecm_choice *curves, void *space,
                fg_number *found, fg_number *early) {
    const struct fg_field field = fg_prepare(n);
    if (ECM_SPACE_BYTES <= STACK_BYTES)
        fg_ecm_run(&field, &FG_TABLE_OF(ecm_programs)[program], curves, found, early);
    else
        fg_ecm_run_in(&field, &FG_TABLE_OF(ecm_programs)[program], curves, space, found, early);
}

#endif
