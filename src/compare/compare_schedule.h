/* SPDX-License-Identifier: MIT */
/*
 * compare_schedule.h: decides the order in which a comparison runs its rows, checks that all rows
 * give the same answers, and fills the report.
 */
#ifndef FG_COMPARE_SCHEDULE_H
#define FG_COMPARE_SCHEDULE_H

#include "compare/compare_operations.h"
#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Runs the comparison. First all rows of CPU backends are opened, estimated, warmed up, timed in
 * interleaved rounds and closed, then their lines of the curve are measured. Only then is a GPU
 * used, because its driver has threads that keep working. Fails only if memory is short; an error
 * of a row is noted in the row. The report must be zero-initialised except for its environment; the
 * caller frees it, also after a failure.
 */
enum fg_status fg_compare(const struct fg_compare_request *request,
                          const struct fg_compare_operations *operations,
                          struct fg_compare_report *report, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
