/* SPDX-License-Identifier: MIT */
/*
 * sieve_check.c: choosing the sample, factoring it, comparing.
 */
#include "methods/sieve/sieve_check.h"

#include "batch/column_request.h"
#include "batch/columns.h"
#include "methods/factor/factor_cpu.h"
#include <string.h>

/* The pseudorandom generator MMIX of D. E. Knuth: x becomes MULTIPLIER * x + INCREMENT. */
#define MULTIPLIER UINT64_C(6364136223846793005)
#define INCREMENT UINT64_C(1442695040888963407)

/* Opens the other method, unless that has been done. */
static enum fg_status open_factor(struct fg_sieve_check *check, struct fg_error *error) {
    const struct fg_method_setup setup = {
        .method = FG_METHOD_FACTOR, .answer = FG_ANSWER_PRIMES, .cancelled = check->cancelled};
    return check->factor != NULL ? FG_OK : fg_factor_open(&setup, &check->factor, error);
}

void fg_sieve_check_close(struct fg_sieve_check *check) {
    if (check->factor != NULL)
        fg_factor_close(check->factor);
    fg_results_free(&check->claimed);
    fg_results_free(&check->found);
}

void fg_sieve_check_forget(struct fg_sieve_check *check) {
    check->count = 0;
    fg_results_clear(&check->claimed);
}

/* Begins the next interval of numbers, with a pseudorandom sample in it. */
static void begin_interval(struct fg_sieve_check *check) {
    check->random = check->random * MULTIPLIER + INCREMENT;
    check->chosen = check->random >> 32 & (FG_CHECKED_NUMBERS - 1);
    check->passed = 0;
}

/* Skips numbers from *done on, of `count`, up to the next one of the sample. Returns true, with
 * *done at it; the next call goes on behind it. Returns false if no number of the sample is left.
 */
static bool next_sample(struct fg_sieve_check *check, uint64_t first, size_t count, size_t *done) {
    if (check->random == 0) { /* other samples for other ranges */
        check->random = first;
        begin_interval(check);
    }
    while (*done < count) {
        const size_t left = count - *done;
        if (check->passed <= check->chosen && left > check->chosen - check->passed) {
            *done += check->chosen - check->passed;
            check->passed = check->chosen + 1;
            return true;
        }
        const uint64_t rest = FG_CHECKED_NUMBERS - check->passed;
        const size_t step = left < rest ? left : (size_t)rest;
        check->passed += step;
        *done += step;
        if (check->passed == FG_CHECKED_NUMBERS)
            begin_interval(check);
    }
    return false;
}

/* Factors the numbers that wait, into `found`. */
static enum fg_status factor_sample(struct fg_sieve_check *check, struct fg_error *error) {
    const struct fg_numbers sample = fg_numbers_of_list(check->numbers, check->count);
    FG_TRY(open_factor(check, error));
    fg_results_clear(&check->found);
    check->found.words = 1;
    return fg_factor_answer(check->factor, &sample, SIZE_MAX, &check->found, error);
}

static enum fg_status fail_number(uint64_t n, struct fg_error *error) {
    return fg_fail(error, FG_ERROR_SELF_CHECK,
                   "the sieve and the method factor have different answers for %llu",
                   (unsigned long long)n);
}

enum fg_status fg_sieve_check_lists(struct fg_sieve_check *check, struct fg_error *error) {
    if (check->count == 0)
        return FG_OK;
    FG_TRY(factor_sample(check, error));
    for (size_t i = 0; i < check->count; i++) {
        size_t claimed_count, found_count;
        const uint64_t *const claimed = fg_results_at(&check->claimed, i, &claimed_count);
        const uint64_t *const found = fg_results_at(&check->found, i, &found_count);
        if (claimed_count != found_count ||
            memcmp(claimed, found, found_count * sizeof *found) != 0)
            return fail_number(check->numbers[i], error);
    }
    check->count = 0;
    fg_results_clear(&check->claimed);
    return FG_OK;
}

enum fg_status fg_sieve_check_note(struct fg_sieve_check *check, uint64_t first,
                                   const struct fg_results *results, size_t from,
                                   struct fg_error *error) {
    size_t done = 0;
    check->claimed.words = 1;
    for (; next_sample(check, first, results->count - from, &done); done++) {
        size_t count;
        const uint64_t *const primes = fg_results_at(results, from + done, &count);
        uint64_t *copy;
        if (first + done == 0) /* has an empty answer, and the other method takes no 0 */
            continue;
        if (check->count == FG_CHECK_CAPACITY)
            FG_TRY(fg_sieve_check_lists(check, error));
        FG_TRY(fg_results_reserve(&check->claimed, count, &copy, error));
        memcpy(copy, primes, count * sizeof *copy);
        fg_results_commit(&check->claimed, count);
        check->numbers[check->count++] = first + done;
    }
    return FG_OK;
}

