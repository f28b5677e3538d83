/* SPDX-License-Identifier: MIT */
/*
 * buckets_portable.c: the multiples of large primes, one prime after the other.
 */
#include "methods/sieve/buckets.h"

#include "arith/target.h"

/* Gathers the first multiples of primes[0 .. count), count <= FG_FIRST_MULTIPLES, in
 * buckets->found, and returns how many there are. */
static size_t find(struct fg_buckets *buckets, const uint32_t *primes, size_t count) {
    fg_prime_and_multiple *const found = buckets->found;
    const double scaled = (double)buckets->before * FG_BUCKET_SCALE;
    const double limit = fg_bucket_square_limit(buckets, primes[0]);
    size_t length = 0;
    for (size_t j = 0; j < count; j++) {
        const uint64_t p = primes[j];
        const double inverse = 1 / (double)p;
        const double estimate = scaled * inverse;
        const uint64_t quotient = (uint64_t)estimate;
        const uint64_t residue = buckets->before - quotient * p; /* below 2 p */
        FG_VERIFY_CHECK(residue < 2 * p);
        const uint64_t first = p - 1 - (residue < p ? residue : residue - p);
        found[length] = p << 32 | first;
        length += first < buckets->span;
        if (first >= buckets->span)
            continue;
        const double again = estimate * inverse;
        const double distance = again - (double)(uint64_t)(again + 0.5);
        if (__builtin_expect(distance <= limit && distance >= -limit, 0))
            fg_bucket_put_square(buckets, p << 32 | first);
    }
    return length;
}

static uint32_t primes_from_half_gaps(const uint8_t *half_gaps, size_t count, uint32_t last,
                                      uint32_t *primes) {
    for (size_t j = 0; j < count; j++)
        primes[j] = last += 2U * half_gaps[j];
    return last;
}

const struct fg_bucket_steps fg_bucket_steps_portable = {"portable", find, primes_from_half_gaps};
