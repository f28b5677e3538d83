/* SPDX-License-Identifier: MIT */
/*
 * engine_batch.c: a batch's way through an engine.
 *
 * A batch is cut into pages: as many numbers as the backend has capacity for their answers. Answers
 * that the backend has not checked are checked here before the caller sees them. If a method finds
 * only divisors, the primes are made from them here.
 */
#include "engine_page.h"
#include "engine_state.h"

#include "batch/answers.h"
#include "batch/smooth_answers.h"
#include "batch/struct_size.h"
#include "methods/method.h"
#include <stdlib.h>

/* Parts of a range for each worker of a call of run_to(). */
#define FG_HAND_OVER_PARTS 64
/* The least numbers of such a part for totals, which take 0.7 ns a number: 0.7 ms. */
#define FG_TOTALS_PART ((size_t)1 << 20)

/* Returns how many of the first numbers certainly fit the current backend. */
static size_t sure_page(const struct fg_engine *engine, const struct fg_numbers *numbers) {
    const size_t count = numbers->count < FG_PAGE_NUMBERS ? numbers->count : FG_PAGE_NUMBERS;
    const struct fg_numbers most = fg_numbers_part(numbers, 0, count);
    return fg_numbers_prefix(engine->method_engine, &most,
                             engine->backend->page_values / numbers->words);
}

/* Returns how many of the first numbers the backend is handed at once: what certainly fits, or if
 * the method is brief, as many as fill half its capacity if they are like those before. */
static size_t cut_page(const struct fg_engine *engine, const struct fg_numbers *numbers) {
    if (numbers->kind == FG_NUMBERS_RANGE && engine->backend->long_ranges)
        return numbers->count;
    if (!engine->method_engine->brief)
        return sure_page(engine, numbers);
    const uint64_t page_values = engine->backend->page_values / numbers->words;
    const double likely = (double)page_values / (2 * engine->mean_values);
    const size_t most = numbers->count < FG_PAGE_NUMBERS ? numbers->count : FG_PAGE_NUMBERS;
    if (likely >= (double)most)
        return most;
    const size_t sure = sure_page(engine, numbers);
    return (size_t)likely > sure ? (size_t)likely : sure;
}

/* Names the backend if it gave a wrong answer. */
static enum fg_status blame(const struct fg_engine *engine, enum fg_status status,
                            struct fg_error *error) {
    if (status == FG_ERROR_SELF_CHECK) {
        const struct fg_error reason = *error;
        fg_fail(error, status, "%s: %.480s", engine->backend->name, reason.message);
    }
    return status;
}

static enum fg_status poll_cancelled(const struct fg_engine *engine, struct fg_error *error) {
    return atomic_load(&engine->cancelled) ? fg_fail(error, FG_ERROR_CANCELLED, "cancelled")
                                           : FG_OK;
}

static enum fg_status check_answers(const struct fg_engine *engine,
                                    const struct fg_numbers *numbers,
                                    const struct fg_results *results, size_t first,
                                    struct fg_error *error) {
    const enum fg_answer answer = fg_engine_backend_answer(engine);
    const bool smooth = fg_smooth_has_bound(engine->smooth_bound);
    return numbers->words == 2
               ? fg_answers_check_wide(answer, numbers->wide_list, results, first, smooth, error)
               : fg_answers_check(answer, numbers->list, results, first, smooth, error);
}

/* Runs the backend on the first `count` numbers; *answered says how many it has answered. */
static enum fg_status run_backend(const struct fg_engine *engine, const struct fg_numbers *numbers,
                                  size_t count, struct fg_results *results, size_t *answered,
                                  struct fg_error *error) {
    FG_TRY(poll_cancelled(engine, error));
    const struct fg_numbers page = fg_numbers_part(numbers, 0, count);
    const size_t first = results->count;
    enum fg_status status = engine->backend->run(engine->state, &page, results, error);
    *answered = results->count - first;
    if (status == FG_OK && *answered > count)
        status = fg_fail(error, FG_ERROR_SELF_CHECK, "%zu numbers were given %zu answers", count,
                         *answered);
    if (status == FG_OK && !engine->backend->checks_answers)
        status = check_answers(engine, &page, results, first, error);
    return blame(engine, status, error);
}

