/* SPDX-License-Identifier: MIT */
/*
 * wide_answer_lists.c: the primes of a factorisation in a row, or a walk through its divisors.
 */
#include "methods/factor/wide_answer_lists.h"

#include "batch/numbers.h"
#include "batch/results.h"

enum fg_status fg_wide_answers_open(struct fg_wide_answers *answers,
                                    const struct fg_method_setup *setup, struct fg_error *error) {
    answers->answer = setup->answer;
    answers->smooth_bound = fg_wide_of_uint128(setup->smooth_bound);
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

/* Returns whether the number has a prime above the bound. */
static bool is_not_smooth(const struct fg_wide_answers *answers,
                          const struct fg_wide_factorization *factors) {
    return factors->not_smooth || (answers->smooth_bound != 0 && factors->distinct > 0 &&
                                   factors->primes[factors->distinct - 1] > answers->smooth_bound);
}

/* Appends the answer of such a number. */
static enum fg_status append_not_smooth(struct fg_results *results, struct fg_error *error) {
    uint64_t *place;
    FG_TRY(fg_results_reserve(results, 1, &place, error));
    *fg_results_wide_end(results) = fg_uint128_of_wide(0);
    fg_results_commit(results, 1);
    return FG_OK;
}

/* Appends the answer, which has so many values. */
static enum fg_status append_answer(const struct fg_wide_answers *answers,
                                    const struct fg_wide_factorization *factors, size_t length,
                                    struct fg_results *results, struct fg_error *error) {
    if (is_not_smooth(answers, factors))
        return append_not_smooth(results, error);
    return answers->answer == FG_ANSWER_PRIMES
               ? append_primes(factors, results, error)
               : append_divisors(answers, factors, length, results, error);
}

/* Returns how many values the answer has. */
static size_t answer_length(const struct fg_wide_answers *answers,
                            const struct fg_wide_factorization *factors) {
    if (is_not_smooth(answers, factors))
        return 1;
    return answers->answer == FG_ANSWER_PRIMES ? fg_wide_factorization_prime_count(factors)
                                               : fg_wide_factorization_divisor_count(factors);
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
        const size_t length = answer_length(answers, &factors[i]);
        if (!primes && length > FG_WIDE_MAX_LISTED_DIVISORS)
            return refuse(numbers[i], length, error);
        if (length > *room && !first)
            return FG_OK;
        FG_TRY(append_answer(answers, &factors[i], length, results, error));
        *room -= length < *room ? length : *room;
        ++*appended;
    }
    return FG_OK;
}
