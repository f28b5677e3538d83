/* SPDX-License-Identifier: MIT */
/*
 * task_gather.c: the answers of a queue's tasks in input order, and the tasks of workers that died.
 */
#include "backends/task_queue.h"
#include "backends/task_queue_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number of workers that may die in a batch before they have taken a task, beyond one death
 * each. */
#define FG_IDLE_DEATHS 8

#define TASK_NAME (64 + 2 * FG_NUMBER_TEXT)
/* Writes which numbers a task has to `name`, which is returned. */
static const char *name_task(const struct fg_task_queue *queue, const struct fg_task *task,
                             char name[TASK_NAME]) {
    char first[FG_NUMBER_TEXT], last[FG_NUMBER_TEXT];
    fg_number_text(fg_numbers_at(&queue->numbers, task->first), first);
    fg_number_text(fg_numbers_at(&queue->numbers, task->first + task->count - 1), last);
    if (task->count == 1)
        snprintf(name, TASK_NAME, "the number %s", first);
    else
        snprintf(name, TASK_NAME, "the %zu numbers from %s to %s", task->count, first, last);
    return name;
}

static enum fg_status fail_second_death(const struct fg_task_queue *queue,
                                        const struct fg_task *task, const char *how_it_died,
                                        struct fg_error *error) {
    char name[TASK_NAME];
    return fg_fail(error, FG_ERROR_WORKER_DIED,
                   "two worker processes died at %s (%s); try a smaller --jobs, or "
                   "--backend=threads",
                   name_task(queue, task, name), how_it_died);
}

enum fg_status fg_task_queue_abandon(struct fg_task_queue *queue, unsigned index,
                                     const char *how_it_died, struct fg_error *error) {
    bool had_task = false;
    for (size_t i = 0; i < fg_supply_next(atomic_load(&queue->supply)); i++) {
        struct fg_task *const task = &queue->tasks[i];
        /* A task counted off but not taken: the dead worker may have died in between. */
        unsigned open = TASK_OPEN;
        if (atomic_compare_exchange_strong(&task->state, &open, TASK_RETRY)) {
            atomic_store(&queue->any_retry, true);
        } else if (atomic_load(&task->state) == TASK_TAKEN + index) {
            had_task = true;
            if (++task->tries == 2)
                return fail_second_death(queue, task, how_it_died, error);
            atomic_store(&task->state, TASK_RETRY);
            atomic_store(&queue->any_retry, true);
        }
    }
    if (!had_task && ++queue->idle_deaths > queue->workers + FG_IDLE_DEATHS)
        return fg_fail(
            error, FG_ERROR_WORKER_DIED,
            "%u worker processes died before they had work (the last: %s); try a smaller "
            "--jobs, or --backend=threads",
            queue->idle_deaths, how_it_died);
    return FG_OK;
}

/* Returns the error of a task whose answers cannot be used. */
static enum fg_status fail_task(const struct fg_task_queue *queue, const struct fg_task *task,
                                struct fg_error *error) {
    const struct fg_error *const said = fg_task_error(queue, task);
    if (task->refused || said->status == FG_ERROR_SELF_CHECK) {
        *error = *said;
        return error->status;
    }
    char name[TASK_NAME];
    return fg_fail(error, FG_ERROR_SELF_CHECK, "%s for %s failed its check",
                   task->count == 1 ? "the answer" : "one of the answers",
                   name_task(queue, task, name));
}

/* Appends a number that was answered in slices, from tasks[*at] on; leaves *at behind them, or at
 * the first that is missing. */
static enum fg_status gather_slices(const struct fg_task_queue *queue, size_t *at,
                                    uint64_t *scratch, struct fg_results *results,
                                    struct fg_error *error) {
    const size_t index = queue->tasks[*at].first;
    const uint64_t n = queue->numbers.list[index];
    uint64_t *list;
    FG_TRY(fg_results_reserve(results, queue->engine->max_values(n), &list, error));
    uint32_t hits = 0;
    for (; *at < queue->task_count && queue->tasks[*at].slice && queue->tasks[*at].first == index;
         ++*at) {
        const struct fg_task *const task = &queue->tasks[*at];
        if (atomic_load(&task->state) != TASK_DONE || task->answered == 0)
            return FG_OK;
        memcpy(list + hits, queue->arena + task->offset, task->value_count * sizeof *list);
        hits += (uint32_t)task->value_count;
    }
    const uint32_t count = queue->slices->merge(queue->method, n, list, hits, scratch);
    if (!fg_check_divisors(n, list, count))
        return fail_task(queue, &queue->tasks[*at - 1], error);
    fg_results_commit(results, count);
    return FG_OK;
}

/* Appends the answers from tasks[*at] on, and steps over what was appended whole. */
static enum fg_status gather_next(const struct fg_task_queue *queue, size_t *at, uint64_t *scratch,
                                  struct fg_results *results, struct fg_error *error) {
    const struct fg_task *const task = &queue->tasks[*at];
    if (task->failed || task->refused)
        return fail_task(queue, task, error);
    if (task->slice)
        return gather_slices(queue, at, scratch, results, error);
    *at += task->answered == task->count;
    return task->answered == 0
               ? FG_OK
               : fg_results_append(results, queue->value_counts + task->first, task->answered,
                                   queue->arena + task->offset, error);
}

enum fg_status fg_task_queue_gather(const struct fg_task_queue *queue, struct fg_results *results,
                                    struct fg_error *error) {
    uint64_t *const scratch = malloc(FG_MAX_DIVISORS * sizeof *scratch);
    if (scratch == NULL)
        return fg_fail_memory(error, FG_MAX_DIVISORS * sizeof *scratch);
    enum fg_status status = FG_OK;
    size_t before = SIZE_MAX, at = 0;
    while (status == FG_OK && at < queue->task_count && at != before &&
           atomic_load(&queue->tasks[at].state) == TASK_DONE) {
        before = at;
        status = gather_next(queue, &at, scratch, results, error);
    }
    if (status == FG_OK && at < queue->task_count && !atomic_load(&queue->full))
        status = fg_fail(error, FG_ERROR_INTERNAL, "a task was left unfinished");
    free(scratch);
    return status;
}

enum fg_status fg_task_queue_outcome(const struct fg_task_queue *queue, struct fg_error *error) {
    for (size_t i = 0; i < queue->task_count; i++) {
        if (queue->tasks[i].failed || queue->tasks[i].refused)
            return fail_task(queue, &queue->tasks[i], error);
        if (atomic_load(&queue->tasks[i].state) != TASK_DONE)
            return fg_fail(error, FG_ERROR_INTERNAL, "a task was left unfinished");
    }
    return FG_OK;
}
