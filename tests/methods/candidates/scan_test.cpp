// SPDX-License-Identifier: MIT
/*
 * scan_test.cpp: every variant of the candidate scan that this CPU runs, against `%` and FLINT.
 *
 * Short slices are compared with a division for each candidate. Long slices cross the borders
 * between the loops of scan_lanes.h; their hits must be FLINT's divisors in the slice.
 */
#include "support/internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using oracle::Numbers;

class Scan : public testing::TestWithParam<const char *> {
  protected:
    void SetUp() override {
        for (size_t i = 0; i < fg_scan_count; i++)
            if (std::string(fg_scans[i].name) == GetParam())
                scan_ = &fg_scans[i];
        if (scan_ == nullptr)
            GTEST_SKIP() << GetParam() << " is not compiled into this build";
        if (!fg_cpu_runs(scan_->level)) {
            scan_ = nullptr;
            GTEST_SKIP() << "this CPU lacks what " << GetParam() << " needs";
        }
    }

    /* The hits that the variant finds, in exactly the room that it may use: the end of 1.4 MB,
     * which would take longer to allocate than most slices take. */
    Numbers hits(const fg_candidates &candidates, uint64_t begin, uint64_t end) {
        static Numbers memory(fg_divisor_bound(UINT64_MAX));
        uint64_t *const room =
            memory.data() + memory.size() - fg_divisor_bound(candidates.dividend);
        return Numbers(room, room + scan_->scan(candidates, begin, end, room));
    }

    void expect_remainders(const fg_candidates &candidates, uint64_t begin, uint64_t end) {
        end = std::min(end, candidates.count);
        begin = std::min(begin, end);
        Numbers expected;
        for (uint64_t c = begin; c < end; c++)
            if (candidates.dividend % (1 + candidates.step * c) == 0)
                expected.push_back(1 + candidates.step * c);
        ASSERT_EQ(oracle::difference(hits(candidates, begin, end), expected), "")
            << candidates.dividend << ", step " << candidates.step << ", candidates " << begin
            << " .. " << end;
    }

    /* Expects the hits among `divisors`, which are known to be all of the dividend's. */
    void expect_divisors(const fg_candidates &candidates, uint64_t begin, uint64_t end,
                         const Numbers &divisors) {
        end = std::min(end, candidates.count);
        begin = std::min(begin, end);
        Numbers expected;
        for (const uint64_t d : divisors)
            if ((d - 1) % candidates.step == 0 && (d - 1) / candidates.step >= begin &&
                (d - 1) / candidates.step < end)
                expected.push_back(d);
        ASSERT_EQ(oracle::difference(hits(candidates, begin, end), expected), "")
            << candidates.dividend << ", step " << candidates.step << ", candidates " << begin
            << " .. " << end;
    }

    const fg_scan *scan_ = nullptr;
};

/* The candidate that tests d, or the nearest below. */
uint64_t index_of(const fg_candidates &candidates, uint64_t d) {
    return (d - 1) / candidates.step;
}

/* ---- Everything small ---- */

TEST_P(Scan, EverySliceOfSmallNumbersMatchesRemainder) {
    for (uint64_t n = 1; n <= 60; n++)
        for (const fg_candidates &candidates :
             {fg_candidates_trial(n), fg_candidates_exhaustive(n)})
            for (uint64_t begin = 0; begin <= candidates.count; begin++)
                for (uint64_t end = begin; end <= candidates.count; end++)
                    expect_remainders(candidates, begin, end);
}

/* Lengths around every multiple of the lanes that a variant may have, ends on divisors: of 5040 and
 * 65536 all pairs of divisors, of numbers with a hundred and more some of the pairs. */
TEST_P(Scan, SlicesThatBeginAndEndAtDivisorsMatchRemainder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const uint64_t n : {UINT64_C(5040), UINT64_C(45360), UINT64_C(83160), UINT64_C(65536)}) {
        const fg_candidates candidates = fg_candidates_exhaustive(n);
        const Numbers divisors = oracle::divisors(n);
        const bool all = divisors.size() < 100 || every_case();
        for (const uint64_t from : divisors)
            for (const uint64_t to : divisors)
                for (uint64_t begin = from - 1; begin <= from; begin++)
                    if (begin <= to && (all || random.between(0, 9) == 0))
                        for (uint64_t end = std::max(begin, to - 1); end <= std::min(n, to + 1);
                             end++)
                            expect_divisors(candidates, begin, end, divisors);
    }
}

