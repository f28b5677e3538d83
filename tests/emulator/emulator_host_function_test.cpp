// SPDX-License-Identifier: MIT
/*
 * emulator_host_function_test.cpp: functions that a stream calls on the host: when they run, when
 * they do not, and what they may not do.
 */
#include "emulator.h"
#include "kernels/launch_macro.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace {

class HostFunction : public testing::Test {
  protected:
    void SetUp() override {
        fg_emulator_reset();
        ASSERT_EQ(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), cudaSuccess);
        ASSERT_EQ(cudaMallocHost(&word_, sizeof *word_), cudaSuccess);
        *word_ = 0;
    }
    void TearDown() override { fg_emulator_reset(); }

    cudaStream_t stream_ = nullptr;
    unsigned *word_ = nullptr; /* pinned, so that kernels may write to it */
};

__global__ void store(unsigned *word, unsigned value) {
    *word = value;
}

/* Takes down what the word was at each call. */
struct Calls {
    std::mutex lock;
    std::condition_variable added;
    const unsigned *word;
    std::vector<unsigned> seen;
    std::thread::id thread;

    void wait_for(size_t count) {
        std::unique_lock<std::mutex> guard(lock);
        added.wait(guard, [&] { return seen.size() >= count; });
    }
};

void take_down(void *data) {
    Calls *const calls = static_cast<Calls *>(data);
    const std::lock_guard<std::mutex> guard(calls->lock);
    calls->seen.push_back(*calls->word);
    calls->thread = std::this_thread::get_id();
    calls->added.notify_all();
}

TEST_F(HostFunction, RunsByItselfAfterWhatIsBeforeIt) {
    Calls calls;
    calls.word = word_;
    FG_LAUNCH(store, 1, 1, stream_, word_, 7u);
    ASSERT_EQ(cudaLaunchHostFunc(stream_, take_down, &calls), cudaSuccess);
    FG_LAUNCH(store, 1, 1, stream_, word_, 8u);
    ASSERT_EQ(cudaLaunchHostFunc(stream_, take_down, &calls), cudaSuccess);
    calls.wait_for(2);
    EXPECT_EQ(calls.seen, (std::vector<unsigned>{7, 8}));
    EXPECT_NE(calls.thread, std::this_thread::get_id());
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
    EXPECT_EQ(fg_emulator_calls_of("cudaLaunchHostFunc"), 2u);
}

TEST_F(HostFunction, WhatIsBehindItStillWaitsForASynchronisation) {
    Calls calls;
    calls.word = word_;
    ASSERT_EQ(cudaLaunchHostFunc(stream_, take_down, &calls), cudaSuccess);
    calls.wait_for(1);
    FG_LAUNCH(store, 1, 1, stream_, word_, 7u);
    EXPECT_EQ(*word_, 0u);
    EXPECT_EQ(cudaStreamSynchronize(stream_), cudaSuccess);
    EXPECT_EQ(*word_, 7u);
}

TEST_F(HostFunction, ASynchronisationWaitsForIt) {
    Calls calls;
    calls.word = word_;
    for (unsigned i = 1; i <= 100; i++) {
        ASSERT_EQ(cudaLaunchHostFunc(stream_, take_down, &calls), cudaSuccess);
        ASSERT_EQ(cudaStreamSynchronize(stream_), cudaSuccess);
        const std::lock_guard<std::mutex> guard(calls.lock);
        ASSERT_EQ(calls.seen.size(), i);
    }
}

TEST_F(HostFunction, IsNotCalledOnceItsDeviceHasFailed) {
    Calls calls;
    calls.word = word_;
    fg_emulator_fail_execution(1, cudaErrorIllegalAddress);
    FG_LAUNCH(store, 1, 1, stream_, word_, 7u);
    ASSERT_EQ(cudaLaunchHostFunc(stream_, take_down, &calls), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(stream_), cudaErrorIllegalAddress);
    EXPECT_TRUE(calls.seen.empty());
    EXPECT_EQ(cudaLaunchHostFunc(stream_, take_down, &calls), cudaErrorIllegalAddress);
}

TEST_F(HostFunction, MayNotCallTheRuntime) {
    cudaError_t result = cudaSuccess;
    const auto use_runtime = [](void *data) {
        *static_cast<cudaError_t *>(data) = cudaDeviceSynchronize();
    };
    ASSERT_EQ(cudaLaunchHostFunc(stream_, use_runtime, &result), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(stream_), cudaSuccess);
    EXPECT_EQ(result, cudaErrorNotPermitted);
    EXPECT_EQ(fg_emulator_calls_of("cudaDeviceSynchronize"), 0u);
}

TEST_F(HostFunction, IsRefusedWithoutAFunctionOrAStream) {
    EXPECT_EQ(cudaLaunchHostFunc(stream_, nullptr, nullptr), cudaErrorInvalidValue);
    ASSERT_EQ(cudaStreamDestroy(stream_), cudaSuccess);
    EXPECT_EQ(cudaLaunchHostFunc(stream_, take_down, nullptr), cudaErrorInvalidResourceHandle);
}

TEST_F(HostFunction, AFailingCallEnqueuesNothing) {
    fg_emulator_fail_call("cudaLaunchHostFunc", 1, cudaErrorUnknown);
    EXPECT_EQ(cudaLaunchHostFunc(stream_, take_down, nullptr), cudaErrorUnknown);
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
}

} // namespace
