/* SPDX-License-Identifier: MIT */
/*
 * compare_run.h: a comparison with the real clock and the library's engines.
 */
#ifndef FG_COMPARE_RUN_H
#define FG_COMPARE_RUN_H

#include "compare/compare_report.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Compares, and fills the zero-initialised report, environment included; free it in either case.
 * Shows on `err` what is running, if the request asks for that. Fails for want of memory, and with
 * FG_ERROR_ARGUMENT for an unknown backend; what goes wrong in a row is the row's. Must be called
 * before the process has touched CUDA.
 */
enum fg_status fg_compare_run(const struct fg_compare_request *request,
                              struct fg_compare_report *report, FILE *err, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
