/* SPDX-License-Identifier: MIT */
/*
 * piece_checks.c: blocks of answers, each copied while its check has it in the cache.
 */
#include "methods/factor/piece_checks.h"

#include "algorithms/confirm_prime.h"
#include "algorithms/factorization.h"
#include "batch/answers.h"
#include "factor_gpu.h"
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* A block ends at so many numbers or so many values: 128 KiB, which an L2 cache keeps between the
 * check and the copy. */
#define BLOCK_NUMBERS 4096
#define BLOCK_VALUES 16384
/* A piece of this many values, 2 MiB, is not in a cache any more when all of it has been copied. */
#define STREAMED_VALUES (1 << 18)
/* A check reads a list from both ends, which no CPU predicts: values are fetched so far ahead. */
#define FETCHED_VALUES 1024
#define CACHE_LINE_VALUES 8
/* One number in so many has its primes proved again by the CPU, in some microseconds. */
#define PROVED_AGAIN 256

/* Copies values to a place that is not read again soon: around the cache, which does not read the
 * place first. */
static void stream_values(uint64_t *to, const uint64_t *from, size_t count) {
    size_t i = 0;
#ifdef __SSE2__
    for (; i < count && (uintptr_t)(to + i) % sizeof(__m128i) != 0; i++)
        to[i] = from[i];
    for (; i + 8 <= count; i += 8)
        for (size_t k = 0; k < 8; k += 2)
            _mm_stream_si128((__m128i *)(to + i + k),
                             _mm_loadu_si128((const __m128i *)(from + i + k)));
    _mm_sfence();
#endif
    memcpy(to + i, from + i, (count - i) * sizeof *to);
}

static void copy_block(const struct fg_piece *piece, const struct fg_block *block) {
    if (block->value_count > 0) { /* else the place may be NULL */
        uint64_t *const to = piece->place + block->first_value;
        const uint64_t *const from = piece->values + block->first_value;
        if (piece->job.value_count >= STREAMED_VALUES)
            stream_values(to, from, block->value_count);
        else
            memcpy(to, from, block->value_count * sizeof *to);
    }
    size_t end = piece->begin + block->first_value;
    for (uint32_t i = block->first; i < block->first + block->count; i++)
        piece->offsets[i] = end += piece->job.value_counts[i];
}

/* Returns whether the CPU, too, proves the primes of a checked answer, and finds the same divisors
 * by them, whatever the device has marked. */
static bool is_proved(enum fg_answer answer, uint64_t n, const uint64_t *values, size_t count) {
    struct fg_prime_power primes[FG_MAX_DISTINCT_PRIMES];
    const bool in_a_row = answer == FG_ANSWER_PRIMES;
    if (!in_a_row && !fg_check_divisors(n, values, count))
        return false;
    const size_t prime_count = in_a_row ? count : fg_prime_factors(n, values, count, primes);
    for (size_t i = 0; i < prime_count; i++)
        if (!fg_confirm_prime64(in_a_row ? values[i] : primes[i].prime))
            return false;
    return true;
}

/* Returns whether an answer passes its check, and puts the divisor 1 in place of its marks. */
static bool is_right(enum fg_answer answer, uint64_t n, uint64_t *values, size_t count) {
    if (answer == FG_ANSWER_PRIMES)
        return fg_check_primes(n, values, count);
    const bool right = fg_check_marked_divisors(n, values, count);
    if (count > 0)
        values[0] = 1;
    return right;
}

/* Asks the memory for the values from `next` to `end`, which are read soon. Returns what was not
 * asked for yet. */
static const uint64_t *fetch(const uint64_t *next, const uint64_t *end) {
    for (; next < end; next += CACHE_LINE_VALUES)
        __builtin_prefetch(next);
    return next;
}

/*
 * Checks a block, and returns how many answers from its first on are right. This check cannot see a
 * composite that was taken for a prime, because the factors still multiply to their number. A
 * device whose tests go wrong after it was opened makes this error again and again, so it is enough
 * to prove the primes of a sample again.
 */
static uint32_t count_right(const struct fg_piece *piece, const struct fg_block *block) {
    uint64_t *values = piece->values + block->first_value;
    const uint64_t *const end = values + block->value_count, *next = values;
    for (uint32_t i = 0; i < block->count; i++) {
        const uint32_t at = block->first + i;
        const uint64_t n = piece->numbers[at];
        const size_t count = piece->job.value_counts[at];
        const size_t left = (size_t)(end - values);
        next = fetch(next, left < FETCHED_VALUES ? end : values + FETCHED_VALUES);
        if (!is_right(piece->answer, n, values, count) ||
            ((piece->first + at) % PROVED_AGAIN == 0 &&
             !is_proved(piece->answer, n, values, count)))
            return i;
        values += count;
    }
    return block->count;
}

static enum fg_status check_and_copy(struct fg_block_job *job, const struct fg_block *block,
                                     struct fg_worker_space *space, uint32_t *failed_at,
                                     struct fg_error *error) {
    const struct fg_piece *const piece = (const struct fg_piece *)job; /* its first member */
    const uint32_t right = count_right(piece, block);
    (void)space;
    copy_block(piece, block);
    if (right == block->count)
        return FG_OK;
    *failed_at = block->first + right;
    return fg_fail(error, FG_ERROR_SELF_CHECK, "the answer for %llu failed its check",
                   (unsigned long long)piece->numbers[*failed_at]);
}

const struct fg_block_kind fg_piece_checks = {
    .max_numbers = BLOCK_NUMBERS, .max_values = BLOCK_VALUES, .run = check_and_copy};
