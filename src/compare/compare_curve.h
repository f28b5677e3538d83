/* SPDX-License-Identifier: MIT */
/*
 * compare_curve.h: measures time against batch size, one line for each backend. A comparison over
 * one input says which backend wins there; the curve says from how many numbers on.
 *
 * A batch is a run of neighbouring numbers of the input. The batches of one size are spread over
 * the whole input, so that a sorted input does not make small batches easy. An input shorter than
 * FG_COMPARE_CURVE_CYCLED_MAX is repeated to fill larger batches, if these are quick.
 *
 * Lines take turns (measure/turns.h), and in each turn a line runs every size once. So the samples
 * of a size come from as many turns as there are, and one that is disturbed spoils one of them.
 */
#ifndef FG_COMPARE_CURVE_H
#define FG_COMPARE_CURVE_H

#include "compare/compare_operations.h"
#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Limits of batches larger than the input: the max count of numbers, and the max time that a run is
 * expected to take. */
#define FG_COMPARE_CURVE_CYCLED_MAX ((size_t)100000)
#define FG_COMPARE_CURVE_CYCLED_S 0.1
/* The max count of divisors in their answers: a number may have 184320. */
#define FG_COMPARE_CURVE_CYCLED_DIVISORS 8388608.0

/* The row whose answers all others are compared with. Zero-initialise. */
struct fg_compare_reference {
    bool known;
    size_t row;
    size_t value_count; /* how many values its answers have */
};

/* Sizes of batches from an input of `count` >= 1 numbers, ascending; returns how many. */
size_t fg_compare_curve_sizes(size_t count, size_t sizes[FG_COMPARE_CURVE_SIZES_MAX]);

/* Returns the index in the input at which the batch of run `run` of `run_count` begins; 0 if the
 * batch is larger than the input. */
size_t fg_compare_curve_first(size_t count, size_t size, unsigned run, unsigned run_count);

/* Lists the lines of a report, after its rows. Fails if memory is short. */
enum fg_status fg_compare_curve_list(struct fg_compare_report *report, struct fg_error *error);

/*
 * Measures the lines of one side, the CPU's or the GPU's, whose rows were estimated or measured:
 * all lines with the same sizes and batches, in interleaved rounds. Each line may spend the
 * request's budget_s in all; if that ends before the rounds do, its largest sizes have fewer runs.
 * Compares the answers with those of `reference`, if a row was answered. An error is noted in the
 * line in which it occurs, and ends it at the size before: the backend is opened again for the
 * smaller sizes. In the rounds the sizes from there on keep the runs that they have; the first one
 * without a run ends the line.
 */
void fg_compare_curve_measure(const struct fg_compare_operations *operations,
                              struct fg_compare_report *report,
                              const struct fg_compare_reference *reference, bool on_gpu);

#ifdef __cplusplus
}
#endif

#endif
