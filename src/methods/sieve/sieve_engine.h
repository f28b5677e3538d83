/* SPDX-License-Identifier: MIT */
/*
 * sieve_engine.h: the engine of the method sieve, for the table of methods.
 */
#ifndef FG_METHODS_SIEVE_SIEVE_ENGINE_H
#define FG_METHODS_SIEVE_SIEVE_ENGINE_H

#include "methods/contract/method_engine.h"

extern const struct fg_method_engine fg_sieve_engine;

/* Returns the expected time of a range's totals on one core, in seconds. */
double fg_sieve_totals_cost_s(const struct fg_numbers *range, const struct fg_totals *totals,
                              size_t column_count);

#endif
