// SPDX-License-Identifier: MIT
// --checkpoint and --resume: a run that is killed at any time continues, and ends with the same
// bytes as an undisturbed one; a checkpoint of another run is refused.
#include "support/random_numbers.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <chrono>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>

namespace {

using Names = std::set<std::string>;
using Arguments = std::vector<std::string>;

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

class CliCheckpoint : public testing::Test {
  protected:
    Arguments command(const Arguments &more) const {
        Arguments arguments = {factor_gpu(), "-o", folder.path("out"),
                               "--checkpoint=" + folder.path("ck"), "--checkpoint-every=0"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    spawn::Result program(const Arguments &more, const std::string &input = "") const {
        return spawn::run(command(more), input);
    }

    void wait_for_count(int count) const {
        const std::string words = "\"numbers\": " + std::to_string(count) + ",";
        folder.wait_for("ck", [&](const std::string &text) { return contains(text, words); });
    }

    // Leaves a run behind that was stopped after it had answered "12" and "0" of "12 0 ...".
    void stop_a_run(const Arguments &more = {}, int signal_number = SIGINT) const {
        Arguments arguments = {"-s", "primes", "-j", "1"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        spawn::Process process(command(arguments));
        process.send_now("12 x 0\n");
        wait_for_count(2);
        process.kill(signal_number);
        stopped = process.finish_with_open_input();
    }
    spawn::Result resume(const Arguments &more = {}, const std::string &input = "12 x 0 97") const {
        Arguments arguments = {"-s", "primes", "--resume"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return program(arguments, input);
    }
    // Status 2 with these words, and nothing changes.
    void expect_refused(const spawn::Result &result, const std::string &words) const {
        EXPECT_EQ(result.status, 2) << result.err;
        EXPECT_TRUE(contains(result.err, words)) << result.err << "lacks: " << words;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    }
    // The checkpoint with one thing in it replaced.
    void change_checkpoint(const std::string &from, const std::string &to) const {
        std::string text = folder.read("ck");
        ASSERT_TRUE(contains(text, from)) << text;
        folder.write("ck", text.replace(text.find(from), from.size(), to));
    }

    const ScratchFolder folder;
    mutable spawn::Result stopped;
};

TEST_F(CliCheckpoint, IsGoneAfterARunThatEnds) {
    const spawn::Result result = program({"12", "97"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(folder.read("out"), "12: 1 2 3 4 6 12\n97: 1 97\n");
    EXPECT_EQ(folder.names(), Names{"out"});
}

TEST_F(CliCheckpoint, LetsARunGoOn) {
    stop_a_run();
    EXPECT_EQ(stopped.status, 128 + SIGINT);
    EXPECT_TRUE(contains(stopped.err, "2 numbers kept in " + folder.path("out.part")))
        << stopped.err;
    EXPECT_TRUE(contains(stopped.err, "--resume")) << stopped.err;
    EXPECT_EQ(folder.names(), (Names{"ck", "out.part"}));
    EXPECT_EQ(folder.read("out.part"), "12: 2 2 3\n0:\n");
    const spawn::Result result = resume();
    EXPECT_EQ(result.status, 1) << "of the bad token before the checkpoint";
    EXPECT_EQ(result.err, "factor-gpu: going on after 2 numbers\n") << "it was reported then";
    EXPECT_EQ(folder.read("out"), "12: 2 2 3\n0:\n97: 97\n");
    EXPECT_EQ(folder.names(), Names{"out"});
}

// The digest of a checkpoint covers both words of a number.
TEST_F(CliCheckpoint, CountsNumbersOfTwoWords) {
    const std::string fermat = "18446744073709551617", power = "36893488147419103232";
    spawn::Process process(command({"-s", "primes", "-j", "1"}));
    process.send_now(fermat + " 0 12 " + power + "\n");
    wait_for_count(4);
    process.kill(SIGKILL);
    process.finish_with_open_input();
    for (const std::string other : {"18446744073709551616", "36893488147419103233", "1"})
        expect_refused(resume({}, other + " 0 12 " + power + " 97"),
                       "the first 4 numbers are not the same");
    expect_refused(resume({}, fermat + " 0 12 18446744073709551616 97"),
                   "the first 4 numbers are not the same");
    const spawn::Result result = resume({}, fermat + " 0 12 " + power + " 97 " + fermat);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "factor-gpu: going on after 4 numbers\n");
    std::string twos;
    for (int i = 0; i < 65; i++)
        twos += " 2";
    EXPECT_EQ(folder.read("out"), fermat + ": 274177 67280421310721\n0:\n12: 2 2 3\n" + power +
                                      ":" + twos + "\n97: 97\n" + fermat +
                                      ": 274177 67280421310721\n");
}

// Inputs whose words are the same, one after another.
TEST_F(CliCheckpoint, TellsOneNumberOfTwoWordsFromTwoNumbers) {
    spawn::Process process(command({"-s", "primes", "-j", "1"}));
    process.send_now("5 1 55340232221128654855\n"); // 3 * 2^64 + 7
    wait_for_count(3);
    process.kill(SIGKILL);
    process.finish_with_open_input();
    expect_refused(resume({}, "18446744073709551621 7 3"), // 2^64 + 5
                   "the first 3 numbers are not the same");
    const spawn::Result result = resume({}, "5 1 55340232221128654855");
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "factor-gpu: going on after 3 numbers\n");
}

TEST_F(CliCheckpoint, IsNotNeededToBegin) {
    const spawn::Result result = resume({}, "97");
    EXPECT_EQ(result.status, 0);
    EXPECT_TRUE(contains(result.err, "no checkpoint " + folder.path("ck") + " yet")) << result.err;
    EXPECT_EQ(folder.read("out"), "97: 97\n");
    EXPECT_EQ(resume({"-q"}, "13").err, "") << "an ended run is begun again";
    EXPECT_EQ(folder.read("out"), "13: 13\n");
}

TEST_F(CliCheckpoint, KeepsAnOldFileUntilTheEnd) {
    folder.write("out", "old\n");
    stop_a_run({}, SIGKILL);
    EXPECT_EQ(folder.read("out"), "old\n");
    EXPECT_EQ(resume().status, 1);
    EXPECT_EQ(folder.read("out"), "12: 2 2 3\n0:\n97: 97\n");
}

TEST_F(CliCheckpoint, CutsOffTextThatItIsNotAbout) {
    stop_a_run({}, SIGKILL);
    folder.write("out.part", folder.read("out.part") + "half a li");
    EXPECT_EQ(resume().status, 1);
    EXPECT_EQ(folder.read("out"), "12: 2 2 3\n0:\n97: 97\n");
}

TEST_F(CliCheckpoint, HeaderIsWrittenOnce) {
    stop_a_run({"-f", "csv"});
    EXPECT_EQ(resume({"-f", "csv"}).status, 1);
    EXPECT_EQ(folder.read("out"), "n,primes\n12,2 2 3\n0,\n97,97\n");
}

TEST_F(CliCheckpoint, OfAnUnfinishedRunIsNotOverwritten) {
    stop_a_run();
    const std::string before = folder.read("ck");
    expect_refused(program({"-s", "primes"}, "12 x 0 97"), "go on with --resume, or remove it");
    folder.write("ck", "{}");
    expect_refused(program({"-s", "primes"}, "12 x 0 97"), "it is no checkpoint of this program");
    folder.write("ck", before);
    EXPECT_EQ(resume().status, 1);
}

TEST_F(CliCheckpoint, OfOtherOptionsIsRefused) {
    stop_a_run();
    expect_refused(resume({"-s", "count"}), "show=primes there, show=count here");
    expect_refused(resume({"--exponents"}), "exponents=no there, exponents=yes here");
    expect_refused(resume({"-f", "csv", "--strict"}),
                   "format=text strict=no there, format=csv strict=yes here");
    EXPECT_EQ(resume({"-m", "trial", "-b", "serial"}).status, 1) << "the text is the same";
}

TEST_F(CliCheckpoint, OfAnotherTypeOfJsonIntegersIsRefused) {
    stop_a_run({"-f", "jsonl", "--json-integers=number"});
    expect_refused(resume({"-f", "jsonl"}), "json-integers=number there, json-integers=auto here");
    EXPECT_EQ(resume({"-f", "jsonl", "--json-integers=number"}).status, 1);
    EXPECT_TRUE(contains(folder.read("out"), "{\"n\":97,\"primes\":[97]}\n")) << folder.read("out");
}

TEST_F(CliCheckpoint, OfOtherInputIsRefused) {
    stop_a_run();
    const std::string before = folder.read("ck"), part = folder.read("out.part");
    expect_refused(resume({}, "12 0x 1"), "the first 2 numbers are not the same");
    expect_refused(resume({}, "0 12 97"), "the first 2 numbers are not the same");
    expect_refused(resume({}, "12"), "this one has 1 numbers, and 2 of that were answered");
    expect_refused(resume({folder.path("none")}), "(some of it cannot be read)");
    EXPECT_EQ(folder.read("ck"), before);
    EXPECT_EQ(folder.read("out.part"), part);
    EXPECT_EQ(resume({}, "12 0").status, 1) << "what comes after may be anything";
}

TEST_F(CliCheckpoint, WithoutItsOutputIsRefused) {
    stop_a_run();
    const std::string part = folder.read("out.part");
    folder.write("out.part", part.substr(0, part.size() - 1));
    expect_refused(resume(), "/out.part is shorter");
    folder.write("out.part", "13" + part.substr(2));
    expect_refused(resume(), "/out.part is not what the checkpoint is about");
    std::filesystem::remove(folder.path("out.part"));
    expect_refused(resume(), "/out.part is missing or empty");
    EXPECT_EQ(folder.names(), Names{"ck"});
    folder.write("out.part", part);
    EXPECT_EQ(resume().status, 1);
}

TEST_F(CliCheckpoint, ThatIsDamagedIsRefused) {
    stop_a_run();
    const std::string before = folder.read("ck");
    const std::pair<std::string, std::string> damages[] = {
        {"{", ""},
        {"\"version\": 1", "\"version\": 2"},
        {"\"version\": 1", "\"version\": \"1\""},
        {"\"numbers\": 2", "\"numbers\": -2"},
        {"\"numbers\": 2", "\"numbers\": 2.5"},
        {"\"numbers\": 2", "\"numbers\": 99999999999999999999"},
        {"\"numbers_sha256\": \"", "\"numbers_sha256\": \"A"},
        {"\"tail_sha256\"", "\"other\""},
        {"\"complete\": false", "\"complete\": 0"},
        {"\"had_bad_token\": true,", ""},
        {"\"options\": \"", "\"options\": \"" + std::string(600, 'x')}};
    for (const auto &[from, to] : damages) {
        change_checkpoint(from, to);
        expect_refused(resume(), "checkpoint " + folder.path("ck") + ": it is ");
        folder.write("ck", before);
    }
    folder.write("ck", "");
    expect_refused(resume(), "it is no checkpoint");
    std::filesystem::remove(folder.path("ck"));
    std::filesystem::create_directory(folder.path("ck"));
    expect_refused(resume(), "/ck: Is a directory");
}

// A run over ranges goes on wherever it was killed. A checkpoint has the place in a range, so that
// nothing is read again.
TEST_F(CliCheckpoint, ARangeGoesOnAfterEachKill) {
    const Arguments range = {"-s", "primes", "12", "10^9..+150000", "7", "5000000..5100000"};
    std::vector<std::string> jobs = {"-j1", "-j2", "-j1"};
    std::string before;
    for (const std::string &job : jobs) {
        Arguments arguments = {job, "--resume"};
        arguments.insert(arguments.end(), range.begin(), range.end());
        spawn::Process process(command(arguments));
        folder.wait_for("ck", [&](const std::string &text) {
            return text != before && contains(text, "\"numbers\": ") &&
                   !contains(text, "\"numbers\": 0,");
        });
        process.kill(SIGKILL);
        process.finish();
        before = folder.read("ck");
    }
    expect_refused(program({"-s", "primes", "--resume", "12", "10^9+1..+150000"}),
                   "numbers are not the same");
    expect_refused(program({"-s", "primes", "--resume", "12", "10^9..+5"}),
                   "this one has 7 numbers");
    Arguments arguments = {"--resume", "-j2"};
    arguments.insert(arguments.end(), range.begin(), range.end());
    const spawn::Result last = program(arguments);
    EXPECT_EQ(last.status, 0) << last.err;
    EXPECT_TRUE(contains(last.err, "going on after ")) << last.err;
    Arguments undisturbed = {factor_gpu()};
    undisturbed.insert(undisturbed.end(), range.begin(), range.end());
    EXPECT_TRUE(folder.read("out") == spawn::run(undisturbed).out);
    EXPECT_EQ(folder.names(), Names{"out"});
}

TEST_F(CliCheckpoint, IsOneRunsAtATime) {
    spawn::Process process(command({"-s", "primes"}));
    process.send_now("12\n");
    wait_for_count(1);
    const spawn::Result second = resume();
    EXPECT_EQ(second.status, 6);
    EXPECT_TRUE(contains(second.err, "another run is writing it")) << second.err;
    EXPECT_EQ(process.finish().status, 0);
    EXPECT_EQ(folder.read("out"), "12: 2 2 3\n");
}

// Runs with other outputs would replace each other's checkpoint.
TEST_F(CliCheckpoint, IsOneRunsAtATimeWhateverItsOutput) {
    spawn::Process first(command({"-s", "primes"}));
    first.send_now("12\n");
    wait_for_count(1);
    const std::string kept = folder.read("ck");
    Arguments other = command({"-s", "primes", "--resume"});
    other[2] = folder.path("other");
    const std::string words = "cannot write checkpoint " + folder.path("ck") +
                              ": another run is writing it (process " +
                              std::to_string(first.pid()) + "); wait for its end or stop it\n";
    for (int again = 0; again < 2; again++) {
        const spawn::Result second = spawn::run(other, "97");
        EXPECT_EQ(second.status, 6);
        EXPECT_EQ(second.err, "factor-gpu: " + words);
        EXPECT_EQ(folder.read("ck"), kept);
        EXPECT_EQ(folder.names(), (Names{"ck", "ck.lock", "out.part"}));
    }
    first.send("97\n");
    EXPECT_EQ(first.finish().status, 0);
    EXPECT_EQ(folder.read("out"), "12: 2 2 3\n97: 97\n");
    EXPECT_EQ(folder.names(), Names{"out"});
    EXPECT_EQ(spawn::run(other, "97").status, 0) << "the lock ends with the run";
    EXPECT_EQ(folder.names(), (Names{"other", "out"}));
}

// A link stays a link: the checkpoint, its lock and its end are those of the file behind it, which
// need not be there yet.
TEST_F(CliCheckpoint, IsOneFileByWhateverLinkItIsNamed) {
    ASSERT_EQ(mkdir(folder.path("kept").c_str(), 0777), 0);
    ASSERT_EQ(symlink("kept/real", folder.path("second").c_str()), 0);
    ASSERT_EQ(symlink(folder.path("second").c_str(), folder.path("ck").c_str()), 0);
    const Names links = {"ck", "kept", "out.part", "second"};
    spawn::Process first(command({"-s", "primes"}));
    first.send_now("12\n");
    wait_for_count(1);
    EXPECT_EQ(folder.names(), links);
    Arguments other = command({"-s", "primes", "--resume"});
    other[2] = folder.path("other");
    for (const char *const name : {"ck", "second", "kept/real"}) {
        other[3] = "--checkpoint=" + folder.path(name);
        const spawn::Result result = spawn::run(other, "97");
        EXPECT_EQ(result.status, 6) << name;
        EXPECT_TRUE(contains(result.err, "another run is writing it")) << result.err;
    }
    first.kill(SIGKILL);
    first.finish();
    EXPECT_EQ(folder.names(), links);
    const spawn::Result resumed = resume({}, "12\n97\n");
    EXPECT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_TRUE(contains(resumed.err, "going on after 1 number")) << resumed.err;
    EXPECT_EQ(folder.read("out"), "12: 2 2 3\n97: 97\n");
    EXPECT_EQ(folder.names(), (Names{"ck", "kept", "out", "second"}));
    EXPECT_FALSE(std::filesystem::exists(folder.path("kept/real")));
}

TEST_F(CliCheckpoint, LockOfAKilledRunIsNoHindrance) {
    stop_a_run({}, SIGKILL);
    EXPECT_EQ(folder.names(), (Names{"ck", "ck.lock", "out.part"}));
    EXPECT_EQ(resume().status, 1);
    EXPECT_EQ(folder.names(), Names{"out"});
}

// The kernel frees the memory of a killed process before its locks.
TEST_F(CliCheckpoint, LockOfARunThatWasKilledJustNowIsNoHindrance) {
    spawn::Process process(command({"-s", "primes"}));
    process.send_now("12\n");
    wait_for_count(1);
    process.kill(SIGKILL);
    const spawn::Result result = resume({}, "12\n97\n");
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(folder.read("out"), "12: 2 2 3\n97: 97\n");
}

// The names beside the checkpoint are the user's if they hold something else.
TEST_F(CliCheckpoint, ReplacesAndRemovesNoOtherFile) {
    for (const char *const name : {"ck.lock", "ck.new"}) {
        folder.write(name, "precious");
        const spawn::Result result = program({"12"});
        EXPECT_EQ(result.status, 6) << name;
        EXPECT_TRUE(contains(result.err, std::string(name))) << result.err;
        EXPECT_TRUE(contains(result.err, "move it elsewhere")) << result.err;
        EXPECT_EQ(folder.read(name), "precious");
        unlink(folder.path(name).c_str());
    }
    /* A part of a checkpoint, from a run that was killed, is replaced. */
    folder.write("ck.new", "{\n  \"format\": \"factor-gpu che");
    EXPECT_EQ(program({"12"}).status, 0);
    EXPECT_EQ(folder.names(), (Names{"out"}));
}

// Bad input of the part that an earlier run answered does not use up the reports.
TEST_F(CliCheckpoint, ARunThatGoesOnReportsWhatItFinds) {
    std::string before;
    for (int i = 0; i < 25; i++)
        before += "x\n";
    spawn::Process process(command({"-s", "primes", "-j", "1"}));
    process.send_now(before + "12 0\n");
    wait_for_count(2);
    process.kill(SIGINT);
    process.finish_with_open_input();
    const spawn::Result result = resume({}, before + "12 0\ny\n97\n");
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_TRUE(contains(result.err, "'y' is not a whole number")) << result.err;
}

// Their checkpoint is not there yet: one of them gets it.
TEST_F(CliCheckpoint, OfRunsThatBeginAtOnceIsOnes) {
    for (int round = 0; round < 10; round++) {
        std::vector<std::unique_ptr<spawn::Process>> runs;
        for (int i = 0; i < 4; i++) {
            Arguments arguments = command({"-s", "primes", "-j", "1"});
            arguments[2] = folder.path("out" + std::to_string(i));
            runs.push_back(std::make_unique<spawn::Process>(arguments));
            runs.back()->send_now("12\n");
        }
        wait_for_count(1);
        int refused = 0, answered = 0;
        std::string said;
        for (int i = 0; i < 4; i++) {
            const spawn::Result result = runs[static_cast<size_t>(i)]->finish();
            refused += result.status == 6 && contains(result.err, "another run is writing it");
            answered += result.status == 0;
            said += std::to_string(result.status) + " " + result.err + "\n";
        }
        EXPECT_EQ(refused + answered, 4) << said;
        EXPECT_GE(answered, 1);
        const std::set<std::string> names = folder.names();
        EXPECT_EQ(names.size(), static_cast<size_t>(answered)) << "nothing else is left behind";
        for (const std::string &name : names) {
            EXPECT_EQ(folder.read(name), "12: 2 2 3\n");
            std::filesystem::remove(folder.path(name));
        }
    }
}

TEST_F(CliCheckpoint, NeedsAPlace) {
    folder.write("in", "12\n");
    const auto run = [&](const std::string &output, const std::string &checkpoint) {
        return spawn::run(
            {factor_gpu(), "-o", output, "--checkpoint=" + checkpoint, folder.path("in")});
    };
    expect_refused(run("/dev/null", folder.path("ck")), "needs an output that is a file");
    const spawn::Result nowhere = run(folder.path("out"), folder.path("no/ck"));
    EXPECT_EQ(nowhere.status, 6);
    EXPECT_TRUE(contains(nowhere.err, "cannot write checkpoint ")) << nowhere.err;
    EXPECT_EQ(folder.names(), Names{"in"});
}

// A run that was killed after it had renamed its file, and before it had removed its checkpoint.
TEST_F(CliCheckpoint, OfARunThatHadEndedIsSeenAsThat) {
    stop_a_run();
    const std::string part = folder.read("out.part");
    change_checkpoint("\"complete\": false", "\"complete\": true");
    const std::string complete = folder.read("ck");
    std::filesystem::rename(folder.path("out.part"), folder.path("out"));
    expect_refused(resume(), "this one has more numbers than the 2 of that");
    EXPECT_EQ(folder.names(), (Names{"ck", "out"}));
    const spawn::Result result = resume({}, "12 x 0");
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(contains(result.err, "/out is complete already")) << result.err;
    EXPECT_EQ(folder.names(), Names{"out"});
    EXPECT_EQ(folder.read("out"), part);

    /* Before it had renamed it. */
    folder.write("ck", complete);
    folder.write("out", "old\n");
    folder.write("out.part", part);
    EXPECT_EQ(resume({}, "12 x 0").status, 1);
    EXPECT_EQ(folder.names(), Names{"out"});
    EXPECT_EQ(folder.read("out"), part);
}

TEST_F(CliCheckpoint, IsKeptOnAFullDisk) {
    std::string input;
    for (int i = 1; i < 20000; i++)
        input += std::to_string(i) + "\n";
    folder.write("in", input);
    const std::string expected = spawn::run({factor_gpu(), folder.path("in")}).out;
    const spawn::Result full =
        spawn::run({"/bin/sh", "-c",
                    "ulimit -f 1000; exec \"$0\" -j 1 -o \"$1/out\" --checkpoint=\"$1/ck\" "
                    "\"$1/in\"",
                    factor_gpu(), folder.path()});
    EXPECT_EQ(full.status, 6);
    EXPECT_TRUE(contains(full.err, "/out.part: File too large\n")) << full.err;
    EXPECT_TRUE(contains(full.err, " numbers kept in ")) << full.err;
    const spawn::Result result = program({"--resume", folder.path("in")});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_FALSE(contains(result.err, "after 0 numbers")) << result.err;
    EXPECT_TRUE(folder.read("out") == expected);
}

TEST(CliCheckpointOptions, NeedEachOther) {
    const std::pair<Arguments, std::string> cases[] = {
        {{"--checkpoint=x", "12"}, "--checkpoint needs --output=FILE"},
        {{"--checkpoint=x", "-o", "-", "12"}, "--checkpoint needs --output=FILE"},
        {{"--resume", "-o", "x", "12"}, "--resume needs --checkpoint=FILE"},
        {{"--checkpoint-every=3", "-o", "x", "12"}, "--checkpoint-every needs --checkpoint=FILE"},
        {{"--checkpoint-every=-1", "12"}, "from 0 to 1000000000"},
        {{"--checkpoint-every=1e3", "12"}, "from 0 to 1000000000"},
        {{"--compare", "--output=x", "12"}, "--output does not go with --compare"}};
    for (const auto &[arguments, words] : cases) {
        Arguments all = arguments;
        all.insert(all.begin(), factor_gpu());
        const spawn::Result result = spawn::run(all);
        EXPECT_EQ(result.status, 2);
        EXPECT_TRUE(contains(result.err, words)) << result.err << "lacks: " << words;
    }
}

struct Ending {
    const char *name;
    int signal_number;
    Arguments options[2]; // in turn
};

class CliCheckpointKill : public testing::TestWithParam<Ending> {};

// Tells if a checkpoint holds numbers that are done.
bool holds_numbers(const std::string &checkpoint) {
    return !checkpoint.empty() && !contains(checkpoint, "\"numbers\": 0,");
}

// Killed again and again, at moments that are spread over a whole run, and gone on with. The first
// kill waits for a checkpoint that holds numbers, for a run may write the first one near its end.
TEST_P(CliCheckpointKill, AtAnyMomentLosesNothing) {
    const int kills_wanted = sanitized() ? 10 : 40;
    const ScratchFolder folder(ScratchFolder::in_memory);
    std::string input;
    for (int i = 1; i <= 60000; i++) // zeros and bad tokens among them
        input += (i % 10007 == 0 ? "x" : std::to_string(i % 997 == 0 ? 0 : i)) + "\n";
    folder.write("in", input);
    const Arguments common = {"-q", "-s", "primes", folder.path("in")};
    const auto now = [] { return std::chrono::steady_clock::now(); };
    const auto start = [&](const Arguments &options, const Arguments &more) {
        Arguments arguments = {factor_gpu()};
        arguments.insert(arguments.end(), common.begin(), common.end());
        arguments.insert(arguments.end(), options.begin(), options.end());
        arguments.insert(arguments.end(), more.begin(), more.end());
        return std::make_unique<spawn::Process>(arguments);
    };
    const Arguments kept = {"-o", folder.path("out"), "--checkpoint=" + folder.path("ck"),
                            "--checkpoint-every=0", "--resume"};
    const std::string expected = start(GetParam().options[0], {})->finish().out;
    const auto before = now();
    ASSERT_EQ(start(GetParam().options[0], kept)->finish().status, 1);
    const auto whole_us = static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now() - before).count());
    ASSERT_TRUE(folder.read("out") == expected);

    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    int kills = 0, ended = 0, kept_some = 0;
    bool done = false;
    for (int run = 0; !done; run++) {
        const auto process = start(GetParam().options[run % 2], kept);
        if (kills < kills_wanted) {
            if (kept_some > 0)
                usleep(static_cast<useconds_t>(random.between(0, whole_us)));
            else
                process->wait_for([&] { return holds_numbers(folder.read("ck")); });
            process->kill(GetParam().signal_number);
        }
        const int status = process->finish().status;
        const bool killed =
            status == -GetParam().signal_number || status == 128 + GetParam().signal_number;
        ASSERT_TRUE(killed || status == 1) << status;
        kills += killed;
        ended += !killed;
        done = kills >= kills_wanted && !killed;
        kept_some += killed && holds_numbers(folder.read("ck"));
        if (!killed) {
            ASSERT_TRUE(folder.read("out") == expected);
            ASSERT_EQ(folder.names(), (Names{"in", "out"}));
        }
        ASSERT_LT(run, 100 * kills_wanted);
    }
    EXPECT_GT(kept_some, 0) << kills << " kills, " << ended << " runs ended";
}

void PrintTo(const Ending &ending, std::ostream *out) {
    *out << ending.name;
}

const Arguments totals_of_two = {"-j", "2", "--total-every=700", "-s", "mobius,sigma", "-f", "csv"},
                totals_of_one = {"-j", "1", "--total-every=700", "-s", "mobius,sigma", "-f", "csv"};

INSTANTIATE_TEST_SUITE_P(
    By, CliCheckpointKill,
    testing::Values(Ending{"KillWithOneJob", SIGKILL, {{"-j", "1"}, {"-j", "1"}}},
                    Ending{"KillWithTwoJobs", SIGKILL, {{"-j", "2"}, {"-j", "2"}}},
                    Ending{"KillInTurn", SIGKILL, {{"-j", "2", "-b", "pool"}, {"-j", "1"}}},
                    Ending{"KillOfTotals", SIGKILL, {totals_of_two, totals_of_one}},
                    Ending{"InterruptOfTotals", SIGINT, {totals_of_one, totals_of_two}},
                    Ending{"InterruptWithOneJob", SIGINT, {{"-j", "1"}, {"-j", "1"}}},
                    Ending{"InterruptWithTwoJobs", SIGINT, {{"-j", "2"}, {"-j", "2"}}}),
    [](const testing::TestParamInfo<Ending> &ending) { return std::string(ending.param.name); });

} // namespace
