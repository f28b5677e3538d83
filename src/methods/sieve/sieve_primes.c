/* SPDX-License-Identifier: MIT */
/*
 * sieve_primes.c: the shared list, under one lock that is not held while a chunk is made.
 *
 * The list is the one variable of the library that all threads share. Otherwise each sieve would
 * need 203 MB, or every layer above would have to hand the list down.
 */
#include "methods/sieve/sieve_primes.h"

#include "batch/error.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum chunk_state { CHUNK_ABSENT, CHUNK_IN_MAKING, CHUNK_MADE };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a chunk was made, or its thread gave up */
    bool forks_watched;
    size_t holders;
    uint16_t *below_16;
    enum chunk_state states[FG_PRIME_CHUNKS];
    struct fg_prime_chunk chunks[FG_PRIME_CHUNKS];
    uint8_t *half_gaps[FG_PRIME_CHUNKS]; /* of the chunks that are made, else NULL */
} list = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void lock_list(void) {
    (void)pthread_mutex_lock(&list.lock);
}

static void unlock_list(void) {
    (void)pthread_mutex_unlock(&list.lock);
}

/* Makes the list usable in a child. Its only thread holds the lock; the threads that were making
 * chunks do not exist there. */
static void restore_in_child(void) {
    for (unsigned k = 0; k < FG_PRIME_CHUNKS; k++)
        if (list.states[k] == CHUNK_IN_MAKING)
            list.states[k] = CHUNK_ABSENT;
    (void)pthread_cond_init(&list.changed, NULL);
    unlock_list();
}

/* Returns the primes below 2^16, or NULL if memory is short. A short range does little else: the
 * odd numbers are listed without a branch, each over the one before if that is composite. */
static uint16_t *make_below_16(void) {
    enum { ODDS = 1 << 15, ROOT = 1 << 8 };
    uint16_t *const primes = malloc((FG_BELOW_16_PRIMES + 1) * sizeof *primes);
    uint8_t *const composite = calloc(ODDS, 1); /* of 2 i + 1 */
    if (primes != NULL && composite != NULL) {
        for (uint32_t p = 3; p < ROOT; p += 2)
            for (uint32_t i = p * p / 2; i < ODDS && !composite[p / 2]; i += p)
                composite[i] = 1;
        uint32_t count = 0;
        primes[count++] = 2;
        for (uint32_t i = 1; i < ODDS; i++) {
            primes[count] = (uint16_t)(2 * i + 1);
            count += !composite[i];
        }
        free(composite);
        return primes;
    }
    free(primes);
    free(composite);
    return NULL;
}

enum fg_status fg_sieve_primes_hold(struct fg_error *error) {
    lock_list();
    if (!list.forks_watched)
        list.forks_watched = pthread_atfork(lock_list, unlock_list, restore_in_child) == 0;
    if (list.below_16 == NULL)
        list.below_16 = make_below_16();
    const bool ready = list.forks_watched && list.below_16 != NULL;
    list.holders += ready;
    unlock_list();
    return ready ? FG_OK : fg_fail_memory(error, FG_BELOW_16_PRIMES * sizeof *list.below_16);
}

void fg_sieve_primes_release(void) {
    lock_list();
    if (--list.holders == 0) {
        for (unsigned k = 0; k < FG_PRIME_CHUNKS; k++) {
            free(list.half_gaps[k]);
            list.half_gaps[k] = NULL;
            list.states[k] = CHUNK_ABSENT;
        }
        free(list.below_16);
        list.below_16 = NULL;
    }
    unlock_list();
}

bool fg_sieve_primes_are_held(void) {
    lock_list();
    const bool are_held = list.holders > 0;
    unlock_list();
    return are_held;
}

const uint16_t *fg_sieve_primes_below_16(void) {
    lock_list();
    const uint16_t *const primes = list.below_16;
    unlock_list();
    return primes;
}

/* The first chunks are short, because a range below 10^14 needs no more of them: 2^15 bytes of the
 * sieve, the same again, and twice as many each time; 2^19 from the sixth on. */
uint64_t fg_prime_chunk_begin(unsigned k) {
    const uint64_t bytes = k == 0 ? 0 : k < 5 ? (uint64_t)1 << (14 + k) : (uint64_t)(k - 4) << 19;
    return bytes * FG_PRIME_WHEEL;
}