TEST_P(Scan, EveryNumberTo3000MatchesRemainder) {
    for (uint64_t n = 1; n <= 3000; n++) {
        expect_remainders(fg_candidates_trial(n), 0, UINT64_MAX);
        expect_remainders(fg_candidates_exhaustive(n), 0, UINT64_MAX);
    }
}

/* ---- Random numbers and slices ---- */

TEST_P(Scan, RandomSlicesMatchRemainder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(15000); i++) {
        const uint64_t n = random.of_any_size();
        for (const fg_candidates &candidates :
             {fg_candidates_trial(n), fg_candidates_exhaustive(n)}) {
            const uint64_t begin = random.between(0, candidates.count - 1);
            const uint64_t length = random.between(1, 3000);
            expect_remainders(candidates, begin,
                              begin + std::min(length, candidates.count - begin));
        }
    }
}

/* Slices that end at the last candidate: the root, or n itself. */
TEST_P(Scan, LastSlicesMatchRemainder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(15000); i++) {
        uint64_t n = random.of_any_size();
        if (i % 2 == 1) {
            const uint64_t root = random.of_any_size(32);
            n = root * root - random.between(0, 1) * (root > 1);
        }
        for (const fg_candidates &candidates :
             {fg_candidates_trial(n), fg_candidates_exhaustive(n)}) {
            const uint64_t length = std::min(random.between(1, 2000), candidates.count);
            expect_remainders(candidates, candidates.count - length, candidates.count);
        }
    }
}

TEST_P(Scan, NumbersAroundPowersOfTwoMatchRemainderAtEveryBorder) {
    const uint64_t borders[] = {UINT64_C(1) << 15, UINT64_C(1) << 16, UINT64_C(1) << 24,
                                UINT64_C(1) << 25, UINT64_C(1) << 26, UINT64_C(1) << 31,
                                UINT64_C(1) << 32, UINT64_C(1) << 53, UINT64_C(1) << 62,
                                UINT64_C(1) << 63};
    Numbers numbers = {UINT64_MAX, UINT64_MAX - 1, UINT64_MAX - 1023, UINT64_MAX - 1024,
                       UINT64_MAX - 2047};
    for (const unsigned bits : {31, 32, 33, 49, 52, 53, 54, 62, 63})
        for (int offset = -3; offset <= 3; offset++)
            numbers.push_back((UINT64_C(1) << bits) + (uint64_t)offset);
    for (const uint64_t n : numbers)
        for (const fg_candidates &candidates :
             {fg_candidates_trial(n), fg_candidates_exhaustive(n)}) {
            Numbers places(std::begin(borders), std::end(borders));
            places.insert(places.end(), {1000, fg_isqrt64(n), n / 2, n / 3, n});
            for (const uint64_t place : places) {
                if (place > n)
                    continue;
                const uint64_t middle = index_of(candidates, place);
                const uint64_t length = scaled(5000);
                expect_remainders(candidates, middle > length ? middle - length : 0,
                                  middle + length);
            }
        }
}

/* ---- Hits at every place of the vectors ---- */

/* A multiple of d up to 2^64 with d no greater than its root, odd; the slice begins 0 .. 300
 * candidates before d, so that d falls into every lane, chain and remainder. */
TEST_P(Scan, TrialFindsAFactorInEveryLane) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const unsigned bits : {10, 16, 20, 24, 25, 26, 28, 30, 31})
        for (uint64_t before = 0; before <= 300; before++) {
            const uint64_t d = random.with_bits(bits) | 1;
            const uint64_t q = random.between(d, UINT64_MAX / d) | 1;
            uint64_t m;
            if (__builtin_mul_overflow(d, q, &m))
                continue;
            const fg_candidates candidates = fg_candidates_trial(m);
            const uint64_t at = index_of(candidates, d);
            const uint64_t begin = at > before ? at - before : 0;
            expect_remainders(candidates, begin, at + random.between(1, 300));
        }
}

