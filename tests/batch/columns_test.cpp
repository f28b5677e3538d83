// SPDX-License-Identifier: MIT
// Columns in bulk against FLINT, which is given the number and not its primes.
#include "factor_gpu.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <array>
#include <cstring>
#include <flint/ulong_extras.h>
#include <gtest/gtest.h>
#include <memory>

namespace {

const std::vector<uint64_t> edges = {1,
                                     2,
                                     4,
                                     UINT64_C(1) << 63,
                                     UINT64_MAX,
                                     UINT64_C(18446744073709551557), // prime
                                     UINT64_C(614889782588491410),   // 15 distinct primes
                                     UINT64_C(18401055938125660800), // the most divisors
                                     UINT64_C(18446743979220271189), // a square of a prime
                                     UINT64_C(12157665459056928801)};

constexpr uint64_t small_bound = 7, large_bound = UINT64_C(4294967296);

// The values of one number as decimal texts: those of every column in the order of the enumerators,
// and behind them "smooth" with the large bound.
using Row = std::vector<std::string>;

std::string decimal(const fg_uint128 &value) {
    __extension__ typedef unsigned __int128 wide;
    wide left = (static_cast<wide>(value.high) << 64) | value.low;
    std::string digits;
    do
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(left % 10)));
    while ((left /= 10) > 0);
    return digits;
}

// The least common multiple of lambda(p^e), by FLINT's greatest common divisor.
uint64_t reduced_totient(uint64_t n) {
    uint64_t lambda = 1;
    for (const auto &[prime, exponent] : oracle::prime_powers(n)) {
        uint64_t of_power = n_pow(prime, exponent - 1) * (prime - 1);
        if (prime == 2 && exponent > 2)
            of_power /= 2;
        lambda *= of_power / n_gcd(lambda, of_power);
    }
    return lambda;
}

// A column that is missing here has an empty text, which no value equals.
Row flints_row(uint64_t n) {
    uint64_t count = 1, omega = 0, bigomega = 0, radical = 1, spf = 1, gpf = 1;
    uint64_t core = 1, sopf = 0, sopfr = 0;
    for (const auto &[prime, exponent] : oracle::prime_powers(n)) {
        core *= exponent % 2 == 1 ? prime : 1;
        sopf += prime;
        sopfr += exponent * prime;
        count *= exponent + 1;
        omega++;
        bigomega += exponent;
        radical *= prime;
        spf = spf == 1 ? prime : spf;
        gpf = prime;
    }
    Row row(fg_column_count() + 1);
    row[FG_COLUMN_COUNT] = std::to_string(count);
    row[FG_COLUMN_SIGMA] = oracle::sum_of_divisors(n);
    row[FG_COLUMN_PHI] = std::to_string(n_euler_phi(n));
    row[FG_COLUMN_MOBIUS] = std::to_string(n_moebius_mu(n));
    row[FG_COLUMN_OMEGA] = std::to_string(omega);
    row[FG_COLUMN_BIGOMEGA] = std::to_string(bigomega);
    row[FG_COLUMN_RADICAL] = std::to_string(radical);
    row[FG_COLUMN_SPF] = std::to_string(spf);
    row[FG_COLUMN_GPF] = std::to_string(gpf);
    row[FG_COLUMN_IS_PRIME] = std::to_string(oracle::is_prime(n));
    row[FG_COLUMN_SMOOTH] = std::to_string(gpf <= small_bound);
    row[FG_COLUMN_LIOUVILLE] = bigomega % 2 == 0 ? "1" : "-1";
    row[FG_COLUMN_SQUAREFREE] = std::to_string(n_is_squarefree(n));
    row[FG_COLUMN_CORE] = std::to_string(core);
    row[FG_COLUMN_SOPFR] = std::to_string(sopfr);
    row[FG_COLUMN_SOPF] = std::to_string(sopf);
    row[FG_COLUMN_CARMICHAEL] = std::to_string(reduced_totient(n));
    row[fg_column_count()] = std::to_string(gpf <= large_bound);
    return row;
}

