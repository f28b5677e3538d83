/*
 * lane_ecm.h: a curve as a step of a form (lanes.h).
 */
#ifndef FG_FACTOR_LANE_ECM_H
#define FG_FACTOR_LANE_ECM_H

#include "algorithms/ecm.h"
#include "methods/factor/lanes.h"

static void ecm(const uint64_t *n, uint32_t program, const uint32_t *curves, uint64_t *found,
                uint64_t *early) {
    const struct fg_field field = fg_prepare(n);
    fg_ecm_run(&field, &fg_ecm_programs[program], curves, found, early);
}

#endif
