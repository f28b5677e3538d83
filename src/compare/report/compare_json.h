/* SPDX-License-Identifier: MIT */
/*
 * compare_json.h: writes a comparison as one JSON object, for scripts that plot or collect results.
 */
#ifndef FG_COMPARE_JSON_H
#define FG_COMPARE_JSON_H

#include "compare/compare_report.h"
#include "measure/json_object.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Max count of numbers of an input that is listed. Numbers are strings, because JSON readers round
 * large integers. */
#define FG_COMPARE_JSON_NUMBERS_MAX 1000

/* Returns the whole report; doc/compare.schema.json describes it. All times are in seconds. */
struct fg_json_object fg_compare_json(const struct fg_compare_report *report);

/*
 * Writes the whole report. False if memory is short or a write to `out`
 * fails.
 */
bool fg_compare_write_json(const struct fg_compare_report *report, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
