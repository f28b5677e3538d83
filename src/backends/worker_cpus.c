/* SPDX-License-Identifier: MIT */
/*
 * worker_cpus.c: moves a worker by confining it to the idle CPUs for a moment.
 */
#include "backends/worker_cpus.h"

#include "backends/child.h"
#include <sched.h>
#include <stdatomic.h>

#define AT_REST (-1)

struct fg_worker_cpus {
    unsigned count;
    atomic_int at[]; /* the CPU on which each worker took its last task, or AT_REST */
};

static size_t size_of(unsigned count) {
    return sizeof(struct fg_worker_cpus) + count * sizeof(atomic_int);
}

enum fg_status fg_worker_cpus_create(unsigned count, struct fg_worker_cpus **cpus,
                                     struct fg_error *error) {
    *cpus = fg_child_share(size_of(count), error);
    if (*cpus == NULL)
        return FG_ERROR_MEMORY;
    (*cpus)->count = count;
    for (unsigned i = 0; i < count; i++)
        fg_worker_cpus_rest(*cpus, i);
    return FG_OK;
}

void fg_worker_cpus_destroy(struct fg_worker_cpus *cpus) {
    if (cpus != NULL)
        fg_child_unshare(cpus, size_of(cpus->count));
}

/* Relaxed: no other memory depends on a note. */
static int read_note(const struct fg_worker_cpus *cpus, unsigned index) {
    return atomic_load_explicit(&cpus->at[index], memory_order_relaxed);
}

static void write_note(struct fg_worker_cpus *cpus, unsigned index, int cpu) {
    if (read_note(cpus, index) != cpu) /* a store would take the cache line from all others */
        atomic_store_explicit(&cpus->at[index], cpu, memory_order_relaxed);
}

static bool is_shared(const struct fg_worker_cpus *cpus, unsigned index, int cpu) {
    for (unsigned i = 0; i < cpus->count; i++)
        if (i != index && read_note(cpus, i) == cpu)
            return true;
    return false;
}

/* Confines the caller to those of its CPUs on which no worker is, and then removes this limit: it
 * stays where the first call has moved it. */
static void move(const struct fg_worker_cpus *cpus) {
    cpu_set_t allowed, idle;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return; /* more CPUs than the set has */
    idle = allowed;
    for (unsigned i = 0; i < cpus->count; i++) {
        const int taken = read_note(cpus, i);
        if (taken >= 0 && taken < CPU_SETSIZE)
            CPU_CLR(taken, &idle);
    }
    if (CPU_COUNT(&idle) > 0 && sched_setaffinity(0, sizeof idle, &idle) == 0)
        sched_setaffinity(0, sizeof allowed, &allowed);
}

void fg_worker_cpus_spread(struct fg_worker_cpus *cpus, unsigned index) {
    const int cpu = sched_getcpu();
    write_note(cpus, index, cpu);
    if (cpu < 0 || !is_shared(cpus, index, cpu))
        return;
    move(cpus);
    write_note(cpus, index, sched_getcpu());
}

void fg_worker_cpus_rest(struct fg_worker_cpus *cpus, unsigned index) {
    write_note(cpus, index, AT_REST);
}
