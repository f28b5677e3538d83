/* SPDX-License-Identifier: MIT */
/*
 * factor_fuzz.c: the factoring engine against a proof that shares nothing with it: every prime by
 * strong tests with the compiler's 128-bit remainder, their order, and the product.
 *
 * Input: a byte that says how the words behind it become numbers, then words of 8 bytes: numbers as
 * they are, products of their halves, or powers of their low bits.
 */
#include "methods/factor/factor.h"
#include "methods/factor/factor_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t multiply(uint64_t a, uint64_t b, uint64_t n) {
    return (uint64_t)((unsigned __int128)a * b % n);
}

/* n odd, above the base. */
static bool is_strong_probable_prime(uint64_t n, uint64_t base) {
    uint64_t d = n - 1, x = 1;
    unsigned s = 0;
    for (; d % 2 == 0; d /= 2)
        s++;
    for (uint64_t square = base; d > 0; d /= 2, square = multiply(square, square, n))
        if (d % 2 == 1)
            x = multiply(x, square, n);
    bool passes = x == 1;
    for (; s > 0 && !passes; s--, x = multiply(x, x, n))
        passes = x == n - 1;
    return passes;
}

/* No composite below 2^64 passes for all of the first twelve primes: J. Sorenson, J. Webster,
 * "Strong pseudoprimes to twelve prime bases" (2017). */
static bool is_prime(uint64_t n) {
    static const uint64_t bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    if (n < 2)
        return false;
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        if (n % bases[i] == 0)
            return n == bases[i];
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        if (!is_strong_probable_prime(n, bases[i]))
            return false;
    return true;
}

/* Stops the fuzzer, which keeps the input. */
static void require(bool holds, const char *what, uint64_t n) {
    if (holds)
        return;
    fprintf(stderr, "%s: n = %llu\n", what, (unsigned long long)n);
    abort();
}

static void check(uint64_t n, const struct fg_factorization *factors) {
    uint64_t product = 1;
    require(factors->distinct <= FG_FACTORIZATION_DISTINCT, "too many primes", n);
    for (unsigned i = 0; i < factors->distinct; i++) {
        const uint64_t prime = factors->primes[i];
        require(is_prime(prime), "not a prime", n);
        require(i == 0 || factors->primes[i - 1] < prime, "out of order", n);
        require(factors->exponents[i] > 0, "exponent of 0", n);
        for (unsigned e = 0; e < factors->exponents[i]; e++)
            require(!__builtin_mul_overflow(product, prime, &product), "product too large", n);
    }
    require(product == n, "another product", n);
}

/* Powers of a word's low bits as high as they fit. */
static uint64_t power_of(uint64_t word, unsigned bits) {
    const uint64_t base = (word & ((UINT64_C(1) << bits) - 1)) | 2;
    uint64_t n = base;
    for (uint64_t next; !__builtin_mul_overflow(n, base, &next);)
        n = next;
    return n;
}

static uint64_t make_number(uint64_t word, unsigned how) {
    uint64_t n = word;
    if (how % 4 == 1) /* two factors of 32 bits */
        n = (word >> 32 | 1) * ((word & UINT32_MAX) | 1);
    else if (how % 4 == 2) /* three of 21 */
        n = ((word >> 43) | 1) * ((word >> 22 & 0x1fffff) | 1) * ((word & 0x1fffff) | 1);
    else if (how % 4 == 3)
        n = power_of(word, 8 + how / 4 % 25);
    return n == 0 ? 1 : n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 + sizeof(uint64_t))
        return 0;
    size_t count = (size - 1) / sizeof(uint64_t);
    if (count > FG_FACTOR_TILE)
        count = FG_FACTOR_TILE;
    /* Exact: an overrun shows. */
    uint64_t *const numbers = malloc(count * sizeof *numbers);
    struct fg_factorization *const factors = malloc(count * sizeof *factors);
    struct fg_factor_work *work = NULL;
    if (numbers != NULL && factors != NULL && fg_factor_work_open(&work, NULL) == FG_OK) {
        memcpy(numbers, data + 1, count * sizeof *numbers);
        for (size_t i = 0; i < count; i++)
            numbers[i] = make_number(numbers[i], data[0]);
        const atomic_bool cancelled = false;
        require(fg_factor_run(work, numbers, count, &cancelled, factors) == FG_OK, "failed",
                numbers[0]);
        for (size_t i = 0; i < count; i++)
            check(numbers[i], &factors[i]);
    }
    fg_factor_work_close(work);
    free(factors);
    free(numbers);
    return 0;
}
