/* SPDX-License-Identifier: MIT */
/*
 * arith_fuzz.c: the arithmetic under everything else, against the compiler's 128-bit integers and
 * loops too simple to be wrong.
 *
 * Input: three words of 8 bytes. Each is tried as it is and brought into the domain of what takes
 * it.
 */
#include "arith/bits.h"
#include "arith/gcd.h"
#include "arith/inverse.h"
#include "arith/iroot.h"
#include "arith/isqrt.h"
#include "arith/montgomery.h"
#include "arith/wide_mul.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 wide;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the fuzzer, which keeps the input. */
static void require(bool holds, const char *what, uint64_t a, uint64_t b, uint64_t n) {
    if (holds)
        return;
    fprintf(stderr, "%s: %llu, %llu, %llu\n", what, (unsigned long long)a, (unsigned long long)b,
            (unsigned long long)n);
    abort();
}

static uint64_t euclid(uint64_t a, uint64_t b) {
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* base^exponent, or something above 2^64 if it is. */
static wide power_or_more(uint64_t base, uint32_t exponent) {
    wide power = 1;
    for (uint32_t i = 0; i < exponent && power >> 64 == 0; i++)
        power *= base;
    return power;
}

static void test_products(uint64_t a, uint64_t b) {
    const uint64_t high = (uint64_t)((wide)a * b >> 64);
    require(fg_mul64_high(a, b) == high, "high half", a, b, 0);
    require(fg_mul64_high_portable(a, b) == high, "portable high half", a, b, 0);
}

static void test_inverses(uint64_t a) {
    require((a | 1) * fg_inverse64(a | 1) == 1, "inverse modulo 2^64", a, 0, 0);
    const uint32_t low = (uint32_t)a | 1;
    require(low * fg_inverse32(low) == 1, "inverse modulo 2^32", low, 0, 0);
}

static void test_roots(uint64_t n, uint32_t exponent) {
    const uint64_t root = fg_isqrt64(n);
    require((wide)root * root <= n && (wide)(root + 1) * (root + 1) > n, "square root", n, root, 2);
    const uint64_t higher = fg_iroot64(n, exponent);
    require(power_or_more(higher, exponent) <= n && power_or_more(higher + 1, exponent) > n, "root",
            n, higher, exponent);
}

/* Returns the Montgomery form of x modulo an odd n: x * 2^64. */
static uint64_t image(wide x, uint64_t n) {
    return (uint64_t)((x % n << 64) % n);
}

static void test_montgomery(uint64_t a, uint64_t b, uint64_t n) {
    const struct fg_mont64 modulus = fg_mont64_prepare(n);
    const uint64_t ra = image(a, n), rb = image(b, n);
    require(fg_mont64_reduce(modulus, 0, ra) == a, "value", a, b, n);
    require(fg_mont64_one(modulus) == image(1, n), "one", a, b, n);
    const uint64_t product = fg_mont64_mul(modulus, ra, rb);
    require(product == image((wide)a * b, n), "product", a, b, n);
    if (n >> 62 == 0) {
        const uint64_t loose = fg_mont64_mul_loose(modulus, ra, rb);
        require(loose >= 1 && loose < 2 * n && loose % n == product, "loose product", a, b, n);
    }
}

static void test_modular(uint64_t a, uint64_t b, uint64_t n) {
    require(fg_mod64_add(a, b, n) == (uint64_t)(((wide)a + b) % n), "sum", a, b, n);
    require(fg_mod64_sub(a, b, n) == (uint64_t)(((wide)a + n - b) % n), "difference", a, b, n);
    const uint32_t small = (uint32_t)b;
    require(fg_mod64_multiple(a, small, n) == (uint64_t)((wide)a * small % n), "multiple", a, small,
            n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint64_t words[3] = {0};
    memcpy(words, data, size < sizeof words ? size : sizeof words);
    const uint64_t a = words[0], b = words[1], n = words[2], odd = n | 1;
    test_products(a, b);
    test_inverses(a);
    test_roots(a, 2 + (uint32_t)(b % 62));
    const uint64_t root = fg_isqrt64(a);
    test_roots(root * root, 2);
    test_roots(root * root - 1, 2);
    require(fg_gcd64_odd(a, odd) == euclid(a, odd), "gcd", a, odd, 0);
    require(fg_gcd64_odd(a * odd, odd) == euclid(a * odd, odd), "gcd", a * odd, odd, 0);
    test_montgomery(a % odd, b % odd, odd);
    if (n > 0)
        test_modular(a % n, b % n, n);
    return 0;
}