/* Answers at least one of the numbers, checked, behind what `results` holds. */
static enum fg_status run_page(struct fg_engine *engine, const struct fg_numbers *numbers,
                               struct fg_results *results, struct fg_error *error) {
    const size_t first = results->count;
    const size_t values_before = first > 0 ? results->offsets[first] : 0;
    size_t answered = 0;
    FG_TRY(run_backend(engine, numbers, cut_page(engine, numbers), results, &answered, error));
    if (answered == 0)
        FG_TRY(run_backend(engine, numbers, sure_page(engine, numbers), results, &answered, error));
    if (answered == 0)
        return fg_fail(error, FG_ERROR_SELF_CHECK, "%s gave no answers", engine->backend->name);
    const size_t values = results->offsets[results->count] - values_before;
    engine->mean_values = (double)values / (double)answered;
    if (engine->mean_values < FG_MIN_MEAN_VALUES)
        engine->mean_values = FG_MIN_MEAN_VALUES;
    if (engine->answer != fg_engine_backend_answer(engine)) /* no such method takes two words */
        fg_answers_to_primes(numbers->list, results, first);
    return FG_OK;
}

/* run_page(), but if the GPU that "auto" chose fails, appends nothing: the page is cut again for
 * the CPU. */
static enum fg_status run_page_or_fall_back(struct fg_engine *engine,
                                            const struct fg_numbers *numbers,
                                            struct fg_results *results, struct fg_error *error) {
    const size_t before = results->count;
    const enum fg_status status = run_page(engine, numbers, results, error);
    if (status == FG_OK || !fg_engine_may_fall_back(engine, status))
        return status;
    const struct fg_error reason = *error;
    results->count = before;
    return fg_engine_fall_back(engine, &reason, error);
}

static bool reached_limit(const struct fg_engine *engine, const struct fg_results *results) {
    return results->count > 0 && results->offsets[results->count] >= engine->value_limit;
}

/* Returns the most numbers of a range that run() is given. */
static size_t run_numbers(const struct fg_engine *engine) {
    return engine->backend->long_ranges ? SIZE_MAX : FG_PAGE_NUMBERS;
}

/* Answers the numbers page by page, all of them or up to the caller's limit. */
static enum fg_status gather_pages(struct fg_engine *engine, const struct fg_engine_batch *batch,
                                   struct fg_results *results, struct fg_error *error) {
    const bool sieved = batch->numbers->kind == FG_NUMBERS_RANGE && !batch->listed;
    while (results->count < batch->numbers->count && !reached_limit(engine, results)) {
        const size_t done = results->count;
        struct fg_numbers next;
        if (sieved && engine->backend->run_to != NULL) {
            next = fg_numbers_part(batch->numbers, done, batch->numbers->count - done);
            FG_TRY(blame(engine, fg_engine_gather_range(engine, &next, results, error), error));
        } else {
            FG_TRY(fg_engine_next_page(engine, batch, done, run_numbers(engine), &next, error));
            FG_TRY(run_page_or_fall_back(engine, &next, results, error));
        }
    }
    return FG_OK;
}

/* Returns how many numbers of a range run_to(), run_columns() and run_totals() are given at once:
 * so many that the queue's tasks are as long as they should be, and no longer. */
