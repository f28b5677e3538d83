/*
 * threads.c: a pool of POSIX threads pulling tasks, the best the CPU can do.
 *
 * The calling thread works too, so `jobs` threads compute and jobs - 1 are created, when the first
 * batch with more than one task arrives. Between batches they sleep on a condition variable.
 */
#include "backends/backend.h"
#include "backends/cpu_affinity.h"
#include "backends/task_queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Some 50 us where nobody else wants the CPU: 1 .. 10^6 with two jobs then takes 0.975 of the time,
 * and no less with four times as many. */
#define YIELDS 100

struct thread_pool {
    struct fg_task_queue *queue;
    struct fg_worker *workers;          /* jobs entries; 0 is the caller's */
    pthread_t *threads;                 /* jobs - 1 entries, of which thread_count run */
    struct worker_arguments *arguments; /* what each thread is started with */
    unsigned jobs, thread_count;

    cpu_set_t allowed;                   /* the CPUs of the thread that opened the engine */
    struct fg_affinity_thread *sleepers; /* jobs - 1 entries, as `threads` */

    pthread_mutex_t lock;
    pthread_cond_t start, finished;
    atomic_uint batch;     /* counts up: a thread works once for every value */
    atomic_uint working;   /* threads that have not finished the current batch */
    enum fg_status status; /* the first failure among them */
    bool leaving;
};

struct worker_arguments {
    struct thread_pool *pool;
    struct fg_worker *worker;
    struct fg_affinity_thread *sleeper;
};

/* Waits a little for a change without sleeping: between the batches of a stream there is only the
 * time to cut the next one, and to be woken takes longer. Yields, so that who has work goes on. */
static void await_change(const atomic_uint *value, unsigned from) {
    for (unsigned i = 0; i < YIELDS && atomic_load(value) == from; i++)
        sched_yield();
}

static void *thread_main(void *argument) {
    const struct worker_arguments *const mine = argument;
    struct thread_pool *const pool = mine->pool;
    unsigned seen = 0;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        pthread_mutex_unlock(&pool->lock);
        await_change(&pool->batch, seen);
        pthread_mutex_lock(&pool->lock);
        fg_affinity_before_sleep(mine->sleeper);
        while (pool->batch == seen && !pool->leaving)
            pthread_cond_wait(&pool->start, &pool->lock);
        fg_affinity_let_go(&pool->allowed, mine->sleeper);
        if (pool->leaving)
            break;
        seen = pool->batch;
        pthread_mutex_unlock(&pool->lock);
        const enum fg_status status = fg_task_queue_work(pool->queue, mine->worker);
        pthread_mutex_lock(&pool->lock);
        if (pool->status == FG_OK)
            pool->status = status;
        if (--pool->working == 0)
            pthread_cond_signal(&pool->finished);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static void free_pool(struct thread_pool *pool) {
    for (unsigned i = 0; i < pool->jobs && pool->workers != NULL; i++)
        fg_worker_free(&pool->workers[i]);
    fg_task_queue_destroy(pool->queue);
    free(pool->workers);
    free(pool->threads);
    free(pool->arguments);
    free(pool->sleepers);
    free(pool);
}

static void threads_close(void *state) {
    struct thread_pool *const pool = state;
    pthread_mutex_lock(&pool->lock);
    pool->leaving = true;
    pool->batch++; /* for those that do not sleep yet */
    pthread_cond_broadcast(&pool->start);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->start);
    pthread_cond_destroy(&pool->finished);
    pthread_mutex_destroy(&pool->lock);
    free_pool(pool);
}

/* In a forked child there are no threads to join, and the lock may be held for ever. */
static void threads_forget(void *state) {
    free_pool(state);
}