/* Returns the end of chunk k. */
static uint64_t chunk_end(unsigned k) {
    return k + 1 < FG_PRIME_CHUNKS ? fg_prime_chunk_begin(k + 1) : (uint64_t)1 << 32;
}

/* Makes chunk k, which this thread has taken. Called without the lock; returns the half-gaps, or
 * NULL if memory is short. */
static uint8_t *make_chunk(struct fg_prime_sieve *sieve, unsigned k, struct fg_prime_chunk *chunk) {
    *chunk = fg_prime_sieve_run(sieve, fg_prime_chunk_begin(k), chunk_end(k));
    uint8_t *const half_gaps = malloc((size_t)chunk->count + FG_HALF_GAPS_READ);
    if (half_gaps != NULL) {
        memcpy(half_gaps, chunk->half_gaps, chunk->count);
        memset(half_gaps + chunk->count, 0, FG_HALF_GAPS_READ);
    }
    chunk->half_gaps = half_gaps;
    return half_gaps;
}

/* Returns the first of the chunks 0 .. count - 1 that is neither made nor being made, or `count`.
 * The lock is held. */
static unsigned find_absent(unsigned count) {
    unsigned k = 0;
    while (k < count && list.states[k] != CHUNK_ABSENT)
        k++;
    return k;
}

/* Makes those of the chunks 0 .. count - 1 that no other thread takes. */
static enum fg_status make_absent(struct fg_prime_sieve *sieve, unsigned count,
                                  const atomic_bool *cancelled, struct fg_error *error) {
    for (;;) {
        lock_list();
        const unsigned k = find_absent(count);
        if (k < count)
            list.states[k] = CHUNK_IN_MAKING;
        unlock_list();
        if (k == count)
            return FG_OK;
        struct fg_prime_chunk chunk = {0, 0, NULL};
        const bool stop =
            cancelled != NULL && atomic_load_explicit(cancelled, memory_order_relaxed);
        uint8_t *const half_gaps = stop ? NULL : make_chunk(sieve, k, &chunk);
        lock_list();
        list.states[k] = half_gaps == NULL ? CHUNK_ABSENT : CHUNK_MADE;
        list.half_gaps[k] = half_gaps;
        list.chunks[k] = chunk;
        (void)pthread_cond_broadcast(&list.changed);
        unlock_list();
        if (stop)
            return fg_fail(error, FG_ERROR_CANCELLED, "the list of primes was not completed");
        if (half_gaps == NULL)
            return fg_fail_memory(error, chunk.count);
    }
}

/* Returns false if one of the chunks 0 .. count - 1 is absent. Otherwise waits until all are made
 * and returns true, or false if a thread gave one up. */
static bool wait_for_others(unsigned count) {
    lock_list();
    bool complete = find_absent(count) == count;
    for (unsigned k = 0; k < count && complete; k++) {
        while (list.states[k] == CHUNK_IN_MAKING)
            (void)pthread_cond_wait(&list.changed, &list.lock);
        complete = list.states[k] == CHUNK_MADE;
    }
    unlock_list();
    return complete;
}

enum fg_status fg_sieve_primes_make(uint32_t limit, const atomic_bool *cancelled,
                                    struct fg_error *error) {
    unsigned count = 1;
    while (count < FG_PRIME_CHUNKS && fg_prime_chunk_begin(count) <= limit)
        count++;
    struct fg_prime_sieve *sieve = NULL;
    enum fg_status status = FG_OK;
    while (status == FG_OK && !wait_for_others(count)) {
        if (sieve == NULL)
            sieve = fg_prime_sieve_open(fg_sieve_primes_below_16());
        status = sieve == NULL ? fg_fail_memory(error, (size_t)3 << 20)
                               : make_absent(sieve, count, cancelled, error);
    }
    fg_prime_sieve_close(sieve);
    return status;
}

uint32_t fg_sieve_primes_made(void) {
    unsigned k = 0;
    lock_list();
    while (k < FG_PRIME_CHUNKS && list.states[k] == CHUNK_MADE)
        k++;
    unlock_list();
    return k == 0 ? 0 : (uint32_t)(chunk_end(k - 1) - 1);
}

struct fg_prime_chunk fg_sieve_primes_chunk(unsigned k) {
    lock_list();
    const struct fg_prime_chunk chunk = list.chunks[k];
    unlock_list();
    return chunk;
}
