/* SPDX-License-Identifier: MIT */
/*
 * compare_format.h: puts rows and the machine that measured them into words, the same in every
 * report.
 */
#ifndef FG_COMPARE_FORMAT_H
#define FG_COMPARE_FORMAT_H

#include "compare/compare_break_even.h"
#include "compare/compare_report.h"
#include "measure/quantity.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Capacity for a sentence that quotes an error message. */
#define FG_COMPARE_SENTENCE 2048

/* The heading of the curve's results. */
#define FG_COMPARE_CURVE_HEADING "Break-even: time against batch size"

/* Appends to the string in text[0 .. size); cuts off what does not fit. */
__attribute__((format(printf, 3, 4))) void fg_compare_append(char *text, size_t size,
                                                             const char *format, ...);

/* Takes one sentence, without its full stop; valid during the call. */
typedef void fg_compare_note_sink(void *context, const char *note);

/* Returns the unit of a method's table, chosen for the largest median. Its name is NULL if nothing
 * was measured. */
struct fg_unit fg_compare_method_unit(const struct fg_compare_report *report,
                                      enum fg_method method);

/* Appends the separator before item `index` of `count` in a list: "a, b and c". */
void fg_compare_append_separator(char *text, size_t size, size_t index, size_t count);

/* Appends "trial/fork". */
void fg_compare_append_row_name(char *text, size_t size, const struct fg_compare_row *row);

/* Appends a ratio as its verdict allows: "12.34x (11.20 to 13.50)", "no clear difference (0.90 to
 * 1.10)", "too few runs to tell (1.83x)". */
void fg_compare_append_ratio(char *text, size_t size, const struct fg_statistics_ratio *ratio,
                             enum fg_statistics_verdict verdict);

/*
 * Appends the remark beside a row's times, or in place of them: "baseline", "12.34x (11.20 to
 * 13.50)", "no clear difference (0.90 to 1.10)", "too few runs to tell (1.83x)", "skipped: about
 * 3.2 h (--budget 10 s)", "not run: no NVIDIA driver", "failed: ...". Behind a ratio, if it was so:
 * "; throttled in 2 of 18 runs".
 */
void fg_compare_append_remark(char *text, size_t size, const struct fg_compare_report *report,
                              const struct fg_compare_row *row);

/*
 * Appends "cuda is faster than threads from 3000 numbers on, as far as both were timed, 100000 (up
 * to 5.12x); with 1 to 300 numbers threads is faster (up to 612x); with 1000 numbers there is no
 * clear difference": first the largest sizes, then the others.
 */
void fg_compare_append_break_even(char *text, size_t size,
                                  const struct fg_compare_break_even *found);

/* Appends what is timed and how often, how to read the ratios, and how often a verdict may be
 * wrong. */
void fg_compare_append_scope(char *text, size_t size, const struct fg_compare_report *report);

/* Appends "4 numbers of 23 to 26 bits". */
void fg_compare_append_input(char *text, size_t size, const struct fg_compare_input *input);
/* Appends the requested devices with their driver, or the reason why there is none. */
void fg_compare_append_gpu(char *text, size_t size, const struct fg_compare_report *report);

/* Calls `put` once for each line about the environment of the report, from the CPU to the date. */
void fg_compare_put_environment(FILE *out, const struct fg_compare_report *report,
                                void (*put)(FILE *out, const char *label, const char *text));

/* Returns whether any row was measured on a GPU. */
bool fg_compare_has_gpu_times(const struct fg_compare_report *report);
/* Returns the seconds per timed run that a GPU's row spent on one stage. */
double fg_compare_per_run_s(const struct fg_compare_row *row, uint64_t total_ns);

#ifdef __cplusplus
}
#endif

#endif