static enum fg_status threads_open(const struct fg_setup *setup, void **state,
                                   struct fg_error *error) {
    struct thread_pool *const pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return fg_fail_memory(error, sizeof *pool);
    pool->jobs = setup->jobs;
    pthread_mutex_init(&pool->lock, NULL); /* with default attributes these cannot fail on Linux */
    pthread_cond_init(&pool->start, NULL);
    pthread_cond_init(&pool->finished, NULL);

    pool->workers = calloc(pool->jobs, sizeof *pool->workers);
    pool->threads = calloc(pool->jobs, sizeof *pool->threads);
    pool->arguments = calloc(pool->jobs, sizeof *pool->arguments);
    pool->sleepers = calloc(pool->jobs, sizeof *pool->sleepers);
    if (sched_getaffinity(0, sizeof pool->allowed, &pool->allowed) != 0)
        CPU_ZERO(&pool->allowed); /* more CPUs than the set has: nobody is ever confined */
    enum fg_status status = FG_OK;
    if (pool->workers == NULL || pool->threads == NULL || pool->arguments == NULL ||
        pool->sleepers == NULL)
        status = fg_fail_memory(error, pool->jobs * sizeof *pool->workers);
    for (unsigned i = 0; status == FG_OK && i < pool->jobs; i++)
        status = fg_worker_init(&pool->workers[i], i, &setup->method, error);
    if (status == FG_OK)
        status = fg_task_queue_create(setup->method.method, pool->jobs, false, &pool->queue, error);
    if (status != FG_OK) {
        threads_close(pool);
        return status;
    }
    *state = pool;
    return FG_OK;
}

/* Creates the threads that are not there yet. */
static enum fg_status start_threads(struct thread_pool *pool, struct fg_error *error) {
    while (pool->thread_count + 1 < pool->jobs) {
        const unsigned next = pool->thread_count;
        pool->sleepers[next].last_cpu = -1;
        pool->arguments[next] = (struct worker_arguments){
            .pool = pool, .worker = &pool->workers[next + 1], .sleeper = &pool->sleepers[next]};
        const int failure =
            pthread_create(&pool->threads[next], NULL, thread_main, &pool->arguments[next]);
        if (failure != 0)
            return fg_fail(error, FG_ERROR_SYSTEM,
                           "thread %u of %u could not be created (%s); try a smaller --jobs",
                           next + 1, pool->jobs, strerror(failure));
        pool->thread_count++;
    }
    return FG_OK;
}

/* The same for the last of the others to finish, which are at tasks of a few microseconds. */
static void await_finish(const struct thread_pool *pool) {
    for (unsigned i = 0; i < YIELDS && atomic_load(&pool->working) > 0; i++)
        sched_yield();
}

/* Has all threads, this one too, work on the queue's tasks until none is left. */
static enum fg_status work_together(struct thread_pool *pool, size_t task_count,
                                    struct fg_error *error) {
    const bool together = task_count > 1 && pool->jobs > 1;
    if (together) {
        const enum fg_status started = start_threads(pool, error);
        if (started != FG_OK)
            return started;
        pthread_mutex_lock(&pool->lock);
        pool->status = FG_OK;
        pool->working = pool->thread_count;
        pool->batch++;
        fg_affinity_before_wake(&pool->allowed, pool->threads, pool->sleepers, pool->thread_count);
        pthread_cond_broadcast(&pool->start);
        pthread_mutex_unlock(&pool->lock);
    }
    enum fg_status status = fg_task_queue_work(pool->queue, &pool->workers[0]);
    if (together) {
        await_finish(pool);
        pthread_mutex_lock(&pool->lock);
        while (pool->working > 0)
            pthread_cond_wait(&pool->finished, &pool->lock);
        if (status == FG_OK)
            status = pool->status;
        pthread_mutex_unlock(&pool->lock);
    }
    return status == FG_OK ? FG_OK : fg_fail(error, status, "%s", fg_strerror(status));
}

static enum fg_status threads_run(void *state, const struct fg_numbers *numbers,
                                  struct fg_results *results, struct fg_error *error) {
    struct thread_pool *const pool = state;
    const size_t task_count = fg_task_queue_fill(pool->queue, numbers);
    const enum fg_status status = work_together(pool, task_count, error);
    return status == FG_OK ? fg_task_queue_gather(pool->queue, results, error) : status;
}

static enum fg_status threads_run_to(void *state, const struct fg_numbers *numbers, size_t first,
                                     fg_consumer *consume, void *context, struct fg_error *error) {
    struct thread_pool *const pool = state;
    const size_t task_count = fg_task_queue_fill(pool->queue, numbers);
    fg_task_queue_consume(pool->queue, first, consume, context);
    const enum fg_status status = work_together(pool, task_count, error);
    return status == FG_OK ? fg_task_queue_outcome(pool->queue, error) : status;
}

const struct fg_backend fg_backend_threads = {
    .name = "threads",
    .summary = "a pool of threads that share out the numbers and their candidates",
    .properties = {.size = sizeof(struct fg_backend_properties), .uses_threads = true},
    .page_values = FG_QUEUE_VALUES,
    .checks_answers = true,
    .open = threads_open,
    .run = threads_run,
    .run_to = threads_run_to,
    .close = threads_close,
    .forget = threads_forget,
};
