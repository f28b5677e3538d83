/* SPDX-License-Identifier: MIT */
/*
 * piece_checks.c: blocks of answers, each copied while its check has it in the cache.
 */
#include "methods/factor/piece_checks.h"

#include "algorithms/factorization.h"
#include "algorithms/primality.h"
#include "batch/answers.h"
#include "factor_gpu.h"
#include "gpu/timing.h"
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* A block ends at this many numbers, or with the group of numbers that brings it to this many
 * values: 128 KiB, which an L2 cache keeps between the check and the copy. */
#define BLOCK_NUMBERS 4096
#define BLOCK_VALUES 16384
#define GROUP_NUMBERS 32
/* A piece of this many values, 2 MiB, is not in a cache any more when all of it has been copied. */
#define STREAMED_VALUES (1 << 18)
/* A check reads a list from both ends, which no cache foresees: it is asked for so far ahead. */
#define FETCHED_VALUES 1024
#define CACHE_LINE_VALUES 8
/* One number in so many has its primes proved again by the CPU, in some microseconds. */
#define PROVED_AGAIN 256

/* A block: numbers [first, first + count) of its piece. */
struct block {
    struct fg_piece *piece;
    uint32_t first, count;
    size_t first_value, value_count;
};

/* ---- A block ---- */

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

