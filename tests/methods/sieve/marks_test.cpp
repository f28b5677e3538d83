// SPDX-License-Identifier: MIT
/*
 * marks_test.cpp: the byte sieve counts what the planes say, with every instruction set, and at
 * powers of ten what the OEIS says.
 */
#include "methods/sieve/sieve_internals.h"
#include "support/internals.h"
#include "support/random_numbers.h"

extern "C" {
#include "methods/sieve/finish.h"
#include "methods/sieve/marks.h"
#include "methods/sieve/marks_count.h"
}

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

constexpr uint64_t top = UINT64_MAX;
constexpr size_t buckets = 16 << 20;

/* By planes, whose columns finish_test.cpp compares with FLINT. */
fg_marks_counts counts_by_planes(uint64_t first, uint64_t count) {
    fg_range_sieve *sieve;
    const fg_planes *planes;
    fg_error error{};
    fg_marks_counts counts{};
    EXPECT_EQ(fg_range_sieve_open(nullptr, buckets, &sieve, &error), FG_OK);
    EXPECT_EQ(fg_range_sieve_begin(sieve, first, count, &error), FG_OK);
    for (;;) {
        EXPECT_EQ(fg_range_sieve_next(sieve, &planes, &error), FG_OK) << error.message;
        if (planes->count == 0)
            break;
        std::vector<int8_t> mobius(planes->count);
        fg_column_request request{};
        request.size = sizeof request;
        request.column = FG_COLUMN_MOBIUS;
        request.values = mobius.data();
        EXPECT_EQ(fg_finish_select()->columns(planes, &request, 1, 0, &error), FG_OK);
        counts.numbers += planes->count;
        for (const int8_t value : mobius) {
            counts.squarefree += value != 0;
            counts.odd += value < 0;
        }
    }
    fg_range_sieve_close(sieve);
    return counts;
}

fg_marks_counts counts_by_marks(uint64_t first, uint64_t count) {
    fg_marks *marks;
    fg_error error{};
    fg_marks_counts counts{};
    EXPECT_EQ(fg_marks_open(nullptr, buckets, &marks, &error), FG_OK);
    fg_marks_begin(marks, first, count);
    for (uint64_t sieved = 1, sum = 0; sieved > 0; sum += sieved) {
        EXPECT_EQ(fg_marks_next(marks, &counts, &sieved, &error), FG_OK) << error.message;
        EXPECT_EQ(counts.numbers, sum + sieved);
    }
    fg_marks_close(marks);
    return counts;
}

void expect_equal(const fg_marks_counts &got, const fg_marks_counts &expected) {
    EXPECT_EQ(got.numbers, expected.numbers);
    EXPECT_EQ(got.squarefree, expected.squarefree);
    EXPECT_EQ(got.odd, expected.odd);
}

/* With the counting of every instruction set. */
void expect_counts(uint64_t first, uint64_t count) {
    SCOPED_TRACE(std::to_string(count) + " numbers from " + std::to_string(first));
    const fg_marks_counts expected = counts_by_planes(first, count);
    for (const char *const variant : {"portable", "avx2", "avx512"}) {
        SCOPED_TRACE(variant);
        ASSERT_EQ(setenv("FACTOR_GPU_CPU", variant, 1), 0);
        expect_equal(counts_by_marks(first, count), expected);
    }
    unsetenv("FACTOR_GPU_CPU");
}

TEST(Marks, CountsWhatThePlanesSay) {
    for (const uint64_t count : {1, 63, 64, 65, 65535, 65536, 65537, 300000})
        expect_counts(FG_MARKS_MIN, count);
    expect_counts(FG_MARKS_MIN, every_case() ? 40000000 : 6000000); // two super-segments
    expect_counts(FG_MARKS_MIN, 0);
    for (unsigned bits = 21; bits < (every_case() ? 64 : 46); bits += every_case() ? 1 : 3)
        expect_counts((UINT64_C(1) << bits) - 70000, 100000);
    if (every_case()) // the primes up to the root take a second
        expect_counts(top - 99999, 100000);
    expect_counts((UINT64_C(1) << 32) - 100000, 1000000); // low and high super-segments
}

/* Around numbers with the most primes, and around squares of primes. */
TEST(Marks, CountsNumbersThatAreRare) {
    for (const uint64_t n :
         {UINT64_C(9699690), UINT64_C(223092870), UINT64_C(6469693230), UINT64_C(200560490130),
          UINT64_C(7420738134810), UINT64_C(304250263527210), UINT64_C(65521) * 65521,
          UINT64_C(65537) * 65537, UINT64_C(1000003) * 1000003, UINT64_C(1048573) * 1048583})
        expect_counts(n - 1000, 3000);
    for (const uint64_t n : {UINT64_C(13082761331670030), UINT64_C(614889782588491410)})
        expect_equal(counts_by_marks(n - 1000, 3000), counts_by_planes(n - 1000, 3000));
}

TEST(Marks, CountsRandomRanges) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < scaled(40); turn++) {
        const uint64_t first = random.with_bits(static_cast<unsigned>(random.between(21, 52)));
        expect_counts(first, random.between(1, 200000));
    }
}

/* A084237 and A071172. */
TEST(Marks, CountsWhatTheEncyclopediaSays) {
    static const struct {
        uint64_t end;
        int64_t mobius;
        uint64_t squarefree;
    } known[] = {{10000000, 1037, 6079291},
                 {100000000, 1928, 60792694},
                 {1000000000, -222, 607927124},
                 {UINT64_C(10000000000), -33722, UINT64_C(6079270942)}};
    const fg_marks_counts below = counts_by_planes(1, FG_MARKS_MIN - 1);
    for (size_t i = 0; i < (every_case() ? 4 : sanitized() ? 2 : 3); i++) {
        const fg_marks_counts counts =
            counts_by_marks(FG_MARKS_MIN, known[i].end - FG_MARKS_MIN + 1);
        const uint64_t squarefree = below.squarefree + counts.squarefree;
        EXPECT_EQ(squarefree, known[i].squarefree);
        EXPECT_EQ(static_cast<int64_t>(squarefree - 2 * (below.odd + counts.odd)), known[i].mobius);
    }
}

TEST(Marks, EndsWhenItIsCancelled) {
    atomic_bool cancelled = true;
    fg_marks *marks;
    fg_error error{};
    fg_marks_counts counts{};
    uint64_t sieved;
    ASSERT_EQ(fg_marks_open(&cancelled, buckets, &marks, &error), FG_OK);
    fg_marks_begin(marks, FG_MARKS_MIN, 1000);
    EXPECT_EQ(fg_marks_next(marks, &counts, &sieved, &error), FG_ERROR_CANCELLED);
    cancelled = false;
    fg_marks_begin(marks, FG_MARKS_MIN, 1000);
    EXPECT_EQ(fg_marks_next(marks, &counts, &sieved, &error), FG_OK);
    EXPECT_EQ(counts.numbers, 1000U);
    fg_marks_close(marks);
}

} // namespace
