/* SPDX-License-Identifier: MIT */
/*
 * engine_columns.c: a batch answered into columns, by the public calls of the engine.
 */
#include "batch/columns.h"

#include "batch/numbers.h"
#include "batch/wide_columns.h"
#include "engine_page.h"

struct column_run {
    const struct fg_numbers *numbers;
    const struct fg_column_request *requests;
    size_t request_count;
};

/* Returns whether number `first` + i is a zero, whose answer is empty, as that of 1 is, or is not
 * smooth. */
static bool has_no_primes(const struct column_run *run, size_t first,
                          const struct fg_results *results, size_t i) {
    if (results->offsets[i] == results->offsets[i + 1])
        return fg_numbers_is_zero(run->numbers, first + i);
    return results->has_smooth_bound && fg_results_is_not_smooth(results, i);
}

/* Fills the columns of some answers, in the thread that found them. */
static void fill_columns(void *context, size_t first, struct fg_results *results) {
    const struct column_run *const run = context;
    if (results->words == 2)
        fg_wide_columns_fill_range(run->requests, run->request_count, first,
                                   (const struct fg_uint128 *)results->values, results->offsets,
                                   results->count);
    else
        fg_columns_fill_range(run->requests, run->request_count, first, results->values,
                              results->offsets, results->count);
    for (size_t i = 0; i < results->count; i++)
        if (has_no_primes(run, first, results, i))
            fg_columns_clear_entry(run->requests, run->request_count, results->words, first + i);
}

enum fg_status fg_factor_columns(struct fg_engine *engine, const struct fg_numbers *numbers,
                                 const struct fg_column_request *requests, size_t request_count,
                                 struct fg_error *error) {
    if (fg_engine_answer(engine) != FG_ANSWER_PRIMES)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "columns are made of prime factors, and the engine answers with divisors: "
                       "open it with FG_ANSWER_PRIMES");
    FG_TRY(fg_columns_check(requests, request_count, numbers->count, error));
    struct column_run run = {numbers, requests, request_count};
    const struct fg_engine_consumer consumer = {.consume = fill_columns,
                                                .context = &run,
                                                .requests = requests,
                                                .request_count = request_count};
    return fg_engine_numbers_to(engine, numbers, &consumer, error);
}
