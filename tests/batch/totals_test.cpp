// SPDX-License-Identifier: MIT
// Totals against published sums, and against sums that FLINT's integers keep.
#include "factor_gpu.h"
#include "support/oracle.h"
#include "support/random_numbers.h"
#include "support/wide_engine.h"
#include "support/wide_numbers.h"

#include <cstring>
#include <flint/fmpz.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <numeric>

namespace {

using oracle::Wide;

// A whole number of any size, by FLINT.
class Whole {
  public:
    Whole(int64_t n = 0) { fmpz_init_set_si(value_, n); }
    Whole(const Whole &other) { fmpz_init_set(value_, other.value_); }
    Whole &operator=(const Whole &other) {
        fmpz_set(value_, other.value_);
        return *this;
    }
    ~Whole() { fmpz_clear(value_); }
    // Of words in two's complement or unsigned, the lowest first.
    static Whole of_words(const uint64_t *words, size_t count, bool is_signed) {
        Whole n;
        for (size_t i = count; i-- > 0;) {
            fmpz_mul_2exp(n.value_, n.value_, 64);
            if (i + 1 == count && is_signed)
                fmpz_set_si(n.value_, static_cast<int64_t>(words[i]));
            else
                fmpz_add_ui(n.value_, n.value_, words[i]);
        }
        return n;
    }
    void add(const Whole &other) { fmpz_add(value_, value_, other.value_); }
    void double_up() { fmpz_mul_2exp(value_, value_, 1); }
    bool operator<(const Whole &other) const { return fmpz_cmp(value_, other.value_) < 0; }
    bool operator==(const Whole &other) const { return fmpz_equal(value_, other.value_) != 0; }
    std::string digits() const {
        char *const text = fmpz_get_str(nullptr, 10, value_);
        const std::string digits = text;
        flint_free(text);
        return digits;
    }

