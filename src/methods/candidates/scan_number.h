/* SPDX-License-Identifier: MIT */
/*
 * scan_number.h: one number from start to finish on one core.
 */
#ifndef FG_SCAN_SCAN_NUMBER_H
#define FG_SCAN_SCAN_NUMBER_H

#include "factor_gpu.h"
#include "methods/candidates/scan.h"
#include <stdatomic.h>

/*
 * Runs fg_scan.scan() in pieces of a few milliseconds and polls `cancelled` in between. Fills
 * `hits` as that function does. Returns false if it was cancelled.
 */
bool fg_scan_slice(const struct fg_scan *scan, struct fg_candidates candidates, uint64_t begin,
                   uint64_t end, const atomic_bool *cancelled, uint64_t *hits, uint32_t *hit_count);

/*
 * Writes every divisor of n >= 1, ascending, to `list`; `list` and `scratch` have
 * fg_divisor_bound(n) entries each. Returns false if it was cancelled. Thread-safe.
 */
bool fg_scan_number(const struct fg_scan *scan, enum fg_method method, uint64_t n,
                    const atomic_bool *cancelled, uint64_t *list, uint32_t *count,
                    uint64_t *scratch);

#endif
