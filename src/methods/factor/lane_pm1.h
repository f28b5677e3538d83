/* SPDX-License-Identifier: MIT */
/*
 * lane_pm1.h: P-1 as a step of a form (lane_width.h).
 */
#ifndef FG_FACTOR_LANE_PM1_H
#define FG_FACTOR_LANE_PM1_H

#include "algorithms/pm1.h"
#include "methods/factor/lane_width.h"
#include <assert.h>

static_assert(sizeof(struct fg_residue[FG_PM1_SLOTS]) <= SPACE_BYTES, "P-1 fits the work space");

static void pm1(const fg_number *n, uint32_t program, void *space, fg_number *found,
                fg_number *early) {
    const struct fg_field field = fg_prepare(n);
    fg_pm1_run_in(&field, &FG_TABLE_OF(pm1_programs)[program], space, found, early);
}

#endif
