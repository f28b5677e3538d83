/* SPDX-License-Identifier: MIT */
/*
 * small_prime_records.h: dividing out small primes on the device, once for each number.
 *
 * A record keeps which ones divide a number, so that its factors can be put together later without
 * a second search: 8 bytes instead of 176 tests. Three primes are tested together. Their product m
 * fits in 31 bits, and n divided by 2^32 modulo m has the same primes in common with m, so that
 * each test multiplies words of 32 bits. (Montgomery, "Modular Multiplication without Trial
 * Division", 1985; the test itself is that of algorithms/divisibility.h.)
 */
#ifndef FG_KERNELS_FACTOR_SMALL_PRIME_RECORDS_H
#define FG_KERNELS_FACTOR_SMALL_PRIME_RECORDS_H

#include "algorithms/small_primes.h"

/*
 * The record of a number's small primes: their indices in fg_small_primes, ascending, a byte each
 * from the lowest on. The bytes behind the last are FG_NO_SMALL_PRIME. The highest byte is the sum
 * of all index + 1, so that no byte can change unnoticed. If a number has more than
 * FG_RECORDED_PRIMES small primes, its record has the first ones.
 */
#define FG_RECORDED_PRIMES 7
#define FG_NO_SMALL_PRIME 0xffu

/* Primes that are tested together, and such groups between two looks at what is left. */
#define FG_SMALL_GROUP 3
#define FG_SMALL_ROUND 6
#define FG_SMALL_ROUND_PRIMES (FG_SMALL_GROUP * FG_SMALL_ROUND)
#define FG_SMALL_ROUNDS 10 /* the last one is not full */

static_assert(FG_SMALL_BLOCKS * FG_SMALL_BLOCK < FG_NO_SMALL_PRIME, "an index fits a byte");
static_assert(FG_SMALL_ROUNDS * FG_SMALL_ROUND_PRIMES >= FG_SMALL_BLOCKS * FG_SMALL_BLOCK,
              "the rounds have every prime");

/* p divides t < 2^32 exactly when t * inverse < bound modulo 2^32; never if the bound is 0. */
struct fg_small_test {
    uint32_t inverse; /* modulo 2^32 */
    uint32_t bound;   /* floor((2^32 - 1) / p) + 1 */
};

struct fg_small_group {
    uint32_t product, inverse; /* modulo 2^32 */
    fg_small_test tests[FG_SMALL_GROUP];
};

struct fg_small_groups {
    fg_small_group groups[FG_SMALL_ROUNDS * FG_SMALL_ROUND];
    uint32_t next_squared[FG_SMALL_ROUNDS]; /* of the first prime behind each round, or less */
};

static constexpr fg_small_groups fg_make_small_groups() {
    const uint32_t primes[] = {
#define FG_SMALL_ENTRY(p) p,
        FG_SMALL_PRIMES(FG_SMALL_ENTRY)
#undef FG_SMALL_ENTRY
    };
    constexpr uint32_t count = sizeof primes / sizeof primes[0];
    fg_small_groups table = {};
    for (uint32_t g = 0; g < FG_SMALL_ROUNDS * FG_SMALL_ROUND; g++) {
        fg_small_group &group = table.groups[g];
        group.product = 1;
        for (uint32_t k = 0; k < FG_SMALL_GROUP && g * FG_SMALL_GROUP + k < count; k++) {
            const uint32_t p = primes[g * FG_SMALL_GROUP + k];
            group.product *= p;
            group.tests[k].inverse = (uint32_t)FG_INVERSE_64((uint64_t)p);
            group.tests[k].bound = UINT32_MAX / p + 1;
        }
        group.inverse = (uint32_t)FG_INVERSE_64((uint64_t)group.product);
    }
    for (uint32_t round = 0; round < FG_SMALL_ROUNDS; round++) {
        const uint32_t end = (round + 1) * FG_SMALL_ROUND_PRIMES;
        const uint32_t next = (end < count ? primes[end - 1] : primes[count - 1]) + 2;
        table.next_squared[round] = next * next;
    }
    return table;
}

static __constant__ const fg_small_groups fg_small_groups_table = fg_make_small_groups();

/* Returns n / 2^32 modulo `product`, below 2^32: n = low + 2^32 high, and low - m product is a
 * multiple of 2^32 with m = low / product modulo 2^32. */
static __device__ inline uint32_t fg_small_reduce(uint64_t n, const fg_small_group &group) {
    const uint32_t m = (uint32_t)n * group.inverse, high = (uint32_t)(n >> 32);
    const uint32_t carry = (uint32_t)((uint64_t)m * group.product >> 32); /* below product */
    return high - carry + (high < carry ? group.product : 0);
}

