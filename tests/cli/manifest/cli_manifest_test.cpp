// SPDX-License-Identifier: MIT
// --manifest and --verify-manifest: each line is held against sha256sum, and each kind of defect of
// a whole is made and must be named.
#include "support/hardships.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <jansson.h>
#include <thread>

namespace {

using Arguments = std::vector<std::string>;

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

std::string sha256(const std::string &content) {
    return spawn::run({"/usr/bin/sha256sum"}, content).out.substr(0, 64);
}

// A line of the manifest.
class Line {
  public:
    explicit Line(const std::string &text) : object_(json_loads(text.c_str(), 0, nullptr)) {
        EXPECT_NE(object_, nullptr) << text;
    }
    Line(const Line &) = delete;
    Line &operator=(const Line &) = delete;
    ~Line() { json_decref(object_); }
    std::string text(const char *key) const {
        const char *const value = json_string_value(json_object_get(object_, key));
        return value != nullptr ? value : "null";
    }
    long long number(const char *key) const {
        EXPECT_TRUE(json_is_integer(json_object_get(object_, key))) << key;
        return json_integer_value(json_object_get(object_, key));
    }
    const json_t *input(size_t index) const {
        return json_array_get(json_object_get(object_, "input"), index);
    }
    const json_t *get(const char *key) const { return json_object_get(object_, key); }

  private:
    json_t *object_;
};

class CliManifest : public testing::Test {
  protected:
    CliManifest() {
        std::string input;
        for (int i = 1; i <= 1000; i++)
            input += std::to_string(i) + "\n";
        folder.write("in", input);
    }

    spawn::Result program(Arguments arguments, const std::string &input = "") const {
        arguments.insert(arguments.begin(), {"/usr/bin/env", "-C", folder.path(), factor_gpu()});
        return spawn::run(arguments, input);
    }
    spawn::Result run_part(const std::string &part, const std::string &of,
                           Arguments more = {}) const {
        more.insert(more.end(), {"--shard=" + part + "/" + of, "--show=primes", "--manifest=m",
                                 "--output=p" + part, "in"});
        return program(more);
    }
    void run_parts(const Arguments &parts, const std::string &of) const {
        for (const std::string &part : parts)
            EXPECT_EQ(run_part(part, of).status, 0) << part;
    }
    spawn::Result verify() const { return program({"--verify-manifest=m"}); }
    void expect_problem(const std::string &problem, int count = 1) const {
        const spawn::Result result = verify();
        EXPECT_EQ(result.status, 1) << result.out;
        EXPECT_TRUE(contains(result.out, problem)) << result.out;
        EXPECT_TRUE(
            contains(result.out, std::to_string(count) +
                                     (count == 1 ? " thing is wrong" : " things are wrong")))
            << result.out;
    }
    std::string last_line() const {
        const std::string all = folder.read("m");
        const size_t before = all.rfind('\n', all.size() - 2);
        return all.substr(before == std::string::npos ? 0 : before + 1);
    }