static size_t hand_over_numbers(const struct fg_engine *engine, const struct fg_engine_batch *batch,
                                const struct fg_shared_totals *totals) {
    if (batch->numbers->kind != FG_NUMBERS_RANGE || batch->listed)
        return FG_PAGE_NUMBERS;
    if (engine->backend->properties.uses_devices) /* it cuts the range itself */
        return SIZE_MAX;
    const size_t worth = engine->method_engine->ranges->part_numbers(batch->numbers, totals);
    const size_t part = totals != NULL && worth < FG_TOTALS_PART ? FG_TOTALS_PART : worth;
    const size_t most = engine->jobs * FG_HAND_OVER_PARTS;
    return part < SIZE_MAX / most ? most * part : SIZE_MAX;
}

/* Adds the totals of a range, or if the GPU that "auto" chose fails, adds none, and the CPU does.
 */
static enum fg_status run_totals_or_fall_back(struct fg_engine *engine,
                                              const struct fg_numbers *range,
                                              struct fg_shared_totals *totals, size_t *answered,
                                              struct fg_error *error) {
    const enum fg_status status =
        blame(engine, engine->backend->run_totals(engine->state, range, totals, error), error);
    *answered = range->count;
    if (status == FG_OK || !fg_engine_may_fall_back(engine, status))
        return status;
    const struct fg_error reason = *error;
    *answered = 0;
    return fg_engine_fall_back(engine, &reason, error);
}

/* Hands a page of answers over, in the threads that find them if the backend can do that. */
static enum fg_status hand_over_page(struct fg_engine *engine, const struct fg_engine_batch *batch,
                                     size_t done, const struct fg_engine_consumer *consumer,
                                     size_t *answered, struct fg_error *error) {
    const struct fg_backend *const backend = engine->backend;
    const bool by_threads = backend->run_to != NULL && engine->method_engine->slices == NULL;
    const bool sieved = batch->numbers->kind == FG_NUMBERS_RANGE && !batch->listed;
    const bool columns = sieved && consumer->requests != NULL && backend->run_columns != NULL;
    const bool totals = sieved && consumer->totals != NULL && backend->run_totals != NULL;
    struct fg_numbers next;
    FG_TRY(
        fg_engine_next_page(engine, batch, done,
                            by_threads || columns || totals
                                ? hand_over_numbers(engine, batch, totals ? consumer->totals : NULL)
                                : run_numbers(engine),
                            &next, error));
    if (columns || totals || by_threads)
        FG_TRY(poll_cancelled(engine, error));
    *answered = next.count;
    if (totals)
        return run_totals_or_fall_back(engine, &next, consumer->totals, answered, error);
    if (columns)
        return blame(engine,
                     backend->run_columns(engine->state, &next, consumer->requests,
                                          consumer->request_count, done, error),
                     error);
    if (by_threads)
        return blame(engine,
                     backend->run_to(engine->state, &next, done, consumer->consume,
                                     consumer->context, error),
                     error);
    struct fg_results *const passing = &engine->passing;
    fg_results_clear(passing);
    passing->answer = engine->answer;
    passing->words = next.words;
    FG_TRY(run_page_or_fall_back(engine, &next, passing, error));
    *answered = passing->count;
    if (*answered > 0)
        consumer->consume(consumer->context, done, passing);
    return FG_OK;
}

static enum fg_status hand_over_pages(struct fg_engine *engine, const struct fg_engine_batch *batch,
                                      const struct fg_engine_consumer *consumer,
                                      struct fg_error *error) {
    size_t answered;
    for (size_t done = 0; done < batch->numbers->count; done += answered)
        FG_TRY(hand_over_page(engine, batch, done, consumer, &answered, error));
    return FG_OK;
}

/* Refuses a range that ends above 64 bits. */
static enum fg_status check_range(const struct fg_numbers *range, struct fg_error *error) {
    const uint64_t first = range->begin.low;
    if (range->words != 1 || range->begin.high != 0)
        return fg_fail(
            error, FG_ERROR_ARGUMENT,
            "ranges end at 2^64 - 1: their numbers have one word; give larger numbers as "
            "a list");
    if (range->count > 0 && range->count - 1 > UINT64_MAX - first)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "the %zu numbers from %llu on end above 2^64 - 1; give the larger ones as a "
                       "list",
                       range->count, (unsigned long long)first);
    return FG_OK;
}

