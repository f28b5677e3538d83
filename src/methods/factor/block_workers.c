/* SPDX-License-Identifier: MIT */
/*
 * block_workers.c: a list of jobs under one lock, from whose oldest the threads take blocks.
 */
#include "methods/factor/block_workers.h"

#include "gpu/timing.h"
#include <stdlib.h>

/* Numbers whose values are added at once when a block is cut. */
#define GROUP_NUMBERS 32

/* ---- Taking blocks ---- */

/* Cuts the next block of a job that has one. The lock is held. */
static struct fg_block cut_block(struct fg_block_job *job) {
    struct fg_block block = {job->taken, 0, job->taken_values, 0};
    const uint32_t left = job->count - job->taken;
    const uint32_t most = left < job->kind->max_numbers ? left : job->kind->max_numbers;
    if (job->value_counts == NULL)
        block.count = most;
    while (block.count < most && block.value_count < job->kind->max_values) {
        const uint32_t rest = most - block.count;
        const uint32_t group = rest < GROUP_NUMBERS ? rest : GROUP_NUMBERS;
        const uint32_t *const counts = job->value_counts + block.first + block.count;
        for (uint32_t i = 0; i < group; i++)
            block.value_count += counts[i];
        block.count += group;
    }
    job->taken += block.count;
    job->taken_values += block.value_count;
    return block;
}

/* Takes a job without a block to take out of the list. The lock is held. */
static void unlist(struct fg_block_workers *workers, const struct fg_block_job *job) {
    struct fg_block_job **link = &workers->first;
    while (*link != NULL && *link != job)
        link = &(*link)->next;
    if (*link != NULL)
        *link = job->next;
}

/* Leaves no block of a job to take. The lock is held. */
static void end_job(struct fg_block_workers *workers, struct fg_block_job *job) {
    unlist(workers, job);
    job->taken = job->count;
}

/* Takes a block of the oldest job, and returns that job; NULL if there is none. The lock is held.
 */
static struct fg_block_job *take_block(struct fg_block_workers *workers, struct fg_block *block) {
    struct fg_block_job *const job = workers->first;
    if (job == NULL)
        return NULL;
    *block = cut_block(job);
    job->under_way++;
    if (job->taken == job->count)
        unlist(workers, job);
    return job;
}

static bool is_done(const struct fg_block_job *job) {
    return job->taken == job->count && job->under_way == 0;
}

/* Enters the failure of a block. Blocks are taken in order, so that the first of the numbers that
 * fail is in one that was taken. The lock is held. */
static void enter_failure(struct fg_block_workers *workers, struct fg_block_job *job,
                          uint32_t failed_at, enum fg_status status, const struct fg_error *error) {
    if (job->status == FG_OK || failed_at < job->failed_at) {
        job->status = status;
        job->failed_at = failed_at;
        job->error = *error;
    }
    end_job(workers, job);
}

/* Does a block that was taken. The lock is held when it is called and when it returns, and not in
 * between. */
static void do_block(struct fg_block_workers *workers, struct fg_block_job *job,
                     const struct fg_block *block, struct fg_worker_space *space) {
    pthread_mutex_unlock(&workers->lock);
    const uint64_t start = fg_gpu_now_ns();
    uint32_t failed_at = block->first;
    struct fg_error error;
    const enum fg_status status = job->kind->run(job, block, space, &failed_at, &error);
    atomic_fetch_add(&workers->busy_ns, fg_gpu_now_ns() - start);
    pthread_mutex_lock(&workers->lock);
    job->under_way--;
    if (status != FG_OK)
        enter_failure(workers, job, failed_at, status, &error);
    pthread_cond_broadcast(&workers->ended);
    if (is_done(job))
        fg_wakeup_raise(workers->wakeup);
}

/* Takes a block and does it; false if there is none. The lock is held, but for the block's time. */
static bool take_and_do(struct fg_block_workers *workers, struct fg_worker_space *space) {
    struct fg_block block;
    struct fg_block_job *const job = take_block(workers, &block);
    if (job == NULL)
        return false;
    do_block(workers, job, &block, space);
    return true;
}

void fg_block_workers_work(struct fg_block_workers *workers, struct fg_worker_space *space) {
    pthread_mutex_lock(&workers->lock);
    take_and_do(workers, space);
    pthread_mutex_unlock(&workers->lock);
}

bool fg_block_workers_have_work(struct fg_block_workers *workers) {
    pthread_mutex_lock(&workers->lock);
    const bool have = workers->first != NULL;
    pthread_mutex_unlock(&workers->lock);
    return have;
}

bool fg_block_workers_have_helpers(struct fg_block_workers *workers) {
    pthread_mutex_lock(&workers->lock);
    const bool have = workers->helper_count > 0;
    pthread_mutex_unlock(&workers->lock);
    return have;
}

