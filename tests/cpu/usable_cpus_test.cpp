// SPDX-License-Identifier: MIT
/*
 * usable_cpus_test.cpp: CPU quotas, read from made-up trees of /proc and of cgroups as containers
 * show them; and what they do to the default of jobs.
 */
#include "factor_gpu.h"
#include "support/scratch_folder.h"

#include <gtest/gtest.h>

#include <sched.h>
#include <unistd.h>

extern "C" {
#include "cpu/usable_cpus.h"
}

namespace {

/* A made-up machine. */
class Machine {
  public:
    Machine &cgroup(const std::string &lines) { return file("proc/self/cgroup", lines); }
    Machine &mounts(const std::string &lines) { return file("proc/self/mountinfo", lines); }
    Machine &file(const std::string &path, const std::string &content) {
        std::filesystem::create_directories(
            std::filesystem::path(folder_.path(path)).parent_path());
        folder_.write(path, content);
        return *this;
    }
    double quota() const { return fg_cpu_quota(folder_.path().c_str()); }

  private:
    ScratchFolder folder_;
};

const std::string v2_mount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 "
                             "rw,nsdelegate\n";
const std::string v1_mount =
    "25 30 0:22 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup "
    "rw,cpu,cpuacct\n";
const std::string other_mounts =
    "22 1 8:1 / / rw,relatime - ext4 /dev/root rw\n"
    "29 30 0:25 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
    "28 30 0:24 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

TEST(CpuQuota, IsReadInAContainerOfVersion2) {
    Machine machine;
    machine.cgroup("0::/\n").mounts(other_mounts + v2_mount);
    EXPECT_EQ(machine.quota(), 0) << "no file";
    machine.file("sys/fs/cgroup/cpu.max", "200000 100000\n");
    EXPECT_EQ(machine.quota(), 2);
    machine.file("sys/fs/cgroup/cpu.max", "max 100000\n");
    EXPECT_EQ(machine.quota(), 0);
    machine.file("sys/fs/cgroup/cpu.max", "150000 100000\n");
    EXPECT_EQ(machine.quota(), 1.5);
    machine.file("sys/fs/cgroup/cpu.max", "150000\n");
    EXPECT_EQ(machine.quota(), 1.5) << "the kernel's default period";
    machine.file("sys/fs/cgroup/cpu.max", "5000 50000\n");
    EXPECT_EQ(machine.quota(), 0.1);
}

TEST(CpuQuota, IsTheLeastOfAllGroupsAbove) {
    Machine machine;
    machine.cgroup("0::/user.slice/user-1000.slice/session-2.scope\n").mounts(v2_mount);
    const std::string slice = "sys/fs/cgroup/user.slice/";
    machine.file(slice + "user-1000.slice/session-2.scope/cpu.max", "max 100000\n");
    EXPECT_EQ(machine.quota(), 0);
    machine.file(slice + "cpu.max", "300000 100000\n");
    EXPECT_EQ(machine.quota(), 3) << "of the grandparent";
    machine.file(slice + "user-1000.slice/session-2.scope/cpu.max", "400000 100000\n");
    EXPECT_EQ(machine.quota(), 3);
    machine.file(slice + "user-1000.slice/cpu.max", "100000 50000\n");
    EXPECT_EQ(machine.quota(), 2) << "of the parent";
    machine.file(slice + "user-1000.slice/session-2.scope/cpu.max", "50000 100000\n");
    EXPECT_EQ(machine.quota(), 0.5) << "its own";
    machine.file("sys/fs/cgroup/user.slice/user-1001.slice/cpu.max", "1000 100000\n");
    EXPECT_EQ(machine.quota(), 0.5) << "another user's is none of ours";
}

TEST(CpuQuota, IsReadInVersion1) {
    Machine machine;
    machine
        .cgroup("12:memory:/jobs/7\n9:cpuset:/other\n4:cpu,cpuacct:/jobs/7\n1:name=systemd:/jobs\n")
        .mounts(other_mounts + v1_mount);
    EXPECT_EQ(machine.quota(), 0);
    const std::string folder = "sys/fs/cgroup/cpu,cpuacct/";
    machine.file(folder + "jobs/7/cpu.cfs_quota_us", "-1\n");
    machine.file(folder + "jobs/7/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(machine.quota(), 0) << "-1 is no quota";
    machine.file(folder + "jobs/7/cpu.cfs_quota_us", "250000\n");
    EXPECT_EQ(machine.quota(), 2.5);
    machine.file(folder + "jobs/cpu.cfs_quota_us", "50000\n");
    machine.file(folder + "jobs/cpu.cfs_period_us", "25000\n");
    EXPECT_EQ(machine.quota(), 2) << "of the parent";
    machine.file(folder + "cpu.cfs_quota_us", "100000\n");
    EXPECT_EQ(machine.quota(), 1) << "of the root, with the default period";
}

/* Docker on a host of version 1, without a cgroup namespace: the group's name is the host's, and
 * the mount shows the container's own group alone. */
TEST(CpuQuota, IsFoundWhereTheMountShowsTheGroupAlone) {
    Machine machine;
    machine.cgroup("4:cpuacct,cpu:/docker/0123abcd\n")
        .mounts(
            "25 30 0:22 /docker/0123abcd /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpuacct,cpu\n")
        .file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "400000\n")
        .file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(machine.quota(), 4);
    machine.cgroup("4:cpuacct,cpu:/docker/0123abcd/inner\n")
        .file("sys/fs/cgroup/cpu/inner/cpu.cfs_quota_us", "100000\n");
    EXPECT_EQ(machine.quota(), 1) << "a group within it";
    machine.cgroup("4:cpuacct,cpu:/docker/0123abcdef\n");
    EXPECT_EQ(machine.quota(), 4) << "the name only begins alike: the mount point's";
}

/* The mount was made in another cgroup namespace than the process's. */
TEST(CpuQuota, IsTheMountPointsWhereTheGroupIsOutsideIt) {
    for (const char *const group : {"/", "/../../outside", "/..", "/elsewhere"}) {
        Machine machine;
        machine.cgroup(std::string("0::") + group + "\n")
            .mounts("30 23 0:26 /../../pod /sys/fs/cgroup ro - cgroup2 cgroup rw\n")
            .file("sys/fs/cgroup/cpu.max", "300000 100000\n");
        EXPECT_EQ(machine.quota(), 3) << group;
    }
    Machine machine;
    machine.cgroup("0::/../outside\n").mounts(v2_mount);
    machine.file("sys/fs/outside/cpu.max", "100000 100000\n");
    EXPECT_EQ(machine.quota(), 0) << "never reads above the mount point";
}

TEST(CpuQuota, OfAHybridMachineIsInVersion1IfThatHasTheController) {
    Machine machine;
    machine.cgroup("0::/a\n3:cpu:/b\n2:memory:/c\n")
        .mounts("31 30 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
                "32 30 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n")
        .file("sys/fs/cgroup/unified/a/cpu.max", "100000 100000\n")
        .file("sys/fs/cgroup/cpu/b/cpu.cfs_quota_us", "200000\n");
    EXPECT_EQ(machine.quota(), 2);
    machine.cgroup("2:memory:/c\n1:name=systemd:/a\n0::/a\n");
    EXPECT_EQ(machine.quota(), 1) << "version 1 without the controller";
}

TEST(CpuQuota, KnowsNamesWithSpacesColonsAndManyMounts) {
    Machine machine;
    machine.cgroup("0::/my group:1/in ner\n")
        .mounts(
            "40 23 0:26 /other /mnt/other rw - cgroup2 cgroup2 rw\n"
            "41 23 0:26 / /mnt/c\\040group\\134x rw master:1 propagate_from:2 - cgroup2 none rw\n")
        .file("mnt/other/cpu.max", "100000 100000\n")
        .file("mnt/c group\\x/my group:1/cpu.max", "700000 100000\n");
    EXPECT_EQ(machine.quota(), 7);
}

TEST(CpuQuota, OfGarbageIsNone) {
    EXPECT_EQ(Machine().quota(), 0) << "no /proc";
    EXPECT_EQ(Machine().cgroup("0::/\n").quota(), 0) << "no mountinfo";
    EXPECT_EQ(Machine().mounts(v2_mount).file("sys/fs/cgroup/cpu.max", "1 1\n").quota(), 0)
        << "no group";
    for (const char *const content : {"", "\n", "abc", "max", "-1 100000", "0 100000", "100000 0",
                                      "100000 -5", "- 5", "nan 100000", "  ", "maximum 1"}) {
        Machine machine;
        machine.cgroup("0::/\n").mounts(v2_mount).file("sys/fs/cgroup/cpu.max", content);
        EXPECT_EQ(machine.quota(), 0) << content;
        machine.cgroup("1:cpu:/\n").mounts(v1_mount);
        machine.file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", content);
        machine.file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "0\n");
        EXPECT_EQ(machine.quota(), 0) << content;
    }
    for (const char *const lines : {"", "\n", "0:", "0::", "::", "0:/\n", "x\n:cpu\n", "0::/\n"})
        for (const char *const mounts :
             {"", "\n", " - ", "1 2 3 - cgroup2\n", "1 2 3 / - cgroup2 a b\n",
              "1 2 3 / /sys/fs/cgroup rw cgroup2 cgroup2 rw\n",
              "1 2 3 / /sys/fs/cgroup rw - cgroup2\n"}) {
            Machine machine;
            machine.cgroup(lines).mounts(mounts).file("sys/fs/cgroup/cpu.max", "1000 1000\n");
            EXPECT_EQ(machine.quota(), 0) << lines << " and " << mounts;
        }
}

TEST(UsableCpus, AreAtLeastOneAndBoundTheDefaultOfJobs) {
    fg_cpu_count count = {};
    fg_count_cpus(&count);
    EXPECT_GE(count.usable, 1u);
    EXPECT_LE(count.usable, count.allowed);
    struct {
        fg_cpu_count known;
        unsigned long later; // what a later header has
    } grown;
    memset(&grown, 0xaa, sizeof grown);
    grown.known.size = sizeof grown;
    fg_count_cpus(&grown.known);
    EXPECT_EQ(grown.known.usable, count.usable);
    EXPECT_EQ(grown.known.size, sizeof grown);
    EXPECT_EQ(grown.later, 0u);
    cpu_set_t set;
    ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
    EXPECT_EQ(count.allowed, static_cast<unsigned>(CPU_COUNT(&set)));
    fg_config config = {};
    fg_engine *engine;
    fg_error error;
    ASSERT_EQ(fg_engine_open(&config, &engine, &error), FG_OK) << error.message;
    EXPECT_EQ(fg_engine_jobs(engine), count.usable);
    fg_engine_close(engine);
}

} // namespace
