// SPDX-License-Identifier: MIT
/*
 * sample_work_test.cpp: what a sample of a number's candidates says of the time for all of them.
 *
 * Nothing here depends on how fast the machine is. The linker leads the library's choice of a scan
 * and its reading of the clock through this file (--wrap): a made-up scan takes a made-up time for
 * each candidate, and the clock shows it. estimate_bench holds samples against real runs.
 */
#include "support/engine_face.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <string>

extern "C" {
#include "methods/candidates/scan.h"
}

namespace {

constexpr uint64_t two32 = UINT64_C(1) << 32, two63 = UINT64_C(1) << 63;

/* The made-up time of the made-up scan. */
struct {
    bool shown = false; /* by the clock */
    double ns = 0;
    uint64_t scans = 0;
    unsigned disturbed = 0; /* the last of so many scans takes ten times as long; 0: none */
} made_up;

/* Candidates below 2^32 take an eighth of what others take, as with AVX2, and dividends from 2^63
 * on make all of them dearer. A scan also takes time to begin. */
double scan_ns(const fg_candidates &candidates, uint64_t begin, uint64_t end) {
    const uint64_t brief = std::min(candidates.count, two32 / candidates.step);
    const auto below = [&](uint64_t c) { return static_cast<double>(std::min(c, brief)); };
    const double small = below(end) - below(begin);
    const double large = static_cast<double>(end - begin) - small;
    return 50 + (0.125 * small + large) * (candidates.dividend >= two63 ? 1.5 : 1);
}

/* Has the hits of a prime. */
size_t made_up_scan(fg_candidates candidates, uint64_t begin, uint64_t end, uint64_t *hits) {
    const double ns = scan_ns(candidates, begin, end);
    made_up.scans++;
    made_up.ns += made_up.disturbed > 0 && made_up.scans % made_up.disturbed == 0 ? 10 * ns : ns;
    size_t count = 0;
    if (begin == 0)
        hits[count++] = 1;
    if (end == candidates.dividend && end > 1) /* only exhaustive search gets there */
        hits[count++] = end;
    return count;
}

constexpr fg_scan made_up_choice = {"made up", FG_CPU_PORTABLE, made_up_scan};

} // namespace

extern "C" {

int __real_clock_gettime(clockid_t clock, timespec *now);
const fg_scan *__real_fg_scan_select();

int __wrap_clock_gettime(clockid_t clock, timespec *now);
int __wrap_clock_gettime(clockid_t clock, timespec *now) {
    if (!made_up.shown || clock != CLOCK_THREAD_CPUTIME_ID)
        return __real_clock_gettime(clock, now);
    now->tv_sec = static_cast<time_t>(made_up.ns / 1e9);
    now->tv_nsec = static_cast<long>(made_up.ns - static_cast<double>(now->tv_sec) * 1e9);
    return 0;
}

const fg_scan *__wrap_fg_scan_select();
const fg_scan *__wrap_fg_scan_select() {
    return made_up.shown ? &made_up_choice : __real_fg_scan_select();
}
}

namespace {

double sampled_s(fg_method method, uint64_t n) {
    double seconds = 0;
    fg_error error = {};
    EXPECT_EQ(fg_sample_work(method, n, &seconds, &error), FG_OK) << error.message;
    return seconds;
}

class MadeUpScan : public testing::Test {
  protected:
    void SetUp() override {
        made_up = {};
        made_up.shown = true;
    }
    void TearDown() override { made_up = {}; }

    /* The made-up time that an engine takes for a prime. */
    static double run_s(fg_method method, uint64_t prime) {
        Engine engine("serial", method);
        const double begin_ns = made_up.ns;
        EXPECT_EQ(engine.run({prime}).status, FG_OK);
        return (made_up.ns - begin_ns) * 1e-9;
    }

    /* Numbers that are too large for a run: all of their candidates in one scan. */
    static double scan_s(fg_method method, uint64_t n) {
        return 1e-9 * (method == FG_METHOD_TRIAL
                           ? scan_ns(fg_candidates_trial(n), 0, fg_candidates_trial(n).count)
                           : scan_ns(fg_candidates_exhaustive(n), 0, n));
    }
};

constexpr uint64_t primes[] = {2,
                               1009,
                               (UINT64_C(1) << 22) - 3,
                               (UINT64_C(1) << 27) - 39,
                               (UINT64_C(1) << 32) + 15,
                               (UINT64_C(1) << 33) - 9,
                               (UINT64_C(1) << 36) - 5};

TEST_F(MadeUpScan, IsSampledAsRunsTake) {
    for (const uint64_t prime : primes)
        for (const fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL})
            EXPECT_NEAR(sampled_s(method, prime) / run_s(method, prime), 1, 0.02)
                << fg_method_name(method) << " of " << prime;
    for (const uint64_t prime : {(UINT64_C(1) << 40) + 15, (UINT64_C(1) << 48) - 59,
                                 (UINT64_C(1) << 60) - 93, (UINT64_C(1) << 63) + 29})
        EXPECT_NEAR(sampled_s(FG_METHOD_TRIAL, prime) / run_s(FG_METHOD_TRIAL, prime), 1, 0.02)
            << prime;
}

TEST_F(MadeUpScan, OfTheLargestNumbersIsSampledInNoTime) {
    for (const fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL})
        for (const uint64_t n : {two63 - 25, two63 + 29, UINT64_MAX - 58}) {
            const double begin_ns = made_up.ns;
            EXPECT_NEAR(sampled_s(method, n) / scan_s(method, n), 1, 0.02)
                << fg_method_name(method) << " of " << n;
            EXPECT_LT(made_up.ns - begin_ns, 20e6) << fg_method_name(method) << " of " << n;
        }
}

/* A machine that does something else now and then. */
TEST_F(MadeUpScan, IsSampledWithoutWhatDisturbsATry) {
    for (const unsigned every : {2u, 3u, 5u})
        for (const fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL}) {
            made_up.disturbed = every;
            EXPECT_NEAR(sampled_s(method, two63 - 25) / scan_s(method, two63 - 25), 1, 0.02)
                << fg_method_name(method) << ", one of " << every;
        }
}

TEST(SampleWork, OfTheLargestNumbersTakesNoTime) {
    for (const fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL}) {
        EXPECT_GT(sampled_s(method, UINT64_MAX), 10 * sampled_s(method, 1000003));
        EXPECT_GT(sampled_s(method, 1), 0);
    }
    EXPECT_GT(sampled_s(FG_METHOD_EXHAUSTIVE, UINT64_MAX), 1e6) << "more than some days";
}

TEST(SampleWork, WhatCannotBeSampledIsRefusedInWords) {
    double seconds = 0;
    fg_error error = {};
    EXPECT_EQ(fg_sample_work(FG_METHOD_FACTOR, 97, &seconds, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message).find("factor"), std::string::npos) << error.message;
    EXPECT_EQ(fg_sample_work(FG_METHOD_TRIAL, 0, &seconds, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message), "");
}

} // namespace
