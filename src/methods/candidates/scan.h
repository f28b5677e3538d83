/* SPDX-License-Identifier: MIT */
/*
 * scan.h: the CPU's candidate scan: with the methods trial and exhaustive all CPU backends spend
 * their time in this loop.
 *
 * A scan finds which candidates of a slice divide. There is one variant per instruction set; all
 * find the same hits. fg_scan_select() picks the best that the CPU runs; an environment variable
 * can force a lower one.
 */
#ifndef FG_SCAN_SCAN_H
#define FG_SCAN_SCAN_H

#include "algorithms/candidates.h"
#include "cpu/cpu_variant.h"
#include <stddef.h>

/*
 * Writes the candidates numbered [begin, end) that divide candidates.dividend to `hits`, ascending,
 * and returns how many. begin <= end <= candidates.count. `hits` has room for
 * fg_divisor_bound(dividend) entries, which is enough for every slice. Thread-safe.
 */
typedef size_t fg_scan_function(struct fg_candidates candidates, uint64_t begin, uint64_t end,
                                uint64_t *hits);

struct fg_scan {
    const char *name;        /* "avx512", "avx2", "portable" */
    enum fg_cpu_level level; /* what it needs of the CPU */
    fg_scan_function *scan;
};

/* The variants compiled in, best first, and how many. All can be named; not all may run here. */
extern const struct fg_scan fg_scans[];
extern const size_t fg_scan_count;

/* Returns the variant of fg_cpu_select(). Thread-safe. */
const struct fg_scan *fg_scan_select(void);

fg_scan_function fg_scan_portable, fg_scan_avx2, fg_scan_avx512;

#endif
