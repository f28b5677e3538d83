/* SPDX-License-Identifier: MIT */
/*
 * block_workers.h: threads of the host that share the work on a device's answers.
 *
 * A device makes answers several times as fast as one thread checks and completes them. So a job,
 * which is a run of numbers, is cut into blocks, and any thread that has nothing better to do takes
 * the next one. Whatever a block writes has its place beforehand, so that the order of the answers
 * is kept whoever does what. Knows nothing of CUDA.
 */
#ifndef FG_METHODS_FACTOR_BLOCK_WORKERS_H
#define FG_METHODS_FACTOR_BLOCK_WORKERS_H

#include "batch/error.h"
#include "gpu/wakeup.h"
#include <stdatomic.h>
#include <stddef.h>

struct fg_block_job;

/* Numbers [first, first + count) of a job, and where their values are, if they have any. */
struct fg_block {
    uint32_t first, count;
    size_t first_value, value_count;
};

/* A thread's own memory for its blocks, which the first of them allocates. Zero-initialise. */
struct fg_worker_space {
    void *memory;
    void (*release)(void *memory);
};

/* A kind of job: what all jobs of the kind have in common. */
struct fg_block_kind {
    /* A block ends at so many numbers, or with the group of numbers that brings it to so many
     * values. */
    uint32_t max_numbers;
    size_t max_values;
    /* A block takes milliseconds: a thread is started for a single one. If false, the thread that
     * offers a job of one block does it. */
    bool is_long;
    /* Does a block. On failure *failed_at is its first number that failed, and `error` says why. */
    enum fg_status (*run)(struct fg_block_job *job, const struct fg_block *block,
                          struct fg_worker_space *space, uint32_t *failed_at,
                          struct fg_error *error);
};

/* A job. It is a member of what its kind's run() needs to know. */
struct fg_block_job {
    const struct fg_block_kind *kind;
    uint32_t count;               /* numbers, at least 1 */
    const uint32_t *value_counts; /* of each; NULL: they have none */
    size_t value_count;           /* of all */

    /* These belong to the threads, under their lock. */
    uint32_t taken;            /* numbers in blocks that a thread has taken */
    size_t taken_values;       /* their values */
    unsigned under_way;        /* blocks taken and not done */
    uint32_t failed_at;        /* the first number that failed, if one has */
    enum fg_status status;     /* its failure, or FG_OK */
    struct fg_error error;     /* of that number */
    struct fg_block_job *next; /* in the list of jobs with blocks to take */
};

/* A thread that was started for blocks. */
struct fg_block_helper {
    struct fg_block_workers *workers;
    pthread_t thread;
    struct fg_worker_space space;
};

/* The threads, shared by all devices of an engine. */
struct fg_block_workers {
    struct fg_wakeup *wakeup; /* raised when a job is done */
    pthread_mutex_t lock;
    pthread_cond_t offered;     /* a helper waits for a job */
    pthread_cond_t ended;       /* a block of a job that was withdrawn */
    struct fg_block_job *first; /* the oldest job with blocks to take */
    struct fg_block_helper *helpers;
    unsigned helper_count, helper_limit;
    bool leaving;
    atomic_uint_fast64_t busy_ns; /* time in blocks, summed over all threads */
};

/*
 * Makes workers that start up to `helper_limit` threads when a job has work for them. Without any,
 * and if the system gives none, the callers of fg_block_workers_work() do it all. FG_ERROR_MEMORY.
 */
enum fg_status fg_block_workers_open(struct fg_block_workers *workers, unsigned helper_limit,
                                     struct fg_wakeup *wakeup, struct fg_error *error);

/* Ends the threads. No job may be left. */
void fg_block_workers_close(struct fg_block_workers *workers);

/* Frees the memory in a forked child, which has no such threads, and whose lock may be held for
 * ever. */
void fg_block_workers_forget(struct fg_block_workers *workers);

/* Releases a thread's memory, if it has any. */
void fg_worker_space_release(struct fg_worker_space *space);

/* Gives a job to the threads, which use it until it is done or withdrawn. Its public members are
 * set. */
void fg_block_workers_offer(struct fg_block_workers *workers, struct fg_block_job *job);

/* Returns whether there is a block to take. */
bool fg_block_workers_have_work(struct fg_block_workers *workers);

/* Returns whether threads were started that take blocks. */
bool fg_block_workers_have_helpers(struct fg_block_workers *workers);

/* Does a block, with the caller's own `space`. Does nothing if there is none. */
void fg_block_workers_work(struct fg_block_workers *workers, struct fg_worker_space *space);

/* Returns whether no thread uses the job any more: every block is done, or one has failed. */
bool fg_block_workers_is_done(struct fg_block_workers *workers, const struct fg_block_job *job);

/* Returns the outcome of a job that is done: the failure of its first number that failed. */
enum fg_status fg_block_job_outcome(const struct fg_block_job *job, struct fg_error *error);

/* Takes a job back that may not be done, and waits until no thread uses it. */
void fg_block_workers_withdraw(struct fg_block_workers *workers, struct fg_block_job *job);

#endif