TEST_P(Scan, ExhaustiveFindsAFactorInEveryLane) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const unsigned bits : {20, 31, 32, 40, 62, 63, 64})
        for (uint64_t before = 0; before <= 300; before++) {
            const uint64_t n = random.with_bits(bits);
            const Numbers divisors = oracle::divisors(n);
            const uint64_t d = divisors[random.between(divisors.size() / 2, divisors.size() - 1)];
            const uint64_t begin = d - 1 > before ? d - 1 - before : 0;
            expect_divisors(fg_candidates_exhaustive(n), begin,
                            d + std::min(random.between(0, 2000), n - d), divisors);
        }
}

/* ---- The borders inside the trial loop ---- */

/* Quotients on both sides of 2^49, where division by `%` ends and the estimate begins. */
TEST_P(Scan, TrialIsExactWhereTheQuotientReaches49Bits) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(4000); i++) {
        const uint64_t d = random.between(3, (UINT64_C(1) << 15) - 1) | 1;
        const uint64_t q = ((UINT64_C(1) << 49) + random.between(0, 2000) - 1000) | 1;
        const fg_candidates candidates = fg_candidates_trial(d * q);
        const uint64_t at = index_of(candidates, d);
        expect_remainders(candidates, at > 40 ? at - 40 : 0, at + 40);
    }
    /* The largest numbers with the smallest divisors that the estimate is used for. */
    for (uint64_t d = (UINT64_C(1) << 15) - 41; d < (UINT64_C(1) << 15) + 200; d += 2) {
        const uint64_t q = (UINT64_MAX / d - 1) | 1;
        const fg_candidates candidates = fg_candidates_trial(d * q);
        const uint64_t at = index_of(candidates, d);
        expect_remainders(candidates, at > 100 ? at - 100 : 0, at + 100);
    }
}

/* From 2^18 blocks of 16 .. 128 integers on, reciprocals come by Newton's iteration. */
TEST_P(Scan, TrialIsExactAroundTheFirstNewtonCandidate) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (unsigned block_bits = 4; block_bits <= 8; block_bits++)
        for (size_t i = 0; i < scaled(1000); i++) {
            const uint64_t border = (UINT64_C(1) << (18 + block_bits)) + 1;
            const uint64_t d = (border + random.between(0, 400) - 200) | 1;
            const uint64_t q = random.between(d, UINT64_MAX / d - 1) | 1;
            const fg_candidates candidates = fg_candidates_trial(d * q);
            const uint64_t at = index_of(candidates, border);
            expect_remainders(candidates, at - random.between(0, 500), at + random.between(0, 500));
        }
}

TEST_P(Scan, TrialFindsTheRootOfPrimeSquaresAndOfNearSquares) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const uint64_t largest = 4294967291; /* the largest prime below 2^32 */
    for (size_t i = 0; i < scaled(4000); i++) {
        const uint64_t p = i == 0 ? largest : oracle::next_prime(random.of_any_size(32) / 2 + 1);
        const uint64_t q = i == 0 ? p : oracle::next_prime(p);
        for (const uint64_t other : {p, q}) {
            const fg_candidates candidates = fg_candidates_trial(p * other);
            const uint64_t length = std::min(random.between(1, 1000), candidates.count);
            expect_remainders(candidates, candidates.count - length, candidates.count);
        }
    }
}

/* ---- Long slices, through several loops and many blocks ---- */

TEST_P(Scan, LongTrialSlicesFindExactlyFlintsDivisors) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const uint64_t length = scaled(2000000);
    for (int i = 0; i < 40; i++) {
        /* A divisor somewhere in 2^20 .. 2^32 so that long slices have something to find. */
        const uint64_t d = random.with_bits((unsigned)random.between(20, 31)) | 1;
        const fg_candidates candidates =
            fg_candidates_trial(d * (random.between(d, UINT64_MAX / d - 1) | 1));
        const uint64_t at = index_of(candidates, d);
        const uint64_t before = random.between(0, std::min(at, length));
        expect_divisors(candidates, at - before, at - before + length,
                        oracle::divisors(candidates.dividend));
    }
    const fg_candidates rich = fg_candidates_trial(UINT64_C(16614344286733137675));
    expect_divisors(rich, 0, 20 * length, oracle::divisors(rich.dividend));
}

