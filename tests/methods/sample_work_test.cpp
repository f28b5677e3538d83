// SPDX-License-Identifier: MIT
/*
 * sample_work_test.cpp: what a sample of a number's candidates says of the time for all of them.
 */
#include "support/engine_face.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <string>
#include <vector>

namespace {

using oracle::Numbers;

double sampled_s(fg_method method, uint64_t n) {
    double seconds = 0;
    fg_error error = {};
    EXPECT_EQ(fg_sample_work(method, n, &seconds, &error), FG_OK) << error.message;
    return seconds;
}

double thread_now_s() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/* CPU time of a number, of batches that take 20 ms and more. */
double real_s(Engine &engine, uint64_t n) {
    for (size_t count = 1;; count *= 2) {
        const Numbers numbers(count, n);
        const double begin_s = thread_now_s();
        EXPECT_EQ(engine.run(numbers).status, FG_OK);
        const double elapsed_s = thread_now_s() - begin_s;
        if (elapsed_s > 20e-3)
            return elapsed_s / static_cast<double>(count);
    }
}

/*
 * A loaded machine makes all runs slower than samples, by as much, so it is the sizes of one method
 * that are held against each other: with fg_work() in place of samples 2^32 + 15 is 1.8 times as
 * much as 2^27 - 39 says.
 */
TEST(SampleWork, GrowsFromSizeToSizeAsRealRunsDo) {
    if (sanitized())
        GTEST_SKIP() << "a sanitizer changes what things take";
    if (repeated() && std::string(fg_cpu_variant()) == "avx2" && !every_case())
        GTEST_SKIP() << "AVX2 is sampled as the best instructions are: left to --all";
    const bool fast = std::string(fg_cpu_variant()) != "portable";
    for (const fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL}) {
        Engine engine("serial", method);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        Numbers numbers = {(UINT64_C(1) << 22) - 3, (UINT64_C(1) << 27) - 39};
        if (method == FG_METHOD_TRIAL)
            numbers = {(UINT64_C(1) << 40) + 15, (UINT64_C(1) << 48) - 59,
                       (UINT64_C(1) << 54) - 33};
        if (fast)
            numbers.push_back(method == FG_METHOD_TRIAL ? (UINT64_C(1) << 60) - 93
                                                        : (UINT64_C(1) << 32) + 15);
        std::vector<double> ratios(numbers.size(), 0);
        for (int again = 0; again < 3; again++)
            for (size_t i = 0; i < numbers.size(); i++)
                ratios[i] =
                    std::max(ratios[i], sampled_s(method, numbers[i]) / real_s(engine, numbers[i]));
        for (size_t i = 0; i < numbers.size(); i++)
            EXPECT_LT(std::abs(std::log(ratios[i] / ratios[0])), std::log(1.5))
                << fg_method_name(method) << " of " << numbers[i] << ": " << ratios[i] << ", of "
                << numbers[0] << ": " << ratios[0];
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
