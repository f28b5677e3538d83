// SPDX-License-Identifier: MIT
// The comparison's reports as people read them: words and numbers, the terminal's 80 columns,
// Markdown tables, and the sentences under them.
#include "characters/printable.h"
#include "compare/compare_verdict.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_markdown.h"
#include "compare/report/compare_page.h"
#include "compare/report/compare_text.h"
#include "support/compare_fakes.h"
#include "support/compare_synthetic.h"

#include <gtest/gtest.h>
#include <sstream>

namespace {

using compare_fakes::enough_runs;
using compare_fakes::World;
using namespace compare_synthetic;

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
    EXPECT_TRUE(contains(all, "Test CPU; 4 usable CPUs, 1 job, portable scan"));
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

// A report without times has no tables for them, in any form.
TEST(CompareReports, NothingMeasuredLeavesNoEmptyTables) {
    World world(small_numbers);
    world.request.budget_s = 0;
    world.unavailable["cuda"] = "no driver";
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string markdown =
        written([&](FILE *out) { fg_compare_write_markdown(&world.report, out); });
    const std::string page =
        written([&](FILE *out) { EXPECT_TRUE(fg_compare_write_page(&world.report, out)); });
    for (const std::string &text : {text_of(world.report), markdown, page}) {
        EXPECT_TRUE(contains(text, "skipped: about"));
        EXPECT_TRUE(contains(text, "No row was measured."));
        for (const char *const empty :
             {"none)", "What each row cost", "Raw samples", "timed runs", "Ratio Nx"})
            EXPECT_FALSE(contains(text, empty)) << empty;
    }
}

TEST(CompareText, SaysAQuotaOfCpuTime) {
    World world(small_numbers);
    ASSERT_EQ(world.compare(), FG_OK);
    world.report.environment.cpus = {sizeof(fg_cpu_count), 3, 64, 2.5};
    const std::string text = unwrapped(text_of(world.report));
    EXPECT_TRUE(contains(text, "; 3 usable CPUs (a quota of 2.5 of 64 CPUs), 1 job,")) << text;
    world.report.environment.cpus = {sizeof(fg_cpu_count), 1, 1, 8};
    const std::string whole = unwrapped(text_of(world.report));
    EXPECT_TRUE(contains(whole, "; 1 usable CPU (a quota of 8 of 1 CPU), 1 job,")) << whole;
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