static void copy_block(const struct block *block) {
    const struct fg_piece *const piece = block->piece;
    uint64_t *const to = piece->place + block->first_value;
    const uint64_t *const from = piece->values + block->first_value;
    if (piece->value_count >= STREAMED_VALUES)
        stream_values(to, from, block->value_count);
    else if (block->value_count > 0)
        memcpy(to, from, block->value_count * sizeof *to);
    size_t end = piece->begin + block->first_value;
    for (uint32_t i = block->first; i < block->first + block->count; i++)
        piece->offsets[i] = end += piece->value_counts[i];
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
        if (!fg_is_prime64(in_a_row ? values[i] : primes[i].prime))
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
static uint32_t count_right(const struct block *block) {
    const struct fg_piece *const piece = block->piece;
    uint64_t *values = piece->values + block->first_value;
    const uint64_t *const end = values + block->value_count, *next = values;
    for (uint32_t i = 0; i < block->count; i++) {
        const uint32_t at = block->first + i;
        const uint64_t n = piece->numbers[at];
        const size_t count = piece->value_counts[at];
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

/* ---- Taking blocks ---- */

/* Cuts the next block of a piece that has one. The lock is held. */
static struct block cut_block(struct fg_piece *piece) {
    struct block block = {piece, piece->taken, 0, piece->taken_values, 0};
    const uint32_t left = piece->count - piece->taken;
    const uint32_t most = left < BLOCK_NUMBERS ? left : BLOCK_NUMBERS;
    while (block.count < most && block.value_count < BLOCK_VALUES) {
        const uint32_t rest = most - block.count;
        const uint32_t group = rest < GROUP_NUMBERS ? rest : GROUP_NUMBERS;
        const uint32_t *const counts = piece->value_counts + block.first + block.count;
        for (uint32_t i = 0; i < group; i++)
            block.value_count += counts[i];
        block.count += group;
    }
    piece->taken += block.count;
    piece->taken_values += block.value_count;
    return block;
}

/* Takes a piece without a block to take out of the list. The lock is held. */
static void unlist(struct fg_piece_checkers *checkers, const struct fg_piece *piece) {
    struct fg_piece **link = &checkers->first;
    while (*link != NULL && *link != piece)
        link = &(*link)->next;
    if (*link != NULL)
        *link = piece->next;
}

/* Leaves no block of a piece to take. The lock is held. */
static void end_piece(struct fg_piece_checkers *checkers, struct fg_piece *piece) {
    unlist(checkers, piece);
    piece->taken = piece->count;
}

/* Takes a block of the oldest piece; false if there is none. The lock is held. */
static bool take_block(struct fg_piece_checkers *checkers, struct block *block) {
    struct fg_piece *const piece = checkers->first;
    if (piece == NULL)
        return false;
    *block = cut_block(piece);
    piece->under_way++;
    if (piece->taken == piece->count)
        unlist(checkers, piece);
    return true;
}

static bool is_done(const struct fg_piece *piece) {
    return piece->taken == piece->count && piece->under_way == 0;
}

/* Enters a block's outcome. Blocks are taken in order, so that the first of the wrong answers is in
 * one that was taken. Returns whether the piece is done. The lock is held. */
static bool enter_outcome(struct fg_piece_checkers *checkers, const struct block *block,
                          uint32_t right) {
    struct fg_piece *const piece = block->piece;
    const uint32_t wrong_at = block->first + right;
    piece->under_way--;
    if (right < block->count) {
        if (!piece->is_wrong || wrong_at < piece->wrong_at)
            piece->wrong_at = wrong_at;
        piece->is_wrong = true;
        end_piece(checkers, piece);
    }
    pthread_cond_broadcast(&checkers->ended);
    return is_done(piece);
}

/* Checks and copies a block that was taken. The lock is held when it is called and when it returns,
 * and not in between. */
static void do_block(struct fg_piece_checkers *checkers, const struct block *block) {
    pthread_mutex_unlock(&checkers->lock);
    const uint64_t start = fg_gpu_now_ns();
    const uint32_t right = count_right(block);
    copy_block(block);
    atomic_fetch_add(&checkers->busy_ns, fg_gpu_now_ns() - start);
    pthread_mutex_lock(&checkers->lock);
    if (enter_outcome(checkers, block, right))
        fg_wakeup_raise(checkers->wakeup);
}

void fg_piece_checkers_work(struct fg_piece_checkers *checkers) {
    struct block block;
    pthread_mutex_lock(&checkers->lock);
    if (take_block(checkers, &block))
        do_block(checkers, &block);
    pthread_mutex_unlock(&checkers->lock);
}

bool fg_piece_checkers_have_work(struct fg_piece_checkers *checkers) {
    pthread_mutex_lock(&checkers->lock);
    const bool have = checkers->first != NULL;
    pthread_mutex_unlock(&checkers->lock);
    return have;
}

static void *helper_main(void *argument) {
    struct fg_piece_checkers *const checkers = argument;
    struct block block;
    pthread_mutex_lock(&checkers->lock);
    while (!checkers->leaving) {
        if (take_block(checkers, &block))
            do_block(checkers, &block);
        else
            pthread_cond_wait(&checkers->offered, &checkers->lock);
    }
    pthread_mutex_unlock(&checkers->lock);
    return NULL;
}

/* ---- Pieces ---- */

/* Starts threads until there are as many as a piece keeps busy beside the caller. If the system
 * gives no more, those that there are do. The lock is held. */
static void start_helpers(struct fg_piece_checkers *checkers, const struct fg_piece *piece) {
    const size_t useful = piece->count / BLOCK_NUMBERS + piece->value_count / BLOCK_VALUES;
    while (checkers->helper_count < checkers->helper_limit && checkers->helper_count < useful) {
        if (pthread_create(&checkers->helpers[checkers->helper_count], NULL, helper_main,
                           checkers) != 0)
            checkers->helper_limit = checkers->helper_count;
        else
            checkers->helper_count++;
    }
}

void fg_piece_checkers_offer(struct fg_piece_checkers *checkers, struct fg_piece *piece) {
    piece->taken = piece->under_way = piece->wrong_at = 0;
    piece->taken_values = 0;
    piece->is_wrong = false;
    piece->next = NULL;
    pthread_mutex_lock(&checkers->lock);
    struct fg_piece **link = &checkers->first;
    while (*link != NULL)
        link = &(*link)->next;
    *link = piece;
    if (piece->count > BLOCK_NUMBERS || piece->value_count > BLOCK_VALUES) { /* several blocks */
        start_helpers(checkers, piece);
        pthread_cond_broadcast(&checkers->offered);
    }
    pthread_mutex_unlock(&checkers->lock);
}

bool fg_piece_checkers_is_done(struct fg_piece_checkers *checkers, const struct fg_piece *piece) {
    pthread_mutex_lock(&checkers->lock);
    const bool done = is_done(piece);
    pthread_mutex_unlock(&checkers->lock);
    return done;
}

enum fg_status fg_piece_outcome(const struct fg_piece *piece, struct fg_error *error) {
    if (!piece->is_wrong)
        return FG_OK;
    return fg_fail(error, FG_ERROR_SELF_CHECK, "the answer for %llu failed its check",
                   (unsigned long long)piece->numbers[piece->wrong_at]);
}

void fg_piece_checkers_withdraw(struct fg_piece_checkers *checkers, struct fg_piece *piece) {
    pthread_mutex_lock(&checkers->lock);
    end_piece(checkers, piece);
    while (!is_done(piece))
        pthread_cond_wait(&checkers->ended, &checkers->lock);
    pthread_mutex_unlock(&checkers->lock);
}

/* ---- Opening and closing ---- */

enum fg_status fg_piece_checkers_open(struct fg_piece_checkers *checkers, unsigned helper_limit,
                                      struct fg_wakeup *wakeup, struct fg_error *error) {
    *checkers = (struct fg_piece_checkers){.wakeup = wakeup, .helper_limit = helper_limit};
    if (helper_limit > 0) {
        checkers->helpers = calloc(helper_limit, sizeof *checkers->helpers);
        if (checkers->helpers == NULL)
            return fg_fail_memory(error, helper_limit * sizeof *checkers->helpers);
    }
    pthread_mutex_init(&checkers->lock, NULL); /* with default attributes these cannot fail */
    pthread_cond_init(&checkers->offered, NULL);
    pthread_cond_init(&checkers->ended, NULL);
    return FG_OK;
}

void fg_piece_checkers_close(struct fg_piece_checkers *checkers) {
    pthread_mutex_lock(&checkers->lock);
    checkers->leaving = true;
    pthread_cond_broadcast(&checkers->offered);
    pthread_mutex_unlock(&checkers->lock);
    for (unsigned i = 0; i < checkers->helper_count; i++)
        pthread_join(checkers->helpers[i], NULL);
    pthread_cond_destroy(&checkers->offered);
    pthread_cond_destroy(&checkers->ended);
    pthread_mutex_destroy(&checkers->lock);
    fg_piece_checkers_forget(checkers);
}

void fg_piece_checkers_forget(struct fg_piece_checkers *checkers) {
    free(checkers->helpers);
    checkers->helpers = NULL;
}
