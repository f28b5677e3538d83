/* SPDX-License-Identifier: MIT */
/*
 * wide_steps.h: the steps that cofactors above 2^64 take in the lanes of a form.
 */
#ifndef FG_FACTOR_WIDE_STEPS_H
#define FG_FACTOR_WIDE_STEPS_H

#include "methods/factor/wide_work.h"

/* The strong test to base 2 for parts of a form's queue. */
void fg_wide_test_base2(struct fg_wide_work *work, unsigned form);
/* The strong tests to the 12 other bases that prove parts below FG_PROOF_BASES_END. */
void fg_wide_test_bases(struct fg_wide_work *work, unsigned form);
/* P-1 or curves for parts of queue FG_WIDE_STEPS + step. */
void fg_wide_run_step(struct fg_wide_work *work, unsigned step);
/* How many parts fill the lanes of that step. */
unsigned fg_wide_step_lanes(const struct fg_wide_work *work, unsigned step);
/* The search that ends with a factor of any composite. Polls the cancel flag. */
void fg_wide_use_last_resort(struct fg_wide_work *work);

#endif
