/* SPDX-License-Identifier: MIT */
/*
 * task_queue_run.c: the queue and its worker.
 */
#include "task_queue_run.h"

#include "backends/task_queue.h"

#include <stdlib.h>

struct task_queue_run {
    struct fg_task_queue *queue;
    struct fg_worker worker;
    atomic_bool cancelled;
    struct fg_numbers numbers;
};

struct task_queue_run *task_queue_run_open(enum fg_method method, unsigned workers) {
    struct task_queue_run *const run = calloc(1, sizeof *run);
    if (run == NULL)
        return NULL;
    const struct fg_method_setup setup = {
        .method = method, .answer = FG_ANSWER_DIVISORS, .cancelled = &run->cancelled};
    if (fg_task_queue_create(method, workers, false, &run->queue, NULL) == FG_OK &&
        fg_worker_init(&run->worker, 0, &setup, NULL) == FG_OK)
        return run;
    task_queue_run_close(run);
    return NULL;
}

void task_queue_run_close(struct task_queue_run *run) {
    fg_worker_free(&run->worker);
    fg_task_queue_destroy(run->queue);
    free(run);
}

size_t task_queue_run_fill(struct task_queue_run *run, const uint64_t *list, size_t count) {
    run->numbers = fg_numbers_of_list(list, count);
    return fg_task_queue_fill(run->queue, &run->numbers, NULL);
}

void task_queue_run_fill_whole(struct task_queue_run *run, const uint64_t *list, size_t count) {
    run->numbers = fg_numbers_of_list(list, count);
    fg_task_queue_fill_whole(run->queue, &run->numbers, NULL);
}

double task_queue_run_cost(struct task_queue_run *run, const uint64_t *list, size_t count,
                           double limit) {
    const struct fg_numbers numbers = fg_numbers_of_list(list, count);
    return fg_task_queue_cost(run->queue, &numbers, limit);
}

double task_queue_run_cost_bound(struct task_queue_run *run, const uint64_t *list, size_t count) {
    const struct fg_numbers numbers = fg_numbers_of_list(list, count);
    return fg_task_queue_cost_bound(run->queue, &numbers);
}

bool task_queue_run_take(struct task_queue_run *run) {
    return fg_task_queue_take(run->queue, &run->worker) != NULL;
}

size_t task_queue_run_left(struct task_queue_run *run) {
    return fg_task_queue_left(run->queue);
}

size_t task_queue_run_close_queue(struct task_queue_run *run) {
    return fg_task_queue_close(run->queue);
}

static enum fg_status fail_check(void *state, const struct fg_numbers *numbers, size_t value_limit,
                                 struct fg_results *results, struct fg_error *error) {
    (void)state, (void)value_limit, (void)results;
    return fg_fail(error, FG_ERROR_SELF_CHECK, "%llu has another divisor",
                   (unsigned long long)numbers->list[0]);
}

enum fg_status task_queue_run_fail(struct task_queue_run *run, struct fg_error *error) {
    const struct fg_method_engine *const engine = run->worker.cpu.engine;
    struct fg_method_engine failing = *engine;
    failing.run = fail_check;
    run->worker.cpu.engine = &failing;
    struct fg_results results = {0};
    enum fg_status status = fg_task_queue_work(run->queue, &run->worker);
    if (status == FG_OK)
        status = fg_task_queue_gather(run->queue, &results, error);
    fg_results_free(&results);
    run->worker.cpu.engine = engine;
    return status;
}

size_t task_queue_run_answer(struct task_queue_run *run) {
    struct fg_results results = {0};
    size_t count = 0;
    if (fg_task_queue_work(run->queue, &run->worker) == FG_OK &&
        fg_task_queue_gather(run->queue, &results, NULL) == FG_OK)
        count = results.count;
    fg_results_free(&results);
    return count;
}
