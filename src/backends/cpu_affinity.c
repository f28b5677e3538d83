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

void fg_affinity_before_wake(const cpu_set_t *allowed, const pthread_t *threads,
                             struct fg_affinity_thread *seats, unsigned count) {
    cpu_set_t free_cpus = *allowed;
    take(&free_cpus, sched_getcpu());
    /* Those with a free CPU of their own keep it; the others share out what is left. */
    for (unsigned i = 0; i < count; i++)
        seats[i].confined = !take(&free_cpus, seats[i].last_cpu);
    int from = 0;
    for (unsigned i = 0; i < count; i++) {
        if (!seats[i].confined)
            continue;
        const int cpu = take_next(&free_cpus, &from);
        cpu_set_t one;
        CPU_ZERO(&one);
        if (cpu >= 0)
            CPU_SET(cpu, &one);
        seats[i].confined = cpu >= 0 && pthread_setaffinity_np(threads[i], sizeof one, &one) == 0;
    }
}

void fg_affinity_let_go(const cpu_set_t *allowed, struct fg_affinity_thread *seat) {
    if (seat->confined)
        pthread_setaffinity_np(pthread_self(), sizeof *allowed, allowed);
    seat->confined = false;
}

void fg_affinity_before_sleep(struct fg_affinity_thread *seat) {
    seat->last_cpu = sched_getcpu();
}
