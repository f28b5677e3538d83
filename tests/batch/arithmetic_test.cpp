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
    ASSERT_EQ(fg_is_squarefree(list, count), n_is_squarefree(n) != 0) << n;
}

// The functions by what defines them, without a factorisation.
TEST(Arithmetic, MatchesDefinitions) {
    for (uint64_t n = 1; n <= scaled(400); n++) {
        const std::vector<uint64_t> primes = oracle::primes(n);
        uint64_t largest_square = 1, order = 1, sum = 0, distinct_sum = 0;
        for (uint64_t d = 2; d * d <= n; d++)
            largest_square = n % (d * d) == 0 ? d * d : largest_square;
        for (uint64_t a = 1; a < n; a++) { // the least common multiple of the orders modulo n
            uint64_t power = a, steps = 1;
            for (; n_gcd(a, n) == 1 && power != 1; steps++)
                power = power * a % n;
            order = order / n_gcd(order, steps) * steps;
        }
        for (uint64_t p = 2; p <= n; p++)
            for (uint64_t power = p; n_is_prime(p) && n % power == 0; power *= p) {
                sum += p;
                distinct_sum += power == p ? p : 0;
            }
        EXPECT_EQ(fg_squarefree_part(primes.data(), primes.size()), n / largest_square) << n;
        EXPECT_EQ(fg_reduced_totient(primes.data(), primes.size()), order) << n;
        EXPECT_EQ(fg_sum_primes(primes.data(), primes.size()), sum) << n;
        EXPECT_EQ(fg_sum_distinct_primes(primes.data(), primes.size()), distinct_sum) << n;
    }
}

// The sum of Liouville's function over the divisors of n is 1 for squares, otherwise 0.
TEST(Arithmetic, LiouvilleSumsToSquares) {
    for (uint64_t n = 1; n <= scaled(2000); n++) {
        int sum = 0;
        for (const uint64_t d : oracle::divisors(n)) {
            const std::vector<uint64_t> primes = oracle::primes(d);
            sum += fg_liouville(primes.data(), primes.size());
        }
        EXPECT_EQ(sum, n_is_square(n)) << n;
    }
}

// Of a list that is no factorisation the result means nothing, but there is one.
TEST(Arithmetic, ReducedTotientOfAnyListEnds) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(2000); i++) {
        std::vector<uint64_t> list(random.between(0, 200));
        std::vector<fg_uint128> wide;
        for (uint64_t &value : list) {
            value = random.between(0, 1) == 0 ? random.between(0, 4) : random.any();
            wide.push_back({value, value % 3});
        }
        fg_reduced_totient(list.data(), list.size());
        fg_wide_reduced_totient(wide.data(), wide.size());
    }
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
