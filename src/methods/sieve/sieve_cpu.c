/* SPDX-License-Identifier: MIT */
/*
 * sieve_cpu.c: a range segment by segment through the sieve, and the planes of each as the answers
 * that are asked for.
 *
 * A caller that has capacity for so many values takes a range in prefixes. The worker keeps the
 * range that is under way, with its super-segment, and goes on there. A segment is answered in
 * blocks; what a caller did not take of a block waits in `block`.
 *
 * The column phi alone, below 2^32, comes from a sieve of its own.
 */
#include "methods/sieve/sieve_cpu.h"

#include "arith/bits.h"
#include "batch/answers.h"
#include "batch/column_request.h"
#include "batch/columns.h"
#include "methods/sieve/finish.h"
#include "methods/sieve/range_sieve.h"
#include "methods/sieve/sieve_check.h"
#include "methods/sieve/sieve_totals.h"
#include "methods/sieve/totients.h"
#include <stdlib.h>
#include <string.h>

/* Max numbers of a block: their answers stay in the L2 cache. */
#define FG_BLOCK_NUMBERS 4096
_Static_assert(FG_BLOCK_NUMBERS % FG_PLANES_READ == 0 && FG_SEGMENT % FG_BLOCK_NUMBERS == 0,
               "a block begins where a vector of planes may begin");

struct sieve_worker {
    enum fg_answer answer;
    const struct fg_finish *finish;
    struct fg_range_sieve *sieve;
    struct fg_totients *totients;   /* NULL as long as they were not needed */
    bool by_totients;               /* the range under way is theirs, not the sieve's */
    const struct fg_planes *planes; /* the sieve's segment under way */
    uint32_t segment_count;         /* numbers of the segment; 0: the next is not sieved yet */
    uint32_t finished;              /* numbers of it that were answered or are in `block` */
    uint64_t next;                  /* the number that comes next of the range under way */
    uint64_t left;                  /* and how many there are from it on */
    uint64_t begun;                 /* how many the range had */
    struct fg_results block;        /* primes of a block */
    size_t taken;                   /* of its answers */
    struct fg_sieve_check check;
    struct fg_sieve_totals *totals; /* NULL as long as none were asked for */
    uint64_t *divisors; /* FG_MAX_DIVISORS, for the expansion; NULL if primes are the answer */
};

void fg_sieve_close(void *state) {
    struct sieve_worker *const worker = state;
    fg_range_sieve_close(worker->sieve);
    fg_totients_close(worker->totients);
    fg_sieve_totals_close(worker->totals);
    fg_sieve_check_close(&worker->check);
    fg_results_free(&worker->block);
    free(worker->divisors);
    free(worker);
}

enum fg_status fg_sieve_open(const struct fg_method_setup *setup, void **state,
                             struct fg_error *error) {
    struct sieve_worker *const worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return fg_fail_memory(error, sizeof *worker);
    worker->answer = setup->answer;
    worker->finish = fg_finish_select();
    worker->check.cancelled = setup->cancelled;
    worker->block.answer = FG_ANSWER_PRIMES;
    worker->block.words = 1;
    enum fg_status status =
        fg_range_sieve_open(setup->cancelled, FG_SIEVE_BUCKET_BYTES, &worker->sieve, error);
    if (status == FG_OK && worker->answer == FG_ANSWER_DIVISORS) {
        worker->divisors = malloc(FG_MAX_DIVISORS * sizeof *worker->divisors);
        if (worker->divisors == NULL)
            status = fg_fail_memory(error, FG_MAX_DIVISORS * sizeof *worker->divisors);
    }
    if (status != FG_OK) {
        fg_sieve_close(worker);
        return status;
    }
    *state = worker;
    return FG_OK;
}

/* ---- The range under way ---- */

/* Returns how many numbers to begin for a range of `count`. One that goes on where the one before
 * ended may go on further: then twice as many as before are begun, so that a caller with many short
 * batches does not pay the walk through the primes for each. */
static uint64_t numbers_to_begin(const struct sieve_worker *worker, uint64_t first,
                                 uint64_t count) {
    const uint64_t most = UINT64_MAX - first; /* without the last: its count is below 2^64 */
    uint64_t ahead = 0;
    if (worker->begun > 0 && first == worker->next)
        ahead = 2 * worker->begun;
    const uint64_t span = fg_range_sieve_span(FG_SIEVE_BUCKET_BYTES, first);
    ahead = ahead < span ? ahead : span;
    ahead = ahead < most ? ahead : most;
    return count > ahead ? count : ahead;
}

/* Returns whether the range is the next part of that under way. */
static bool goes_on(const struct sieve_worker *worker, const struct fg_numbers *range) {
    return range->begin.low == worker->next && range->count <= worker->left;
}