// Arrays for every column of `count` numbers, with a canary behind each.
class Table {
  public:
    explicit Table(size_t count) : count_(count) {
        for (size_t i = 0; i < fg_column_count(); i++)
            add(static_cast<fg_column>(i), i == FG_COLUMN_SMOOTH ? small_bound : 0);
        add(FG_COLUMN_SMOOTH, large_bound);
    }
    const fg_column_request *requests() const { return requests_.data(); }
    size_t request_count() const { return requests_.size(); }

    Row row(size_t i) const {
        Row row;
        for (const fg_column_request &request : requests_)
            row.push_back(text(request, i));
        return row;
    }
    void expect_nothing_behind() const {
        for (size_t i = 0; i < requests_.size(); i++) {
            const size_t bytes = fg_column_entry_bytes(requests_[i].column) * count_;
            for (size_t k = bytes; k < data_[i].size(); k++)
                ASSERT_EQ(data_[i][k], canary) << fg_column_name(requests_[i].column);
        }
    }

  private:
    static constexpr unsigned char canary = 0xA5;

    void add(fg_column column, uint64_t bound) {
        const size_t bytes = fg_column_entry_bytes(column) * count_ + 16;
        data_.emplace_back(bytes, canary);
        fg_column_request request = {};
        request.column = column;
        request.bound = bound;
        request.values = data_.back().data();
        requests_.push_back(request);
    }
    template <typename T> static T at(const fg_column_request &request, size_t i) {
        return static_cast<const T *>(request.values)[i];
    }
    static std::string text(const fg_column_request &request, size_t i) {
        switch (fg_column_get_type(request.column)) {
        case FG_COLUMN_UINT128:
            return decimal(at<fg_uint128>(request, i));
        case FG_COLUMN_INT8:
            return std::to_string(at<int8_t>(request, i));
        case FG_COLUMN_BOOL:
            return std::to_string(at<bool>(request, i));
        case FG_COLUMN_UINT192: /* of numbers with two words only */
        case FG_COLUMN_UINT64:
            break;
        }
        return std::to_string(at<uint64_t>(request, i));
    }

    size_t count_;
    std::vector<std::vector<unsigned char>> data_;
    std::vector<fg_column_request> requests_;
};

// The prime factors of some numbers, by FLINT.
class Primes {
  public:
    explicit Primes(const std::vector<uint64_t> &numbers) {
        offsets_.push_back(0);
        for (const uint64_t n : numbers) {
            const oracle::Numbers primes = oracle::primes(n);
            values_.insert(values_.end(), primes.begin(), primes.end());
            offsets_.push_back(values_.size());
        }
        results_.answer = FG_ANSWER_PRIMES;
        results_.words = 1;
        results_.count = numbers.size();
        results_.offsets = offsets_.data();
        results_.values = values_.data();
    }
    fg_results &results() { return results_; }

  private:
    std::vector<uint64_t> values_;
    std::vector<size_t> offsets_;
    fg_results results_ = {};
};

void expect_flints_columns(const std::vector<uint64_t> &numbers) {
    Primes primes(numbers);
    Table table(numbers.size());
    fg_error error;
    ASSERT_EQ(fg_compute_columns(&primes.results(), 0, numbers.size(), table.requests(),
                                 table.request_count(), &error),
              FG_OK)
        << error.message;
    for (size_t i = 0; i < numbers.size(); i++)
        ASSERT_EQ(table.row(i), flints_row(numbers[i])) << numbers[i];
    table.expect_nothing_behind();
}

std::vector<uint64_t> some_numbers(size_t count, RandomNumbers &random) {
    std::vector<uint64_t> numbers = edges;
    while (numbers.size() < count)
        numbers.push_back(random.of_any_size());
    return numbers;
}

TEST(Columns, MatchFlintOnARange) {
    std::vector<uint64_t> numbers;
    for (uint64_t n = 1; n <= scaled(20000); n++)
        numbers.push_back(n);
    expect_flints_columns(numbers);
}

