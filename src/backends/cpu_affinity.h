/* SPDX-License-Identifier: MIT */
/*
 * cpu_affinity.h: waking threads on CPUs of their own.
 *
 * Linux wakes a thread where it last ran, or near the waker: even on the waker's own CPU while
 * another is idle. Then the two take turns until the next load balancing, several milliseconds
 * later: as long as a small batch. So a thread is kept off the CPUs of the others when it is woken,
 * and releases itself first when it wakes. Two threads on two CPUs, with batches of 3 ms and 5 ms
 * of sleep between them, then worked side by side at 166 of 168 batches. It was 102 when only a
 * thread that had last run on a taken CPU was kept off it.
 */
#ifndef FG_BACKENDS_CPU_AFFINITY_H
#define FG_BACKENDS_CPU_AFFINITY_H

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

struct fg_affinity_thread {
    pthread_t thread;
    int last_cpu;   /* where it went to sleep; -1 if that is not known */
    int own_cpu;    /* that no other thread is planned for; -1: there is none */
    cpu_set_t cpus; /* its own, and those that no thread is planned for */
    bool confined;  /* it must let itself go when it wakes */
};

/*
 * Plans where the threads [awake, count), which sleep or are new, may run: on CPUs of `allowed`
 * that are not the calling thread's, nor those of [0, awake), which do not sleep, nor another's
 * own.
 */
void fg_affinity_plan(const cpu_set_t *allowed, struct fg_affinity_thread *const *threads,
                      unsigned awake, unsigned count);

/* Called by the waker of a sleeping thread: confines it to its CPUs if it has one of its own.
 * Errors of the system are of no consequence. */
void fg_affinity_before_wake(struct fg_affinity_thread *thread);

/* Called by a woken thread, and before it sleeps again. */
void fg_affinity_let_go(const cpu_set_t *allowed, struct fg_affinity_thread *thread);
void fg_affinity_before_sleep(struct fg_affinity_thread *thread);

#endif
