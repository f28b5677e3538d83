/* SPDX-License-Identifier: MIT */
/*
 * cpu_affinity.c: which thread sleeps on which CPU, and which must move.
 */
#include "backends/cpu_affinity.h"

/* Takes `cpu` if it is allowed and free. */
static bool take(cpu_set_t *free_cpus, int cpu) {
    if (cpu < 0 || cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, free_cpus))
        return false;
    CPU_CLR(cpu, free_cpus);
    return true;
}

/* The next free CPU from *from on, taken; -1 if there is none. */
static int take_next(cpu_set_t *free_cpus, int *from) {
    for (; *from < CPU_SETSIZE; ++*from)
        if (take(free_cpus, *from))
            return *from;
    return -1;
}

void fg_affinity_plan(const cpu_set_t *allowed, struct fg_affinity_thread *const *threads,
                      unsigned awake, unsigned count) {
    enum { stays = -1, moves = -2 };
    cpu_set_t free_cpus = *allowed;
    take(&free_cpus, sched_getcpu());
    /* Those with a free CPU of their own keep it; the others share out what is left. */
    for (unsigned i = 0; i < count; i++)
        threads[i]->target_cpu = take(&free_cpus, threads[i]->last_cpu) ? stays : moves;
    int from = 0;
    for (unsigned i = awake; i < count; i++)
        if (threads[i]->target_cpu == moves)
            threads[i]->target_cpu = take_next(&free_cpus, &from);
}

void fg_affinity_before_wake(struct fg_affinity_thread *thread) {
    if (thread->target_cpu < 0)
        return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(thread->target_cpu, &one);
    thread->confined = pthread_setaffinity_np(thread->thread, sizeof one, &one) == 0;
}

void fg_affinity_let_go(const cpu_set_t *allowed, struct fg_affinity_thread *thread) {
    if (thread->confined)
        pthread_setaffinity_np(pthread_self(), sizeof *allowed, allowed);
    thread->confined = false;
}

void fg_affinity_before_sleep(struct fg_affinity_thread *thread) {
    thread->last_cpu = sched_getcpu();
}
