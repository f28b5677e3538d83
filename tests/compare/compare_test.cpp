// SPDX-License-Identifier: MIT
// The comparison's scheduler on a fake clock and fake backends: what runs when, what is skipped,
// what is compared. The reports are in compare_report_test.cpp.
#include "cli/command/exit_status.h"
#include "compare/compare_schedule.h"
#include "support/compare_fakes.h"
#include "support/number_list_of.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

using compare_fakes::small_numbers;
using compare_fakes::World;

std::vector<std::string> row_names(const fg_compare_report &report, bool on_gpu) {
    std::vector<std::string> names;
    for (size_t i = 0; i < report.row_count; i++)
        if (fg_compare_uses_gpu(&report.rows[i]) == on_gpu)
            names.push_back(World::name_of(report.rows[i].method, report.rows[i].backend));
    return names;
}

// The input runs of one side, in order.
std::vector<std::string> runs_of(const World &world, const std::vector<std::string> &names) {
    std::vector<std::string> runs;
    for (const std::string &event : world.log)
        for (const std::string &name : names)
            if (event == "run " + name)
                runs.push_back(name);
    return runs;
}

size_t first_of(const World &world, const std::string &beginning) {
    for (size_t i = 0; i < world.log.size(); i++)
        if (world.log[i].compare(0, beginning.size(), beginning) == 0)
            return i;
    return world.log.size();
}

size_t last_of(const World &world, const std::string &event) {
    for (size_t i = world.log.size(); i > 0; i--)
        if (world.log[i - 1] == event)
            return i - 1;
    return world.log.size();
}

TEST(Compare, RowsAreMethodsTimesBackendsInTheLibrarysOrder) {
    World world(small_numbers);
    ASSERT_EQ(world.compare(), FG_OK);
    /* The sieve answers ranges only. */
    ASSERT_EQ(world.report.row_count, (fg_method_count() - 1) * fg_backend_count());
    for (size_t i = 0; i < world.report.row_count; i++) {
        EXPECT_EQ(world.report.rows[i].method, fg_method_at(i / fg_backend_count()));
        EXPECT_STREQ(world.report.rows[i].backend, fg_backend_name(i % fg_backend_count()));
        EXPECT_EQ(world.report.rows[i].state, FG_COMPARE_MEASURED);
    }
}

// The process of a row inherits the memory that is filled by then, and each fork in it costs more.
TEST(Compare, RowsOpenBeforeThereIsRoomForTheRunsOfAny) {
    World world(small_numbers);
    ASSERT_EQ(world.compare(), FG_OK);
    const std::vector<std::string> names = row_names(world.report, false);
    ASSERT_GT(names.size(), 1u);
    for (const std::string &name : names) {
        EXPECT_EQ(world.rooms_at_open.at(name), 0u) << name;
        EXPECT_GT(world.row(name).taken_count, 0u) << name;
    }
}

TEST(Compare, ARangeHasRowsOfTheMethodsForRanges) {
    World world({20, 21, 22, 23, 24});
    world.request.is_range = true;
    ASSERT_EQ(world.compare(), FG_OK);
    ASSERT_EQ(world.report.row_count, fg_method_count() * fg_backend_count());
    for (const char *const backend : {"serial", "threads"}) {
        const fg_compare_row &row = world.row(std::string("sieve/") + backend);
        EXPECT_EQ(row.state, FG_COMPARE_MEASURED);
        EXPECT_TRUE(row.estimate.known);
        /* One number, and four more. */
        const std::vector<uint64_t> numbers = {20, 21, 22, 23, 24};
        const double whole_s = world.model_s(backend, FG_METHOD_SIEVE, numbers.data(), 5);
        EXPECT_NEAR(row.estimate.run_s, whole_s, 1e-3 * whole_s);
    }
    EXPECT_FALSE(world.report.disagreement);
}

