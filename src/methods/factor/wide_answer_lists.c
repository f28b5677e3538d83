/* SPDX-License-Identifier: MIT */
/*
 * wide_answer_lists.c: the primes of a factorisation in a row, or a walk through its divisors.
 */
#include "methods/factor/wide_answer_lists.h"

#include "batch/numbers.h"
#include "batch/results.h"

enum fg_status fg_wide_answers_open(struct fg_wide_answers *answers, enum fg_answer answer,
                                    struct fg_error *error) {
    answers->answer = answer;
    answers->walk = fg_wide_divisors_create(error);
    return answers->walk != NULL ? FG_OK : FG_ERROR_MEMORY;
}

void fg_wide_answers_close(struct fg_wide_answers *answers) {
    fg_wide_divisors_close(answers->walk);
    answers->walk = NULL;
}

/* Writes the primes, each as often as it divides, and returns how many. */
static size_t write_primes(const struct fg_wide_factorization *factors, struct fg_uint128 *list) {
    size_t count = 0;
    for (uint32_t i = 0; i < factors->distinct; i++)
        for (uint32_t e = 0; e < factors->exponents[i]; e++)
            list[count++] = fg_uint128_of_wide(factors->primes[i]);
    return count;
}

static enum fg_status append_primes(const struct fg_wide_factorization *factors,
                                    struct fg_results *results, struct fg_error *error) {
    uint64_t *place;
    FG_TRY(fg_results_reserve(results, fg_wide_factorization_prime_count(factors), &place, error));
    fg_results_commit(results, write_primes(factors, fg_results_wide_end(results)));
    return FG_OK;
}

static enum fg_status append_divisors(const struct fg_wide_answers *answers,
                                      const struct fg_wide_factorization *factors, size_t count,
                                      struct fg_results *results, struct fg_error *error) {
    struct fg_uint128 primes[FG_WIDE_MAX_PRIMES];
    uint64_t *place;
    FG_TRY(fg_wide_divisors_begin(answers->walk, primes, write_primes(factors, primes), error));
    FG_TRY(fg_results_reserve(results, count, &place, error));
    fg_results_commit(results,
                      fg_wide_divisors_next(answers->walk, fg_results_wide_end(results), count));
    return FG_OK;
}

static enum fg_status refuse(struct fg_uint128 number, size_t count, struct fg_error *error) {
    char text[FG_NUMBER_TEXT];
    return fg_fail(error, FG_ERROR_TOO_MANY,
                   "%s has %zu divisors, and a list holds %d at most: ask for its primes "
                   "(FG_ANSWER_PRIMES) and walk through the divisors (fg_wide_divisors_open())",
                   fg_number_text(number, text), count, FG_WIDE_MAX_LISTED_DIVISORS);
}

enum fg_status fg_wide_answers_append(const struct fg_wide_answers *answers,
                                      const struct fg_uint128 *numbers,
                                      const struct fg_wide_factorization *factors, size_t count,
                                      bool first, size_t *room, size_t *appended,
                                      struct fg_results *results, struct fg_error *error) {
    const bool primes = answers->answer == FG_ANSWER_PRIMES;
    for (size_t i = 0; i < count; i++, first = false) {
        const size_t length = primes ? fg_wide_factorization_prime_count(&factors[i])
                                     : fg_wide_factorization_divisor_count(&factors[i]);
        if (!primes && length > FG_WIDE_MAX_LISTED_DIVISORS)
            return refuse(numbers[i], length, error);
        if (length > *room && !first)
            return FG_OK;
        FG_TRY(primes ? append_primes(&factors[i], results, error)
                      : append_divisors(answers, &factors[i], length, results, error));
        *room -= length < *room ? length : *room;
        ++*appended;
    }
    return FG_OK;
}
