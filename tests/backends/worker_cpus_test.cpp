// SPDX-License-Identifier: MIT
/*
 * worker_cpus_test.cpp: where workers that would share a CPU go.
 *
 * A real kernel moves threads as it likes. The linker leads the library's calls of the scheduler
 * to this file (--wrap), where a thread stays on its CPU as long as it may run there.
 */
#include <gtest/gtest.h>

#include <sched.h>

extern "C" {
#include "backends/worker_cpus.h"
}

namespace {

/* The made-up scheduler, with the only thread that there is. */
struct {
    cpu_set_t allowed;
    int cpu = 0;
    int limits = 0; /* how often the thread was confined, or freed */
} made_up;

cpu_set_t set_of(std::initializer_list<int> cpus) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus)
        CPU_SET(cpu, &set);
    return set;
}

} // namespace

extern "C" {

int __wrap_sched_getcpu();
int __wrap_sched_getcpu() {
    return made_up.cpu;
}

int __wrap_sched_getaffinity(pid_t, size_t size, cpu_set_t *set);
int __wrap_sched_getaffinity(pid_t, size_t size, cpu_set_t *set) {
    EXPECT_EQ(size, sizeof *set);
    *set = made_up.allowed;
    return 0;
}

int __wrap_sched_setaffinity(pid_t, size_t size, const cpu_set_t *set);
int __wrap_sched_setaffinity(pid_t, size_t size, const cpu_set_t *set) {
    EXPECT_EQ(size, sizeof *set);
    EXPECT_GT(CPU_COUNT(set), 0);
    made_up.allowed = *set;
    made_up.limits++;
    for (int cpu = 0; !CPU_ISSET(made_up.cpu, set) && cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, set))
            made_up.cpu = cpu;
    return 0;
}
}

namespace {

/* Three workers, all played by this thread. */
class WorkerCpus : public testing::Test {
  protected:
    void SetUp() override {
        made_up = {};
        made_up.allowed = set_of({0, 1, 2, 5});
        ASSERT_EQ(fg_worker_cpus_create(3, &cpus, nullptr), FG_OK);
    }
    void TearDown() override { fg_worker_cpus_destroy(cpus); }

    /* Lets a worker begin a task on the CPU. Returns the CPU on which it goes on. */
    int begin_on(unsigned worker, int cpu) const {
        made_up.cpu = cpu;
        fg_worker_cpus_spread(cpus, worker);
        return made_up.cpu;
    }

    static void expect_allowed(const cpu_set_t &expected) {
        EXPECT_TRUE(CPU_EQUAL(&made_up.allowed, &expected));
    }

    fg_worker_cpus *cpus = nullptr;
};

TEST_F(WorkerCpus, MoveToAnIdleOneAndMayRunAnywhereThen) {
    EXPECT_EQ(begin_on(0, 0), 0);
    EXPECT_EQ(begin_on(1, 0), 1);
    EXPECT_EQ(begin_on(2, 1), 2) << "worker 1 has moved there";
    EXPECT_EQ(begin_on(0, 2), 0) << "the CPU that worker 0 has left is idle";
    EXPECT_EQ(made_up.limits, 3 * 2);
    expect_allowed(set_of({0, 1, 2, 5}));
}

TEST_F(WorkerCpus, StayOnACpuOfTheirOwn) {
    EXPECT_EQ(begin_on(0, 0), 0);
    EXPECT_EQ(begin_on(1, 1), 1);
    EXPECT_EQ(begin_on(0, 0), 0) << "the worker that is there is itself";
    EXPECT_EQ(begin_on(0, 5), 5);
    EXPECT_EQ(made_up.limits, 0);
}

TEST_F(WorkerCpus, StayBesideAWorkerAtRest) {
    EXPECT_EQ(begin_on(0, 0), 0);
    fg_worker_cpus_rest(cpus, 0);
    EXPECT_EQ(begin_on(1, 0), 0);
    EXPECT_EQ(made_up.limits, 0);
}

TEST_F(WorkerCpus, StayWhereEveryCpuIsTaken) {
    made_up.allowed = set_of({0, 1});
    EXPECT_EQ(begin_on(0, 0), 0);
    EXPECT_EQ(begin_on(1, 1), 1);
    EXPECT_EQ(begin_on(2, 1), 1);
    EXPECT_EQ(made_up.limits, 0);
    expect_allowed(set_of({0, 1}));
}

} // namespace
