/* SPDX-License-Identifier: MIT */
/*
 * cpu_affinity.h: waking threads on CPUs of their own.
 *
 * Linux wakes a thread where it last ran. If that is the waker's CPU, and no idle one shares its
 * cache (two virtual CPUs as two sockets, say), the two take turns until the next load balancing,
 * several milliseconds later: as long as a small batch. So a thread that would wake on a taken CPU
 * is confined to a free one while it sleeps, and releases itself first when it wakes.
 */
#ifndef FG_BACKENDS_SPREAD_H
#define FG_BACKENDS_SPREAD_H

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

struct fg_affinity_thread {
    pthread_t thread;
    int last_cpu;   /* where it went to sleep; -1 if that is not known */
    int target_cpu; /* where it is to be confined; -1: nowhere */
    bool confined;  /* it must let itself go when it wakes */
};

/*
 * Chooses the target_cpu of each of the threads [awake, count), which sleep, if it would collide
 * with the calling thread, with one of [0, awake), which do not, or with another: a CPU of
 * `allowed` that is free.
 */
void fg_affinity_plan(const cpu_set_t *allowed, struct fg_affinity_thread *const *threads,
                      unsigned awake, unsigned count);

/* Called by the waker of a sleeping thread: confines it to its target. Errors of the system are
 * ignored, because the thread then only runs later. */
void fg_affinity_before_wake(struct fg_affinity_thread *thread);

/* Called by a woken thread, and before it sleeps again. */
void fg_affinity_let_go(const cpu_set_t *allowed, struct fg_affinity_thread *thread);
void fg_affinity_before_sleep(struct fg_affinity_thread *thread);

#endif
