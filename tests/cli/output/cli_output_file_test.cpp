// SPDX-License-Identifier: MIT
// --output: the file is complete or absent, and an earlier file stays until then.
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace {

using Names = std::set<std::string>;

class CliOutputFile : public testing::Test {
  protected:
    spawn::Result program(std::vector<std::string> arguments, const std::string &input = "",
                          const spawn::Setup &setup = {}) const {
        arguments.insert(arguments.begin(), {factor_gpu(), "--output=" + folder.path("out")});
        return spawn::run(arguments, input, setup);
    }
    void wait_for_text() const {
        folder.wait_for("out.part", [](const std::string &text) { return !text.empty(); });
    }
    mode_t mode(const std::string &name) const {
        struct stat status = {};
        EXPECT_EQ(stat(folder.path(name).c_str(), &status), 0) << name;
        return status.st_mode & 07777;
    }
    // Expects that status, and that every file is as it was.
    void expect_refused(const spawn::Result &result, const std::string &words,
                        int status = 6) const {
        EXPECT_EQ(result.status, status) << words;
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err << "lacks: " << words;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    }

    const ScratchFolder folder;
};

TEST_F(CliOutputFile, HoldsWhatStandardOutputWouldHave) {
    for (const std::vector<std::string> &options :
         {std::vector<std::string>{"-j", "1"}, {"-j", "2"}, {"-f", "csv"}, {"-s", "count"}}) {
        std::vector<std::string> arguments = options;
        arguments.insert(arguments.end(), {"12", "97", "720720"});
        const spawn::Result result = program(arguments);
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_EQ(result.out, "");
        EXPECT_EQ(result.err, "");
        arguments.insert(arguments.begin(), factor_gpu());
        EXPECT_EQ(folder.read("out"), spawn::run(arguments).out);
        EXPECT_EQ(folder.names(), Names{"out"});
    }
    EXPECT_EQ(program({}, "").status, 0);
    EXPECT_EQ(folder.read("out"), "") << "no input, no text, but a file";
}

TEST_F(CliOutputFile, IsReplacedOnlyAtTheEnd) {
    folder.write("out", "old\n");
    spawn::Process process({factor_gpu(), "-o", folder.path("out")});
    process.send_now("12\n");
    wait_for_text();
    EXPECT_EQ(folder.read("out"), "old\n");
    EXPECT_EQ(process.finish().status, 0);
    EXPECT_EQ(folder.read("out"), "12: 1 2 3 4 6 12\n");
    EXPECT_EQ(folder.names(), Names{"out"});
}

TEST_F(CliOutputFile, IsWrittenWhereInputWasBadOrMissing) {
    EXPECT_EQ(program({}, "12 x").status, 1);
    EXPECT_EQ(folder.read("out"), "12: 1 2 3 4 6 12\n");
    EXPECT_EQ(program({"--strict"}, "13 x 14").status, 1);
    EXPECT_EQ(folder.read("out"), "13: 1 13\n");
    EXPECT_EQ(program({folder.path("none"), "12"}).status, 3);
    EXPECT_EQ(folder.read("out"), "12: 1 2 3 4 6 12\n");
}

TEST_F(CliOutputFile, IsLeftAloneByARunThatIsStopped) {
    for (const bool existed : {false, true}) {
        if (existed)
            folder.write("out", "old\n");
        spawn::Process process({factor_gpu(), "-o", folder.path("out")});
        process.send_now("12\n");
        wait_for_text();
        process.kill(SIGINT);
        const spawn::Result result = process.finish_with_open_input();
        EXPECT_EQ(result.status, 128 + SIGINT);
        const std::string words = existed ? "/out is as it was;" : "/out was not made;";
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_EQ(folder.names(), existed ? Names{"out"} : Names{});
        EXPECT_EQ(folder.read("out"), existed ? "old\n" : "");
    }
}

TEST_F(CliOutputFile, HasTheModeOfARedirectionOrOfTheFileBefore) {
    const std::string out = folder.path("out");
    const auto run = [&](const char *prepare) {
        const spawn::Result result = spawn::run(
            {"/bin/sh", "-c", std::string(prepare) + " \"$0\" -o \"$1\" 12", factor_gpu(), out});
        EXPECT_EQ(result.status, 0) << result.err;
        return mode("out");
    };
    EXPECT_EQ(run("umask 027;"), 0640u);
    EXPECT_EQ(run("umask 077; chmod 664 \"$1\";"), 0664u);
    EXPECT_EQ(run("umask 0; chmod 600 \"$1\";"), 0600u);
}

TEST_F(CliOutputFile, MayBeNamedByALink) {
    folder.write("file", "old\n");
    ASSERT_EQ(symlink("file", folder.path("out").c_str()), 0);
    EXPECT_EQ(program({"12"}).status, 0);
    EXPECT_EQ(folder.read("file"), "12: 1 2 3 4 6 12\n");
    EXPECT_TRUE(std::filesystem::is_symlink(folder.path("out")));
    unlink(folder.path("file").c_str());
    expect_refused(program({"12"}), "/out: it is a symbolic link to nothing");
}

TEST_F(CliOutputFile, ThatIsADeviceIsWrittenToAndStays) {
    const spawn::Result null = spawn::run({factor_gpu(), "-o", "/dev/null", "12"});
    EXPECT_EQ(null.status, 0) << null.err;
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
    EXPECT_EQ(spawn::run({factor_gpu(), "-o", "/dev/stdout", "12"}).out, "12: 1 2 3 4 6 12\n");
    EXPECT_EQ(spawn::run({factor_gpu(), "-o", "-", "12"}).out, "12: 1 2 3 4 6 12\n");
    if (access("/dev/full", W_OK) == 0)
        expect_refused(spawn::run({factor_gpu(), "-o", "/dev/full", "12"}),
                       "cannot write to /dev/full: No space left on device");
}

// As in { echo first; factor-gpu -o /dev/stdout 12; } > FILE, or with >> FILE.
TEST_F(CliOutputFile, ThatIsStandardOutputIsNotReplaced) {
    folder.write("log", "first\n");
    for (const char *const name : {"-", "/dev/stdout"}) {
        spawn::Setup setup;
        setup.stdout_fd = open(folder.path("log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
        const spawn::Result result = spawn::run({factor_gpu(), "-o", name, "12"}, "", setup);
        close(setup.stdout_fd);
        EXPECT_EQ(result.status, 0) << result.err;
    }
    EXPECT_EQ(folder.read("log"), "first\n12: 1 2 3 4 6 12\n12: 1 2 3 4 6 12\n");
    EXPECT_EQ(folder.names(), Names{"log"});
}

TEST_F(CliOutputFile, ThatCannotBeWrittenIsSaidBeforeAnyWork) {
    /* Unreadable input would be reported if it had been looked at. */
    const std::string input = folder.path("none");
    for (const auto &[name, words] :
         {std::pair<std::string, std::string>{folder.path(), ": it is a directory"},
          {folder.path("no/out"), "/no/out: its folder does not exist; make it first"}})
        expect_refused(spawn::run({factor_gpu(), "-o", name, input}), words);
    EXPECT_EQ(folder.names(), Names{});
    std::filesystem::create_directory(folder.path("out.part"));
    expect_refused(program({input}), "/out.part: it is a directory; remove it");
    std::filesystem::remove(folder.path("out.part"));
    ASSERT_EQ(mkfifo(folder.path("out.part").c_str(), 0600), 0);
    expect_refused(program({input}), "/out.part: it is not a regular file");
    std::filesystem::remove(folder.path("out.part"));
    ASSERT_EQ(symlink("elsewhere", folder.path("out.part").c_str()), 0);
    expect_refused(program({input}), "/out.part: it is a symbolic link");
    EXPECT_EQ(folder.names(), Names{"out.part"});
    EXPECT_EQ(spawn::run({factor_gpu(), "--output=", "12"}).status, 2);
}

TEST_F(CliOutputFile, IsOneRunsAtATime) {
    spawn::Process process({factor_gpu(), "-o", folder.path("out")});
    process.send_now("12\n");
    wait_for_text();
    expect_refused(program({"13"}), "/out.part: another run is writing it (process " +
                                        std::to_string(process.pid()) + "); wait for its end");
    EXPECT_EQ(process.finish().status, 0);
    EXPECT_EQ(folder.read("out"), "12: 1 2 3 4 6 12\n");
    EXPECT_EQ(program({"13"}).status, 0) << "the lock ends with the run";
    EXPECT_EQ(folder.read("out"), "13: 1 13\n");
}

TEST_F(CliOutputFile, OnAFullDiskIsAnErrorAndLeavesTheOldFile) {
    folder.write("out", "old\n");
    std::string input;
    for (int i = 1; i < 20000; i++)
        input += std::to_string(i) + "\n";
    for (const char *const jobs : {"1", "2"}) {
        /* A limit on the size of files stands in for a small disk, in units of 512 bytes. */
        const spawn::Result result =
            spawn::run({"/bin/sh", "-c", "ulimit -f 200; exec \"$0\" -j \"$2\" -o \"$1\"",
                        factor_gpu(), folder.path("out"), jobs},
                       input);
        EXPECT_EQ(result.status, 6);
        EXPECT_NE(result.err.find("/out.part: File too large\n"), std::string::npos) << result.err;
        EXPECT_NE(result.err.find("/out is as it was;"), std::string::npos) << result.err;
        EXPECT_EQ(folder.read("out"), "old\n");
        EXPECT_EQ(folder.names(), Names{"out"});
    }
}

// It may be what days of a run with a checkpoint have answered.
TEST_F(CliOutputFile, OfAnotherRunIsKeptByOneThatDoesNotBegin) {
    folder.write("out.part", "12: 1 2 3 4 6 12\n");
    EXPECT_EQ(program({"--shard=1/2"}, "12").status, 2) << "a pipe has no parts";
    EXPECT_EQ(folder.read("out.part"), "12: 1 2 3 4 6 12\n");
    EXPECT_EQ(folder.names(), Names{"out.part"});
}

TEST_F(CliOutputFile, WithAnEngineThatCannotRunIsNotMade) {
    const spawn::Result result =
        spawn::run({"/usr/bin/env", "FG_EMULATED_DRIVER=0", factor_gpu_emulated(), "-b", "cuda",
                    "-o", folder.path("out"), "12"});
    EXPECT_EQ(result.status, 4);
    EXPECT_EQ(folder.names(), Names{});
}

} // namespace
