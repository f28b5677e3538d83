/* SPDX-License-Identifier: MIT */
/*
 * compare_curve.h: time against batch size, one line a backend: a comparison over one input says
 * who wins there, the curve says from how many numbers on.
 *
 * The batches are runs of neighbouring numbers of the input, as many apart as fit, so that a sorted
 * input does not make small batches easy. An input shorter than FG_COMPARE_CURVE_CYCLED_MAX is
 * gone through again and again as long as that is quick.
 */
#ifndef FG_COMPARE_CURVE_H
#define FG_COMPARE_CURVE_H

#include "compare/compare_operations.h"
#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Beyond the whole input, up to so many numbers and only while a run is expected to be so short. */
#define FG_COMPARE_CURVE_CYCLED_MAX ((size_t)100000)
#define FG_COMPARE_CURVE_CYCLED_S 0.1
/* And only while the answers are so many divisors: a number may have 184320. */
#define FG_COMPARE_CURVE_CYCLED_DIVISORS 8388608.0

/* The row whose answers are those that all others are held against. Zero-initialise. */
struct fg_compare_reference {
    bool known;
    size_t row;
    size_t value_count; /* how many values its answers are */
};

/* Sizes of batches from an input of `count` >= 1 numbers, ascending; returns how many. */
size_t fg_compare_curve_sizes(size_t count, size_t sizes[FG_COMPARE_CURVE_SIZES_MAX]);

/* Where in the input run `run` of `run_count` begins its batch; 0 for a batch larger than it. */
size_t fg_compare_curve_first(size_t count, size_t size, unsigned run, unsigned run_count);

/* Lists the lines of a report whose rows are listed. Fails for want of memory. */
enum fg_status fg_compare_curve_list(struct fg_compare_report *report, struct fg_error *error);

/*
 * Measures the lines of one side, the CPU's or the GPU's, whose rows were estimated or measured:
 * the same sizes and batches in interleaved rounds. Each line takes the request's budget_s in all.
 * Answers are held against those of `reference`, if a row was answered. What goes wrong is the
 * line's.
 */
void fg_compare_curve_measure(const struct fg_compare_operations *operations,
                              struct fg_compare_report *report,
                              const struct fg_compare_reference *reference, bool on_gpu);

#ifdef __cplusplus
}
#endif

#endif
