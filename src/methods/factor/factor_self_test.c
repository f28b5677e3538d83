/* SPDX-License-Identifier: MIT */
/*
 * factor_self_test.c: the known numbers cover every path through the kernels: smooth ones, primes,
 * pseudoprimes, powers, semiprimes for Hart and for each step of each plan, short, medium and long
 * lists of divisors. The CPU makes the expected answers from the primes below.
 *
 * Right answers are not enough: what one method misses the next one finds, and the last of them
 * takes hours. So the test also compares which steps the numbers took.
 */
#include "methods/factor/factor_self_test.h"

#include "algorithms/factorization.h"
#include "algorithms/marked_divisors.h"
#include "algorithms/split_plan.h"
#include <stdlib.h>
#include <string.h>

#define LONGEST_LIST 1024

/* Numbers of the batch that keeps the device busy, at most. */
#define CROWD 4096

/* No known number needs more rounds; a device that does is not right. */
#define MOST_ROUNDS 64

/* Each entry: the number of distinct primes, their exponents, the primes. */
static const struct fg_factorization known[] = {
    {0, {0}, {0}}, /* 1 */
    {1, {1}, {2}},
    {1, {63}, {2}},
    {1, {40}, {3}},
    {1, {1}, {97}},
    {1, {1}, {65537}},
    {1, {1}, {1000003}},
    {1, {1}, {UINT64_C(18446744073709551557)}},                       /* 2^64 - 59, the largest */
    {7, {1, 1, 1, 1, 1, 1, 1}, {3, 5, 17, 257, 641, 65537, 6700417}}, /* 2^64 - 1 */
    {7, {1, 1, 1, 1, 1, 1, 1}, {2, 3, 5, 7, 11, 13, 17}},
    {10, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {2, 3, 5, 7, 11, 13, 17, 19, 23, 29}},
    {3, {5, 2, 1}, {2, 3, 1000003}},
    /* Carmichael numbers, and one that passes the strong test to base 2. */
    {3, {1, 1, 1}, {3, 11, 17}},
    {3, {1, 1, 1}, {1237, 2473, 3709}},
    {3, {1, 1, 1}, {1200697, 2401393, 3602089}},
    {2, {1, 1}, {1073741857, 2147483713}},
    /* More of those, squares of Wieferich primes first. */
    {1, {2}, {1093}},
    {1, {2}, {3511}},
    {2, {1, 1}, {2053, 8209}},
    {2, {1, 1}, {2141, 6421}},
    {2, {1, 1}, {2221, 6661}},
    {2, {1, 1}, {3499, 17491}},
    {2, {1, 1}, {3697, 7393}},
    /* Powers. */
    {1, {2}, {277}},
    {1, {2}, {4294966997}},
    {1, {3}, {2600011}},
    {1, {5}, {6521}},
    {1, {7}, {503}},
    {2, {2, 2}, {40009, 100003}},
    {1, {4}, {271}},
    /* Semiprimes of 34 to 64 bits, the last with primes close to each other; three primes. */
    {2, {1, 1}, {99017, 114419}},
    {2, {1, 1}, {833821, 986131}},
    {2, {1, 1}, {3529553, 3952937}},
    {2, {1, 1}, {15133589, 16607743}},
    {2, {1, 1}, {52347599, 61896193}},
    {2, {1, 1}, {209112623, 225579251}},
    {2, {1, 1}, {833179169, 1036829467}},
    {2, {1, 1}, {4051686263, 4290898517}},
    {2, {1, 1}, {4294966297, 4294966337}},
    {2, {1, 1}, {262147, 60740101171357}},
    {3, {1, 1, 1}, {1681619, 1885291, 1889347}},
    /* One number for each step of each plan, which the steps before it miss: cofactors of up to 42
     * bits, and whole numbers. */
    {3, {1, 1, 1}, {2, 753821, 900803}},
    {3, {1, 1, 1}, {2, 722417, 1028221}},
    {3, {1, 1, 1}, {2, 232861, 441461}},
    {2, {1, 1}, {1439177, 1961021}},
    {2, {1, 1}, {346447, 495959}},
    {2, {1, 1}, {402527, 444893}},
    /* Up to 50. */
    {3, {1, 1, 1}, {2, 3420877, 8078579}},
    {3, {1, 1, 1}, {2, 8319757, 12772393}},
    {3, {1, 1, 1}, {2, 14093711, 31393517}},
    {2, {1, 1}, {11709853, 30764257}},
    {2, {1, 1}, {5219009, 15553529}},
    /* Up to 58. */
    {3, {1, 1, 1}, {2, 45444517, 64556369}},
    {3, {1, 1, 1}, {2, 25074037, 65393789}},
    {3, {1, 1, 1}, {2, 22184017, 61291687}},
    {3, {1, 1, 1}, {2, 40077827, 63855551}},
    {2, {1, 1}, {86850329, 113057843}},
    {2, {1, 1}, {119971471, 170540407}},
    {2, {1, 1}, {388959539, 455108503}}, /* five curves miss it */
    /* Up to 64. */
    {3, {1, 1, 1}, {2, 1138212121, 4117410331}},
    {3, {1, 1, 1}, {2, 883335889, 1426832047}},
    {3, {1, 1, 1}, {2, 1613013757, 3970120669}},
    {3, {1, 1, 1}, {2, 886478491, 1031994259}},
    {3, {1, 1, 1}, {2, 1502991629, 2096771233}},
    {2, {1, 1}, {1908161323, 2056133927}},
    {2, {1, 1}, {355057147, 878501441}},
    {2, {1, 1}, {2041276487, 2989688843}},
    {2, {1, 1}, {2128197289, 4236275639}}, /* four of these curves miss it */
};
#define KNOWN (sizeof known / sizeof *known)

