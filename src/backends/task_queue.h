/* SPDX-License-Identifier: MIT */
/*
 * task_queue.h: a batch cut into tasks of similar cost, pulled by workers, answered in any order
 * and gathered in input order.
 *
 * `threads` and `pool` share it; for `pool` all of it lives in memory that the forked workers
 * share. A task is a run of whole numbers, or a slice of one number. Workers pull
 * tasks with an atomic counter and put their checked answers into one arena with another.
 */
#ifndef FG_BACKENDS_TASK_QUEUE_H
#define FG_BACKENDS_TASK_QUEUE_H

#include "backends/backend.h"
#include "backends/cpu_worker.h"
#include "backends/task_consumer.h"
#include "backends/worker_cpus.h"
#include "batch/error.h"
#include "batch/results.h"

/* Capacity of the arena for a batch that certainly fits: 64 MiB, and as much again for second
 * tries. */
#define FG_QUEUE_VALUES (UINT64_C(1) << 23)

struct fg_task_queue;
struct fg_task;

/*
 * Makes an empty queue. With `forked` the workers are processes, forked later, which share its
 * memory; then no number is cut. Otherwise a number that costs much more than its share of the
 * batch is cut.
 */
enum fg_status fg_task_queue_create(enum fg_method method, unsigned workers, bool forked,
                                    struct fg_task_queue **queue, struct fg_error *error);
/* Says which answers are gathered; of ranges, a task then has as many numbers as there is room for.
 * Without it, as many as with divisors. */
void fg_task_queue_gathers(struct fg_task_queue *queue, enum fg_answer answer);

void fg_task_queue_destroy(struct fg_task_queue *queue);

/* The cost of a number beside its candidates, in units of fg_work() (text_bench: 186 ns a number
 * for 1..10^6, of which the candidates are 40). */
#define FG_NUMBER_COST 1500

/*
 * Returns what the numbers cost in units of about 0.1 ns: fg_work() and what is done for a number
 * beside it. Once that is `limit` or more the rest of them is left out.
 */
double fg_task_queue_cost(const struct fg_task_queue *queue, const struct fg_numbers *numbers,
                          double limit);

/* Returns as much or more, in a fraction of the time. */
double fg_task_queue_cost_bound(const struct fg_task_queue *queue,
                                const struct fg_numbers *numbers);

/* Cuts the numbers, whose list must outlive the batch, into tasks and gives them out. `consumer`
 * NULL: the answers are gathered. No worker may be at a task. Returns how many tasks. */
size_t fg_task_queue_fill(struct fg_task_queue *queue, const struct fg_numbers *numbers,
                          const struct fg_task_consumer *consumer);
/* Makes one task of all numbers, for one worker. Not for forked workers. */
void fg_task_queue_fill_whole(struct fg_task_queue *queue, const struct fg_numbers *numbers,
                              const struct fg_task_consumer *consumer);

/* The state of a worker; each has its own. */
struct fg_worker {
    unsigned index; /* which worker, below the queue's `workers` */
    struct fg_cpu_worker cpu;
    enum fg_answer answer;       /* what its answers are */
    struct fg_results answers;   /* a task's answers before they go to the arena */
    struct fg_worker_cpus *cpus; /* NULL: the worker's CPUs do not matter */
};

/* setup->cancelled must outlive the worker. */
enum fg_status fg_worker_init(struct fg_worker *worker, unsigned index,
                              const struct fg_method_setup *setup, struct fg_error *error);
void fg_worker_free(struct fg_worker *worker);

/*
 * Takes a task; NULL if none is left or the arena is full. Thread-safe at any time from the first
 * batch on: who comes between two batches gets nothing, who comes late gets a task of the next one.
 */
struct fg_task *fg_task_queue_take(struct fg_task_queue *queue, const struct fg_worker *worker);

/* Answers a task that the worker has taken. Returns what fg_task_queue_work() does. Thread-safe. */
enum fg_status fg_task_queue_answer(struct fg_task_queue *queue, struct fg_task *task,
                                    struct fg_worker *worker);

/* Returns how many tasks no worker has taken yet. Thread-safe. */
size_t fg_task_queue_left(const struct fg_task_queue *queue);

/* Gives out no more tasks of the batch, and returns how many were taken. Not for forked workers,
 * whose tasks may be given back. */
size_t fg_task_queue_close(struct fg_task_queue *queue);

/*
 * Pulls and answers tasks until none is left or the arena is full. FG_OK, FG_ERROR_CANCELLED or
 * FG_ERROR_MEMORY; an answer that fails its check is left for the gathering. Thread-safe: every
 * worker may be in here at once.
 */
enum fg_status fg_task_queue_work(struct fg_task_queue *queue, struct fg_worker *worker);

/*
 * Call it after worker `index` has died: it gives the worker's task back for one more try.
 * FG_ERROR_WORKER_DIED, with the numbers named, if that was the second try, or if workers die again
 * and again before they have taken a task. No other worker may act for `index`.
 */
enum fg_status fg_task_queue_abandon(struct fg_task_queue *queue, unsigned index,
                                     const char *how_it_died, struct fg_error *error);

/*
 * Appends the answers in input order: all of them, or if the arena was full those before the
 * first that is missing. FG_ERROR_SELF_CHECK if one failed its check. No worker may be at the
 * queue.
 */
enum fg_status fg_task_queue_gather(const struct fg_task_queue *queue, struct fg_results *results,
                                    struct fg_error *error);

/* Replaces fg_task_queue_gather() if the answers were consumed: FG_ERROR_SELF_CHECK if one failed
 * its check. No worker may be at the queue. */
enum fg_status fg_task_queue_outcome(const struct fg_task_queue *queue, struct fg_error *error);

#endif
