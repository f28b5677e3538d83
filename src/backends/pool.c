/* SPDX-License-Identifier: MIT */
/*
 * pool.c: a fixed pool of forked workers pulling numbers from a shared queue, the experiment's
 * third program.
 *
 * The workers are forked when the engine opens and live until it closes. For each batch the parent
 * sends every worker one byte, and a worker sends one back when it finds the queue empty. A worker
 * that dies is replaced, and its task is tried once more.
 */
#include "backends/backend.h"
#include "backends/certificate_box.h"
#include "backends/child.h"
#include "backends/task_queue.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pool {
    struct fg_task_queue *queue;             /* shared with the workers */
    atomic_bool *stop;                       /* the same: set when they are to end */
    struct fg_certificate_box *certificates; /* the same */
    struct fg_worker_cpus *cpus;             /* the same */
    struct fg_method_setup setup;
    unsigned jobs;
    struct fg_child *children; /* jobs entries */
    struct pollfd *polled;     /* jobs entries; -1: this worker has finished the batch */
};

static bool read_byte(int socket, char *byte) {
    ssize_t got;
    do
        got = read(socket, byte, 1);
    while (got < 0 && errno == EINTR);
    return got == 1;
}

/* The whole life of a worker. A failure (out of memory) ends it; the parent sees a death. Its
 * buffers are allocated here and not before the fork, or every worker would carry those of all. */
static _Noreturn void worker_main(struct pool *pool, unsigned index) {
    struct fg_method_setup setup = pool->setup;
    setup.cancelled = pool->stop; /* the batch's own flag is the parent's, which kills workers */
    fg_certificate_box_attach(pool->certificates, &setup);
    struct fg_worker worker;
    if (fg_worker_init(&worker, index, &setup, NULL) != FG_OK)
        _exit(1);
    worker.cpus = pool->cpus;
    for (unsigned i = 0; i < pool->jobs; i++) /* the parent's ends, inherited */
        if (i != index && pool->children[i].socket >= 0)
            close(pool->children[i].socket);
    const int socket = pool->children[index].socket;
    char byte;
    while (read_byte(socket, &byte)) {
        if (fg_task_queue_work(pool->queue, &worker) != FG_OK)
            _exit(1);
        if (send(socket, &byte, 1, MSG_NOSIGNAL) != 1)
            break;
    }
    _exit(0);
}

static enum fg_status start_worker(struct pool *pool, unsigned index, struct fg_error *error) {
    enum fg_role role;
    int error_number;
    const enum fg_status status =
        fg_child_fork(&pool->children[index], &role, &error_number, error);
    if (status == FG_OK && role == FG_ROLE_CHILD)
        worker_main(pool, index);
    return status;
}

static void free_pool(struct pool *pool) {
    fg_task_queue_destroy(pool->queue);
    fg_certificate_box_destroy(pool->certificates);
    fg_child_stop_destroy(pool->stop);
    fg_worker_cpus_destroy(pool->cpus);
    free(pool->children);
    free(pool->polled);
    free(pool);
}

static void pool_close(void *state) {
    struct pool *const pool = state;
    if (pool->stop != NULL)
        atomic_store(pool->stop, true);
    for (unsigned i = 0; pool->children != NULL && i < pool->jobs; i++) {
        char how[64];
        fg_child_reap(&pool->children[i], true, how, sizeof how);
    }
    free_pool(pool);
}

/* The workers are the parent's children and go on with their work. */
static void pool_forget(void *state) {
    struct pool *const pool = state;
    for (unsigned i = 0; i < pool->jobs; i++)
        if (pool->children[i].socket >= 0)
            close(pool->children[i].socket);
    free_pool(pool);
}

static enum fg_status pool_open(const struct fg_setup *setup, void **state,
                                struct fg_error *error) {
    struct pool *const pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return fg_fail_memory(error, sizeof *pool);
    pool->setup = setup->method;
    pool->jobs = setup->jobs;
    pool->children = calloc(pool->jobs, sizeof *pool->children);
    pool->polled = calloc(pool->jobs, sizeof *pool->polled);
    if (pool->children == NULL || pool->polled == NULL) {
        pool_close(pool);
        return fg_fail_memory(error, setup->jobs * sizeof *pool->polled);
    }
    for (unsigned i = 0; i < pool->jobs; i++)
        pool->children[i] = fg_child_none;
    pool->stop = fg_child_stop_create(error);
    enum fg_status status = pool->stop != NULL ? FG_OK : FG_ERROR_MEMORY;
    if (status == FG_OK)
        status = fg_task_queue_create(setup->method.method, pool->jobs, true, &pool->queue, error);
    if (status == FG_OK)
        fg_task_queue_gathers(pool->queue, setup->method.answer);
    if (status == FG_OK)
        status = fg_certificate_box_create(&setup->method, &pool->certificates, error);
    if (status == FG_OK)
        status = fg_worker_cpus_create(pool->jobs, &pool->cpus, error);
    /* Forks now and not with the first batch: by then the program may have threads, and a child of
     * a process with threads can find any lock taken for ever. */
    for (unsigned i = 0; i < pool->jobs && status == FG_OK; i++)
        status = start_worker(pool, i, error);
    if (status != FG_OK) {
        pool_close(pool);
        return status;
    }
    *state = pool;
    return FG_OK;
}