  private:
    fmpz_t value_;
};

Whole whole(const fg_int256 &n) {
    return Whole::of_words(n.words, 4, true);
}

std::string text(const fg_int256 &n) {
    return whole(n).digits();
}

// The totals of no numbers, of every column; smooth with the bound 7.
std::vector<fg_totals> no_totals() {
    std::vector<fg_totals> totals(fg_column_count());
    for (size_t i = 0; i < totals.size(); i++) {
        totals[i].column = static_cast<fg_column>(i);
        totals[i].bound = fg_column_has_bound(totals[i].column) ? 7 : 0;
    }
    return totals;
}

bool are_equal(const std::vector<fg_totals> &a, const std::vector<fg_totals> &b) {
    return a.size() == b.size() && memcmp(a.data(), b.data(), a.size() * sizeof a[0]) == 0;
}

struct Close {
    void operator()(fg_engine *engine) const { fg_engine_close(engine); }
};

std::unique_ptr<fg_engine, Close> open_engine(const char *backend, bool allow_zeros = false,
                                              fg_answer answer = FG_ANSWER_PRIMES,
                                              fg_method method = FG_METHOD_AUTO) {
    fg_config config = {};
    config.method = method;
    config.backend = backend;
    config.answer = answer;
    config.jobs = 3;
    config.allow_zeros = allow_zeros;
    fg_engine *engine = nullptr;
    fg_error error;
    EXPECT_EQ(fg_engine_open(&config, &engine, &error), FG_OK) << error.message;
    return std::unique_ptr<fg_engine, Close>(engine);
}

fg_numbers batch_of(const std::vector<uint64_t> &list) {
    fg_numbers batch = {};
    batch.words = 1;
    batch.count = list.size();
    batch.list = list.data();
    return batch;
}

fg_numbers batch_of(const std::vector<fg_uint128> &list) {
    fg_numbers batch = {};
    batch.words = 2;
    batch.count = list.size();
    batch.wide_list = list.data();
    return batch;
}

fg_numbers range_of(uint64_t begin, size_t count) {
    fg_numbers batch = {};
    batch.kind = FG_NUMBERS_RANGE;
    batch.words = 1;
    batch.count = count;
    batch.begin.low = begin;
    return batch;
}

// Sums of 1 .. 10^6 from the OEIS: A057494, A072692, A064018, A084237, A064182, A071811, A006880,
// A071604, A090410 and A071172.
const std::map<fg_column, const char *> sums_to_a_million = {
    {FG_COLUMN_COUNT, "13970034"},   {FG_COLUMN_SIGMA, "822468118437"},
    {FG_COLUMN_PHI, "303963552392"}, {FG_COLUMN_MOBIUS, "212"},
    {FG_COLUMN_OMEGA, "2853708"},    {FG_COLUMN_BIGOMEGA, "3626619"},
    {FG_COLUMN_IS_PRIME, "78498"},   {FG_COLUMN_SMOOTH, "1273"},
    {FG_COLUMN_LIOUVILLE, "-530"},   {FG_COLUMN_SQUAREFREE, "607926"},
};

// The greatest tau is A066150.
TEST(Totals, OfAMillionNumbersArePublished) {
    std::vector<uint64_t> numbers(1000000);
    std::iota(numbers.begin(), numbers.end(), 1);
    const fg_numbers batch = batch_of(numbers);
    std::vector<fg_totals> totals = no_totals();
    fg_error error;
    ASSERT_EQ(fg_factor_totals(open_engine("threads").get(), &batch, totals.data(), totals.size(),
                               &error),
              FG_OK)
        << error.message;
    for (const auto &[column, sum] : sums_to_a_million) {
        EXPECT_EQ(text(totals[column].sum), sum) << fg_column_name(column);
        EXPECT_EQ(totals[column].count, 1000000u);
    }
    EXPECT_EQ(text(totals[FG_COLUMN_COUNT].greatest), "240");
    EXPECT_EQ(totals[FG_COLUMN_COUNT].greatest_n.low, 720720u);
    EXPECT_EQ(text(totals[FG_COLUMN_BIGOMEGA].greatest), "19");
    EXPECT_EQ(totals[FG_COLUMN_BIGOMEGA].greatest_n.low, 524288u);
    EXPECT_EQ(text(totals[FG_COLUMN_MOBIUS].least), "-1");
    EXPECT_EQ(totals[FG_COLUMN_MOBIUS].least_n.low, 2u);
    EXPECT_EQ(totals[FG_COLUMN_BIGOMEGA].histogram[3], 210035u); // semiprimes: A066265
    EXPECT_EQ(totals[FG_COLUMN_MOBIUS].histogram[1], 1000000u - 607926u);
}

// The totals of 1 .. limit of some columns, by the sieve.
std::vector<fg_totals> totals_up_to(size_t limit, const std::vector<fg_column> &columns) {
    std::vector<fg_totals> totals(columns.size());
    for (size_t i = 0; i < columns.size(); i++)
        totals[i].column = columns[i];
    const fg_numbers range = range_of(1, limit);
    const auto engine = open_engine("threads", false, FG_ANSWER_PRIMES, FG_METHOD_SIEVE);
    fg_error error;
    EXPECT_EQ(fg_factor_totals(engine.get(), &range, totals.data(), totals.size(), &error), FG_OK)
        << error.message;
    return totals;
}

// Other terms of these OEIS sequences, up to 10^7 and 10^9.
TEST(Totals, OfLongRangesArePublished) {
    const std::vector<fg_column> columns = {
        FG_COLUMN_COUNT,     FG_COLUMN_SIGMA,      FG_COLUMN_PHI,
        FG_COLUMN_MOBIUS,    FG_COLUMN_OMEGA,      FG_COLUMN_BIGOMEGA,
        FG_COLUMN_LIOUVILLE, FG_COLUMN_SQUAREFREE, FG_COLUMN_IS_PRIME,
    };
    if (thread_sanitized() && !every_case()) { // threads share a shorter range in as many tasks
        const std::vector<fg_totals> totals = totals_up_to(1000000, columns);
        for (size_t i = 0; i < columns.size(); i++)
            EXPECT_EQ(text(totals[i].sum), sums_to_a_million.at(columns[i]));
        return;
    }
    const std::vector<fg_totals> totals = totals_up_to(10000000, columns);
    const char *const sums[] = {"162725364", "82246711794796", "30396356427242",
                                "1037",      "30130317",       "37861249",
                                "-842",      "6079291",        "664579"};
    for (size_t i = 0; i < columns.size(); i++)
        EXPECT_EQ(text(totals[i].sum), sums[i]) << fg_column_name(columns[i]);
    EXPECT_EQ(text(totals[0].greatest), "448");
    EXPECT_EQ(totals[0].greatest_n.low, 8648640u);
    EXPECT_EQ(totals[5].histogram[3], 1904324u); // semiprimes
    if (sanitized())
        return; // it takes minutes
    const std::vector<fg_totals> far =
        totals_up_to(1000000000, {FG_COLUMN_MOBIUS, FG_COLUMN_SQUAREFREE});
    EXPECT_EQ(text(far[0].sum), "-222");
    EXPECT_EQ(text(far[1].sum), "607927124");
    EXPECT_EQ(far[0].least_n.low, 2u);
    EXPECT_EQ(far[1].least_n.low, 4u);
    if (!every_case())
        return; // the rest takes a minute
    EXPECT_EQ(text(totals_up_to(10000000000, {FG_COLUMN_MOBIUS})[0].sum), "-33722");
    const std::vector<fg_totals> farthest =
        totals_up_to(10000000000, {FG_COLUMN_PHI, FG_COLUMN_SIGMA, FG_COLUMN_BIGOMEGA,
                                   FG_COLUMN_COUNT, FG_COLUMN_OMEGA});
    EXPECT_EQ(text(farthest[0].sum), "30396355092886216366");
    EXPECT_EQ(text(farthest[1].sum), "82246703352400266400");
    EXPECT_EQ(text(farthest[2].sum), "41518796555");
    EXPECT_EQ(text(farthest[3].sum), "231802823220");
    EXPECT_EQ(text(farthest[4].sum), "33787242719");
}

// The sieve against the method for lists, at every height and across the bounds of segments.
TEST(Totals, OfRangesByTheSieveAreThoseByLists) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const auto lists = open_engine("threads", true, FG_ANSWER_PRIMES, FG_METHOD_FACTOR);
    std::vector<uint64_t> firsts = {0, 1, UINT32_MAX - 3000, UINT64_MAX - 80000};
    for (unsigned bits = 20; bits <= 64; bits += 11)
        firsts.push_back((random.any() >> (64 - bits)) / 2);
    for (const uint64_t first : firsts) {
        const fg_numbers range = range_of(first, random.between(1, scaled_slow(80000)));
        std::vector<fg_totals> expected = no_totals();
        ASSERT_EQ(fg_factor_totals(lists.get(), &range, expected.data(), expected.size(), nullptr),
                  FG_OK);
        for (const char *const backend : tested_of({"serial", "threads"})) {
            std::vector<fg_totals> totals = no_totals();
            fg_error error;
            const auto sieve = open_engine(backend, true, FG_ANSWER_PRIMES, FG_METHOD_SIEVE);
            ASSERT_EQ(fg_factor_totals(sieve.get(), &range, totals.data(), totals.size(), &error),
                      FG_OK)
                << error.message;
            EXPECT_TRUE(are_equal(totals, expected))
                << backend << ": " << range.count << " numbers from " << first;
            std::vector<fg_totals> mobius(1);
            mobius[0].column = FG_COLUMN_MOBIUS; // alone, which may take another sieve
            ASSERT_EQ(fg_factor_totals(sieve.get(), &range, mobius.data(), 1, nullptr), FG_OK);
            EXPECT_EQ(memcmp(&mobius[0], &expected[FG_COLUMN_MOBIUS], sizeof mobius[0]), 0);
        }
    }
}

