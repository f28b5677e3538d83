/*
 * lane_pm1.h: P-1 as a step of a form (lanes.h).
 */
#ifndef FG_FACTOR_LANE_PM1_H
#define FG_FACTOR_LANE_PM1_H

#include "algorithms/pm1.h"
#include "methods/factor/lanes.h"

static void pm1(const uint64_t *n, uint32_t program, uint64_t *found, uint64_t *early) {
    const struct fg_field field = fg_prepare(n);
    fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
}

#endif
