/* SPDX-License-Identifier: MIT */
/*
 * row_disturbance.h: decides if something else on the machine took CPU time from a run.
 */
#ifndef FG_ROW_DISTURBANCE_H
#define FG_ROW_DISTURBANCE_H

#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The workers of a row, and where they run. */
struct fg_row_workers {
    unsigned count; /* >= 1 */
    bool stay;      /* they live on between numbers, so that their waiting is known */
    unsigned usable_cpus, allowed_cpus;
};

/*
 * Sets sample->knows_disturbed and sample->disturbed from sample->usage, which covers window_s
 * seconds.
 *
 * If all workers live on and are not more than the CPUs, what counts is the time in which they were
 * ready to run but did not. A worker that has just been woken up waits for the one that woke it,
 * if both are on one CPU: up to 20 us for each voluntary context switch can be the row's own doing,
 * and if they make the difference, nothing is known. Otherwise what counts is the CPU time that the
 * rest of the machine used, which is counted in ticks: nothing is known of a short run.
 */
void fg_row_judge(struct fg_compare_sample *sample, double window_s,
                  const struct fg_row_workers *workers);

#ifdef __cplusplus
}
#endif

#endif
