// SPDX-License-Identifier: MIT
// Runs that are disturbed, runs that are not, and runs of which it is not known.
#include "compare/row_disturbance.h"
#include "measure/usage.h"

#include <ctime>
#include <gtest/gtest.h>
#include <thread>

namespace {

constexpr fg_row_workers two_that_stay = {2, true, 2, 4};
constexpr fg_row_workers eight_that_stay = {8, true, 2, 4};
constexpr fg_row_workers two_that_end = {2, false, 2, 4};

enum class Disturbed { no, yes, unknown };

Disturbed judged(const fg_usage &usage, double window_s, const fg_row_workers &workers) {
    fg_compare_sample sample = {};
    sample.usage = usage;
    fg_row_judge(&sample, window_s, &workers);
    EXPECT_FALSE(sample.disturbed && !sample.knows_disturbed);
    return !sample.knows_disturbed ? Disturbed::unknown
           : sample.disturbed      ? Disturbed::yes
                                   : Disturbed::no;
}

fg_usage waited(double waiting_s, uint64_t voluntary) {
    fg_usage usage = {};
    usage.knows_waiting = true;
    usage.waiting_s = waiting_s;
    usage.voluntary = voluntary;
    return usage;
}

// `others_s` of CPU time besides the 0.5 s of the row.
fg_usage machine(double others_s) {
    fg_usage usage = {};
    usage.cpu_s = 0.5;
    usage.knows_machine = true;
    usage.machine_s = 0.5 + others_s;
    return usage;
}

TEST(RowDisturbance, IsWaitingOfWorkersThatHaveCpus) {
    EXPECT_EQ(judged(waited(0.0019, 0), 0.01, two_that_stay), Disturbed::no);
    EXPECT_EQ(judged(waited(0.0021, 0), 0.01, two_that_stay), Disturbed::yes);
    EXPECT_EQ(judged(waited(90e-6, 0), 1e-5, two_that_stay), Disturbed::no) << "a wake-up";
}

// 800 wake-ups explain 4 ms of waiting, but not 20 ms.
TEST(RowDisturbance, CanBeTheRowsOwnWaiting) {
    EXPECT_EQ(judged(waited(0.0019, 800), 0.01, two_that_stay), Disturbed::no);
    EXPECT_EQ(judged(waited(0.004, 800), 0.01, two_that_stay), Disturbed::unknown);
    EXPECT_EQ(judged(waited(0.02, 800), 0.01, two_that_stay), Disturbed::yes);
}

TEST(RowDisturbance, IsTheMachinesOtherWorkIfWaitingSaysNothing) {
    for (const fg_row_workers &workers : {eight_that_stay, two_that_end}) {
        EXPECT_EQ(judged(machine(0.39), 1, workers), Disturbed::no);
        EXPECT_EQ(judged(machine(0.41), 1, workers), Disturbed::yes);
        EXPECT_EQ(judged(machine(0.41), 0.09, workers), Disturbed::unknown) << "few ticks";
        EXPECT_EQ(judged(waited(0.5, 0), 1, workers), Disturbed::unknown);
    }
}

// The caller polls the workers until they rest; its polling is not their work.
TEST(Usage, LookingAtWorkersIsNoWorkOfTheirs) {
    const fg_usage_workers none = {nullptr, 0};
    const double all_s = fg_usage_cpu_s(&none), of_workers_s = fg_usage_workers_cpu_s(&none);
    while (fg_usage_cpu_s(&none) < all_s + 50e-3) // looks
        EXPECT_LT(fg_usage_workers_cpu_s(&none), of_workers_s + 10e-3);
    std::thread worker([] {
        timespec busy = {};
        while (busy.tv_sec == 0 && busy.tv_nsec < 50000000)
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &busy);
    });
    worker.join();
    EXPECT_GE(fg_usage_workers_cpu_s(&none), of_workers_s + 40e-3);
}

} // namespace