/* Compares the entry at `place` of a column with that of the other method's primes of number i. */
static enum fg_status check_entry(const struct fg_sieve_check *check,
                                  const struct fg_column_request *request, size_t i, size_t place,
                                  struct fg_error *error) {
    const size_t bytes = fg_column_entry_bytes(request->column);
    struct fg_uint128 entry; /* of any type for one word */
    struct fg_column_request own = *request;
    own.size = sizeof own;
    own.values = &entry;
    fg_columns_fill_range(&own, 1, 0, check->found.values, check->found.offsets + i, 1);
    return memcmp(&entry, (const char *)request->values + place * bytes, bytes) == 0
               ? FG_OK
               : fail_number(check->numbers[i], error);
}

static enum fg_status check_sample_columns(struct fg_sieve_check *check,
                                           const struct fg_column_request *requests,
                                           size_t request_count, struct fg_error *error) {
    if (check->count == 0)
        return FG_OK;
    FG_TRY(factor_sample(check, error));
    for (size_t r = 0; r < request_count; r++)
        for (size_t i = 0; i < check->count; i++)
            FG_TRY(check_entry(check, fg_columns_request(requests, r), i, check->places[i], error));
    check->count = 0;
    return FG_OK;
}

enum fg_status fg_sieve_check_columns(struct fg_sieve_check *check, uint64_t first, size_t count,
                                      const struct fg_column_request *requests,
                                      size_t request_count, size_t at, struct fg_error *error) {
    size_t done = 0;
    for (; next_sample(check, first, count, &done); done++) {
        if (first + done == 0)
            continue;
        if (check->count == FG_CHECK_CAPACITY)
            FG_TRY(check_sample_columns(check, requests, request_count, error));
        check->numbers[check->count] = first + done;
        check->places[check->count++] = at + done;
    }
    return check_sample_columns(check, requests, request_count, error);
}

enum fg_status fg_sieve_check_sample(struct fg_sieve_check *check, const uint64_t *numbers,
                                     size_t count, const struct fg_column_request *requests,
                                     size_t request_count, struct fg_error *error) {
    memcpy(check->numbers, numbers, count * sizeof *numbers);
    for (size_t i = 0; i < count; i++)
        check->places[i] = i;
    check->count = count;
    return check_sample_columns(check, requests, request_count, error);
}

/* ---- Totals ---- */

/* Returns the number of interval k that is in the sample of totals. Its place is the high 16 bits
 * of a hash. */
static uint64_t sample_of(uint64_t k) {
    uint64_t hash = k * MULTIPLIER + INCREMENT;
    hash = (hash ^ hash >> 32) * MULTIPLIER;
    return k * FG_CHECKED_TOTALS + (hash >> 48);
}

/* Factors the sample of the first of `left` numbers from `first` on. */
static enum fg_status factor_ahead(struct fg_sieve_check *check, uint64_t first, uint64_t left,
                                   struct fg_error *error) {
    const uint64_t most =
        (uint64_t)FG_CHECK_CAPACITY * FG_CHECKED_TOTALS - first % FG_CHECKED_TOTALS;
    const uint64_t last = first + ((left < most ? left : most) - 1);
    check->count = 0;
    check->first = 1; /* nothing, until the sample is factored */
    check->last = 0;
    for (uint64_t k = first / FG_CHECKED_TOTALS; k <= last / FG_CHECKED_TOTALS; k++) {
        const uint64_t n = sample_of(k);
        if (n >= first && n <= last && n > 0) /* the other method takes no 0 */
            check->numbers[check->count++] = n;
    }
    if (check->count > 0)
        FG_TRY(factor_sample(check, error));
    check->first = first;
    check->last = last;
    return FG_OK;
}

enum fg_status fg_sieve_check_prepare(struct fg_sieve_check *check, uint64_t first, uint64_t count,
                                      uint64_t left, struct fg_error *error) {
    const uint64_t last = first + (count - 1);
    if (first < check->first || last > check->last)
        FG_TRY(factor_ahead(check, first, left, error));
    check->begin = 0;
    while (check->begin < check->count && check->numbers[check->begin] < first)
        check->begin++;
    check->end = check->begin;
    while (check->end < check->count && check->numbers[check->end] <= last)
        check->end++;
    return FG_OK;
}

enum fg_status fg_sieve_check_block(const struct fg_sieve_check *check, uint64_t first,
                                    uint64_t count, const struct fg_column_request *request,
                                    struct fg_error *error) {
    for (size_t i = check->begin; i < check->end; i++) {
        const uint64_t place = check->numbers[i] - first; /* huge for a number before `first` */
        if (place < count)
            FG_TRY(check_entry(check, request, i, (size_t)place, error));
    }
    return FG_OK;
}
