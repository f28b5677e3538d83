// SPDX-License-Identifier: MIT
// Exports read back: what a comparison held, and what is said of a file that is damaged, foreign,
// older or newer, wherever the damage is.
#include "compare/report/compare_json.h"
#include "compare/report/exported_comparison.h"
#include "support/compare_random.h"
#include "support/number_list_of.h"
#include "support/scratch_folder.h"

#include <gtest/gtest.h>

namespace {

using namespace compare_synthetic;

struct Json {
    json_t *root;
    explicit Json(json_t *value) : root(value) {}
    explicit Json(const fg_compare_report &report) : root(fg_compare_json(&report).json) {}
    Json(const Json &) = delete;
    Json &operator=(const Json &) = delete;
    ~Json() { json_decref(root); }
};

class ExportedComparison : public testing::Test {
  protected:
    ~ExportedComparison() override { fg_exported_free(&exported_); }
    fg_status take(const json_t *root) {
        fg_exported_free(&exported_);
        error_.message[0] = '\0';
        return fg_exported_take(json_deep_copy(root), "old.json", &exported_, &error_);
    }
    fg_status read(const std::string &content) {
        fg_exported_free(&exported_);
        error_.message[0] = '\0';
        folder_.write("old.json", content);
        path_ = folder_.path("old.json");
        return fg_exported_read(path_.c_str(), &exported_, &error_);
    }
    // Refused with a message that has all of these and the file's name.
    void expect_refused(const json_t *root, const std::vector<std::string> &parts) {
        EXPECT_EQ(take(root), FG_ERROR_ARGUMENT);
        for (const std::string &part : parts)
            EXPECT_TRUE(contains(error_.message, part)) << error_.message << "\nlacks " << part;
        EXPECT_TRUE(contains(error_.message, "old.json")) << error_.message;
        EXPECT_EQ(exported_.root, nullptr);
    }
    fg_exported exported_ = {};
    fg_error error_ = {};

