/* SPDX-License-Identifier: MIT */
/*
 * wide_steps.h: the steps that cofactors above 2^64 take in the lanes of a form.
 */
#ifndef FG_FACTOR_WIDE_STEPS_H
#define FG_FACTOR_WIDE_STEPS_H

#include "methods/factor/wide_work.h"

/* Runs the strong test to base 2 on parts of a form's queue. */
void fg_wide_test_base2(struct fg_wide_work *work, unsigned form);
/* Runs the strong tests to the 12 other bases, which prove parts below FG_PROOF_BASES_END. */
void fg_wide_test_bases(struct fg_wide_work *work, unsigned form);
/* Runs P-1 or curves on parts of queue FG_WIDE_STEPS + step. */
void fg_wide_run_step(struct fg_wide_work *work, unsigned step);
/* Returns how many parts fill the lanes of that step. */
unsigned fg_wide_step_lanes(const struct fg_wide_work *work, unsigned step);
/* Searches until there is a factor, which any composite has. Polls the cancel flag. */
void fg_wide_use_last_resort(struct fg_wide_work *work);

#endif