/* Begins a range of the worker's kind. */
static enum fg_status begin_range(struct sieve_worker *worker, uint64_t first, uint64_t count,
                                  struct fg_error *error) {
    if (!worker->by_totients)
        return fg_range_sieve_begin(worker->sieve, first, count, error);
    if (worker->totients == NULL)
        FG_TRY(fg_totients_open(worker->check.cancelled, &worker->totients, error));
    fg_totients_begin(worker->totients, first, count);
    return FG_OK;
}

/* Makes the range, which is not empty, the one under way, unless it is part of that. */
static enum fg_status go_to(struct sieve_worker *worker, const struct fg_numbers *range,
                            bool by_totients, struct fg_error *error) {
    const uint64_t first = range->begin.low;
    if (by_totients == worker->by_totients && goes_on(worker, range))
        return FG_OK;
    uint64_t count = numbers_to_begin(worker, first, range->count);
    if (by_totients && count > FG_TOTIENTS_END - first)
        count = FG_TOTIENTS_END - first;
    worker->by_totients = by_totients;
    worker->segment_count = worker->finished = 0;
    worker->left = 0;
    worker->begun = 0;
    fg_results_clear(&worker->block);
    worker->taken = 0;
    FG_TRY(begin_range(worker, first, count, error));
    worker->next = first;
    worker->left = worker->begun = count;
    return FG_OK;
}

/* Counts numbers of the range under way as answered. */
static void pass(struct sieve_worker *worker, uint64_t count) {
    worker->next += count;
    worker->left -= count;
}

/* Forgets the range under way, after an error in it, and its numbers that wait to be checked. */
static enum fg_status abandon(struct sieve_worker *worker, enum fg_status status) {
    worker->segment_count = worker->finished = 0;
    worker->left = worker->begun = 0;
    fg_sieve_check_forget(&worker->check);
    return status;
}

/* Sieves the next segment if the one under way is finished. */
static enum fg_status have_segment(struct sieve_worker *worker, struct fg_error *error) {
    if (worker->finished < worker->segment_count)
        return FG_OK;
    worker->segment_count = worker->finished = 0;
    if (worker->by_totients) {
        uint64_t first;
        FG_TRY(fg_totients_next(worker->totients, &first, &worker->segment_count, error));
    } else {
        FG_TRY(fg_range_sieve_next(worker->sieve, &worker->planes, error));
        worker->segment_count = worker->planes->count;
    }
    return worker->segment_count > 0
               ? FG_OK
               : fg_fail(error, FG_ERROR_INTERNAL, "the sieve ended before its range");
}

/* ---- Lists ---- */

/* Appends the primes of the next `count` numbers of the segment, a part that vectors may read. */
static enum fg_status finish_block(struct sieve_worker *worker, uint32_t count,
                                   struct fg_results *results, struct fg_error *error) {
    const struct fg_planes part = fg_planes_part(worker->planes, worker->finished, count);
    FG_TRY(worker->finish->lists(&part, results, error));
    worker->finished += count;
    return FG_OK;
}

/* Does as finish_block() for lists that are an answer, of which some are checked. */
static enum fg_status finish_lists(struct sieve_worker *worker, uint32_t count,
                                   struct fg_results *results, struct fg_error *error) {
    const uint64_t first = worker->planes->first + worker->finished;
    const size_t from = results->count;
    FG_TRY(finish_block(worker, count, results, error));
    return fg_sieve_check_note(&worker->check, first, results, from, error);
}

/* Returns how many numbers a block has next, of `most` at most if that is not fewer than a
 * vector's: the rest of the segment or a multiple of a vector's numbers. */
static uint32_t block_numbers(const struct sieve_worker *worker, uint64_t most) {
    const uint32_t left = worker->segment_count - worker->finished;
    uint32_t count = most < FG_BLOCK_NUMBERS ? (uint32_t)most : FG_BLOCK_NUMBERS;
    if (left <= count)
        return left;
    count -= count % FG_PLANES_READ;
    return count > 0 ? count : left < FG_PLANES_READ ? left : FG_PLANES_READ;
}

/* Appends the answer to the next number of the block to `results`, if it has no more than `room`
 * values or `first` says that nothing was appended yet; *fits says whether it did. */