/* Times that cofactors of the known numbers enter each queue, with one curve for each in a round,
 * if those below FG_PLAN_DOUBLE_MAX are taken in doubles. Plans and programs decide it; if they
 * change, kernel_emulated_test prints the new counts. */
// clang-format off
static const uint16_t known_visits[FG_WAVE_QUEUES] = {
    [FG_QUEUE_UNPROVED] = 30, 98, [FG_QUEUE_PROBABLE] = 2, 11, [FG_QUEUE_HART] = 16,
    /* Programs for 40 bits, 48, 56, 62, 64: full moduli, lazy ones, those in doubles. */
    [FG_QUEUE_PM1] = 5, 4, 13,  0, 0, 4,  0, 5, 0,  11, 0, 0,  0, 0, 0,
    [FG_QUEUE_ECM] = 4, 3, 11,  5, 3, 15,  10, 7, 0,  1, 0, 0,  7, 0, 0,
};
// clang-format on

/* Returns where the cofactors of a queue go on a device that takes none in doubles. */
static unsigned queue_in_words(unsigned queue) {
    const bool proof = queue == FG_QUEUE_UNPROVED_DOUBLE || queue == FG_QUEUE_PROBABLE_DOUBLE;
    const bool plan = queue >= FG_QUEUE_PM1 && FG_WAVE_FORM_OF(queue) == FG_WAVE_DOUBLE;
    return queue - (proof || plan); /* the one before it, as its enumerator says */
}

/* Returns whether the known numbers, `times` over, went through the queues that they should. */
static bool visits_are_right(const struct fg_gpu_wavefront *wave, uint32_t times) {
    unsigned expected[FG_WAVE_QUEUES] = {0};
    for (unsigned queue = 0; queue < FG_WAVE_QUEUES; queue++)
        expected[wave->device.doubles ? queue : queue_in_words(queue)] +=
            known_visits[queue] * times;
    return memcmp(wave->state->visits, expected, sizeof expected) == 0;
}

_Static_assert(FG_QUEUE_UNPROVED_DOUBLE == FG_QUEUE_UNPROVED + 1 &&
                   FG_QUEUE_PROBABLE_DOUBLE == FG_QUEUE_PROBABLE + 1 &&
                   FG_WAVE_DOUBLE == FG_WAVE_LAZY + 1,
               "queue_in_words() counts on it");
_Static_assert(KNOWN <= FG_FACTOR_SELF_TEST_NUMBERS, "they fit any wave");

/* P-1 misses both of its primes; without curves only the last resort is left. */
static const struct fg_factorization hard = {
    .distinct = 2, .exponents = {1, 1}, .primes = {1053707, 1139147}};

static uint64_t product(const struct fg_factorization *factors) {
    uint64_t n = 1;
    for (uint32_t i = 0; i < factors->distinct; i++)
        for (uint32_t e = 0; e < factors->exponents[i]; e++)
            n *= factors->primes[i];
    return n;
}

/* Numbers to send through: the factors of the first `repeated`, over and over. */
struct batch {
    const struct fg_factorization *factors;
    uint32_t repeated, count;
    uint32_t curves;
};

/* The work space for making and comparing a batch. On the heap, because a caller's stack may be
 * small. */
struct space {
    uint64_t numbers[CROWD];
    uint64_t expected[LONGEST_LIST], scratch[LONGEST_LIST];
};

