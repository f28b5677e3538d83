/* SPDX-License-Identifier: MIT */
/*
 * engine_totals.c: the totals of a batch, by the public calls of the engine.
 *
 * Each thread computes the columns of its answers block by block into memory of its own, and adds
 * the totals of a run of answers to the batch's at once.
 */
#include "batch/totals.h"

#include "batch/columns.h"
#include "batch/numbers.h"
#include "batch/wide_columns.h"
#include "engine_page.h"

#include <stdlib.h>

/* Numbers whose columns are computed together. */
#define BLOCK_NUMBERS ((size_t)512)
/* Max bytes of an entry of a column. */
#define ENTRY_BYTES ((size_t)24)
_Static_assert(ENTRY_BYTES >= sizeof(struct fg_uint192), "room for the sums of divisors");

struct totals_run {
    const struct fg_numbers *numbers;
    struct fg_shared_totals shared;
    bool lacks_memory; /* changed under the lock */
};

/* The memory of a thread while it takes the totals of a run of answers. */
struct part {
    struct fg_totals *totals;
    struct fg_column_request *requests;
    char *values;
};

static void free_part(struct part *part) {
    free(part->totals);
    free(part->requests);
    free(part->values);
}

/* Allocates the memory of a part. False if there is not enough. */
static bool make_part(const struct totals_run *run, struct part *part) {
    const size_t count = run->shared.column_count;
    part->totals = malloc(count * sizeof *part->totals);
    part->requests = calloc(count, sizeof *part->requests);
    part->values = malloc(count * BLOCK_NUMBERS * ENTRY_BYTES);
    if (part->totals == NULL || part->requests == NULL || part->values == NULL)
        return false;
    fg_totals_clear(part->totals, run->shared.totals, count);
    for (size_t k = 0; k < count; k++)
        part->requests[k] = (struct fg_column_request){
            .column = part->totals[k].column,
            .bound = part->totals[k].bound,
            .values = part->values + k * BLOCK_NUMBERS * ENTRY_BYTES,
        };
    return true;
}

/* Returns how many answers from number i on are computed together: of neighbours that are all
 * smooth, or all not if those are left out. */
static size_t count_block(const struct fg_results *results, size_t i, bool *is_left_out) {
    const size_t left = results->count - i, max = left < BLOCK_NUMBERS ? left : BLOCK_NUMBERS;
    *is_left_out = results->has_smooth_bound && fg_results_is_not_smooth(results, i);
    if (!results->has_smooth_bound)
        return max;
    size_t count = 1;
    while (count < max && fg_results_is_not_smooth(results, i + count) == *is_left_out)
        count++;
    return count;
}

/* Adds the answers to some numbers to a part, but not those of numbers that are not smooth. */
static void take_answers(const struct totals_run *run, const struct part *part, size_t first,
                         const struct fg_results *results) {
    for (size_t i = 0, count; i < results->count; i += count) {
        bool is_left_out;
        count = count_block(results, i, &is_left_out);
        if (is_left_out)
            continue;
        const struct fg_numbers numbers = fg_numbers_part(run->numbers, first + i, count);
        if (results->words == 2)
            fg_wide_columns_fill_range(part->requests, run->shared.column_count, 0,
                                       (const struct fg_uint128 *)results->values,
                                       results->offsets + i, count);
        else
            fg_columns_fill_range(part->requests, run->shared.column_count, 0, results->values,
                                  results->offsets + i, count);
        fg_totals_take(part->totals, part->requests, run->shared.column_count, &numbers);
    }
}

/* Takes the totals of some answers, in the thread that found them. */
static void take_totals(void *context, size_t first, struct fg_results *results) {
    struct totals_run *const run = context;
    struct part part = {0};
    const bool is_made = make_part(run, &part);
    if (is_made)
        take_answers(run, &part, first, results);
    if (is_made) {
        fg_totals_share(&run->shared, part.totals);
    } else {
        pthread_mutex_lock(&run->shared.lock);
        run->lacks_memory = true;
        pthread_mutex_unlock(&run->shared.lock);
    }
    free_part(&part);
}

/* Answers the batch into the totals of `run`, which are those of no numbers. */
static enum fg_status answer(struct totals_run *run, struct fg_engine *engine,
                             struct fg_error *error) {
    const struct fg_engine_consumer consumer = {
        .consume = take_totals, .context = run, .totals = &run->shared};
    pthread_mutex_init(&run->shared.lock, NULL); /* with default attributes it cannot fail */
    const enum fg_status status = fg_engine_numbers_to(engine, run->numbers, &consumer, error);
    pthread_mutex_destroy(&run->shared.lock);
    if (run->lacks_memory)
        return fg_fail_memory(error, run->shared.column_count * BLOCK_NUMBERS * ENTRY_BYTES);
    return status;
}

enum fg_status fg_factor_totals(struct fg_engine *engine, const struct fg_numbers *numbers,
                                struct fg_totals *totals, size_t column_count,
                                struct fg_error *error) {
    if (fg_engine_answer(engine) != FG_ANSWER_PRIMES)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "totals are made of prime factors, and the engine answers with divisors: "
                       "open it with FG_ANSWER_PRIMES");
    FG_TRY(fg_totals_check(totals, column_count, error));
    if (column_count == 0)
        return FG_OK;
    struct fg_totals *const found = malloc(column_count * sizeof *found);
    if (found == NULL)
        return fg_fail_memory(error, column_count * sizeof *found);
    fg_totals_clear(found, totals, column_count);
    struct totals_run run = {.numbers = numbers,
                             .shared = {.totals = found, .column_count = column_count}};
    enum fg_status status = answer(&run, engine, error);
    for (size_t k = 0; status == FG_OK && k < column_count; k++)
        status = fg_totals_check_count(fg_totals_at(totals, k), found[k].count, error);
    for (size_t k = 0; status == FG_OK && k < column_count; k++)
        fg_totals_merge(fg_totals_at(totals, k), &found[k]);
    free(found);
    return status;
}
