/* SPDX-License-Identifier: MIT */
/*
 * wide_side_primes.c: the table of primes below 2^14.
 */
#include "methods/factor/wide_side_primes.h"

#include "arith/target.h"
#include <stdbool.h>
#include <string.h>

#define END (1U << FG_SIDE_PRIMES_BITS)

static void fill_lane(struct fg_side_primes *primes, unsigned index, uint32_t p) {
    const unsigned vector = index / FG_SIDE_LANES, lane = index % FG_SIDE_LANES;
    const uint32_t first = (uint32_t)((UINT64_C(1) << FG_SIDE_DIGIT_BITS) % p);
    uint32_t power = 1; /* p < 2^14: products are below 2^28 */
    primes->prime[vector][lane] = p;
    primes->inverse[vector][lane] = 1.0 / p;
    for (unsigned i = 0; i < 3; i++) {
        power = power * first % p;
        primes->powers[vector][i][lane] = power;
    }
}

void fg_side_primes_fill(struct fg_side_primes *primes) {
    bool is_composite[END / 2]; /* of 2 i + 1 */
    unsigned count = 0;
    uint32_t last = 0;
    memset(is_composite, 0, sizeof is_composite);
    for (uint32_t p = 3; p < END; p += 2) {
        if (is_composite[p / 2])
            continue;
        for (uint32_t multiple = p * p; multiple < END; multiple += 2 * p)
            is_composite[multiple / 2] = true;
        FG_VERIFY_CHECK(count < FG_SIDE_PRIMES);
        fill_lane(primes, count++, p);
        last = p;
    }
    while (count < FG_SIDE_PRIMES)
        fill_lane(primes, count++, last);
}