TEST_P(Scan, LongExhaustiveSlicesFindExactlyFlintsDivisors) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const uint64_t length = scaled(1000000);
    for (int i = 0; i < 60; i++) {
        const uint64_t n = i % 2 == 0 ? random.of_any_size(32) : random.of_any_size();
        const Numbers divisors = oracle::divisors(n);
        const uint64_t d = divisors[random.between(0, divisors.size() - 1)];
        const uint64_t before = random.between(0, std::min(d - 1, length));
        const uint64_t begin = d - 1 - before;
        expect_divisors(fg_candidates_exhaustive(n), begin, begin + std::min(n - begin, length),
                        divisors);
    }
    const uint64_t rich = UINT64_C(3491888400); /* 1,920 divisors, the most below 2^32 */
    expect_divisors(fg_candidates_exhaustive(rich), 0, 20 * length, oracle::divisors(rich));
}

/* Divisors at 2^31 and at 2^32, where the 32-bit lanes end. */
TEST_P(Scan, ExhaustiveIsExactWhereLanesEnd) {
    const uint64_t half = UINT64_C(1) << 31;
    for (const uint64_t n :
         {half - 1, half, half + 1, 2 * (half - 1), 2 * half - 1, 2 * half, 2 * half + 1,
          2 * (half + 1), 3 * half, 4 * half, 3 * (half - 1), half * half - 1, half * half,
          2 * half * (half - 1), 2 * half * half, 2 * half * half - 1, 2 * half * (half + 1),
          (2 * half - 1) * (2 * half - 1), (2 * half - 1) * (2 * half + 1)}) {
        const fg_candidates candidates = fg_candidates_exhaustive(n);
        const Numbers divisors = oracle::divisors(n);
        for (const uint64_t place : {half, 2 * half, n}) {
            for (const uint64_t around : {UINT64_C(3), UINT64_C(700), UINT64_C(70000)}) {
                if (place > n)
                    continue;
                const uint64_t begin = place > around ? place - around : 0;
                expect_divisors(candidates, begin, begin + std::min(n - begin, 2 * around),
                                divisors);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Variants, Scan, testing::Values("avx512", "avx2", "portable"),
                         [](const testing::TestParamInfo<const char *> &variant) {
                             return std::string(variant.param);
                         });

/* ---- The choice ---- */

class ScanSelect : public testing::Test {
  protected:
    void SetUp() override {
        const char *const before = std::getenv("FACTOR_GPU_CPU");
        was_set_ = before != nullptr;
        before_ = was_set_ ? before : "";
        unsetenv("FACTOR_GPU_CPU");
    }
    void TearDown() override {
        if (was_set_)
            setenv("FACTOR_GPU_CPU", before_.c_str(), 1);
        else
            unsetenv("FACTOR_GPU_CPU");
    }
    static const fg_scan *best() {
        return std::find_if(fg_scans, fg_scans + fg_scan_count,
                            [](const fg_scan &scan) { return fg_cpu_runs(scan.level); });
    }

  private:
    bool was_set_ = false;
    std::string before_;
};

TEST_F(ScanSelect, TakesTheFirstThatRunsHere) {
    EXPECT_EQ(fg_scan_select(), best());
    EXPECT_STREQ(fg_cpu_variant(), best()->name);
}

TEST_F(ScanSelect, TheEnvironmentForcesAnyVariantThatRunsHere) {
    for (size_t i = 0; i < fg_scan_count; i++) {
        setenv("FACTOR_GPU_CPU", fg_scans[i].name, 1);
        EXPECT_EQ(fg_scan_select(), fg_cpu_runs(fg_scans[i].level) ? &fg_scans[i] : best());
    }
}

TEST_F(ScanSelect, NamesThatAreUnknownArePassedOver) {
    for (const char *const name : {"", "sse9", "AVX2", "avx2 "}) {
        setenv("FACTOR_GPU_CPU", name, 1);
        EXPECT_EQ(fg_scan_select(), best()) << "'" << name << "'";
    }
}

TEST_F(ScanSelect, ThePortableVariantIsAlwaysThereAndLast) {
    ASSERT_GE(fg_scan_count, 1u);
    EXPECT_STREQ(fg_scans[fg_scan_count - 1].name, "portable");
    EXPECT_TRUE(fg_cpu_runs(fg_scans[fg_scan_count - 1].level));
}

} // namespace
