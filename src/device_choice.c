/* SPDX-License-Identifier: MIT */
/*
 * device_choice.c: the sums behind the choice.
 */
#include "device_choice.h"

#include "gpu/predicted_rates.h"
#include <math.h>
#include <stdio.h>

#define SCHEDULERS 4 /* of a multiprocessor */

struct fg_device_choice fg_device_choice_begin(unsigned jobs, size_t device_count) {
    const unsigned devices = device_count > 0 ? (unsigned)device_count : 1;
    return (struct fg_device_choice){.jobs = jobs,
                                     .multiprocessors = devices * FG_AUTO_MULTIPROCESSORS};
}

void fg_device_choice_add(struct fg_device_choice *choice, const struct fg_method_cost *cost,
                          int sign) {
    choice->seen.cpu_s += sign * cost->cpu_s;
    choice->seen.gpu_clocks += sign * cost->gpu_clocks;
    choice->seen.host_s += sign * cost->host_s;
}

/* Kernels run while the host's threads check the answers before. */
static double gpu_seconds(const struct fg_device_choice *choice) {
    const double clocks_s =
        SCHEDULERS * (double)choice->multiprocessors * FG_AUTO_CLOCK_HZ * FG_PREDICTED_SHARE;
    return fmax(choice->seen.gpu_clocks / clocks_s, choice->seen.host_s / choice->jobs);
}

double fg_device_choice_gain_s(const struct fg_device_choice *choice) {
    return choice->seen.cpu_s / choice->jobs - gpu_seconds(choice);
}

bool fg_device_choice_pays(const struct fg_device_choice *choice) {
    return fg_device_choice_gain_s(choice) >= FG_AUTO_START_UP_S;
}

void fg_device_choice_explain(const struct fg_device_choice *choice, char *text, size_t size) {
    snprintf(text, size,
             "by prediction %.3g s with %u job%s, %.3g s on a GPU of %u multiprocessors, which "
             "starts in %g s",
             choice->seen.cpu_s / choice->jobs, choice->jobs, choice->jobs == 1 ? "" : "s",
             gpu_seconds(choice), choice->multiprocessors, (double)FG_AUTO_START_UP_S);
}
