/*
 * mod_inverse_test.cpp: inverses modulo any number, over a small world and against GMP.
 */
#include "support/internals.h"
#include "support/random_numbers.h"

extern "C" {
#include "arith/mod_inverse.h"
}

#include <gmp.h>
#include <gtest/gtest.h>

#include <numeric>

namespace {

/* a * b mod n by GMP. */
uint64_t product(uint64_t a, uint64_t b, uint64_t n) {
    mpz_t x, y;
    mpz_init_set_ui(x, a);
    mpz_init_set_ui(y, n);
    mpz_mul_ui(x, x, b);
    mpz_mod(x, x, y);
    const uint64_t result = mpz_get_ui(x);
    mpz_clears(x, y, nullptr);
    return result;
}

void expect_inverse(uint64_t a, uint64_t n) {
    const uint64_t inverse = fg_mod64_inverse(a, n);
    if (std::gcd(a, n) != 1) {
        ASSERT_EQ(inverse, 0u) << a << " modulo " << n;
        return;
    }
    ASSERT_LT(inverse, n) << a << " modulo " << n;
    ASSERT_EQ(product(a, inverse, n), 1u) << a << " modulo " << n;
}

TEST(ModInverse, EveryNumberOfSmallModuli) {
    for (uint64_t n = 2; n < 300; n++)
        for (uint64_t a = 0; a < n; a++)
            expect_inverse(a, n);
}

TEST(ModInverse, Boundaries) {
    for (const uint64_t n : {UINT64_MAX, UINT64_MAX - 58, UINT64_C(1) << 63, UINT64_C(1) << 32,
                             (UINT64_C(1) << 63) + 29, UINT64_C(12200160415121876738)})
        for (uint64_t k = 0; k < 40; k++) {
            expect_inverse(k, n);
            expect_inverse(n - 1 - k, n);
            expect_inverse(n / 2 + k, n);
        }
}

/* The longest run of quotients 1: consecutive Fibonacci numbers. */
TEST(ModInverse, FibonacciNumbers) {
    for (uint64_t a = 1, n = 2; n > a; n += a, a = n - a)
        expect_inverse(a, n);
}

TEST(ModInverse, Random) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(100000); i++) {
        const uint64_t n = random.of_any_size() | 2;
        expect_inverse(random.any() % n, n);
    }
}

} // namespace
