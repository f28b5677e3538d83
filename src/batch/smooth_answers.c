/* SPDX-License-Identifier: MIT */
/*
 * smooth_answers.c: which answers are those of smooth numbers, and the answer of the others.
 */
#include "batch/smooth_answers.h"

#include "batch/numbers.h"

#include <string.h>

/* Returns value k of the results, of one word or two. */
static fg_wide value_at(const struct fg_results *results, size_t k) {
    return results->words == 2 ? fg_wide_join(results->values[2 * k], results->values[2 * k + 1])
                               : results->values[k];
}

/*
 * Returns whether the divisors are those of a smooth number n > 1. Those up to the bound take all
 * of its primes up to there out of n, because they ascend and every prime comes before its
 * multiples: nothing is left if it is smooth.
 */
static bool have_smooth_product(fg_wide bound, const struct fg_results *results, size_t begin,
                                size_t end) {
    fg_wide rest = value_at(results, end - 1); /* n itself */
    for (size_t k = begin + 1; k < end && rest > 1; k++) {
        const fg_wide divisor = value_at(results, k);
        if (divisor > bound)
            return false;
        while (rest % divisor == 0)
            rest /= divisor;
    }
    return rest == 1;
}

/* Returns whether an answer is a list that a smooth number has. */
static bool is_smooth(fg_wide bound, const struct fg_results *results, size_t begin, size_t end) {
    if (begin == end || value_at(results, begin) == 0)
        return true; /* of 1; or the method gave the answer: it stays */
    return results->answer == FG_ANSWER_PRIMES ? value_at(results, end - 1) <= bound
                                               : have_smooth_product(bound, results, begin, end);
}

void fg_smooth_replace(struct fg_uint128 bound, struct fg_results *results) {
    const fg_wide limit = fg_wide_of_uint128(bound);
    size_t to = results->count > 0 ? results->offsets[0] : 0;
    for (size_t i = 0; i < results->count; i++) {
        const size_t begin = results->offsets[i], end = results->offsets[i + 1];
        const bool smooth = is_smooth(limit, results, begin, end);
        const size_t length = smooth ? end - begin : 1;
        uint64_t *const place = results->values + fg_results_words(results, to);
        const size_t bytes = fg_results_words(results, length) * sizeof *place;
        if (!smooth)
            memset(place, 0, bytes);
        else if (to != begin)
            memmove(place, results->values + fg_results_words(results, begin), bytes);
        results->offsets[i] = to;
        to += length;
    }
    if (results->count > 0)
        results->offsets[results->count] = to;
}

bool fg_results_is_not_smooth(const struct fg_results *results, size_t i) {
    const size_t begin = results->offsets[i];
    return begin < results->offsets[i + 1] && value_at(results, begin) == 0;
}
