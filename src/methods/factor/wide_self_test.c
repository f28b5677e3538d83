/* SPDX-License-Identifier: MIT */
/*
 * wide_self_test.c: the known numbers go through every kernel in every form: primes, pseudoprimes,
 * powers, composites for P-1 and the curves, small primes.
 */
#include "methods/factor/wide_self_test.h"

#include "algorithms/wide_plan.h"
#include "algorithms/wide_proof.h"
#include "gpu/timing.h"
#include "methods/factor/wide_completion.h"
#include <string.h>

/* No known number needs more rounds; a device that does is not right. */
#define MOST_ROUNDS 128

/* 2^bits - offset; those below are primes. */
#define BELOW(bits, offset) (((fg_wide)1 << (bits)) - (offset))
#define PRIME_33 BELOW(33, 9)
#define PRIME_35 BELOW(35, 31)
#define PRIME_43 BELOW(43, 57)
#define PRIME_45 BELOW(45, 55)
#define PRIME_63 BELOW(63, 25)
#define PRIME_65 (((fg_wide)1 << 64) + 13)
#define PRIME_80 BELOW(80, 65)
#define PRIME_92 BELOW(92, 83)
#define PRIME_100 BELOW(100, 15)
#define PRIME_107 BELOW(107, 1)
#define PRIME_127 BELOW(127, 1)
/* 2^128 - 159 */
#define PRIME_128 (0 - (fg_wide)159)

/* The number of primes, their exponents, the primes. */
static const struct fg_wide_factorization known[] = {
    {0, {0}, 0, {0}},
    {1, {1}, 0, {97}},
    {1, {64}, 0, {2}},
    {1, {127}, 0, {2}},
    {2, {1, 1}, 0, {274177, 67280421310721}}, /* 2^64 + 1 */
    {9,                                       /* 2^128 - 1 */
     {1, 1, 1, 1, 1, 1, 1, 1, 1},
     0,
     {3, 5, 17, 257, 641, 65537, 274177, 6700417, 67280421310721}},
    {4, {3, 2, 1, 1}, 0, {2, 3, 1009, PRIME_63}},
    /* Primes, with and without others. */
    {1, {1}, 0, {PRIME_65}},
    {1, {1}, 0, {PRIME_80}},
    {1, {1}, 0, {PRIME_100}},
    {1, {1}, 0, {PRIME_127}},
    {1, {1}, 0, {PRIME_128}},
    {3, {1, 1, 1}, 0, {2, 1013, PRIME_100}},
    /* It passes the strong test to the first 12 bases. */
    {2, {1, 1}, 0, {399165290221, 798330580441}},
    /* Powers. */
    {1, {2}, 0, {PRIME_45}},
    {1, {3}, 0, {PRIME_35}},
    {1, {2}, 0, {PRIME_63}},
    {2, {2, 2}, 0, {1000003, PRIME_35}},
    /* In each form one for P-1, of which it finds the first prime, and one that it misses and any
     * curve splits; and one for several curves. */
    {2, {1, 1}, 0, {65537, PRIME_65}},
    {2, {1, 1}, 0, {65537, PRIME_92}},
    {2, {1, 1}, 0, {65537, PRIME_107}},
    {2, {1, 1}, 0, {1000003, PRIME_65}},
    {2, {1, 1}, 0, {1000003, PRIME_92}},
    {2, {1, 1}, 0, {1000003, PRIME_107}},
    {2, {1, 1}, 0, {PRIME_33, PRIME_43}},
};
#define KNOWN (sizeof known / sizeof *known)
_Static_assert(KNOWN <= FG_WIDE_WAVE_MIN_NUMBERS, "they fit any wave");

/* A composite; without any step of its plan the host has to split it. */
static const struct fg_wide_factorization hard = {2, {1, 1}, 0, {PRIME_35, PRIME_45}};

/* Numbers to send through. */
struct batch {
    const struct fg_wide_factorization *factors;
    uint32_t count;
    uint32_t steps;
    enum fg_wide_rest_kind hardest; /* of what may be left */
};

