// SPDX-License-Identifier: MIT
/*
 * cpu_affinity_test.cpp: where sleeping threads are to be woken.
 */
#include <gtest/gtest.h>

#include <vector>

extern "C" {
#include "backends/cpu_affinity.h"
}

namespace {

cpu_set_t cpus(int first, int count) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = 0; i < count; i++)
        CPU_SET(first + i, &set);
    return set;
}

std::vector<int> list_of(const cpu_set_t &set) {
    std::vector<int> list;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &set))
            list.push_back(cpu);
    return list;
}

using Plans = std::vector<std::vector<int>>;

/* Where threads that were last at these CPUs may wake, if all but `awake` of them sleep; {} is
 * anywhere. */
Plans planned(const cpu_set_t &allowed, const std::vector<int> &last, unsigned awake) {
    std::vector<fg_affinity_thread> threads(last.size());
    std::vector<fg_affinity_thread *> list;
    for (size_t i = 0; i < last.size(); i++) {
        threads[i].last_cpu = last[i];
        list.push_back(&threads[i]);
    }
    fg_affinity_plan(&allowed, list.data(), awake, static_cast<unsigned>(list.size()));
    Plans plans;
    for (size_t i = awake; i < threads.size(); i++)
        plans.push_back(threads[i].own_cpu < 0 ? std::vector<int>() : list_of(threads[i].cpus));
    return plans;
}

/* CPUs that this machine does not have, so that the calling thread is at none of them. */
constexpr int first = 900;

TEST(CpuAffinity, AThreadKeepsItsCpuOrTakesOneThatIsNobodys) {
    EXPECT_EQ(planned(cpus(first, 4), {first, first + 1, first + 2}, 0),
              (Plans{{first, first + 3}, {first + 1, first + 3}, {first + 2, first + 3}}));
}

TEST(CpuAffinity, ThreadsThatCollideAreSpread) {
    EXPECT_EQ(planned(cpus(first, 4), {first + 1, first + 1, -1, 5}, 0),
              (Plans{{first + 1}, {first}, {first + 2}, {first + 3}}));
}

TEST(CpuAffinity, AThreadThatIsAwakeKeepsItsCpu) {
    EXPECT_EQ(planned(cpus(first, 3), {first, first, first + 1}, 1),
              (Plans{{first + 2}, {first + 1}}));
}

TEST(CpuAffinity, WithoutAFreeCpuNobodyIsConfined) {
    EXPECT_EQ(planned(cpus(first, 1), {first, first, first}, 1), (Plans{{}, {}}));
    EXPECT_EQ(planned(cpus(first, 0), {first, -1}, 0), (Plans{{}, {}}));
}

TEST(CpuAffinity, TheCallersCpuIsTaken) {
    cpu_set_t before;
    ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    const int here = sched_getcpu();
    const cpu_set_t one = cpus(here, 1);
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    cpu_set_t allowed = cpus(first, 1);
    CPU_SET(here, &allowed);
    EXPECT_EQ(planned(allowed, {here}, 0), (Plans{{first}}));
    EXPECT_EQ(planned(allowed, {first}, 0), (Plans{{first}}));
    sched_setaffinity(0, sizeof before, &before);
}

/* A thread that was confined while it slept may go everywhere again. */
TEST(CpuAffinity, AThreadLetsItselfGo) {
    cpu_set_t before, after;
    ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    const int here = sched_getcpu();
    fg_affinity_thread self = {pthread_self(), -1, here, cpus(here, 1), false};
    fg_affinity_before_wake(&self);
    EXPECT_TRUE(self.confined);
    ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
    EXPECT_EQ(CPU_COUNT(&after), 1);
    fg_affinity_let_go(&before, &self);
    ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
    EXPECT_TRUE(CPU_EQUAL(&before, &after));
    EXPECT_FALSE(self.confined);
}

} // namespace