TEST(Columns, MatchFlintOnEdgeAndRandomNumbers) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    expect_flints_columns(some_numbers(scaled(3000), random));
}

// The sets of columns that the next test asks for: those of the first twelve, which have all that
// share a walk, and each of the others with one of these.
std::vector<unsigned> sets_of_columns(size_t count) {
    std::vector<unsigned> sets;
    for (unsigned set = 1; set < 1u << 12; set++)
        sets.push_back(set);
    for (size_t i = 12; i < count; i++)
        for (size_t k = 0; k <= i; k++)
            sets.push_back(1u << i | 1u << k);
    return sets;
}

// Whatever else is asked for: every set of the columns that share a walk, and every column alone.
TEST(Columns, DoNotDependOnEachOther) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::vector<uint64_t> numbers = some_numbers(60, random);
    Primes primes(numbers);
    const Table all(numbers.size());
    ASSERT_EQ(fg_compute_columns(&primes.results(), 0, numbers.size(), all.requests(),
                                 all.request_count(), nullptr),
              FG_OK);
    for (const unsigned set : sets_of_columns(all.request_count())) {
        std::vector<fg_column_request> some;
        std::vector<std::vector<unsigned char>> data;
        for (size_t i = 0; i < all.request_count(); i++) {
            if ((set >> i & 1) == 0)
                continue;
            some.push_back(all.requests()[i]);
            data.emplace_back(numbers.size() * fg_column_entry_bytes(some.back().column));
            some.back().values = data.back().data();
        }
        ASSERT_EQ(fg_compute_columns(&primes.results(), 0, numbers.size(), some.data(), some.size(),
                                     nullptr),
                  FG_OK);
        for (size_t i = 0, k = 0; i < all.request_count(); i++) {
            if ((set >> i & 1) == 0)
                continue;
            ASSERT_EQ(memcmp(data[k].data(), all.requests()[i].values, data[k].size()), 0)
                << "set " << set << ", column " << fg_column_name(some[k].column);
            k++;
        }
    }
}

TEST(Columns, OfAPartOfTheResults) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::vector<uint64_t> numbers = some_numbers(1500, random);
    Primes primes(numbers);
    const std::vector<std::pair<size_t, size_t>> parts = {{0, 0},   {0, 1},      {1, 511}, {7, 512},
                                                          {8, 513}, {450, 1050}, {1500, 0}};
    for (const auto &[first, count] : parts) {
        Table table(count);
        ASSERT_EQ(fg_compute_columns(&primes.results(), first, count, table.requests(),
                                     table.request_count(), nullptr),
                  FG_OK);
        for (size_t i = 0; i < count; i++)
            ASSERT_EQ(table.row(i), flints_row(numbers[first + i])) << first << " " << i;
        table.expect_nothing_behind();
    }
}

TEST(Columns, HaveNamesTypesAndSizes) {
    const char *const names[] = {"count",    "sigma",     "phi",        "mobius", "omega",
                                 "bigomega", "radical",   "spf",        "gpf",    "is_prime",
                                 "smooth",   "liouville", "squarefree", "core",   "sopfr",
                                 "sopf",     "carmichael"};
    ASSERT_EQ(fg_column_count(), std::size(names));
    for (size_t i = 0; i < std::size(names); i++) {
        const auto column = static_cast<fg_column>(i);
        EXPECT_STREQ(fg_column_name(column), names[i]);
        fg_column found = FG_COLUMN_SMOOTH;
        EXPECT_TRUE(fg_column_from_name(names[i], &found));
        EXPECT_EQ(found, column);
        EXPECT_EQ(fg_column_has_bound(column), column == FG_COLUMN_SMOOTH);
    }
    fg_column untouched = FG_COLUMN_PHI;
    for (const char *const name : {"", "phi ", "smooth=5", "divisors", "primes"})
        EXPECT_FALSE(fg_column_from_name(name, &untouched)) << name;
    EXPECT_EQ(untouched, FG_COLUMN_PHI);
    EXPECT_EQ(fg_column_name(static_cast<fg_column>(std::size(names))), nullptr);
    EXPECT_EQ(fg_column_get_type(FG_COLUMN_SIGMA), FG_COLUMN_UINT128);
    EXPECT_EQ(fg_column_entry_bytes(FG_COLUMN_SIGMA), 16u);
    EXPECT_EQ(fg_column_entry_bytes(FG_COLUMN_PHI), 8u);
    EXPECT_EQ(fg_column_get_type(FG_COLUMN_MOBIUS), FG_COLUMN_INT8);
    EXPECT_EQ(fg_column_entry_bytes(FG_COLUMN_IS_PRIME), 1u);
    EXPECT_EQ(fg_column_get_type(FG_COLUMN_LIOUVILLE), FG_COLUMN_INT8);
    EXPECT_EQ(fg_column_get_type(FG_COLUMN_SQUAREFREE), FG_COLUMN_BOOL);
    EXPECT_EQ(fg_column_get_type(FG_COLUMN_SOPFR), FG_COLUMN_UINT64);
}