// The values of one column, one after the other, and what comes of them.
struct Expected {
    void add(const Whole &value, Wide n) {
        sum.add(value);
        const auto found = first.find(value);
        if (found == first.end() || n < found->second)
            first[value] = n;
        occurrences[value]++;
    }
    Whole sum;
    std::map<Whole, Wide> first; // the smallest number of each value
    std::map<Whole, uint64_t> occurrences;
};

void expect(const fg_totals &totals, const Expected &expected, uint64_t count) {
    SCOPED_TRACE(fg_column_name(totals.column));
    ASSERT_EQ(totals.count, count);
    ASSERT_EQ(text(totals.sum), expected.sum.digits());
    if (count == 0)
        return;
    ASSERT_EQ(text(totals.least), expected.first.begin()->first.digits());
    ASSERT_EQ(text(totals.greatest), expected.first.rbegin()->first.digits());
    ASSERT_TRUE(from_words(totals.least_n) == expected.first.begin()->second);
    ASSERT_TRUE(from_words(totals.greatest_n) == expected.first.rbegin()->second);
    for (int i = 0; i < FG_TOTALS_VALUES; i++) {
        const auto found = expected.occurrences.find(Whole(i - 1));
        const bool occurs =
            fg_column_has_histogram(totals.column) && found != expected.occurrences.end();
        ASSERT_EQ(totals.histogram[i], occurs ? found->second : 0) << i - 1;
    }
}

