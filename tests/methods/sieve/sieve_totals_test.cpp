// SPDX-License-Identifier: MIT
/*
 * sieve_totals_test.cpp: totals of ranges are those of their columns, whichever sieve made them,
 * and those of parts add up. Primes that either sieve misses are noticed.
 */
#include "methods/sieve/sieve_internals.h"
#include "support/internals.h"
#include "support/random_numbers.h"

extern "C" {
#include "batch/totals.h"
#include "methods/sieve/finish.h"
#include "methods/sieve/sieve_totals.h"
}

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

constexpr size_t buckets = 16 << 20;

using Columns = std::vector<fg_column>;

std::vector<fg_totals> totals_for(const Columns &columns) {
    std::vector<fg_totals> all(columns.size());
    for (size_t i = 0; i < all.size(); i++) {
        all[i].size = sizeof all[i];
        all[i].column = columns[i];
    }
    return all;
}

/* Computes the totals by columns of the whole range, which finish_test.cpp checks. */
std::vector<fg_totals> totals_by_columns(const Columns &columns, uint64_t first, uint64_t count) {
    std::vector<fg_totals> totals = totals_for(columns);
    fg_range_sieve *sieve;
    const fg_planes *planes;
    fg_error error{};
    EXPECT_EQ(fg_range_sieve_open(nullptr, buckets, &sieve, &error), FG_OK);
    EXPECT_EQ(fg_range_sieve_begin(sieve, first, count, &error), FG_OK);
    for (;;) {
        EXPECT_EQ(fg_range_sieve_next(sieve, &planes, &error), FG_OK) << error.message;
        if (planes->count == 0)
            break;
        for (fg_totals &entry : totals) {
            std::vector<unsigned char> values(planes->count * fg_column_entry_bytes(entry.column));
            fg_column_request request{};
            request.size = sizeof request;
            request.column = entry.column;
            request.values = values.data();
            EXPECT_EQ(fg_finish_select()->columns(planes, &request, 1, 0, &error), FG_OK);
            fg_numbers numbers{};
            numbers.kind = FG_NUMBERS_RANGE;
            numbers.words = 1;
            numbers.count = planes->count;
            numbers.begin.low = planes->first;
            EXPECT_EQ(fg_totals_add_columns(&entry, &request, 1, &numbers, &error), FG_OK)
                << error.message;
        }
    }
    fg_range_sieve_close(sieve);
    return totals;
}

void expect_equal(const fg_totals &got, const fg_totals &expected) {
    SCOPED_TRACE(fg_column_name(expected.column));
    EXPECT_EQ(got.count, expected.count);
    for (int word = 0; word < 4; word++)
        EXPECT_EQ(got.sum.words[word], expected.sum.words[word]);
    EXPECT_EQ(got.least.words[0], expected.least.words[0]);
    EXPECT_EQ(got.greatest.words[0], expected.greatest.words[0]);
    EXPECT_EQ(got.least_n.low, expected.least_n.low);
    EXPECT_EQ(got.greatest_n.low, expected.greatest_n.low);
    EXPECT_TRUE(std::equal(std::begin(got.histogram), std::end(got.histogram),
                           std::begin(expected.histogram)));
}

/* The whole at once, and in two parts of which the second comes first. */
void expect_totals(const Columns &columns, uint64_t first, uint64_t count, uint64_t cut) {
    SCOPED_TRACE(std::to_string(count) + " numbers from " + std::to_string(first));
    const std::vector<fg_totals> expected = totals_by_columns(columns, first, count);
    fg_sieve_totals *sieves;
    fg_error error{};
    ASSERT_EQ(fg_sieve_totals_open(nullptr, buckets, &sieves, &error), FG_OK);
    std::vector<fg_totals> whole = totals_for(columns), parts = totals_for(columns);
    EXPECT_EQ(fg_sieve_totals_add(sieves, first, count, whole.data(), whole.size(), &error), FG_OK)
        << error.message;
    EXPECT_EQ(
        fg_sieve_totals_add(sieves, first + cut, count - cut, parts.data(), parts.size(), &error),
        FG_OK);
    EXPECT_EQ(fg_sieve_totals_add(sieves, first, cut, parts.data(), parts.size(), &error), FG_OK);
    fg_sieve_totals_close(sieves);
    for (size_t k = 0; k < columns.size(); k++) {
        expect_equal(whole[k], expected[k]);
        expect_equal(parts[k], expected[k]);
    }
}

