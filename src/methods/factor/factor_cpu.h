/* SPDX-License-Identifier: MIT */
/*
 * factor_cpu.h: the method factor on one core, for struct fg_method_engine.
 */
#ifndef FG_METHODS_FACTOR_FACTOR_CPU_H
#define FG_METHODS_FACTOR_FACTOR_CPU_H

#include "methods/contract/method_engine.h"

enum fg_status fg_factor_open(const struct fg_method_setup *setup, void **state,
                              struct fg_error *error);
enum fg_status fg_factor_answer(void *state, const struct fg_numbers *numbers, size_t value_limit,
                                struct fg_results *results, struct fg_error *error);
void fg_factor_close(void *state);

#endif
