/* SPDX-License-Identifier: MIT */
/*
 * device_choice.h: whether a GPU pays, by what the work so far is expected to take on both sides.
 *
 * "auto" does not know how much work will follow. It takes the GPU once the work that it has seen
 * would have gained more on the GPU than the GPU takes to start: then the start is paid for at the
 * latest when as much work has come again, and little work never waits for a GPU.
 */
#ifndef FG_DEVICE_CHOICE_H
#define FG_DEVICE_CHOICE_H

#include "methods/contract/expected_costs.h"
#include <stdbool.h>
#include <stddef.h>

struct fg_device_choice {
    unsigned jobs;              /* cores of this machine, >= 1 */
    unsigned multiprocessors;   /* of all devices together */
    bool asked;                 /* the devices were asked for theirs */
    struct fg_method_cost seen; /* of all work so far */
};

/* Returns a choice before any work. */
struct fg_device_choice fg_device_choice_begin(unsigned jobs, size_t device_count);

/* Adds the cost `sign` times: 1, or -1 for work that comes again. */
void fg_device_choice_add(struct fg_device_choice *choice, const struct fg_method_cost *cost,
                          int sign);

/* Returns the seconds that the devices would have gained with the work so far; below 0 if the CPU
 * is faster. */
double fg_device_choice_gain_s(const struct fg_device_choice *choice);

bool fg_device_choice_pays(const struct fg_device_choice *choice);

/* Writes the reason for the choice as it is, in words that continue a sentence. */
void fg_device_choice_explain(const struct fg_device_choice *choice, char *text, size_t size);

#endif
