// SPDX-License-Identifier: MIT
// The curve of time against batch size on the fakes' clock: which batches are timed, in which
// order, until when, and what follows from them.
#include "compare/compare_break_even.h"
#include "compare/compare_curve.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_notes.h"
#include "support/compare_fakes.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <set>

namespace {

using compare_fakes::small_numbers;
using compare_fakes::World;

// The backend's line, if it has points.
const fg_compare_curve_line *line_of(const fg_compare_report &report, const std::string &backend) {
    for (size_t i = 0; i < report.curve.line_count; i++) {
        const fg_compare_curve_line &line = report.curve.lines[i];
        if (line.point_count > 0 && report.rows[line.row].backend == backend)
            return &line;
    }
    return nullptr;
}

std::vector<size_t> sizes_of(size_t count) {
    size_t sizes[FG_COMPARE_CURVE_SIZES_MAX];
    return {sizes, sizes + fg_compare_curve_sizes(count, sizes)};
}

TEST(CompareCurve, SizesGrowToTheWholeInputAndAShortOneIsRepeated) {
    using Sizes = std::vector<size_t>;
    const Sizes beyond = {10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000};
    Sizes four = {1, 3, 4};
    four.insert(four.end(), beyond.begin(), beyond.end());
    EXPECT_EQ(sizes_of(4), four);
    Sizes ten = {1, 3};
    ten.insert(ten.end(), beyond.begin(), beyond.end());
    EXPECT_EQ(sizes_of(10), ten);
    Sizes million = ten;
    million.insert(million.end(), {300000, 1000000, 1234567});
    EXPECT_EQ(sizes_of(1234567), million);
    for (size_t count = 1; count > 0; count = count < SIZE_MAX / 7 ? count * 7 : 0) {
        const Sizes sizes = sizes_of(count);
        EXPECT_EQ(std::count(sizes.begin(), sizes.end(), count), 1) << count;
        EXPECT_EQ(std::adjacent_find(sizes.begin(), sizes.end(), std::greater_equal<size_t>()),
                  sizes.end())
            << count;
    }
    EXPECT_EQ(sizes_of(SIZE_MAX).back(), SIZE_MAX);
}

// Each of as many equal parts of the places has one, and of few places each as many as any other.
TEST(CompareCurve, BatchesOfASizeAreSpreadOverTheInput) {
    for (unsigned runs = 2; runs <= FG_COMPARE_CURVE_RUNS_MAX; runs++)
        for (const size_t places : {1, 2, 3, 4, 17, 91, 1000, 12345}) {
            std::vector<unsigned> in_part(runs), at_place(places);
            for (unsigned run = 0; run < runs; run++) {
                const size_t first = fg_compare_curve_first(places + 9, 10, run, runs);
                ASSERT_LT(first, places);
                at_place[first]++;
                in_part[first * runs / places]++;
            }
            const auto [least, most] = std::minmax_element(at_place.begin(), at_place.end());
            EXPECT_LE(*most - *least, 1u) << runs << " runs, " << places << " places";
            if (places >= 2 * runs) {
                EXPECT_EQ(in_part, std::vector<unsigned>(runs, 1)) << places << " places";
            }
        }
    // So are the first of them, if the budget has no room for the others.
    std::set<size_t> quarters;
    for (unsigned run = 0; run < 6; run++)
        quarters.insert(fg_compare_curve_first(1000, 1, run, 18) / 250);
    EXPECT_EQ(quarters.size(), 4u);
    EXPECT_EQ(fg_compare_curve_first(100, 10, 0, 1), 0u);
    for (unsigned run = 0; run < 5; run++) {
        EXPECT_EQ(fg_compare_curve_first(100, 100, run, 5), 0u);
        EXPECT_EQ(fg_compare_curve_first(100, 300, run, 5), 0u);
    }
}

// Numbers that take every backend so little that no line ends early.
void make_quick(World *world) {
    for (size_t b = 0; b < fg_backend_count(); b++) {
        world->costs[fg_backend_name(b)].number_s = 1e-7;
        world->costs[fg_backend_name(b)].candidate_s = 1e-12;
    }
}

size_t first_of(const World &world, const std::string &event) {
    return static_cast<size_t>(std::find(world.log.begin(), world.log.end(), event) -
                               world.log.begin());
}

TEST(CompareCurve, IsMeasuredOnlyWhenAskedFor) {
    World world(small_numbers);
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_FALSE(world.report.curve.measured);
    EXPECT_EQ(world.report.curve.line_count, 0u);
    EXPECT_EQ(first_of(world, "batch factor/serial 1"), world.log.size());
}

TEST(CompareCurve, CpuLinesEndBeforeCudaIsAskedFor) {
    World world(small_numbers);
    world.request.curve = true;
    ASSERT_EQ(world.compare(), FG_OK);
    const size_t asked = first_of(world, "probe cuda");
    ASSERT_LT(asked, world.log.size());
    for (const char *backend : {"serial", "fork", "pool", "threads"}) {
        const std::string name = std::string("factor/") + backend;
        EXPECT_LT(first_of(world, "batch " + name + " 1"), asked);
        EXPECT_EQ(world.count_of("open " + name), 3u); // estimate, row, line
        EXPECT_EQ(std::count(world.log.begin(),
                             world.log.begin() + static_cast<std::ptrdiff_t>(asked),
                             "close " + name),
                  3)
            << name;
    }
    EXPECT_GT(first_of(world, "batch factor/cuda 1"), asked);
    EXPECT_EQ(world.count_of("close factor/cuda"), 3u);
}

// All batches of CPU lines, or the GPU's.
std::vector<std::string> batches_of(const World &world, bool on_gpu) {
    std::vector<std::string> batches;
    for (const std::string &event : world.log)
        if (event.compare(0, 6, "batch ") == 0 &&
            (event.find("/cuda ") != std::string::npos) == on_gpu)
            batches.push_back(event);
    return batches;
}

TEST(CompareCurve, LinesAreWarmedUpSizeBySize) {
    World world(small_numbers);
    world.request.curve = true;
    ASSERT_EQ(world.compare(), FG_OK);
    std::vector<std::string> batches = batches_of(world, false), expected;
    for (const char *size : {"1", "3", "4", "10"})
        for (const char *backend : {"serial", "fork", "pool", "threads"})
            for (int run = 0; run < 2;
                 run++) // the first of a new engine, and one that is estimated by
                expected.push_back(std::string("batch factor/") + backend + " " + size);
    ASSERT_GE(batches.size(), expected.size());
    batches.resize(expected.size());
    EXPECT_EQ(batches, expected);
}

// A backend that has a turn at each size, or few of them, may owe its lead to one disturbed turn.
TEST(CompareCurve, EachTurnRunsEverySizeOnce) {
    World world(small_numbers);
    world.request.curve = true;
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_curve &curve = world.report.curve;
    for (bool on_gpu : {false, true}) {
        std::vector<std::string> expected;
        for (size_t round = 0; round < 3; round++) {
            for (size_t i = 0; i < curve.line_count; i++) { // each round begins with the next line
                const fg_compare_curve_line &line = curve.lines[(round + i) % curve.line_count];
                const std::string backend = world.report.rows[line.row].backend;
                ASSERT_GT(line.point_count, 5u);
                for (size_t k = line.point_count; (backend == "cuda") == on_gpu && k-- > 0;)
                    for (int run = 0; run < (line.points[k].warm_up_s < 0.05 ? 2 : 1); run++)
                        expected.push_back("batch factor/" + backend + " " +
                                           std::to_string(line.points[k].size));
            }
        }
        const std::vector<std::string> batches = batches_of(world, on_gpu);
        ASSERT_GT(batches.size(), expected.size());
        EXPECT_EQ(std::vector<std::string>(
                      batches.end() - static_cast<std::ptrdiff_t>(expected.size()), batches.end()),
                  expected);
    }
}

TEST(CompareCurve, PointsAreWhatTheBatchesTook) {
    World world(small_numbers);
    world.request.curve = true;
    world.request.repeat = 30;
    make_quick(&world);
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_curve &curve = world.report.curve;
    EXPECT_EQ(curve.runs, static_cast<unsigned>(FG_COMPARE_CURVE_RUNS_MAX));
    ASSERT_EQ(curve.line_count, fg_backend_count());
    for (size_t i = 0; i < curve.line_count; i++) {
        const fg_compare_curve_line &line = curve.lines[i];
        const std::string backend = world.report.rows[line.row].backend;
        ASSERT_EQ(line.point_count, curve.size_count) << backend;
        for (size_t k = 0; k < line.point_count; k++) {
            EXPECT_EQ(line.points[k].size, curve.sizes[k]);
            EXPECT_EQ(line.points[k].sample_count, curve.runs);
            const size_t size = line.points[k].size;
            if (size < small_numbers.size())
                continue; // its runs have different numbers
            std::vector<uint64_t> numbers;
            for (size_t n = 0; n < size; n++)
                numbers.push_back(small_numbers[n % small_numbers.size()]);
            const double run_s =
                world.model_s(backend, FG_METHOD_FACTOR, numbers.data(), numbers.size());
            EXPECT_NEAR(line.points[k].summary.median_s / run_s, 1, 1e-4) << backend << size;
        }
    }
}

// By exhaustive search the first number alone would take centuries.
TEST(CompareCurve, NothingIsStartedThatTheBudgetHasNoRoomFor) {
    World world({UINT64_MAX, UINT64_MAX - 2});
    world.request.curve = true;
    world.request.method = FG_METHOD_EXHAUSTIVE;
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(world.report.curve.method, FG_METHOD_EXHAUSTIVE);
    EXPECT_TRUE(world.batch_s.empty());
    for (size_t i = 0; i < world.report.curve.line_count; i++) {
        EXPECT_EQ(world.report.curve.lines[i].point_count, 0u);
        EXPECT_EQ(world.report.curve.lines[i].stopped_before, 1u);
    }
}

TEST(CompareCurve, ALineStaysWithinTheBudget) {
    for (double number_s : {1e-6, 1e-5, 1e-4, 1e-3}) {
        World world(std::vector<uint64_t>(50000, 97));
        world.request.curve = true;
        world.request.method = FG_METHOD_FACTOR;
        world.request.budget_s = 2;
        for (size_t b = 0; b < fg_backend_count(); b++)
            world.costs[fg_backend_name(b)].number_s = number_s;
        ASSERT_EQ(world.compare(), FG_OK);
        for (const auto &[row, seconds] : world.batch_s)
            EXPECT_LE(seconds, 2) << row << " at " << number_s;
        const fg_compare_curve_line &line = world.report.curve.lines[0];
        EXPECT_EQ(line.stopped_before > 0, number_s >= 1e-5) << number_s;
        ASSERT_GT(line.point_count, 0u);
        if (line.stopped_before > 0) {
            EXPECT_EQ(line.stopped_before, world.report.curve.sizes[line.point_count]);
        }
    }
}

// A second of work in one number, which seemed to take 16 as if 64 workers were at work at once.
TEST(CompareCurve, WorkersWithoutACpuDoNotEndALineEarly) {
    World world(std::vector<uint64_t>(3, (UINT64_C(1) << 30) + 3));
    world.request.method = FG_METHOD_EXHAUSTIVE;
    world.request.backend = "pool";
    world.request.curve = true;
    world.request.budget_s = 10;
    world.costs["pool"].jobs = 64;
    world.costs["pool"].whole_numbers = true;
    ASSERT_EQ(world.compare(), FG_OK);
    ASSERT_EQ(world.report.curve.line_count, 1u);
    EXPECT_GE(world.report.curve.lines[0].point_count, 1u);
}

// Runs that take longer than the warm-up said: the largest sizes end early, the others have all.
TEST(CompareCurve, RunsEndWithTheBudget) {
    World world(std::vector<uint64_t>(300, 97));
    world.request.curve = true;
    world.request.method = FG_METHOD_FACTOR;
    world.request.backend = "serial,threads";
    world.request.budget_s = 20;
    world.request.repeat = FG_COMPARE_CURVE_RUNS_MAX;
    world.costs["serial"].number_s = world.costs["threads"].number_s = 2e-3;
    size_t warm_ups = 9; // two at each of six sizes, one at the three that take over 50 ms
    world.batch_factor = [&](const std::string &row) {
        return row != "factor/threads" ? 1 : warm_ups > 0 ? (warm_ups--, 1.0) : 2.5;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_curve_line *serial = line_of(world.report, "serial");
    const fg_compare_curve_line *line = line_of(world.report, "threads");
    ASSERT_NE(line, nullptr);
    ASSERT_EQ(line->point_count, 6u);
    for (size_t k = 0; k < 6; k++)
        EXPECT_EQ(serial->points[k].sample_count, 18u) << k;
    for (size_t k = 0; k < 5; k++)
        EXPECT_EQ(line->points[k].sample_count, 18u) << k;
    EXPECT_GE(line->points[5].sample_count, 3u);
    EXPECT_LE(line->points[5].sample_count, 5u);
    EXPECT_LE(line->spent_s, world.request.budget_s);
    EXPECT_EQ(line->stopped_before, 0u);
}

// A warm-up takes the whole budget: what takes next to nothing is timed all the same, and what is
// left out is said.
TEST(CompareCurve, SmallBatchesAreTimedWhenTheBudgetHasEnded) {
    struct Case {
        double number_s;
        size_t slow, points;
    };
    for (const Case &tried : {Case{1e-3, 2, 1}, Case{0.06, 1, 0}}) {
        World world(std::vector<uint64_t>(30, 97));
        world.request.curve = true;
        world.request.method = FG_METHOD_FACTOR;
        world.request.backend = "serial";
        world.request.budget_s = 1.5;
        world.costs["serial"].number_s = tried.number_s;
        size_t runs = 0; // the slow one is the first with three numbers
        world.batch_factor = [&](const std::string &) {
            return runs++ == tried.slow ? 2 / (3 * tried.number_s) : 1.0;
        };
        ASSERT_EQ(world.compare(), FG_OK);
        const fg_compare_curve_line &line = world.report.curve.lines[0];
        EXPECT_EQ(line.point_count, tried.points);
        EXPECT_EQ(line.stopped_before, tried.points == 0 ? 1u : 3u);
        if (tried.points > 0) {
            EXPECT_EQ(line.points[0].sample_count, 3u);
        }
    }
}

// A cost that is paid once for each call was counted for each number: a GPU's line ended at some
// hundred numbers.
TEST(CompareCurve, CostOfACallDoesNotEndALineEarly) {
    World world(small_numbers);
    world.request.curve = true;
    world.costs["cuda"].call_s = 2e-3;
    world.costs["cuda"].number_s = 1e-8;
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_curve_line *line = line_of(world.report, "cuda");
    ASSERT_NE(line, nullptr);
    EXPECT_EQ(line->points[line->point_count - 1].size, FG_COMPARE_CURVE_CYCLED_MAX);
}

TEST(CompareCurve, RepeatedInputIsForQuickRunsOnly) {
    World world(small_numbers);
    world.request.curve = true;
    world.costs["fork"].number_s = 1e-3;
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_curve_line *line = line_of(world.report, "fork");
    ASSERT_NE(line, nullptr);
    EXPECT_LE(line->points[line->point_count - 1].summary.median_s, FG_COMPARE_CURVE_CYCLED_S);
    EXPECT_GE(line->points[line->point_count - 1].size, 10u);
    EXPECT_EQ(line->stopped_before, 0u);
}

// 100000 copies of the number with most divisors would take 147 GB.
TEST(CompareCurve, RepeatedInputIsBoundedByItsAnswers) {
    World world({83160}); // 128 divisors
    world.request.curve = true;
    world.request.repeat = 1;
    world.request.backend = "serial";
    make_quick(&world);
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_curve_line *line = line_of(world.report, "serial");
    ASSERT_NE(line, nullptr);
    EXPECT_EQ(line->points[line->point_count - 1].size, 30000u);
}

TEST(CompareCurve, WrongAnswersAreADisagreement) {
    for (size_t size : {1u, 3u, 4u, 10u}) {
        World world(small_numbers);
        world.request.curve = true;
        world.spoiled_size = size;
        world.spoil_batch = [&](const std::string &row, size_t count, auto *lists) {
            if (row == "factor/pool" && count == size)
                lists->back()[0] = 7;
        };
        ASSERT_EQ(world.compare(), FG_OK);
        ASSERT_TRUE(world.report.disagreement) << size;
        EXPECT_EQ(fg_compare_report_status(&world.report), FG_ERROR_SELF_CHECK);
        EXPECT_EQ(&world.report.rows[world.report.difference.row], &world.row("factor/pool"));
        const size_t index = (size - 1) % 4; // the first run begins at the first number
        EXPECT_EQ(world.report.difference.index, index);
        EXPECT_EQ(world.report.difference.number.low, small_numbers[index]);
        fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
        EXPECT_EQ(fg_compare_break_evens(&world.report, found), 0u);
        EXPECT_FALSE(world.row("factor/serial").has_ratio);
    }
}

TEST(CompareCurve, LineThatFailsLeavesTheOthersAloneAndIsTheExitStatus) {
    World world(small_numbers);
    world.request.curve = true;
    make_quick(&world);
    world.batch_errors["factor/threads"][30] = FG_ERROR_SELF_CHECK;
    world.batch_errors["factor/pool"][10] = FG_ERROR_WORKER_DIED;
    ASSERT_EQ(world.compare(), FG_OK);
    const fg_compare_curve_line *line = line_of(world.report, "pool");
    ASSERT_NE(line, nullptr);
    EXPECT_STREQ(line->reason, "broke with 10");
    EXPECT_EQ(line->points[line->point_count - 1].size, 4u);
    EXPECT_EQ(line_of(world.report, "serial")->point_count, world.report.curve.size_count);
    EXPECT_EQ(fg_compare_report_status(&world.report), FG_ERROR_SELF_CHECK);
    EXPECT_EQ(world.count_of("open factor/pool"), 4u); // once more, for the smaller batches
    EXPECT_EQ(world.count_of("close factor/pool"), 4u);
}

// Returns the counts of runs of the sizes of the line of `threads`, of which run `dying` of all its
// batches fails.
std::vector<size_t> runs_of_line_that_fails(World *world, size_t dying) {
    world->request.curve = true;
    world->request.repeat = FG_COMPARE_CURVE_RUNS_MAX;
    make_quick(world);
    world->costs["threads"].number_s = 2e-7;
    world->batch_deaths["factor/threads"] = dying;
    EXPECT_EQ(world->compare(), FG_OK);
    const fg_compare_curve_line *const line = line_of(world->report, "threads");
    std::vector<size_t> runs;
    if (line == nullptr)
        return runs;
    EXPECT_STREQ(line->reason, "died");
    EXPECT_EQ(line->stopped_before, 0u);
    for (size_t k = 0; k < line->point_count; k++)
        runs.push_back(line->points[k].sample_count);
    EXPECT_EQ(line_of(world->report, "serial")->points[0].sample_count, 18u);
    EXPECT_EQ(world->count_of("open factor/threads"), world->count_of("close factor/threads"));
    return runs;
}

TEST(CompareCurve, SizeThatFailsInATurnEndsTheLineThere) {
    const size_t sizes = sizes_of(small_numbers.size()).size();
    const size_t warm_ups = 2 * sizes, turn = 2 * sizes; // each run comes after one that is untimed
    {
        World world(small_numbers);
        const std::vector<size_t> runs = runs_of_line_that_fails(&world, warm_ups + 2 * turn + 4);
        ASSERT_EQ(runs.size(), sizes);
        for (size_t k = 0; k < sizes; k++)
            EXPECT_EQ(runs[k], k >= sizes - 2 ? 3u : k == sizes - 3 ? 2u : 18u) << k;
        fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
        ASSERT_EQ(fg_compare_break_evens(&world.report, found), 3u);
        EXPECT_EQ(found[1].leads[sizes - 1].leader, FG_COMPARE_TOO_FEW_RUNS);
        std::string notes;
        fg_compare_each_curve_note(
            &world.report,
            [](void *context, const char *note) {
                *static_cast<std::string *>(context) += std::string(note) + "\n";
            },
            &notes);
        EXPECT_NE(notes.find("threads: failed: died\n"), std::string::npos) << notes;
        const std::string size = std::to_string(sizes_of(small_numbers.size())[sizes - 3]);
        EXPECT_NE(notes.find("threads: batches of " + size + " and more have fewer than 18 runs\n"),
                  std::string::npos)
            << notes;
    }
    World world(small_numbers);
    EXPECT_EQ(runs_of_line_that_fails(&world, warm_ups), std::vector<size_t>(sizes - 1, 18))
        << "the largest has no run";
}

TEST(CompareCurve, BackendThatCannotRunHasNoLine) {
    World world(small_numbers);
    world.request.curve = true;
    world.unavailable["cuda"] = "no driver";
    world.run_errors["factor/pool"][1] = FG_ERROR_WORKER_DIED;
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_EQ(line_of(world.report, "cuda"), nullptr);
    EXPECT_EQ(line_of(world.report, "pool"), nullptr);
    EXPECT_NE(line_of(world.report, "threads"), nullptr);
}

std::string sentence_of(const fg_compare_break_even &found) {
    char text[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_break_even(text, sizeof text, &found);
    return text;
}

// A call against a number's price: cuda overtakes threads at 2000 numbers.
TEST(CompareBreakEven, IsTheFirstSizeFromWhichOnEveryLeadIsClear) {
    World world(std::vector<uint64_t>(20000, 97));
    world.request.curve = true;
    world.request.repeat = FG_COMPARE_CURVE_RUNS_MAX;
    world.request.method = FG_METHOD_FACTOR;
    world.costs["threads"] = {0, 0, 1e-9, 2.5e-6, 0, false, 1};
    world.costs["cuda"] = {0, 0, 4.8e-3, 1e-7, 0, false, 1};
    world.costs["serial"] = {0, 0, 1e-9, 5e-6, 0, false, 1};
    world.costs["fork"] = {0, 0, 1e-9, 2e-4, 0, false, 1};
    ASSERT_EQ(world.compare(), FG_OK);
    fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
    ASSERT_EQ(fg_compare_break_evens(&world.report, found), 3u);
    EXPECT_TRUE(fg_compare_is_break_even(&found[0]));
    EXPECT_EQ(found[0].leads[found[0].last].size, 3000u);
    EXPECT_EQ(sentence_of(found[0]).find("cuda is faster than threads from 3000 numbers on, as far "
                                         "as both were timed, 30000 (up to "),
              0u)
        << sentence_of(found[0]);
    EXPECT_NE(sentence_of(found[0]).find("; with 1 to 1000 numbers threads is faster (up to 19"),
              std::string::npos)
        << sentence_of(found[0]);
    EXPECT_EQ(sentence_of(found[1]), "threads is faster than serial at every size that both were "
                                     "timed with, 1 to 20000 numbers (up to 2.00x)");
    EXPECT_EQ(sentence_of(found[2]).find("serial is faster than fork at every size"), 0u);
}

// A single size in between whose runs overlap takes the sizes below it away.
TEST(CompareBreakEven, NeedsAClearLeadAtEveryLargerSize) {
    World world(std::vector<uint64_t>(20000, 97));
    world.request.curve = true;
    world.request.repeat = FG_COMPARE_CURVE_RUNS_MAX;
    world.request.method = FG_METHOD_FACTOR;
    world.costs["threads"] = {0, 0, 1e-9, 1e-6, 0, false, 1};
    world.costs["serial"] = {0, 0, 1e-9, 2e-6, 0, false, 1};
    ASSERT_EQ(world.compare(), FG_OK);
    fg_compare_curve_line *const serial =
        const_cast<fg_compare_curve_line *>(line_of(world.report, "serial"));
    fg_compare_curve_point &point = serial->points[5];
    ASSERT_EQ(point.size, 300u);
    for (size_t run = 0; run < 5; run++)
        point.samples_s[run] /= 4;
    fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
    ASSERT_GE(fg_compare_break_evens(&world.report, found), 2u);
    EXPECT_EQ(
        sentence_of(found[1]),
        "threads is faster than serial from 1000 numbers on, as far as both were timed, 30000 "
        "(up to 2.00x); with 1 to 100 numbers threads is faster (up to 2.00x); with 300 "
        "numbers there is no clear difference");
}

// "no clear difference with 100000 numbers" was the only word on a backend that was 600 times
// slower with 300.
TEST(CompareBreakEven, SaysWhereTheLeadIsClearIfItIsNotAtTheLargestSize) {
    World world(small_numbers);
    world.request.curve = true;
    world.request.repeat = FG_COMPARE_CURVE_RUNS_MAX;
    make_quick(&world);
    ASSERT_EQ(world.compare(), FG_OK);
    fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
    ASSERT_EQ(fg_compare_break_evens(&world.report, found), 3u);
    EXPECT_EQ(sentence_of(found[1]), "no clear difference between threads and serial with 1 to "
                                     "100000 numbers, the most that both were timed with");
    EXPECT_FALSE(fg_compare_is_break_even(&found[1]));
    fg_compare_curve_line *const threads =
        const_cast<fg_compare_curve_line *>(line_of(world.report, "threads"));
    for (size_t k = 0; threads->points[k].size <= 300; k++)
        for (size_t run = 0; run < threads->points[k].sample_count; run++)
            threads->points[k].samples_s[run] *= 600;
    ASSERT_EQ(fg_compare_break_evens(&world.report, found), 3u);
    EXPECT_EQ(sentence_of(found[1]),
              "no clear difference between threads and serial with 1000 to 100000 numbers, the "
              "most that both were timed with; with 1 to 300 numbers serial is faster (up to "
              "600.0x)");
    EXPECT_FALSE(fg_compare_is_break_even(&found[1]));
}

// All runs of a turn are slower or faster by a fifth, at all sizes.
TEST(CompareBreakEven, WhatDisturbsAWholeTurnMakesNoLeader) {
    std::mt19937 random(1);
    unsigned wrong = 0;
    for (unsigned trial = 0; trial < 100; trial++) {
        World world(small_numbers);
        world.request.curve = true;
        world.request.method = FG_METHOD_FACTOR;
        world.request.repeat = FG_COMPARE_CURVE_RUNS_MAX;
        world.unavailable["cuda"] = "no driver";
        for (const char *backend : {"serial", "fork", "pool", "threads"})
            world.costs[backend].number_s = 1e-3; // up to 30 numbers
        std::string last;
        double turn = 1;
        world.batch_factor = [&](const std::string &row) {
            if (row != last)
                turn = std::exp(std::normal_distribution<>(0, 0.2)(random));
            last = row;
            return turn * std::exp(std::normal_distribution<>(0, 0.01)(random));
        };
        ASSERT_EQ(world.compare(), FG_OK);
        fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
        const size_t count = fg_compare_break_evens(&world.report, found);
        ASSERT_EQ(count, 2u);
        bool led = false;
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < found[i].count; k++)
                led = led || found[i].leads[k].leader != FG_COMPARE_NO_LEADER;
        wrong += led;
    }
    EXPECT_LE(wrong, 4u); // 1 %, and three standard deviations
}

TEST(CompareBreakEven, IsNotToldOfTooFewRuns) {
    World world(small_numbers);
    world.request.curve = true;
    world.request.repeat = 3;
    make_quick(&world);
    world.costs["threads"].number_s = 2e-7;
    ASSERT_EQ(world.compare(), FG_OK);
    fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
    ASSERT_EQ(fg_compare_break_evens(&world.report, found), 3u);
    EXPECT_EQ(sentence_of(found[1]).find("too few runs to tell threads and serial apart with "), 0u)
        << sentence_of(found[1]);
    EXPECT_FALSE(fg_compare_is_break_even(&found[1]));
}

} // namespace
