/* SPDX-License-Identifier: MIT */
/*
 * wide_options.h: how many numbers below 2^128 the engine works on at once, and what else a run can
 * be asked for.
 */
#ifndef FG_FACTOR_WIDE_OPTIONS_H
#define FG_FACTOR_WIDE_OPTIONS_H

#include "factor_gpu.h"
#include <stdbool.h>

/* Max numbers of one call. With more of them the lanes are fuller, because only the last numbers of
 * a run leave some empty. 1024 of them take 1.03 times as long, 4096 as long: their state no longer
 * fits the nearer caches (random 96-bit numbers, Zen 4). */
#define FG_WIDE_TILE 2048

struct fg_wide_lanes; /* wide_lanes.h */

/* The options of a run. Zero-initialise and fill. */
struct fg_wide_options {
    /* Not 0: only numbers whose primes are all at most this one. Another number is given up as soon
     * as a proved prime above the bound is found: its factorisation has `not_smooth` set and no
     * entries. */
    struct fg_uint128 smooth_bound;
    /* The lanes to use; NULL: the best that run here. They must run here. */
    const struct fg_wide_lanes *lanes;
    /* Not NULL: the run ends as if it was cancelled once this returns true. */
    fg_stop *stop;
    /* Not NULL: is given the certificates of primes as fg_config says. */
    fg_certificate_consumer *take_certificate;
    void *context; /* of both */
    /* Composites go to the last resort without any curve. A seam for tests. */
    bool no_curves;
};

#endif
