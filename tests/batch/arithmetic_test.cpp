// SPDX-License-Identifier: MIT
// The arithmetic functions against FLINT, which is given the number and not its primes.
#include "factor_gpu.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <flint/fmpz.h>
#include <flint/ulong_extras.h>
#include <gtest/gtest.h>

namespace {

const uint64_t edges[] = {1,
                          2,
                          UINT64_C(1) << 63,
                          UINT64_MAX,
                          UINT64_C(18446744073709551557), // prime
                          UINT64_C(897612484786617600),   // 103680 divisors
                          UINT64_C(18401055938125660800), // the most divisors
                          UINT64_C(18446743979220271189), // the largest square of a prime below
                          UINT64_C(12157665459056928801)};

std::string decimal(const fg_uint128 &value) {
    __extension__ typedef unsigned __int128 wide;
    std::string digits;
    for (wide left = (static_cast<wide>(value.high) << 64) | value.low; left > 0; left /= 10)
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(left % 10)));
    return digits;
}

void expect_flints_values(uint64_t n) {
    const std::vector<uint64_t> primes = oracle::primes(n);
    const uint64_t *const list = primes.data();
    const size_t count = primes.size();
    n_factor_t factors;
    n_factor_init(&factors);
    n_factor(&factors, n, 1);
    uint64_t divisors = 1, radical = 1;
    for (int i = 0; i < factors.num; i++) {
        divisors *= static_cast<uint64_t>(factors.exp[i] + 1);
        radical *= factors.p[i];
    }
    ASSERT_EQ(fg_count_divisors(list, count), divisors) << n;
    ASSERT_EQ(decimal(fg_sum_divisors(list, count)), oracle::sum_of_divisors(n)) << n;
    ASSERT_EQ(fg_totient(list, count), n_euler_phi(n)) << n;
    ASSERT_EQ(fg_mobius(list, count), n_moebius_mu(n)) << n;
    ASSERT_EQ(fg_count_distinct_primes(list, count), static_cast<uint64_t>(factors.num)) << n;
    ASSERT_EQ(fg_radical(list, count), radical) << n;
}

TEST(Arithmetic, MatchesFlintOnARange) {
    for (uint64_t n = 1; n <= scaled(100000); n++)
        expect_flints_values(n);
}

TEST(Arithmetic, MatchesFlintOnEdgeNumbers) {
    for (const uint64_t n : edges)
        expect_flints_values(n);
}

TEST(Arithmetic, MatchesFlintOnRandomNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(3000); i++) {
        expect_flints_values(random.any() | 1);
        expect_flints_values(random.of_any_size());
    }
}

void expect_divisors(uint64_t n) {
    const std::vector<uint64_t> primes = oracle::primes(n);
    const size_t count = fg_count_divisors(primes.data(), primes.size());
    std::vector<uint64_t> divisors(count), scratch(count);
    ASSERT_EQ(fg_expand_divisors(primes.data(), primes.size(), divisors.data(), scratch.data()),
              count);
    ASSERT_EQ(oracle::difference(divisors, oracle::divisors(n)), "") << n;
}

TEST(Arithmetic, ExpandsEveryDivisor) {
    for (const uint64_t n : edges)
        expect_divisors(n);
    for (uint64_t n = 1; n <= 3000; n++)
        expect_divisors(n);
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(300); i++)
        expect_divisors(random.of_any_size());
}

} // namespace