// Arrays of all columns of some numbers.
class Columns {
  public:
    Columns(size_t count, unsigned words) : words_(words) {
        for (const fg_totals &totals : no_totals()) {
            memory_.emplace_back(bytes(totals.column) * count);
            fg_column_request request = {};
            request.column = totals.column;
            request.bound = totals.bound;
            requests.push_back(request);
        }
        for (size_t i = 0; i < requests.size(); i++)
            requests[i].values = memory_[i].data();
    }
    Whole value(size_t column, size_t i) const {
        const char *const entry = memory_[column].data() + i * bytes(requests[column].column);
        const auto type = words_ == 2 ? fg_wide_column_get_type(requests[column].column)
                                      : fg_column_get_type(requests[column].column);
        if (type == FG_COLUMN_INT8 || type == FG_COLUMN_BOOL)
            return Whole(*reinterpret_cast<const int8_t *>(entry));
        uint64_t words[3];
        const size_t count = bytes(requests[column].column) / sizeof *words;
        memcpy(words, entry, count * sizeof *words);
        return Whole::of_words(words, count, false);
    }
    std::vector<fg_column_request> requests;

  private:
    size_t bytes(fg_column column) const {
        return words_ == 2 ? fg_wide_column_entry_bytes(column) : fg_column_entry_bytes(column);
    }
    unsigned words_;
    std::vector<std::vector<char>> memory_;
};

// Totals of a batch by an engine, and of its columns, against the columns' values one by one.
void expect_totals(fg_engine *engine, const fg_numbers &batch) {
    const Columns columns(batch.count, batch.words);
    fg_error error;
    ASSERT_EQ(
        fg_factor_columns(engine, &batch, columns.requests.data(), columns.requests.size(), &error),
        FG_OK)
        << error.message;
    std::vector<fg_totals> answered = no_totals(), added = no_totals();
    ASSERT_EQ(fg_factor_totals(engine, &batch, answered.data(), answered.size(), &error), FG_OK)
        << error.message;
    ASSERT_EQ(
        fg_totals_add_columns(added.data(), columns.requests.data(), added.size(), &batch, &error),
        FG_OK)
        << error.message;
    ASSERT_TRUE(are_equal(answered, added));
    for (size_t k = 0; k < added.size(); k++) {
        Expected expected;
        uint64_t count = 0;
        for (size_t i = 0; i < batch.count; i++) {
            const Wide n = batch.words == 2 ? from_words(batch.wide_list[i]) : batch.list[i];
            if (n == 0)
                continue;
            expected.add(columns.value(k, i), n);
            count++;
        }
        expect(added[k], expected, count);
    }
}