TEST(Compare, AMethodForRangesSaysWhatItTakes) {
    World world(small_numbers);
    world.request.method = FG_METHOD_SIEVE;
    EXPECT_NE(world.compare(), FG_ERROR_MEMORY);
    ASSERT_EQ(world.report.row_count, fg_backend_count());
    for (size_t i = 0; i < world.report.row_count; i++) {
        EXPECT_EQ(world.report.rows[i].state, FG_COMPARE_NOT_RUN);
        EXPECT_STREQ(world.report.rows[i].reason, "a comparison has this method for one range "
                                                  "alone: give the numbers as A..B, or take "
                                                  "--method=factor");
    }
    EXPECT_EQ(world.count_of("open sieve/serial"), 0u);
}

TEST(Compare, RestrictionsLeaveOnlyTheRowsAskedFor) {
    World world(small_numbers);
    world.request.method = FG_METHOD_TRIAL;
    world.request.backend = "threads";
    ASSERT_EQ(world.compare(), FG_OK);
    ASSERT_EQ(world.report.row_count, 1u);
    EXPECT_EQ(row_names(world.report, false), std::vector<std::string>{"trial/threads"});
}

TEST(Compare, RowsAreInTheOrderOfTheBackendsThatAreNamed) {
    World world(small_numbers);
    world.request.method = FG_METHOD_FACTOR;
    world.request.backend = "threads,cuda,fork,serial";
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(row_names(world.report, false),
              (std::vector<std::string>{"factor/threads", "factor/fork", "factor/serial"}));
    ASSERT_EQ(world.report.row_count, 4u);
    EXPECT_STREQ(world.report.rows[1].backend, "cuda");
    EXPECT_EQ(world.row("factor/threads").baseline, 2u);
    EXPECT_LT(first_of(world, "open factor/threads"), first_of(world, "open factor/fork"));
}

// A run that is not short, and so has no untimed ones before it.
double sixty_ms(const std::string &, unsigned) {
    return 0.06;
}

TEST(Compare, RoundsAreInterleaved) {
    World world(small_numbers);
    world.extra_s = sixty_ms;
    world.request.repeat = 4;
    ASSERT_EQ(world.compare(), FG_OK);
    for (bool cuda : {false, true}) {
        const std::vector<std::string> names = row_names(world.report, cuda);
        ASSERT_FALSE(names.empty());
        std::vector<std::string> all;
        for (size_t i = 0; i < world.report.row_count; i++)
            all.push_back(std::string(fg_method_name(world.report.rows[i].method)) + "/" +
                          world.report.rows[i].backend);
        // The warm-ups, then the rounds, each of which begins with the next of all rows.
        std::vector<std::string> expected = names;
        for (size_t round = 0; round < 4; round++)
            for (size_t i = 0; i < all.size(); i++)
                if (std::count(names.begin(), names.end(), all[(round + i) % all.size()]) > 0)
                    expected.push_back(all[(round + i) % all.size()]);
        EXPECT_EQ(runs_of(world, names), expected);
    }
}

