/* SPDX-License-Identifier: MIT */
/*
 * wide_factor_cpu.c: numbers of two words tile by tile through the factoring engine for them, and
 * their factorisations as the answers that are asked for.
 */
#include "methods/factor/wide_factor_cpu.h"

#include "algorithms/wide_factorization.h"
#include "batch/answers.h"
#include "methods/factor/wide_answer_lists.h"
#include "methods/factor/wide_factor.h"
#include "methods/factor/wide_work.h"
#include <stdlib.h>
#include <string.h>

_Static_assert(FG_WIDE_DISTINCT == FG_WIDE_MAX_DISTINCT_PRIMES, "the header names the same");
_Static_assert(FG_WIDE_PRIMES == FG_WIDE_MAX_PRIMES, "the header names the same");

struct fg_wide_worker {
    struct fg_wide_answers answers;
    const atomic_bool *cancelled;
    fg_certificate_consumer *take_certificate;
    void *certificate_context;
    struct fg_wide_work *work;
    /* The last tile, of which `appended` numbers have been answered: the others had no room in the
     * results, and will most likely be asked for next. */
    size_t count, appended;
    struct fg_uint128 numbers[FG_WIDE_TILE];
    struct fg_wide_factorization factors[FG_WIDE_TILE];
};

void fg_wide_factor_close(struct fg_wide_worker *worker) {
    if (worker == NULL)
        return;
    fg_wide_answers_close(&worker->answers);
    fg_wide_work_close(worker->work);
    free(worker);
}

enum fg_status fg_wide_factor_open(const struct fg_method_setup *setup,
                                   struct fg_wide_worker **worker, struct fg_error *error) {
    struct fg_wide_worker *const made = malloc(sizeof *made);
    if (made == NULL)
        return fg_fail_memory(error, sizeof *made);
    made->cancelled = setup->cancelled;
    made->take_certificate = setup->take_certificate;
    made->certificate_context = setup->certificate_context;
    made->answers = (struct fg_wide_answers){.walk = NULL};
    made->count = made->appended = 0;
    enum fg_status status = fg_wide_work_open(&made->work, error);
    if (status == FG_OK)
        status = fg_wide_answers_open(&made->answers, setup, error);
    if (status != FG_OK) {
        fg_wide_factor_close(made);
        return status;
    }
    *worker = made;
    return FG_OK;
}

static enum fg_status factor_tile(struct fg_wide_worker *worker, const struct fg_uint128 *numbers,
                                  size_t count, struct fg_error *error) {
    const struct fg_wide_options options = {.smooth_bound =
                                                fg_uint128_of_wide(worker->answers.smooth_bound),
                                            .take_certificate = worker->take_certificate,
                                            .context = worker->certificate_context};
    const enum fg_status status = fg_wide_factor_run_with(worker->work, options, numbers, count,
                                                          worker->cancelled, worker->factors);
    char first[FG_NUMBER_TEXT], last[FG_NUMBER_TEXT];
    if (status == FG_ERROR_CANCELLED)
        return fg_fail(error, status, "cancelled");
    if (status != FG_OK)
        return fg_fail(error, status,
                       "one of the %zu factorisations from %s to %s failed its check", count,
                       fg_number_text(numbers[0], first), fg_number_text(numbers[count - 1], last));
    return FG_OK;
}

/* Makes the first of the numbers the tile: the rest of the last one, whose factorisations are
 * there, or as many as one run takes. */
static enum fg_status next_tile(struct fg_wide_worker *worker, const struct fg_uint128 *numbers,
                                size_t count, struct fg_error *error) {
    const size_t kept = worker->count - worker->appended;
    if (kept > 0 && kept <= count &&
        memcmp(numbers, worker->numbers + worker->appended, kept * sizeof *numbers) == 0)
        return FG_OK;
    const size_t tile = count < FG_WIDE_TILE ? count : FG_WIDE_TILE;
    worker->count = worker->appended = 0;
    FG_TRY(factor_tile(worker, numbers, tile, error));
    memcpy(worker->numbers, numbers, tile * sizeof *numbers);
    worker->count = tile;
    return FG_OK;
}

/* Appends the answers to as many of the tile's numbers as fit *room values, but to one at least if
 * `first`. */
static enum fg_status append_tile(struct fg_wide_worker *worker, bool first, size_t *room,
                                  struct fg_results *results, struct fg_error *error) {
    const size_t from = worker->appended;
    return fg_wide_answers_append(&worker->answers, worker->numbers + from, worker->factors + from,
                                  worker->count - from, first, room, &worker->appended, results,
                                  error);
}

enum fg_status fg_wide_factor_answer(struct fg_wide_worker *worker,
                                     const struct fg_numbers *numbers, size_t value_limit,
                                     struct fg_results *results, struct fg_error *error) {
    const size_t before = results->count;
    size_t room = value_limit;
    for (size_t done = 0; done < numbers->count; done = results->count - before) {
        FG_TRY(next_tile(worker, numbers->wide_list + done, numbers->count - done, error));
        FG_TRY(append_tile(worker, done == 0, &room, results, error));
        if (worker->appended < worker->count)
            break;
    }
    return fg_answers_check_wide(worker->answers.answer, numbers->wide_list, results, before,
                                 worker->answers.smooth_bound != 0, error);
}
