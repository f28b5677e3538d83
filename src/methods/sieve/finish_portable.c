/* SPDX-License-Identifier: MIT */
/*
 * finish_portable.c: finishing planes number by number, for CPUs without vectors.
 */
#include "methods/sieve/finish.h"

#include "batch/results.h"
#include "methods/sieve/finish_number.h"
#include "methods/sieve/finish_sums.h"

/* Capacity is reserved for so many numbers at once. */
#define BLOCK_NUMBERS 1024

static bool runs_here(void) {
    return true;
}

static enum fg_status append_block(const struct fg_planes *planes, uint32_t begin, uint32_t count,
                                   struct fg_results *results, struct fg_error *error) {
    FG_TRY(fg_results_reserve_run(results, count, (size_t)count * FG_NUMBER_PRIMES, error));
    for (uint32_t i = begin; i < begin + count; i++) {
        uint32_t prime_count;
        FG_TRY(fg_planes_number(planes, i, fg_results_end(results), &prime_count, error));
        fg_results_commit(results, prime_count);
    }
    return FG_OK;
}

static enum fg_status append_lists(const struct fg_planes *planes, struct fg_results *results,
                                   struct fg_error *error) {
    const size_t before = results->count;
    for (uint32_t begin = 0; begin < planes->count; begin += BLOCK_NUMBERS) {
        const uint32_t left = planes->count - begin;
        const uint32_t count = left < BLOCK_NUMBERS ? left : BLOCK_NUMBERS;
        const enum fg_status status = append_block(planes, begin, count, results, error);
        if (status != FG_OK) {
            results->count = before;
            return status;
        }
    }
    return FG_OK;
}

static enum fg_status fill_columns(const struct fg_planes *planes,
                                   const struct fg_column_request *requests, size_t request_count,
                                   size_t at, struct fg_error *error) {
    return fg_planes_fill_columns(planes, 0, planes->count, requests, request_count, at, error);
}

static struct fg_word_sum sum_words(const uint64_t *words, size_t count) {
    struct fg_word_sum sum = {{0, 0}, words[0], words[0]};
    for (size_t i = 0; i < count; i++)
        take_word(&sum, words[i]);
    return sum;
}

static size_t find_word(const uint64_t *words, size_t count, uint64_t word) {
    (void)count;
    return find_word_from(words, 0, word);
}

const struct fg_finish fg_finish_portable = {
    .name = "portable",
    .runs_here = runs_here,
    .lists = append_lists,
    .columns = fill_columns,
    .sum_words = sum_words,
    .find_word = find_word,
    .count_signs = count_signs,
};