class Requests : public testing::Test {
  protected:
    void expect_refused(const std::string &words) {
        fg_error error = {};
        EXPECT_EQ(fg_compute_columns(&primes_.results(), first_, count_, requests_.data(),
                                     requests_.size(), &error),
                  FG_ERROR_ARGUMENT);
        EXPECT_NE(std::string(error.message).find(words), std::string::npos) << error.message;
        EXPECT_EQ(values_, (std::array<uint64_t, 4>{9, 9, 9, 9}));
    }

    std::array<uint64_t, 4> values_ = {9, 9, 9, 9};
    Primes primes_{{12, 35}};
    size_t first_ = 0, count_ = 2;
    std::vector<fg_column_request> requests_{
        {sizeof(fg_column_request), FG_COLUMN_PHI, 0, values_.data()}};
};

TEST_F(Requests, ForColumnsThatThereAreNot) {
    requests_[0].column = static_cast<fg_column>(fg_column_count());
    expect_refused("request 0 names column " + std::to_string(fg_column_count()));
}

TEST_F(Requests, WithTheWrongBound) {
    requests_[0].bound = 5;
    expect_refused("request 0 has a bound, but its column, 'phi', takes none");
    requests_[0] = {0, FG_COLUMN_SMOOTH, 0, values_.data()};
    expect_refused("request 0, for the column 'smooth', needs a bound");
}

TEST_F(Requests, WithoutAnArray) {
    requests_[0].values = nullptr;
    expect_refused("request 0, for the column 'phi', has no array");
}

TEST_F(Requests, ForTheSameColumnTwice) {
    requests_.push_back(requests_[0]);
    expect_refused("requests 0 and 1 are for the same column, 'phi'");
}

TEST_F(Requests, OfAnOddSize) {
    requests_[0].size = 8;
    expect_refused("requests[0].size is 8; it is at least");
    requests_[0].size = SIZE_MAX / 3; /* read from uninitialised memory */
    expect_refused("requests[0].size is ");
}

TEST_F(Requests, BeyondTheResults) {
    count_ = 3;
    expect_refused("columns of 3 numbers from number 0 on were asked for, but there are 2 answers");
    first_ = 3, count_ = 0;
    expect_refused("but there are 2 answers");
    first_ = 1, count_ = SIZE_MAX;
    expect_refused("but there are 2 answers");
}

TEST_F(Requests, OfResultsThatHoldDivisors) {
    primes_.results().answer = FG_ANSWER_DIVISORS;
    expect_refused("open the engine with FG_ANSWER_PRIMES");
}

