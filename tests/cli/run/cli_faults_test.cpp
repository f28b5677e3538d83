// SPDX-License-Identifier: MIT
// Faults of the machine: too little memory, too few files or processes, input that goes away,
// workers that are killed, devices that fail. In each case the output is a beginning of the right
// one in whole lines, and if it is incomplete the status and a message say so. Full disks and
// closed pipes are in cli_output_test.cpp and cli_output_file_test.cpp, devices that cannot run or
// answer wrongly in cli_devices_test.cpp.
#include "support/random_numbers.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <dirent.h>
#include <gtest/gtest.h>

namespace {

using Arguments = std::vector<std::string>;

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

size_t lines(const std::string &text) {
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

void expect_beginning_of(const std::string &expected, const spawn::Result &result,
                         const std::string &what) {
    EXPECT_TRUE(expected.compare(0, result.out.size(), result.out) == 0) << what;
    EXPECT_TRUE(result.out.empty() || result.out.back() == '\n') << what;
    if (result.status == 0)
        EXPECT_EQ(result.out.size(), expected.size()) << what;
    else
        EXPECT_TRUE(contains(result.err, "factor-gpu: ")) << what << result.err;
}

class CliFaults : public testing::TestWithParam<const char *> {
  protected:
    void SetUp() override {
        for (int i = 1; i <= 20000; i++)
            numbers += std::to_string(i) + "\n";
        folder.write("in", numbers);
        expected = spawn::run({factor_gpu(), "-j", "1", folder.path("in")}).out;
        ASSERT_EQ(lines(expected), 20000u);
    }
    spawn::Result limited(const std::string &limit, const std::string &jobs = "2") const {
        return spawn::run({"/bin/sh", "-c", limit + "; exec \"$0\" -b \"$1\" -j \"$2\" \"$3\"",
                           factor_gpu(), GetParam(), jobs, folder.path("in")});
    }

    const ScratchFolder folder;
    std::string numbers, expected;
};

TEST_P(CliFaults, TooLittleMemory) {
    if (sanitized())
        GTEST_SKIP() << "a sanitizer's shadow memory is out of proportion";
    size_t answered = 0, refused = 0;
    for (unsigned kib = 4000; kib < 400000; kib += kib / 6) {
        const std::string limit = "ulimit -v " + std::to_string(kib);
        const spawn::Result result = limited(limit);
        if (result.status == 127 || result.status < 0 || contains(result.err, "shared libraries"))
            continue; /* not even the program itself fits */
        expect_beginning_of(expected, result, limit + " status " + std::to_string(result.status));
        EXPECT_TRUE(result.status == 0 || result.status == 70)
            << limit << " status " << result.status << "\n"
            << result.err;
        answered += result.status == 0;
        refused += result.status == 70;
    }
    EXPECT_GT(answered, 0u);
    EXPECT_GT(refused, 0u);
}

TEST_P(CliFaults, TooFewFiles) {
    for (int files = 4; files <= 12; files++) {
        const std::string limit =
            "exec 3>&-; export ASAN_OPTIONS=detect_leaks=0; ulimit -n " + std::to_string(files);
        const spawn::Result result = limited(limit);
        expect_beginning_of(expected, result, limit);
        EXPECT_TRUE(result.status == 0 || result.status == 3 || result.status == 70)
            << limit << " status " << result.status << result.err;
    }
}

// The limit does not bind root: then the program runs as the user nobody.
TEST_P(CliFaults, TooFewProcesses) {
    /* A user of its own: other tests' processes do not count. */
    const std::string nobody = std::to_string(60000 + getpid() % 5000);
    std::vector<std::string> as_nobody;
    if (geteuid() == 0)
        as_nobody = {"/usr/bin/setpriv", "--reuid=" + nobody, "--regid=" + nobody,
                     "--clear-groups"};
    for (const char *const tool : {"/usr/bin/setpriv", "/usr/bin/prlimit"})
        if (access(tool, X_OK) != 0)
            GTEST_SKIP() << "there is no " << tool << " (Debian package util-linux)";
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    /* It may lie where no other user can look. */
    std::vector<std::string> plain = as_nobody;
    plain.insert(plain.end(), {factor_gpu(), "6"});
    if (spawn::run(plain).out != "6: 1 2 3 6\n")
        GTEST_SKIP() << "another user cannot run the program here";
    for (int processes = 1; processes <= 8; processes++) {
        std::vector<std::string> command = {"/usr/bin/env", "ASAN_OPTIONS=detect_leaks=0",
                                            "/usr/bin/prlimit",
                                            "--nproc=" + std::to_string(processes)};
        command.insert(command.end(), as_nobody.begin(), as_nobody.end());
        command.insert(command.end(),
                       {factor_gpu(), "-b", GetParam(), "-j", "4", folder.path("in")});
        const spawn::Result result = spawn::run(command);
        if (result.status == 126 || result.status == 127)
            continue; /* not even the program itself fits */
        expect_beginning_of(expected, result, command[3]);
        EXPECT_TRUE(result.status == 0 || result.status == 70)
            << command[3] << " status " << result.status << result.err;
        EXPECT_TRUE(result.status == 0 || contains(result.err, "--jobs")) << result.err;
    }
}

INSTANTIATE_TEST_SUITE_P(Of, CliFaults, testing::Values("serial", "threads", "pool"),
                         [](const testing::TestParamInfo<const char *> &backend) {
                             return std::string(backend.param);
                         });

// The program has read its first block, and waits until its output is read.
TEST(CliFaultsOfInput, FileThatBecomesShorterIsSaid) {
    const ScratchFolder folder;
    std::string input, expected;
    for (int i = 100000; i < 300000; i++)
        input += std::to_string(i) + "\n";
    folder.write("in", input);
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    spawn::Setup setup;
    setup.stdout_fd = ends[1];
    spawn::Process process({factor_gpu(), "-j", "1", "-s", "count", folder.path("in")}, setup);
    close(ends[1]);
    for (pollfd in = {ends[0], POLLIN, 0}; poll(&in, 1, 1000) == 0;)
        continue;
    const size_t cut = 1000000 + 3; /* in the middle of a number, further than it can have read */
    ASSERT_EQ(truncate(folder.path("in").c_str(), cut), 0);
    std::string out;
    char piece[65536];
    for (ssize_t got; (got = read(ends[0], piece, sizeof piece)) > 0;)
        out.append(piece, static_cast<size_t>(got));
    close(ends[0]);
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.err,
              "factor-gpu: " + folder.path("in") + ": became shorter while it was read\n");
    EXPECT_EQ(lines(out), cut / 7);
    EXPECT_EQ(out.substr(out.rfind('\n', out.size() - 2) + 1, 7),
              input.substr((cut / 7 - 1) * 7, 6) + ":");
    EXPECT_TRUE(out == spawn::run({factor_gpu(), "-s", "count"}, input.substr(0, cut / 7 * 7)).out);
}

// One of the program's workers is killed in the middle of its work.
TEST(CliFaultsOfWorkers, AWorkerThatIsKilledIsMadeGood) {
    const std::string prime = "18446744073709551557";
    for (const char *const backend : {"fork", "pool"}) {
        spawn::Process process(
            {factor_gpu(), "-m", "trial", "-b", backend, "-j", "2", "12", prime, prime, "97"});
        std::vector<pid_t> children;
        for (int tries = 0; tries < 20000 && children.empty(); tries++) {
            children = spawn::children_of(process.pid());
            usleep(100);
        }
        for (const pid_t child : children)
            kill(child, SIGKILL);
        const spawn::Result result = process.finish();
        EXPECT_EQ(result.status, 0) << backend << result.err;
        EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n" + prime + ": 1 " + prime + "\n" + prime +
                                  ": 1 " + prime + "\n97: 1 97\n")
            << backend;
    }
}