std::vector<uint64_t> random_list(RandomNumbers &random, size_t count) {
    std::vector<uint64_t> list = {1, 2, UINT64_MAX, UINT64_C(1) << 63};
    while (list.size() < count) {
        list.push_back(random.of_any_size());
        if (random.between(0, 20) == 0)
            list.insert(list.end(), random.between(1, 3), 0);
        list.push_back(list[random.between(0, list.size() - 1)]); // some of them twice
    }
    return list;
}

TEST(Totals, OfListsMatchTheirValues) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::vector<uint64_t> list = random_list(random, scaled_slow(5000));
    for (const char *const backend : tested_of({"serial", "threads", "pool"}))
        expect_totals(open_engine(backend, true).get(), batch_of(list));
    const std::vector<uint64_t> few(list.begin(), list.begin() + 20); // a process for each
    expect_totals(open_engine("fork", true).get(), batch_of(few));
    expect_totals(open_engine("serial", true).get(), batch_of(std::vector<uint64_t>{0, 0}));
    expect_totals(open_engine("serial", true).get(), batch_of(std::vector<uint64_t>{}));
}

TEST(Totals, OfWideListsMatchTheirValues) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<fg_uint128> list = {{0, 0}, {1, 0}, {UINT64_MAX, UINT64_MAX}, {0, 1}, {97, 0}};
    for (size_t i = 0; i < scaled_slow(60); i++)
        list.push_back(to_words(
            wide_numbers::random_of(random, static_cast<unsigned>(random.between(1, 80)))));
    list.push_back(list[2]);
    for (const char *const backend : tested_of({"serial", "threads"}))
        expect_totals(open_engine(backend, true).get(), batch_of(list));
}

// The totals of a range by every CPU backend.
void expect_same_by_engines(const fg_numbers &range, const std::vector<fg_totals> &expected) {
    for (const char *const backend : tested_of({"serial", "threads", "pool"})) {
        std::vector<fg_totals> totals = no_totals();
        fg_error error = {};
        ASSERT_EQ(fg_factor_totals(open_engine(backend, true).get(), &range, totals.data(),
                                   totals.size(), &error),
                  FG_OK)
            << error.message;
        EXPECT_TRUE(are_equal(totals, expected)) << backend << ", from " << range.begin.low;
    }
}

// A range has the totals of the list of its numbers.
TEST(Totals, OfColumnsOfRanges) {
    const auto engine = open_engine("serial", true);
    for (const uint64_t begin : {UINT64_C(0), UINT64_C(1), UINT64_C(1000000), UINT64_MAX - 9000}) {
        const size_t count = 9001;
        std::vector<uint64_t> numbers(count);
        std::iota(numbers.begin(), numbers.end(), begin);
        const fg_numbers list = batch_of(numbers), range = range_of(begin, count);
        const Columns columns(count, 1);
        ASSERT_EQ(fg_factor_columns(engine.get(), &list, columns.requests.data(),
                                    columns.requests.size(), nullptr),
                  FG_OK);
        std::vector<fg_totals> of_list = no_totals(), of_range = no_totals();
        for (const auto &[totals, numbers] :
             {std::pair{&of_list, &list}, std::pair{&of_range, &range}})
            ASSERT_EQ(fg_totals_add_columns(totals->data(), columns.requests.data(), totals->size(),
                                            numbers, nullptr),
                      FG_OK);
        EXPECT_TRUE(are_equal(of_list, of_range)) << begin;
        expect_same_by_engines(range, of_list);
    }
}

