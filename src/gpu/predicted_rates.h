/* SPDX-License-Identifier: MIT */
/*
 * predicted_rates.h: what a GPU is predicted to need for a number or a candidate, so that "auto"
 * can compare it with the CPU. `./dev gpu-model --update` writes this file. Nothing in it was
 * measured.
 *
 * A multiprocessor has four schedulers. The unit is the clock of one scheduler, with the busiest of
 * its pipes always in use; a real card reaches about FG_PREDICTED_SHARE of that:
 *
 *     numbers a second = 4 * multiprocessors * clock_hz * FG_PREDICTED_SHARE / clocks
 */
#ifndef FG_GPU_PREDICTED_RATES_H
#define FG_GPU_PREDICTED_RATES_H

#define FG_PREDICTED_SHARE 0.75

/* The method factor: clocks a number. */
#define FG_PREDICTED_SEMIPRIME64_CLOCKS 16900.0
#define FG_PREDICTED_RANDOM64_CLOCKS 2810.0
#define FG_PREDICTED_SEMIPRIME48_CLOCKS 1660.0
#define FG_PREDICTED_PRIME64_CLOCKS 436.0

/* The methods trial and exhaustive: clocks a candidate, of numbers below 2^32 and of others. */
#define FG_PREDICTED_CANDIDATE32_CLOCKS 0.117
#define FG_PREDICTED_CANDIDATE64_CLOCKS 0.257

/* Totals of a range at 10^12 by the method sieve: clocks a number for all counts together, and for
 * each product. */
#define FG_PREDICTED_RANGE_COUNTS_CLOCKS 6.74
#define FG_PREDICTED_RANGE_PRODUCTS_CLOCKS 21.0

#endif
