// SPDX-License-Identifier: MIT
/*
 * totients_test.cpp: phi by the sieve of cells is that of a sieve that divides, for all places of
 * segments, blocks and powers; also in pieces, and through the engine beside other answers.
 */
#include "methods/sieve/sieve_internals.h"
#include "support/internals.h"
#include "support/random_numbers.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using Values = std::vector<uint64_t>;

/* The odd primes below 2^16, and 2. */
const std::vector<uint32_t> &primes() {
    static const std::vector<uint32_t> all = [] {
        std::vector<uint32_t> found;
        std::vector<bool> composite(FG_SEGMENT);
        for (uint32_t p = 2; p < FG_SEGMENT; p++) {
            if (composite[p])
                continue;
            found.push_back(p);
            for (uint32_t i = 2 * p; i < FG_SEGMENT; i += p)
                composite[i] = true;
        }
        return found;
    }();
    return all;
}

/* phi of count numbers below 2^32, by division. */
Values expected_totients(uint64_t first, size_t count) {
    Values totients(count), rest(count);
    for (size_t i = 0; i < count; i++)
        totients[i] = rest[i] = first + i;
    for (const uint64_t p : primes())
        for (uint64_t n = std::max((first + p - 1) / p, UINT64_C(1)) * p; n < first + count;
             n += p) {
            totients[n - first] -= totients[n - first] / p;
            while (rest[n - first] % p == 0)
                rest[n - first] /= p;
        }
    for (size_t i = 0; i < count; i++)
        if (rest[i] > 1)
            totients[i] -= totients[i] / rest[i];
    return totients;
}

/* The sieve, and what it says of a range, in pieces of so many numbers. */
class Sieve {
  public:
    explicit Sieve(const std::atomic_bool *cancelled = nullptr) {
        EXPECT_EQ(fg_totients_open(cancelled, &sieve_, &error_), FG_OK) << error_.message;
    }
    Sieve(const Sieve &) = delete;
    Sieve &operator=(const Sieve &) = delete;
    ~Sieve() { fg_totients_close(sieve_); }

    void begin(uint64_t first, uint64_t count) { fg_totients_begin(sieve_, first, count); }
    fg_status next() { return fg_totients_next(sieve_, &first_, &count_, &error_); }
    uint64_t first() const { return first_; }
    uint32_t count() const { return count_; }

    Values run(uint64_t first, uint64_t count, uint32_t piece = FG_SEGMENT) {
        Values values;
        begin(first, count);
        while (next() == FG_OK && count_ > 0) {
            EXPECT_EQ(first_, first + values.size());
            const size_t before = values.size();
            values.resize(before + count_ + 1, untouched);
            for (uint32_t done = 0; done < count_; done += piece)
                fg_totients_values(sieve_, done, std::min(piece, count_ - done),
                                   values.data() + before + done);
            EXPECT_EQ(values.back(), untouched) << "more was written than asked for";
            values.pop_back();
        }
        EXPECT_EQ(values.size(), count);
        return values;
    }

  private:
    static constexpr uint64_t untouched = 0x5a5a5a5a5a5a5a5a;
    fg_totients *sieve_ = nullptr;
    fg_error error_{};
    uint64_t first_ = 0;
    uint32_t count_ = 0;
};

void expect_values(const Values &values, uint64_t first) {
    const Values expected = expected_totients(first, values.size());
    for (size_t i = 0; i < values.size(); i++)
        ASSERT_EQ(values[i], expected[i]) << "phi(" << first + i << ")";
}

TEST(Totients, OfTheFirstNumbers) {
    Sieve sieve;
    expect_values(sieve.run(0, every_case() ? 1 << 24 : 1 << 20), 0);
    for (uint64_t first = 0; first < 4; first++)
        for (uint64_t count = 0; count < 40; count++)
            expect_values(sieve.run(first, count), first);
}

/* A super-segment has 2^22 numbers, a segment 2^16, and 65521 is the largest prime below 2^16. */
TEST(Totients, AtEveryHeight) {
    Sieve sieve;
    const uint64_t last_square = UINT64_C(65521) * 65521;
    const size_t count = every_case() ? 1000000 : 150000;
    for (const uint64_t middle :
         {UINT64_C(1) << 20, UINT64_C(1) << 22, UINT64_C(1) << 24, UINT64_C(257) * 257 * 257,
          UINT64_C(1) << 28, UINT64_C(1000000000), UINT64_C(3486784401), UINT64_C(1) << 31,
          last_square})
        expect_values(sieve.run(middle - count / 2, count), middle - count / 2);
    expect_values(sieve.run(FG_TOTIENTS_END - count, count), FG_TOTIENTS_END - count);
    expect_values(sieve.run(FG_TOTIENTS_END - 1, 1), FG_TOTIENTS_END - 1);
    EXPECT_TRUE(sieve.run(FG_TOTIENTS_END, 0).empty());
    if (every_case())
        expect_values(sieve.run(1000000001, 10000000), 1000000001);
}

/* Powers are taken in every way, by patterns, by steps and as rare ones, and end their range, so
 * that its root is the last prime to be sieved with. */
