/* SPDX-License-Identifier: MIT */
/*
 * wide_steps.h: the steps that a cofactor above 2^64 takes.
 */
#ifndef FG_FACTOR_WIDE_STEPS_H
#define FG_FACTOR_WIDE_STEPS_H

#include "methods/factor/wide_work.h"

/* Returns whether n > 2^64, which has no small primes, passes the strong tests to prime bases. */
bool fg_wide_passes(fg_wide n);

/* Returns a proper factor of composite n, 1 if none was found, 0 if the run was cancelled. */
fg_wide fg_wide_rho(const struct fg_wide_work *work, fg_wide n);
fg_wide fg_wide_search_last_resort(const struct fg_wide_work *work, fg_wide n);

#endif