// An untimed one pays for what other rows have left in the caches.
TEST(Compare, ShortRunsOfCpuBackendsAreDoneUntimedBeforeTheyAreTimed) {
    World world(small_numbers);
    world.extra_s = [](const std::string &row, unsigned run) {
        return row == "trial/serial" && run % 2 == 1 ? 0.004 : row == "trial/pool" ? 0.06 : 0;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(world.count_of("run trial/serial"), 1u + 2 * 3);
    EXPECT_EQ(world.row("trial/serial").sample_count, 3u);
    EXPECT_LT(world.row("trial/serial").summary.max_s, 0.004);
    EXPECT_EQ(world.count_of("run trial/pool"), 1u + 3);
    EXPECT_EQ(world.count_of("run trial/cuda"), 1u + 3);
}

// A turn has three of them if a row has 18 such turns; a long run is a turn.
TEST(Compare, ShortRunsAreTimedSeveralAtATime) {
    World world(small_numbers);
    world.request.repeat = 54;
    world.extra_s = [](const std::string &row, unsigned) { return row == "trial/pool" ? 0.06 : 0; };
    world.request.budget_s = 100;
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(world.row("trial/serial").sample_count, 54u);
    EXPECT_EQ(world.row("trial/pool").sample_count, 54u);
    std::string turns; // of the two rows, each short run after an untimed one
    for (const std::string &run : runs_of(world, {"trial/serial", "trial/pool"}))
        turns += run == "trial/serial" ? 's' : 'p';
    EXPECT_EQ(turns.substr(0, 11), "spssssssppp") << "the warm-ups and a turn";
    EXPECT_NE(turns.find("ppsssssspp", 11), std::string::npos) << turns;
    EXPECT_EQ(turns.find("sssssss"), std::string::npos) << turns;
    EXPECT_EQ(std::count(turns.begin(), turns.end(), 's'), 1 + 2 * 54);
    EXPECT_EQ(std::count(turns.begin(), turns.end(), 'p'), 1 + 54);
}

TEST(Compare, CudaIsAskedForOnlyAfterEveryCpuRowIsClosed) {
    World world(small_numbers);
    ASSERT_EQ(world.compare(), FG_OK);
    const size_t asked = first_of(world, "probe cuda");
    ASSERT_LT(asked, world.log.size());
    for (const std::string &name : row_names(world.report, false)) {
        EXPECT_EQ(world.count_of("close " + name), 2u) << name;
        EXPECT_LT(last_of(world, "close " + name), asked) << name;
    }
    EXPECT_LT(asked, first_of(world, "open exhaustive/cuda"));
    EXPECT_EQ(world.count_of("probe cuda"), 1u);
}

TEST(Compare, CudaIsNotTouchedWhenItIsNotAskedFor) {
    World world(small_numbers);
    world.request.backend = "fork";
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(first_of(world, "probe cuda"), world.log.size());
}

// Each row is opened for its estimate and again to be measured; those that are skipped only once.
TEST(Compare, EveryRowThatOpensIsClosed) {
    World world(small_numbers);
    world.run_errors["trial/pool"][2] = FG_ERROR_WORKER_DIED;
    world.costs["serial"].candidate_s = 1e3;
    ASSERT_EQ(world.compare(), FG_OK);
    for (size_t i = 0; i < world.report.row_count; i++) {
        const fg_compare_row &row = world.report.rows[i];
        const std::string name = World::name_of(row.method, row.backend);
        const unsigned times = row.state == FG_COMPARE_SKIPPED ? 1 : 2;
        EXPECT_EQ(world.count_of("open " + name), times) << name;
        EXPECT_EQ(world.count_of("close " + name), times) << name;
        EXPECT_EQ(row.engine, nullptr);
    }
}

TEST(Compare, SamplesAreOneRunEachWithoutStartUp) {
    World world(small_numbers);
    world.extra_s = [](const std::string &, unsigned run) { return 0.06 + 0.001 * run; };
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("trial/fork");
    const double run_s = 0.06 + world.model_s("fork", FG_METHOD_TRIAL, world.request.numbers, 4);
    EXPECT_NEAR(row.warm_up_s, run_s, 1e-9);
    ASSERT_EQ(row.sample_count, 3u);
    for (size_t k = 0; k < 3; k++)
        EXPECT_NEAR(row.samples_s[k], run_s + 0.001 * static_cast<double>(k + 1), 1e-9);
    EXPECT_NEAR(row.summary.median_s, run_s + 0.002, 1e-9);
    EXPECT_NEAR(row.open_s, 0.25, 1e-9);
}

TEST(Compare, TheFirstAnswerOfARowIsItsStartUpAndItsWarmUp) {
    World world(small_numbers);
    world.extra_s = [](const std::string &, unsigned run) { return run == 0 ? 0.5 : 0.01; };
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("trial/threads");
    EXPECT_NEAR(row.first_answer_s, 0.25 + row.warm_up_s, 1e-9);
    EXPECT_GT(row.warm_up_s, 0.5);
    EXPECT_EQ(row.peak_bytes, 12345678u);
    EXPECT_NEAR(row.cpu_s, 2 * row.summary.median_s, 1e-9);
}

TEST(Compare, TimingCoversTheTimedRunsAlone) {
    World world(small_numbers);
    world.request.repeat = 5;
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_timing &timing = world.row("trial/cuda").timing;
    EXPECT_TRUE(timing.known);
    EXPECT_EQ(timing.copy_in_ns, 5u * 1000);
    EXPECT_EQ(timing.kernels_ns, 5u * 2000);
    EXPECT_EQ(timing.copy_out_ns, 5u * 3000);
    EXPECT_EQ(timing.host_ns, 5u * 4000);
    EXPECT_EQ(timing.launch_count, 5u);
    EXPECT_EQ(timing.start_up_ns, 7000000u);
    EXPECT_FALSE(world.row("trial/serial").timing.known);
}

struct Spoiling {
    const char *name;
    std::function<void(std::vector<std::vector<uint64_t>> *)> change;
    size_t index;
    const char *reference_said, *row_said;
};

const Spoiling spoilings[] = {
    {"a divisor is missing", [](auto *lists) { (*lists)[3].erase((*lists)[3].begin() + 4); }, 3,
     "... 3 4 5 6 10 12 ... (12 in all)", "... 3 4 6 10 12 15 ... (11 in all)"},
    {"a divisor is wrong", [](auto *lists) { (*lists)[1][1] = 6; }, 1, "1 5 7 35 (4 in all)",
     "1 6 7 35 (4 in all)"},
    {"a divisor too many", [](auto *lists) { (*lists)[2].push_back(98); }, 2, "1 97 (2 in all)",
     "1 97 98 (3 in all)"},
    {"the last answer is missing", [](auto *lists) { lists->pop_back(); }, 3,
     "1 2 3 4 5 6 ... (12 in all)", "nothing: no answer to this number"},
};

TEST(CompareAnswers, AnyDifferenceIsFoundInAnyRunAndTakesTheRatiosAway) {
    for (const Spoiling &spoiling : spoilings) {
        for (unsigned at : {0u, 3u}) {
            World world(small_numbers);
            world.spoil = [&](const std::string &row, unsigned run, auto *lists) {
                if (row == "trial/cuda" && run == at)
                    spoiling.change(lists);
            };
            ASSERT_EQ(world.compare(), FG_OK);
            ASSERT_TRUE(world.report.disagreement) << spoiling.name;
            EXPECT_EQ(fg_compare_report_status(&world.report), FG_ERROR_SELF_CHECK);
            const fg_compare_difference &difference = world.report.difference;
            EXPECT_EQ(&world.report.rows[difference.row], &world.row("trial/cuda"));
            EXPECT_EQ(difference.reference_row, 0u);
            EXPECT_EQ(difference.index, spoiling.index) << spoiling.name;
            EXPECT_EQ(difference.number.low, small_numbers[spoiling.index]);
            EXPECT_STREQ(difference.reference_said, spoiling.reference_said);
            EXPECT_STREQ(difference.row_said, spoiling.row_said);
            EXPECT_TRUE(world.row("trial/cuda").differs);
            for (size_t i = 0; i < world.report.row_count; i++)
                EXPECT_FALSE(world.report.rows[i].has_ratio);
        }
    }
}

TEST(CompareAnswers, SameAnswersAreNoDisagreement) {
    World world(small_numbers);
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_FALSE(world.report.disagreement);
    EXPECT_EQ(fg_compare_report_status(&world.report), FG_OK);
}

TEST(CompareAnswers, TheFirstDifferenceIsKept) {
    World world(small_numbers);
    world.spoil = [](const std::string &row, unsigned, auto *lists) {
        if (row == "trial/pool")
            (*lists)[2][0] = 2;
        if (row == "trial/threads")
            (*lists)[0][0] = 2;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(&world.report.rows[world.report.difference.row], &world.row("trial/pool"));
    EXPECT_EQ(world.report.difference.index, 2u);
    EXPECT_TRUE(world.row("trial/threads").differs);
}

TEST(CompareAnswers, TheFirstRowThatCompletesIsTheReference) {
    World world(small_numbers);
    world.run_errors["exhaustive/serial"][0] = FG_ERROR_MEMORY;
    world.spoil = [](const std::string &row, unsigned, auto *lists) {
        if (row == "trial/serial")
            (*lists)[0][0] = 2;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    ASSERT_TRUE(world.report.disagreement);
    EXPECT_EQ(&world.report.rows[world.report.difference.reference_row],
              &world.row("exhaustive/fork"));
}

TEST(Compare, RowThatFailsLeavesTheOthersAlone) {
    for (unsigned at : {0u, 2u}) {
        World world(small_numbers);
        world.extra_s = sixty_ms;
        world.run_errors["trial/pool"][at] = FG_ERROR_WORKER_DIED;
        ASSERT_EQ(world.compare(), FG_OK);
        const fg_compare_row &row = world.row("trial/pool");
        EXPECT_EQ(row.state, FG_COMPARE_FAILED);
        EXPECT_EQ(row.status, FG_ERROR_WORKER_DIED);
        EXPECT_EQ(row.reason, "broke in run " + std::to_string(at));
        EXPECT_EQ(row.sample_count, at == 0 ? 0u : at - 1);
        EXPECT_FALSE(row.has_ratio);
        EXPECT_EQ(world.count_of("run trial/pool"), at + 1u);
        EXPECT_EQ(world.row("trial/threads").sample_count, 3u);
        EXPECT_EQ(fg_compare_report_status(&world.report), FG_ERROR_WORKER_DIED);
    }
}

TEST(Compare, FailedSelfCheckIsWrong) {
    World world(small_numbers);
    world.run_errors["trial/cuda"][1] = FG_ERROR_SELF_CHECK;
    world.run_errors["trial/pool"][1] = FG_ERROR_SYSTEM;
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(fg_compare_report_status(&world.report), FG_ERROR_SELF_CHECK);
}

// The failed GPU's row said 70, which is for defects of the program.
TEST(Compare, ExitStatusIsTheFirstFailedRows) {
    World world(small_numbers);
    world.run_errors["trial/cuda"][1] = FG_ERROR_DEVICE;
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(fg_compare_report_status(&world.report), FG_ERROR_DEVICE);
    EXPECT_EQ(fg_exit_status_of(FG_ERROR_DEVICE), FG_EXIT_UNAVAILABLE);

    World two(small_numbers);
    two.run_errors["trial/pool"][1] = FG_ERROR_MEMORY;
    two.run_errors["trial/cuda"][1] = FG_ERROR_DEVICE;
    ASSERT_EQ(two.compare(), FG_OK);
    EXPECT_EQ(fg_compare_report_status(&two.report), FG_ERROR_MEMORY);
    EXPECT_EQ(fg_exit_status_of(FG_ERROR_MEMORY), FG_EXIT_INTERNAL);
}

TEST(Compare, EngineThatDoesNotOpenIsAFailureUnlessUnavailable) {
    World world(small_numbers);
    world.open_errors["trial/pool"] = FG_ERROR_SYSTEM;
    world.open_errors["trial/cuda"] = FG_ERROR_UNAVAILABLE;
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(world.row("trial/pool").state, FG_COMPARE_FAILED);
    EXPECT_STREQ(world.row("trial/pool").reason, "cannot open trial/pool");
    EXPECT_EQ(world.row("trial/cuda").state, FG_COMPARE_NOT_RUN);
    EXPECT_EQ(world.row("exhaustive/cuda").state, FG_COMPARE_MEASURED);
    EXPECT_EQ(world.count_of("close trial/pool"), 0u);
}

TEST(Compare, UnavailableBackendIsNotRunWithItsReasonInEveryMethod) {
    World world(small_numbers);
    world.unavailable["cuda"] = "no NVIDIA driver is loaded";
    ASSERT_EQ(world.compare(), FG_OK);
    for (const std::string &name : row_names(world.report, true)) {
        EXPECT_EQ(world.row(name).state, FG_COMPARE_NOT_RUN);
        EXPECT_STREQ(world.row(name).reason, "no NVIDIA driver is loaded");
        EXPECT_EQ(world.count_of("open " + name), 0u);
    }
    EXPECT_EQ(world.count_of("probe cuda"), 1u);
    EXPECT_EQ(fg_compare_report_status(&world.report), FG_OK);
}

TEST(Compare, NothingAvailableOfWhatWasAskedFor) {
    World world(small_numbers);
    world.unavailable["cuda"] = "no NVIDIA driver is loaded";
    world.request.backend = "cuda";
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(fg_compare_report_status(&world.report), FG_ERROR_UNAVAILABLE);
}

TEST(Compare, OneOfSeveralNamesIsNotAvailable) {
    World world(small_numbers);
    world.unavailable["cuda"] = "no NVIDIA driver is loaded";
    world.request.backend = "cuda,serial";
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(world.row("trial/serial").state, FG_COMPARE_MEASURED);
    EXPECT_EQ(fg_compare_report_status(&world.report), FG_ERROR_UNAVAILABLE);
    World available(small_numbers);
    available.request.backend = "cuda,serial";
    ASSERT_EQ(available.compare(), FG_OK);
    EXPECT_EQ(fg_compare_report_status(&available.report), FG_OK);
}

// As "fork" lacks the sieve: it is there for the other methods.
TEST(Compare, ANamedBackendMayLackAMethod) {
    World world(small_numbers);
    world.request.backend = "cuda,serial";
    world.open_errors["trial/cuda"] = FG_ERROR_UNAVAILABLE;
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(world.row("trial/cuda").state, FG_COMPARE_NOT_RUN);
    EXPECT_EQ(world.row("exhaustive/cuda").state, FG_COMPARE_MEASURED);
    EXPECT_EQ(fg_compare_report_status(&world.report), FG_OK);
}

TEST(CompareBaseline, IsTheForkRowOfTheSameMethod) {
    World world(small_numbers);
    world.costs["threads"].call_s = 1e-3;
    world.costs["fork"].call_s = 4e-3;
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("trial/threads");
    ASSERT_TRUE(row.has_ratio);
    EXPECT_EQ(&world.report.rows[row.baseline], &world.row("trial/fork"));
    EXPECT_NEAR(row.ratio.value, 4, 0.05);
}

TEST(CompareBaseline, FallsBackToSerialThenToNone) {
    World world(small_numbers);
    world.run_errors["trial/fork"][1] = FG_ERROR_SYSTEM;
    world.slower["exhaustive/fork"] = 1e9;
    world.run_errors["exhaustive/serial"][0] = FG_ERROR_MEMORY;
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_row &row = world.row("trial/threads");
    ASSERT_TRUE(row.has_ratio);
    EXPECT_EQ(&world.report.rows[row.baseline], &world.row("trial/serial"));
    EXPECT_EQ(world.row("exhaustive/fork").state, FG_COMPARE_SKIPPED);
    EXPECT_FALSE(world.row("exhaustive/threads").has_ratio);
    EXPECT_EQ(world.row("exhaustive/threads").state, FG_COMPARE_MEASURED);
}

TEST(CompareInput, DescribesNumbersOfTwoWords) {
    const fg_uint128 numbers[] = {{12, 0}, {1, 1}, {UINT64_MAX, UINT64_MAX}};
    fg_numbers list = list_of(nullptr, 3);
    list.words = 2;
    list.wide_list = numbers;
    fg_compare_input input;
    fg_compare_input_describe(&list, &input);
    EXPECT_EQ(input.bits_min, 4u);
    EXPECT_EQ(input.bits_max, 128u);
    EXPECT_EQ(input.bit_histogram[65], 1u);
    EXPECT_EQ(input.bit_histogram[128], 1u);
    // printf '12\n18446744073709551617\n340282366920938463463374607431768211455\n' | sha256sum
    EXPECT_STREQ(input.sha256, "1bb4145991ea1e5c6411f7c5c6f763f81c0ddf594f86a9013549cdb9c5ba8d2b");
    EXPECT_EQ(fg_compare_work_of(FG_METHOD_TRIAL, &list).total, 0);
    EXPECT_GT(fg_compare_work_of(FG_METHOD_FACTOR, &list).largest,
              (double)fg_work(FG_METHOD_FACTOR, UINT64_MAX));
}

TEST(CompareInput, DescribesCountBitsAndDigest) {
    const uint64_t numbers[] = {53541233, 21235343, 11421443, 5423123};
    fg_compare_input input;
    const fg_numbers list = list_of(numbers, 4);
    fg_compare_input_describe(&list, &input);
    EXPECT_EQ(input.count, 4u);
    EXPECT_EQ(input.bits_min, 23u);
    EXPECT_EQ(input.bits_max, 26u);
    EXPECT_EQ(input.bit_histogram[23], 1u);
    EXPECT_EQ(input.bit_histogram[24], 1u);
    EXPECT_EQ(input.bit_histogram[25], 1u);
    EXPECT_EQ(input.bit_histogram[26], 1u);
    // printf '53541233\n21235343\n11421443\n5423123\n' | sha256sum
    EXPECT_STREQ(input.sha256, "135e2c1c3be5f88ec19460297f8e06ba30cab55beccd0cb38abf31988dae7525");
    const uint64_t ends[] = {1, UINT64_MAX};
    const fg_numbers both = list_of(ends, 2);
    fg_compare_input_describe(&both, &input);
    EXPECT_EQ(input.bits_min, 1u);
    EXPECT_EQ(input.bits_max, 64u);
    // printf '1\n18446744073709551615\n' | sha256sum
    EXPECT_STREQ(input.sha256, "04a462b33f58ea8ce56b0baa33b6d43d2624eddf54da57a25147f7f9c9ae339d");
}

std::string cpu_model(const std::string &cpuinfo) {
    char model[64];
    FILE *file = fmemopen(const_cast<char *>(cpuinfo.data()), cpuinfo.size(), "r");
    fg_environment_read_cpu_model(file, "riscv64", model, sizeof model);
    fclose(file);
    return model;
}

TEST(Environment, CpuModelComesFromTheBestLineThereIs) {
    EXPECT_EQ(cpu_model("processor\t: 0\nmodel\t\t: 85\nmodel name\t: Fast CPU @ 3 GHz\n"),
              "Fast CPU @ 3 GHz");
    EXPECT_EQ(cpu_model("processor\t: 0\nCPU part\t: 0xd0c\n"), "riscv64, CPU part 0xd0c");
    EXPECT_EQ(cpu_model("CPU part\t: 0xd08\nModel\t\t: Small Board 4\n"), "Small Board 4");
    EXPECT_EQ(cpu_model("processor\t: 0\nmodel name\t:\n"), "riscv64");
}

TEST(Environment, DescribesThisProcess) {
    fg_environment environment;
    fg_environment_describe(&environment);
    EXPECT_GE(environment.cpus.usable, 1u);
    EXPECT_NE(environment.cpu_model[0], '\0');
    EXPECT_EQ(environment.device_count, 0u);
    ASSERT_EQ(strlen(environment.date), strlen("2000-01-01T00:00:00Z"));
    EXPECT_EQ(environment.date[10], 'T');
    ASSERT_NE(environment.build, nullptr);
}

} // namespace
