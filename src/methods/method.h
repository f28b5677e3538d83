/* SPDX-License-Identifier: MIT */
/*
 * method.h: the table of methods: what each is called, and the engine that runs it.
 */
#ifndef FG_METHODS_METHOD_H
#define FG_METHODS_METHOD_H

#include "batch/numbers.h"

struct fg_method_engine;

/* Returns the engine that runs `method`, one of the enumerators. */
const struct fg_method_engine *fg_method_engine(enum fg_method method);

/* Returns what a batch that the method takes is expected to take, on the CPU and on a GPU; of a
 * brief method, an estimate from some hundreds of its numbers. Nothing if its numbers have two
 * words, because no GPU answers those. Of a range that is sieved the CPU's time is the sieve's. */
struct fg_method_cost fg_cost_numbers(enum fg_method method, enum fg_answer answer,
                                      const struct fg_numbers *numbers);

/*
 * Returns how many of the first numbers of a list certainly have no more than `value_limit` values
 * in their answers together; at least 1 if there is one.
 */
size_t fg_numbers_prefix(const struct fg_method_engine *engine, const struct fg_numbers *numbers,
                         uint64_t value_limit);

#endif