TEST(SieveTotals, AreThoseOfColumns) {
    const Columns marks = {FG_COLUMN_MOBIUS, FG_COLUMN_SQUAREFREE};
    const Columns mixed = {FG_COLUMN_SQUAREFREE, FG_COLUMN_OMEGA, FG_COLUMN_PHI};
    const Columns counted = {FG_COLUMN_LIOUVILLE, FG_COLUMN_OMEGA,  FG_COLUMN_BIGOMEGA,
                             FG_COLUMN_IS_PRIME,  FG_COLUMN_MOBIUS, FG_COLUMN_SQUAREFREE};
    for (const Columns &columns :
         {marks, mixed, Columns{FG_COLUMN_MOBIUS}, counted, Columns{FG_COLUMN_PHI}}) {
        expect_totals(columns, 0, 1, 0);
        expect_totals(columns, 0, 3000000, 1700000);
        expect_totals(columns, 1048000, 1500000, 5000);
        expect_totals(columns, UINT64_C(4294967296) - 150000, 400000, 200000);
        expect_totals(columns, UINT64_C(1000000000000), 300000, 100);
        expect_totals(columns, UINT64_C(1000000000000), 40, 1); // shorter than marks are worth
    }
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < scaled(20); turn++) {
        const uint64_t first = random.with_bits(static_cast<unsigned>(random.between(18, 44)));
        const uint64_t count = random.between(1, 300000);
        expect_totals(turn % 2 == 0 ? marks : counted, first, count, random.between(0, count));
    }
    if (every_case())
        for (const Columns &columns : {marks, counted})
            expect_totals(columns, UINT64_MAX - 69999999, 70000000, 100);
}

/* Both sieves without the primes from the 60th on, 281: they take this list as it is. */
TEST(SieveTotals, MissedPrimesAreNoticed) {
    const uint64_t first = UINT64_C(1) << 23, count = UINT64_C(64) * FG_SEGMENT;
    fg_error error{};
    ASSERT_EQ(fg_sieve_primes_hold(&error), FG_OK);
    auto *const primes = const_cast<uint16_t *>(fg_sieve_primes_below_16());
    const std::vector<uint16_t> right(primes, primes + FG_BELOW_16_PRIMES);
    for (const bool missed : {false, true}) {
        if (missed)
            std::fill(primes + 59, primes + FG_BELOW_16_PRIMES, primes[FG_BELOW_16_PRIMES - 1]);
        for (const fg_column column : {FG_COLUMN_MOBIUS, FG_COLUMN_OMEGA, FG_COLUMN_BIGOMEGA,
                                       FG_COLUMN_LIOUVILLE, FG_COLUMN_IS_PRIME, FG_COLUMN_PHI}) {
            SCOPED_TRACE(fg_column_name(column));
            fg_sieve_totals *sieves;
            ASSERT_EQ(fg_sieve_totals_open(nullptr, buckets, &sieves, &error), FG_OK);
            std::vector<fg_totals> totals = totals_for({column});
            EXPECT_EQ(fg_sieve_totals_add(sieves, first, count, totals.data(), 1, &error),
                      missed ? FG_ERROR_SELF_CHECK : FG_OK)
                << error.message;
            EXPECT_EQ(std::string(error.message).find("different answers for ") !=
                          std::string::npos,
                      missed);
            fg_sieve_totals_close(sieves);
        }
    }
    std::copy(right.begin(), right.end(), primes);
    fg_sieve_primes_release();
}

} // namespace