    const ScratchFolder folder;
};

TEST_F(CliManifest, ALineSaysWhatWasReadAndWritten) {
    ASSERT_EQ(program({"--manifest=m", "-s", "count", "-b", "serial", "in", "12"}).status, 0);
    const std::string out = program({"-s", "count", "in", "12"}).out;
    const Line line(last_line());
    EXPECT_EQ(line.text("format"), "factor-gpu manifest");
    EXPECT_EQ(json_array_size(line.get("input")), 2u);
    EXPECT_STREQ(json_string_value(json_object_get(line.input(0), "name")), "in");
    EXPECT_EQ(json_string_value(json_object_get(line.input(0), "sha256")),
              sha256(folder.read("in")));
    EXPECT_EQ(json_integer_value(json_object_get(line.input(0), "bytes")),
              static_cast<json_int_t>(folder.read("in").size()));
    EXPECT_EQ(json_string_value(json_object_get(line.input(1), "sha256")), sha256("12"));
    EXPECT_EQ(line.number("part"), 1);
    EXPECT_EQ(line.number("of"), 1);
    EXPECT_EQ(line.number("numbers"), 1001);
    EXPECT_EQ(line.number("bytes"), static_cast<long long>(out.size()));
    EXPECT_EQ(line.text("output"), "null");
    EXPECT_EQ(line.text("output_sha256"), sha256(out));
    EXPECT_EQ(line.text("options"), "show=count exponents=no format=text strict=no");
    EXPECT_EQ(line.text("method"), "auto");
    EXPECT_EQ(line.text("backend"), "serial");
    EXPECT_GT(json_real_value(line.get("seconds")), 0);
    EXPECT_EQ(line.number("exit_status"), 0);
    EXPECT_TRUE(contains(program({"--version"}).out, line.text("program")));
    EXPECT_EQ(verify().status, 0) << "standard output cannot be read again: " << verify().out;
}

// "auto" sieves what is dense where the backend can.
TEST_F(CliManifest, ALineSaysByWhichMethodsNumbersWereAnswered) {
    const struct {
        Arguments arguments;
        const char *method, *answered_by;
    } runs[] = {
        {{"6", "1000003"}, "auto", "[\"factor\"]"},
        {{"1..9000"}, "auto", "[\"sieve\"]"},
        {{"1..9000", "1000000007", "18446744073709551617"}, "auto", "[\"factor\", \"sieve\"]"},
        {{"--total", "-s", "omega", "1..100000"}, "auto", "[\"sieve\"]"},
        {{"-b", "fork", "1..100"}, "auto", "[\"factor\"]"},
        {{"-m", "factor", "1..9000"}, "factor", "[\"factor\"]"},
        {{"-m", "sieve", "1..9000"}, "sieve", "[\"sieve\"]"},
        {{"no number"}, "auto", "[]"},
    };
    for (const auto &run : runs) {
        Arguments arguments = {"--manifest=m"};
        arguments.insert(arguments.end(), run.arguments.begin(), run.arguments.end());
        program(arguments);
        const Line line(last_line());
        EXPECT_EQ(line.text("method"), run.method) << run.arguments.back();
        char *const answered_by = json_dumps(line.get("answered_by"), 0);
        EXPECT_STREQ(answered_by, run.answered_by) << run.arguments.back();
        free(answered_by);
    }
}

TEST_F(CliManifest, EveryFormatHasTheDigestOfItsBytes) {
    for (const char *const format : {"text", "jsonl", "csv", "u64le", "u128le", "npy", "npy128"}) {
        ASSERT_EQ(program({"--manifest=m", "-o", "out", "-s", "phi", "-f", format, "in"}).status,
                  0);
        const Line line(last_line());
        EXPECT_EQ(line.text("output_sha256"), sha256(folder.read("out"))) << format;
        EXPECT_EQ(line.number("bytes"), static_cast<long long>(folder.read("out").size()));
        if (std::string(format).rfind("npy", 0) == 0)
            continue;
        const std::string out = program({"--manifest=m", "-s", "phi", "-f", format, "in"}).out;
        EXPECT_EQ(Line(last_line()).text("output_sha256"), sha256(out)) << format;
    }
    const spawn::Result refused = program({"--manifest=m", "-s", "phi", "-f", "npy", "in"});
    EXPECT_EQ(refused.status, 2);
    EXPECT_TRUE(contains(refused.err, "needs --output=FILE")) << refused.err;
}

// A pipe has no digest of its bytes; that of the numbers says what was read.
TEST_F(CliManifest, StandardInputIsAFileOrAPipe) {
    program({"--manifest=m", "-"}, "12 97\n");
    const Line pipe(last_line());
    EXPECT_TRUE(json_is_null(json_object_get(pipe.input(0), "sha256")));
    const std::string words("\x0c\0\0\0\0\0\0\0\x61\0\0\0\0\0\0\0", 16);
    EXPECT_EQ(pipe.text("numbers_sha256"), sha256(words));
    spawn::run(
        {"/bin/sh", "-c", "cd \"$1\" && \"$0\" --manifest=m < in", factor_gpu(), folder.path()});
    EXPECT_EQ(json_string_value(json_object_get(Line(last_line()).input(0), "sha256")),
              sha256(folder.read("in")));
}

TEST_F(CliManifest, AllPartsAreThereAndAddUp) {
    run_parts({"2", "1", "3", "4"}, "4");
    ASSERT_EQ(program({"-s", "primes", "--manifest=m", "-o", "whole", "in"}).status, 0);
    const spawn::Result result = verify();
    EXPECT_EQ(result.status, 0) << result.out;
    EXPECT_EQ(result.out, "in in 4 parts (show=primes exponents=no format=text strict=no):\n"
                          "  4 of 4 parts, 1000 numbers, " +
                              std::to_string(folder.read("whole").size()) +
                              " bytes; 4 outputs checked, 0 not here\n"
                              "in (show=primes exponents=no format=text strict=no):\n"
                              "  1 of 1 part, 1000 numbers, " +
                              std::to_string(folder.read("whole").size()) +
                              " bytes; 1 output checked, 0 not here\n"
                              "all parts are there\n");
    EXPECT_EQ(folder.read("p1") + folder.read("p2") + folder.read("p3") + folder.read("p4"),
              folder.read("whole"));
    std::filesystem::remove(folder.path("p2"));
    EXPECT_EQ(verify().status, 0) << "an output may have been moved away";
    EXPECT_TRUE(contains(verify().out, "3 outputs checked, 1 not here")) << verify().out;
}

TEST_F(CliManifest, OutputsAreFoundBesideTheManifest) {
    run_parts({"1", "2"}, "2");
    const spawn::Result result = spawn::run({factor_gpu(), "--verify-manifest", folder.path("m")});
    EXPECT_TRUE(contains(result.out, "2 outputs checked")) << result.out;
}

TEST_F(CliManifest, AMissingPartIsNamed) {
    run_parts({"1", "2", "4"}, "4");
    expect_problem("part 3 is missing\n");
}

TEST_F(CliManifest, APartThatDidNotEndWellIsMissing) {
    run_parts({"1"}, "2");
    program({"--shard=2/2", "--show=primes", "--manifest=m", "-o", "/dev/full", "in"});
    expect_problem("part 2 is missing: its run ended with exit status 6");
    run_parts({"2"}, "2");
    EXPECT_EQ(verify().status, 0) << "a later run makes it good: " << verify().out;
}

TEST_F(CliManifest, ADoubledPartIsNamed) {
    run_parts({"1", "2", "2"}, "2");
    EXPECT_EQ(verify().status, 0) << "the second run replaced the file: " << verify().out;
    EXPECT_EQ(program({"--shard=2/2", "-s", "primes", "--manifest=m", "-o", "again", "in"}).status,
              0);
    expect_problem("part 2 is there twice: in p2 and in again");
}

TEST_F(CliManifest, APartOfAnotherInputIsNamed) {
    run_parts({"1", "2"}, "3");
    folder.write("in", folder.read("in") + "7\n");
    run_parts({"3"}, "3");
    expect_problem("part 3 differs: it had another input than part 1");
}

TEST_F(CliManifest, PartsOfOtherOptionsAreAnotherWhole) {
    run_parts({"1"}, "2");
    EXPECT_EQ(program({"--shard=2/2", "-s", "count", "--manifest=m", "-o", "p2", "in"}).status, 0);
    expect_problem("in in 2 parts (show=count", 2);
}

TEST_F(CliManifest, ColumnsOfATableAreWholesOfTheirOwn) {
    folder.write("table.csv", "a,b\n4,9\n");
    for (const char *const column : {"a", "b"})
        EXPECT_EQ(program({"--input-format=csv", std::string("--column=") + column, "--manifest=m",
                           std::string("--output=") + column, "table.csv"})
                      .status,
                  0);
    EXPECT_EQ(verify().status, 0);
    folder.write("a", "4: 1 4\n"); // it was "4: 1 2 4"
    EXPECT_EQ(verify().status, 1);
}

TEST_F(CliManifest, AnOutputThatHasChangedIsNamed) {
    run_parts({"1", "2"}, "2");
    folder.write("p2", folder.read("p2") + "\n");
    expect_problem("part 2: p2 has changed: it has ");
    std::string part = folder.read("p2");
    part.pop_back();
    part[0] = '9';
    folder.write("p2", part);
    expect_problem("part 2: p2 has changed: it has ");
}

TEST_F(CliManifest, SumsAreHeldAgainstARunOverTheWhole) {
    run_parts({"1", "2"}, "2");
    ASSERT_EQ(program({"-s", "primes", "--manifest=m", "-o", "whole", "in"}).status, 0);
    std::string lines = folder.read("m");
    const size_t at = lines.find("\"numbers\":1000");
    ASSERT_NE(at, std::string::npos);
    lines.replace(at, strlen("\"numbers\":1000"), "\"numbers\":1001");
    folder.write("m", lines);
    expect_problem("the parts have 1000 numbers, a run over the whole had 1001");
}

// Totals of parts have other bytes than those of the whole, and as many numbers.
TEST_F(CliManifest, TotalsOfPartsAreNotTheBytesOfTheWhole) {
    for (const char *const part : {"1/2", "2/2"})
        ASSERT_EQ(program({"--total", "-s", "phi", "--shard", part, "--manifest=m", "in"}).status,
                  0);
    ASSERT_EQ(program({"--total", "-s", "phi", "--manifest=m", "in"}).status, 0);
    const spawn::Result result = verify();
    EXPECT_EQ(result.status, 0) << result.out;
    EXPECT_TRUE(contains(result.out, "all parts are there")) << result.out;
    std::string lines = folder.read("m");
    lines.replace(lines.rfind("\"numbers\":1000"), strlen("\"numbers\":1000"), "\"numbers\":1001");
    folder.write("m", lines);
    expect_problem("the parts have 1000 numbers, a run over the whole had 1001");
}

TEST_F(CliManifest, BadInputIsAPartOfAWholeButNotWithStrict) {
    folder.write("in", "12 x 97\n");
    EXPECT_EQ(program({"--manifest=m", "-o", "out", "in"}).status, 1);
    EXPECT_EQ(verify().status, 0) << verify().out;
    EXPECT_EQ(program({"--manifest=m", "--strict", "-o", "out2", "in"}).status, 1);
    expect_problem("part 1 is missing: its run ended with exit status 1");
}

TEST_F(CliManifest, ARunThatIsStoppedHasALineAndOneThatGoesOnToo) {
    const Arguments arguments = {
        "-q",       "--manifest=m", "-o",     "out", "--checkpoint=ck", "--checkpoint-every=0",
        "--resume", "-s",           "primes", "-"};
    Arguments command = {"/usr/bin/env", "-C", folder.path(), factor_gpu()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    spawn::Process process(command);
    process.send_now("12 97\n");
    folder.wait_for("ck", [](const std::string &text) { return contains(text, "\"numbers\": 2"); });
    process.kill(SIGTERM);
    EXPECT_EQ(process.finish_with_open_input().status, 128 + SIGTERM);
    EXPECT_EQ(Line(last_line()).number("exit_status"), 128 + SIGTERM);
    EXPECT_EQ(Line(last_line()).number("numbers"), 2);
    EXPECT_EQ(Line(last_line()).text("output_sha256"), "null");
    expect_problem("part 1 is missing: its run ended with exit status 143");
    EXPECT_EQ(program(arguments, "12 97\n13\n").status, 0);
    EXPECT_EQ(Line(last_line()).number("numbers"), 3);
    EXPECT_EQ(Line(last_line()).text("output_sha256"), sha256("12: 2 2 3\n97: 97\n13: 13\n"));
    EXPECT_EQ(verify().status, 0) << verify().out;
}

// Half a line, from a run that was killed, does not damage the next.
TEST_F(CliManifest, HalfALineStaysALineOfItsOwn) {
    folder.write("m", "{\"format\":\"factor-gpu mani");
    run_parts({"1", "2"}, "2");
    expect_problem("m:1: it is no line of a manifest");
    EXPECT_TRUE(contains(verify().out, "2 of 2 parts")) << verify().out;
}

// Names may hold line ends: two inputs "a" and "b" are not one that is called so.
TEST_F(CliManifest, ANameWithALineEndIsOneName) {
    const spawn::Result two = program({"--manifest=m", "--output=p", "12", "13"});
    EXPECT_EQ(two.status, 0) << two.err;
    std::string line = last_line();
    const std::string names[] = {"\"name\":\"12\"", "\"name\":\"13\""};
    const size_t first = line.find('{', line.find("\"input\":[")), last = line.find(']', first);
    ASSERT_NE(line.find(names[0]), std::string::npos) << line;
    std::string one = line.substr(first, line.find('}', first) + 1 - first);
    one.replace(one.find(names[0]), names[0].size(), "\"name\":\"12\\n13\"");
    folder.write("m", line + "\n" + line.replace(first, last - first, one) + "\n");
    const spawn::Result result = verify();
    EXPECT_TRUE(contains(result.out, "all parts are there")) << result.out;
    EXPECT_EQ(result.status, 0) << result.out;
}

// Each run's output is checked, also of runs that the key cannot tell apart.
TEST_F(CliManifest, OutputsOfEarlierRunsAreChecked) {
    EXPECT_EQ(program({"--manifest=m", "--output=a"}, "6\n").status, 0);
    EXPECT_EQ(program({"--manifest=m", "--output=b"}, "10\n").status, 0);
    EXPECT_EQ(verify().status, 0) << verify().out;
    EXPECT_TRUE(contains(verify().out, "2 outputs checked")) << verify().out;
    folder.write("a", "spoilt");
    expect_problem("a has changed");
}

// A pipe that is opened again would take what its next writer has for the next reader.
TEST_F(CliManifest, ANamedPipeIsOpenedOnce) {
    const std::string reason = hardships::why_no_faults();
    if (!reason.empty())
        GTEST_SKIP() << reason;
    const spawn::Result result = spawn::run(
        {"/usr/bin/env", "-C", folder.path(), "/bin/sh", "-c",
         "mkfifo p; echo 6 >p & exec strace -f -qq -e trace=openat -o log \"$0\" --manifest=m p",
         factor_gpu()});
    EXPECT_EQ(result.out, "6: 1 2 3 6\n") << result.err;
    const std::string log = folder.read("log"), name = ", \"p\", ";
    const size_t first = log.find(name);
    EXPECT_NE(first, std::string::npos);
    EXPECT_EQ(log.find(name, first + 1), std::string::npos) << log;
    EXPECT_TRUE(contains(last_line(), "\"name\":\"p\",\"bytes\":null,\"sha256\":null"));
}

TEST_F(CliManifest, AnOutputThatIsNoFileIsNotHere) {
    EXPECT_EQ(program({"--manifest=m", "--output=/dev/null", "12", "13"}).status, 0);
    const spawn::Result result = verify();
    EXPECT_EQ(result.status, 0) << result.out;
    EXPECT_TRUE(contains(result.out, "1 not here")) << result.out;
}

TEST_F(CliManifest, LinesThatMakeNoSenseAreNamed) {
    run_parts({"1", "2"}, "2");
    const std::string good = last_line();
    const std::pair<std::string, std::string> changes[] = {
        {"\"version\":1", "\"version\":2"},
        {"\"part\":2", "\"part\":3"},
        {"\"part\":2", "\"part\":0"},
        {"\"of\":2", "\"of\":99999999999"},
        {"\"numbers\":", "\"numbers\":-"},
        {"\"exit_status\":0", "\"exit_status\":\"0\""},
        {"\"output_sha256\":\"", "\"output_sha256\":\"x"},
        {"\"input\":[", "\"input\":[7,"},
        {"\"options\":", "\"option\":"},
        {"factor-gpu manifest", "else"},
    };
    for (const auto &[from, to] : changes) {
        std::string line = good;
        ASSERT_NE(line.find(from), std::string::npos) << from;
        folder.write("m", good + line.replace(line.find(from), from.size(), to));
        const spawn::Result result = verify();
        EXPECT_EQ(result.status, 1);
        EXPECT_TRUE(contains(result.out, "m:2: it is ")) << to << result.out;
    }
    folder.write("m", "");
    expect_problem("no run is in this manifest");
}

// A disk that is full in the middle of a line.
TEST_F(CliManifest, ALineThatDoesNotFitLeavesNoHalf) {
    run_parts({"1"}, "2");
    const std::string before = folder.read("m");
    const std::string padded = before + std::string(1024 - before.size() % 1024 - 10, ' ') + "\n";
    folder.write("m", padded);
    const spawn::Result result = spawn::run(
        {"/bin/bash", "-c", "cd \"$1\"; ulimit -f $2; exec \"$0\" --shard=2/2 --manifest=m in",
         factor_gpu(), folder.path(), std::to_string(padded.size() / 1024 + 1)});
    EXPECT_EQ(result.status, 6) << result.err;
    EXPECT_EQ(folder.read("m"), padded);
}

// Bad memory, say: two runs over the same numbers must write the same.
TEST_F(CliManifest, ARunThatWroteAnotherOutputIsNamed) {
    run_parts({"1", "2"}, "2");
    std::string lines = folder.read("m");
    const size_t at = lines.find("output_sha256") + 16;
    lines[at] = lines[at] == '0' ? '1' : '0';
    folder.write("m", lines);
    run_parts({"1"}, "2");
    expect_problem("part 1 differs: two runs over the same numbers wrote p1 and p1");
}

// The lines of runs that end at the same time are all there, and whole.
TEST_F(CliManifest, RunsAtTheSameTimeShareIt) {
    std::vector<std::thread> threads;
    for (int part = 1; part <= 24; part++)
        threads.emplace_back([this, part] {
            const spawn::Result run = run_part(std::to_string(part), "24");
            EXPECT_EQ(run.status, 0) << "part " << part << ": " << run.err;
        });
    for (std::thread &thread : threads)
        thread.join();
    const spawn::Result result = verify();
    EXPECT_EQ(result.status, 0) << result.out;
    EXPECT_TRUE(contains(result.out, "24 of 24 parts, 1000 numbers")) << result.out;
}

TEST_F(CliManifest, IsNeverAnotherFileOfTheRun) {
    const std::string before = folder.read("in");
    for (const Arguments &arguments :
         {Arguments{"--manifest=in", "in"}, Arguments{"--manifest=./in", "-o", "out", "in"},
          Arguments{"--manifest=out", "-o", "out", "in"},
          Arguments{"--manifest=out.part", "-o", "out", "in"},
          Arguments{"--manifest=ck", "-o", "out", "--checkpoint=ck", "in"}}) {
        const spawn::Result result = program(arguments);
        EXPECT_EQ(result.status, 2) << arguments[0] << result.err;
        EXPECT_TRUE(contains(result.err, "--manifest=")) << result.err;
    }
    EXPECT_EQ(folder.read("in"), before);
    EXPECT_EQ(folder.names(), (std::set<std::string>{"in"})) << "nothing was made";
}

TEST_F(CliManifest, ThatCannotBeWrittenIsRefusedAtTheStart) {
    for (const char *const path : {"none/m", "."}) {
        const spawn::Result result =
            program({std::string("--manifest=") + path, "-o", "out", "in"});
        EXPECT_EQ(result.status, 6) << path;
        EXPECT_TRUE(contains(result.err, std::string("--manifest=") + path + ": ")) << result.err;
    }
    EXPECT_EQ(folder.names(), (std::set<std::string>{"in"})) << "nothing was made";
    ASSERT_EQ(symlink("none/m", folder.path("link").c_str()), 0);
    const spawn::Result dangling = program({"--manifest=link", "-o", "out", "in"});
    EXPECT_EQ(dangling.status, 6);
    EXPECT_TRUE(contains(dangling.err, "symbolic link to nothing")) << dangling.err;
    const spawn::Result full = program({"--manifest=/dev/full", "12"});
    EXPECT_EQ(full.status, 6);
    EXPECT_EQ(full.out, "12: 1 2 3 4 6 12\n");
    EXPECT_TRUE(contains(full.err, "line in the manifest is missing")) << full.err;
}

TEST_F(CliManifest, ThatCannotBeReadIsNotVerified) {
    const spawn::Result result = verify();
    EXPECT_EQ(result.status, 3);
    EXPECT_TRUE(contains(result.err, "--verify-manifest=m: No such file")) << result.err;
    EXPECT_EQ(program({"--verify-manifest=m", "12"}).status, 2);
    EXPECT_EQ(program({"--verify-manifest=m", "--compare"}).status, 2);
}

} // namespace
