// SPDX-License-Identifier: MIT
/*
 * device_totals_test.cpp: totals of ranges on a device are those of the host's sieve.
 */
#include "support/backend_fixture.h"
#include "support/range_totals.h"

#include <memory>

namespace {

using Closed = std::unique_ptr<fg_engine, void (*)(fg_engine *)>;

class DeviceTotals : public Backend {
  protected:
    static Closed open(const char *backend, fg_method method) {
        fg_config config = {};
        fg_engine *engine = nullptr;
        fg_error error = {};
        config.backend = backend;
        config.method = method;
        config.answer = FG_ANSWER_PRIMES;
        config.allow_zeros = true;
        EXPECT_EQ(fg_engine_open(&config, &engine, &error), FG_OK) << error.message;
        return {engine, fg_engine_close};
    }

    static std::vector<fg_totals> totals(fg_engine *engine, const std::vector<fg_column> &columns,
                                         uint64_t first, uint64_t count) {
        std::vector<fg_totals> all = totals_of(columns);
        const fg_numbers range = range_of(first, count);
        fg_error error = {};
        EXPECT_EQ(fg_factor_totals(engine, &range, all.data(), all.size(), &error), FG_OK)
            << error.message;
        return all;
    }

    void SetUp() override {
        Backend::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        device_ = open(name(), FG_METHOD_AUTO);
        host_ = open("serial", FG_METHOD_SIEVE);
    }

    void expect_totals(uint64_t first, uint64_t count,
                       const std::vector<fg_column> &columns = device_columns()) {
        SCOPED_TRACE(std::to_string(count) + " numbers from " + std::to_string(first));
        const std::vector<fg_totals> got = totals(device_.get(), columns, first, count);
        const std::vector<fg_totals> expected = totals(host_.get(), columns, first, count);
        for (size_t k = 0; k < columns.size(); k++)
            expect_same_totals(got[k], expected[k]);
        EXPECT_TRUE(fg_engine_has_used(device_.get(), FG_METHOD_SIEVE));
    }

    Closed device_{nullptr, fg_engine_close}, host_{nullptr, fg_engine_close};
};

/* The last have a square and a cube of a prime that goes by buckets. */
TEST_P(DeviceTotals, OfShortRanges) {
    std::vector<fg_column> columns = device_columns();
    columns.push_back(FG_COLUMN_SIGMA);
    expect_totals(1, 1, columns);
    expect_totals(0, 2, columns);
    expect_totals(3, 1, columns);
    expect_totals(1, 3000, columns);
    expect_totals(UINT64_C(8209) * 8209 - 300, 1000, columns);
    expect_totals(UINT64_C(8209) * 8209 * 8209 - 300, 12000, columns);
}

TEST_P(DeviceTotals, AreThoseOfTheHost) {
    const uint64_t longer = is_emulated() ? 1 : 100;
    std::vector<fg_column> columns = device_columns();
    columns.push_back(FG_COLUMN_SIGMA);
    expect_totals(0, 30000 * longer, columns);
    expect_totals((1 << 24) - 5000, 10000 * longer, columns);
    expect_totals(1000000000, 20000 * longer, columns);
    expect_totals(UINT64_C(4294967296) - 9000, 20000 * longer, columns);
    expect_totals(UINT64_C(1000000000000), 20000 * longer, columns);
}

/* A list of two million primes, a part of which goes through the whole chunk at once. */
TEST_P(DeviceTotals, AreThoseOfTheHostHighUp) {
    const std::vector<fg_column> columns = {FG_COLUMN_MOBIUS, FG_COLUMN_BIGOMEGA, FG_COLUMN_PHI};
    expect_totals(UINT64_C(1000000000000000), is_emulated() ? 494200 : 100000000, columns);
}

/* OEIS A084237, the sums of mobius, and A064018, those of phi. */
TEST_P(DeviceTotals, KnownValues) {
    const uint64_t last = is_emulated() ? 1000000 : 1000000000;
    const std::vector<fg_totals> got =
        totals(device_.get(), {FG_COLUMN_MOBIUS, FG_COLUMN_PHI}, 1, last);
    EXPECT_EQ(static_cast<int64_t>(got[0].sum.words[0]), is_emulated() ? 212 : -222);
    EXPECT_EQ(got[1].sum.words[0],
              is_emulated() ? UINT64_C(303963552392) : UINT64_C(303963551173008414));
}

TEST_P(DeviceTotals, OfRandomRanges) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < scaled(6); turn++) {
        const uint64_t first = random.with_bits(static_cast<unsigned>(random.between(1, 42)));
        const uint64_t least = 40000, count = random.between(least, 2 * least);
        expect_totals(first, count, {FG_COLUMN_MOBIUS, FG_COLUMN_OMEGA, FG_COLUMN_SIGMA});
    }
}

/* Columns that a device does not have are answered in lists, and so are ranges that are short for
 * their height. */
TEST_P(DeviceTotals, TheOthersAreAnsweredInLists) {
    for (const fg_column column : {FG_COLUMN_CARMICHAEL, FG_COLUMN_GPF}) {
        const std::vector<fg_column> columns = {FG_COLUMN_MOBIUS, column};
        const std::vector<fg_totals> got = totals(device_.get(), columns, 1000, 300);
        const std::vector<fg_totals> expected = totals(host_.get(), columns, 1000, 300);
        for (size_t k = 0; k < columns.size(); k++)
            expect_same_totals(got[k], expected[k]);
    }
    const uint64_t top = UINT64_MAX - 99;
    const std::vector<fg_totals> got = totals(device_.get(), {FG_COLUMN_OMEGA}, top, 100);
    const Closed lists = open("serial", FG_METHOD_FACTOR);
    expect_same_totals(got[0], totals(lists.get(), {FG_COLUMN_OMEGA}, top, 100)[0]);
    EXPECT_FALSE(fg_engine_has_used(device_.get(), FG_METHOD_SIEVE));
}

FG_INSTANTIATE_FOR_BACKENDS(DeviceTotals);

} // namespace
