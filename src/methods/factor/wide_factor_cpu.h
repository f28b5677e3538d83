/* SPDX-License-Identifier: MIT */
/*
 * wide_factor_cpu.h: the method factor on one core for numbers of two words; factor_cpu.c calls it.
 */
#ifndef FG_METHODS_FACTOR_WIDE_FACTOR_CPU_H
#define FG_METHODS_FACTOR_WIDE_FACTOR_CPU_H

#include "methods/contract/method_engine.h"

struct fg_wide_worker;

/* Allocates *worker, about 3.2 MB, and for divisors the walk through them. `setup` is that of the
 * method. */
enum fg_status fg_wide_factor_open(const struct fg_method_setup *setup,
                                   struct fg_wide_worker **worker, struct fg_error *error);
void fg_wide_factor_close(struct fg_wide_worker *worker); /* also of NULL */

/* Does for a list of two-word numbers what run() of struct fg_method_engine does. */
enum fg_status fg_wide_factor_answer(struct fg_wide_worker *worker,
                                     const struct fg_numbers *numbers, size_t value_limit,
                                     struct fg_results *results, struct fg_error *error);

#endif
