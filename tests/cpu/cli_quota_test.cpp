// SPDX-License-Identifier: MIT
// The program in a container with a CPU quota: what it takes for usable, and how many workers it
// starts. The container is a mount namespace with made-up files of cgroups.
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>

#include <thread>

namespace {

/* Lines may be wrapped anywhere. */
bool contains(const std::string &text, const std::string &part) {
    std::string unwrapped;
    for (const char c : text)
        if (c != ' ' && c != '\n')
            unwrapped += c;
        else if (!unwrapped.empty() && unwrapped.back() != ' ')
            unwrapped += ' ';
    return unwrapped.find(part) != std::string::npos;
}

/* Puts files with a quota of `time_us` in 0.1 s over those of this process's own groups, of
 * whichever version, and runs "$@". */
const char in_container[] = R"(
time_us=$1; shift
mount -t tmpfs none /sys/fs/cgroup || exit 99
while IFS=: read -r number controllers path; do
    for point in $(sed -n 's/^[0-9]* [0-9]* [0-9:]* [^ ]* \(\/sys\/fs\/cgroup[^ ]*\) .* - cgroup2* .*/\1/p' \
        /proc/self/mountinfo); do
        mkdir -p "$point$path" || exit 99
        for folder in "$point" "$point$path"; do
            echo "$time_us 100000" >"$folder/cpu.max"
            echo "$time_us" >"$folder/cpu.cfs_quota_us"
            echo 100000 >"$folder/cpu.cfs_period_us"
        done
    done
done </proc/self/cgroup
exec "$@"
)";

spawn::Result in_quota(int time_us, const std::vector<std::string> &arguments) {
    std::vector<std::string> command = {
        "unshare", "-m", "sh", "-c", in_container, "sh", std::to_string(time_us), factor_gpu()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.insert(command.begin(), "/usr/bin/env");
    return spawn::run(command);
}

#define SKIP_WITHOUT_NAMESPACES()                                                                  \
    do {                                                                                           \
        const spawn::Result tried = in_quota(100000, {"12"});                                      \
        if (tried.out != "12: 1 2 3 4 6 12\n")                                                     \
            GTEST_SKIP() << "no mount namespace can be made here: " << tried.err;                  \
    } while (false)

std::vector<std::string> comparison(const std::string &jobs) {
    std::vector<std::string> all = {"--compare", "-q",       "--repeat=1", "--budget=0.1",
                                    "-mfactor",  "-bserial", "12"};
    if (!jobs.empty())
        all.insert(all.begin(), "-j" + jobs);
    return all;
}

TEST(CliQuota, BoundsTheWorkersAndTheReportSaysIt) {
    SKIP_WITHOUT_NAMESPACES();
    const spawn::Result one = in_quota(70000, comparison(""));
    EXPECT_EQ(one.status, 0) << one.err;
    EXPECT_TRUE(contains(one.out, "; 1 usable CPU (a quota of 0.7 of ")) << one.out;
    EXPECT_TRUE(contains(one.out, "1 job,")) << one.out;
    const spawn::Result more = in_quota(70000, comparison("3"));
    EXPECT_TRUE(contains(more.out, "1 usable CPU (a quota of 0.7 of ")) << more.out;
    EXPECT_TRUE(contains(more.out, "3 jobs,")) << "--jobs may exceed it: " << more.out;
    const unsigned cpus = std::thread::hardware_concurrency();
    const spawn::Result large = in_quota(100000 * 5000, comparison(""));
    EXPECT_TRUE(contains(large.out, std::to_string(cpus) + " usable CPU")) << large.out;
    EXPECT_TRUE(contains(large.out, "a quota of 5e+03 of")) << large.out;
}

TEST(CliQuota, IsInTheExport) {
    SKIP_WITHOUT_NAMESPACES();
    std::vector<std::string> arguments = comparison("");
    arguments.push_back("--export-json=-");
    const spawn::Result result = in_quota(150000, arguments);
    EXPECT_TRUE(contains(result.out, "\"cpu_quota\": 1.5")) << result.out;
}

} // namespace
