/* SPDX-License-Identifier: MIT */
/*
 * range_totals.h: the totals of a range by an engine, and their comparison.
 */
#ifndef FG_TESTS_RANGE_TOTALS_H
#define FG_TESTS_RANGE_TOTALS_H

#include "factor_gpu.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

/* The columns whose totals a device has. */
inline std::vector<fg_column> device_columns() {
    return {FG_COLUMN_MOBIUS,   FG_COLUMN_LIOUVILLE, FG_COLUMN_OMEGA,   FG_COLUMN_BIGOMEGA,
            FG_COLUMN_COUNT,    FG_COLUMN_PHI,       FG_COLUMN_RADICAL, FG_COLUMN_SQUAREFREE,
            FG_COLUMN_IS_PRIME, FG_COLUMN_CORE};
}

inline std::vector<fg_totals> totals_of(const std::vector<fg_column> &columns) {
    std::vector<fg_totals> all(columns.size());
    for (size_t i = 0; i < all.size(); i++) {
        all[i].size = sizeof all[i];
        all[i].column = columns[i];
    }
    return all;
}

inline fg_numbers range_of(uint64_t first, uint64_t count) {
    fg_numbers range = {};
    range.size = sizeof range;
    range.kind = FG_NUMBERS_RANGE;
    range.words = 1;
    range.begin.low = first;
    range.count = count;
    return range;
}

inline void expect_same_totals(const fg_totals &got, const fg_totals &expected) {
    SCOPED_TRACE(fg_column_name(expected.column));
    EXPECT_EQ(got.count, expected.count);
    for (int word = 0; word < 4; word++) {
        EXPECT_EQ(got.sum.words[word], expected.sum.words[word]);
        EXPECT_EQ(got.least.words[word], expected.least.words[word]);
        EXPECT_EQ(got.greatest.words[word], expected.greatest.words[word]);
    }
    EXPECT_EQ(got.least_n.low, expected.least_n.low);
    EXPECT_EQ(got.greatest_n.low, expected.greatest_n.low);
    EXPECT_TRUE(std::equal(std::begin(got.histogram), std::end(got.histogram),
                           std::begin(expected.histogram)));
}

#endif
