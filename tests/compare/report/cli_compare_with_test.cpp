// SPDX-License-Identifier: MIT
// `--compare-with` as a user runs it: beside a comparison that is made now, and of two exported
// ones without measuring; what is refused, with which words and exit status.
#include "support/json_schema.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <jansson.h>

namespace {

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

using Arguments = std::vector<std::string>;

class CliCompareWith : public testing::Test {
  protected:
    CliCompareWith() {
        folder_.write("n.txt", "12 35\n1000003 97\n");
        const spawn::Result result = compare({"--export-json=" + old_json()});
        EXPECT_EQ(result.status, 0) << result.err;
    }
    std::string path(const std::string &name) const { return folder_.path(name); }
    std::string old_json() const { return path("old.json"); }
    static spawn::Result run(Arguments arguments, const std::string &input = "",
                             const char *program = factor_gpu()) {
        arguments.insert(arguments.begin(), program);
        return spawn::run(arguments, input);
    }
    // One row, serial, which is there on every machine.
    spawn::Result compare(Arguments more, const char *program = factor_gpu()) const {
        Arguments arguments = {"--compare", "--repeat=2", "-mfactor", "-bserial", path("n.txt")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments, "", program);
    }
    // A copy of the export with a part of its text replaced.
    std::string altered(const std::string &from, const std::string &to) const {
        std::string text = folder_.read("old.json");
        const size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        folder_.write("altered.json", text.replace(at, from.size(), to));
        return path("altered.json");
    }
    static void expect_refused(const spawn::Result &result, int status, Arguments parts) {
        EXPECT_EQ(result.status, status) << result.err;
        EXPECT_EQ(result.out, "");
        for (const std::string &part : parts)
            EXPECT_TRUE(contains(result.err, part)) << result.err << "lacks " << part;
    }
    const ScratchFolder folder_;
};

TEST_F(CliCompareWith, SetsAComparisonBesideAnEarlierOne) {
    const spawn::Result result =
        compare({"--compare-with=" + old_json(), "--export-json=" + path("new.json"),
                 "--export-markdown=" + path("new.md"), "--report=" + path("new.html")});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(contains(result.out, "\nOld and new side by side\nOld      "));
    EXPECT_TRUE(contains(result.out, "\nNew      this run of 20"));
    EXPECT_TRUE(contains(result.out, "\nWhat differs\nNothing: ")) << result.out;
    EXPECT_TRUE(contains(folder_.read("new.md"), "\n## Old and new side by side\n"));
    EXPECT_TRUE(contains(folder_.read("new.html"), "<h2>Old and new side by side</h2>"));
    json_t *const root = json_load_file(path("new.json").c_str(), 0, nullptr);
    const json_t *const beside = json_object_get(root, "compared_with");
    const json_t *const row = json_array_get(json_object_get(beside, "rows"), 0);
    EXPECT_STREQ(json_string_value(json_object_get(row, "backend")), "serial");
    EXPECT_TRUE(json_is_number(json_object_get(json_object_get(row, "ratio"), "value")));
    json_decref(root);
}

// A run is shown with the same figures as its export.
TEST_F(CliCompareWith, SaysTheSameOfTwoExports) {
    const spawn::Result first =
        compare({"--compare-with=" + old_json(), "--export-json=" + path("new.json")});
    const spawn::Result result =
        run({"--compare-with=" + old_json(), path("new.json"), "--export-json=" + path("two.json"),
             "--export-markdown=" + path("two.md"), "--report=" + path("two.html")});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    const std::string heading = "Old and new side by side\n", table = "factor, ";
    EXPECT_EQ(result.out.find(heading), 0u) << result.out;
    const std::string section = first.out.substr(first.out.find(heading));
    EXPECT_EQ(result.out.substr(result.out.find(table)), section.substr(section.find(table)));
    EXPECT_TRUE(contains(result.out, "Of 1 row measured in both: "));
    EXPECT_EQ(folder_.read("two.md").rfind("# factor-gpu --compare-with\n", 0), 0u);
    EXPECT_TRUE(contains(folder_.read("two.html"), "<h1>factor-gpu: two comparisons</h1>"));
    json_t *const root = json_load_file(path("two.json").c_str(), 0, nullptr);
    EXPECT_STREQ(json_string_value(json_object_get(root, "kind")), "two comparisons");
    json_decref(root);
}

TEST_F(CliCompareWith, TakesEitherExportFromStandardInput) {
    const std::string text = folder_.read("old.json");
    const spawn::Result newer = run({"--compare-with=" + old_json(), "-"}, text);
    EXPECT_EQ(newer.status, 0) << newer.err;
    EXPECT_TRUE(contains(newer.out, "New      standard input of "));
    const spawn::Result older = run({"--compare-with=-", old_json()}, text);
    EXPECT_EQ(older.status, 0) << older.err;
    EXPECT_TRUE(contains(older.out, "Old      standard input of "));
    const spawn::Result report =
        run({"--compare-with=" + old_json(), "-", "-q", "--export-json=-"}, text);
    EXPECT_EQ(report.out.substr(0, 1), "{") << "alone on standard output";
    EXPECT_EQ(report.err, "");
    expect_refused(run({"--compare-with=-", "-"}, text), 2, {"standard input", "name a file"});
    expect_refused(run({"--compare", "--compare-with=-"}, text), 2, {"name a file"});
}

TEST_F(CliCompareWith, OtherNumbersAreRefusedBeforeAnythingIsMeasured) {
    const spawn::Result result = run({"--compare", "--compare-with=" + old_json(),
                                      "--export-json=" + path("new.json"), "12", "35"});
    expect_refused(result, 1,
                   {"old.json is of other numbers than this input (4 with SHA-256 ", "not 2 with",
                    "the same numbers in the same order"});
    EXPECT_EQ(folder_.names().count("new.json"), 0u);
    expect_refused(run({"--compare-with=" + old_json(), altered("\"sha256\": \"", "\"sha256\": "
                                                                                  "\"0")}),
                   1, {"altered.json: input.sha256", "64 hexadecimal digits"});
    expect_refused(run({"--compare-with=" + old_json(), altered("\"count\": 4", "\"count\": 5")}),
                   1, {"altered.json", "of other numbers"});
}

TEST_F(CliCompareWith, BadFilesAreNamedWithThePlace) {
    folder_.write("empty.json", "");
    folder_.write("cut.json", folder_.read("old.json").substr(0, 500));
    const std::pair<std::string, Arguments> cases[] = {
        {path("empty.json"), {"empty.json is empty", "--export-json"}},
        {path("cut.json"), {"cut.json, line ", "not all of it"}},
        {path("n.txt"), {"n.txt, line 1, column ", "this is no JSON"}},
        {factor_gpu(), {"line 1, column 1", "this is no JSON"}},
        {altered("\"format\": 2", "\"format\": 3"), {"format 3 is newer than 2"}},
    };
    for (const auto &[file, parts] : cases) {
        expect_refused(run({"--compare-with=" + file, old_json()}), 1, parts);
        expect_refused(run({"--compare-with=" + old_json(), file}), 1, parts);
        expect_refused(compare({"--compare-with=" + file}), 1, parts);
    }
    for (const std::string &file : {path("none.json"), path("")}) {
        expect_refused(run({"--compare-with=" + file, old_json()}), 3, {"cannot read "});
        expect_refused(run({"--compare-with=" + old_json(), file}), 3, {"cannot read "});
        expect_refused(compare({"--compare-with=" + file}), 3, {"cannot read "});
    }
}

TEST_F(CliCompareWith, NamesFromAFileReachNoTerminalAsTheyAre) {
    std::string text = folder_.read("old.json");
    for (const char *const name : {"\"serial\"", "\"factor\""})
        for (size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += 8)
            text.insert(at + 1, "\\u001b[31m");
    folder_.write("strange.json", text);
    const std::string strange = path("strange.json");
    const spawn::Result result = run({"--compare-with=" + strange, strange});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_FALSE(contains(result.out, "\x1b")) << result.out;
    EXPECT_TRUE(contains(result.out, "\\x1b[31mserial")) << result.out;
    EXPECT_TRUE(contains(result.out, "\\x1b[31mfactor")) << result.out;
}

TEST_F(CliCompareWith, ADisagreementGivesNoRatioAndItsExitStatus) {
    const std::string bad =
        altered("\"disagreement\": null", "\"disagreement\": {\"row\": \"factor/serial\"}");
    const spawn::Result result = run({"--compare-with=" + bad, old_json()});
    EXPECT_EQ(result.status, 5);
    EXPECT_TRUE(contains(result.out, "The rows of the old one did not give the same answers"));
    EXPECT_TRUE(contains(result.out, "no ratio is shown."));
    EXPECT_FALSE(contains(result.out, "Ratio Nx"));
}

TEST_F(CliCompareWith, WhatDiffersIsListed) {
    const std::string other = altered("\"repeat\": 2", "\"repeat\": 3");
    const spawn::Result result = run({"--compare-with=" + other, old_json()});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(contains(result.out, "\nWhat differs\n- settings.repeat: old 3, new 2\n"))
        << result.out;
}

TEST_F(CliCompareWith, ReplacesNoFileThatItReads) {
    for (const char *const option : {"--export-json=", "--export-markdown=", "--report="}) {
        const std::string before = folder_.read("old.json");
        std::error_code error;
        std::filesystem::remove(path("link"), error);
        std::filesystem::create_symlink("old.json", path("link"));
        for (const std::string &name : {old_json(), path("link")}) {
            expect_refused(compare({"--compare-with=" + old_json(), option + name}), 2,
                           {"would overwrite --compare-with=" + old_json()});
            expect_refused(run({"--compare-with=" + path("n.txt"), old_json(), option + name}), 2,
                           {"would overwrite the input " + old_json()});
        }
        EXPECT_EQ(folder_.read("old.json"), before);
    }
    expect_refused(run({"--compare-with=" + old_json(), old_json(), "--report=" + path("no/x")}), 6,
                   {"cannot write "});
}

TEST_F(CliCompareWith, TheCommandLineMustMakeSense) {
    const std::string with = "--compare-with=" + old_json();
    expect_refused(run({with}), 2, {"takes one operand", "but 0 were given", "add --compare"});
    expect_refused(run({with, "a", "b"}), 2, {"but 2 were given"});
    expect_refused(run({with, "12"}), 2, {"'12' is a number", "add --compare"});
    expect_refused(run({"--compare-with="}), 2, {"the file name is empty"});
    expect_refused(run({with, "--list-devices"}), 2, {"--compare-with needs --compare"});
    for (const char *const option :
         {"--repeat=3", "--budget=1", "-mtrial", "-bserial", "-j2", "-dall", "--strict",
          "--shard=1/2", "--input-format=text", "-fcsv", "--show=count", "--output=x"})
        expect_refused(run({with, option, old_json()}), 2,
                       {" does not go with --compare-with without --compare"});
    for (const char *const option : {"-q", "-v", "--progress=always"})
        EXPECT_EQ(run({with, option, old_json()}).status, 0) << option;
}

TEST_F(CliCompareWith, ExportsAreValidByTheSchema) {
    const std::string reason = json_schema::missing();
    if (!reason.empty())
        GTEST_SKIP() << reason;
    const std::string with = "--compare-with=" + old_json();
    const spawn::Result gpu =
        run({"--compare", "--repeat=2", "--budget=0.2", "-mfactor", path("n.txt"),
             "--report=" + path("gpu.html"), "--export-json=" + path("gpu.json"), with},
            "", factor_gpu_emulated());
    EXPECT_EQ(gpu.status, 0) << gpu.err;
    const spawn::Result two = run({with, path("gpu.json"), "--export-json=" + path("two.json")});
    EXPECT_EQ(two.status, 0) << two.err;
    EXPECT_EQ(json_schema::run("valid", FG_SOURCE_FOLDER "/doc/compare.schema.json",
                               {old_json(), path("gpu.json"), path("two.json")}),
              "");
}

} // namespace
