/* SPDX-License-Identifier: MIT */
/*
 * compare_schedule.h: decides what a comparison runs when, checks that all rows give the same
 * answers, and fills the report.
 */
#ifndef FG_COMPARE_SCHEDULE_H
#define FG_COMPARE_SCHEDULE_H

#include "compare/compare_operations.h"
#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Runs the comparison. All rows of CPU backends are opened, estimated, warmed up, timed in
 * interleaved rounds and closed, and their lines of the curve after them, before anything asks for
 * a GPU, whose driver has threads that go on working. Fails only for want of memory; what goes
 * wrong in a row is the row's. The report must be zero-initialised but for its environment, and
 * freed in either case.
 */
enum fg_status fg_compare(const struct fg_compare_request *request,
                          const struct fg_compare_operations *operations,
                          struct fg_compare_report *report, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
