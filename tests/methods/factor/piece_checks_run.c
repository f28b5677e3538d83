/* SPDX-License-Identifier: MIT */
/*
 * piece_checks_run.c: see piece_checks_run.h.
 */
#include "piece_checks_run.h"

#include "batch/results.h"
#include "methods/factor/piece_checks.h"
#include <stdlib.h>
#include <time.h>

struct fg_test_checkers {
    struct fg_wakeup wakeup;
    struct fg_block_workers workers;
};

struct fg_test_checkers *fg_test_checkers_open(unsigned helper_limit) {
    struct fg_test_checkers *const made = calloc(1, sizeof *made);
    fg_wakeup_init(&made->wakeup);
    if (fg_block_workers_open(&made->workers, helper_limit, &made->wakeup, NULL) == FG_OK)
        return made;
    free(made);
    return NULL;
}

void fg_test_checkers_close(struct fg_test_checkers *checkers) {
    fg_block_workers_close(&checkers->workers);
    free(checkers);
}

void fg_test_checkers_forget(struct fg_test_checkers *checkers) {
    fg_block_workers_forget(&checkers->workers);
    free(checkers);
}

unsigned fg_test_checkers_helpers(const struct fg_test_checkers *checkers, unsigned *limit) {
    *limit = checkers->workers.helper_limit;
    return checkers->workers.helper_count;
}

/* Makes `list` of the pieces, each with its place in the results. */
static size_t make_pieces(const struct fg_test_pieces *pieces, struct fg_results *results,
                          struct fg_piece *list) {
    size_t made = 0, begin = 0;
    for (uint32_t first = 0; first < pieces->count; first += pieces->piece) {
        const uint32_t left = pieces->count - first;
        struct fg_piece *const piece = &list[made++];
        *piece = (struct fg_piece){.job = {.kind = &fg_piece_checks,
                                           .value_counts = pieces->value_counts + first,
                                           .count = left < pieces->piece ? left : pieces->piece},
                                   .answer = pieces->answer,
                                   .numbers = pieces->numbers + first,
                                   .values = pieces->values + begin,
                                   .first = first,
                                   .offsets = results->offsets + first + 1,
                                   .place = begin > 0 ? results->values + begin : results->values,
                                   .begin = begin};
        for (uint32_t i = 0; i < piece->job.count; i++)
            piece->job.value_count += piece->job.value_counts[i];
        begin += piece->job.value_count;
    }
    return made;
}

static size_t sum(const struct fg_test_pieces *pieces) {
    size_t values = 0;
    for (uint32_t i = 0; i < pieces->count; i++)
        values += pieces->value_counts[i];
    return values;
}

/* Does what a device's thread does while its job is not done. */
static void await(struct fg_test_checkers *checkers, const struct fg_block_job *job) {
    struct fg_worker_space no_space = {0};
    for (;;) {
        const uint64_t seen = fg_wakeup_count(&checkers->wakeup);
        if (fg_block_workers_is_done(&checkers->workers, job))
            return;
        if (fg_block_workers_have_work(&checkers->workers))
            fg_block_workers_work(&checkers->workers, &no_space);
        else
            fg_wakeup_wait(&checkers->wakeup, seen);
    }
}

enum fg_status fg_test_checkers_run(struct fg_test_checkers *checkers,
                                    const struct fg_test_pieces *pieces, struct fg_results *results,
                                    struct fg_error *error) {
    FG_TRY(fg_results_reserve_run(results, pieces->count, sum(pieces), error));
    struct fg_piece *const list = calloc(pieces->count, sizeof *list);
    const size_t count = make_pieces(pieces, results, list);
    for (size_t i = 0; i < count; i++)
        fg_block_workers_offer(&checkers->workers, &list[i].job);
    enum fg_status status = FG_OK;
    for (size_t i = 0; i < count; i++) {
        await(checkers, &list[i].job);
        if (status == FG_OK)
            status = fg_block_job_outcome(&list[i].job, error);
    }
    free(list);
    results->count = pieces->count;
    return status;
}

static uint32_t count_written(const struct fg_results *results, uint32_t count) {
    uint32_t written = 0;
    for (uint32_t i = 1; i <= count; i++)
        written += results->offsets[i] != SIZE_MAX;
    return written;
}

void fg_test_checkers_withdraw(struct fg_test_checkers *checkers,
                               const struct fg_test_pieces *pieces, unsigned blocks,
                               uint32_t written[2]) {
    struct fg_results results = {0};
    struct fg_worker_space no_space = {0};
    struct fg_piece piece;
    if (fg_results_reserve_run(&results, pieces->count, sum(pieces), NULL) != FG_OK)
        abort();
    for (uint32_t i = 1; i <= pieces->count; i++)
        results.offsets[i] = SIZE_MAX;
    make_pieces(pieces, &results, &piece);
    fg_block_workers_offer(&checkers->workers, &piece.job);
    for (unsigned i = 0; i < blocks; i++)
        fg_block_workers_work(&checkers->workers, &no_space);
    fg_block_workers_withdraw(&checkers->workers, &piece.job);
    written[0] = count_written(&results, pieces->count);
    fg_block_workers_work(&checkers->workers, &no_space);
    const struct timespec moment = {.tv_nsec = 5000000};
    nanosleep(&moment, NULL);
    written[1] = count_written(&results, pieces->count);
    fg_results_free(&results);
}

/* ---- Failures ---- */

struct failing_job {
    struct fg_block_job job;
    struct fg_block_workers *workers;
};

static bool has_failed(struct failing_job *failing) {
    pthread_mutex_lock(&failing->workers->lock);
    const bool failed = failing->job.status != FG_OK;
    pthread_mutex_unlock(&failing->workers->lock);
    return failed;
}

/* Fails, with number 0 when another number has. */
static enum fg_status fail_block(struct fg_block_job *job, const struct fg_block *block,
                                 struct fg_worker_space *space, uint32_t *failed_at,
                                 struct fg_error *error) {
    (void)space;
    (void)failed_at;
    const struct timespec moment = {.tv_nsec = 1000000};
    while (block->first == 0 && !has_failed((struct failing_job *)job))
        nanosleep(&moment, NULL);
    return fg_fail(error, FG_ERROR_SELF_CHECK, "number %u", block->first);
}

static const struct fg_block_kind failing_blocks = {
    .max_numbers = 1, .is_long = true, .run = fail_block};

enum fg_status fg_test_checkers_fail(struct fg_test_checkers *checkers, struct fg_error *error) {
    struct failing_job failing = {.job = {.kind = &failing_blocks, .count = 2},
                                  .workers = &checkers->workers};
    fg_block_workers_offer(&checkers->workers, &failing.job);
    await(checkers, &failing.job);
    return fg_block_job_outcome(&failing.job, error);
}

static unsigned refused_blocks;

static enum fg_status refuse_block(struct fg_block_job *job, const struct fg_block *block,
                                   struct fg_worker_space *space, uint32_t *failed_at,
                                   struct fg_error *error) {
    (void)job;
    (void)space;
    (void)failed_at;
    refused_blocks++;
    return fg_fail(error, FG_ERROR_SELF_CHECK, "number %u", block->first);
}

static const struct fg_block_kind refused_kind = {.max_numbers = 1, .run = refuse_block};

unsigned fg_test_checkers_refuse(struct fg_test_checkers *checkers) {
    struct fg_block_job job = {.kind = &refused_kind, .count = 5};
    refused_blocks = 0;
    fg_block_workers_offer(&checkers->workers, &job);
    await(checkers, &job);
    return refused_blocks;
}
