// SPDX-License-Identifier: MIT
// Every system call of the workers is refused or fails once or always, by strace's fault injection.
// The program gives the right answers, or the beginning of them and a message, and it always ends.
// strace also counts: a call that is no longer made where a case expects it would test nothing.
#include "support/hardships.h"
#include "support/random_numbers.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using Arguments = std::vector<std::string>;

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

/* Kills what a program that hangs has started, and itself. */
void kill_tree(pid_t pid) {
    for (const pid_t child : spawn::children_of(pid))
        kill_tree(child);
    kill(pid, SIGKILL);
}

/* Calls that fail, and how and when they do, in strace's words. */
struct Fault {
    const char *calls, *how;
    bool at_workers; /* the backends fork and pool make such a call */
};

Arguments injected(const Fault &fault, const Arguments &command, const std::string &log) {
    Arguments all = {hardships::strace,
                     "-f",
                     "-qq",
                     "-o",
                     log,
                     "-e",
                     std::string("trace=") + fault.calls,
                     "-e",
                     std::string("inject=") + fault.calls + ":" + fault.how};
    all.insert(all.end(), command.begin(), command.end());
    return all;
}

/* Runs to the end; a failure if there is none. `meanwhile` is called with strace's process. */
template <typename Meanwhile>
spawn::Result run_with(const Fault &fault, const Arguments &command, const std::string &log,
                       Meanwhile meanwhile) {
    spawn::Setup setup;
    setup.environment = {{"ASAN_OPTIONS", "detect_leaks=0"}, {"LSAN_OPTIONS", "detect_leaks=0"}};
    spawn::Process process(injected(fault, command, log), setup);
    try {
        meanwhile(process);
        return process.finish();
    } catch (const std::runtime_error &hang) {
        for (const pid_t child : spawn::children_of(process.pid()))
            kill_tree(child);
        ADD_FAILURE() << fault.calls << ":" << fault.how << ": " << hang.what();
        return {};
    }
}

spawn::Result run_with(const Fault &fault, const Arguments &command, const std::string &log) {
    return run_with(fault, command, log, [](spawn::Process &) {});
}

/* `close` and `read` begin to fail when the program itself has started: the loader needs them. */
const Fault faults[] = {
    {"kill", "error=EPERM", false},
    {"kill", "error=ESRCH", false},
    {"kill,shutdown", "error=EPERM", false},
    {"kill,wait4", "error=EPERM", false},
    {"kill,prctl", "error=EPERM", true},
    {"kill,sendto", "error=EPERM", false},
    {"kill,recvfrom", "error=EPERM", false},
    {"wait4", "error=ENOSYS", true},
    {"wait4", "error=ECHILD", true},
    {"wait4", "error=EINTR:when=1", true},
    {"waitid", "error=EPERM", false},
    {"socketpair", "error=EMFILE", true},
    {"socketpair", "error=EMFILE:when=2+", true},
    {"socketpair", "error=EAFNOSUPPORT:when=3", true},
    {"socketpair", "error=ENOBUFS:when=2", true},
    {"?fork,clone", "error=EAGAIN", true},
    {"?fork,clone", "error=EAGAIN:when=2", true},
    {"?fork,clone", "error=ENOMEM:when=2+", true},
    {"?fork,clone", "error=EPERM:when=3", true},
    {"?clone3", "error=EAGAIN", false},
    {"?clone3", "error=EPERM:when=2+", false},
    {"?poll,ppoll", "error=EPERM", true},
    {"?poll,ppoll", "error=EINTR:when=1", true},
    {"sendto", "error=EPERM", false},
    {"sendto", "error=EPERM:when=2", false},
    {"sendto", "error=ECONNRESET:when=3+", false},
    {"recvfrom", "error=EIO", false},
    {"recvfrom", "error=ENOMEM:when=2", false},
    {"recvfrom", "error=EINTR:when=1", false},
    {"prctl", "error=EPERM", true},
    {"shutdown", "error=EPERM", true},
    {"close", "error=EIO:when=12+", true},
    {"read", "error=EIO:when=12+", false},
    {"read", "error=EINTR:when=9", false},
    {"madvise", "error=EINVAL", true},
    {"munmap", "error=EINVAL", true},
    {"rt_sigaction", "error=EINVAL", true},
    {"getppid", "retval=1", true},
    {"sched_getaffinity", "error=EPERM", false},
    {"sched_setaffinity", "error=EPERM", false},
};