// A caller of a newer version, whose requests are larger.
TEST_F(Requests, OfALargerSizeAreReadWithThatStride) {
    struct Larger {
        fg_column_request request;
        uint64_t more;
    } larger[] = {{{sizeof(Larger), FG_COLUMN_PHI, 0, values_.data()}, 0},
                  {{0, FG_COLUMN_RADICAL, 0, values_.data() + 2}, 0}};
    ASSERT_EQ(fg_compute_columns(&primes_.results(), 0, 2, &larger[0].request, 2, nullptr), FG_OK);
    EXPECT_EQ(values_, (std::array<uint64_t, 4>{4, 24, 6, 35}));
}

// ---- A batch answered into columns ----

struct Close {
    void operator()(fg_engine *engine) const { fg_engine_close(engine); }
};

std::unique_ptr<fg_engine, Close> open_engine(const char *backend, fg_answer answer,
                                              bool allow_zeros = false) {
    fg_config config = {};
    config.backend = backend;
    config.answer = answer;
    config.jobs = 3;
    config.allow_zeros = allow_zeros;
    fg_engine *engine = nullptr;
    fg_error error;
    EXPECT_EQ(fg_engine_open(&config, &engine, &error), FG_OK) << error.message;
    return std::unique_ptr<fg_engine, Close>(engine);
}

fg_numbers list_of(const std::vector<uint64_t> &numbers) {
    fg_numbers batch = {};
    batch.kind = FG_NUMBERS_LIST;
    batch.words = 1;
    batch.count = numbers.size();
    batch.list = numbers.data();
    return batch;
}

TEST(FactorColumns, MatchFlintOnEveryCpuBackend) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::vector<uint64_t> numbers = some_numbers(scaled(2000), random);
    const fg_numbers batch = list_of(numbers);
    for (const char *const backend : tested_of({"serial", "threads", "pool"})) {
        const auto engine = open_engine(backend, FG_ANSWER_PRIMES);
        Table table(numbers.size());
        fg_error error;
        ASSERT_EQ(fg_factor_columns(engine.get(), &batch, table.requests(), table.request_count(),
                                    &error),
                  FG_OK)
            << error.message;
        for (size_t i = 0; i < numbers.size(); i++)
            ASSERT_EQ(table.row(i), flints_row(numbers[i])) << backend << " " << numbers[i];
        table.expect_nothing_behind();
    }
}

TEST(FactorColumns, AreZeroForAZero) {
    const std::vector<uint64_t> numbers = {1, 0, 6, 0};
    const fg_numbers batch = list_of(numbers);
    const auto engine = open_engine("threads", FG_ANSWER_PRIMES, true);
    Table table(numbers.size());
    ASSERT_EQ(
        fg_factor_columns(engine.get(), &batch, table.requests(), table.request_count(), nullptr),
        FG_OK);
    const Row zero(table.request_count(), "0");
    EXPECT_EQ(table.row(0), flints_row(1));
    EXPECT_EQ(table.row(1), zero);
    EXPECT_EQ(table.row(2), flints_row(6));
    EXPECT_EQ(table.row(3), zero);
}

TEST(FactorColumns, RefuseAnEngineForDivisorsAndWrongRequests) {
    const std::vector<uint64_t> numbers = {12};
    const fg_numbers batch = list_of(numbers);
    uint64_t value = 9;
    fg_column_request request = {0, FG_COLUMN_PHI, 0, &value};
    fg_error error = {};
    const auto divisors = open_engine("serial", FG_ANSWER_DIVISORS);
    EXPECT_EQ(fg_engine_answer(divisors.get()), FG_ANSWER_DIVISORS);
    EXPECT_EQ(fg_factor_columns(divisors.get(), &batch, &request, 1, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message).find("FG_ANSWER_PRIMES"), std::string::npos);
    const auto primes = open_engine("serial", FG_ANSWER_PRIMES);
    request.bound = 1;
    EXPECT_EQ(fg_factor_columns(primes.get(), &batch, &request, 1, &error), FG_ERROR_ARGUMENT);
    EXPECT_EQ(value, 9u);
    request.bound = 0;
    EXPECT_EQ(fg_factor_columns(primes.get(), &batch, &request, 1, &error), FG_OK);
    EXPECT_EQ(value, 4u);
}

} // namespace