static enum fg_status take_from_block(struct sieve_worker *worker, size_t room, bool first,
                                      struct fg_results *results, bool *fits,
                                      struct fg_error *error) {
    size_t prime_count;
    const uint64_t *const primes = fg_results_at(&worker->block, worker->taken, &prime_count);
    const bool divisors = worker->answer == FG_ANSWER_DIVISORS;
    const size_t length = divisors ? fg_count_divisors(primes, prime_count) : prime_count;
    *fits = length <= room || first;
    if (!*fits)
        return FG_OK;
    uint64_t *list;
    FG_TRY(fg_results_reserve(results, length, &list, error));
    if (divisors) {
        const uint64_t n = worker->next > 0 ? worker->next : 1; /* 0 is answered as 1 */
        const size_t made = fg_expand_divisors(primes, prime_count, list, worker->divisors);
        if (made != length || !fg_check_divisors(n, list, length))
            return fg_fail(error, FG_ERROR_SELF_CHECK, "the answer for %llu failed its check",
                           (unsigned long long)n);
    } else {
        memcpy(list, primes, length * sizeof *list);
    }
    fg_results_commit(results, length);
    worker->taken++;
    pass(worker, 1);
    return FG_OK;
}

/* Returns how many primes each of the segment's numbers has at most, with multiplicity. */
static unsigned most_primes(const struct sieve_worker *worker) {
    const uint64_t last = worker->planes->first + (worker->planes->count - 1);
    return last > 1 ? fg_bit_length64(last) - 1 : 1;
}

/* Returns how many of the numbers that are asked for can be answered without `block`, which copies:
 * a block of them, whose primes surely fit; or 0. */
static uint32_t direct_block(const struct sieve_worker *worker, uint64_t asked, size_t room) {
    if (worker->answer == FG_ANSWER_DIVISORS || worker->taken < worker->block.count)
        return 0;
    const uint64_t fitting = room / most_primes(worker);
    const uint64_t most = asked < fitting ? asked : fitting;
    const uint32_t count = block_numbers(worker, most);
    return count <= most ? count : 0;
}

/* Returns whether it saves copying if the answers end here: those that follow begin with a block of
 * primes for which a caller has capacity again. */
static bool is_good_end(const struct sieve_worker *worker, uint64_t asked) {
    return worker->answer == FG_ANSWER_PRIMES && worker->taken == worker->block.count &&
           asked >= FG_PLANES_READ;
}

/* Appends answers to `results`, to at most `asked` numbers with at most `room` values, but at least
 * to one if `first` says that none was appended yet; none if the next does not fit. */
static enum fg_status append_some(struct sieve_worker *worker, uint64_t asked, size_t room,
                                  bool first, struct fg_results *results, struct fg_error *error) {
    if (worker->taken == worker->block.count)
        FG_TRY(have_segment(worker, error));
    const uint32_t direct = direct_block(worker, asked, room);
    if (direct > 0) {
        FG_TRY(finish_lists(worker, direct, results, error));
        pass(worker, direct);
        return FG_OK;
    }
    if (!first && is_good_end(worker, asked))
        return FG_OK;
    if (worker->taken == worker->block.count) {
        fg_results_clear(&worker->block);
        worker->taken = 0;
        FG_TRY(
            finish_lists(worker, block_numbers(worker, FG_BLOCK_NUMBERS), &worker->block, error));
    }
    const size_t before = results->count > 0 ? results->offsets[results->count] : 0;
    bool fits = true;
    for (uint64_t i = 0; i < asked && worker->taken < worker->block.count && fits; i++) {
        const size_t used = results->count > 0 ? results->offsets[results->count] - before : 0;
        const size_t left = used < room ? room - used : 0;
        FG_TRY(take_from_block(worker, left, first && i == 0, results, &fits, error));
    }
    return FG_OK;
}

static enum fg_status append_answers(struct sieve_worker *worker, uint64_t asked,
                                     size_t value_limit, struct fg_results *results,
                                     struct fg_error *error) {
    const size_t first = results->count;
    const size_t before = first > 0 ? results->offsets[first] : 0;
    for (;;) {
        const size_t count = results->count;
        const uint64_t left = asked - (count - first);
        const size_t used = count > 0 ? results->offsets[count] - before : 0;
        if (left == 0)
            return FG_OK;
        FG_TRY(append_some(worker, left, used < value_limit ? value_limit - used : 0,
                           count == first, results, error));
        if (results->count == count)
            return FG_OK;
    }
}

enum fg_status fg_sieve_answer(void *state, const struct fg_numbers *numbers, size_t value_limit,
                               struct fg_results *results, struct fg_error *error) {
    struct sieve_worker *const worker = state;
    if (numbers->count == 0)
        return FG_OK;
    FG_TRY(go_to(worker, numbers, false, error));
    enum fg_status status = append_answers(worker, numbers->count, value_limit, results, error);
    if (status == FG_OK)
        status = fg_sieve_check_lists(&worker->check, error);
    return status == FG_OK ? FG_OK : abandon(worker, status);
}

/* ---- Columns ---- */

/* Fills entries from `at` on with what waits in `block`, of `most` numbers at most. Returns of how
 * many. */
