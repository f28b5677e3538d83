/* SPDX-License-Identifier: MIT */
/*
 * threads.c: a pool of POSIX threads that take tasks, usually the fastest backend on a CPU.
 *
 * The calling thread works too, so `jobs` threads compute and jobs - 1 are created, when the first
 * batch arrives that is large enough. Between batches these helpers sleep, each on a condition
 * variable of its own.
 *
 * A batch that is done before another thread could help is answered by the caller alone, as in
 * `serial`. In a larger batch the caller waits for the tasks that helpers have taken, never for the
 * helpers themselves: a helper that comes late finds the queue closed and goes back to sleep.
 */
#include "backends/backend.h"
#include "backends/cpu_affinity.h"
#include "backends/task_queue.h"
#include "methods/method.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Times that a helper yields and polls for the next batch before it sleeps. That takes some 50 us
 * if nothing else wants the CPU: 1 .. 10^6 with two jobs then takes 0.975 of the time, and no less
 * with four times as many. */
#define YIELDS 100
/* Time for which the caller polls for the end of the helpers' tasks before it sleeps. It does not
 * yield: a busy loop of another program would then have the CPU for milliseconds. */
#define FG_SPIN_NS 50e3

/* A batch that takes one thread less than this is answered by the caller alone. It is ten times the
 * waker's cost of waking a sleeping thread: 10 us on a busy virtual machine, after 1 ms of sleep.
 */
#define FG_SHARED_NS 100e3
/* For a brief method, a batch of fewer numbers than this is also answered by the caller alone,
 * because the method works on many numbers side by side: 30 random 64-bit numbers take 1.8 times
 * the CPU time in two halves, 100 take 1.4 times. */
#define FG_SHARED_NUMBERS 64
/* The limit for numbers of two words, each of which takes far longer. */
#define FG_SHARED_WIDE_NUMBERS 8
/* One number below this is answered by the caller alone: its units of work are fewer, and take less
 * than FG_SHARED_NS at any pace. */
#define FG_SMALL_NUMBER 32768
/* Sleeping threads that each waker wakes; the woken threads wake the next ones. */
#define FG_WAKES_EACH 2
/* The time of one thread for a unit of cost: the min (64-bit primes by `factor` with AVX-512:
 * 0.006), the max (three 64-bit semiprimes: 1.2; by `trial` without vectors: 0.9), and what is
 * assumed before a batch was measured (random 64-bit numbers: 0.03). */
#define FG_PACE_MIN_NS 0.005
#define FG_PACE_MAX_NS 1.6
#define FG_PACE_FIRST_NS 0.03
/* The max factor by which the measured pace grows from one batch to the next. */
#define FG_PACE_GROWTH 4

struct helper;

struct thread_pool {
    struct fg_task_queue *queue;
    struct fg_worker *workers; /* jobs entries; 0 is the caller's */
    struct helper *helpers;    /* jobs - 1 entries, of which helper_count have a thread */
    unsigned jobs, helper_count;
    cpu_set_t allowed;     /* the CPUs of the thread that opened the engine */
    size_t shared_numbers; /* the caller answers smaller batches alone */
    double pace_ns;        /* time for a unit of cost in the last batch that was measured */

    pthread_mutex_t lock;
    atomic_uint batch; /* counts up: a helper looks for tasks once for each value */
    bool leaving;
    /* The batch's helpers, at most jobs - 1: first those that were awake. Those from next_wake on
     * have not been woken yet. */
    struct helper **called;
    struct fg_affinity_thread **called_affinity;
    unsigned next_wake, called_count;

    pthread_cond_t finished;
    atomic_size_t done;    /* tasks of the batch that have ended, failed ones too */
    atomic_size_t awaited; /* the value of `done` that the caller sleeps for; SIZE_MAX while it does
                              not sleep */
    atomic_int status;     /* enum fg_status: the first failure of a task */
};

struct helper {
    struct thread_pool *pool;
    struct fg_worker *worker;
    struct fg_affinity_thread affinity;
    pthread_cond_t wake;
    bool asleep; /* or new and not at work yet; and no thread has woken it */
};

static double now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Wakes the next of the called helpers, if there are tasks for them. The lock is held. */
static void wake_next(struct thread_pool *pool) {
    if (fg_task_queue_left(pool->queue) == 0)
        return;
    for (unsigned woken = 0; woken < FG_WAKES_EACH && pool->next_wake < pool->called_count;) {
        struct helper *const helper = pool->called[pool->next_wake++];
        if (!helper->asleep)
            continue;
        helper->asleep = false;
        fg_affinity_before_wake(&helper->affinity);
        pthread_cond_signal(&helper->wake);
        woken++;
    }
}