  private:
    const ScratchFolder folder_{ScratchFolder::in_memory};
    std::string path_;
};

// The JSON value at "rows[2].samples_s[0]", and the container it is in.
struct Spot {
    json_t *parent = nullptr, *value = nullptr;
    std::string key;
    size_t index = 0;
};

Spot find(json_t *root, const std::string &path) {
    Spot spot;
    spot.value = root;
    for (size_t at = 0; at < path.size();) {
        spot.parent = spot.value;
        if (path[at] == '[') {
            const size_t end = path.find(']', at);
            spot.key = "";
            spot.index = std::stoul(path.substr(at + 1, end - at - 1));
            spot.value = json_array_get(spot.parent, spot.index);
            at = end + 1;
        } else {
            at += path[at] == '.';
            const size_t end = std::min(path.find_first_of(".[", at), path.size());
            spot.key = path.substr(at, end - at);
            spot.value = json_object_get(spot.parent, spot.key.c_str());
            at = end;
        }
    }
    return spot;
}

void put(json_t *root, const std::string &path, json_t *value) {
    const Spot spot = find(root, path);
    if (spot.key.empty())
        json_array_set_new(spot.parent, spot.index, value);
    else
        json_object_set_new(spot.parent, spot.key.c_str(), value);
}

TEST_F(ExportedComparison, HoldsWhatWasMeasured) {
    for (unsigned seed = 0; seed < (every_case() ? 100 : 40); seed++) {
        RandomComparison random(seed);
        const fg_compare_report &report = random.report;
        const Json json(report);
        ASSERT_EQ(take(json.root), FG_OK) << error_.message;
        EXPECT_EQ(exported_.format, FG_EXPORTED_FORMAT);
        EXPECT_STREQ(exported_.date, "2000-01-01T00:00:00Z");
        EXPECT_STREQ(exported_.version, "1.2.3");
        EXPECT_STREQ(exported_.git_revision, "abc1234");
        EXPECT_STREQ(exported_.sha256, report.input.sha256);
        EXPECT_EQ(exported_.count, static_cast<json_int_t>(report.input.count));
        EXPECT_EQ(exported_.disagreement, report.disagreement);
        ASSERT_EQ(exported_.row_count, report.row_count);
        for (size_t i = 0; i < report.row_count; i++) {
            const fg_exported_row &row = exported_.rows[i];
            const fg_compare_row &of = report.rows[i];
            EXPECT_STREQ(row.method, fg_method_name(of.method));
            EXPECT_STREQ(row.backend, of.backend);
            EXPECT_STREQ(row.state, fg_compare_state_name(of.state));
            EXPECT_EQ(row.measured, of.state == FG_COMPARE_MEASURED);
            EXPECT_EQ(row.workers, fg_compare_uses_gpu(&of) ? 0 : of.jobs);
            ASSERT_EQ(row.sample_count, of.sample_count);
            for (size_t k = 0; k < of.sample_count; k++)
                EXPECT_EQ(row.samples_s[k], of.samples_s[k]);
        }
    }
}

// A comparison whose first row was measured, in a format 2 file.
class DamagedExport : public ExportedComparison {
  protected:
    DamagedExport() : random_(2), whole_(random_.report) {
        put(whole_.root, "rows[0].state", json_string("measured"));
        put(whole_.root, "rows[0].samples_s", json_pack("[f,f]", 0.5, 0.25));
        put(whole_.root, "rows[0].workers", json_integer(3));
        EXPECT_EQ(take(whole_.root), FG_OK) << error_.message;
    }
    // A copy with another value at a path.
    void expect_refused_with(const std::string &path, json_t *value,
                             std::vector<std::string> parts = {}) {
        const Json changed(json_deep_copy(whole_.root));
        put(changed.root, path, value);
        parts.push_back(path);
        expect_refused(changed.root, parts);
    }
    RandomComparison random_;
    const Json whole_;
};

TEST_F(DamagedExport, NamesThePlaceOfEveryKeyThatIsMissingOrOfAnotherType) {
    const std::vector<std::string> paths = {"kind",
                                            "program",
                                            "environment",
                                            "input",
                                            "settings",
                                            "date",
                                            "program.version",
                                            "program.git_revision",
                                            "input.label",
                                            "input.count",
                                            "input.sha256",
                                            "disagreement",
                                            "rows",
                                            "rows[0].method",
                                            "rows[0].backend",
                                            "rows[0].state",
                                            "rows[0].reason",
                                            "rows[0].workers",
                                            "rows[0].samples_s"};
    for (const std::string &path : paths) {
        const Json without(json_deep_copy(whole_.root));
        const Spot spot = find(without.root, path);
        json_object_del(spot.parent, spot.key.c_str());
        expect_refused(without.root, {path + " is missing, not "});
        expect_refused_with(path, json_true(), {path + " is true or false, not "});
    }
    expect_refused_with("rows[0]", json_integer(1), {"is 1, not an object"});
    expect_refused_with("rows[0].samples_s[1]", json_string("x"), {"is 'x', not a time"});
}

TEST_F(DamagedExport, NamesThePlaceOfEveryValueThatCannotBe) {
    expect_refused_with("rows[0].samples_s[1]", json_integer(0), {"is 0, not a time"});
    expect_refused_with("rows[0].samples_s[1]", json_real(-0.5), {"is -0.5, not a time"});
    expect_refused_with("rows[0].samples_s[1]", json_real(5e-324), {"not a time in seconds"});
    expect_refused_with("rows[0].samples_s[1]", json_real(1e300), {"not a time in seconds"});
    expect_refused_with("rows[0].samples_s", json_array(), {"a measured row"});
    expect_refused_with("rows[0].state", json_string("odd"), {"is 'odd'", "'skipped'"});
    expect_refused_with("rows[0].workers", json_integer(0), {"is 0, not a whole number from 1"});
    expect_refused_with("rows[0].workers", json_integer(json_int_t{1} << 40), {"not a whole"});
    expect_refused_with("rows[0].workers", json_real(1.5), {"is 1.5, not a whole number"});
    expect_refused_with("rows", json_array(), {"not a list of rows"});
    expect_refused_with("input.count", json_integer(-1), {"is -1, not a whole number"});
    expect_refused_with("input.sha256", json_string("abc"), {"64 hexadecimal digits"});
    expect_refused_with("input.sha256", json_string(std::string(64, 'g').c_str()), {"64 hexa"});
    const Json twice(json_deep_copy(whole_.root));
    json_array_append(find(twice.root, "rows").value, find(twice.root, "rows[0]").value);
    expect_refused(twice.root, {"rows[" + std::to_string(random_.report.row_count) + "].backend",
                                "no earlier row"});
    const Json many(json_deep_copy(whole_.root));
    for (size_t i = 0; i < FG_EXPORTED_ROWS_MAX; i++)
        json_array_append(find(many.root, "rows").value, find(many.root, "rows[0]").value);
    expect_refused(many.root, {"fewer rows"});
}

TEST_F(DamagedExport, OfAnotherFormatOrKindIsNamedAsThat) {
    expect_refused_with("format", json_integer(3), {"its format 3 is newer than 2", "1.2.3"});
    expect_refused_with("format", json_integer(0), {"format is 0, not a format"});
    expect_refused_with("format", json_string("2"), {"\"format\" is a string"});
    const Json two(json_deep_copy(whole_.root));
    put(two.root, "kind", json_string("two comparisons"));
    expect_refused(two.root, {"holds two comparisons", "one of the two files"});
    expect_refused_with("kind", json_string("benchmark"), {"kind is 'benchmark'"});
    expect_refused(Json(json_pack("{s:[]}", "results")).root, {"\"format\" is missing"});
    expect_refused(Json(json_pack("[i]", 1)).root, {"holds a list, not an object"});
}

// 0.1.0 wrote format 1, without a kind and several keys that are not read.
TEST_F(DamagedExport, OfTheFirstFormatIsRead) {
    const Json old(json_deep_copy(whole_.root));
    put(old.root, "format", json_integer(1));
    for (const char *const key : {"kind", "verdicts", "compared_with", "notes", "conclusion"})
        json_object_del(old.root, key);
    for (const char *const key : {"runs", "cpu_s", "peak_bytes", "median_low_s", "median_high_s"})
        json_object_del(find(old.root, "rows[0]").value, key);
    put(old.root, "rows[0].probe_s", json_real(1));
    EXPECT_EQ(take(old.root), FG_OK) << error_.message;
    EXPECT_EQ(exported_.format, 1);
}

TEST_F(DamagedExport, WithKeysThatAreNotKnownIsRead) {
    put(whole_.root, "rows[0].surprise", json_real(1));
    put(whole_.root, "surprise", json_object());
    EXPECT_EQ(take(whole_.root), FG_OK) << error_.message;
}

TEST_F(DamagedExport, CutAnywhereIsRefusedWithTheLine) {
    char *const dumped = json_dumps(whole_.root, JSON_INDENT(1));
    const std::string text = dumped;
    free(dumped);
    ASSERT_EQ(read(text), FG_OK) << error_.message;
    for (size_t length = 1; length < text.size(); length += 1 + text.size() / 300) {
        EXPECT_EQ(read(text.substr(0, length)), FG_ERROR_ARGUMENT) << length;
        EXPECT_TRUE(contains(error_.message, "old.json, line ")) << error_.message;
        EXPECT_TRUE(contains(error_.message, "not all of it")) << error_.message;
    }
    EXPECT_EQ(read(""), FG_ERROR_ARGUMENT);
    EXPECT_TRUE(contains(error_.message, "old.json is empty")) << error_.message;
    EXPECT_EQ(read(text + "}"), FG_ERROR_ARGUMENT) << "more behind it";
    EXPECT_EQ(read("{\"format\": 2, \"format\": 2}"), FG_ERROR_ARGUMENT) << "a key twice";
    EXPECT_EQ(read(std::string("\0\x01\xFF", 3)), FG_ERROR_ARGUMENT);
    EXPECT_EQ(read("{\"format\": 1e999}"), FG_ERROR_ARGUMENT);
    EXPECT_EQ(read(std::string(100000, '[')), FG_ERROR_ARGUMENT) << "deep";
}

TEST_F(ExportedComparison, KnowsThrottledRunsIfItSaysThem) {
    RandomComparison random(1);
    size_t row = 0;
    while (random.report.rows[row].sample_count == 0)
        row++;
    const auto count = static_cast<json_int_t>(random.report.rows[row].sample_count);
    const std::string path = "rows[" + std::to_string(row) + "].throttled_runs";
    const Json json(random.report);
    ASSERT_EQ(take(json.root), FG_OK) << error_.message;
    EXPECT_FALSE(exported_.rows[row].knows_throttled);
    for (const json_int_t throttled : {json_int_t{0}, count}) {
        put(json.root, path, json_integer(throttled));
        ASSERT_EQ(take(json.root), FG_OK) << error_.message;
        EXPECT_TRUE(exported_.rows[row].knows_throttled);
        EXPECT_EQ(exported_.rows[row].throttled_runs, static_cast<size_t>(throttled));
    }
    for (json_t *const wrong :
         {json_integer(-1), json_integer(count + 1), json_string("2"), json_real(1.5)}) {
        put(json.root, path, wrong);
        expect_refused(json.root, {path, "a count of the runs in samples_s"});
    }
}

// Older exports do not say how many runs a turn had: at most as many as with six turns.
TEST_F(ExportedComparison, TakesRunsOfOlderExportsForThoseOfSixTurns) {
    RandomComparison random(1);
    size_t row = 0;
    while (random.report.rows[row].sample_count == 0)
        row++;
    const Json json(random.report);
    ASSERT_EQ(take(json.root), FG_OK) << error_.message;
    json_t *const of_row = json_array_get(json_object_get(json.root, "rows"), row);
    json_t *const samples = json_object_get(of_row, "samples_s");
    for (const auto &[count, together] : {std::pair(1, 1), {6, 1}, {7, 2}, {18, 3}, {100, 17}}) {
        json_array_clear(samples);
        for (int i = 0; i < count; i++)
            json_array_append_new(samples, json_real(1));
        json_object_set_new(of_row, "runs_together", json_integer(4));
        ASSERT_EQ(take(json.root), FG_OK) << error_.message;
        EXPECT_EQ(exported_.rows[row].runs_together, 4u);
        json_object_del(of_row, "runs_together");
        ASSERT_EQ(take(json.root), FG_OK) << error_.message;
        EXPECT_EQ(exported_.rows[row].runs_together, static_cast<size_t>(together)) << count;
    }
}

TEST_F(ExportedComparison, ThatCannotBeReadIsNoBadFile) {
    EXPECT_EQ(fg_exported_read("/nonexistent/old.json", &exported_, &error_), FG_ERROR_SYSTEM);
    EXPECT_STREQ(error_.message, "cannot read /nonexistent/old.json: No such file or directory");
    EXPECT_EQ(fg_exported_read("/", &exported_, &error_), FG_ERROR_SYSTEM);
    EXPECT_STREQ(error_.message, "cannot read /: Is a directory");
}

TEST_F(ExportedComparison, KnowsItsNumbersByDigestAndCount) {
    RandomComparison random(1);
    fg_compare_report report = random.report;
    const std::vector<uint64_t> numbers = {12, 35, 97};
    const fg_numbers list = list_of(numbers.data(), 3);
    fg_compare_input_describe(&list, &report.input);
    ASSERT_EQ(take(Json(report).root), FG_OK) << error_.message;
    EXPECT_EQ(fg_exported_check_numbers(&exported_, &list, &error_), FG_OK);
    const std::vector<uint64_t> turned = {35, 12, 97};
    const fg_numbers other = list_of(turned.data(), 3), shorter = list_of(numbers.data(), 2);
    EXPECT_EQ(fg_exported_check_numbers(&exported_, &other, &error_), FG_ERROR_ARGUMENT);
    EXPECT_TRUE(contains(error_.message, "old.json is of other numbers than this input (3 with "
                                         "SHA-256 "))
        << error_.message;
    EXPECT_TRUE(contains(error_.message, "in the same order")) << error_.message;
    EXPECT_EQ(fg_exported_check_numbers(&exported_, &shorter, &error_), FG_ERROR_ARGUMENT);
}

} // namespace
