/* SPDX-License-Identifier: MIT */
/*
 * compare_estimate.h: estimates how long a row takes before it is run. Exhaustive search of one
 * 64-bit number takes centuries; the comparison must know that without starting it.
 */
#ifndef FG_COMPARE_ESTIMATE_H
#define FG_COMPARE_ESTIMATE_H

#include "compare/compare_operations.h"
#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Probes the open engine of `row`, a few milliseconds at a time: with numbers made up for it or,
 * for a brief method, with numbers from the input. Fills row->estimate for the warm-up and the
 * timed runs of `request` over row->work. If the estimate is over the budget, a second, longer
 * series of probes checks it. `usable_cpus` >= 1 is how many workers can be at work at once. Fails
 * as the operations fail.
 */
enum fg_status fg_compare_estimate_row(const struct fg_compare_operations *operations,
                                       const struct fg_compare_request *request,
                                       unsigned usable_cpus, struct fg_compare_row *row,
                                       struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
