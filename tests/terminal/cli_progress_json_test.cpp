// SPDX-License-Identifier: MIT
// --progress=json as a supervisor reads it: each line is an object or a message, and a reader that
// does not read stops nothing.
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <fstream>
#include <gtest/gtest.h>
#include <jansson.h>
#include <map>
#include <memory>
#include <set>
#include <sstream>

namespace {

using Object = std::shared_ptr<json_t>;

// The values that a key may have.
struct Key {
    bool text, number, null;
};
const std::map<std::string, Key> keys = {
    {"phase", {true, false, false}},     {"done", {false, true, false}},
    {"total", {false, true, true}},      {"unit", {true, false, false}},
    {"bytes_done", {false, true, true}}, {"bytes_total", {false, true, true}},
    {"rate", {false, true, true}},       {"eta_s", {false, true, true}},
    {"elapsed_s", {false, true, false}}, {"backend", {true, false, true}},
    {"method", {true, false, true}}};

struct Progress {
    std::vector<Object> lines;
    std::vector<std::string> messages;

    std::string phase(size_t i) const { return text(i, "phase"); }
    std::string text(size_t i, const char *key) const {
        const char *const value = json_string_value(json_object_get(lines.at(i).get(), key));
        return value != nullptr ? value : "null";
    }
    // -1 for null.
    double number(size_t i, const char *key) const {
        json_t *const value = json_object_get(lines.at(i).get(), key);
        return json_is_number(value) ? json_number_value(value) : -1;
    }
    size_t last() const { return lines.size() - 1; }
};

void expect_all_keys(json_t *object, const std::string &line) {
    EXPECT_EQ(json_object_size(object), keys.size()) << line;
    for (const auto &[name, kind] : keys) {
        json_t *const value = json_object_get(object, name.c_str());
        EXPECT_TRUE((kind.text && json_is_string(value)) ||
                    (kind.number && json_is_number(value)) || (kind.null && json_is_null(value)))
            << name << " in " << line;
    }
}

Progress read(const std::string &err) {
    Progress progress;
    std::istringstream lines(err);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("{", 0) != 0) {
            EXPECT_EQ(line.rfind("factor-gpu: ", 0), 0u) << line;
            progress.messages.push_back(line);
            continue;
        }
        json_error_t error;
        const Object object(json_loads(line.c_str(), JSON_REJECT_DUPLICATES, &error), json_decref);
        EXPECT_NE(object, nullptr) << error.text << ": " << line;
        if (object == nullptr)
            continue;
        expect_all_keys(object.get(), line);
        progress.lines.push_back(object);
    }
    return progress;
}

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "",
                      const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), factor_gpu());
    return spawn::run(arguments, input, setup);
}

TEST(CliProgressJson, LastLineHasTheWholeRun) {
    const spawn::TemporaryFile file("12\n13 # and no more\n");
    const spawn::Result result = program({"--progress=json", "-b", "threads", file.path()});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n13: 1 13\n");
    const Progress progress = read(result.err);
    ASSERT_GE(progress.lines.size(), 1u);
    EXPECT_TRUE(progress.messages.empty());
    EXPECT_EQ(progress.phase(progress.last()), "end");
    for (const auto &[key, value] : {std::pair<const char *, double>{"done", 2},
                                     {"total", 2},
                                     {"bytes_done", 20},
                                     {"bytes_total", 20},
                                     {"eta_s", 0}})
        EXPECT_EQ(progress.number(progress.last(), key), value) << key;
    EXPECT_EQ(progress.text(progress.last(), "unit"), "numbers");
    EXPECT_EQ(progress.text(progress.last(), "backend"), "threads");
    EXPECT_EQ(progress.text(progress.last(), "method"), "auto");
}

// Lines come in the middle of a hard number, on each backend.
TEST(CliProgressJson, ComesWhileNothingIsAnswered) {
    for (const char *const backend : {"serial", "fork", "pool", "threads"}) {
        spawn::Process process({factor_gpu(), "--progress=json", "-j2", "-b", backend, "-m",
                                "exhaustive", "12", "18446744073709551557"});
        process.wait_for_message("}\n");
        process.kill(SIGKILL);
        const Progress progress = read(process.finish().err);
        ASSERT_GE(progress.lines.size(), 1u);
        EXPECT_EQ(progress.phase(0), "answer");
        EXPECT_EQ(progress.number(0, "total"), 2);
        EXPECT_EQ(progress.text(0, "backend"), backend);
        EXPECT_EQ(progress.text(0, "method"), "exhaustive");
    }
}

