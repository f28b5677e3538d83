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

#include <pthread.h>
#include <stdlib.h>

/* Numbers whose columns are computed together. */
#define BLOCK_NUMBERS ((size_t)512)
/* Max bytes of an entry of a column. */
#define ENTRY_BYTES ((size_t)24)
_Static_assert(ENTRY_BYTES >= sizeof(struct fg_uint192), "room for the sums of divisors");

struct totals_run {
    struct fg_engine *engine;
    const struct fg_numbers *numbers;
    size_t column_count;
    pthread_mutex_t lock; /* for what follows */
    struct fg_totals *totals;
    bool lacks_memory;
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

/* Makes the totals of no numbers, of the same columns. */
static void clear_totals(struct fg_totals *totals, const struct fg_totals *like,
                         size_t column_count) {
    for (size_t k = 0; k < column_count; k++) {
        const struct fg_totals *const entry = fg_totals_entry(like, k);
        totals[k] = (struct fg_totals){.column = entry->column, .bound = entry->bound};
    }
}

/* Allocates the memory of a part. False if there is not enough. */
static bool make_part(const struct totals_run *run, struct part *part) {
    const size_t count = run->column_count;
    part->totals = malloc(count * sizeof *part->totals);
    part->requests = calloc(count, sizeof *part->requests);
    part->values = malloc(count * BLOCK_NUMBERS * ENTRY_BYTES);
    if (part->totals == NULL || part->requests == NULL || part->values == NULL)
        return false;
    clear_totals(part->totals, run->totals, count);
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
            fg_wide_columns_fill_range(part->requests, run->column_count, 0,
                                       (const struct fg_uint128 *)results->values,
                                       results->offsets + i, count);
        else
            fg_columns_fill_range(part->requests, run->column_count, 0, results->values,
                                  results->offsets + i, count);
        fg_totals_take(part->totals, part->requests, run->column_count, &numbers);
    }
}

/* Takes the totals of some answers, in the thread that found them. */
static void take_totals(void *context, size_t first, struct fg_results *results) {
    struct totals_run *const run = context;
    struct part part = {0};
    const bool is_made = make_part(run, &part);
    if (is_made)
        take_answers(run, &part, first, results);
    pthread_mutex_lock(&run->lock);
    for (size_t k = 0; is_made && k < run->column_count; k++)
        fg_totals_merge(&run->totals[k], &part.totals[k]);
    run->lacks_memory = run->lacks_memory || !is_made;
    pthread_mutex_unlock(&run->lock);
    free_part(&part);
}

/* Answers the batch into the totals of `run`, which are those of no numbers. */
static enum fg_status answer(struct totals_run *run, struct fg_error *error) {
    pthread_mutex_init(&run->lock, NULL); /* with default attributes it cannot fail */
    const enum fg_status status =
        fg_factor_numbers_to(run->engine, run->numbers, take_totals, run, error);
    pthread_mutex_destroy(&run->lock);
    if (run->lacks_memory)
        return fg_fail_memory(error, run->column_count * BLOCK_NUMBERS * ENTRY_BYTES);
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
    struct totals_run run = {.engine = engine, .numbers = numbers, .column_count = column_count};
    run.totals = malloc(column_count * sizeof *run.totals);
    if (run.totals == NULL)
        return fg_fail_memory(error, column_count * sizeof *run.totals);
    clear_totals(run.totals, totals, column_count);
    enum fg_status status = answer(&run, error);
    for (size_t k = 0; status == FG_OK && k < column_count; k++)
        status = fg_totals_check_count(fg_totals_at(totals, k), run.totals[k].count, error);
    for (size_t k = 0; status == FG_OK && k < column_count; k++)
        fg_totals_merge(fg_totals_at(totals, k), &run.totals[k]);
    free(run.totals);
    return status;
}
