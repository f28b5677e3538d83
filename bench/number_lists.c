/* SPDX-License-Identifier: MIT */
/*
 * number_lists.c: random numbers, and primes and semiprimes from them.
 *
 * The generator is SplitMix64 (G. Steele, D. Lea, C. Flood, 2014): one addition and a mixing of
 * bits, good enough to choose inputs by.
 */
#include "number_lists.h"

#include "algorithms/primality.h"

static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static uint64_t random_number(uint64_t *state, unsigned bits) {
    FG_VERIFY_CHECK(bits >= 1 && bits <= 64);
    uint64_t n;
    do
        n = next_random(state) >> (64 - bits);
    while (n == 0);
    return n;
}

static uint64_t random_prime(uint64_t *state, unsigned bits) {
    FG_VERIFY_CHECK(bits >= 2 && bits <= 64);
    uint64_t n;
    do
        n = random_number(state, bits) | UINT64_C(1) << (bits - 1) | 1;
    while (!fg_is_prime64(n));
    return n;
}

static uint64_t random_semiprime(uint64_t *state, unsigned bits) {
    uint64_t n;
    do
        n = random_prime(state, bits / 2) * random_prime(state, bits - bits / 2);
    while (fg_bit_length64(n) != bits);
    return n;
}

void fg_bench_fill(const struct fg_bench_list *list, uint64_t *numbers, size_t count) {
    uint64_t state = list->bits;
    for (size_t i = 0; i < count; i++) {
        switch (list->kind) {
        case FG_BENCH_SEMIPRIMES:
            numbers[i] = random_semiprime(&state, list->bits);
            break;
        case FG_BENCH_PRIMES:
            numbers[i] = random_prime(&state, list->bits);
            break;
        case FG_BENCH_RANDOM:
            numbers[i] = random_number(&state, list->bits);
            break;
        case FG_BENCH_CONSECUTIVE:
            numbers[i] = list->first + i;
            break;
        }
    }
}
