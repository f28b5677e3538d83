/* SPDX-License-Identifier: MIT */
/*
 * compare_power.h: what the runs of a row say about energy, and about the GPU's clocks.
 */
#ifndef FG_COMPARE_POWER_H
#define FG_COMPARE_POWER_H

#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The joules for a million numbers. NAN: unknown. */
struct fg_compare_joules {
    double cpu, gpu;
};

/* Returns the energy of a row over an input of `count` numbers: the median over the runs that count
 * and were long enough, else that of the untimed runs after them. */
struct fg_compare_joules fg_compare_row_joules(const struct fg_compare_row *row, size_t count);

/* Returns whether something held the GPU's clocks down in a run. */
bool fg_compare_is_throttled(const struct fg_compare_sample *sample);
/* Returns whether the limits of a row's GPUs are known for any run that counts. */
bool fg_compare_knows_limits(const struct fg_compare_row *row);
/* Returns how many of the runs that count were throttled, and what limited those, in *limits. */
size_t fg_compare_throttled_count(const struct fg_compare_row *row, uint64_t *limits);

/* The moments at which the state of the GPUs is read. */
enum fg_compare_moment {
    FG_COMPARE_BEFORE,
    FG_COMPARE_DURING,
    FG_COMPARE_AFTER,
    FG_COMPARE_MOMENT_COUNT
};

/* Returns the readings of a row's runs that count, at one moment: the median of each quantity. All
 * NAN if there are none. The limits are not filled in. */
struct fg_gpu_reading fg_compare_row_reading(const struct fg_compare_row *row,
                                             enum fg_compare_moment moment);

#ifdef __cplusplus
}
#endif

#endif
