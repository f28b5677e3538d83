// SPDX-License-Identifier: MIT
// The comparison's report as programs read it, the errors of writing it to files, and the command
// as a whole on the library itself.
#include "cli/command/compare_exit.h"
#include "cli/command/exit_status.h"
#include "compare/report/compare_export.h"
#include "compare/report/compare_json.h"
#include "compare/report/compare_markdown.h"
#include "support/compare_fakes.h"
#include "support/compare_synthetic.h"
#include "support/spawn.h"

#include <csignal>
#include <gtest/gtest.h>
#include <jansson.h>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using compare_fakes::World;
using namespace compare_synthetic;

struct Json {
    json_t *root;
    explicit Json(const fg_compare_report &report) {
        bool complete = false;
        const std::string text =
            written([&](FILE *out) { complete = fg_compare_write_json(&report, out); });
        EXPECT_TRUE(complete);
        json_error_t error;
        root = json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, &error);
        EXPECT_NE(root, nullptr) << error.text << " at line " << error.line;
    }
    ~Json() { json_decref(root); }
    Json(const Json &) = delete;
    Json &operator=(const Json &) = delete;
};

std::string string_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != nullptr ? text : "(no string)";
}

double number_at(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

TEST(CompareJson, ReadsBackAsWhatWasMeasured) {
    World world({12, 35, UINT64_C(99991), 60});
    world.unavailable["cuda"] = "no driver";
    world.costs["threads"].call_s = 1e-3;
    world.request.budget_s = std::numeric_limits<double>::infinity();
    ASSERT_EQ(world.compare(), FG_OK);
    const Json json(world.report);
    EXPECT_EQ(string_at(json_object_get(json.root, "program"), "git_revision"), "abc1234");
    const json_t *input = json_object_get(json.root, "input");
    EXPECT_EQ(string_at(input, "sha256"), world.report.input.sha256);
    EXPECT_EQ(number_at(input, "count"), 4);
    EXPECT_STREQ(json_string_value(json_array_get(json_object_get(input, "numbers"), 2)), "99991");
    EXPECT_EQ(number_at(json_object_get(json_object_get(input, "bits"), "histogram"), "6"), 2);
    EXPECT_TRUE(json_is_null(json_object_get(json_object_get(json.root, "settings"), "budget_s")));
    EXPECT_TRUE(json_is_null(json_object_get(json.root, "disagreement")));
    EXPECT_GT(json_array_size(json_object_get(json.root, "notes")), 0u);

    const json_t *rows = json_object_get(json.root, "rows");
    ASSERT_EQ(json_array_size(rows), world.report.row_count);
    for (size_t i = 0; i < world.report.row_count; i++) {
        const fg_compare_row &row = world.report.rows[i];
        const json_t *object = json_array_get(rows, i);
        EXPECT_EQ(string_at(object, "method"), fg_method_name(row.method));
        EXPECT_EQ(string_at(object, "backend"), row.backend);
        EXPECT_EQ(string_at(object, "state"), fg_compare_state_name(row.state));
        const json_t *samples = json_object_get(object, "samples_s");
        ASSERT_EQ(json_array_size(samples), row.sample_count);
        for (size_t k = 0; k < row.sample_count; k++)
            EXPECT_NEAR(json_real_value(json_array_get(samples, k)), row.samples_s[k], 1e-12);
        if (row.state == FG_COMPARE_MEASURED) {
            EXPECT_NEAR(number_at(object, "median_s"), row.summary.median_s, 1e-12);
            const json_t *ratio = json_object_get(object, "ratio");
            EXPECT_NEAR(number_at(ratio, "value"), row.ratio.value, 1e-9);
            EXPECT_EQ(string_at(ratio, "baseline"),
                      std::string(fg_method_name(row.method)) + "/fork");
        } else {
            EXPECT_EQ(string_at(object, "reason"), "no driver");
            EXPECT_TRUE(json_is_null(json_object_get(object, "median_s")));
            EXPECT_TRUE(json_is_null(json_object_get(object, "ratio")));
        }
    }
}

TEST(CompareJson, DisagreementAndCudaTiming) {
    World world(small_numbers);
    world.spoil = [](const std::string &row, unsigned, auto *lists) {
        if (row == "trial/pool")
            (*lists)[0][1] = 5;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    const Json json(world.report);
    const json_t *difference = json_object_get(json.root, "disagreement");
    EXPECT_EQ(string_at(difference, "row"), "trial/pool");
    EXPECT_EQ(string_at(difference, "number"), "12");
    EXPECT_EQ(string_at(difference, "row_said"), "1 5 3 4 6 12 (6 in all)");
    const json_t *last =
        json_array_get(json_object_get(json.root, "rows"), world.report.row_count - 1);
    EXPECT_TRUE(json_is_null(json_object_get(last, "ratio")));
    EXPECT_NEAR(number_at(json_object_get(last, "timing"), "copy_out_per_run_s"), 3e-6, 1e-15);
}

TEST(CompareJson, CurveIsNullUnlessItWasMeasured) {
    for (bool curve : {false, true}) {
        World world(small_numbers);
        world.unavailable["cuda"] = "no driver";
        world.request.curve = curve;
        ASSERT_EQ(world.compare(), FG_OK);
        const Json json(world.report);
        const json_t *object = json_object_get(json.root, "curve");
        ASSERT_EQ(json_is_null(object), !curve);
        if (!curve)
            continue;
        EXPECT_EQ(string_at(object, "method"), "factor");
        const json_t *lines = json_object_get(object, "lines");
        ASSERT_EQ(json_array_size(lines), fg_backend_count());
        for (size_t i = 0; i < fg_backend_count(); i++) {
            const json_t *line = json_array_get(lines, i);
            const json_t *points = json_object_get(line, "points");
            EXPECT_EQ(string_at(line, "backend"), fg_backend_name(i));
            const fg_compare_curve_line &measured = world.report.curve.lines[i];
            ASSERT_EQ(json_array_size(points), measured.point_count);
            for (size_t k = 0; k < measured.point_count; k++) {
                const json_t *point = json_array_get(points, k);
                EXPECT_EQ(number_at(point, "count"), measured.points[k].size);
                EXPECT_EQ(json_is_true(json_object_get(point, "repeats_input")),
                          measured.points[k].size > small_numbers.size());
                EXPECT_EQ(json_array_size(json_object_get(point, "samples_s")), 3u);
                EXPECT_NEAR(number_at(point, "median_s"), measured.points[k].summary.median_s,
                            1e-12);
            }
        }
    }
}

TEST(CompareJson, WorkersAreTheCpus) {
    World world(small_numbers);
    world.costs["pool"].jobs = world.costs["cuda"].jobs = 3;
    ASSERT_EQ(world.compare(), FG_OK);
    const Json json(world.report);
    const json_t *rows = json_object_get(json.root, "rows");
    for (size_t i = 0; i < world.report.row_count; i++) {
        const json_t *workers = json_object_get(json_array_get(rows, i), "workers");
        const std::string backend = world.report.rows[i].backend;
        EXPECT_EQ(json_is_null(workers), backend == "cuda");
        EXPECT_EQ(json_integer_value(workers), backend == "cuda" ? 0 : backend == "pool" ? 3 : 1);
    }
}

TEST(CompareJson, OneRunBoundsNothingAndFewLeaveTheVerdictOpen) {
    for (unsigned repeat : {1u, 2u, 18u}) {
        World world(small_numbers);
        world.request.repeat = repeat;
        world.costs["fork"].call_s = 1e-4; // serial is some 10 times as fast
        ASSERT_EQ(world.compare(), FG_OK);
        const Json json(world.report);
        const json_t *row = json_array_get(json_object_get(json.root, "rows"), 0);
        const json_t *ratio = json_object_get(row, "ratio");
        EXPECT_GT(number_at(ratio, "value"), 5);
        for (const char *key : {"low", "high"})
            EXPECT_EQ(json_is_null(json_object_get(ratio, key)), repeat == 1) << key;
        for (const char *key : {"median_low_s", "median_high_s"})
            EXPECT_EQ(json_is_null(json_object_get(row, key)), repeat == 1) << key;
        const json_t *clear = json_object_get(ratio, "clear_difference");
        EXPECT_EQ(json_is_null(clear), repeat < 18);
        EXPECT_EQ(json_is_true(clear), repeat == 18);
        const json_t *verdicts = json_object_get(json.root, "verdicts");
        EXPECT_EQ(number_at(verdicts, "error_rate"), 0.01);
        EXPECT_EQ(number_at(verdicts, "enough_runs"), 12); // of 15 rows
    }
}

TEST(CompareJson, IsValidForAnyTextAndAnyNumber) {
    for (unsigned seed = 0; seed < synthetic_reports; seed++) {
        const SyntheticReport synthetic(seed);
        const Json json(synthetic.report);
        const json_t *rows = json_object_get(json.root, "rows");
        ASSERT_EQ(json_array_size(rows), synthetic.rows.size()) << "seed " << seed;
    }
}

class CompareExport : public testing::Test {
  protected:
    CompareExport() : world_(small_numbers) {
        directory_ = testing::TempDir() + "factor-gpu-XXXXXX";
        EXPECT_NE(mkdtemp(&directory_[0]), nullptr);
        EXPECT_EQ(world_.compare(), FG_OK);
    }
    ~CompareExport() override {
        remove((directory_ + "/report").c_str());
        rmdir(directory_.c_str());
    }
    std::string content() const {
        std::string text;
        FILE *file = fopen((directory_ + "/report").c_str(), "r");
        for (int c; file != nullptr && (c = getc(file)) != EOF;)
            text += static_cast<char>(c);
        if (file != nullptr)
            fclose(file);
        return text;
    }
    enum fg_status export_json() {
        const auto write = [](const void *report, FILE *out) {
            return fg_compare_write_json(static_cast<const fg_compare_report *>(report), out);
        };
        return fg_compare_export_write(&target_, write, &world_.report, &error_);
    }
    enum fg_status export_markdown() {
        const auto write = [](const void *report, FILE *out) {
            fg_compare_write_markdown(static_cast<const fg_compare_report *>(report), out);
            return true;
        };
        return fg_compare_export_write(&target_, write, &world_.report, &error_);
    }
    World world_;
    std::string directory_;
    fg_compare_export target_ = {};
    fg_error error_ = {};
};

TEST_F(CompareExport, ReplacesTheWholeFileAndOnlyWhenThereIsAReport) {
    const std::string path = directory_ + "/report";
    FILE *file = fopen(path.c_str(), "w");
    const std::string old(100000, 'x');
    fputs(old.c_str(), file);
    fclose(file);

    ASSERT_EQ(fg_compare_export_open(&target_, path.c_str(), &error_), FG_OK);
    fg_compare_export_abandon(&target_);
    EXPECT_EQ(content(), old);

    ASSERT_EQ(fg_compare_export_open(&target_, path.c_str(), &error_), FG_OK);
    ASSERT_EQ(export_markdown(), FG_OK) << error_.message;
    EXPECT_EQ(content(),
              written([this](FILE *out) { fg_compare_write_markdown(&world_.report, out); }));

    ASSERT_EQ(fg_compare_export_open(&target_, path.c_str(), &error_), FG_OK);
    ASSERT_EQ(export_json(), FG_OK) << error_.message;
    EXPECT_EQ(content()[0], '{');
    EXPECT_EQ(content().back(), '\n');
}

TEST_F(CompareExport, FileBehindALinkDoesNotStayBehindEmpty) {
    const std::string path = directory_ + "/report", file = directory_ + "/file";
    ASSERT_EQ(symlink("file", path.c_str()), 0);
    ASSERT_EQ(fg_compare_export_open(&target_, path.c_str(), &error_), FG_OK);
    EXPECT_NE(access(file.c_str(), F_OK), 0);
    EXPECT_EQ(export_markdown(), FG_OK) << error_.message;
    EXPECT_EQ(access(file.c_str(), F_OK), 0);
    EXPECT_EQ(unlink(path.c_str()), 0) << "the link is still there";
    EXPECT_EQ(unlink(file.c_str()), 0);
}

TEST_F(CompareExport, FileThatItCreatedDoesNotStayBehindEmpty) {
    const std::string path = directory_ + "/report";
    ASSERT_EQ(fg_compare_export_open(&target_, path.c_str(), &error_), FG_OK);
    EXPECT_NE(access(path.c_str(), F_OK), 0) << "a signal would leave it";
    fg_compare_export_abandon(&target_);
    EXPECT_NE(access(path.c_str(), F_OK), 0);

    fclose(fopen(path.c_str(), "w")); // empty, but not its own
    ASSERT_EQ(fg_compare_export_open(&target_, path.c_str(), &error_), FG_OK);
    fg_compare_export_abandon(&target_);
    EXPECT_EQ(access(path.c_str(), F_OK), 0);
}

TEST_F(CompareExport, ErrorsNameThePathAndTheReason) {
    EXPECT_EQ(fg_compare_export_open(&target_, (directory_ + "/no/report").c_str(), &error_),
              FG_ERROR_SYSTEM);
    EXPECT_EQ(error_.message, "cannot write " + directory_ +
                                  "/no/report: No such file or directory; make its folder, or name "
                                  "a file in another one");
    EXPECT_EQ(fg_compare_export_open(&target_, directory_.c_str(), &error_), FG_ERROR_SYSTEM);
    EXPECT_EQ(error_.message, "cannot write " + directory_ + ": Is a directory; name a file in it");
    const std::string endless(5000, 'y');
    EXPECT_EQ(fg_compare_export_open(&target_, endless.c_str(), &error_), FG_ERROR_SYSTEM);
    EXPECT_TRUE(contains(error_.message, "yyy: File name too long")) << error_.message;
}

TEST_F(CompareExport, FullDiskIsAnError) {
    ASSERT_EQ(fg_compare_export_open(&target_, "/dev/full", &error_), FG_OK);
    EXPECT_EQ(export_json(), FG_ERROR_SYSTEM);
    EXPECT_STREQ(error_.message, "cannot write /dev/full: No space left on device");
    ASSERT_EQ(fg_compare_export_open(&target_, "/dev/full", &error_), FG_OK);
    error_.message[0] = '\0';
    EXPECT_EQ(export_markdown(), FG_ERROR_SYSTEM);
    EXPECT_STREQ(error_.message, "cannot write /dev/full: No space left on device");
}

// The change to the file while the comparison runs.
TEST_F(CompareExport, IsWrittenWhereItsFileHasGone) {
    const std::string path = directory_ + "/report", moved = directory_ + "/moved";
    const std::string expected =
        written([this](FILE *out) { fg_compare_write_markdown(&world_.report, out); });
    for (const bool existed : {false, true})
        for (const bool moves : {false, true}) {
            if (existed)
                fclose(fopen(path.c_str(), "w"));
            ASSERT_EQ(fg_compare_export_open(&target_, path.c_str(), &error_), FG_OK);
            if (existed) {
                ASSERT_EQ(moves ? rename(path.c_str(), moved.c_str()) : remove(path.c_str()), 0);
            }
            EXPECT_EQ(export_markdown(), FG_OK) << error_.message;
            EXPECT_EQ(content(), expected);
            remove(path.c_str());
            remove(moved.c_str());
        }
}

TEST_F(CompareExport, IsSavedElsewhereIfItsPlaceHasGone) {
    const std::string expected =
        written([this](FILE *out) { fg_compare_write_markdown(&world_.report, out); });
    const std::string folder = directory_ + "/d", path = folder + "/report";
    const std::pair<const char *, const char *> obstacles[] = {
        {"rm -r", "No such file or directory"},
        {"rm -r \"$0\"; touch", "Not a directory"},
        {"rm \"$0/report\"; mkdir \"$0/report\"; :", "Is a directory"}};
    for (const auto &[obstacle, reason] : obstacles) {
        ASSERT_EQ(mkdir(folder.c_str(), 0700), 0);
        ASSERT_EQ(fg_compare_export_open(&target_, path.c_str(), &error_), FG_OK);
        ASSERT_EQ(spawn::run({"/bin/sh", "-c", obstacle + std::string(" \"$0\""), folder}).status,
                  0);
        EXPECT_EQ(export_markdown(), FG_ERROR_SYSTEM);
        const std::string begin = "cannot write " + path + ": " + reason + "; it is in ";
        ASSERT_EQ(std::string(error_.message).substr(0, begin.size()), begin);
        const std::string place = error_.message + begin.size();
        EXPECT_EQ(spawn::run({"/bin/cat", place}).out, expected);
        remove(place.c_str());
        EXPECT_EQ(spawn::run({"/bin/rm", "-rf", folder}).status, 0) << obstacle;
    }
}

TEST_F(CompareExport, WithoutSpaceLeavesTheOldFile) {
    const std::string path = directory_ + "/report";
    signal(SIGXFSZ, SIG_IGN);
    for (const bool existed : {false, true}) {
        if (existed) {
            FILE *const file = fopen(path.c_str(), "w");
            fputs("old", file);
            fclose(file);
        }
        ASSERT_EQ(fg_compare_export_open(&target_, path.c_str(), &error_), FG_OK);
        struct rlimit before = {};
        getrlimit(RLIMIT_FSIZE, &before);
        const struct rlimit small = {100, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        const fg_status status = export_json();
        setrlimit(RLIMIT_FSIZE, &before);
        EXPECT_EQ(status, FG_ERROR_SYSTEM);
        EXPECT_EQ(error_.message, "cannot write " + path + ": File too large");
        EXPECT_EQ(content(), existed ? "old" : "");
        EXPECT_EQ(access(path.c_str(), F_OK) == 0, existed);
    }
}

// The real operations, on the library itself.
class CompareCommand : public testing::Test {
  protected:
    fg_compare_request request_ = {};
    std::string out_, err_;
    CompareCommand() {
        request_.numbers = small_numbers.data();
        request_.count = small_numbers.size();
        request_.input_label = "numbers.txt";
        request_.jobs = 2;
        request_.repeat = 1;
        request_.budget_s = 100;
        request_.backend = "serial";
    }
    int run(const char *json_path, const char *markdown_path, const char *page_path = nullptr) {
        const fg_compare_paths paths = {json_path, markdown_path, page_path};
        int status = -1;
        err_ = written([&](FILE *err) {
            out_ = written(
                [&](FILE *out) { status = fg_compare_command(&request_, &paths, out, err); });
        });
        return status;
    }
};

TEST_F(CompareCommand, RunsTheLibrary) {
    EXPECT_EQ(run(nullptr, nullptr), FG_EXIT_ANSWERED);
    EXPECT_EQ(err_, "");
    EXPECT_TRUE(contains(out_, "trial, ")) << out_;
    EXPECT_TRUE(contains(out_, "  serial ")) << out_;
}

TEST_F(CompareCommand, ShowsProgressOnTheErrorStreamAlone) {
    request_.progress = FG_PROGRESS_REDRAWN;
    EXPECT_EQ(run(nullptr, nullptr), FG_EXIT_ANSWERED);
    EXPECT_TRUE(contains(err_, "trial/serial: run 1 of 1")) << err_;
    EXPECT_FALSE(contains(out_, "run 1 of 1"));
    request_.progress = FG_PROGRESS_NONE;
    EXPECT_EQ(run(nullptr, nullptr), FG_EXIT_ANSWERED);
    EXPECT_EQ(err_, "");
}

TEST_F(CompareCommand, ExportThatCannotBeOpenedCostsNoMeasurement) {
    EXPECT_EQ(run("/nowhere/report.json", nullptr), FG_EXIT_OUTPUT);
    EXPECT_EQ(out_, "");
    EXPECT_EQ(err_, "factor-gpu: cannot write /nowhere/report.json: No such file or directory; "
                    "make its folder, or name a file in another one\n");
    EXPECT_EQ(run(nullptr, "/nowhere/report.md"), FG_EXIT_OUTPUT);
    EXPECT_EQ(out_, "");
    EXPECT_EQ(run(nullptr, nullptr, "/nowhere/report.html"), FG_EXIT_OUTPUT);
    EXPECT_EQ(out_, "");
    EXPECT_EQ(err_, "factor-gpu: cannot write /nowhere/report.html: No such file or directory; "
                    "make its folder, or name a file in another one\n");
}

TEST_F(CompareCommand, ExportThatCannotBeWrittenIsAnOutputError) {
    EXPECT_EQ(run(nullptr, "/dev/full"), FG_EXIT_OUTPUT);
    EXPECT_NE(out_, "");
    EXPECT_EQ(err_, "factor-gpu: cannot write /dev/full: No space left on device\n");
    EXPECT_EQ(run(nullptr, nullptr, "/dev/full"), FG_EXIT_OUTPUT);
    EXPECT_EQ(err_, "factor-gpu: cannot write /dev/full: No space left on device\n");
}

TEST_F(CompareCommand, OutputThatCannotBeWrittenIsAnOutputError) {
    FILE *full = fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    const fg_compare_paths paths = {};
    EXPECT_EQ(fg_compare_command(&request_, &paths, full, stderr), FG_EXIT_OUTPUT);
    fclose(full);
}

TEST_F(CompareCommand, EveryPlaceThatCannotBeWrittenIsNamed) {
    FILE *full = fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    const fg_compare_paths paths = {nullptr, "/dev/full", nullptr};
    int status = -1;
    err_ = written([&](FILE *err) { status = fg_compare_command(&request_, &paths, full, err); });
    fclose(full);
    EXPECT_EQ(status, FG_EXIT_OUTPUT);
    EXPECT_EQ(err_, "factor-gpu: cannot write the report: No space left on device\n"
                    "factor-gpu: cannot write /dev/full: No space left on device\n");
}

/* The library's own status, below what the program makes of it. */
TEST_F(CompareCommand, FailureToWriteLeavesWhatWasFound) {
    const fg_compare_paths paths = {"/dev/full", nullptr, nullptr};
    fg_error error = {};
    enum fg_status found = FG_ERROR_INTERNAL;
    written([&](FILE *out) {
        EXPECT_EQ(fg_compare_present(&request_, &paths, out, stderr, &found, &error),
                  FG_ERROR_SYSTEM);
    });
    EXPECT_EQ(found, FG_OK);
    EXPECT_EQ(error.status, FG_ERROR_SYSTEM);
    EXPECT_STREQ(error.message, "cannot write /dev/full: No space left on device");

    request_.backend = "abacus";
    EXPECT_EQ(fg_compare_present(&request_, &paths, stdout, stderr, &found, &error),
              FG_ERROR_ARGUMENT);
    EXPECT_STREQ(error.message, "there is no backend 'abacus' to compare");
}

TEST_F(CompareCommand, UnknownBackendIsAUsageErrorAndLeavesNoFile) {
    const std::string path = testing::TempDir() + "factor-gpu-same-" + std::to_string(getpid());
    request_.backend = "abacus";
    EXPECT_EQ(run(path.c_str(), nullptr), FG_EXIT_USAGE);
    EXPECT_TRUE(contains(err_, "'abacus'")) << err_;
    EXPECT_NE(access(path.c_str(), F_OK), 0) << "an empty file was left behind";
}

} // namespace
