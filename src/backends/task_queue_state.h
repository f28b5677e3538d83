/* SPDX-License-Identifier: MIT */
/*
 * task_queue_state.h: what a queue of tasks holds, shared by the files that make it: task_queue.c
 * and task_gather.c.
 */
#ifndef FG_BACKENDS_TASK_QUEUE_STATE_H
#define FG_BACKENDS_TASK_QUEUE_STATE_H

#include "backends/task_consumer.h"
#include "batch/error.h"
#include "batch/numbers.h"
#include "methods/contract/method_engine.h"

/* The states of a task. One word holds both the state and the worker, so that the queue is
 * consistent when a worker dies at any instruction: TASK_TAKEN + w means that worker w has the
 * task. */
enum task_state { TASK_OPEN, TASK_DONE, TASK_RETRY, TASK_TAKEN };

struct fg_task {
    size_t first, count; /* numbers [first, first + count) */
    uint64_t begin, end; /* a slice: units [begin, end) of the one number */
    bool slice;
    atomic_uint state; /* enum task_state */
    unsigned tries;
    bool failed;          /* one of its answers failed its check */
    bool refused;         /* one of its numbers has too many divisors */
    size_t answered;      /* how many of its numbers are in the arena */
    uint64_t offset;      /* where in the arena its answers begin */
    uint64_t value_count; /* how many values they have; of a slice, hits */
};

struct fg_task_queue {
    enum fg_method method;
    unsigned workers;
    const struct fg_method_engine *engine;
    const struct fg_method_slices *slices; /* NULL: numbers are not cut */
    size_t mapped_bytes;
    bool gathers_primes; /* and not divisors, of which a task has room for fewer numbers' */
    struct fg_task_consumer consumer; /* all zero: the answers are gathered */

    struct fg_numbers numbers;
    size_t task_count;
    unsigned idle_deaths;        /* workers that died in this batch without a task */
    atomic_uint_fast64_t supply; /* the tasks that are left: fg_supply_of() */
    atomic_bool any_retry;
    atomic_bool full; /* a task was not delivered whole: those not begun need not be */
    atomic_uint_fast64_t arena_used;

    void *shared_list;       /* FG_PAGE_NUMBERS: a copy, which forked workers can see; or NULL */
    uint32_t *value_counts;  /* FG_PAGE_NUMBERS: of each whole number answered */
    struct fg_task *tasks;   /* task_capacity(workers) */
    struct fg_error *errors; /* task_capacity(workers): what tasks say that failed or are refused */
    uint64_t *arena;         /* arena_capacity: every task is tried at most twice */
};

/*
 * The tasks that are still to be given out, in one word: those from `next` on, below `end`. So a
 * worker that is late finds either nothing or a task of the current batch, and needs to look
 * at nothing else to know.
 */
static inline uint64_t fg_supply_of(size_t next, size_t end) {
    return (uint64_t)end << 32 | next;
}

static inline size_t fg_supply_next(uint64_t supply) {
    return (size_t)(supply & UINT32_MAX);
}

static inline size_t fg_supply_end(uint64_t supply) {
    return (size_t)(supply >> 32);
}

/* Returns where a task stores its failure. Its status is FG_OK if the task stored none. */
static inline struct fg_error *fg_task_error(const struct fg_task_queue *queue,
                                             const struct fg_task *task) {
    return &queue->errors[task - queue->tasks];
}

#endif
