/* SPDX-License-Identifier: MIT */
/*
 * answers.h: checks of answers, and primes from divisors.
 *
 * A backend that shares work among workers lets these check their answers, with fg_answers_check()
 * or the functions of factor_gpu.h that it uses. The engine checks the answers of the other
 * backends.
 */
#ifndef FG_BATCH_ANSWERS_H
#define FG_BATCH_ANSWERS_H

#include "batch/error.h"
#include "batch/results.h"

/*
 * Checks what `results` holds from answer `first` on against numbers[0 .. results->count - first):
 * FG_ERROR_SELF_CHECK, with the number named if `error` is not NULL, if one cannot be right. With
 * `smooth_only`, that of a number that is not smooth (smooth_answers.h) passes.
 */
enum fg_status fg_answers_check(enum fg_answer answer, const uint64_t *numbers,
                                const struct fg_results *results, size_t first, bool smooth_only,
                                struct fg_error *error);

/* Checks the answers to numbers of two words. */
enum fg_status fg_answers_check_wide(enum fg_answer answer, const struct fg_uint128 *numbers,
                                     const struct fg_results *results, size_t first,
                                     bool smooth_only, struct fg_error *error);

/* Does what fg_check_divisors() does for a list from a device, whose first value is its marks
 * (algorithms/marked_divisors.h). */
bool fg_check_marked_divisors(uint64_t n, const uint64_t *divisors, size_t divisor_count);

/* Replaces the checked divisors from answer `first` on by the primes of numbers[0 ..), in place. */
void fg_answers_to_primes(const uint64_t *numbers, struct fg_results *results, size_t first);

#endif
