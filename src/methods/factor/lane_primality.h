/* SPDX-License-Identifier: MIT */
/*
 * lane_primality.h: the tests of primality as steps of a form (lane_width.h); both at once if the
 * form has defined FG_BOTH_TESTS.
 */
#ifndef FG_FACTOR_LANE_PRIMALITY_H
#define FG_FACTOR_LANE_PRIMALITY_H

#include "algorithms/probable_prime.h"
#include "methods/factor/lane_width.h"
#if FG_WORDS == 2
#include "algorithms/witness_powers.h"
#elif FG_LANES == 1
#include "algorithms/lone_prime.h"
#else
#include "algorithms/both_tests.h"
#endif

#if FG_WORDS == 2

/* Base 2 doubles where others multiply. */
static uint32_t strong_base(const fg_wide *n, const uint32_t *bases) {
    const struct fg_field field = fg_prepare(n);
    bool all_two = true;
    for (unsigned i = 0; i < FG_LANES; i++)
        all_two = all_two && bases[i] == 2;
    return all_two ? fg_strong_base2(&field) : fg_strong_base(&field, bases);
}

static uint32_t witness_below(const fg_wide *n, const uint32_t *bases, const fg_wide *exponents,
                              fg_wide *differences) {
    const struct fg_field field = fg_prepare(n);
    return fg_witness_below(&field, bases, exponents, differences);
}

static uint32_t witness_above(const fg_wide *n, const uint32_t *x, const uint32_t *d,
                              const fg_wide *exponents, fg_wide *differences) {
    const struct fg_field field = fg_prepare(n);
    return fg_witness_above(&field, x, d, exponents, differences);
}

#else

static uint32_t strong_base2(const uint64_t *n) {
    const struct fg_field field = fg_prepare(n);
    return fg_strong_base2(&field);
}

static uint32_t lucas(const uint64_t *n, const uint32_t *parameters) {
    const struct fg_field field = fg_prepare(n);
    return fg_lucas(&field, parameters);
}

/* One lane has a way of its own. */
#ifdef FG_BOTH_TESTS
static uint32_t both_tests(const uint64_t *n, const uint32_t *parameters) {
#if FG_LANES == 1
    return fg_lone_prime(n[0], parameters[0]);
#else
    const struct fg_field field = fg_prepare(n);
    return fg_both_tests(&field, parameters);
#endif
}
#endif

#endif

#endif