/* Returns whether a sanitizer needs such calls itself: for memory, signals, maps and stacks. */
bool is_a_sanitizers_own(const Fault &fault) {
    const char *const own[] = {"m", "sig", "read", "getaffinity"};
    return std::any_of(std::begin(own), std::end(own),
                       [&](const char *call) { return contains(fault.calls, call); });
}

class CliWorkerCalls : public testing::TestWithParam<const char *> {
  protected:
    void SetUp() override {
        const std::string reason = hardships::why_no_strace();
        if (!reason.empty())
            GTEST_SKIP() << reason;
        for (int i = 1; i <= 60; i++)
            numbers += std::to_string(i) + "\n";
        numbers += "1099511627791\n1099511627803\n"; /* work for more than one thread */
        folder.write("in", numbers);
        expected = spawn::run({factor_gpu(), "-j", "1", folder.path("in")}).out;
        ASSERT_TRUE(contains(expected, "1099511627791: 1 "));
    }
    Arguments command() const {
        return {factor_gpu(), "-b", GetParam(), "-j", "3", "-m", "trial", folder.path("in")};
    }

    const ScratchFolder folder;
    std::string numbers, expected;
};

TEST_P(CliWorkerCalls, EachMayFailAndTheProgramEnds) {
    const bool has_workers = std::string(GetParam()) != "threads";
    for (const Fault &fault : faults) {
        if (sanitized() && is_a_sanitizers_own(fault))
            continue;
        const std::string what = std::string(GetParam()) + " " + fault.calls + ":" + fault.how;
        const spawn::Result result = run_with(fault, command(), folder.path("log"));
        EXPECT_TRUE(expected.compare(0, result.out.size(), result.out) == 0) << what;
        if (result.status == 0) {
            EXPECT_EQ(result.out.size(), expected.size()) << what;
        } else {
            EXPECT_TRUE(result.status == 70 || result.status == 6) << what << result.status;
            EXPECT_TRUE(contains(result.err, "factor-gpu: ")) << what << result.err;
        }
        EXPECT_TRUE(result.status != 70 || contains(result.err, "--jobs") ||
                    contains(result.err, "--backend"))
            << "the message says what to do: " << what << result.err;
        EXPECT_TRUE(!fault.at_workers || !has_workers || contains(folder.read("log"), "(INJECTED)"))
            << "nothing was tested: " << what;
    }
}

/* The workers' memory, and that which they share, is refused, a call at a time. */
TEST_P(CliWorkerCalls, MemoryMayBeRefused) {
    if (sanitized())
        GTEST_SKIP() << "a sanitizer needs these calls itself";
    size_t refused = 0;
    for (int call = 20; call <= 60; call++) {
        const std::string how = "error=ENOMEM:when=" + std::to_string(call);
        const spawn::Result result =
            run_with({"mmap", how.c_str(), false}, command(), folder.path("log"));
        if (result.status == 127)
            continue; /* the loader's own */
        EXPECT_TRUE(expected.compare(0, result.out.size(), result.out) == 0) << how;
        EXPECT_TRUE(result.status == 0 || result.status == 70) << how << result.status;
        EXPECT_TRUE(result.out.size() == expected.size() || contains(result.err, "factor-gpu: "))
            << how << result.err;
        refused += result.status == 70;
    }
    EXPECT_GT(refused, 0u);
}