/* Reaps a worker that a call for its socket has failed for, or that has closed it. */
static enum fg_status reap_worker(struct pool *pool, unsigned index, bool has_closed, char how[64],
                                  struct fg_error *error) {
    struct fg_child *const child = &pool->children[index];
    fg_worker_cpus_rest(pool->cpus, index);
    const bool alive = !has_closed && !fg_child_has_ended(child);
    if (!fg_child_reap(child, alive, how, 64))
        return fg_fail(error, FG_ERROR_WORKER_DIED,
                       "a worker process does not answer and %s; try --backend=threads", how);
    return FG_OK;
}

/* Sends a worker to the queue. Replaces it first if it died while it had nothing to do. */
static enum fg_status send_to_work(struct pool *pool, unsigned index, struct fg_error *error) {
    if (pool->children[index].pid == 0) {
        FG_TRY(start_worker(pool, index, error));
    }
    for (int attempt = 0;; attempt++) {
        const char byte = 0;
        if (send(pool->children[index].socket, &byte, 1, MSG_NOSIGNAL) == 1) {
            pool->polled[index] =
                (struct pollfd){.fd = pool->children[index].socket, .events = POLLIN};
            return FG_OK;
        }
        const int why = errno;
        char how[64];
        FG_TRY(reap_worker(pool, index, why == EPIPE || why == ECONNRESET, how, error));
        if (attempt == 1)
            return fg_fail(error, FG_ERROR_WORKER_DIED,
                           "a new worker process could not be sent to work (%s; %s); try "
                           "--backend=threads",
                           strerror(why), how);
        FG_TRY(start_worker(pool, index, error));
    }
}

/* Handles a worker that has sent its byte or has died. If it died, its task is given back and it is
 * replaced. */
static enum fg_status hear_worker(struct pool *pool, unsigned index, unsigned *working,
                                  struct fg_error *error) {
    char byte;
    const ssize_t got = recv(pool->children[index].socket, &byte, 1, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR)
        return FG_OK;
    if (got == 1) {
        pool->polled[index].fd = -1;
        --*working;
        return FG_OK;
    }
    const int why = got == 0 ? ECONNRESET : errno;
    char how[64];
    FG_TRY(reap_worker(pool, index, why == ECONNRESET, how, error));
    if (why != ECONNRESET && why != EAGAIN)
        snprintf(how, sizeof how, "it was not heard: %s", strerror(why));
    FG_TRY(fg_task_queue_abandon(pool->queue, index, how, error));
    FG_TRY(start_worker(pool, index, error));
    return send_to_work(pool, index, error);
}

static enum fg_status hear_workers(struct pool *pool, unsigned *working, struct fg_error *error) {
    const int ready = poll(pool->polled, pool->jobs, FG_POLL_MS);
    if (ready < 0)
        return errno == EINTR
                   ? FG_OK
                   : fg_fail(error, FG_ERROR_SYSTEM,
                             "waiting for worker processes failed (%s); try --backend=threads",
                             strerror(errno));
    for (unsigned i = 0; i < pool->jobs; i++) {
        if (pool->polled[i].fd < 0)
            continue;
        const bool heard =
            ready > 0 ? pool->polled[i].revents != 0 : fg_child_has_ended(&pool->children[i]);
        if (!heard)
            continue;
        FG_TRY(hear_worker(pool, i, working, error));
    }
    return FG_OK;
}

static enum fg_status pool_run(void *state, const struct fg_numbers *numbers,
                               struct fg_results *results, struct fg_error *error) {
    struct pool *const pool = state;
    const size_t task_count = fg_task_queue_fill(pool->queue, numbers, NULL);
    unsigned working = 0;
    for (unsigned i = 0; i < pool->jobs; i++)
        pool->polled[i].fd = -1;
    for (unsigned i = 0; i < pool->jobs && i < task_count; i++, working++)
        FG_TRY(send_to_work(pool, i, error));
    while (working > 0) {
        if (atomic_load(pool->setup.cancelled))
            return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
        FG_TRY(hear_workers(pool, &working, error));
    }
    fg_certificate_box_empty(pool->certificates, &pool->setup);
    return fg_task_queue_gather(pool->queue, results, error);
}

const struct fg_backend fg_backend_pool = {
    .name = "pool",
    .summary = "a fixed pool of worker processes pulling numbers",
    .properties = {.size = sizeof(struct fg_backend_properties), .uses_processes = true},
    .page_values = FG_QUEUE_VALUES,
    .checks_answers = true,
    .open = pool_open,
    .run = pool_run,
    .close = pool_close,
    .forget = pool_forget,
};
