// SPDX-License-Identifier: MIT
/*
 * worker_cpus_test.cpp: where workers that would share a CPU go.
 */
#include <gtest/gtest.h>

#include <functional>
#include <sched.h>
#include <vector>

extern "C" {
#include "backends/worker_cpus.h"
}

namespace {

cpu_set_t affinity() {
    cpu_set_t set;
    CPU_ZERO(&set);
    EXPECT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
    return set;
}

cpu_set_t only(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return set;
}

/* Three workers, all played by this thread. A thread that is confined to one CPU is surely there.
 */
class WorkerCpus : public testing::Test {
  protected:
    void SetUp() override {
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
            if (CPU_ISSET(cpu, &allowed))
                usable.push_back(cpu);
        ASSERT_EQ(fg_worker_cpus_create(3, &cpus, nullptr), FG_OK);
    }

    void TearDown() override {
        sched_setaffinity(0, sizeof allowed, &allowed);
        fg_worker_cpus_destroy(cpus);
    }

    /* Lets a worker begin a task on the CPU. */
    void begin_on(unsigned worker, int cpu) {
        const cpu_set_t there = only(cpu);
        ASSERT_EQ(sched_setaffinity(0, sizeof there, &there), 0);
        fg_worker_cpus_spread(cpus, worker);
        EXPECT_EQ(sched_getcpu(), cpu);
    }

    /* Counts how often worker 1, which begins a task on the first CPU, ends up on another. The
     * kernel may move it, too, but seldom does within microseconds. */
    int moves_beside(const std::function<void()> &others) {
        int moves = 0;
        for (int i = 0; i < tries; i++) {
            others();
            const cpu_set_t there = only(usable[0]);
            sched_setaffinity(0, sizeof there, &there);
            sched_setaffinity(0, sizeof allowed, &allowed);
            fg_worker_cpus_spread(cpus, 1);
            moves += sched_getcpu() != usable[0];
            fg_worker_cpus_rest(cpus, 1);
        }
        return moves;
    }

    static constexpr int tries = 40;
    const cpu_set_t allowed = affinity();
    std::vector<int> usable;
    fg_worker_cpus *cpus = nullptr;
};

TEST_F(WorkerCpus, MoveToAnIdleOneAndMayRunAnywhereThen) {
    if (usable.size() < 2)
        GTEST_SKIP() << "there is one CPU";
    EXPECT_GT(moves_beside([&] { begin_on(0, usable[0]); }), tries / 2);
    const cpu_set_t now = affinity();
    EXPECT_TRUE(CPU_EQUAL(&now, &allowed));
}

TEST_F(WorkerCpus, StayBesideAWorkerAtRest) {
    EXPECT_LT(moves_beside([&] {
                  begin_on(0, usable[0]);
                  fg_worker_cpus_rest(cpus, 0);
              }),
              tries / 2);
}

TEST_F(WorkerCpus, StayWhereEveryCpuIsTaken) {
    begin_on(0, usable[0]);
    begin_on(1, usable[0]);
    const cpu_set_t there = only(usable[0]), now = affinity();
    EXPECT_TRUE(CPU_EQUAL(&now, &there));
}

} // namespace
