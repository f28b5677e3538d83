// SPDX-License-Identifier: MIT
// No output of a run replaces an input of it, nor another output, whatever their names are; and
// nothing is touched by a run that is refused for that.
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace {

using Arguments = std::vector<std::string>;
using Names = std::set<std::string>;

class CliOverwrite : public testing::Test {
  protected:
    CliOverwrite() { folder.write("in", numbers); }

    std::string in() const { return folder.path("in"); }
    static spawn::Result program(Arguments arguments, const spawn::Setup &setup = {}) {
        arguments.insert(arguments.begin(), factor_gpu());
        return spawn::run(arguments, "", setup);
    }
    static spawn::Result compare(Arguments more, const spawn::Setup &setup = {}) {
        more.insert(more.begin(),
                    {"--compare", "--repeat=1", "--budget=0.2", "-mfactor", "-bserial"});
        return program(more, setup);
    }
    // A usage error with these words, and the folder is as it was.
    void expect_refused(const spawn::Result &result, const std::string &words) const {
        EXPECT_EQ(result.status, 2) << words;
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err << "lacks: " << words;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        EXPECT_EQ(folder.read("in"), numbers);
        EXPECT_EQ(folder.names(), kept);
    }
    // Notes the names of the files that the test has made, which must stay.
    void keep_names() { kept = folder.names(); }
    spawn::Setup with_stdin(const std::string &name) {
        spawn::Setup setup;
        setup.stdin_fd = open(folder.path(name).c_str(), O_RDONLY | O_CLOEXEC);
        return setup;
    }
    spawn::Setup with_stdout(const std::string &name, int flags) {
        spawn::Setup setup;
        setup.stdout_fd = open(folder.path(name).c_str(), O_WRONLY | O_CLOEXEC | flags);
        return setup;
    }

    const std::string numbers = "12 35\n1000003 97\n";
    const ScratchFolder folder;
    Names kept = {"in"};
};

TEST_F(CliOverwrite, ExportsAreNotTheInput) {
    ASSERT_EQ(symlink("in", folder.path("symbolic").c_str()), 0);
    ASSERT_EQ(link(in().c_str(), folder.path("hard").c_str()), 0);
    keep_names();
    for (const char *const option : {"--export-json", "--export-markdown", "--report"})
        for (const char *const name : {"in", "./in", "symbolic", "hard"}) {
            const std::string value = option + ("=" + folder.path(name));
            const std::string words = value + " would overwrite ";
            expect_refused(compare({value, in()}), words + "the input " + in());
            expect_refused(compare({value, "5", in()}), words + "the input " + in());
            const spawn::Setup setup = with_stdin("in");
            expect_refused(compare({value}, setup), words + "standard input");
            expect_refused(compare({value, "-"}, setup), words + "standard input");
            expect_refused(compare({value, "/dev/stdin"}, setup), words + "the input /dev/stdin");
            close(setup.stdin_fd);
        }
}

TEST_F(CliOverwrite, OutputIsNotTheInput) {
    folder.write("in.part", "13\n");
    ASSERT_EQ(symlink("in", folder.path("symbolic").c_str()), 0);
    ASSERT_EQ(link(in().c_str(), folder.path("hard").c_str()), 0);
    keep_names();
    for (const char *const name : {"in", "./in", "symbolic", "hard"}) {
        const std::string output = "--output=" + folder.path(name);
        expect_refused(program({output, in()}), output + " would overwrite the input " + in());
        expect_refused(program({output, "5", in()}), output + " would overwrite the input ");
        const spawn::Setup setup = with_stdin("in");
        expect_refused(program({output}, setup), output + " would overwrite standard input:");
        expect_refused(program({output, "-"}, setup), output + " would overwrite standard input:");
        close(setup.stdin_fd);
    }
    expect_refused(program({"-o", in(), folder.path("in.part")}), "--output's temporary file " +
                                                                      folder.path("in.part") +
                                                                      " would overwrite the input");
    EXPECT_EQ(folder.read("in.part"), "13\n");
    const std::string missing = folder.path("new");
    expect_refused(program({"-o", missing, missing}), "would overwrite the input " + missing);
    expect_refused(program({"-o", missing, missing + ".part"}), "would overwrite the input ");
}

TEST_F(CliOverwrite, CheckpointIsNeitherInputNorOutput) {
    folder.write("in.new", "12\n");
    folder.write("out.new", "old\n");
    ASSERT_EQ(symlink("none", folder.path("link").c_str()), 0);
    keep_names();
    const auto run = [&](const std::string &output, const std::string &checkpoint,
                         const std::string &input) {
        return program({"-o", folder.path(output), "--checkpoint=" + folder.path(checkpoint),
                        folder.path(input)});
    };
    for (const char *const name : {"out", "./out", "out.part"})
        expect_refused(run("out", name, "in"), "would overwrite --checkpoint=" + folder.path(name));
    expect_refused(run("none", "link", "in"), "would overwrite --checkpoint=");
    expect_refused(run("out", "in", "in"),
                   "--checkpoint=" + in() + " would overwrite the input " + in());
    expect_refused(run("out", "in", "in.new"),
                   "--checkpoint's temporary file " + folder.path("in.new") +
                       " would overwrite the input " + folder.path("in.new") +
                       ": both are one file; name another file for --checkpoint");
    expect_refused(run("out.new", "out", "in"), "would overwrite --checkpoint's temporary file ");
    expect_refused(run("none.lock", "none", "in"),
                   "would overwrite --checkpoint's temporary file ");
    EXPECT_EQ(folder.read("in.new"), "12\n");
    EXPECT_EQ(folder.read("out.new"), "old\n");
}

TEST_F(CliOverwrite, CertificatesAreNeitherInputNorOutput) {
    folder.write("out", "old\n");
    ASSERT_EQ(symlink("in", folder.path("symbolic").c_str()), 0);
    keep_names();
    for (const char *const name : {"in", "./in", "symbolic"}) {
        const std::string option = "--certify=" + folder.path(name);
        expect_refused(program({option, in()}), option + " would overwrite the input " + in());
    }
    const std::string out = folder.path("out"), certify = "--certify=" + out;
    expect_refused(program({certify, "-o", out, "12"}), "would overwrite --certify=" + out);
    expect_refused(program({certify, "-o", folder.path("new"), "--checkpoint=" + out, "12"}),
                   "would overwrite --certify=" + out);
    expect_refused(program({certify, "--manifest=" + out, "12"}), "would overwrite ");
    EXPECT_EQ(folder.read("out"), "old\n");
}

TEST_F(CliOverwrite, ExportsAreFilesOfTheirOwn) {
    ASSERT_EQ(symlink("new", folder.path("link").c_str()), 0);
    keep_names();
    const std::string json = "--export-json=" + folder.path("new");
    for (const char *const option : {"--export-markdown", "--report"})
        for (const char *const name : {"new", "./new", "link"}) {
            const std::string other = option + ("=" + folder.path(name));
            expect_refused(compare({json, other, in()}), other + " would overwrite " + json);
        }
}

// Standard output is a file that a shell has opened, but not emptied.
TEST_F(CliOverwrite, StandardOutputIsNotTheInput) {
    for (const int flags : {O_APPEND, 0}) {
        const spawn::Setup setup = with_stdout("in", flags);
        const std::string words = "standard output would overwrite the input " + in() +
                                  ": both are one file; name another file for standard output";
        expect_refused(program({in()}, setup), words);
        expect_refused(program({"-o", "-", in()}, setup), words);
        expect_refused(compare({in()}, setup), words);
        spawn::Setup both = setup;
        both.stdin_fd = with_stdin("in").stdin_fd;
        for (const Arguments &operands : {Arguments{}, {"-"}, {"12", "-"}, {"--shard=1/2"}})
            expect_refused(program(operands, both),
                           "standard output would overwrite standard input:");
        for (const char *const name : {"/dev/stdin", "/proc/self/fd/0", "/dev/fd/1"})
            expect_refused(program({name}, both), "standard output would overwrite the input ");
        close(both.stdin_fd);
        close(setup.stdout_fd);
    }
    folder.write("log", "first\n");
    keep_names();
    const spawn::Setup setup = with_stdout("log", O_APPEND);
    expect_refused(compare({"--export-json=" + folder.path("log"), in()}, setup),
                   " would overwrite standard output: ");
    EXPECT_EQ(folder.read("log"), "first\n");
    EXPECT_EQ(program({in()}, setup).status, 0) << "which is not the input";
    close(setup.stdout_fd);
}

// Each message about bad input would be more bad input, and those in FILE.part would stand between
// the answers.
TEST_F(CliOverwrite, StandardErrorIsNeitherInputNorOutput) {
    const std::string bad = "x\n";
    const auto expect_one_message = [&](const std::string &file, const std::string &before,
                                        const Arguments &arguments, const std::string &words,
                                        int stdin_fd = -1) {
        folder.write(file, before);
        spawn::Setup setup;
        setup.stdin_fd = stdin_fd;
        setup.stderr_fd = open(folder.path(file).c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
        const spawn::Result result = program(arguments, setup);
        close(setup.stderr_fd);
        EXPECT_EQ(result.status, 2) << words;
        const std::string text = folder.read(file);
        EXPECT_EQ(text.substr(0, before.size() + 12), before + "factor-gpu: ");
        EXPECT_NE(text.find(words), std::string::npos) << text << "lacks: " << words;
        EXPECT_EQ(std::count(text.begin(), text.end(), '\n'),
                  1 + std::count(before.begin(), before.end(), '\n'));
    };
    const std::string end = ": both are one file; name another file for ";
    expect_one_message("in", bad, {in()},
                       "standard error would overwrite the input " + in() + end + "standard error");
    const spawn::Setup input = with_stdin("in");
    expect_one_message("in", bad, {}, "standard error would overwrite standard input" + end,
                       input.stdin_fd);
    close(input.stdin_fd);
    expect_one_message("in", bad, {"--compare", in()},
                       "standard error would overwrite the input " + in() + end);
    const std::string out = folder.path("out");
    expect_one_message("out", "", {"-o", out, "12"},
                       "--output=" + out + " would overwrite standard error" + end + "--output");
    expect_one_message("out.part", "", {"-o", out, "12"},
                       "--output's temporary file " + out + ".part would overwrite standard error");
    expect_one_message("log", "", {"--compare", "--export-json=" + folder.path("log"), "12"},
                       "--export-json=" + folder.path("log") + " would overwrite standard error");
    expect_one_message("log", "",
                       {"-o", folder.path("new"), "--checkpoint=" + folder.path("log"), "12"},
                       "--checkpoint=" + folder.path("log") + " would overwrite standard error");
    /* Standard output and messages go to one file, as in > FILE 2>&1. */
    spawn::Setup both = with_stdout("log", O_TRUNC | O_APPEND);
    both.stderr_fd = both.stdout_fd;
    EXPECT_EQ(program({"x", "12"}, both).status, 3);
    EXPECT_EQ(compare({"12"}, both).status, 0);
    close(both.stdout_fd);
    EXPECT_NE(folder.read("log").find("12: 1 2 3 4 6 12\n"), std::string::npos);
}

TEST_F(CliOverwrite, WhatIsOnlyReadOrOnlyWrittenIsFree) {
    EXPECT_EQ(program({in(), in()}).status, 0);
    const spawn::Setup setup = with_stdin("in");
    EXPECT_EQ(program({"-o", in(), "12"}, setup).status, 0) << "standard input is not read";
    close(setup.stdin_fd);
    EXPECT_EQ(folder.read("in"), "12: 1 2 3 4 6 12\n");
}

TEST_F(CliOverwrite, DevicesPipesAndSocketsAreFree) {
    EXPECT_EQ(program({"-o", "/dev/null", "/dev/null"}).status, 0);
    const spawn::Result null = compare(
        {"--export-json=/dev/null", "--export-markdown=/dev/null", "--report=/dev/null", "12"});
    EXPECT_EQ(null.status, 0) << null.err;

    /* A terminal, too, is one thing for input and output. */
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ASSERT_EQ(write(ends[0], "12\n", 3), 3);
    shutdown(ends[0], SHUT_WR);
    spawn::Setup setup;
    setup.stdin_fd = setup.stdout_fd = ends[1];
    const spawn::Result socket = program({}, setup);
    EXPECT_EQ(socket.status, 0) << socket.err;
    char text[100] = "";
    EXPECT_GT(read(ends[0], text, sizeof text - 1), 0);
    EXPECT_STREQ(text, "12: 1 2 3 4 6 12\n");
    close(ends[0]);
    close(ends[1]);
}

} // namespace
