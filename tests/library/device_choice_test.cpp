// SPDX-License-Identifier: MIT
/*
 * device_choice_test.cpp: when a GPU pays, for every kind of work and number of cores, and which
 * GPUs a build has code for. The figures are those of a CPU without vectors, which every machine
 * can be told to be; what is expected was worked out by hand from the table of expected_costs.h.
 */
#include "support/random_numbers.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>

extern "C" {
#include "device_choice.h"
#include "gpu/device.h"
#include "methods/method.h"
}

namespace {

constexpr uint64_t wide = UINT64_MAX, middle = UINT64_C(1) << 47, narrow = 1000003;

struct Case {
    const char *name;
    fg_method method;
    fg_answer answer;
    uint64_t n;
    double count;
    unsigned jobs;
    bool pays;
};

const Case cases[] = {
    /* 1.96 us a number on a core; 7 ns on the GPU, and 20 ns / jobs beside it */
    {"Primes64OneCore", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, wide, 1e6, 1, true},
    {"Primes64FewNumbers", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, wide, 2e5, 1, false},
    {"Primes64SixteenCores", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, wide, 1e6, 16, false},
    {"Primes64SixteenCoresMore", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, wide, 1e7, 16, true},
    /* the divisors take 0.26 us besides, and 0.13 us of the host: from 2.4e5 numbers on */
    {"Divisors64", FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, wide, 2.5e5, 1, true},
    {"Divisors64Fewer", FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, wide, 2.3e5, 1, false},
    /* 0.84 us and 0.19 us for 48 bits, beside 0.10 us: from 5.4e5 on */
    {"Divisors48", FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, middle, 5.6e5, 1, true},
    {"Divisors48Fewer", FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, middle, 5.2e5, 1, false},
    /* 84 ns for 20 bits, beside 20 ns; with divisors 164 ns beside 49 ns */
    {"Primes20", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, narrow, 9e6, 1, true},
    {"Primes20Fewer", FG_METHOD_FACTOR, FG_ANSWER_PRIMES, narrow, 7e6, 1, false},
    {"Divisors20", FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, narrow, 5e6, 1, true},
    {"Divisors20Fewer", FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, narrow, 4e6, 1, false},
    {"Divisors20ManyCores", FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, narrow, 1e8, 64, false},
    {"Divisors20ManyCoresMore", FG_METHOD_FACTOR, FG_ANSWER_DIVISORS, narrow, 1e9, 64, true},
    /* candidates: 0.56 ns on a core, 0.27 ps on the GPU, and 0.44 us of the host for each number */
    {"TrialOneNumber", FG_METHOD_TRIAL, FG_ANSWER_DIVISORS, wide, 1, 1, true},
    {"TrialSmall", FG_METHOD_TRIAL, FG_ANSWER_DIVISORS, narrow, 1000, 1, false},
    {"TrialSmallNever", FG_METHOD_TRIAL, FG_ANSWER_DIVISORS, 97, 1e12, 1, false},
    {"ExhaustiveOneNumber", FG_METHOD_EXHAUSTIVE, FG_ANSWER_PRIMES, UINT64_C(1) << 31, 1, 1, true},
    {"ExhaustiveEightCores", FG_METHOD_EXHAUSTIVE, FG_ANSWER_PRIMES, UINT64_C(1) << 31, 1, 8,
     false},
};

fg_device_choice choice_of(const Case &kind, size_t devices = 0) {
    fg_numbers numbers = fg_numbers_of_list(&kind.n, 1);
    fg_method_cost cost = fg_cost_numbers(kind.method, kind.answer, &numbers);
    cost.cpu_s *= kind.count;
    cost.gpu_clocks *= kind.count;
    cost.host_s *= kind.count;
    fg_device_choice choice = fg_device_choice_begin(kind.jobs, devices);
    fg_device_choice_add(&choice, &cost, 1);
    return choice;
}

class DeviceChoice : public testing::Test {
  protected:
    void SetUp() override { setenv("FACTOR_GPU_CPU", "portable", 1); }
    void TearDown() override { unsetenv("FACTOR_GPU_CPU"); }
};

TEST_F(DeviceChoice, DependsOnTheKindOfWorkAndOnTheCores) {
    for (const Case &kind : cases) {
        const fg_device_choice choice = choice_of(kind);
        EXPECT_EQ(fg_device_choice_pays(&choice), kind.pays)
            << kind.name << ": " << fg_device_choice_gain_s(&choice) << " s";
    }
}

TEST_F(DeviceChoice, NothingPaysWithoutWork) {
    for (const unsigned jobs : {1u, 4096u}) {
        const fg_device_choice choice = fg_device_choice_begin(jobs, 1);
        EXPECT_FALSE(fg_device_choice_pays(&choice));
        EXPECT_EQ(fg_device_choice_gain_s(&choice), 0);
    }
}

TEST_F(DeviceChoice, AFewMultiprocessorsGainLess) {
    fg_device_choice choice = choice_of(cases[3]); /* 16 cores */
    EXPECT_TRUE(fg_device_choice_pays(&choice));
    choice.multiprocessors = 4;
    EXPECT_FALSE(fg_device_choice_pays(&choice));
    EXPECT_LT(fg_device_choice_gain_s(&choice), 0);
}

TEST_F(DeviceChoice, SeveralDevicesCountTogether) {
    EXPECT_EQ(fg_device_choice_begin(1, 0).multiprocessors, FG_AUTO_MULTIPROCESSORS);
    EXPECT_EQ(fg_device_choice_begin(1, 3).multiprocessors, 3 * FG_AUTO_MULTIPROCESSORS);
}

TEST_F(DeviceChoice, WorkThatComesAgainIsTakenOut) {
    const fg_device_choice once = choice_of(cases[0]);
    fg_device_choice choice = once;
    fg_device_choice_add(&choice, &once.seen, 1);
    EXPECT_DOUBLE_EQ(fg_device_choice_gain_s(&choice), 2 * fg_device_choice_gain_s(&once));
    fg_device_choice_add(&choice, &once.seen, -1);
    EXPECT_DOUBLE_EQ(fg_device_choice_gain_s(&choice), fg_device_choice_gain_s(&once));
}

TEST_F(DeviceChoice, AFasterCpuNeedsMoreWork) {
    const fg_device_choice portable = choice_of(cases[0]);
    setenv("FACTOR_GPU_CPU", "avx2", 1);
    const fg_device_choice avx2 = choice_of(cases[0]);
    if (fg_cpu_variant() != std::string("avx2"))
        GTEST_SKIP() << "this CPU has no AVX2";
    EXPECT_LT(fg_device_choice_gain_s(&avx2), fg_device_choice_gain_s(&portable));
}

/* ---- Which devices the build has code for ---- */

TEST(DeviceCode, IsMachineCodeOfTheSameMajorVersionOrPtx) {
    const struct {
        const char *architectures;
        int major, minor;
        bool runs, runs_without_ptx;
    } kinds[] = {
        {"75-virtual 90-real", 9, 0, true, true},
        {"75-virtual 90-real", 8, 6, true, false}, /* which the driver compiles */
        {"75-virtual 90-real", 7, 5, true, false},
        {"75-virtual 90-real", 7, 0, false, false},
        {"75-virtual 90-real", 12, 0, true, false},
        {"80-real 90-real", 8, 9, true, true},
        {"80-real 90-real", 7, 5, false, false},
        {"80-real 90-real", 10, 0, false, false},
        {"86-real", 8, 0, false, false},
        {"80", 8, 6, true, true}, /* both kinds */
        {"80", 9, 0, true, false},
        {"80", 7, 5, false, false},
        {"100-real", 10, 3, true, true},
        {"120-real", 10, 3, false, false},
        {"90a-real", 9, 0, true, true},
        {"90a", 10, 0, false, false},
        {"100f-real", 10, 3, false, false},
        {" 61-real  70-real", 7, 0, true, true},
        {"native", 7, 0, true, true},
        {"all-major", 12, 0, true, true},
        {"", 9, 0, false, false},
    };
    for (const auto &kind : kinds)
        for (const bool ptx : {true, false})
            EXPECT_EQ(fg_gpu_code_runs_on(kind.architectures, kind.major, kind.minor, ptx),
                      ptx ? kind.runs : kind.runs_without_ptx)
                << kind.architectures << " on " << kind.major << '.' << kind.minor;
}

TEST_F(DeviceChoice, SaysWhatItExpects) {
    const fg_device_choice choice = choice_of(cases[0]);
    char text[160];
    fg_device_choice_explain(&choice, text, sizeof text);
    EXPECT_EQ(std::string(text), "by prediction 1.96 s with 1 job, 0.02 s on a GPU of 132 "
                                 "multiprocessors, which starts in 0.5 s");
}

} // namespace