TEST(CliProgressJson, LastLineOfAStoppedRunSaysSo) {
    spawn::Process process({factor_gpu(), "--progress=json", "12", "-"});
    process.wait_for_lines(1);
    process.wait_for_message("\"done\":1,");
    process.kill(SIGTERM);
    const spawn::Result result = process.finish_with_open_input();
    EXPECT_EQ(result.status, 128 + SIGTERM);
    const Progress progress = read(result.err);
    EXPECT_EQ(progress.messages.size(), 1u) << "stopped by SIGTERM";
    ASSERT_GE(progress.lines.size(), 2u) << result.err;
    EXPECT_EQ(progress.phase(progress.last()), "stopped");
    EXPECT_EQ(progress.number(progress.last(), "done"), 1);
    EXPECT_EQ(progress.number(progress.last(), "total"), -1);
    EXPECT_EQ(progress.number(progress.last(), "eta_s"), -1);
}

// Unknown values are null, not guesses.
TEST(CliProgressJson, TotalIsNullWhereItIsNotKnown) {
    const spawn::TemporaryFile text("12\n");
    const spawn::TemporaryFile words(std::string("\x0c\0\0\0\0\0\0\0\x0d\0\0\0\0\0\0\0", 16));
    const spawn::TemporaryFile wide_words("\x0c" + std::string(15, '\0'));
    const std::pair<std::vector<std::string>, double> cases[] = {
        {{text.path()}, -1},
        {{}, -1},
        {{"12", "13"}, 2},
        {{"12", text.path()}, -1},
        {{"--input-format=u64le", words.path()}, 2},
        {{"--input-format=u128le", wide_words.path()}, 1},
        {{"--input-format=u64le", words.path(), "12"}, -1}};
    for (const auto &[operands, total] : cases) {
        std::vector<std::string> arguments = {factor_gpu(), "--progress=json", "-o", "/dev/full"};
        arguments.insert(arguments.end(), operands.begin(), operands.end());
        const spawn::Result result = spawn::run(arguments, "12\n"); /* a run that fails */
        EXPECT_EQ(result.status, 6);
        const Progress progress = read(result.err);
        ASSERT_EQ(progress.lines.size(), 1u) << result.err;
        EXPECT_EQ(progress.phase(0), "stopped");
        EXPECT_EQ(progress.number(0, "total"), total);
    }
}

TEST(CliProgressJson, MessagesRemainLinesOfTheirOwn) {
    spawn::Process process({factor_gpu(), "--progress=json", "-j1"});
    process.send("12\nabc\n");
    process.wait_for_lines(1);
    process.wait_for_message("'abc'");
    process.wait_for_message("\"done\":1,");
    process.kill(SIGUSR1);
    process.wait_for_message("factor-gpu: 1 number, ");
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, 1);
    const Progress progress = read(result.err);
    EXPECT_EQ(progress.messages.size(), 2u) << result.err;
    EXPECT_EQ(result.err.back(), '\n');
    EXPECT_EQ(result.err[result.err.rfind('\n', result.err.size() - 2) + 1], '{')
        << "the last line is an object";
}

// --quiet leaves out notices, and what a program asked for comes all the same.
TEST(CliProgressJson, QuietLeavesTheObjects) {
    for (const char *const compare : {"--quiet", "--compare"}) {
        const Progress progress = read(
            program({"--progress=json", "-q", compare, "-b", "serial", "-m", "factor", "12"}).err);
        EXPECT_TRUE(progress.messages.empty());
        ASSERT_GE(progress.lines.size(), 1u);
        EXPECT_EQ(progress.phase(progress.last()), "end");
    }
}

