/* SPDX-License-Identifier: MIT */
/*
 * worker_cpus.h: keeps worker processes off each other's CPUs, for `pool`.
 *
 * Linux wakes a worker near its waker, even on a CPU where another worker is at work while a third
 * CPU is idle, and may leave both there for a quarter of a second. So each worker notes where it is
 * before each task. One that finds another at work on the same CPU moves to an idle one. It can
 * only find that after the kernel has taken the CPU from the other in the middle of its tasks: a
 * batch of microseconds never costs a move.
 */
#ifndef FG_BACKENDS_WORKER_CPUS_H
#define FG_BACKENDS_WORKER_CPUS_H

#include "batch/error.h"

struct fg_worker_cpus;

/* Makes the notes of workers 0 .. count - 1 in memory that they share with this process. Call it
 * before they are forked. FG_ERROR_MEMORY. */
enum fg_status fg_worker_cpus_create(unsigned count, struct fg_worker_cpus **cpus,
                                     struct fg_error *error);
void fg_worker_cpus_destroy(struct fg_worker_cpus *cpus); /* NULL is allowed */

/* Notes that worker `index`, the caller, is about to do a task. Moves it if it has to share a CPU
 * and need not. Where it may run is the same afterwards. System errors are ignored. */
void fg_worker_cpus_spread(struct fg_worker_cpus *cpus, unsigned index);

/* Notes that worker `index` has no task. Call it for a worker that died, too. */
void fg_worker_cpus_rest(struct fg_worker_cpus *cpus, unsigned index);

#endif