/* False once the process has ended; it may still have to be reaped. */
bool runs(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    const size_t name_end = line.rfind(')');
    return name_end != std::string::npos && line.compare(name_end, 4, ") Z ") != 0;
}

/* A worker at a number that takes days can be ended by a flag alone. */
TEST_P(CliWorkerCalls, AStoppedRunEndsItsWorkersWithoutKill) {
    const std::string prime = "18446744073709551557";
    for (const char *const calls : {"kill", "kill,shutdown", "kill,wait4"}) {
        std::vector<pid_t> program, workers;
        const spawn::Result result = run_with(
            {calls, "error=EPERM", false},
            {factor_gpu(), "-b", GetParam(), "-j", "2", "-m", "exhaustive", "12", prime, prime},
            folder.path("log"), [&](spawn::Process &process) {
                process.wait_for_lines(1);
                program = spawn::children_of(process.pid());
                ASSERT_EQ(program.size(), 1u);
                workers = spawn::children_of(program[0]);
                kill(program[0], SIGTERM);
            });
        EXPECT_TRUE(result.status == 128 + SIGTERM || result.status == -SIGTERM)
            << calls << result.status;
        EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n") << calls;
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(10);
        for (const pid_t worker : workers) {
            while (runs(worker) && std::chrono::steady_clock::now() < until)
                usleep(1000);
            EXPECT_FALSE(runs(worker)) << calls << ": a worker lives on";
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Of, CliWorkerCalls, testing::Values("fork", "pool", "threads"),
                         [](const testing::TestParamInfo<const char *> &backend) {
                             return std::string(backend.param);
                         });

/* A comparison's rows are processes of their own, which end their workers. */
TEST(WorkersOfAComparison, EndWithoutKill) {
    const std::string reason = hardships::why_no_strace();
    if (!reason.empty())
        GTEST_SKIP() << reason;
    const ScratchFolder folder;
    const spawn::Result result =
        run_with({"kill", "error=EPERM", false},
                 {factor_gpu(), "--compare", "--repeat", "1", "--budget", "0.1", "-m", "factor",
                  "-b", "pool", "-j", "2", "12", "360"},
                 folder.path("log"));
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(contains(result.out, "pool")) << result.out;
    EXPECT_TRUE(contains(folder.read("log"), "(INJECTED)")) << "nothing was tested";
}

/* A row's process that lives and waits is ended if a call for its socket fails. */
TEST(WorkersOfAComparison, ARowWhoseSocketFailsEnds) {
    const std::string reason = hardships::why_no_strace();
    if (!reason.empty())
        GTEST_SKIP() << reason;
    const ScratchFolder folder;
    for (const char *const call : {"sendto", "recvfrom"})
        for (const char *const how :
             {"error=ENOBUFS:when=1", "error=ENOMEM:when=2", "error=ENOBUFS:when=3"}) {
            const spawn::Result result =
                run_with({call, how, false},
                         {factor_gpu(), "--compare", "--repeat", "1", "--budget", "0.1", "-m",
                          "factor", "-b", "serial", "12", "360"},
                         folder.path("log"));
            EXPECT_NE(result.status, 0) << call << how;
            EXPECT_TRUE(contains(result.out + result.err, "the process of this row ended ("))
                << call << how << result.out << result.err;
            EXPECT_TRUE(contains(folder.read("log"), "(INJECTED)")) << "nothing was tested";
        }
}

/* A parent that ignores SIGCHLD, and so reaps nothing, is inherited by the program. */
TEST(WorkersOfAParentThatIgnoresChildren, AreWaitedForAllTheSame) {
    for (const char *const backend : {"fork", "pool"}) {
        const spawn::Result result =
            spawn::run({"/bin/sh", "-c", "trap '' CHLD; exec \"$@\"", "sh", factor_gpu(), "-b",
                        backend, "-j", "2", "12", "97"});
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n97: 1 97\n") << backend;
    }
}

} // namespace
