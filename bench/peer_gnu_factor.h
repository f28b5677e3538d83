/* SPDX-License-Identifier: MIT */
/*
 * peer_gnu_factor.h: GNU factor as a child of a benchmark, with numbers below 2^128.
 */
#ifndef FG_BENCH_PEER_GNU_FACTOR_H
#define FG_BENCH_PEER_GNU_FACTOR_H

#include "algorithms/wide_factorization.h"
#include "factor_gpu.h"
#include <stddef.h>

/* Runs `factor` with the numbers as its input, and reads their factors from what it prints; so that
 * text is a part of what it takes. False, after a message, if that failed or something else is
 * printed. */
bool fg_bench_gnu_factor(const struct fg_uint128 *numbers, size_t count,
                         struct fg_wide_factorization *factors);

#endif
