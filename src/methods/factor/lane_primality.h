/* SPDX-License-Identifier: MIT */
/*
 * lane_primality.h: the tests of primality as steps of a form (lanes.h).
 */
#ifndef FG_FACTOR_LANE_PRIMALITY_H
#define FG_FACTOR_LANE_PRIMALITY_H

#include "algorithms/probable_prime.h"
#include "methods/factor/lanes.h"

static uint32_t strong_base2(const uint64_t *n) {
    const struct fg_field field = fg_prepare(n);
    return fg_strong_base2(&field);
}

static uint32_t lucas(const uint64_t *n, const uint32_t *parameters) {
    const struct fg_field field = fg_prepare(n);
    return fg_lucas(&field, parameters);
}

#endif
