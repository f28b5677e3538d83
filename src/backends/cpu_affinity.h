/* SPDX-License-Identifier: MIT */
/*
 * cpu_affinity.h: wakes threads on CPUs of their own.
 *
 * Linux wakes a thread where it last ran, or near the waker: even on the waker's own CPU while
 * another is idle. Then the two take turns until the next load balancing, several milliseconds
 * later, which is as long as a small batch takes. So the waker confines a thread to CPUs that no
 * other thread uses, and the woken thread first removes this limit. Two threads on two CPUs, with
 * batches of 3 ms and 5 ms of sleep between them, then worked side by side at 166 of 168 batches.
 * It was 102 when only threads that had last run on a CPU in use were confined.
 */
#ifndef FG_BACKENDS_CPU_AFFINITY_H
#define FG_BACKENDS_CPU_AFFINITY_H

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

struct fg_affinity_thread {
    pthread_t thread;
    int last_cpu;   /* the CPU on which it went to sleep; -1 if not known */
    int own_cpu;    /* no other thread is planned for it; -1: there is none */
    cpu_set_t cpus; /* its own, and those that no thread is planned for */
    bool confined;  /* it must remove the limit when it wakes */
};

/*
 * Plans where threads[awake .. count), which sleep or are new, may run: on CPUs of `allowed` except
 * the calling thread's, those of threads[0 .. awake), which do not sleep, and the own CPU of any
 * other thread.
 */
void fg_affinity_plan(const cpu_set_t *allowed, struct fg_affinity_thread *const *threads,
                      unsigned awake, unsigned count);

/* Called by the waker of a sleeping thread: confines the thread to its CPUs if it has one of its
 * own. System errors are ignored. */
void fg_affinity_before_wake(struct fg_affinity_thread *thread);

/* Called by a woken thread, and before it sleeps again. */
void fg_affinity_let_go(const cpu_set_t *allowed, struct fg_affinity_thread *thread);
void fg_affinity_before_sleep(struct fg_affinity_thread *thread);

#endif
