/*
 * strip_test.cpp: every variant of dividing out the small primes does what the plain loop does.
 */
#include "internals.h"
#include "random_numbers.h"

extern "C" {
#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
#include "factor/strip.h"
}

#include <cstdio>
#include <gtest/gtest.h>
#include <vector>

namespace {

struct Variant {
    const char *name;
    fg_strip_function *strip;
    bool runs_here;
};

std::vector<Variant> variants() {
    std::vector<Variant> list = {{"portable", fg_strip_portable, true}};
#if defined(__x86_64__)
    list.push_back({"avx2", fg_strip_avx2, __builtin_cpu_supports("avx2") != 0});
    list.push_back(
        {"avx512", fg_strip_avx512,
         __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0});
#endif
    return list;
}

/* By trial division with every prime of the table, 2 before them. */
void expect_stripped(const Variant &variant, uint64_t n) {
    fg_factorization expected, got;
    fg_factorization_clear(&expected);
    fg_factorization_clear(&got);
    const uint64_t limit = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    uint64_t rest = n;
    for (uint64_t d = 2; d < limit; d++)
        for (; rest % d == 0; rest /= d)
            fg_factorization_add(&expected, d, 1);

    bool settled = false;
    uint64_t left = variant.strip(n, &got, &settled);
    ASSERT_TRUE(fg_factorization_product_is(&got, n / left)) << variant.name << ' ' << n;
    if (!settled) {
        ASSERT_GE(left, limit * limit) << variant.name << ' ' << n;
    } else if (left > 1) { /* a prime, which the table may hold */
        fg_factorization_add(&got, left, 1);
        if (rest > 1)
            fg_factorization_add(&expected, rest, 1);
        left = rest = 1;
    }
    ASSERT_EQ(left, rest) << variant.name << ' ' << n;
    ASSERT_EQ(got.distinct, expected.distinct) << variant.name << ' ' << n;
    for (unsigned i = 0; i < got.distinct; i++) {
        ASSERT_EQ(got.primes[i], expected.primes[i]) << variant.name << ' ' << n;
        ASSERT_EQ(got.exponents[i], expected.exponents[i]) << variant.name << ' ' << n;
    }
}

void for_each_variant(const std::vector<uint64_t> &numbers) {
    for (const Variant &variant : variants()) {
        if (!variant.runs_here) {
            std::printf("%s does not run here\n", variant.name);
            continue;
        }
        for (const uint64_t n : numbers)
            expect_stripped(variant, n);
    }
}

TEST(Strip, AllSmallNumbers) {
    std::vector<uint64_t> numbers;
    for (uint64_t n = 1; n <= 20000; n++)
        numbers.push_back(n);
    for_each_variant(numbers);
}

TEST(Strip, EveryPrimeOfTheTableAloneAndBesideLargeOnes) {
    std::vector<uint64_t> numbers;
    for (const uint16_t prime : fg_small_prime_values)
        for (const uint64_t cofactor :
             {UINT64_C(1), UINT64_C(2), uint64_t{prime}, UINT64_C(1048583), UINT64_C(4194301),
              UINT64_C(4294967291), UINT64_C(1099511627791), UINT64_C(17592186044399)})
            numbers.push_back(prime * cofactor);
    for_each_variant(numbers);
}

TEST(Strip, AcrossTheWidthOfTheNarrowTests) {
    std::vector<uint64_t> numbers;
    for (uint64_t n = (UINT64_C(1) << 32) - 500; n <= (UINT64_C(1) << 32) + 500; n++)
        numbers.push_back(n);
    for (uint64_t n = UINT64_MAX - 500; n != 0; n++)
        numbers.push_back(n);
    for_each_variant(numbers);
}

TEST(Strip, RandomNumbersOfEveryLength) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<uint64_t> numbers;
    for (unsigned bits = 1; bits <= 64; bits++)
        for (int i = 0; i < 50; i++)
            numbers.push_back(random.with_bits(bits));
    for_each_variant(numbers);
}

TEST(Strip, TheChoiceIsOneThatRunsHere) {
    fg_strip_function *const chosen = fg_strip_select();
    bool found = false;
    for (const Variant &variant : variants())
        found = found || (variant.runs_here && variant.strip == chosen);
    EXPECT_TRUE(found);
}

} // namespace
