// SPDX-License-Identifier: MIT
// Ranges by the CUDA toolkit's own header: what a profiler hears, and that they do nothing if none
// listens. NVTX looks for a profiler once in a process, so each case runs in one of its own.
#include "toolkit_range_run.h"

#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// Runs the ranges in a child whose standard output is returned.
std::string heard(const char *profiler) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], 1);
        if (profiler != nullptr)
            setenv("NVTX_INJECTION64_PATH", profiler, 1);
        else
            unsetenv("NVTX_INJECTION64_PATH");
        fg_test_toolkit_ranges(5);
        fflush(stdout);
        _exit(0);
    }
    close(ends[1]);
    std::string text;
    char piece[4096];
    for (ssize_t got; (got = read(ends[0], piece, sizeof piece)) > 0;)
        text.append(piece, static_cast<size_t>(got));
    close(ends[0]);
    int status = -1;
    waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
    return text;
}

TEST(ToolkitRange, EveryWayOutOfABlockEndsItsRange) {
    EXPECT_EQ(heard(FG_RANGE_LISTENER), "+factor-gpu: batch 18446744073709551615\n"
                                        "+factor-gpu: rounds 0\n-\n"
                                        "+factor-gpu: rounds 1\n-\n"
                                        "+factor-gpu: rounds 2\n-\n"
                                        "+factor-gpu: rounds 3\n-\n"
                                        "-\n");
}

TEST(ToolkitRange, NobodyHearsThemWithoutAProfiler) {
    EXPECT_EQ(heard(nullptr), "");
    EXPECT_EQ(heard("/nowhere/profiler.so"), "");
}

} // namespace