// Parts of any size, in any order, add up to the whole.
TEST(Totals, OfPartsAddUp) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const auto engine = open_engine("serial", true);
    const std::vector<uint64_t> list = random_list(random, scaled_slow(3000));
    const fg_numbers batch = batch_of(list);
    std::vector<fg_totals> whole = no_totals();
    ASSERT_EQ(fg_factor_totals(engine.get(), &batch, whole.data(), whole.size(), nullptr), FG_OK);
    std::vector<std::vector<uint64_t>> parts(random.between(1, 20));
    for (const uint64_t n : list)
        parts[random.between(0, parts.size() - 1)].push_back(n);
    std::vector<fg_totals> sum = no_totals();
    for (const std::vector<uint64_t> &part : parts) {
        std::vector<fg_totals> totals = no_totals();
        const fg_numbers numbers = batch_of(part);
        ASSERT_EQ(fg_factor_totals(engine.get(), &numbers, totals.data(), totals.size(), nullptr),
                  FG_OK);
        ASSERT_EQ(fg_totals_add(sum.data(), totals.data(), sum.size(), nullptr), FG_OK);
    }
    EXPECT_TRUE(are_equal(sum, whole));
    // Added once more, into totals that are not empty.
    ASSERT_EQ(fg_factor_totals(engine.get(), &batch, sum.data(), sum.size(), nullptr), FG_OK);
    ASSERT_EQ(fg_totals_add(whole.data(), whole.data(), whole.size(), nullptr), FG_OK);
    EXPECT_TRUE(are_equal(sum, whole));
}

// 63 doublings of one number: sums of 2^63 of the greatest values there are, and of -1.
TEST(Totals, KeepSumsBeyond128Bits) {
    const std::vector<fg_uint128> list = {
        to_words(oracle::wide("278282512406132373381723386382308832000")),
        to_words(oracle::wide("340282366920938463463374607431768211297"))};
    const fg_numbers batch = batch_of(list);
    std::vector<fg_totals> totals = no_totals();
    ASSERT_EQ(fg_factor_totals(open_engine("serial").get(), &batch, totals.data(), totals.size(),
                               nullptr),
              FG_OK);
    std::vector<Whole> sums;
    for (const fg_totals &each : totals)
        sums.push_back(whole(each.sum));
    for (int i = 0; i < 62; i++) {
        const std::vector<fg_totals> more = totals;
        ASSERT_EQ(fg_totals_add(totals.data(), more.data(), totals.size(), nullptr), FG_OK);
        for (Whole &sum : sums)
            sum.double_up();
    }
    for (size_t k = 0; k < totals.size(); k++) {
        EXPECT_EQ(text(totals[k].sum), sums[k].digits()) << fg_column_name(totals[k].column);
        EXPECT_EQ(totals[k].count, UINT64_C(1) << 63);
    }
    EXPECT_EQ(text(totals[FG_COLUMN_MOBIUS].sum), "-4611686018427387904");
    EXPECT_GT(text(totals[FG_COLUMN_SIGMA].sum).size(), 57u); // above 2^190
    // 2^64 numbers are too many.
    const std::vector<fg_totals> before = totals;
    fg_error error = {};
    EXPECT_EQ(fg_totals_add(totals.data(), before.data(), totals.size(), &error),
              FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message).find("below 2^64"), std::string::npos) << error.message;
    EXPECT_TRUE(are_equal(totals, before));
}

class Refused : public testing::Test {
  protected:
    void expect_refused(const std::string &words) {
        const std::vector<fg_totals> before = totals_;
        fg_error error = {};
        EXPECT_EQ(fg_totals_add_columns(totals_.data(), requests_.data(), totals_.size(), &batch_,
                                        &error),
                  FG_ERROR_ARGUMENT);
        EXPECT_NE(std::string(error.message).find(words), std::string::npos) << error.message;
        EXPECT_TRUE(are_equal(totals_, before));
    }
    std::vector<uint64_t> list_ = {12, 35}, phi_ = {4, 24}, omega_ = {2, 2};
    fg_numbers batch_ = batch_of(list_);
    std::vector<fg_column_request> requests_{{0, FG_COLUMN_PHI, 0, phi_.data()},
                                             {0, FG_COLUMN_OMEGA, 0, omega_.data()}};
    std::vector<fg_totals> totals_ = [] {
        std::vector<fg_totals> totals(2);
        totals[0].column = FG_COLUMN_PHI;
        totals[1].column = FG_COLUMN_OMEGA;
        return totals;
    }();
};

