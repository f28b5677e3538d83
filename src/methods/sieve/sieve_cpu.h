/* SPDX-License-Identifier: MIT */
/*
 * sieve_cpu.h: the method sieve on one core, for struct fg_method_engine.
 */
#ifndef FG_METHODS_SIEVE_SIEVE_CPU_H
#define FG_METHODS_SIEVE_SIEVE_CPU_H

#include "methods/contract/method_engine.h"

/*
 * The memory for the large primes of a super-segment. So much has 5.7 * 10^7 numbers below 2^64,
 * for which the walk through the primes takes 2.6 ns of 9.9 a number; with twice as much it would
 * take half of that (Zen 5). It is used as far as a range needs it.
 */
#define FG_SIEVE_BUCKET_BYTES ((size_t)256 << 20)

enum fg_status fg_sieve_open(const struct fg_method_setup *setup, void **state,
                             struct fg_error *error);
enum fg_status fg_sieve_answer(void *state, const struct fg_numbers *numbers, size_t value_limit,
                               struct fg_results *results, struct fg_error *error);
enum fg_status fg_sieve_columns(void *state, const struct fg_numbers *range,
                                const struct fg_column_request *requests, size_t request_count,
                                size_t at, struct fg_error *error);
enum fg_status fg_sieve_range_totals(void *state, const struct fg_numbers *range,
                                     struct fg_totals *totals, size_t column_count,
                                     struct fg_error *error);
void fg_sieve_close(void *state);

#endif
