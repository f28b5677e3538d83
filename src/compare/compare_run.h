/* SPDX-License-Identifier: MIT */
/*
 * compare_run.h: runs a comparison with the real clock and the library's engines.
 */
#ifndef FG_COMPARE_RUN_H
#define FG_COMPARE_RUN_H

#include "compare/compare_report.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Compares, and fills the zero-initialised report, environment included. The caller frees the
 * report, also after a failure. Shows on `err` which row is running, if the request asks for
 * progress. Fails if memory is short, and with FG_ERROR_ARGUMENT for an unknown backend; an error
 * of a row is noted in the row. Must be called before the process uses CUDA.
 */
enum fg_status fg_compare_run(const struct fg_compare_request *request,
                              struct fg_compare_report *report, FILE *err, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
