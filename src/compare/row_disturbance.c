/* SPDX-License-Identifier: MIT */
/*
 * row_disturbance.c: limits of waiting and of the machine's other work.
 */
#include "compare/row_disturbance.h"

#include <math.h>

/* A run was disturbed if other programs took more than this share of the CPU time that its workers
 * could have had, and more than DISTURBED_S, the time that it takes to wake the workers. */
#define DISTURBED_SHARE 0.1
#define DISTURBED_S 100e-6
/* Time that a wake-up within the row may wait: a choice, above what a pool's own ones wait. */
#define HANDOVER_S 20e-6
/* Min length of a run for a look at the machine's CPU time, which is counted in ticks. */
#define TICKS_S 0.1

void fg_row_judge(struct fg_compare_sample *sample, double window_s,
                  const struct fg_row_workers *workers) {
    const struct fg_usage *const usage = &sample->usage;
    if (workers->stay && workers->count <= workers->usable_cpus && usage->knows_waiting) {
        const double limit_s = fmax(DISTURBED_SHARE * window_s * workers->count, DISTURBED_S);
        const double own_s = HANDOVER_S * (double)usage->voluntary;
        sample->disturbed = usage->waiting_s > limit_s + own_s;
        sample->knows_disturbed = sample->disturbed || usage->waiting_s <= limit_s;
        return;
    }
    sample->knows_disturbed = usage->knows_machine && window_s >= TICKS_S;
    sample->disturbed =
        sample->knows_disturbed &&
        usage->machine_s - usage->cpu_s > DISTURBED_SHARE * window_s * workers->allowed_cpus;
}
