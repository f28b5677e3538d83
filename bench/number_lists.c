/* SPDX-License-Identifier: MIT */
/*
 * number_lists.c: random numbers, and primes and semiprimes from them.
 *
 * The generator is SplitMix64 (G. Steele, D. Lea, C. Flood, 2014): one addition and a mixing of
 * bits, good enough to choose inputs by.
 */
#include "number_lists.h"

#include "algorithms/primality.h"
#include "arith/montgomery_wide.h"

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
        case FG_BENCH_COFACTORS:
        case FG_BENCH_LEFTOVERS:
            FG_VERIFY_CHECK(false);
            break;
        }
    }
}

/* Returns whether n > 2^64 passes the strong test to the base. */
static bool is_probable_prime(fg_wide n, uint32_t base) {
    const struct fg_mont128 modulus = fg_mont128_prepare(n);
    const fg_wide one = fg_mont128_one(modulus);
    const uint32_t twos = fg_wide_trailing_zeros(n - 1);
    fg_wide x = fg_mont128_pow(modulus, fg_mod128_multiple(one, base, n), (n - 1) >> twos, one);
    bool passed = x == one || x == n - one;
    for (uint32_t i = 1; i < twos && !passed; i++) {
        x = fg_mont128_sqr(modulus, x);
        passed = x == n - one;
    }
    return passed;
}

/* Returns a number of exactly `bits` bits. */
static fg_wide random_wide(uint64_t *state, unsigned bits) {
    const uint64_t low = next_random(state);
    return fg_wide_join(low, random_number(state, bits - 64) | UINT64_C(1) << (bits - 65));
}

/* Two bases leave no composite among some thousand random numbers; every contender of a race is
 * asked anyway. */
static fg_wide random_wide_prime(uint64_t *state, unsigned bits) {
    fg_wide n;
    do
        n = random_wide(state, bits) | 1;
    while (!is_probable_prime(n, 2) || !is_probable_prime(n, 3));
    return n;
}

static fg_wide random_wide_semiprime(uint64_t *state, unsigned bits) {
    fg_wide n;
    do
        n = (fg_wide)random_prime(state, bits / 2) * random_prime(state, bits - bits / 2);
    while (fg_wide_bit_length(n) != bits);
    return n;
}

/* Three primes, as many bits below `bits` as the list says, or two. */
static fg_wide random_cofactor(uint64_t *state, unsigned bits, bool two) {
    fg_wide n;
    if (two) {
        n = random_prime(state, 33 + (unsigned)(next_random(state) % 8));
        return n * random_prime(state, 33 + (unsigned)(next_random(state) % 8));
    }
    do {
        n = random_prime(state, 25 + (unsigned)(next_random(state) % 16));
        n *= random_prime(state, 25 + (unsigned)(next_random(state) % 16));
        n *= random_prime(state, 25 + (unsigned)(next_random(state) % 16));
    } while (fg_wide_bit_length(n) > bits || fg_wide_bit_length(n) + 7 < bits);
    return n;
}

/* A prime of any size below 2^127. */
static fg_wide random_prime_of(uint64_t *state, unsigned bits) {
    return bits <= 64 ? random_prime(state, bits) : random_wide_prime(state, bits);
}

/* Three primes, or two of which the smaller may have any size. */
static fg_wide random_leftover(uint64_t *state, unsigned bits, bool two) {
    fg_wide n;
    do {
        const unsigned least = two ? 25 : bits / 3 - 8, sizes = two ? bits / 2 - 24 : 17;
        const unsigned first = least + (unsigned)(next_random(state) % sizes);
        const unsigned second = two ? bits - first : least + (unsigned)(next_random(state) % sizes);
        const unsigned third = two ? 0 : bits - first - second;
        n = random_prime(state, first) * random_prime_of(state, second);
        if (!two && (third < least || third >= least + sizes))
            n = 0;
        else if (!two)
            n *= random_prime(state, third);
    } while (fg_wide_bit_length(n) != bits);
    return n;
}

void fg_bench_fill_wide(const struct fg_bench_list *list, struct fg_uint128 *numbers,
                        size_t count) {
    uint64_t state = list->bits;
    for (size_t i = 0; i < count; i++) {
        fg_wide n = 0;
        switch (list->kind) {
        case FG_BENCH_SEMIPRIMES:
            n = random_wide_semiprime(&state, list->bits);
            break;
        case FG_BENCH_PRIMES:
            n = random_wide_prime(&state, list->bits);
            break;
        case FG_BENCH_RANDOM:
            n = random_wide(&state, list->bits);
            break;
        case FG_BENCH_COFACTORS:
            n = random_cofactor(&state, list->bits, i % 4 == 3);
            break;
        case FG_BENCH_LEFTOVERS:
            n = random_leftover(&state, list->bits, i % 4 != 0);
            break;
        case FG_BENCH_CONSECUTIVE:
            FG_VERIFY_CHECK(false);
            break;
        }
        numbers[i] = (struct fg_uint128){.low = fg_wide_low(n), .high = fg_wide_high(n)};
    }
}

/* Numbers of one word first take the place of half as many, and then their own, from the last on.
 */
void fg_bench_fill_any(const struct fg_bench_list *list, struct fg_uint128 *numbers, size_t count) {
    if (list->bits > 64) {
        fg_bench_fill_wide(list, numbers, count);
        return;
    }
    uint64_t *const words = (uint64_t *)numbers;
    fg_bench_fill(list, words, count);
    for (size_t i = count; i-- > 0;)
        numbers[i] = (struct fg_uint128){.low = words[i], .high = 0};
}

void fg_bench_print_number(FILE *file, struct fg_uint128 number) {
    char text[40] = {0}; /* 2^128 has 39 digits */
    char *first = text + sizeof text - 1;
    fg_wide n = fg_wide_join(number.low, number.high);
    do
        *--first = (char)('0' + (int)(n % 10));
    while ((n /= 10) != 0);
    fputs(first, file);
    fputc('\n', file);
}
