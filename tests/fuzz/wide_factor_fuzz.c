/* SPDX-License-Identifier: MIT */
/*
 * wide_factor_fuzz.c: the engine for numbers below 2^128 against a proof that shares nothing with
 * it: every prime by strong tests with plain arithmetic, their order, and the product. A number
 * that is given up because it is not smooth must have a prime above the bound in a run without one.
 *
 * Input: a byte that says how the words behind it become numbers and which lanes are used, a byte
 * for the bound, then words of 16 bytes.
 */
#include "fuzz_wide.h"

#include "methods/factor/wide_factor.h"
#include "methods/factor/wide_lanes.h"
#include "methods/factor/wide_work.h"

#include <string.h>

/* A run of the fuzzer's with more would be slow. */
#define NUMBERS_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(fuzz_wide n, const struct fg_wide_factorization *factors) {
    fuzz_wide product = 1;
    fuzz_require(factors->not_smooth == 0, "given up without a bound", n);
    fuzz_require(factors->distinct <= FG_WIDE_DISTINCT, "too many primes", n);
    for (unsigned i = 0; i < factors->distinct; i++) {
        const fuzz_wide prime = factors->primes[i];
        fuzz_require(fuzz_is_prime(prime), "not a prime", n);
        fuzz_require(i == 0 || factors->primes[i - 1] < prime, "out of order", n);
        fuzz_require(factors->exponents[i] > 0, "exponent of 0", n);
        for (unsigned e = 0; e < factors->exponents[i]; e++)
            fuzz_require(!__builtin_mul_overflow(product, prime, &product), "product too large", n);
    }
    fuzz_require(product == n, "another product", n);
}

/* A run with a bound against one without. */
static void check_smooth(fuzz_wide n, fuzz_wide bound, const struct fg_wide_factorization *whole,
                         const struct fg_wide_factorization *smooth) {
    const bool is_smooth = whole->distinct == 0 || whole->primes[whole->distinct - 1] <= bound;
    fuzz_require(smooth->not_smooth == !is_smooth, "wrongly given up, or not", n);
    fuzz_require(smooth->distinct == (is_smooth ? whole->distinct : 0), "other primes", n);
    for (unsigned i = 0; i < smooth->distinct; i++)
        fuzz_require(smooth->primes[i] == whole->primes[i] &&
                         smooth->exponents[i] == whole->exponents[i],
                     "another prime", n);
}

/* Returns the part of the word's bits from `first` on, odd. */
static fuzz_wide bits_of(fuzz_wide word, unsigned first, unsigned count) {
    return (word >> first & (((fuzz_wide)1 << count) - 1)) | 1;
}

/* Powers of a word's low bits as high as they fit. */
static fuzz_wide power_of(fuzz_wide word, unsigned bits) {
    const fuzz_wide base = bits_of(word, 0, bits) | 2;
    fuzz_wide n = base;
    for (fuzz_wide next; !__builtin_mul_overflow(n, base, &next);)
        n = next;
    return n;
}

static fuzz_wide make_number(fuzz_wide word, unsigned how) {
    fuzz_wide n = word;
    switch (how % 6) {
    case 1: /* two factors of 34 to 52 bits each */
        n = bits_of(word, 0, 34 + (unsigned)(word >> 120) % 19) *
            bits_of(word, 64, 34 + (unsigned)(word >> 120) % 19);
        break;
    case 2: /* three of 42 */
        n = bits_of(word, 0, 42) * bits_of(word, 42, 42) * bits_of(word, 84, 42);
        break;
    case 3:
        n = power_of(word, 8 + (unsigned)(word >> 120) % 56);
        break;
    case 4: /* beside a power of 2 */
        n = ((fuzz_wide)1 << (word >> 120) % 128) + (uint16_t)word - (uint16_t)(word >> 16);
        break;
    case 5: /* one of 26 and one of 100 */
        n = bits_of(word, 0, 26) * bits_of(word, 26, 100);
        break;
    default:
        break;
    }
    return n == 0 ? 1 : n;
}

struct run {
    struct fg_wide_work *work;
    struct fg_uint128 *numbers; /* exact: an overrun shows */
    struct fg_wide_factorization *whole, *smooth;
    size_t count;
};

static void factor(const struct run *run, const struct fg_wide_options *options,
                   struct fg_wide_factorization *factors) {
    const atomic_bool cancelled = false;
    fuzz_require(fg_wide_factor_run_with(run->work, *options, run->numbers, run->count, &cancelled,
                                         factors) == FG_OK,
                 "failed", run->count);
}

/* Returns the scalar lanes, those of the next best instruction set, or NULL for the best. */
static const struct fg_wide_lanes *choose_lanes(unsigned how) {
    if (how & 128)
        return &fg_wide_lanes_scalar;
    for (unsigned i = 1; how & 64 && i < fg_wide_lanes_count; i++)
        if (fg_wide_lanes_all[i]->runs_here())
            return fg_wide_lanes_all[i];
    return NULL;
}

static void run_and_check(const struct run *run, unsigned how, unsigned bound_byte) {
    struct fg_wide_options options = {.lanes = choose_lanes(how)};
    const fuzz_wide bound = ((fuzz_wide)1 << bound_byte / 2) - bound_byte % 2;
    factor(run, &options, run->whole);
    options.smooth_bound = (struct fg_uint128){(uint64_t)bound, (uint64_t)(bound >> 64)};
    factor(run, &options, run->smooth);
    for (size_t i = 0; i < run->count; i++) {
        const fuzz_wide n = (fuzz_wide)run->numbers[i].high << 64 | run->numbers[i].low;
        check(n, &run->whole[i]);
        if (bound > 0)
            check_smooth(n, bound, &run->whole[i], &run->smooth[i]);
        else
            check(n, &run->smooth[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 + sizeof(fuzz_wide))
        return 0;
    const size_t words = (size - 2) / sizeof(fuzz_wide);
    struct run run = {.count = words < NUMBERS_MAX ? words : NUMBERS_MAX};
    run.numbers = malloc(run.count * sizeof *run.numbers);
    run.whole = malloc(run.count * sizeof *run.whole);
    run.smooth = malloc(run.count * sizeof *run.smooth);
    if (run.numbers != NULL && run.whole != NULL && run.smooth != NULL &&
        fg_wide_work_open(&run.work, NULL) == FG_OK) {
        for (size_t i = 0; i < run.count; i++) {
            fuzz_wide word;
            memcpy(&word, data + 2 + i * sizeof word, sizeof word);
            const fuzz_wide n = make_number(word, data[0]);
            run.numbers[i] = (struct fg_uint128){(uint64_t)n, (uint64_t)(n >> 64)};
        }
        run_and_check(&run, data[0], data[1]);
    }
    fg_wide_work_close(run.work);
    free(run.numbers);
    free(run.whole);
    free(run.smooth);
    return 0;
}
