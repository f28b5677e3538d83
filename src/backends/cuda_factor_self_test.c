/*
 * cuda_factor_self_test.c: the known numbers are of every kind that takes a way of its own through
 * the kernels: smooth ones, primes, pseudoprimes, powers, semiprimes for Hart and for each program
 * of the curves, short, medium and long lists of divisors. What must come out is made from the
 * primes written here, on the CPU.
 */
#include "backends/cuda_factor_self_test.h"

#include "algorithms/factorization.h"
#include "algorithms/split_plan.h"
#include <string.h>

#define LONGEST_LIST 1024

static const struct fg_factorization known[] = {
    {{0}, {0}, 0}, /* 1 */
    {{2}, {1}, 1},
    {{2}, {63}, 1},
    {{3}, {40}, 1},
    {{97}, {1}, 1},
    {{65537}, {1}, 1},
    {{1000003}, {1}, 1},
    {{UINT64_C(18446744073709551557)}, {1}, 1},                       /* 2^64 - 59, the largest */
    {{3, 5, 17, 257, 641, 65537, 6700417}, {1, 1, 1, 1, 1, 1, 1}, 7}, /* 2^64 - 1 */
    {{2, 3, 5, 7, 11, 13, 17}, {1, 1, 1, 1, 1, 1, 1}, 7},
    {{2, 3, 5, 7, 11, 13, 17, 19, 23, 29}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 10},
    {{2, 3, 1000003}, {5, 2, 1}, 3},
    /* Carmichael numbers, and one that passes the strong test to base 2. */
    {{3, 11, 17}, {1, 1, 1}, 3},
    {{1237, 2473, 3709}, {1, 1, 1}, 3},
    {{1200697, 2401393, 3602089}, {1, 1, 1}, 3},
    {{1073741857, 2147483713}, {1, 1}, 2},
    /* Powers. */
    {{277}, {2}, 1},
    {{4294966997}, {2}, 1},
    {{2600011}, {3}, 1},
    {{6521}, {5}, 1},
    {{503}, {7}, 1},
    {{40009, 100003}, {2, 2}, 2},
    {{271}, {4}, 1},
    /* Semiprimes of 34 to 64 bits, the last with primes close to each other; three primes. */
    {{99017, 114419}, {1, 1}, 2},
    {{833821, 986131}, {1, 1}, 2},
    {{3529553, 3952937}, {1, 1}, 2},
    {{15133589, 16607743}, {1, 1}, 2},
    {{52347599, 61896193}, {1, 1}, 2},
    {{209112623, 225579251}, {1, 1}, 2},
    {{833179169, 1036829467}, {1, 1}, 2},
    {{4051686263, 4290898517}, {1, 1}, 2},
    {{4294966297, 4294966337}, {1, 1}, 2},
    {{262147, 60740101171357}, {1, 1}, 2},
    {{1681619, 1885291, 1889347}, {1, 1, 1}, 3},
};

_Static_assert(sizeof known / sizeof *known <= FG_FACTOR_SELF_TEST_NUMBERS, "they fit any wave");

/* P-1 misses both of its primes; without curves only the last resort is left. */
static const struct fg_factorization hard = {{1053707, 1139147}, {1, 1}, 2};

static uint64_t product(const struct fg_factorization *factors) {
    uint64_t n = 1;
    for (uint32_t i = 0; i < factors->distinct; i++)
        for (uint32_t e = 0; e < factors->exponents[i]; e++)
            n *= factors->primes[i];
    return n;
}

/* Whether the piece that is ready holds the right answers; factors[0] is the batch's first. */
static bool piece_is_right(const struct fg_cuda_wave *wave,
                           const struct fg_factorization *factors) {
    uint64_t expected[LONGEST_LIST], scratch[LONGEST_LIST];
    const uint64_t *answer = wave->values;
    for (uint32_t i = wave->piece_first; i < wave->piece_first + wave->piece_count; i++) {
        const uint32_t count = wave->device.primes
                                   ? fg_factorization_primes(&factors[i], expected)
                                   : fg_factorization_divisors(&factors[i], expected, scratch);
        if (wave->value_counts[i] != count ||
            memcmp(answer, expected, count * sizeof *expected) != 0)
            return false;
        answer += count;
    }
    return true;
}

static enum fg_status test_batch(int device_index, struct fg_cuda_wave *wave,
                                 const struct fg_factorization *factors, uint32_t count,
                                 uint32_t curves, struct fg_error *error) {
    uint64_t numbers[FG_FACTOR_SELF_TEST_NUMBERS];
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = product(&factors[i]);
    bool right = true;
    enum fg_status status = fg_cuda_wave_start(wave, numbers, count, curves, error);
    while (status == FG_OK && right && wave->phase != FG_WAVE_IDLE) {
        status = fg_cuda_wave_step(wave, error);
        if (status == FG_OK && wave->phase == FG_WAVE_READY) {
            right = piece_is_right(wave, factors);
            status = fg_cuda_wave_next_piece(wave, error);
        }
    }
    if (status == FG_ERROR_SELF_CHECK || !right)
        return fg_fail(error, FG_ERROR_SELF_CHECK,
                       "CUDA device %d answers wrongly: its kernels for the method factor failed "
                       "the self-test; do not use this device (-d chooses another)",
                       device_index);
    return status;
}

enum fg_status fg_cuda_factor_self_test(int device_index, struct fg_cuda_wave *wave,
                                        struct fg_error *error) {
    enum fg_status status =
        test_batch(device_index, wave, known, sizeof known / sizeof *known, FG_PLAN_CURVES, error);
    if (status == FG_OK)
        status = test_batch(device_index, wave, &hard, 1, 0, error);
    wave->timing = (struct fg_timing){0}; /* the account starts with real work */
    return status;
}
