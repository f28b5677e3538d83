/* SPDX-License-Identifier: MIT */
/*
 * factor_cpu.c: numbers tile by tile through the factoring engine, and their factorisations as the
 * answers that are asked for.
 */
#include "methods/factor/factor_cpu.h"

#include "algorithms/factorization.h"
#include "batch/answers.h"
#include "batch/smooth_answers.h"
#include "methods/factor/factor.h"
#include "methods/factor/factor_work.h"
#include "methods/factor/wide_factor_cpu.h"
#include <stdlib.h>

struct factor_worker {
    struct fg_method_setup setup;
    struct fg_wide_worker *wide; /* NULL until numbers of two words come */
    struct fg_factor_work *work;
    struct fg_factorization factors[FG_FACTOR_TILE];
    uint64_t scratch[FG_MAX_DIVISORS];
};

enum fg_status fg_factor_open(const struct fg_method_setup *setup, void **state,
                              struct fg_error *error) {
    struct factor_worker *const worker = malloc(sizeof *worker);
    if (worker == NULL)
        return fg_fail_memory(error, sizeof *worker);
    worker->setup = *setup;
    worker->wide = NULL;
    const enum fg_status status = fg_factor_work_open(&worker->work, error);
    if (status != FG_OK) {
        free(worker);
        return status;
    }
    *state = worker;
    return FG_OK;
}

void fg_factor_close(void *state) {
    struct factor_worker *const worker = state;
    fg_wide_factor_close(worker->wide);
    fg_factor_work_close(worker->work);
    free(worker);
}

static enum fg_status factor_tile(struct factor_worker *worker, const uint64_t *numbers,
                                  size_t count, struct fg_error *error) {
    const enum fg_status status = fg_factor_run_smooth(
        worker->work, numbers, count, fg_smooth_bound64(worker->setup.smooth_bound),
        worker->setup.cancelled, worker->factors);
    if (status == FG_ERROR_CANCELLED)
        return fg_fail(error, status, "cancelled");
    if (status != FG_OK)
        return fg_fail(error, status,
                       "one of the %zu factorisations from %llu to %llu failed its check", count,
                       (unsigned long long)numbers[0], (unsigned long long)numbers[count - 1]);
    return FG_OK;
}

/*
 * fg_factorization_primes() into FG_FACTORIZATION_PRIMES entries, without unpredictable branches if
 * there are up to four distinct primes, the first with an exponent up to 4, the others up to 2.
 * Each prime is written more often than needed, and the next one overwrites what is too much. An
 * exponent that is too large must not lead out of the list before it is noticed.
 */
static uint32_t write_primes(const struct fg_factorization *factors, uint64_t *list) {
    uint32_t count = 0, unusual = factors->distinct > 4;
    list[2] = list[3] = factors->primes[0];
    for (uint32_t i = 0; i < 4; i++) {
        const uint32_t exponent = factors->exponents[i] & -(uint32_t)(i < factors->distinct);
        unusual |= exponent > (i == 0 ? 4 : 2);
        list[count & 15] = list[(count & 15) + 1] = factors->primes[i];
        count += exponent;
    }
    return unusual == 0 ? count : fg_factorization_primes(factors, list);
}

/* Appends the primes of as many of the tile's numbers as surely fit *room values, but of one at
 * least if `first`. */
static enum fg_status append_primes(const struct factor_worker *worker, size_t count, bool first,
                                    size_t *room, struct fg_results *results, size_t *appended,
                                    struct fg_error *error) {
    FG_TRY(fg_results_reserve_run(results, count, count * FG_FACTORIZATION_PRIMES, error));
    size_t i = 0;
    for (; i < count && (*room >= FG_FACTORIZATION_PRIMES || (first && i == 0)); i++) {
        const uint32_t length = write_primes(&worker->factors[i], fg_results_end(results));
        fg_results_commit(results, length);
        *room -= length < *room ? length : *room;
    }
    *appended = i;
    return FG_OK;
}

static enum fg_status append_divisors(struct factor_worker *worker, size_t count, bool first,
                                      size_t *room, struct fg_results *results, size_t *appended,
                                      struct fg_error *error) {
    size_t i = 0;
    for (; i < count; i++) {
        const struct fg_factorization *const factors = &worker->factors[i];
        const bool given_up = fg_factorization_is_given_up(factors);
        const uint32_t length = given_up ? 1 : fg_factorization_divisor_count(factors);
        if (length > *room && !(first && i == 0))
            break;
        uint64_t *list;
        FG_TRY(fg_results_reserve(results, length, &list, error));
        list[0] = 0;
        if (!given_up)
            (void)fg_factorization_divisors(factors, list, worker->scratch);
        fg_results_commit(results, length);
        *room -= length < *room ? length : *room;
    }
    *appended = i;
    return FG_OK;
}

static enum fg_status answer_wide(struct factor_worker *worker, const struct fg_numbers *numbers,
                                  size_t value_limit, struct fg_results *results,
                                  struct fg_error *error) {
    if (worker->wide == NULL)
        FG_TRY(fg_wide_factor_open(&worker->setup, &worker->wide, error));
    return fg_wide_factor_answer(worker->wide, numbers, value_limit, results, error);
}

enum fg_status fg_factor_answer(void *state, const struct fg_numbers *numbers, size_t value_limit,
                                struct fg_results *results, struct fg_error *error) {
    struct factor_worker *const worker = state;
    if (numbers->words == 2)
        return answer_wide(worker, numbers, value_limit, results, error);
    const bool primes = worker->setup.answer == FG_ANSWER_PRIMES;
    const size_t before = results->count;
    size_t room = value_limit;
    for (size_t done = 0; done < numbers->count;) {
        const size_t left = numbers->count - done;
        const size_t tile = left < FG_FACTOR_TILE ? left : FG_FACTOR_TILE;
        size_t appended = 0;
        FG_TRY(factor_tile(worker, numbers->list + done, tile, error));
        if (primes)
            FG_TRY(append_primes(worker, tile, done == 0, &room, results, &appended, error));
        else
            FG_TRY(append_divisors(worker, tile, done == 0, &room, results, &appended, error));
        if (appended < tile)
            break;
        done += tile;
    }
    /* fg_factor_run() has multiplied the primes already. */
    return primes ? FG_OK
                  : fg_answers_check(FG_ANSWER_DIVISORS, numbers->list, results, before,
                                     fg_smooth_has_bound(worker->setup.smooth_bound), error);
}
