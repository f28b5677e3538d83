/* SPDX-License-Identifier: MIT */
/*
 * factor_trace.c: see factor_trace.h.
 */
#include "factor_trace.h"

#include "algorithms/lucas_parameter.h"

static struct fg_next traced_next_step(uint64_t n, bool whole, struct fg_history history,
                                       uint32_t max_curves) {
    const struct fg_next next = fg_next_step(n, whole, history, max_curves);
    fg_test_decided(n, whole, history, next);
    return next;
}

static uint32_t traced_lucas_parameter(uint64_t n) {
    fg_test_lucas_tested(n);
    return fg_lucas_parameter(n);
}

#define fg_lucas_parameter traced_lucas_parameter
#define fg_next_step traced_next_step
#define fg_factor_run fg_test_traced_run
#include "methods/factor/factor.c" /* NOLINT(bugprone-suspicious-include): that is the point */