/* Says what the engine's method does not take. */
static enum fg_status check_kind(const struct fg_engine *engine, const struct fg_numbers *numbers,
                                 struct fg_error *error) {
    FG_TRY(fg_check_struct(numbers, numbers->size, sizeof *numbers, "numbers", error));
    if (numbers->kind != FG_NUMBERS_LIST && numbers->kind != FG_NUMBERS_RANGE)
        return fg_fail(error, FG_ERROR_ARGUMENT, "numbers.kind is %d: neither a list nor a range",
                       (int)numbers->kind);
    if (numbers->kind == FG_NUMBERS_RANGE)
        FG_TRY(check_range(numbers, error));
    if (fg_engine_takes(engine, numbers->kind, numbers->words))
        return FG_OK;
    if (fg_method_takes(engine->method, numbers->kind, numbers->words))
        return fg_fail(
            error, FG_ERROR_ARGUMENT,
            "the backend %s answers numbers of 64 bits at most; larger ones are answered "
            "on the CPU: open the engine with the backend threads, or auto",
            engine->backend->name);
    if (numbers->words == 2)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "the method %s answers numbers of 64 bits at most; open the engine with the "
                       "method factor for larger ones",
                       fg_method_name(fg_engine_method(engine)));
    if (!fg_method_takes(engine->method, FG_NUMBERS_LIST, 1))
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "the method %s answers ranges of numbers, and this is a list; take the "
                       "method factor, or auto",
                       fg_method_name(engine->method));
    return fg_fail(
        error, FG_ERROR_ARGUMENT,
        "the method %s does not answer lists of numbers with %u words of 64 bits, but lists of %s",
        fg_method_name(fg_engine_method(engine)), numbers->words,
        fg_method_takes(engine->method, FG_NUMBERS_LIST, 2) ? "one or two words" : "one word");
}

/* Empties the answers of the zeros among the numbers from `first` on, which were answered as if
 * they were 1: that has one divisor and no primes. */
static void empty_zeros(const struct fg_numbers *numbers, size_t first,
                        struct fg_results *results) {
    if (results->answer == FG_ANSWER_PRIMES || results->count == 0)
        return;
    size_t end = 0;
    for (size_t i = 0; i < results->count; i++) {
        const size_t begin = results->offsets[i];
        const size_t length =
            fg_numbers_is_zero(numbers, first + i) ? 0 : results->offsets[i + 1] - begin;
        const size_t words = fg_results_words(results, length);
        uint64_t *const to = results->values + fg_results_words(results, end);
        const uint64_t *const from = results->values + fg_results_words(results, begin);
        for (size_t k = 0; k < words; k++)
            to[k] = from[k];
        results->offsets[i] = end;
        end += length;
    }
    results->offsets[results->count] = end;
}

/* Makes the answers to the numbers from `first` on what the caller is promised: of zeros, and of
 * numbers that are not smooth. */
static void finish_answers(const struct fg_engine *engine, const struct fg_engine_batch *batch,
                           size_t first, struct fg_results *results) {
    results->has_smooth_bound = fg_smooth_has_bound(engine->smooth_bound);
    if (results->has_smooth_bound)
        fg_smooth_replace(engine->smooth_bound, results);
    if (batch->zeros)
        empty_zeros(batch->numbers, first, results);
}

/* A consumer that gets the answers after fg_engine_pick() and finish_answers(). */
struct finishing {
    const struct fg_engine *engine;
    const struct fg_engine_batch *batch;
    const struct fg_engine_consumer *consumer;
};

