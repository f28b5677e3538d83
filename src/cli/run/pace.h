/* SPDX-License-Identifier: MIT */
/*
 * pace.h: how many numbers of an input block make a batch, which an engine is asked for at once:
 * about half a second of work, so that answers appear, the progress line moves, and an interrupt
 * loses little, on a slow CPU as on a fast GPU.
 */
#ifndef FG_CLI_PACE_H
#define FG_CLI_PACE_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fg_pace {
    enum fg_method method;
    uint64_t work; /* in units of fg_work() */
};

struct fg_pace fg_pace_start(enum fg_method method);

/* Returns how many of the next numbers to take, 1 .. count; count at least 1, no number 0. */
size_t fg_pace_count(const struct fg_pace *pace, const uint64_t *numbers, size_t count);

/* Makes the next batches larger or smaller, after one that was not all of what was there took so
 * long. */
void fg_pace_learn(struct fg_pace *pace, uint64_t elapsed_ns);

#ifdef __cplusplus
}
#endif

#endif
