// SPDX-License-Identifier: MIT
/*
 * wide_arithmetic_test.cpp: the arithmetic functions and the columns of numbers below 2^128,
 * against FLINT.
 */
#include "support/random_numbers.h"
#include "support/wide_engine.h"
#include "support/wide_numbers.h"

#include <flint/arith.h>
#include <flint/fmpz.h>
#include <gtest/gtest.h>

#include <cstring>

namespace {

using oracle::Wide;
using oracle::WideNumbers;

/* FLINT's number. */
struct Integer {
    Integer() { fmpz_init(value); }
    explicit Integer(Wide n) {
        fmpz_init(value);
        fmpz_set_str(value, oracle::decimal(n).c_str(), 10);
    }
    Integer(const Integer &) = delete;
    Integer &operator=(const Integer &) = delete;
    ~Integer() { fmpz_clear(value); }
    std::string text() const {
        char *const digits = fmpz_get_str(nullptr, 10, value);
        const std::string text = digits;
        flint_free(digits);
        return text;
    }
    fmpz_t value;
};

std::string decimal(fg_uint128 n) {
    return oracle::decimal(from_words(n));
}

std::string decimal(fg_uint192 n) {
    Integer sum;
    for (const uint64_t word : {n.high, n.middle, n.low}) {
        fmpz_mul_2exp(sum.value, sum.value, 64);
        fmpz_add_ui(sum.value, sum.value, word);
    }
    return sum.text();
}

/* Every function of n as text, by FLINT. */
struct Expected {
    explicit Expected(Wide n) {
        const Integer number(n);
        Integer value;
        arith_divisor_sigma(value.value, 1, number.value);
        sum = value.text();
        arith_divisor_sigma(value.value, 0, number.value);
        count = value.text();
        arith_euler_phi(value.value, number.value);
        totient = value.text();
        mobius = arith_moebius_mu(number.value);
        Wide product = 1;
        Integer lambda(1);
        for (const auto &[prime, exponent] : oracle::wide_prime_powers(n)) {
            Integer of_power(prime);
            arith_euler_phi(of_power.value, Integer(power(prime, exponent)).value);
            if (prime == 2 && exponent > 2)
                fmpz_divexact_ui(of_power.value, of_power.value, 2);
            fmpz_lcm(lambda.value, lambda.value, of_power.value);
            odd_part *= exponent % 2 == 1 ? prime : 1;
            sopf += prime;
            sopfr += exponent * prime;
            product *= prime;
            primes.insert(primes.end(), exponent, prime);
            distinct++;
        }
        radical = oracle::decimal(product);
        core = oracle::decimal(odd_part);
        carmichael = lambda.text();
    }
    static Wide power(Wide prime, unsigned exponent) {
        return exponent == 0 ? 1 : prime * power(prime, exponent - 1);
    }
    std::string sum, count, totient, radical, core, carmichael;
    Wide odd_part = 1, sopf = 0, sopfr = 0;
    int mobius;
    uint64_t distinct = 0;
    WideNumbers primes;
};

WideNumbers sample() {
    WideNumbers numbers = {1, 2, 3, 4, 12, 97, Wide{1} << 64, Wide{1} << 127, ~Wide{0}};
    for (const char *const digits :
         {"278282512406132373381723386382308832000",  /* the most divisors */
          "340282366920938463463374607431768211297",  /* the largest prime */
          "340282366920938463426481119284349108225",  /* (2^64 - 1)^2 */
          "232862364358497360900063316880507363070"}) /* the product of the first 26 primes */
        numbers.push_back(oracle::wide(digits));
    RandomNumbers random;
    for (size_t i = 0; i < scaled(50); i++)
        numbers.push_back(
            wide_numbers::random_of(random, static_cast<unsigned>(random.between(1, 75))));
    return numbers;
}

TEST(WideArithmetic, MatchesFlint) {
    for (const Wide n : sample()) {
        SCOPED_TRACE(oracle::decimal(n));
        const Expected expected(n);
        const std::vector<fg_uint128> primes = to_words(expected.primes);
        const size_t count = primes.size();
        EXPECT_EQ(std::to_string(fg_wide_count_divisors(primes.data(), count)), expected.count);
        EXPECT_EQ(decimal(fg_wide_sum_divisors(primes.data(), count)), expected.sum);
        EXPECT_EQ(decimal(fg_wide_totient(primes.data(), count)), expected.totient);
        EXPECT_EQ(fg_wide_mobius(primes.data(), count), expected.mobius);
        EXPECT_EQ(fg_wide_count_distinct_primes(primes.data(), count), expected.distinct);
        EXPECT_EQ(decimal(fg_wide_radical(primes.data(), count)), expected.radical);
        EXPECT_EQ(fg_wide_liouville(primes.data(), count), count % 2 == 0 ? 1 : -1);
        EXPECT_EQ(fg_wide_is_squarefree(primes.data(), count), expected.mobius != 0);
        EXPECT_EQ(decimal(fg_wide_squarefree_part(primes.data(), count)), expected.core);
        EXPECT_EQ(from_words(fg_wide_sum_primes(primes.data(), count)), expected.sopfr);
        EXPECT_EQ(from_words(fg_wide_sum_distinct_primes(primes.data(), count)), expected.sopf);
        EXPECT_EQ(decimal(fg_wide_reduced_totient(primes.data(), count)), expected.carmichael);
    }
}

/* The columns of some numbers, each with bytes behind it that must stay as they are. */
class WideColumns {
  public:
    explicit WideColumns(size_t count) {
        for (size_t i = 0; i < fg_column_count(); i++) {
            const auto column = static_cast<fg_column>(i);
            memory_.emplace_back(fg_wide_column_entry_bytes(column) * count + 8, 0xA5);
            fg_column_request request = {};
            request.column = column;
            request.bound = fg_column_has_bound(column) ? 1000 : 0;
            requests.push_back(request);
        }
        for (size_t i = 0; i < requests.size(); i++)
            requests[i].values = memory_[i].data();
    }
    std::string text(fg_column column, size_t i) const {
        switch (fg_wide_column_get_type(column)) {
        case FG_COLUMN_UINT192:
            return decimal(at<fg_uint192>(column, i));
        case FG_COLUMN_UINT128:
            return decimal(at<fg_uint128>(column, i));
        case FG_COLUMN_INT8:
            return std::to_string(at<int8_t>(column, i));
        case FG_COLUMN_BOOL:
            return std::to_string(at<bool>(column, i));
        case FG_COLUMN_UINT64:
            break;
        }
        return std::to_string(at<uint64_t>(column, i));
    }
    bool is_intact() const {
        for (size_t i = 0; i < memory_.size(); i++)
            for (size_t k = memory_[i].size() - 8; k < memory_[i].size(); k++)
                if (memory_[i][k] != 0xA5)
                    return false;
        return true;
    }
    std::vector<fg_column_request> requests;