/* Writes the divisors of a factorised number as a device writes them, and returns how many. */
static uint32_t marked_divisors(const struct fg_factorization *factors, struct space *space) {
    const uint32_t count = fg_factorization_divisors(factors, space->expected, space->scratch);
    space->expected[0] = fg_marks_of(factors, space->expected);
    return count;
}

/* Returns whether the piece that is ready holds the right answers. */
static bool piece_is_right(const struct fg_gpu_wavefront *wave, const struct batch *batch,
                           struct space *space) {
    uint64_t *const expected = space->expected;
    const uint64_t *answer = wave->values;
    for (uint32_t i = wave->piece_first; i < wave->piece_first + wave->piece_count; i++) {
        const struct fg_factorization *const factors = &batch->factors[i % batch->repeated];
        const uint32_t count = wave->device.primes ? fg_factorization_primes(factors, expected)
                                                   : marked_divisors(factors, space);
        if (wave->value_counts[i] != count ||
            memcmp(answer, expected, count * sizeof *expected) != 0)
            return false;
        answer += count;
    }
    return true;
}

/* Returns whether a batch takes the expected steps. With curves it must never reach the last
 * resort, which would take hours on a device whose curves find nothing. */
static bool way_is_right(const struct fg_gpu_wavefront *wave, const struct batch *batch) {
    const bool resorted = wave->state->visits[FG_QUEUE_LAST_RESORT] > 0;
    return wave->device.round <= MOST_ROUNDS && !(resorted && batch->curves > 0);
}

static enum fg_status fail_device(int device_index, struct fg_error *error) {
    return fg_fail(error, FG_ERROR_SELF_CHECK,
                   "CUDA device %d answers wrongly: its kernels for the method factor failed the "
                   "self-test; do not use this device (-d chooses another)",
                   device_index);
}

static enum fg_status test_batch_in(struct space *space, int device_index,
                                    struct fg_gpu_wavefront *wave, const struct batch *batch,
                                    struct fg_error *error) {
    uint64_t *const numbers = space->numbers;
    for (uint32_t i = 0; i < batch->count; i++)
        numbers[i] = product(&batch->factors[i % batch->repeated]);
    bool right = true;
    enum fg_status status =
        fg_gpu_wavefront_start(wave, numbers, batch->count, batch->curves, error);
    while (status == FG_OK && right && wave->phase != FG_WAVE_IDLE) {
        status = fg_gpu_wavefront_step(wave, error);
        right = status != FG_OK || way_is_right(wave, batch);
        if (status == FG_OK && right && wave->phase == FG_WAVE_READY) {
            right = piece_is_right(wave, batch, space);
            status = fg_gpu_wavefront_next_piece(wave, error);
        }
    }
    if (status == FG_ERROR_SELF_CHECK || !right)
        return fail_device(device_index, error);
    return status;
}

static enum fg_status test_batch(int device_index, struct fg_gpu_wavefront *wave,
                                 const struct batch *batch, struct fg_error *error) {
    struct space *const space = calloc(1, sizeof *space);
    if (space == NULL)
        return fg_fail_memory(error, sizeof *space);
    const enum fg_status status = test_batch_in(space, device_index, wave, batch, error);
    free(space);
    return status;
}

/* The known numbers over and over, as many as there is room for, with one curve for each part: with
 * many at once the warps are full, and their ways do not depend on how many the device has. */
static enum fg_status test_crowd(int device_index, struct fg_gpu_wavefront *wave,
                                 struct fg_error *error) {
    const uint32_t room = wave->number_capacity < CROWD ? wave->number_capacity : CROWD;
    const uint32_t times = room / KNOWN, threads = wave->device.threads;
    const struct batch crowd = {known, KNOWN, times * KNOWN, FG_PLAN_CURVES};
    wave->device.threads = 1;
    const enum fg_status status = test_batch(device_index, wave, &crowd, error);
    wave->device.threads = threads;
    FG_TRY(status);
    return visits_are_right(wave, times) ? FG_OK : fail_device(device_index, error);
}

enum fg_status fg_factor_self_test(int device_index, struct fg_gpu_wavefront *wave,
                                   struct fg_error *error) {
    const struct batch few = {known, KNOWN, KNOWN, FG_PLAN_CURVES}, lone = {&hard, 1, 1, 0};
    FG_TRY(test_batch(device_index, wave, &few, error));
    FG_TRY(test_batch(device_index, wave, &lone, error));
    FG_TRY(test_crowd(device_index, wave, error));
    wave->timing = (struct fg_timing){0}; /* the account starts with real work */
    return FG_OK;
}
