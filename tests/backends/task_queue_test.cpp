// SPDX-License-Identifier: MIT
/*
 * task_queue_test.cpp: what a queue gives out, and when.
 */
#include "task_queue_run.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace {

struct Close {
    void operator()(task_queue_run *run) const { task_queue_run_close(run); }
};
using Queue = std::unique_ptr<task_queue_run, Close>;
using List = std::vector<uint64_t>;

size_t fill(const Queue &queue, const List &list) {
    return task_queue_run_fill(queue.get(), list.data(), list.size());
}

TEST(TaskQueue, GivesNothingBeforeTheFirstBatch) {
    const Queue queue(task_queue_run_open(FG_METHOD_FACTOR, 4));
    ASSERT_NE(queue, nullptr);
    EXPECT_EQ(task_queue_run_left(queue.get()), 0u);
    EXPECT_FALSE(task_queue_run_take(queue.get()));
}

TEST(TaskQueue, GivesNothingMoreOnceItIsClosed) {
    const Queue queue(task_queue_run_open(FG_METHOD_FACTOR, 4));
    ASSERT_NE(queue, nullptr);
    const List list(400, 97);
    for (size_t taken = 0; taken <= 4; taken++) {
        ASSERT_EQ(fill(queue, list), 4u);
        for (size_t i = 0; i < taken; i++)
            EXPECT_TRUE(task_queue_run_take(queue.get()));
        EXPECT_EQ(task_queue_run_left(queue.get()), 4 - taken);
        EXPECT_EQ(task_queue_run_close_queue(queue.get()), taken);
        EXPECT_EQ(task_queue_run_left(queue.get()), 0u);
        EXPECT_FALSE(task_queue_run_take(queue.get()));
        EXPECT_EQ(task_queue_run_close_queue(queue.get()), taken) << "once more";
    }
}

TEST(TaskQueue, FewNumbersAreSharedOutEquallyAndNotInSmallPieces) {
    const Queue queue(task_queue_run_open(FG_METHOD_FACTOR, 4));
    ASSERT_NE(queue, nullptr);
    EXPECT_EQ(fill(queue, List(11, 97)), 1u);
    EXPECT_EQ(fill(queue, List(12, 97)), 2u);
    EXPECT_EQ(fill(queue, List(45, 97)), 4u);
    EXPECT_EQ(fill(queue, List(1000, 97)), 4u);
    EXPECT_EQ(fill(queue, List(2048, 97)), 4u);
    EXPECT_GT(fill(queue, List(8192, 97)), 8u);
}

TEST(TaskQueue, WeighsNoMoreNumbersThanItHasTo) {
    const Queue queue(task_queue_run_open(FG_METHOD_EXHAUSTIVE, 4));
    ASSERT_NE(queue, nullptr);
    const List list(1000, 1000);
    const auto cost = [&](double limit) {
        return task_queue_run_cost(queue.get(), list.data(), list.size(), limit);
    };
    const double each = cost(1);
    EXPECT_GE(each, 1000);
    EXPECT_EQ(cost(10 * each), 10 * each);
    EXPECT_EQ(cost(1e300), 1000 * each);
}

TEST(TaskQueue, BoundsWhatNumbersCost) {
    for (const fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL, FG_METHOD_FACTOR}) {
        const Queue queue(task_queue_run_open(method, 4));
        ASSERT_NE(queue, nullptr);
        for (const List &list : {List{1}, List{2, 3, 1000}, List{1, UINT64_MAX}, List(50, 12)}) {
            const double cost = task_queue_run_cost(queue.get(), list.data(), list.size(), 1e300);
            const double bound = task_queue_run_cost_bound(queue.get(), list.data(), list.size());
            EXPECT_GE(bound, cost);
            EXPECT_LE(bound, 2.0 * static_cast<double>(list.size()) * cost);
        }
    }
}

TEST(TaskQueue, AWholeBatchIsOneTask) {
    const Queue queue(task_queue_run_open(FG_METHOD_FACTOR, 4));
    ASSERT_NE(queue, nullptr);
    const List list(3000, 12);
    task_queue_run_fill_whole(queue.get(), list.data(), list.size());
    EXPECT_EQ(task_queue_run_left(queue.get()), 1u);
    EXPECT_EQ(task_queue_run_answer(queue.get()), list.size());
}

TEST(TaskQueue, AFailedCheckKeepsItsReason) {
    const Queue queue(task_queue_run_open(FG_METHOD_FACTOR, 4));
    ASSERT_NE(queue, nullptr);
    const List list{97, 12, 1000003};
    ASSERT_EQ(fill(queue, list), 1u);
    fg_error error = {};
    EXPECT_EQ(task_queue_run_fail(queue.get(), &error), FG_ERROR_SELF_CHECK);
    EXPECT_STREQ(error.message, "97 has another divisor");
    ASSERT_EQ(fill(queue, list), 1u);
    EXPECT_EQ(task_queue_run_answer(queue.get()), list.size()) << "the next batch";
}

} // namespace
