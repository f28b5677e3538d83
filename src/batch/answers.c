/* SPDX-License-Identifier: MIT */
/*
 * answers.c: the checks that every answer passes before it leaves the library.
 */
#include "batch/answers.h"

#include "algorithms/divisor_bound.h"
#include "algorithms/divisors.h"
#include "algorithms/marked_divisors.h"
#include "arith/bits.h"
#include "batch/numbers.h"

uint32_t fg_divisor_bound(uint64_t n) {
    return fg_divisor_bound_by_bits[fg_bit_length64(n)];
}

size_t fg_prime_factors(uint64_t n, const uint64_t *divisors, size_t divisor_count,
                        struct fg_prime_power primes[FG_MAX_DISTINCT_PRIMES]) {
    const uint32_t found = fg_primes_from_divisors(n, divisors, (uint32_t)divisor_count, primes,
                                                   FG_MAX_DISTINCT_PRIMES);
    return found <= FG_MAX_DISTINCT_PRIMES ? found : 0;
}

bool fg_check_divisors(uint64_t n, const uint64_t *divisors, size_t divisor_count) {
    return divisor_count <= FG_MAX_DIVISORS &&
           fg_divisors_plausible(n, divisors, (uint32_t)divisor_count);
}

/* Most lists of two values have the marks of an odd prime, which are bits 0 and 1. */
bool fg_check_marked_divisors(uint64_t n, const uint64_t *divisors, size_t divisor_count) {
    if (divisor_count == 2 && divisors[0] == (FG_NO_MARKS | 2) && n % 2 == 1)
        return n > 1 && divisors[1] == n;
    return divisor_count <= FG_MAX_DIVISORS &&
           fg_marked_divisors_plausible(n, divisors, (uint32_t)divisor_count);
}

bool fg_check_primes(uint64_t n, const uint64_t *primes, size_t prime_count) {
    uint64_t product = 1, before = 2;
    for (size_t i = 0; i < prime_count; i++) {
        if (primes[i] < before || fg_mul64_high(product, primes[i]) != 0)
            return false;
        product *= primes[i];
        before = primes[i];
    }
    return product == n;
}

enum fg_status fg_answers_check(enum fg_answer answer, const uint64_t *numbers,
                                const struct fg_results *results, size_t first, bool smooth_only,
                                struct fg_error *error) {
    bool (*const check)(uint64_t, const uint64_t *, size_t) =
        answer == FG_ANSWER_PRIMES ? fg_check_primes : fg_check_divisors;
    for (size_t i = first; i < results->count; i++) {
        size_t value_count;
        const uint64_t *const values = fg_results_at(results, i, &value_count);
        if (!check(numbers[i - first], values, value_count) &&
            !(smooth_only && value_count == 1 && fg_results_is_not_smooth(results, i)))
            return fg_fail(error, FG_ERROR_SELF_CHECK, "the answer for %llu failed its check",
                           (unsigned long long)numbers[i - first]);
    }
    return FG_OK;
}

enum fg_status fg_answers_check_wide(enum fg_answer answer, const struct fg_uint128 *numbers,
                                     const struct fg_results *results, size_t first,
                                     bool smooth_only, struct fg_error *error) {
    bool (*const check)(struct fg_uint128, const struct fg_uint128 *, size_t) =
        answer == FG_ANSWER_PRIMES ? fg_wide_check_primes : fg_wide_check_divisors;
    for (size_t i = first; i < results->count; i++) {
        size_t value_count;
        const struct fg_uint128 *const values = fg_results_wide_at(results, i, &value_count);
        char text[FG_NUMBER_TEXT];
        if (!check(numbers[i - first], values, value_count) &&
            !(smooth_only && value_count == 1 && fg_results_is_not_smooth(results, i)))
            return fg_fail(error, FG_ERROR_SELF_CHECK, "the answer for %s failed its check",
                           fg_number_text(numbers[i - first], text));
    }
    return FG_OK;
}

/* A number has fewer primes than divisors, so nothing is overwritten before it is read. */
void fg_answers_to_primes(const uint64_t *numbers, struct fg_results *results, size_t first) {
    size_t end = results->count > first ? results->offsets[first] : 0;
    for (size_t i = first; i < results->count; i++) {
        size_t divisor_count;
        const uint64_t *const divisors = fg_results_at(results, i, &divisor_count);
        struct fg_prime_power primes[FG_MAX_DISTINCT_PRIMES];
        const size_t distinct =
            fg_prime_factors(numbers[i - first], divisors, divisor_count, primes);
        results->offsets[i] = end;
        for (size_t p = 0; p < distinct; p++)
            for (uint32_t copy = 0; copy < primes[p].exponent; copy++)
                results->values[end++] = primes[p].prime;
    }
    if (results->count > first)
        results->offsets[results->count] = end;
}
