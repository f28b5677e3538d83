/* SPDX-License-Identifier: MIT */
/*
 * task_queue_run.h: a task queue with one worker, for tests in C++, which cannot read the atomic
 * types of its header.
 */
#ifndef FG_TESTS_TASK_QUEUE_RUN_H
#define FG_TESTS_TASK_QUEUE_RUN_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct task_queue_run;

/* A queue cut for so many workers, in one process; NULL if it cannot be made. */
struct task_queue_run *task_queue_run_open(enum fg_method method, unsigned workers);
void task_queue_run_close(struct task_queue_run *run);

/* fg_task_queue_fill() and so on, of a list that must outlive the batch. */
size_t task_queue_run_fill(struct task_queue_run *run, const uint64_t *list, size_t count);
void task_queue_run_fill_whole(struct task_queue_run *run, const uint64_t *list, size_t count);
double task_queue_run_cost(struct task_queue_run *run, const uint64_t *list, size_t count,
                           double limit);
double task_queue_run_cost_bound(struct task_queue_run *run, const uint64_t *list, size_t count);
/* Returns whether there was a task to take. */
bool task_queue_run_take(struct task_queue_run *run);
size_t task_queue_run_left(struct task_queue_run *run);
size_t task_queue_run_close_queue(struct task_queue_run *run);
/* Answers all tasks. Returns how many answers were gathered. */
size_t task_queue_run_answer(struct task_queue_run *run);
/* Answers all tasks by a method whose checks fail and say "N has another divisor", N being a task's
 * first number; returns what gathering says. */
enum fg_status task_queue_run_fail(struct task_queue_run *run, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