TEST(Totients, OfPowers) {
    Sieve sieve;
    for (const uint64_t p : primes())
        for (uint64_t power = p * p; power < FG_TOTIENTS_END; power *= p) {
            const uint64_t first = power - std::min(power, UINT64_C(3));
            if (p < 300 || scaled(1000) > p % 997) /* some of the many squares */
                expect_values(sieve.run(first, power - first + 1), first);
        }
}

TEST(Totients, OfRandomRanges) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Sieve sieve;
    for (size_t turn = 0; turn < scaled(200); turn++) {
        const uint64_t first = random.with_bits(static_cast<unsigned>(random.between(2, 32)));
        const uint64_t count = std::min(random.between(0, 200000), FG_TOTIENTS_END - first);
        const auto piece = static_cast<uint32_t>(random.between(1, 3000));
        SCOPED_TRACE(std::to_string(count) + " numbers from " + std::to_string(first));
        expect_values(sieve.run(first, count, piece), first);
    }
}

TEST(Totients, ARangeMayBeginAnewInTheMiddle) {
    Sieve sieve;
    sieve.begin(5000000, 200000);
    ASSERT_EQ(sieve.next(), FG_OK);
    EXPECT_EQ(sieve.first(), 5000000u);
    EXPECT_EQ(sieve.count(), static_cast<uint32_t>(FG_SEGMENT));
    expect_values(sieve.run(1, 100000), 1);
}

TEST(Totients, ACancelEndsARange) {
    std::atomic_bool cancelled{false};
    Sieve sieve(&cancelled);
    sieve.begin(1000000, 1000000);
    ASSERT_EQ(sieve.next(), FG_OK);
    cancelled = true;
    EXPECT_EQ(sieve.next(), FG_ERROR_CANCELLED);
    cancelled = false;
    expect_values(sieve.run(1000000, 70000), 1000000);
}

/* ---- Through the engine ---- */

/* An engine of the method sieve with one thread. */
class SieveEngine {
  public:
    SieveEngine() {
        fg_config config{};
        config.backend = "serial";
        config.method = FG_METHOD_SIEVE;
        config.answer = FG_ANSWER_PRIMES;
        config.jobs = 1;
        config.allow_zeros = true;
        EXPECT_EQ(fg_engine_open(&config, &engine_, &error_), FG_OK) << error_.message;
    }
    SieveEngine(const SieveEngine &) = delete;
    SieveEngine &operator=(const SieveEngine &) = delete;
    ~SieveEngine() { fg_engine_close(engine_); }

    /* phi of a range, alone or beside mobius, which is by another sieve. */
    Values totients(uint64_t first, size_t count, bool alone = true) {
        Values values(count);
        std::vector<int8_t> signs(count);
        fg_column_request requests[2] = {
            {sizeof(fg_column_request), FG_COLUMN_PHI, 0, values.data()},
            {sizeof(fg_column_request), FG_COLUMN_MOBIUS, 0, signs.data()}};
        const fg_numbers range = range_of(first, count);
        EXPECT_EQ(fg_factor_columns(engine_, &range, requests, alone ? 1 : 2, &error_), FG_OK)
            << error_.message;
        return values;
    }
    /* The counts of primes that the numbers of a range have. */
    size_t primes_of(uint64_t first, size_t count) {
        fg_results results{};
        const fg_numbers range = range_of(first, count);
        EXPECT_EQ(fg_factor_numbers(engine_, &range, &results, &error_), FG_OK) << error_.message;
        const size_t found = results.offsets[results.count];
        fg_results_free(&results);
        return found;
    }

  private:
    static fg_numbers range_of(uint64_t first, size_t count) {
        fg_numbers range{};
        range.kind = FG_NUMBERS_RANGE;
        range.words = 1;
        range.count = count;
        range.begin.low = first;
        return range;
    }

    fg_engine *engine_ = nullptr;
    fg_error error_{};
};

/* Long and short pieces of one range, and other questions between them. */
TEST(Totients, ThroughTheEngineInAnyOrder) {
    SieveEngine engine;
    uint64_t first = 1000000;
    for (const size_t count : {5000, 100, 1, 70000, 4095, 66000}) {
        expect_values(engine.totients(first, count), first);
        first += count;
    }
    const size_t found = engine.primes_of(first, 1000);
    expect_values(engine.totients(first, 5000), first);
    expect_values(engine.totients(first + 5000, 5000, false), first + 5000);
    expect_values(engine.totients(first + 10000, 50), first + 10000);
    expect_values(engine.totients(first + 10050, 5000), first + 10050);
    EXPECT_EQ(engine.primes_of(first, 1000), found);
    expect_values(engine.totients(0, 10000), 0);
    expect_values(engine.totients(FG_TOTIENTS_END - 5000, 5000), FG_TOTIENTS_END - 5000);
}

TEST(Totients, ThroughTheEngineAcrossTheirEnd) {
    SieveEngine engine;
    const uint64_t first = FG_TOTIENTS_END - 6000;
    const Values both = engine.totients(first, 12000), low = engine.totients(first, 6000),
                 high = engine.totients(FG_TOTIENTS_END, 6000);
    EXPECT_TRUE(std::equal(low.begin(), low.end(), both.begin()));
    EXPECT_TRUE(std::equal(high.begin(), high.end(), both.begin() + 6000));
    expect_values(low, first);
}

} // namespace