/* Counts a task as done, and wakes the caller if it waits for this one. */
static void count_done(struct thread_pool *pool) {
    const size_t done = atomic_fetch_add(&pool->done, 1) + 1;
    if (done != atomic_load(&pool->awaited))
        return;
    pthread_mutex_lock(&pool->lock);
    pthread_cond_signal(&pool->finished);
    pthread_mutex_unlock(&pool->lock);
}

/* Answers tasks until none is left. Returns how many. */
static size_t work(struct thread_pool *pool, struct fg_worker *worker) {
    struct fg_task *task;
    size_t answered = 0;
    while ((task = fg_task_queue_take(pool->queue, worker)) != NULL) {
        const enum fg_status status = fg_task_queue_answer(pool->queue, task, worker);
        int none = FG_OK;
        if (status != FG_OK) {
            atomic_compare_exchange_strong(&pool->status, &none, (int)status);
            fg_task_queue_close(pool->queue); /* the other tasks would be answered in vain */
        }
        count_done(pool);
        answered++;
    }
    return answered;
}

/* Waits a little for a batch without sleeping: the gap between two batches of a stream is shorter
 * than a wake-up. Yields, so that threads with work go on. */
static void await_batch(const struct thread_pool *pool, unsigned seen) {
    for (unsigned i = 0; i < YIELDS && atomic_load(&pool->batch) == seen; i++)
        sched_yield();
}

/* Sleeps until there is a batch after the one that was seen, then wakes more helpers for it. False
 * if the pool is closed. */
static bool sleep_until_called(struct helper *mine, unsigned *seen) {
    struct thread_pool *const pool = mine->pool;
    pthread_mutex_lock(&pool->lock);
    if (pool->batch == *seen && !pool->leaving) {
        fg_affinity_before_sleep(&mine->affinity);
        while (pool->batch == *seen && !pool->leaving) {
            mine->asleep = true; /* after a wake-up that was not for a new batch, too */
            pthread_cond_wait(&mine->wake, &pool->lock);
        }
    }
    mine->asleep = false;
    fg_affinity_let_go(&pool->allowed, &mine->affinity);
    *seen = pool->batch;
    const bool called = !pool->leaving;
    if (called)
        wake_next(pool);
    pthread_mutex_unlock(&pool->lock);
    return called;
}

static void *thread_main(void *argument) {
    struct helper *const mine = argument;
    unsigned seen = 0;
    for (;;) {
        await_batch(mine->pool, seen);
        if (!sleep_until_called(mine, &seen))
            return NULL;
        work(mine->pool, mine->worker);
    }
}

static void free_pool(struct thread_pool *pool) {
    for (unsigned i = 0; i < pool->jobs && pool->workers != NULL; i++)
        fg_worker_free(&pool->workers[i]);
    fg_task_queue_destroy(pool->queue);
    free(pool->workers);
    free(pool->helpers);
    free(pool->called);
    free(pool->called_affinity);
    free(pool);
}

static void threads_close(void *state) {
    struct thread_pool *const pool = state;
    pthread_mutex_lock(&pool->lock);
    pool->leaving = true;
    pool->batch++; /* for helpers that do not sleep yet */
    for (unsigned i = 0; i < pool->helper_count; i++)
        pthread_cond_signal(&pool->helpers[i].wake);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->helper_count; i++) {
        pthread_join(pool->helpers[i].affinity.thread, NULL);
        pthread_cond_destroy(&pool->helpers[i].wake);
    }
    pthread_cond_destroy(&pool->finished);
    pthread_mutex_destroy(&pool->lock);
    free_pool(pool);
}

/* Frees the pool in a forked child, where no thread can be joined and the lock may be held for
 * ever. */
static void threads_forget(void *state) {
    free_pool(state);
}