static void *helper_main(void *argument) {
    struct fg_block_helper *const helper = argument;
    struct fg_block_workers *const workers = helper->workers;
    pthread_mutex_lock(&workers->lock);
    while (!workers->leaving)
        if (!take_and_do(workers, &helper->space))
            pthread_cond_wait(&workers->offered, &workers->lock);
    pthread_mutex_unlock(&workers->lock);
    return NULL;
}

/* ---- Jobs ---- */

/* Returns how many threads the job keeps busy, beside the caller if its blocks are short. */
static size_t useful_helpers(const struct fg_block_job *job) {
    const struct fg_block_kind *const kind = job->kind;
    const size_t by_values = job->value_counts != NULL ? job->value_count / kind->max_values : 0;
    return job->count / kind->max_numbers + by_values + (kind->is_long ? 1 : 0);
}

/* Starts threads until there are as many as a job keeps busy. If the system gives no more, those
 * that there are do. The lock is held. */
static void start_helpers(struct fg_block_workers *workers, const struct fg_block_job *job) {
    const size_t useful = useful_helpers(job);
    while (workers->helper_count < workers->helper_limit && workers->helper_count < useful) {
        struct fg_block_helper *const helper = &workers->helpers[workers->helper_count];
        helper->workers = workers;
        if (pthread_create(&helper->thread, NULL, helper_main, helper) != 0)
            workers->helper_limit = workers->helper_count;
        else
            workers->helper_count++;
    }
}

static bool has_one_block(const struct fg_block_job *job) {
    return job->count <= job->kind->max_numbers &&
           (job->value_counts == NULL || job->value_count <= job->kind->max_values);
}

void fg_block_workers_offer(struct fg_block_workers *workers, struct fg_block_job *job) {
    job->taken = job->under_way = job->failed_at = 0;
    job->taken_values = 0;
    job->status = FG_OK;
    job->next = NULL;
    pthread_mutex_lock(&workers->lock);
    struct fg_block_job **link = &workers->first;
    while (*link != NULL)
        link = &(*link)->next;
    *link = job;
    if (job->kind->is_long || !has_one_block(job)) {
        start_helpers(workers, job);
        pthread_cond_broadcast(&workers->offered);
    }
    pthread_mutex_unlock(&workers->lock);
}

bool fg_block_workers_is_done(struct fg_block_workers *workers, const struct fg_block_job *job) {
    pthread_mutex_lock(&workers->lock);
    const bool done = is_done(job);
    pthread_mutex_unlock(&workers->lock);
    return done;
}

enum fg_status fg_block_job_outcome(const struct fg_block_job *job, struct fg_error *error) {
    if (job->status != FG_OK && error != NULL)
        *error = job->error;
    return job->status;
}

void fg_block_workers_withdraw(struct fg_block_workers *workers, struct fg_block_job *job) {
    pthread_mutex_lock(&workers->lock);
    end_job(workers, job);
    while (!is_done(job))
        pthread_cond_wait(&workers->ended, &workers->lock);
    pthread_mutex_unlock(&workers->lock);
}

/* ---- Opening and closing ---- */

void fg_worker_space_release(struct fg_worker_space *space) {
    if (space->memory != NULL)
        space->release(space->memory);
    *space = (struct fg_worker_space){0};
}

enum fg_status fg_block_workers_open(struct fg_block_workers *workers, unsigned helper_limit,
                                     struct fg_wakeup *wakeup, struct fg_error *error) {
    *workers = (struct fg_block_workers){.wakeup = wakeup, .helper_limit = helper_limit};
    if (helper_limit > 0) {
        workers->helpers = calloc(helper_limit, sizeof *workers->helpers);
        if (workers->helpers == NULL)
            return fg_fail_memory(error, helper_limit * sizeof *workers->helpers);
    }
    pthread_mutex_init(&workers->lock, NULL); /* with default attributes these cannot fail */
    pthread_cond_init(&workers->offered, NULL);
    pthread_cond_init(&workers->ended, NULL);
    return FG_OK;
}

void fg_block_workers_close(struct fg_block_workers *workers) {
    pthread_mutex_lock(&workers->lock);
    workers->leaving = true;
    pthread_cond_broadcast(&workers->offered);
    pthread_mutex_unlock(&workers->lock);
    for (unsigned i = 0; i < workers->helper_count; i++)
        pthread_join(workers->helpers[i].thread, NULL);
    pthread_cond_destroy(&workers->offered);
    pthread_cond_destroy(&workers->ended);
    pthread_mutex_destroy(&workers->lock);
    fg_block_workers_forget(workers);
}

void fg_block_workers_forget(struct fg_block_workers *workers) {
    for (unsigned i = 0; i < workers->helper_count; i++)
        fg_worker_space_release(&workers->helpers[i].space);
    free(workers->helpers);
    workers->helpers = NULL;
    workers->helper_count = 0;
}