TEST(CliProgressJson, OfAResumedRunCountsAll) {
    const ScratchFolder folder;
    const std::string output = folder.path("out"), checkpoint = folder.path("state");
    const spawn::TemporaryFile input("12\n13\n18446744073709551557\n");
    std::vector<std::string> arguments = {factor_gpu(),
                                          "--progress=json",
                                          "-j1",
                                          "--checkpoint-every=0",
                                          "-o",
                                          output,
                                          "--checkpoint=" + checkpoint,
                                          "--resume",
                                          input.path()};
    std::vector<std::string> slow = arguments;
    slow.insert(slow.end(), {"-m", "exhaustive"});
    spawn::Process process(slow);
    process.wait_for_message("\"done\":2");
    process.kill(SIGTERM);
    EXPECT_EQ(process.finish().status, 128 + SIGTERM);
    const spawn::Result result = spawn::run(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    const Progress progress = read(result.err);
    EXPECT_EQ(progress.number(progress.last(), "done"), 3);
    EXPECT_LT(progress.number(progress.last(), "rate") *
                  progress.number(progress.last(), "elapsed_s"),
              1.5)
        << "one number of this run";
}

TEST(CliProgressJson, OfAComparisonHasItsPhases) {
    const spawn::Result result =
        program({"--compare", "--progress=json", "-b", "serial", "-m", "trial", "--repeat=2",
                 "--budget=1000", "1000000000000000003"});
    EXPECT_EQ(result.status, 0) << result.err;
    const Progress progress = read(result.err);
    ASSERT_GE(progress.lines.size(), 1u) << result.err;
    const std::set<std::string> phases = {"estimate", "warm-up", "run"};
    for (size_t i = 0; i < progress.last(); i++) {
        EXPECT_EQ(phases.count(progress.phase(i)), 1u) << progress.phase(i);
        EXPECT_EQ(progress.text(i, "backend"), "serial");
        EXPECT_EQ(progress.text(i, "method"), "trial");
        EXPECT_EQ(progress.number(i, "total"), progress.phase(i) == "run" ? 2 : -1);
    }
    EXPECT_EQ(progress.phase(progress.last()), "end");
    EXPECT_EQ(progress.number(progress.last(), "done"), 2);
    EXPECT_EQ(progress.number(progress.last(), "total"), 2);
    EXPECT_EQ(progress.text(progress.last(), "unit"), "runs");
    EXPECT_EQ(progress.text(progress.last(), "backend"), "null");
}

// ---- Those who do not read ----

// A pipe that takes nothing more.
class FullPipe {
  public:
    FullPipe() {
        if (pipe2(ends_, O_CLOEXEC | O_NONBLOCK) != 0)
            throw std::runtime_error("pipe");
        const std::string page(4096, '.');
        while (write(ends_[1], page.data(), page.size()) > 0)
            continue;
        fcntl(ends_[1], F_SETFL, 0);
    }
    ~FullPipe() {
        close(ends_[0]);
        close(ends_[1]);
    }
    int end() const { return ends_[1]; }

  private:
    int ends_[2];
};

class CliProgressUnread : public testing::TestWithParam<const char *> {};

TEST_P(CliProgressUnread, FullPipeStopsNoRun) {
    const FullPipe full;
    spawn::Setup setup;
    setup.stderr_fd = full.end();
    for (const auto &more : {std::vector<std::string>{}, {"--compare", "--repeat=1"}}) {
        std::vector<std::string> arguments = {GetParam(), "-b", "serial", "-m", "factor", "12"};
        arguments.insert(arguments.begin(), more.begin(), more.end());
        const spawn::Result result = program(arguments, "", setup);
        EXPECT_EQ(result.status, 0);
        EXPECT_NE(result.out, "");
    }
}

TEST_P(CliProgressUnread, ClosedPipeStopsNoRun) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    spawn::Setup setup;
    setup.stderr_fd = ends[1];
    EXPECT_EQ(program({GetParam(), "12"}, "", setup).status, 0);
    EXPECT_EQ(
        program({GetParam(), "--compare", "--repeat=1", "-b", "serial", "12"}, "", setup).status,
        0);
    close(ends[1]);
}

TEST_P(CliProgressUnread, ClosedStreamStopsNoRun) {
    for (const char *const command : {"12", "--compare --repeat=1 -b serial -m factor 12"}) {
        const std::string script = std::string("exec \"$0\" \"$1\" ") + command + " 2>&-";
        const spawn::Result result =
            spawn::run({"/bin/sh", "-c", script, factor_gpu(), GetParam()});
        EXPECT_EQ(result.status, 0) << command;
        EXPECT_NE(result.out, "");
    }
}

// A log keeps no carriage returns.
TEST_P(CliProgressUnread, FileGetsWholeLines) {
    const ScratchFolder folder;
    const std::string log = folder.path("log");
    const std::string script = "exec \"$0\" \"$1\" --compare --repeat=2 -b serial 12 2>\"$2\"";
    EXPECT_EQ(spawn::run({"/bin/sh", "-c", script, factor_gpu(), GetParam(), log}).status, 0);
    std::stringstream text;
    text << std::ifstream(log).rdbuf();
    EXPECT_EQ(text.str().find_first_of("\r\033"), std::string::npos) << text.str();
    EXPECT_EQ(text.str().back(), '\n');
}

INSTANTIATE_TEST_SUITE_P(Of, CliProgressUnread,
                         testing::Values("--progress=json", "--progress=always"),
                         [](const testing::TestParamInfo<const char *> &option) {
                             return std::string(option.param).substr(11);
                         });

} // namespace