static fg_wide product(const struct fg_wide_factorization *factors) {
    fg_wide n = 1;
    for (uint32_t i = 0; i < factors->distinct; i++)
        for (uint32_t e = 0; e < factors->exponents[i]; e++)
            n *= factors->primes[i];
    return n;
}

static bool are_equal(const struct fg_wide_factorization *a,
                      const struct fg_wide_factorization *b) {
    bool equal = a->distinct == b->distinct;
    for (uint32_t i = 0; i < a->distinct && equal; i++)
        equal = a->primes[i] == b->primes[i] && a->exponents[i] == b->exponents[i];
    return equal;
}

/* Returns whether what is left of number i, in a batch of known numbers, may be left, and completes
 * its factorisation if it is a prime. */
static bool rest_is_right(struct fg_gpu_wide_wavefront *wave, const struct batch *batch,
                          uint32_t i) {
    const struct fg_wide_rest rest = wave->rests[i];
    const fg_wide n = fg_wide_join(rest.n.low, rest.n.high);
    switch (rest.kind) {
    case FG_WIDE_REST_NONE:
        return n == 0;
    case FG_WIDE_REST_PRIME:
        return n < FG_PROOF_BASES_END && fg_wide_completion_add(&wave->factors[i], n, 1);
    case FG_WIDE_REST_CLAIM:
        return n >= FG_PROOF_BASES_END && fg_wide_completion_add(&wave->factors[i], n, 1);
    default:
        return batch->hardest == FG_WIDE_REST_HARD && n == product(&batch->factors[i]);
    }
}

/* Returns whether the wave, which is ready, has the right answers. */
static bool answers_are_right(struct fg_gpu_wide_wavefront *wave, const struct batch *batch) {
    for (uint32_t i = 0; i < batch->count; i++)
        if (!rest_is_right(wave, batch, i) || (batch->hardest != FG_WIDE_REST_HARD &&
                                               !are_equal(&wave->factors[i], &batch->factors[i])))
            return false;
    return true;
}

static enum fg_status fail_device(int device_index, struct fg_error *error) {
    return fg_fail(error, FG_ERROR_SELF_CHECK,
                   "CUDA device %d answers wrongly: its kernels for numbers above 2^64 failed the "
                   "self-test; do not use this device (-d chooses another)",
                   device_index);
}

static enum fg_status test_batch(int device_index, struct fg_gpu_wide_wavefront *wave,
                                 const struct batch *batch, struct fg_error *error) {
    struct fg_uint128 numbers[KNOWN];
    for (uint32_t i = 0; i < batch->count; i++) {
        const fg_wide n = product(&batch->factors[i]);
        numbers[i] = (struct fg_uint128){fg_wide_low(n), fg_wide_high(n)};
    }
    bool right = true;
    enum fg_status status =
        fg_gpu_wide_wavefront_start(wave, numbers, batch->count, batch->steps, error);
    while (status == FG_OK && right && wave->phase != FG_WIDE_WAVE_READY) {
        status = fg_gpu_wide_wavefront_step(wave, error);
        right = wave->device.round <= MOST_ROUNDS;
    }
    if (status == FG_ERROR_SELF_CHECK ||
        (status == FG_OK && (!right || !answers_are_right(wave, batch))))
        return fail_device(device_index, error);
    wave->phase = status == FG_OK ? FG_WIDE_WAVE_IDLE : wave->phase;
    return status;
}

enum fg_status fg_wide_self_test(int device_index, struct fg_gpu_wide_wavefront *wave,
                                 struct fg_error *error) {
    const struct batch all = {known, KNOWN, FG_WIDE_PLAN_STEPS, FG_WIDE_REST_CLAIM};
    const struct batch lone = {&hard, 1, 0, FG_WIDE_REST_HARD};
    FG_TRY(test_batch(device_index, wave, &all, error));
    FG_TRY(test_batch(device_index, wave, &lone, error));
    wave->timing = (struct fg_timing){0}; /* the account starts with real work */
    wave->narrow.timing = (struct fg_timing){0};
    return FG_OK;
}
