/* SPDX-License-Identifier: MIT */
/*
 * compare_format.h: rows and what they were measured on as words, the same in every report.
 */
#ifndef FG_COMPARE_FORMAT_H
#define FG_COMPARE_FORMAT_H

#include "compare/compare_break_even.h"
#include "compare/compare_report.h"
#include "measure/quantity.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Room for a sentence that quotes an error message. */
#define FG_COMPARE_SENTENCE 2048

/* The heading of what the curve tells. */
#define FG_COMPARE_CURVE_HEADING "Break-even: time against batch size"

/* Appends to the string in text[0 .. size); what does not fit is left out. */
__attribute__((format(printf, 3, 4))) void fg_compare_append(char *text, size_t size,
                                                             const char *format, ...);

/* The unit of a method's table: for the largest median. Name NULL where nothing was measured. */
struct fg_unit fg_compare_method_unit(const struct fg_compare_report *report,
                                      enum fg_method method);

/* "trial/fork" */
void fg_compare_append_row_name(char *text, size_t size, const struct fg_compare_row *row);

/*
 * What stands beside a row's times, or in their place: "baseline", "12.34x (11.20 to 13.50)", "no
 * clear difference (0.90 to 1.10)", "too few runs to tell (1.83x)", "skipped: about 3.2 h (--budget
 * 10 s)", "not run: no NVIDIA driver", "failed: ...".
 */
void fg_compare_append_remark(char *text, size_t size, const struct fg_compare_report *report,
                              const struct fg_compare_row *row);

/*
 * "cuda is faster than threads from 3000 numbers on, as far as both were timed, 100000 (up to
 * 5.12x); with 1 to 300 numbers threads is faster (up to 612x); with 1000 numbers there is no clear
 * difference": the largest sizes first, then all others.
 */
void fg_compare_append_break_even(char *text, size_t size,
                                  const struct fg_compare_break_even *found);

/* What is timed how often, how the ratios are to be read, and how often a verdict may be wrong. */
void fg_compare_append_scope(char *text, size_t size, const struct fg_compare_report *report);

/* "4 numbers of 23 to 26 bits" */
void fg_compare_append_input(char *text, size_t size, const struct fg_compare_input *input);
/* The devices asked for with their driver, or the reason why there is none. */
void fg_compare_append_gpu(char *text, size_t size, const struct fg_compare_report *report);

/* Puts where and with what the report was made, from the CPU to the date, a line each. */
void fg_compare_put_environment(FILE *out, const struct fg_compare_report *report,
                                void (*put)(FILE *out, const char *label, const char *text));

/* Whether any row was measured on the GPU. */
bool fg_compare_has_gpu_times(const struct fg_compare_report *report);
/* What a GPU's row spent per timed run on one of its stages, in seconds. */
double fg_compare_per_run_s(const struct fg_compare_row *row, uint64_t total_ns);

#ifdef __cplusplus
}
#endif

#endif
