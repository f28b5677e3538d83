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

struct crew {
    struct fg_task_queue *queue;
    struct fg_worker *workers; /* jobs entries; 0 is the caller's */
    pthread_t *threads;        /* jobs - 1 entries, of which thread_count run */
    struct seat *seats;        /* what each thread is started with */
    unsigned jobs, thread_count;

    cpu_set_t allowed;               /* the CPUs of the thread that opened the engine */
    struct fg_spread_seat *sleepers; /* jobs - 1 entries, as `threads` */

    pthread_mutex_t lock;
    pthread_cond_t start, finished;
    atomic_uint batch;     /* counts up: a thread works once for every value */
    atomic_uint working;   /* threads that have not finished the current batch */
    enum fg_status status; /* the first failure among them */
    bool leaving;
};

struct seat {
    struct crew *crew;
    struct fg_worker *worker;
    struct fg_spread_seat *sleeper;
};

/* Waits a little for a change without sleeping: between the batches of a stream there is only the
 * time to cut the next one, and to be woken takes longer. Yields, so that who has work goes on. */
static void await_change(const atomic_uint *value, unsigned from) {
    for (unsigned i = 0; i < YIELDS && atomic_load(value) == from; i++)
        sched_yield();
}

static void *thread_main(void *argument) {
    const struct seat *const seat = argument;
    struct crew *const crew = seat->crew;
    unsigned seen = 0;
    pthread_mutex_lock(&crew->lock);
    for (;;) {
        pthread_mutex_unlock(&crew->lock);
        await_change(&crew->batch, seen);
        pthread_mutex_lock(&crew->lock);
        fg_spread_before_sleep(seat->sleeper);
        while (crew->batch == seen && !crew->leaving)
            pthread_cond_wait(&crew->start, &crew->lock);
        fg_spread_let_go(&crew->allowed, seat->sleeper);
        if (crew->leaving)
            break;
        seen = crew->batch;
        pthread_mutex_unlock(&crew->lock);
        const enum fg_status status = fg_task_queue_work(crew->queue, seat->worker);
        pthread_mutex_lock(&crew->lock);
        if (crew->status == FG_OK)
            crew->status = status;
        if (--crew->working == 0)
            pthread_cond_signal(&crew->finished);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

static void free_crew(struct crew *crew) {
    for (unsigned i = 0; i < crew->jobs && crew->workers != NULL; i++)
        fg_worker_free(&crew->workers[i]);
    fg_task_queue_destroy(crew->queue);
    free(crew->workers);
    free(crew->threads);
    free(crew->seats);
    free(crew->sleepers);
    free(crew);
}

static void threads_close(void *state) {
    struct crew *const crew = state;
    pthread_mutex_lock(&crew->lock);
    crew->leaving = true;
    crew->batch++; /* for those that do not sleep yet */
    pthread_cond_broadcast(&crew->start);
    pthread_mutex_unlock(&crew->lock);
    for (unsigned i = 0; i < crew->thread_count; i++)
        pthread_join(crew->threads[i], NULL);
    pthread_cond_destroy(&crew->start);
    pthread_cond_destroy(&crew->finished);
    pthread_mutex_destroy(&crew->lock);
    free_crew(crew);
}

/* In a forked child there are no threads to join, and the lock may be held for ever. */
static void threads_forget(void *state) {
    free_crew(state);
}

static enum fg_status threads_open(const struct fg_setup *setup, void **state,
                                   struct fg_error *error) {
    struct crew *const crew = calloc(1, sizeof *crew);
    if (crew == NULL)
        return fg_fail_memory(error, sizeof *crew);
    crew->jobs = setup->jobs;
    pthread_mutex_init(&crew->lock, NULL); /* with default attributes these cannot fail on Linux */
    pthread_cond_init(&crew->start, NULL);
    pthread_cond_init(&crew->finished, NULL);

    crew->workers = calloc(crew->jobs, sizeof *crew->workers);
    crew->threads = calloc(crew->jobs, sizeof *crew->threads);
    crew->seats = calloc(crew->jobs, sizeof *crew->seats);
    crew->sleepers = calloc(crew->jobs, sizeof *crew->sleepers);
    if (sched_getaffinity(0, sizeof crew->allowed, &crew->allowed) != 0)
        CPU_ZERO(&crew->allowed); /* more CPUs than the set has: nobody is ever confined */
    enum fg_status status = FG_OK;
    if (crew->workers == NULL || crew->threads == NULL || crew->seats == NULL ||
        crew->sleepers == NULL)
        status = fg_fail_memory(error, crew->jobs * sizeof *crew->workers);
    for (unsigned i = 0; status == FG_OK && i < crew->jobs; i++)
        status = fg_worker_init(&crew->workers[i], i, &setup->method, error);
    if (status == FG_OK)
        status = fg_task_queue_create(setup->method.method, crew->jobs, false, &crew->queue, error);
    if (status != FG_OK) {
        threads_close(crew);
        return status;
    }
    *state = crew;
    return FG_OK;
}

/* Creates the threads that are not there yet. */
static enum fg_status start_threads(struct crew *crew, struct fg_error *error) {
    while (crew->thread_count + 1 < crew->jobs) {
        const unsigned next = crew->thread_count;
        crew->sleepers[next].last_cpu = -1;
        crew->seats[next] = (struct seat){
            .crew = crew, .worker = &crew->workers[next + 1], .sleeper = &crew->sleepers[next]};
        const int failure =
            pthread_create(&crew->threads[next], NULL, thread_main, &crew->seats[next]);
        if (failure != 0)
            return fg_fail(error, FG_ERROR_SYSTEM,
                           "thread %u of %u could not be created (%s); try a smaller --jobs",
                           next + 1, crew->jobs, strerror(failure));
        crew->thread_count++;
    }
    return FG_OK;
}

/* The same for the last of the others to finish, which are at tasks of a few microseconds. */
static void await_finish(const struct crew *crew) {
    for (unsigned i = 0; i < YIELDS && atomic_load(&crew->working) > 0; i++)
        sched_yield();
}

/* Has all threads, this one too, work on the queue's tasks until none is left. */
static enum fg_status work_together(struct crew *crew, size_t task_count, struct fg_error *error) {
    const bool together = task_count > 1 && crew->jobs > 1;
    if (together) {
        const enum fg_status started = start_threads(crew, error);
        if (started != FG_OK)
            return started;
        pthread_mutex_lock(&crew->lock);
        crew->status = FG_OK;
        crew->working = crew->thread_count;
        crew->batch++;
        fg_spread_before_wake(&crew->allowed, crew->threads, crew->sleepers, crew->thread_count);
        pthread_cond_broadcast(&crew->start);
        pthread_mutex_unlock(&crew->lock);
    }
    enum fg_status status = fg_task_queue_work(crew->queue, &crew->workers[0]);
    if (together) {
        await_finish(crew);
        pthread_mutex_lock(&crew->lock);
        while (crew->working > 0)
            pthread_cond_wait(&crew->finished, &crew->lock);
        if (status == FG_OK)
            status = crew->status;
        pthread_mutex_unlock(&crew->lock);
    }
    return status == FG_OK ? FG_OK : fg_fail(error, status, "%s", fg_strerror(status));
}

static enum fg_status threads_run(void *state, const struct fg_numbers *numbers,
                                  struct fg_results *results, struct fg_error *error) {
    struct crew *const crew = state;
    const size_t task_count = fg_task_queue_fill(crew->queue, numbers);
    const enum fg_status status = work_together(crew, task_count, error);
    return status == FG_OK ? fg_task_queue_gather(crew->queue, results, error) : status;
}

static enum fg_status threads_run_to(void *state, const struct fg_numbers *numbers, size_t first,
                                     fg_consumer *consume, void *context, struct fg_error *error) {
    struct crew *const crew = state;
    const size_t task_count = fg_task_queue_fill(crew->queue, numbers);
    fg_task_queue_consume(crew->queue, first, consume, context);
    const enum fg_status status = work_together(crew, task_count, error);
    return status == FG_OK ? fg_task_queue_outcome(crew->queue, error) : status;
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