static uint64_t columns_of_block(struct sieve_worker *worker, uint64_t most,
                                 const struct fg_column_request *requests, size_t request_count,
                                 size_t at) {
    const size_t waiting = worker->block.count - worker->taken;
    const size_t count = most < waiting ? (size_t)most : waiting;
    fg_columns_fill_range(requests, request_count, at, worker->block.values,
                          worker->block.offsets + worker->taken, count);
    if (worker->next == 0)
        fg_columns_clear_entry(requests, request_count, 1, at);
    worker->taken += count;
    return count;
}

/* Fills the entries from `at` on of some of the next `left` numbers; *count says of how many.
 * Vectors of planes take all but the last few numbers of a range that ends within a segment. */
static enum fg_status fill_some(struct sieve_worker *worker, uint64_t left,
                                const struct fg_column_request *requests, size_t request_count,
                                size_t at, uint64_t *count, struct fg_error *error) {
    if (worker->taken == worker->block.count) {
        FG_TRY(have_segment(worker, error));
        const uint32_t rest = worker->segment_count - worker->finished;
        const uint32_t whole = left < rest ? (uint32_t)(left - left % FG_PLANES_READ) : rest;
        if (whole > 0) {
            const struct fg_planes part = fg_planes_part(worker->planes, worker->finished, whole);
            FG_TRY(worker->finish->columns(&part, requests, request_count, at, error));
            worker->finished += whole;
            *count = whole;
            return FG_OK;
        }
        fg_results_clear(&worker->block);
        worker->taken = 0;
        FG_TRY(finish_block(worker, block_numbers(worker, FG_PLANES_READ), &worker->block, error));
    }
    *count = columns_of_block(worker, left, requests, request_count, at);
    return FG_OK;
}

/* Returns whether the sieve of phi has all columns, and is worth it. */
static bool suit_totients(const struct sieve_worker *worker, const struct fg_numbers *range,
                          const struct fg_column_request *requests, size_t request_count) {
    const uint64_t first = range->begin.low;
    return request_count == 1 && fg_columns_request(requests, 0)->column == FG_COLUMN_PHI &&
           first < FG_TOTIENTS_END && range->count <= FG_TOTIENTS_END - first &&
           (range->count >= FG_TOTIENTS_COUNT_MIN ||
            (worker->by_totients && goes_on(worker, range)));
}

/* Does as fill_some() by the sieve of phi. */
static enum fg_status fill_totients(struct sieve_worker *worker, uint64_t left,
                                    const struct fg_column_request *request, size_t at,
                                    uint64_t *count, struct fg_error *error) {
    FG_TRY(have_segment(worker, error));
    const uint32_t rest = worker->segment_count - worker->finished;
    const uint32_t filled = left < rest ? (uint32_t)left : rest;
    fg_totients_values(worker->totients, worker->finished, filled,
                       (uint64_t *)request->values + at);
    worker->finished += filled;
    *count = filled;
    return FG_OK;
}

static enum fg_status fill_columns(struct sieve_worker *worker, const struct fg_numbers *range,
                                   const struct fg_column_request *requests, size_t request_count,
                                   size_t at, struct fg_error *error) {
    uint64_t count;
    for (uint64_t done = 0; done < range->count; done += count) {
        const uint64_t left = range->count - done;
        if (worker->by_totients)
            FG_TRY(fill_totients(worker, left, fg_columns_request(requests, 0), at + done, &count,
                                 error));
        else
            FG_TRY(fill_some(worker, left, requests, request_count, at + done, &count, error));
        FG_TRY(fg_sieve_check_columns(&worker->check, worker->next, count, requests, request_count,
                                      at + done, error));
        pass(worker, count);
    }
    return FG_OK;
}

enum fg_status fg_sieve_columns(void *state, const struct fg_numbers *range,
                                const struct fg_column_request *requests, size_t request_count,
                                size_t at, struct fg_error *error) {
    struct sieve_worker *const worker = state;
    if (range->count == 0)
        return FG_OK;
    const bool by_totients = suit_totients(worker, range, requests, request_count);
    FG_TRY(go_to(worker, range, by_totients, error));
    const enum fg_status status = fill_columns(worker, range, requests, request_count, at, error);
    return status == FG_OK ? FG_OK : abandon(worker, status);
}

enum fg_status fg_sieve_range_totals(void *state, const struct fg_numbers *range,
                                     struct fg_totals *totals, size_t column_count,
                                     struct fg_error *error) {
    struct sieve_worker *const worker = state;
    if (worker->totals == NULL)
        FG_TRY(fg_sieve_totals_open(worker->check.cancelled, FG_SIEVE_BUCKET_BYTES, &worker->totals,
                                    error));
    return fg_sieve_totals_add(worker->totals, range->begin.low, range->count, totals, column_count,
                               error);
}