/* Returns which primes of a round divide n: bit k for its prime number k. */
static __device__ inline uint32_t fg_small_hits(uint64_t n, uint32_t round) {
    uint32_t hits = 0;
    for (uint32_t g = 0; g < FG_SMALL_ROUND; g++) {
        const fg_small_group &group = fg_small_groups_table.groups[round * FG_SMALL_ROUND + g];
        const uint32_t reduced = fg_small_reduce(n, group);
        for (uint32_t k = 0; k < FG_SMALL_GROUP; k++)
            if (reduced * group.tests[k].inverse < group.tests[k].bound)
                hits |= UINT32_C(1) << (g * FG_SMALL_GROUP + k);
    }
    return hits;
}

/* Divides n by small prime number `index` as often as it can; *exponent is how often. */
static __device__ inline uint64_t fg_small_divide(uint64_t n, uint32_t index, uint32_t *exponent) {
    const fg_small_prime prime = fg_small_primes[index];
    *exponent = 0;
    for (uint64_t quotient; (quotient = n * prime.inverse) < prime.bound; n = quotient)
        ++*exponent;
    return n;
}

/* Returns whether what fg_small_primes_record() leaves is 1 or a prime. */
static __device__ inline bool fg_small_primes_settle(uint64_t rest) {
    const uint64_t bound = fg_small_primes_bound(FG_SMALL_BLOCKS);
    return rest < bound * bound;
}

/* Returns what is left of n >= 1 without its small primes, and writes its record. If that is
 * settled, it can be a prime of the table, which is not in the record. */
static __device__ inline uint64_t fg_small_primes_record(uint64_t n, uint64_t *record) {
    uint64_t found = ~UINT64_C(0) >> 8;
    uint32_t recorded = 0, sum = 0, exponent;
    n >>= fg_trailing_zeros64(n);
#ifdef __CUDACC__
#pragma unroll 1
#endif
    for (uint32_t round = 0; round < FG_SMALL_ROUNDS; round++) {
        for (uint32_t hits = fg_small_hits(n, round); hits != 0; hits &= hits - 1) {
            const uint32_t k = fg_trailing_zeros64(hits);
            const uint32_t index = round * FG_SMALL_ROUND_PRIMES + k;
            n = fg_small_divide(n, index, &exponent);
            if (recorded == FG_RECORDED_PRIMES)
                continue;
            found ^= (uint64_t)(index ^ FG_NO_SMALL_PRIME) << (8 * recorded);
            sum += index + 1;
            recorded++;
        }
        if (n < fg_small_groups_table.next_squared[round])
            break;
    }
    *record = found | (uint64_t)(sum & 0xff) << (8 * FG_RECORDED_PRIMES);
    return n;
}

/* Divides `n` by the small primes behind number `index`, and adds them to `factors`. Slow: only a
 * number with many small primes needs it. */
static __device__ inline uint64_t fg_small_primes_take_others(uint64_t n, uint32_t index,
                                                              fg_factorization *factors) {
#ifdef __CUDACC__
#pragma unroll 1
#endif
    while (++index < FG_SMALL_BLOCKS * FG_SMALL_BLOCK) {
        uint32_t exponent;
        n = fg_small_divide(n, index, &exponent);
        if (exponent > 0)
            fg_factorization_append(factors, fg_small_prime_values[index], exponent);
    }
    return n;
}

/*
 * Divides n >= 1 by 2 and by the primes of its record, and adds them to `factors`, which is empty.
 * *rest is what is left: what fg_small_primes_record() returned, or without primes of the table
 * that it left. Returns false if the record is not that of n.
 */
static __device__ inline bool fg_small_primes_take_recorded(uint64_t n, uint64_t record,
                                                            fg_factorization *factors,
                                                            uint64_t *rest) {
    const uint32_t twos = fg_trailing_zeros64(n);
    const uint32_t told = (uint32_t)(record >> (8 * FG_RECORDED_PRIMES));
    uint32_t before = 0, taken = 0, sum = 0, exponent;
    if (twos > 0)
        fg_factorization_append(factors, 2, twos);
    n >>= twos;
    for (; taken < FG_RECORDED_PRIMES; taken++, record >>= 8) {
        const uint32_t index = record & 0xff;
        if (index == FG_NO_SMALL_PRIME)
            break;
        if (index >= FG_SMALL_BLOCKS * FG_SMALL_BLOCK || index + 1 <= before)
            return false;
        before = index + 1;
        sum += before;
        n = fg_small_divide(n, index, &exponent);
        if (exponent == 0)
            return false;
        fg_factorization_append(factors, fg_small_prime_values[index], exponent);
    }
    if (taken == FG_RECORDED_PRIMES)
        n = fg_small_primes_take_others(n, before - 1, factors);
    *rest = n;
    return (sum & 0xff) == told;
}

#endif