static void consume_finished(void *context, size_t first, struct fg_results *results) {
    const struct finishing *const finishing = context;
    const struct fg_engine_batch *const batch = finishing->batch;
    finish_answers(finishing->engine, batch, first, results);
    if (batch->picked != NULL)
        first = fg_engine_pick(batch->picked, batch->numbers, first, results);
    if (results->count > 0)
        finishing->consumer->consume(finishing->consumer->context, first, results);
}

/* Notes by which method the batch is answered. */
static void note_method(struct fg_engine *engine, const struct fg_engine_batch *batch) {
    const bool sieved = batch->numbers->kind == FG_NUMBERS_RANGE && !batch->listed;
    const enum fg_method method = engine->method == FG_METHOD_AUTO && sieved
                                      ? FG_METHOD_SIEVE
                                      : fg_method_resolve(engine->method);
    if (batch->numbers->count > 0 && (atomic_load(&engine->used) >> method & 1) == 0)
        atomic_fetch_or(&engine->used, 1U << method);
}

/* Checks the batch and prepares the backend. */
static enum fg_status accept_batch(struct fg_engine *engine, const struct fg_numbers *numbers,
                                   bool picks, struct fg_shared_totals *totals,
                                   struct fg_engine_batch *batch, struct fg_error *error) {
    FG_TRY(check_kind(engine, numbers, error));
    fg_engine_batch_begin(engine, numbers, picks, batch);
    if (batch->zeros && !engine->allow_zeros)
        return fg_fail(error, FG_ERROR_ARGUMENT, "0 has no finite set of divisors");
    FG_TRY(poll_cancelled(engine, error));
    batch->totals = batch->picked == NULL ? totals : NULL;
    FG_TRY(fg_engine_prepare(engine, batch->numbers, batch->wanted, batch->totals, &batch->listed,
                             error));
    note_method(engine, batch);
    return FG_OK;
}

static enum fg_status gather(struct fg_engine *engine, const struct fg_numbers *numbers,
                             struct fg_results *results, struct fg_error *error) {
    struct fg_engine_batch batch;
    FG_TRY(accept_batch(engine, numbers, false, NULL, &batch, error));
    const enum fg_status status = gather_pages(engine, &batch, results, error);
    const size_t answered = status == FG_OK ? results->count : 0;
    if (engine->undecided) { /* the caller may give the other numbers again */
        const struct fg_numbers left =
            fg_numbers_part(batch.numbers, answered, batch.numbers->count - answered);
        fg_engine_forget_work(engine, &left, NULL);
    }
    if (status == FG_OK)
        finish_answers(engine, &batch, 0, results);
    return status;
}

static enum fg_status hand_over(struct fg_engine *engine, const struct fg_numbers *numbers,
                                const struct fg_engine_consumer *consumer, struct fg_error *error) {
    struct fg_engine_batch batch;
    const bool has_bound = fg_smooth_has_bound(engine->smooth_bound);
    FG_TRY(accept_batch(engine, numbers, true, has_bound ? NULL : consumer->totals, &batch, error));
    struct finishing finishing = {.engine = engine, .batch = &batch, .consumer = consumer};
    struct fg_engine_consumer finished = *consumer;
    if (batch.zeros || batch.picked != NULL || has_bound) {
        finished.consume = consume_finished;
        finished.context = &finishing;
    }
    if (batch.picked != NULL || has_bound)
        finished.requests = NULL; /* they are not those of the whole range */
    finished.totals = batch.totals;
    const enum fg_status status = hand_over_pages(engine, &batch, &finished, error);
    if (status != FG_OK)
        fg_engine_forget_work(engine, batch.numbers, batch.totals);
    return status;
}

/* Takes the engine for one batch; refuses if it cannot be used here and now. */
static enum fg_status enter(struct fg_engine *engine, struct fg_error *error) {
    if (!fg_owner_process_is_caller(&engine->owner))
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "the engine was opened by process %ld; a forked child opens its own",
                       (long)engine->owner.id);
    if (atomic_exchange(&engine->busy, true))
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "another thread uses the engine; each thread opens its own");
    return FG_OK;
}

