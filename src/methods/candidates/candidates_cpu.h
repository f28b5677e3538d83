/* SPDX-License-Identifier: MIT */
/*
 * candidates_cpu.h: the methods exhaustive and trial on one core, for struct fg_method_engine.
 */
#ifndef FG_METHODS_CANDIDATES_CANDIDATES_CPU_H
#define FG_METHODS_CANDIDATES_CANDIDATES_CPU_H

#include "methods/contract/method_engine.h"

enum fg_status fg_candidates_open(const struct fg_method_setup *setup, void **state,
                                  struct fg_error *error);
enum fg_status fg_candidates_run(void *state, const struct fg_numbers *numbers, size_t value_limit,
                                 struct fg_results *results, struct fg_error *error);
void fg_candidates_close(void *state);

/* A number's candidates in slices. */
extern const struct fg_method_slices fg_candidates_slices;

#endif