// The device fails in any of its calls: a backend that was asked for by name is not replaced.
TEST(CliFaultsOfDevices, ADeviceThatFailsOnTheWayEndsTheRunInOrder) {
    std::string input;
    for (int i = 1000; i < 1400; i++)
        input += std::to_string(i) + "\n";
    const std::string expected = spawn::run({factor_gpu(), "-s", "primes"}, input).out;
    size_t failed = 0, answered = 0;
    for (unsigned call = 1; call < 4000; call += 1 + (sanitized() ? 2 * call : call / 2)) {
        spawn::Setup setup;
        setup.environment = {{"FG_EMULATED_FAIL", "any:" + std::to_string(call) + ":719"},
                             {"FG_EMULATED_DEVICES", "2"}};
        const spawn::Result result = spawn::run(
            {factor_gpu_emulated(), "-b", "cuda", "-d", "0,1", "-s", "primes"}, input, setup);
        expect_beginning_of(expected, result, "call " + std::to_string(call));
        EXPECT_TRUE(result.status == 0 || result.status == 4) << call << result.err;
        failed += result.status == 4;
        answered += result.status == 0;
    }
    EXPECT_GT(failed, 0u);
    EXPECT_GT(answered, 0u);
}

// The CPU continues from the checkpoint of a run whose device has failed.
TEST(CliFaultsOfDevices, ACheckpointLetsTheCpuGoOn) {
    const ScratchFolder folder;
    std::string input;
    for (int i = 1000; i < 1400; i++)
        input += std::to_string(i) + "\n";
    folder.write("in", input);
    const Arguments common = {factor_gpu_emulated(),
                              "-q",
                              "--output=" + folder.path("out"),
                              "--checkpoint=" + folder.path("ck"),
                              "--resume",
                              "--show=primes",
                              folder.path("in"),
                              "--backend"};
    Arguments arguments = common;
    arguments.push_back("cuda");
    /* Before it has passed its self-test a device fails without a beginning to keep. */
    for (unsigned launch = 1; folder.names().count("ck") == 0; launch++) {
        spawn::Setup setup;
        setup.environment = {
            {"FG_EMULATED_FAIL", "cudaGraphLaunch:" + std::to_string(launch) + ":719"}};
        ASSERT_EQ(spawn::run(arguments, "", setup).status, 4) << launch;
    }
    arguments = common;
    arguments.push_back("threads");
    EXPECT_EQ(spawn::run(arguments).status, 0);
    EXPECT_EQ(folder.read("out"), spawn::run({factor_gpu(), "-s", "primes"}, input).out);
}

} // namespace