/* Keeps why the engine answers no more, unless it had failed before. */
static void note_failure(struct fg_engine *engine, enum fg_status status,
                         const struct fg_error *error) {
    if (engine->failure.status == FG_OK)
        fg_fail(&engine->failure, status, "%s",
                error != NULL ? error->message : fg_strerror(status));
}

/*
 * Gives the engine back after a batch that ended with `status`, and returns that; or that the batch
 * was cancelled, if the last poll was too early to see it. The backend of a batch that was
 * cancelled or had too many divisors is opened again for the next one, unless the engine had failed
 * before.
 */
static enum fg_status leave(struct fg_engine *engine, enum fg_status status,
                            struct fg_error *error) {
    if (status == FG_OK && atomic_load(&engine->cancelled))
        status = fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
    if (status != FG_OK && status != FG_ERROR_ARGUMENT) {
        if (status == FG_ERROR_CANCELLED || status == FG_ERROR_TOO_MANY)
            fg_engine_keep_timing(engine);
        else
            note_failure(engine, status, error);
        fg_engine_close_backend(engine);
    }
    if (status == FG_ERROR_CANCELLED)
        atomic_store(&engine->cancelled, false);
    atomic_store_explicit(&engine->busy, false, memory_order_release);
    return status;
}

enum fg_status fg_factor_numbers(struct fg_engine *engine, const struct fg_numbers *numbers,
                                 struct fg_results *results, struct fg_error *error) {
    FG_TRY(fg_check_struct_size(results->size, sizeof *results, "results", error));
    fg_results_clear(results);
    FG_TRY(enter(engine, error));
    results->answer = engine->answer;
    results->words = numbers->words;
    const enum fg_status status = leave(engine, gather(engine, numbers, results, error), error);
    if (status != FG_OK)
        fg_results_clear(results);
    return status;
}

enum fg_status fg_engine_numbers_to(struct fg_engine *engine, const struct fg_numbers *numbers,
                                    const struct fg_engine_consumer *consumer,
                                    struct fg_error *error) {
    FG_TRY(enter(engine, error));
    return leave(engine, hand_over(engine, numbers, consumer, error), error);
}

enum fg_status fg_factor_numbers_to(struct fg_engine *engine, const struct fg_numbers *numbers,
                                    fg_consumer *consume, void *context, struct fg_error *error) {
    const struct fg_engine_consumer consumer = {.consume = consume, .context = context};
    return fg_engine_numbers_to(engine, numbers, &consumer, error);
}

enum fg_status fg_factor_batch(struct fg_engine *engine, const uint64_t *numbers, size_t count,
                               struct fg_results *results, struct fg_error *error) {
    const struct fg_numbers list = fg_numbers_of_list(numbers, count);
    return fg_factor_numbers(engine, &list, results, error);
}

enum fg_status fg_factor_batch_to(struct fg_engine *engine, const uint64_t *numbers, size_t count,
                                  fg_consumer *consume, void *context, struct fg_error *error) {
    const struct fg_numbers list = fg_numbers_of_list(numbers, count);
    return fg_factor_numbers_to(engine, &list, consume, context, error);
}

enum fg_status fg_factor_wide_batch(struct fg_engine *engine, const struct fg_uint128 *numbers,
                                    size_t count, struct fg_results *results,
                                    struct fg_error *error) {
    const struct fg_numbers list = fg_numbers_of_wide_list(numbers, count);
    return fg_factor_numbers(engine, &list, results, error);
}

enum fg_status fg_factor_wide_batch_to(struct fg_engine *engine, const struct fg_uint128 *numbers,
                                       size_t count, fg_consumer *consume, void *context,
                                       struct fg_error *error) {
    const struct fg_numbers list = fg_numbers_of_wide_list(numbers, count);
    return fg_factor_numbers_to(engine, &list, consume, context, error);
}
