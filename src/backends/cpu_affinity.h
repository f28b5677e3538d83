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

/* One sleeping thread. */
struct fg_affinity_thread {
    int last_cpu;  /* where it went to sleep; -1 if that is not known */
    bool confined; /* it must let itself go when it wakes */
};

/*
 * Called by the waker before it wakes `count` sleeping threads: confines those that would collide
 * with it or with each other to CPUs of `allowed` that are free. Errors of the system are ignored,
 * because the threads then only run later.
 */
void fg_affinity_before_wake(const cpu_set_t *allowed, const pthread_t *threads,
                             struct fg_affinity_thread *seats, unsigned count);

/* Called by a woken thread, and before it sleeps again. */
void fg_affinity_let_go(const cpu_set_t *allowed, struct fg_affinity_thread *seat);
void fg_affinity_before_sleep(struct fg_affinity_thread *seat);

#endif
