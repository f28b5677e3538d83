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
#include "batch/error.h"
#include "batch/results.h"

/* The arena's room for a batch that fits it surely: 64 MiB, and as much again for second tries. */
#define FG_QUEUE_VALUES (UINT64_C(1) << 23)

struct fg_task_queue;

/*
 * Makes an empty queue. `forked` says that the workers are processes, forked later, which share its
 * memory: then a number is never cut, and without, one that costs much more than its share of the
 * batch is.
 */
enum fg_status fg_task_queue_create(enum fg_method method, unsigned workers, bool forked,
                                    struct fg_task_queue **queue, struct fg_error *error);
void fg_task_queue_destroy(struct fg_task_queue *queue);

/* Cuts the numbers, whose list must outlive the batch, into tasks. No worker may be at the queue.
 * Returns how many tasks. */
size_t fg_task_queue_fill(struct fg_task_queue *queue, const struct fg_numbers *numbers);

/*
 * Has the answers of the batch that was filled in handed to `consume` by the workers that find
 * them, number i's as number first + i, and nothing gathered. Only where numbers are never cut,
 * and for workers in one process.
 */
void fg_task_queue_consume(struct fg_task_queue *queue, size_t first, fg_consumer *consume,
                           void *context);

/* What a worker works with; one each. */
struct fg_worker {
    unsigned index; /* which worker, below the queue's `workers` */
    struct fg_cpu_worker cpu;
    enum fg_answer answer;     /* what its answers are */
    struct fg_results answers; /* a task's answers before they go to the arena */
};

/* setup->cancelled must outlive the worker. */
enum fg_status fg_worker_init(struct fg_worker *worker, unsigned index,
                              const struct fg_method_setup *setup, struct fg_error *error);
void fg_worker_free(struct fg_worker *worker);

/*
 * Pulls and answers tasks until none is left or the arena is full. FG_OK, FG_ERROR_CANCELLED or
 * FG_ERROR_MEMORY; an answer that fails its check is left for the gathering. Thread-safe: every
 * worker may be in here at once.
 */
enum fg_status fg_task_queue_work(struct fg_task_queue *queue, struct fg_worker *worker);

/*
 * After worker `index` has died: gives the task it was at back for one more try.
 * FG_ERROR_WORKER_DIED, with the numbers named, where that was the second try; and where workers
 * die again and again before they have taken a task. No other worker may act for `index`.
 */
enum fg_status fg_task_queue_abandon(struct fg_task_queue *queue, unsigned index,
                                     const char *how_it_died, struct fg_error *error);

/*
 * Appends the answers in input order: all of them, or where the arena was full those before the
 * first that is missing. FG_ERROR_SELF_CHECK where one failed its check. No worker may be at the
 * queue.
 */
enum fg_status fg_task_queue_gather(const struct fg_task_queue *queue, struct fg_results *results,
                                    struct fg_error *error);

/* In place of the gathering where the answers were consumed: FG_ERROR_SELF_CHECK where one failed
 * its check. No worker may be at the queue. */
enum fg_status fg_task_queue_outcome(const struct fg_task_queue *queue, struct fg_error *error);

#endif
