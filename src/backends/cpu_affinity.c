/* SPDX-License-Identifier: MIT */
/*
 * cpu_affinity.c: plans on which CPU each thread wakes.
 */
#include "backends/cpu_affinity.h"

/* Takes `cpu` if it is allowed and free. */
static bool take(cpu_set_t *free_cpus, int cpu) {
    if (cpu < 0 || cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, free_cpus))
        return false;
    CPU_CLR(cpu, free_cpus);
    return true;
}

/* Takes the next free CPU from *from on; -1 if there is none. */
static int take_next(cpu_set_t *free_cpus, int *from) {
    for (; *from < CPU_SETSIZE; ++*from)
        if (take(free_cpus, *from))
            return *from;
    return -1;
}

void fg_affinity_plan(const cpu_set_t *allowed, struct fg_affinity_thread *const *threads,
                      unsigned awake, unsigned count) {
    cpu_set_t free_cpus = *allowed;
    take(&free_cpus, sched_getcpu());
    /* A thread keeps its last CPU if that is free; other sleeping threads get one of the rest. */
    for (unsigned i = 0; i < count; i++)
        threads[i]->own_cpu = take(&free_cpus, threads[i]->last_cpu) ? threads[i]->last_cpu : -1;
    int from = 0;
    for (unsigned i = awake; i < count; i++)
        if (threads[i]->own_cpu < 0)
            threads[i]->own_cpu = take_next(&free_cpus, &from);
    for (unsigned i = awake; i < count; i++) {
        threads[i]->cpus = free_cpus;
        if (threads[i]->own_cpu >= 0)
            CPU_SET(threads[i]->own_cpu, &threads[i]->cpus);
    }
}

void fg_affinity_before_wake(struct fg_affinity_thread *thread) {
    if (thread->own_cpu >= 0)
        thread->confined =
            pthread_setaffinity_np(thread->thread, sizeof thread->cpus, &thread->cpus) == 0;
}

void fg_affinity_let_go(const cpu_set_t *allowed, struct fg_affinity_thread *thread) {
    if (thread->confined)
        pthread_setaffinity_np(pthread_self(), sizeof *allowed, allowed);
    thread->confined = false;
}

void fg_affinity_before_sleep(struct fg_affinity_thread *thread) {
    thread->last_cpu = sched_getcpu();
}
