/* SPDX-License-Identifier: MIT */
/*
 * compare_json.h: a comparison as one JSON object, for scripts that plot or collect results.
 */
#ifndef FG_COMPARE_JSON_H
#define FG_COMPARE_JSON_H

#include "compare/compare_report.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Inputs of at most so many numbers are listed, as strings: JSON readers round large integers. */
#define FG_COMPARE_JSON_NUMBERS_MAX 1000

/*
 * Writes the whole report. All times are in seconds. False for want of memory or when `out` takes
 * no more.
 */
bool fg_compare_write_json(const struct fg_compare_report *report, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
