/* SPDX-License-Identifier: MIT */
/*
 * factor_trace.h: the CPU's factoring engine with a witness of its decisions.
 */
#ifndef FG_TESTS_FACTOR_TRACE_H
#define FG_TESTS_FACTOR_TRACE_H

#include "algorithms/next_step.h"
#include "methods/factor/factor.h"
#include "methods/factor/factor_work.h"

/* Called for each decision that fg_test_traced_run() takes. The test defines it. */
void fg_test_decided(uint64_t n, bool whole, struct fg_history history, struct fg_next next);

/* Called for each number that the Lucas test is made of, also where both tests are made at once and
 * nothing is decided between them. The test defines it. */
void fg_test_lucas_tested(uint64_t n);

/* fg_factor_run(), built again. */
enum fg_status fg_test_traced_run(struct fg_factor_work *work, const uint64_t *numbers,
                                  size_t count, const atomic_bool *cancelled,
                                  struct fg_factorization *factors);

#endif
