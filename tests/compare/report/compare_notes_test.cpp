// SPDX-License-Identifier: MIT
// The notes below the tables, and the conclusion.
#include "compare/compare_verdict.h"
#include "compare/report/compare_conclusion.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_notes.h"
#include "compare/report/compare_text.h"
#include "support/compare_fakes.h"
#include "support/compare_synthetic.h"

#include <gtest/gtest.h>

namespace {

using compare_fakes::enough_runs;
using compare_fakes::World;
using namespace compare_synthetic;

std::string notes_of(const fg_compare_report &report) {
    std::string notes;
    fg_compare_each_note(
        &report,
        [](void *context, const char *note) {
            *static_cast<std::string *>(context) += std::string(note) + "\n";
        },
        &notes);
    return notes;
}

// A row that took so long in every run, in a report that is judged anew.
void retime(World *world, const std::string &name, double seconds) {
    fg_compare_row &row = world->row(name);
    std::fill(row.samples_s, row.samples_s + row.sample_count, seconds);
    fg_error error = {};
    ASSERT_EQ(fg_compare_evaluate(&world->report, &error), FG_OK);
}

std::string conclusion_of(const fg_compare_report &report) {
    char text[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_conclusion(text, sizeof text, &report);
    return text;
}

TEST(CompareNotes, SayWhichBaselineWasTaken) {
    World fallback(small_numbers);
    fallback.run_errors["trial/fork"][0] = FG_ERROR_SYSTEM;
    ASSERT_EQ(fallback.compare(), FG_OK);
    EXPECT_TRUE(
        contains(notes_of(fallback.report), "trial: fork failed, so the ratios are to serial\n"));
    EXPECT_FALSE(contains(notes_of(fallback.report), "exhaustive: fork"));

    World alone(small_numbers);
    alone.request.backend = "threads";
    ASSERT_EQ(alone.compare(), FG_OK);
    EXPECT_TRUE(contains(notes_of(alone.report),
                         "trial: no ratio, because fork is not in this comparison and serial is "
                         "not in this comparison\n"));

    World only(small_numbers); // a baseline without a ratio to it
    only.request.backend = "serial";
    ASSERT_EQ(only.compare(), FG_OK);
    EXPECT_FALSE(contains(notes_of(only.report), "ratios are to"));
}

TEST(CompareNotes, WarnOfShortRunsAndOutliers) {
    World world(small_numbers);
    world.costs["serial"].call_s = 6e-3;
    world.costs["fork"].call_s = 2e-3;
    world.costs["threads"].call_s = 1e-5; // of many such runs the median is a sample
    world.extra_s = [](const std::string &row, unsigned run) {
        return row == "trial/pool" && run == 2 ? 1 : 0;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string notes = notes_of(world.report);
    const size_t begin = notes.find("Medians under 5 ms"), end = notes.find('\n', begin);
    ASSERT_NE(begin, std::string::npos) << notes;
    EXPECT_TRUE(contains(notes.substr(begin, end - begin), "trial/fork"));
    EXPECT_FALSE(contains(notes.substr(begin, end - begin), "serial"));
    EXPECT_FALSE(contains(notes.substr(begin, end - begin), "threads"));
    EXPECT_TRUE(contains(notes, "over twice the median (trial/pool)\n")) << notes;
    EXPECT_FALSE(contains(notes, "Medians of brief runs"));
    World stalled(small_numbers);
    stalled.costs = world.costs;
    stalled.stretch = 1.3;
    ASSERT_EQ(stalled.compare(), FG_OK);
    const std::string said = notes_of(stalled.report);
    const size_t longer =
        said.find("Medians of brief runs: their mean is over 1.2 times as long (");
    ASSERT_NE(longer, std::string::npos) << said;
    EXPECT_TRUE(contains(said.substr(longer, said.find('\n', longer) - longer), "trial/threads"));
}

TEST(CompareConclusion, NamesTheFastestRowAndWhatTheGpusStartUpCosts) {
    World world(small_numbers);
    world.request.repeat = enough_runs;
    world.costs["cuda"].call_s = 1e-7;
    world.costs["cuda"].number_s = 1e-8;
    world.costs["fork"].call_s = 1e-2;
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string conclusion = conclusion_of(world.report);
    EXPECT_EQ(conclusion.find("Fastest: trial/cuda, median "), 0u) << conclusion;
    EXPECT_TRUE(contains(conclusion, " as fast as trial/fork.")) << conclusion;
    EXPECT_TRUE(contains(conclusion, "The GPU's start-up of 250 ms is not in the times: with "
                                     "start-up, the first batch took 250 ms, against 250 ms on "))
        << conclusion;
}

// Each method that one is clearly ahead of, and no other.
TEST(CompareNotes, SayWhatTheAlgorithmAloneBuys) {
    World world(small_numbers);
    world.request.repeat = enough_runs;
    ASSERT_EQ(world.compare(), FG_OK);
    retime(&world, "exhaustive/serial", 1);
    retime(&world, "trial/serial", 0.25);
    retime(&world, "factor/serial", 0.125);
    EXPECT_TRUE(contains(notes_of(world.report),
                         "The algorithm alone: on serial, factor is 8.00x as fast as exhaustive "
                         "and 2.00x as fast as trial; the ratios of the table leave that out"))
        << notes_of(world.report);
    retime(&world, "trial/serial", 0.125);
    EXPECT_TRUE(contains(notes_of(world.report), "is 8.00x as fast as exhaustive; the"))
        << notes_of(world.report);
    for (size_t i = 0; i < world.report.row_count; i++)
        world.report.rows[i].state = FG_COMPARE_SKIPPED;
    EXPECT_FALSE(contains(notes_of(world.report), "algorithm"));
}

// A second backend with one worker was compared with the first, as if it were a method.
TEST(CompareNotes, CompareMethodsOnOneBackend) {
    World world(small_numbers);
    world.request.repeat = enough_runs;
    ASSERT_EQ(world.compare(), FG_OK);
    fg_backend_properties second = *world.row("trial/threads").properties;
    second.one_worker = true;
    for (const char *const method : {"exhaustive", "trial", "factor"}) {
        world.row(std::string(method) + "/threads").properties = &second;
        retime(&world, std::string(method) + "/threads", 4);
        retime(&world, std::string(method) + "/serial", 1);
    }
    retime(&world, "factor/serial", 0.125);
    EXPECT_TRUE(contains(notes_of(world.report),
                         "The algorithm alone: on serial, factor is 8.00x as fast as exhaustive "
                         "and 8.00x as fast as trial; the ratios of the table leave that out"))
        << notes_of(world.report);
}

// One worker that wins by far was not worth a word.
TEST(CompareNotes, SayWhereOneWorkerIsFasterThanMany) {
    World world(small_numbers);
    world.request.repeat = enough_runs;
    world.request.method = FG_METHOD_TRIAL;
    world.unavailable["cuda"] = "none";
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_FALSE(contains(notes_of(world.report), "with one worker")) << "all are equal";
    retime(&world, "trial/serial", 1e-3);
    retime(&world, "trial/fork", 0.6);
    retime(&world, "trial/pool", 1e-3);
    retime(&world, "trial/threads", 2e-3);
    EXPECT_TRUE(contains(
        notes_of(world.report),
        "trial: serial, with one worker, is faster than fork (600.0x) and threads (2.00x)\n"))
        << notes_of(world.report);
}

TEST(CompareNotes, SayHowManyRunsWouldDo) {
    struct Few {
        unsigned repeat;
        double near_s, far_s;
        const char *note;
    };
    for (const Few &few :
         {Few{2, 4, 150, "2 of each row tell rows apart only if they are over 100.0x apart"},
          Few{5, 2, 3, "5 of each row tell rows apart only if they are over 2.75x apart"}}) {
        World world(small_numbers);
        world.request.repeat = few.repeat;
        world.request.method = FG_METHOD_TRIAL;
        for (const char *backend : {"pool", "threads", "cuda"}) // two rows are left
            world.unavailable[backend] = "none";
        ASSERT_EQ(world.compare(), FG_OK);
        EXPECT_FALSE(contains(notes_of(world.report), "few runs")) << "both are equal";
        retime(&world, "trial/serial", 1);
        retime(&world, "trial/fork", few.near_s);
        EXPECT_TRUE(contains(notes_of(world.report), std::string("Too few runs: ") + few.note +
                                                         " in every run; --repeat=9 would do\n"))
            << notes_of(world.report);
        EXPECT_TRUE(contains(text_of(world.report), "  too few runs to tell ("))
            << text_of(world.report);
        EXPECT_EQ(conclusion_of(world.report)
                      .find("Lowest median: trial/serial, 1 s; too few runs "
                            "to tell it from trial/fork."),
                  0u)
            << conclusion_of(world.report);
        retime(&world, "trial/fork", few.far_s);
        EXPECT_EQ(conclusion_of(world.report).find("Fastest: trial/serial, median 1 s, "), 0u)
            << conclusion_of(world.report);
        EXPECT_FALSE(contains(notes_of(world.report), "few runs"));
    }
}

TEST(CompareConclusion, NamesTheLargestNumberWhereItBoundsTheProcesses) {
    World world({9, 99991});
    world.request.backend = nullptr;
    world.request.jobs = 4;
    world.request.repeat = enough_runs;
    world.request.method = FG_METHOD_EXHAUSTIVE;
    world.unavailable["cuda"] = "none";
    for (const char *backend : {"fork", "pool", "threads"}) {
        world.costs[backend].jobs = 4;
        world.costs[backend].candidate_s = 1e-6;
        world.costs[backend].whole_numbers = std::string(backend) != "threads";
    }
    world.costs["serial"].candidate_s = 1e-6;
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string conclusion = conclusion_of(world.report);
    EXPECT_EQ(conclusion.find("Fastest: exhaustive/threads"), 0u) << conclusion;
    EXPECT_TRUE(contains(conclusion, "99991 of 100000 candidates are in one number")) << conclusion;
    EXPECT_TRUE(contains(conclusion, "threads split a number's candidates")) << conclusion;
}

// The time of a probe was said to explain runs that were shorter than it.
TEST(CompareConclusion, SaysWhatForkSpendsOnProcessesOnlyIfOneWorkerShowsIt) {
    World world(small_numbers);
    world.request.jobs = 2;
    world.request.repeat = enough_runs;
    world.request.method = FG_METHOD_TRIAL;
    world.unavailable["cuda"] = "none";
    world.costs["fork"].number_s = 3e-4;
    ASSERT_EQ(world.compare(), FG_OK);
    retime(&world, "trial/pool", 1e-3);
    retime(&world, "trial/serial", 13e-6);
    retime(&world, "trial/fork", 1.3e-3);
    EXPECT_TRUE(contains(conclusion_of(world.report),
                         " fork takes 1.3 ms for what serial does in 13 us: at least 99 % of it "
                         "goes into its processes, not into the numbers."))
        << conclusion_of(world.report);
    retime(&world, "trial/fork", 27e-6);
    EXPECT_TRUE(contains(conclusion_of(world.report), ": at least 51 % of it goes into"))
        << conclusion_of(world.report);
    retime(&world, "trial/fork", 25e-6); // under half, though probes say 1.2 ms
    EXPECT_FALSE(contains(conclusion_of(world.report), "processes")) << conclusion_of(world.report);
    retime(&world, "trial/fork", 1.3e-3);
    world.row("trial/serial").state = FG_COMPARE_SKIPPED;
    EXPECT_FALSE(contains(conclusion_of(world.report), "processes")) << conclusion_of(world.report);
}

// The largest number was named whenever it was large, though starting processes cost more.
TEST(CompareConclusion, NamesTheLargestNumberOnlyWhereItIsMostOfTheRowsTime) {
    for (double start_s : {0.01, 0.3}) {
        for (unsigned winner_jobs : {1u, 4u}) {
            World world({9, 99991});
            world.request.jobs = 4;
            world.request.repeat = enough_runs;
            world.request.method = FG_METHOD_EXHAUSTIVE;
            world.unavailable["cuda"] = "none";
            for (const char *backend : {"serial", "pool", "threads"})
                world.costs[backend].candidate_s = 1e-6;
            for (const char *backend : {"pool", "threads"})
                world.costs[backend].jobs = 4;
            world.costs["threads"].jobs = winner_jobs;
            world.costs["threads"].candidate_s = 1e-7;
            world.costs["pool"].whole_numbers = true;
            world.run_errors["exhaustive/fork"][0] = FG_ERROR_SYSTEM;
            world.extra_s = [&](const std::string &row, unsigned) {
                return row == "exhaustive/pool" ? start_s : 0; // not what the probes saw
            };
            ASSERT_EQ(world.compare(), FG_OK);
            const bool named = start_s < 0.1 && winner_jobs > 1;
            EXPECT_EQ(contains(conclusion_of(world.report), "pool gives each number"), named)
                << start_s << ", " << winner_jobs << ": " << conclusion_of(world.report);
        }
    }
}

// "With 1 job, fork, pool and threads" was said of a comparison of serial alone.
TEST(CompareConclusion, NamesOnlyWorkersThatAreInTheComparison) {
    World world(small_numbers);
    world.request.repeat = enough_runs;
    world.unavailable["cuda"] = "none";
    ASSERT_EQ(world.compare(), FG_OK);
    EXPECT_TRUE(contains(conclusion_of(world.report),
                         " With 1 job, fork, pool and threads have one worker each and nothing"))
        << conclusion_of(world.report);
    for (const char *method : {"exhaustive/", "trial/", "factor/"})
        for (const char *backend : {"fork", "pool"})
            world.row(method + std::string(backend)).state = FG_COMPARE_SKIPPED;
    EXPECT_TRUE(
        contains(conclusion_of(world.report), " With 1 job, threads has one worker and nothing"))
        << conclusion_of(world.report);

    World serial(small_numbers);
    serial.request.backend = "serial";
    ASSERT_EQ(serial.compare(), FG_OK);
    EXPECT_FALSE(contains(conclusion_of(serial.report), "1 job")) << conclusion_of(serial.report);
}

// Every row's runs are up to 3 times apart; those of the rows in `level` are the fast ones.
void spread(World *world, const std::vector<std::string> &level) {
    world->request.method = FG_METHOD_TRIAL;
    world->request.repeat = enough_runs;
    world->extra_s = [level](const std::string &row, unsigned run) {
        const bool fast = std::count(level.begin(), level.end(), row) > 0;
        return (fast ? 1e-5 : 1e-3) * (1 + run % 3);
    };
}

TEST(CompareConclusion, ClaimsNoLeadThatTheSamplesDoNotSupport) {
    World all(small_numbers);
    spread(&all, {"trial/serial", "trial/fork", "trial/pool", "trial/threads", "trial/cuda"});
    all.costs["threads"].call_s = 0.9e-6;
    ASSERT_EQ(all.compare(), FG_OK);
    EXPECT_EQ(conclusion_of(all.report).find("Lowest median: trial/threads, "), 0u)
        << conclusion_of(all.report);
    EXPECT_TRUE(contains(conclusion_of(all.report), " us; no clear difference from trial/serial, "
                                                    "trial/fork, trial/pool and 1 more."))
        << conclusion_of(all.report);
    EXPECT_FALSE(contains(conclusion_of(all.report), "Fastest")) << conclusion_of(all.report);

    World baseline(small_numbers);
    spread(&baseline, {"trial/fork", "trial/threads"});
    baseline.costs["threads"].call_s = 0.9e-6;
    ASSERT_EQ(baseline.compare(), FG_OK);
    EXPECT_TRUE(
        contains(conclusion_of(baseline.report), " us; no clear difference from trial/fork."))
        << conclusion_of(baseline.report);

    World others(small_numbers);
    spread(&others, {"trial/pool", "trial/threads", "trial/serial"});
    others.costs["threads"].call_s = 0.9e-6;
    ASSERT_EQ(others.compare(), FG_OK);
    EXPECT_EQ(conclusion_of(others.report).find("Lowest median: trial/threads, "), 0u);
    EXPECT_TRUE(
        contains(conclusion_of(others.report),
                 " as fast as trial/fork; no clear difference from trial/serial and trial/pool."))
        << conclusion_of(others.report);
    EXPECT_TRUE(contains(conclusion_of(others.report), "x (")) << conclusion_of(others.report);

    World none(small_numbers);
    spread(&none, {"trial/threads"});
    ASSERT_EQ(none.compare(), FG_OK);
    EXPECT_EQ(conclusion_of(none.report).find("Fastest: trial/threads, median "), 0u);
    EXPECT_FALSE(contains(conclusion_of(none.report), "no clear"));
}

} // namespace
