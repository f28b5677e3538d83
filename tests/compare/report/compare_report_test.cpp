// SPDX-License-Identifier: MIT
// The comparison's reports as people read them: words and numbers, the terminal's 80 columns,
// Markdown tables, and the sentences under them.
#include "characters/printable.h"
#include "compare/compare_verdict.h"
#include "compare/report/compare_conclusion.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_markdown.h"
#include "compare/report/compare_notes.h"
#include "compare/report/compare_text.h"
#include "support/compare_fakes.h"
#include "support/compare_synthetic.h"

#include <gtest/gtest.h>
#include <sstream>

namespace {

using compare_fakes::World;
using namespace compare_synthetic;

std::string text_of(const fg_compare_report &report) {
    return written([&](FILE *out) { fg_compare_write_text(&report, out); });
}

std::string markdown_of(const fg_compare_report &report) {
    return written([&](FILE *out) { fg_compare_write_markdown(&report, out); });
}

std::vector<std::string> lines_of(const std::string &text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

// As one line with single spaces, so that sentences are found across line ends.
std::string unwrapped(const std::string &text) {
    std::istringstream stream(text);
    std::string all;
    for (std::string word; stream >> word;)
        all += all.empty() ? word : " " + word;
    return all;
}

template <typename Format, typename... Arguments>
std::string formatted(Format format, Arguments... arguments) {
    char text[FG_QUANTITY_CELL];
    format(arguments..., text);
    return text;
}

TEST(CompareFormat, DurationsOfEverySize) {
    const auto duration = [](double s) { return formatted(fg_format_duration, s, 2); };
    EXPECT_EQ(duration(0), "0 ns");
    EXPECT_EQ(duration(4.2e-8), "42 ns");
    EXPECT_EQ(duration(0.9996e-6), "1 us");
    EXPECT_EQ(duration(3.4e-3), "3.4 ms");
    EXPECT_EQ(duration(0.743), "740 ms");
    EXPECT_EQ(duration(12), "12 s");
    EXPECT_EQ(duration(600), "10 min");
    EXPECT_EQ(duration(3.2 * 3600), "3.2 h");
    EXPECT_EQ(duration(86400.0 * 364), "360 days");
    EXPECT_EQ(duration(3476 * 365.25 * 86400), "3500 years");
    EXPECT_EQ(duration(1e4 * 18446744073709551616.0), "5.8e+15 years");
    EXPECT_EQ(formatted(fg_format_duration, 0.743, 3), "743 ms");
    EXPECT_EQ(formatted(fg_format_duration, 14.4e-6, 3), "14.4 us");
}

TEST(CompareFormat, UnitHasOneToThreeDigitsBeforeThePoint) {
    EXPECT_STREQ(fg_unit_for(2).name, "s");
    EXPECT_STREQ(fg_unit_for(1).name, "s");
    EXPECT_STREQ(fg_unit_for(0.999).name, "ms");
    EXPECT_STREQ(fg_unit_for(1e-3).name, "ms");
    EXPECT_STREQ(fg_unit_for(15e-6).name, "us");
    EXPECT_STREQ(fg_unit_for(15e-9).name, "ns");
    EXPECT_STREQ(fg_unit_for(0).name, "ns");
}

TEST(CompareFormat, TimesAndRatiosFitTheirColumns) {
    const fg_unit ms = {"ms", 1e-3};
    EXPECT_EQ(formatted(fg_format_time, 0.0123456, ms), "12.346");
    EXPECT_EQ(formatted(fg_format_time, 0.0000144, ms), "0.0144");
    EXPECT_EQ(formatted(fg_format_time, 0.0, ms), "0.000");
    EXPECT_EQ(formatted(fg_format_ratio, 1.019), "1.02");
    EXPECT_EQ(formatted(fg_format_ratio, 99.996), "100.0");
    EXPECT_EQ(formatted(fg_format_ratio, 6528.27), "6528");
    EXPECT_EQ(formatted(fg_format_ratio, 0.0123), "0.012");
    for (int step = 0; step < 200; step++) {
        const double value = 1e-12 * std::pow(1.37, step);
        EXPECT_LE(formatted(fg_format_time, value, ms).size(), 9u) << value;
        EXPECT_LE(formatted(fg_format_ratio, value).size(), 9u) << value;
    }
}

// So many that rows are told apart whose samples lie apart.
constexpr unsigned enough_runs = 18;

TEST(CompareText, ShowsRowsRatiosAndStages) {
    World world(small_numbers);
    world.request.repeat = enough_runs;
    world.costs["fork"].call_s = 8e-3;
    world.costs["threads"].call_s = 2e-3;
    world.costs["pool"].call_s = 8e-3;
    world.costs["cuda"].call_s = 1e-3;
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string text = text_of(world.report), all = unwrapped(text);
    EXPECT_TRUE(contains(all, "4 numbers of 4 to 7 bits")) << text;
    EXPECT_TRUE(contains(text, world.report.input.sha256));
    EXPECT_TRUE(contains(all, "Test CPU; 4 usable CPUs, 1 worker, portable scan"));
    EXPECT_TRUE(contains(all, "factor-gpu 1.2.3, git abc1234, GNU 12.2.0, Release, CUDA toolkit "
                              "13.0.88"));
    EXPECT_TRUE(contains(text, "trial, ms")) << text;
    EXPECT_TRUE(contains(text, "8.004  baseline\n")) << text;
    EXPECT_TRUE(contains(text, "3.99x (3.99 to 3.99)")) << text;
    EXPECT_TRUE(contains(text, "no clear difference (1.00 to 1.00)")) << text;
    EXPECT_TRUE(contains(text, "start-up     250.000")) << text;
    for (const char *stage : {"copy in", "kernels", "copy out", "host"})
        EXPECT_TRUE(contains(text, std::string("    ") + stage)) << stage;
    EXPECT_TRUE(contains(text, "kernels        0.002  per run")) << text;
}

TEST(CompareText, SaysAQuotaOfCpuTime) {
    World world(small_numbers);
    ASSERT_EQ(world.compare(), FG_OK);
    world.report.environment.cpus = {sizeof(fg_cpu_count), 3, 64, 2.5};
    const std::string text = unwrapped(text_of(world.report));
    EXPECT_TRUE(contains(text, "; 3 usable CPUs (a quota of 2.5 of 64 CPUs), 1 worker,")) << text;
    world.report.environment.cpus = {sizeof(fg_cpu_count), 1, 1, 8};
    const std::string whole = unwrapped(text_of(world.report));
    EXPECT_TRUE(contains(whole, "; 1 usable CPU (a quota of 8 of 1 CPU), 1 worker,")) << whole;
}

TEST(CompareText, RowThatDidNotRunHasItsReasonAndNoTimes) {
    World world(small_numbers);
    world.unavailable["cuda"] = "no NVIDIA driver is loaded";
    world.costs["serial"].candidate_s = 3.2 * 3600 / 4 / 1.02 / 204; // four runs of 204 candidates
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string text = text_of(world.report);
    EXPECT_TRUE(contains(text, "cuda          not run: no NVIDIA driver is loaded")) << text;
    EXPECT_TRUE(contains(text, "serial        skipped: about 3.")) << text;
    EXPECT_TRUE(contains(text, " h (--budget 10 s)")) << text;
    EXPECT_FALSE(contains(text, "start-up")) << text;
    EXPECT_FALSE(contains(text, " 0.000")) << text;
}

TEST(CompareText, DisagreementShowsTheDifferenceAndNoRatio) {
    World world(small_numbers);
    world.spoil = [](const std::string &row, unsigned, auto *lists) {
        if (row == "trial/cuda")
            (*lists)[1][1] = 6;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string text = text_of(world.report);
    EXPECT_TRUE(contains(text, "DISAGREEMENT")) << text;
    EXPECT_TRUE(contains(text, "number 2 of the input, 35")) << text;
    EXPECT_TRUE(contains(text, "exhaustive/serial said: 1 5 7 35 (4 in all)")) << text;
    EXPECT_TRUE(contains(text, "trial/cuda said: 1 6 7 35 (4 in all)")) << text;
    EXPECT_FALSE(contains(text, "ratio\n")) << text;
    EXPECT_FALSE(contains(text, "baseline")) << text;
    EXPECT_FALSE(contains(text, "Fastest")) << text;
    const std::string markdown = markdown_of(world.report);
    EXPECT_TRUE(contains(markdown, "**Disagreement:**"));
    EXPECT_FALSE(contains(markdown, "baseline")) << markdown;
}

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

// What a probe took was said to explain runs that were shorter than it.
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

TEST(CompareText, OneRunHasNoSpread) {
    World world(small_numbers);
    world.request.repeat = 1;
    world.request.method = FG_METHOD_TRIAL;
    world.costs["fork"].call_s = 8e-3;
    world.costs["threads"].call_s = 2e-3;
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string text = text_of(world.report), all = unwrapped(text);
    EXPECT_TRUE(contains(text, "  too few runs to tell (3.99x)\n")) << text;
    EXPECT_FALSE(contains(text, "clear difference")) << text;
    EXPECT_TRUE(contains(all, "Too few runs: one of each row tells no rows apart; --repeat=10 "
                              "would do"))
        << text;
    EXPECT_TRUE(contains(all, "Lowest median: ")) << text;
    EXPECT_TRUE(contains(all, "; too few runs to tell it from trial/")) << text;
    EXPECT_FALSE(contains(all, "as fast as trial")) << text;
    EXPECT_TRUE(contains(markdown_of(world.report), "too few runs to tell (3.99x)"));
}

std::string gpu_of(const fg_compare_report &report) {
    char text[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_gpu(text, sizeof text, &report);
    return text;
}

TEST(CompareFormat, GpuIsTheFirstUsableOneUnlessOthersAreAskedFor) {
    World world(small_numbers);
    fg_environment &environment = world.report.environment;
    world.report.request = &world.request;
    environment.device_count = 3;
    for (int i = 0; i < 3; i++) {
        environment.devices[i].index = i;
        environment.devices[i].driver_version = 13000;
        environment.devices[i].usable = i > 0;
        copy(environment.devices[i].name, sizeof environment.devices[i].name,
             "GPU " + std::string(1, char('A' + i)));
    }
    copy(environment.devices[0].reason, sizeof environment.devices[0].reason, "too old");
    EXPECT_EQ(gpu_of(world.report), "1: GPU B, driver for CUDA 13.0");
    const int asked_for[] = {0, 2};
    world.request.devices = asked_for;
    world.request.device_count = 2;
    EXPECT_EQ(gpu_of(world.report), "0: GPU A, driver for CUDA 13.0 (not usable: too old); "
                                    "2: GPU C, driver for CUDA 13.0");
    world.request.devices = nullptr;
    environment.device_count = 1;
    EXPECT_EQ(gpu_of(world.report), "0: GPU A, driver for CUDA 13.0 (not usable: too old)");
}

TEST(CompareFormat, GpuThatIsMissingIsSaidToBeOnce) {
    World world(small_numbers);
    world.report.request = &world.request;
    char(&reason)[512] = world.report.environment.gpu_reason;
    copy(reason, sizeof reason, "no GPU: no NVIDIA driver is installed");
    EXPECT_EQ(gpu_of(world.report), "none: no NVIDIA driver is installed");
    copy(reason, sizeof reason, "this build has no CUDA");
    EXPECT_EQ(gpu_of(world.report), "none: this build has no CUDA");
}

// As the text shows it: a question mark for each byte that is not shown as it is.
std::string without_blanks(const std::string &text) {
    std::string rest;
    for (size_t i = 0, size; i < text.size(); i += size) {
        uint32_t character;
        size = fg_printable_read(text.c_str() + i, &character);
        if (size > 0 && text[i] != ' ')
            rest += text.substr(i, size);
        else if (size == 0 && text[i] != '\n')
            rest += '?';
        size = std::max<size_t>(size, 1);
    }
    return rest;
}

TEST(CompareText, NoLineIsOver80ColumnsAndNoReasonIsCutShort) {
    for (unsigned seed = 0; seed < synthetic_reports; seed++) {
        const SyntheticReport synthetic(seed);
        const std::string text = text_of(synthetic.report);
        for (const std::string &line : lines_of(text)) {
            ASSERT_LE(line.size(), 80u) << "seed " << seed << ": " << line;
            for (char c : line)
                ASSERT_FALSE(static_cast<unsigned char>(c) < 0x20) << "seed " << seed;
        }
        for (const fg_compare_row &row : synthetic.rows) {
            std::string reason = row.reason;
            std::replace(reason.begin(), reason.end(), '\n', '?');
            EXPECT_TRUE(contains(without_blanks(text), without_blanks(reason))) << "seed " << seed;
        }
    }
}

TEST(CompareText, RemarkOfAnyLengthStaysInItsColumn) {
    World world(small_numbers);
    world.request.method = FG_METHOD_TRIAL;
    ASSERT_EQ(world.compare(), FG_OK);
    for (int down = 0; down < 8; down++) {
        for (int up = 0; up < 8; up++) {
            const double low = std::pow(10, -down), high = std::pow(10, up);
            world.row("trial/pool").ratio = {1, low, high};
            world.row("trial/pool").verdict = FG_STATISTICS_UNCLEAR;
            world.row("trial/threads").ratio = {high, high * 1.001, high * 1.1};
            world.row("trial/threads").verdict = FG_STATISTICS_CLEAR;
            world.row("trial/cuda").ratio = {high, low, high};
            world.row("trial/cuda").verdict = FG_STATISTICS_TOO_FEW_RUNS;
            for (const std::string &line : lines_of(text_of(world.report)))
                ASSERT_LE(line.size(), 80u) << line;
        }
    }
}

// Unescaped pipes of a table line.
size_t pipes(const std::string &line) {
    size_t count = 0;
    for (size_t i = 0; i < line.size(); i++) {
        if (line[i] == '\\')
            i++;
        else if (line[i] == '|')
            count++;
    }
    return count;
}

TEST(CompareMarkdown, EveryTableLineHasItsHeadersColumns) {
    size_t tables = 0;
    for (unsigned seed = 0; seed < synthetic_reports; seed++) {
        const SyntheticReport synthetic(seed);
        size_t columns = 0;
        for (const std::string &line : lines_of(markdown_of(synthetic.report))) {
            if (line.empty() || line[0] != '|') {
                columns = 0;
                continue;
            }
            tables += columns == 0;
            if (columns == 0)
                columns = pipes(line);
            ASSERT_EQ(pipes(line), columns) << "seed " << seed << ": " << line;
        }
    }
    EXPECT_GT(tables, synthetic_reports);
}

TEST(CompareMarkdown, HasEveryRowAndEverySample) {
    World world(small_numbers);
    world.unavailable["cuda"] = "a | b";
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string markdown = markdown_of(world.report);
    EXPECT_TRUE(contains(markdown, "| cuda | | | | not run: a \\| b |")) << markdown;
    EXPECT_TRUE(contains(markdown, world.report.input.sha256));
    for (size_t i = 0; i < world.report.row_count; i++) {
        const fg_compare_row &row = world.report.rows[i];
        if (row.state != FG_COMPARE_MEASURED)
            continue;
        std::string line = "- " + World::name_of(row.method, row.backend) + ":";
        for (size_t k = 0; k < row.sample_count; k++) {
            char sample[64];
            snprintf(sample, sizeof sample, " %.9f", row.samples_s[k]);
            line += sample;
        }
        EXPECT_TRUE(contains(markdown, line + "\n")) << line;
    }
}

} // namespace
