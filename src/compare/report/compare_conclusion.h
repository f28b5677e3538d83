/* SPDX-License-Identifier: MIT */
/*
 * compare_conclusion.h: the last sentences of a comparison.
 */
#ifndef FG_COMPARE_CONCLUSION_H
#define FG_COMPARE_CONCLUSION_H

#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends which row was fastest, by what factor, and why: up to three sentences with their full
 * stops. */
void fg_compare_append_conclusion(char *text, size_t size, const struct fg_compare_report *report);

#ifdef __cplusplus
}
#endif

#endif