  private:
    template <typename T> T at(fg_column column, size_t i) const {
        T value;
        std::memcpy(&value, memory_[column].data() + i * sizeof value, sizeof value);
        return value;
    }
    std::vector<std::vector<unsigned char>> memory_;
};

void expect_columns(const WideColumns &columns, size_t i, Wide n) {
    SCOPED_TRACE(oracle::decimal(n));
    const Expected expected(n);
    const WideNumbers &primes = expected.primes;
    const auto number = [](Wide value) { return oracle::decimal(value); };
    EXPECT_EQ(columns.text(FG_COLUMN_COUNT, i), expected.count);
    EXPECT_EQ(columns.text(FG_COLUMN_SIGMA, i), expected.sum);
    EXPECT_EQ(columns.text(FG_COLUMN_PHI, i), expected.totient);
    EXPECT_EQ(columns.text(FG_COLUMN_MOBIUS, i), std::to_string(expected.mobius));
    EXPECT_EQ(columns.text(FG_COLUMN_OMEGA, i), std::to_string(expected.distinct));
    EXPECT_EQ(columns.text(FG_COLUMN_BIGOMEGA, i), std::to_string(primes.size()));
    EXPECT_EQ(columns.text(FG_COLUMN_RADICAL, i), expected.radical);
    EXPECT_EQ(columns.text(FG_COLUMN_SPF, i), number(primes.empty() ? 1 : primes.front()));
    EXPECT_EQ(columns.text(FG_COLUMN_GPF, i), number(primes.empty() ? 1 : primes.back()));
    EXPECT_EQ(columns.text(FG_COLUMN_IS_PRIME, i), primes.size() == 1 ? "1" : "0");
    EXPECT_EQ(columns.text(FG_COLUMN_SMOOTH, i),
              primes.empty() || primes.back() <= 1000 ? "1" : "0");
    EXPECT_EQ(columns.text(FG_COLUMN_LIOUVILLE, i), primes.size() % 2 == 0 ? "1" : "-1");
    EXPECT_EQ(columns.text(FG_COLUMN_SQUAREFREE, i), expected.mobius != 0 ? "1" : "0");
    EXPECT_EQ(columns.text(FG_COLUMN_CORE, i), expected.core);
    EXPECT_EQ(columns.text(FG_COLUMN_SOPFR, i), number(expected.sopfr));
    EXPECT_EQ(columns.text(FG_COLUMN_SOPF, i), number(expected.sopf));
    EXPECT_EQ(columns.text(FG_COLUMN_CARMICHAEL, i), expected.carmichael);
}

TEST(WideColumns, OfListsAndOfResultsMatchFlint) {
    const WideNumbers numbers = sample();
    std::vector<size_t> offsets = {0};
    std::vector<fg_uint128> primes;
    for (const Wide n : numbers) {
        const std::vector<fg_uint128> list = to_words(wide_primes(n));
        primes.insert(primes.end(), list.begin(), list.end());
        offsets.push_back(primes.size());
    }
    const WideColumns listed(numbers.size()), answered(numbers.size() - 1);
    fg_error error = {};
    ASSERT_EQ(fg_wide_compute_columns_of(primes.data(), offsets.data(), numbers.size(),
                                         listed.requests.data(), listed.requests.size(), &error),
              FG_OK)
        << error.message;
    fg_results results = {};
    results.answer = FG_ANSWER_PRIMES;
    results.words = 2;
    results.count = numbers.size();
    results.offsets = offsets.data();
    results.values = &primes.data()->low;
    ASSERT_EQ(fg_compute_columns(&results, 1, numbers.size() - 1, answered.requests.data(),
                                 answered.requests.size(), &error),
              FG_OK)
        << error.message;
    EXPECT_TRUE(listed.is_intact() && answered.is_intact());
    for (size_t i = 0; i < numbers.size(); i++) {
        expect_columns(listed, i, numbers[i]);
        if (i > 0)
            expect_columns(answered, i - 1, numbers[i]);
    }
}

TEST(WideColumns, OfABatchWithZeros) {
    WideNumbers numbers = sample();
    numbers[5] = 0;
    numbers.push_back(0);
    for (const char *const backend : {"serial", "threads"}) {
        fg_config config = {};
        config.backend = backend;
        config.answer = FG_ANSWER_PRIMES;
        config.allow_zeros = true;
        config.jobs = 2;
        fg_engine *engine = nullptr;
        fg_error error = {};
        ASSERT_EQ(fg_engine_open(&config, &engine, &error), FG_OK) << error.message;
        const WideColumns columns(numbers.size());
        const std::vector<fg_uint128> words = to_words(numbers);
        fg_numbers batch = {};
        batch.words = 2;
        batch.count = words.size();
        batch.wide_list = words.data();
        ASSERT_EQ(fg_factor_columns(engine, &batch, columns.requests.data(),
                                    columns.requests.size(), &error),
                  FG_OK)
            << error.message;
        fg_engine_close(engine);
        EXPECT_TRUE(columns.is_intact());
        for (size_t i = 0; i < numbers.size(); i++)
            if (numbers[i] != 0)
                expect_columns(columns, i, numbers[i]);
            else
                for (size_t c = 0; c < fg_column_count(); c++)
                    EXPECT_EQ(columns.text(static_cast<fg_column>(c), i), "0");
    }
}

TEST(WideColumns, HaveTypesOfTwoWords) {
    EXPECT_EQ(fg_wide_column_get_type(FG_COLUMN_SIGMA), FG_COLUMN_UINT192);
    EXPECT_EQ(fg_wide_column_entry_bytes(FG_COLUMN_SIGMA), sizeof(fg_uint192));
    for (const fg_column column :
         {FG_COLUMN_PHI, FG_COLUMN_RADICAL, FG_COLUMN_SPF, FG_COLUMN_GPF, FG_COLUMN_CORE,
          FG_COLUMN_SOPFR, FG_COLUMN_SOPF, FG_COLUMN_CARMICHAEL}) {
        EXPECT_EQ(fg_wide_column_get_type(column), FG_COLUMN_UINT128);
        EXPECT_EQ(fg_wide_column_entry_bytes(column), sizeof(fg_uint128));
    }
    for (const fg_column column :
         {FG_COLUMN_COUNT, FG_COLUMN_MOBIUS, FG_COLUMN_OMEGA, FG_COLUMN_BIGOMEGA,
          FG_COLUMN_IS_PRIME, FG_COLUMN_SMOOTH, FG_COLUMN_LIOUVILLE, FG_COLUMN_SQUAREFREE})
        EXPECT_EQ(fg_wide_column_get_type(column), fg_column_get_type(column));
}

} // namespace