static enum fg_status threads_open(const struct fg_setup *setup, void **state,
                                   struct fg_error *error) {
    struct thread_pool *const pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return fg_fail_memory(error, sizeof *pool);
    pool->jobs = setup->jobs;
    pool->pace_ns = FG_PACE_FIRST_NS;
    pool->shared_numbers = fg_method_engine(setup->method.method)->brief ? FG_SHARED_NUMBERS : 1;
    pthread_mutex_init(&pool->lock, NULL); /* with default attributes these cannot fail on Linux */
    pthread_cond_init(&pool->finished, NULL);

    pool->workers = calloc(pool->jobs, sizeof *pool->workers);
    pool->helpers = calloc(pool->jobs, sizeof *pool->helpers);
    pool->called = calloc(pool->jobs, sizeof(struct helper *));
    pool->called_affinity = calloc(pool->jobs, sizeof(struct fg_affinity_thread *));
    if (sched_getaffinity(0, sizeof pool->allowed, &pool->allowed) != 0)
        CPU_ZERO(&pool->allowed); /* more CPUs than the set has: no thread is ever confined */
    enum fg_status status = FG_OK;
    if (pool->workers == NULL || pool->helpers == NULL || pool->called == NULL ||
        pool->called_affinity == NULL)
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

/* Creates threads until this many helpers have one. First empties the list of helpers to wake: it
 * is that of an earlier batch, and a new thread may read it before this batch has a list. */
static enum fg_status start_threads(struct thread_pool *pool, unsigned count,
                                    struct fg_error *error) {
    pthread_mutex_lock(&pool->lock);
    pool->next_wake = pool->called_count = 0;
    pthread_mutex_unlock(&pool->lock);
    while (pool->helper_count < count) {
        const unsigned next = pool->helper_count;
        struct helper *const helper = &pool->helpers[next];
        *helper = (struct helper){.pool = pool,
                                  .worker = &pool->workers[next + 1],
                                  .affinity = {.last_cpu = -1},
                                  .asleep = true};
        pthread_cond_init(&helper->wake, NULL);
        const int failure = pthread_create(&helper->affinity.thread, NULL, thread_main, helper);
        if (failure != 0)
            return fg_fail(error, FG_ERROR_SYSTEM,
                           "thread %u of %u could not be created (%s); try a smaller --jobs",
                           next + 1, pool->jobs, strerror(failure));
        pool->helper_count++;
    }
    return FG_OK;
}

/* Lists `count` helpers as called, those that are awake first. Returns how many are awake. */
static unsigned list_called(struct thread_pool *pool, unsigned count) {
    unsigned listed = 0, awake = 0;
    for (int asleep = 0; asleep <= 1; asleep++) {
        for (unsigned i = 0; i < pool->helper_count && listed < count; i++)
            if (pool->helpers[i].asleep == asleep)
                pool->called[listed++] = &pool->helpers[i];
        awake = asleep ? awake : listed;
    }
    for (unsigned i = 0; i < listed; i++)
        pool->called_affinity[i] = &pool->called[i]->affinity;
    pool->called_count = listed;
    return awake;
}

/* Calls a helper for each task except the caller's first, at most all helpers. */
static enum fg_status call_helpers(struct thread_pool *pool, size_t task_count,
                                   struct fg_error *error) {
    const unsigned count = task_count < pool->jobs ? (unsigned)task_count - 1 : pool->jobs - 1;
    if (pool->helper_count < count)
        FG_TRY(start_threads(pool, count, error));
    pthread_mutex_lock(&pool->lock);
    pool->next_wake = list_called(pool, count);
    fg_affinity_plan(&pool->allowed, pool->called_affinity, pool->next_wake, pool->called_count);
    pool->batch++;
    wake_next(pool);
    pthread_mutex_unlock(&pool->lock);
    return FG_OK;
}

/* Waits until `taken` tasks are done. Helpers are working on them; a task takes a few microseconds.
 */
static void await_done(struct thread_pool *pool, size_t taken) {
    const double until_ns = now_ns() + FG_SPIN_NS;
    while (atomic_load(&pool->done) < taken && now_ns() < until_ns)
        ;
    if (atomic_load(&pool->done) == taken)
        return;
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->awaited, taken);
    while (atomic_load(&pool->done) < taken)
        pthread_cond_wait(&pool->finished, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

/* Notes the time of a unit of cost. The bounds limit the harm of one batch during which something
 * else had the CPU. */
static void set_pace(struct thread_pool *pool, double cost, double elapsed_ns) {
    const double most_ns = fmin(FG_PACE_GROWTH * pool->pace_ns, FG_PACE_MAX_NS);
    pool->pace_ns = fmax(FG_PACE_MIN_NS, fmin(elapsed_ns / cost, most_ns));
}

/* Recognises the shortest batch, whose cost would take a tenth of its time to estimate. */
static bool is_one_small_number(const struct fg_numbers *numbers) {
    return numbers->count == 1 && numbers->words == 1 && numbers->kind == FG_NUMBERS_LIST &&
           numbers->list[0] < FG_SMALL_NUMBER;
}

/* Estimates the cost of the numbers. Returns whether it is worth waking helpers for them. Sets
 * *cost to their cost or an upper bound of it. It is 0 if their time need not be measured, because
 * at any pace the decision would be the same. */
static bool is_shared(const struct thread_pool *pool, const struct fg_numbers *numbers,
                      double *cost) {
    const double surely = FG_SHARED_NS / FG_PACE_MIN_NS;
    *cost = 0;
    if (numbers->count < (numbers->words == 2 ? FG_SHARED_WIDE_NUMBERS : pool->shared_numbers))
        return false;
    if (pool->jobs == 1 || (double)numbers->count * FG_NUMBER_COST >= surely)
        return pool->jobs > 1;
    if (is_one_small_number(numbers))
        return false;
    *cost = fg_task_queue_cost_bound(pool->queue, numbers);
    if (*cost * pool->pace_ns >= FG_SHARED_NS)
        *cost = fg_task_queue_cost(pool->queue, numbers, surely);
    const bool shared = *cost * pool->pace_ns >= FG_SHARED_NS;
    if (*cost >= surely || *cost * FG_PACE_MAX_NS < FG_SHARED_NS)
        *cost = 0;
    return shared;
}

/* Resets the counts for a new batch, before the queue is filled: a late helper may take a task at
 * once. */
static void begin_batch(struct thread_pool *pool) {
    atomic_store(&pool->done, 0);
    atomic_store(&pool->awaited, SIZE_MAX);
    atomic_store(&pool->status, FG_OK);
}

/* Works on the queue's tasks until none is left, together with as many helpers as are useful. */
static enum fg_status work_together(struct thread_pool *pool, size_t task_count, double cost,
                                    struct fg_error *error) {
    enum fg_status called = FG_OK;
    if (task_count > 1 && pool->jobs > 1)
        called = call_helpers(pool, task_count, error);
    if (called == FG_OK) {
        const bool measured = cost > 0;
        const double begin_ns = measured ? now_ns() : 0;
        const size_t answered = work(pool, &pool->workers[0]);
        if (measured && answered > 0)
            set_pace(pool, cost * (double)answered / (double)task_count, now_ns() - begin_ns);
    }
    await_done(pool, fg_task_queue_close(pool->queue));
    if (called != FG_OK)
        return called;
    const enum fg_status status = (enum fg_status)atomic_load(&pool->status);
    return status == FG_OK ? FG_OK : fg_fail(error, status, "%s", fg_strerror(status));
}

/* Answers the numbers in this thread. */
static enum fg_status work_alone(struct thread_pool *pool, const struct fg_numbers *numbers,
                                 double cost, struct fg_results *results, struct fg_error *error) {
    const bool measured = cost > 0;
    const double begin_ns = measured ? now_ns() : 0;
    const size_t before = results->count;
    FG_TRY(fg_cpu_worker_run(&pool->workers[0].cpu, numbers, FG_QUEUE_VALUES / numbers->words,
                             results, error));
    if (measured)
        set_pace(pool, cost * (double)(results->count - before) / (double)numbers->count,
                 now_ns() - begin_ns);
    return FG_OK;
}

static enum fg_status threads_run(void *state, const struct fg_numbers *numbers,
                                  struct fg_results *results, struct fg_error *error) {
    struct thread_pool *const pool = state;
    double cost;
    if (!is_shared(pool, numbers, &cost))
        return work_alone(pool, numbers, cost, results, error);
    begin_batch(pool);
    const size_t task_count = fg_task_queue_fill(pool->queue, numbers, NULL);
    FG_TRY(work_together(pool, task_count, cost, error));
    return fg_task_queue_gather(pool->queue, results, error);
}

/* Lets the workers answer the numbers for the consumer. */
static enum fg_status work_for(struct thread_pool *pool, const struct fg_numbers *numbers,
                               const struct fg_task_consumer *consumer, struct fg_error *error) {
    double cost;
    size_t task_count = 1;
    begin_batch(pool);
    if (is_shared(pool, numbers, &cost) || pool->jobs == 1)
        task_count = fg_task_queue_fill(pool->queue, numbers, consumer);
    else /* for one thread, one task takes less time than several */
        fg_task_queue_fill_whole(pool->queue, numbers, consumer);
    FG_TRY(work_together(pool, task_count, cost, error));
    return fg_task_queue_outcome(pool->queue, error);
}

static enum fg_status threads_run_to(void *state, const struct fg_numbers *numbers, size_t first,
                                     fg_consumer *consume, void *context, struct fg_error *error) {
    const struct fg_task_consumer consumer = {
        .first = first, .consume = consume, .context = context};
    return work_for(state, numbers, &consumer, error);
}

static enum fg_status threads_columns(void *state, const struct fg_numbers *range,
                                      const struct fg_column_request *requests,
                                      size_t request_count, size_t at, struct fg_error *error) {
    const struct fg_task_consumer consumer = {
        .first = at, .requests = requests, .request_count = request_count};
    return work_for(state, range, &consumer, error);
}

static enum fg_status threads_totals(void *state, const struct fg_numbers *range,
                                     struct fg_shared_totals *shared, struct fg_error *error) {
    const struct fg_task_consumer consumer = {.totals = shared};
    return work_for(state, range, &consumer, error);
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
    .run_columns = threads_columns,
    .run_totals = threads_totals,
    .close = threads_close,
    .forget = threads_forget,
};