TEST_F(Refused, AreTotalsThatAreMalformed) {
    totals_[1].column = static_cast<fg_column>(fg_column_count());
    expect_refused("totals[1] are of column " + std::to_string(fg_column_count()));
    totals_[1].column = FG_COLUMN_SMOOTH;
    expect_refused("totals[1], of the column 'smooth', need a bound of at least 1");
    totals_[1].column = FG_COLUMN_PHI;
    totals_[1].bound = 3;
    expect_refused("totals[1], of the column 'phi', need a bound of 0");
    totals_[1].bound = 0;
    expect_refused("totals[0] and totals[1] are of the same column, 'phi'");
    totals_[0].size = 8;
    expect_refused("totals[0].size is 8");
}

TEST_F(Refused, AreColumnsOfOtherTotals) {
    std::swap(totals_[0], totals_[1]);
    expect_refused("totals[0] are of another column than request 0, 'phi'");
}

TEST_F(Refused, AreValuesThatNoNumberHas) {
    omega_[1] = 128;
    expect_refused("the column 'omega' has a value outside -1 .. 127");
    omega_[1] = UINT64_MAX; // which is not -1
    expect_refused("the column 'omega' has a value outside");
}

TEST_F(Refused, AreNumbersThatAreMissing) {
    batch_.words = 3;
    expect_refused("numbers have one word or two, not 3");
    batch_.words = 1;
    batch_.list = nullptr;
    expect_refused("a list of 2 numbers is missing");
    batch_ = range_of(UINT64_MAX, 2);
    expect_refused("a range has numbers of one word, and ends below 2^64");
    batch_.words = 2;
    batch_.begin.low = 5;
    expect_refused("a range has numbers of one word");
}

TEST_F(Refused, AreTotalsOfOtherColumns) {
    std::vector<fg_totals> others = totals_;
    std::swap(others[0], others[1]);
    fg_error error = {};
    EXPECT_EQ(fg_totals_add(totals_.data(), others.data(), 2, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message).find("totals[0] are of 'phi' in one array"),
              std::string::npos)
        << error.message;
}

TEST_F(Refused, IsAnEngineForDivisors) {
    fg_error error = {};
    EXPECT_EQ(fg_factor_totals(open_engine("serial", false, FG_ANSWER_DIVISORS).get(), &batch_,
                               totals_.data(), 2, &error),
              FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message).find("FG_ANSWER_PRIMES"), std::string::npos);
}

// A batch that fails leaves the totals as they were.
TEST_F(Refused, IsABatchWithAZero) {
    const std::vector<fg_totals> before = totals_;
    list_[1] = 0;
    fg_error error = {};
    const auto engine = open_engine("threads");
    EXPECT_EQ(fg_factor_totals(engine.get(), &batch_, totals_.data(), 2, &error),
              FG_ERROR_ARGUMENT);
    EXPECT_TRUE(are_equal(totals_, before));
    fg_engine_cancel(engine.get());
    list_[1] = 35;
    EXPECT_EQ(fg_factor_totals(engine.get(), &batch_, totals_.data(), 2, &error),
              FG_ERROR_CANCELLED);
    EXPECT_TRUE(are_equal(totals_, before));
    EXPECT_EQ(fg_factor_totals(engine.get(), &batch_, totals_.data(), 2, &error), FG_OK);
    EXPECT_EQ(text(totals_[0].sum), "28");
}

// A caller of a newer version, whose totals are larger.
TEST(Totals, OfALargerSizeAreReadWithThatStride) {
    struct Larger {
        fg_totals totals;
        uint64_t more;
    } larger[2] = {};
    larger[0].totals.size = sizeof(Larger);
    larger[0].totals.column = FG_COLUMN_PHI;
    larger[1].totals.column = FG_COLUMN_GPF;
    const std::vector<uint64_t> list = {12, 35};
    const fg_numbers batch = batch_of(list);
    const auto engine = open_engine("serial");
    ASSERT_EQ(fg_factor_totals(engine.get(), &batch, &larger[0].totals, 2, nullptr), FG_OK);
    ASSERT_EQ(fg_totals_add(&larger[0].totals, &larger[0].totals, 2, nullptr), FG_OK);
    EXPECT_EQ(text(larger[0].totals.sum), "56");
    EXPECT_EQ(text(larger[1].totals.sum), "20");
}

} // namespace
