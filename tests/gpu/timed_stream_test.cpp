// SPDX-License-Identifier: MIT
/*
 * timed_stream_test.cpp: a device's thread sleeps until one of its streams is ready, another
 * thread has news, or the device has failed.
 *
 * The library's objects sleep and read the clock through this file (--wrap), which counts how often
 * they sleep, and can stop the clock.
 */
#include "support/emulated_fixture.h"

#include "kernels/launch_macro.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <thread>

extern "C" {
#include "gpu/timed_stream.h"
}

static unsigned sleeps;
static timespec latest_end;               /* of a sleep */
static const timespec *stopped = nullptr; /* the time, if the clock stands; then nothing sleeps */

extern "C" {
int __real_clock_gettime(clockid_t clock, timespec *time);
int __wrap_clock_gettime(clockid_t clock, timespec *time) {
    if (stopped == nullptr)
        return __real_clock_gettime(clock, time);
    *time = *stopped;
    return 0;
}
int __real_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                                  const timespec *end);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                                  const timespec *end) {
    sleeps++;
    latest_end = *end;
    return stopped != nullptr ? ETIMEDOUT : __real_pthread_cond_timedwait(condition, lock, end);
}
}

namespace {

using Clock = std::chrono::steady_clock;

__global__ void add_one(unsigned *word) {
    ++*word;
}

class TimedStream : public Emulated {
  protected:
    void SetUp() override {
        Emulated::SetUp();
        fg_wakeup_init(&wakeup_);
        for (fg_gpu_stream &stream : streams_)
            ASSERT_EQ(fg_gpu_stream_open(&stream, &error_), FG_OK) << error_.message;
        ASSERT_EQ(cudaMallocHost(&word_, sizeof *word_), cudaSuccess);
        *word_ = 0;
    }
    void TearDown() override {
        for (fg_gpu_stream &stream : streams_) {
            fg_gpu_stream_settle(&stream);
            fg_gpu_stream_close(&stream);
        }
        cudaFreeHost(word_);
        Emulated::TearDown();
    }
    fg_status wait(unsigned count, uint64_t seen) {
        fg_gpu_stream *const list[] = {&streams_[0], &streams_[1]};
        return fg_gpu_streams_wait(list, count, &wakeup_, seen, &error_);
    }

    fg_wakeup wakeup_;
    fg_gpu_stream streams_[2];
    unsigned *word_ = nullptr; /* pinned, so that kernels may write to it */
    fg_error error_ = {};
};

TEST_F(TimedStream, EveryStreamBecomesReady) {
    for (fg_gpu_stream &stream : streams_)
        FG_LAUNCH(add_one, 1, 1, stream.handle, word_);
    EXPECT_FALSE(fg_gpu_stream_is_ready(&streams_[0]));
    unsigned done = 0;
    while (done < 2) {
        const uint64_t seen = fg_wakeup_count(&wakeup_);
        done = fg_gpu_stream_is_ready(&streams_[0]) + fg_gpu_stream_is_ready(&streams_[1]);
        ASSERT_EQ(wait(2, seen), FG_OK) << error_.message;
    }
    EXPECT_EQ(*word_, 2u);
    EXPECT_EQ(fg_emulator_calls_of("cudaLaunchHostFunc"), 2u) << "a stream is watched once";
}

TEST_F(TimedStream, AfterAWaitItIsWatchedAnew) {
    for (unsigned turn = 1; turn <= 3; turn++) {
        FG_LAUNCH(add_one, 1, 1, streams_[0].handle, word_);
        while (!fg_gpu_stream_is_ready(&streams_[0]))
            ASSERT_EQ(wait(1, fg_wakeup_count(&wakeup_)), FG_OK) << error_.message;
        EXPECT_EQ(*word_, turn);
        ASSERT_EQ(fg_gpu_stream_wait(&streams_[0], &error_), FG_OK) << error_.message;
        EXPECT_FALSE(fg_gpu_stream_is_ready(&streams_[0]));
    }
    EXPECT_EQ(fg_emulator_calls_of("cudaLaunchHostFunc"), 3u);
}

/* The second work cannot end before the test has looked. */
TEST_F(TimedStream, AfterAWaitItIsNotReadyBeforeItsNextWork) {
    fg_gpu_stream *const list[] = {&streams_[0]};
    FG_LAUNCH(add_one, 1, 1, streams_[0].handle, word_);
    while (!fg_gpu_stream_is_ready(&streams_[0]))
        ASSERT_EQ(wait(1, fg_wakeup_count(&wakeup_)), FG_OK) << error_.message;
    ASSERT_EQ(fg_gpu_stream_wait(&streams_[0], &error_), FG_OK) << error_.message;
    std::atomic<bool> has_looked{false};
    fg_emulator_after_kernel(
        [](const fg_emulator_launch *, void *looked) {
            while (!*static_cast<std::atomic<bool> *>(looked))
                std::this_thread::yield();
        },
        &has_looked);
    FG_LAUNCH(add_one, 1, 1, streams_[0].handle, word_);
    EXPECT_EQ(fg_gpu_streams_watch(list, 1, &wakeup_, &error_), FG_OK) << error_.message;
    EXPECT_FALSE(fg_gpu_stream_is_ready(&streams_[0]));
    has_looked = true;
    fg_gpu_stream_settle(&streams_[0]);
    EXPECT_EQ(*word_, 2u);
}

TEST_F(TimedStream, NewsThatCameBeforeTheWaitEndsIt) {
    const uint64_t seen = fg_wakeup_count(&wakeup_);
    fg_wakeup_raise(&wakeup_);
    sleeps = 0;
    EXPECT_TRUE(fg_wakeup_wait(&wakeup_, seen));
    EXPECT_EQ(wait(0, seen), FG_OK);
    EXPECT_EQ(sleeps, 0u);
}

TEST_F(TimedStream, NewsFromAnotherThreadEndsTheWait) {
    for (unsigned turn = 0; turn < 20; turn++) {
        const uint64_t seen = fg_wakeup_count(&wakeup_);
        std::thread other([&] { fg_wakeup_raise(&wakeup_); });
        while (!fg_wakeup_wait(&wakeup_, seen)) {
        }
        other.join();
        EXPECT_EQ(fg_wakeup_count(&wakeup_), seen + 1);
    }
}

TEST_F(TimedStream, WithoutNewsAWaitEndsAfterAMoment) {
    const Clock::time_point start = Clock::now();
    EXPECT_FALSE(fg_wakeup_wait(&wakeup_, fg_wakeup_count(&wakeup_)));
    EXPECT_GE(Clock::now() - start, std::chrono::milliseconds(FG_WAKEUP_MAX_MS));
}

TEST_F(TimedStream, AWaitMayEndInTheNextSecond) {
    const timespec late = {5, 999999999};
    stopped = &late;
    EXPECT_FALSE(fg_wakeup_wait(&wakeup_, fg_wakeup_count(&wakeup_)));
    stopped = nullptr;
    EXPECT_EQ(latest_end.tv_sec, 6);
    EXPECT_EQ(latest_end.tv_nsec, FG_WAKEUP_MAX_MS * 1000000 - 1);
}

/* A device that has failed calls no host function, so the runtime is asked about the streams. */
TEST_F(TimedStream, AFailedDeviceEndsTheWait) {
    fg_emulator_fail_execution(1, cudaErrorIllegalAddress);
    FG_LAUNCH(add_one, 1, 1, streams_[0].handle, word_);
    fg_status status = FG_OK;
    while (status == FG_OK)
        status = wait(2, fg_wakeup_count(&wakeup_));
    EXPECT_EQ(status, FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(error_.message, "cudaErrorIllegalAddress")) << error_.message;
    cudaDeviceReset();
    streams_[0] = streams_[1] = {};
    word_ = nullptr;
}

/* Work that takes longer than a wait: "not ready" is no error of the next call. */
TEST_F(TimedStream, AStreamThatIsAskedTooEarlyIsNoError) {
    fg_emulator_after_kernel(
        [](const fg_emulator_launch *, void *) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2 * FG_WAKEUP_MAX_MS));
        },
        nullptr);
    for (int i = 0; i < 4; i++)
        FG_LAUNCH(add_one, 1, 1, streams_[0].handle, word_);
    while (!fg_gpu_stream_is_ready(&streams_[0])) {
        ASSERT_EQ(wait(1, fg_wakeup_count(&wakeup_)), FG_OK) << error_.message;
        ASSERT_EQ(cudaPeekAtLastError(), cudaSuccess);
    }
    EXPECT_EQ(*word_, 4u);
}

/* The stream with the other priority may still be in a host function. */
TEST_F(TimedStream, BothPrioritiesAreSettled) {
    ASSERT_EQ(fg_gpu_stream_add_urgent(&streams_[0], &error_), FG_OK) << error_.message;
    for (const bool fails : {false, true}) { /* to record the event that is waited for */
        *word_ = 0;
        for (const cudaStream_t handle : {streams_[0].handle, streams_[0].other})
            FG_LAUNCH(add_one, 1, 1, handle, word_);
        if (fails)
            fg_emulator_fail_call("cudaEventRecord", 0, cudaErrorUnknown);
        fg_gpu_stream_settle(&streams_[0]);
        EXPECT_EQ(*word_, 2u) << fails;
        EXPECT_EQ(fg_emulator_pending_operations(), 0u) << fails;
    }
}

TEST_F(TimedStream, WithoutASecondPriorityItIsClosed) {
    for (const char *const function :
         {"cudaDeviceGetStreamPriorityRange", "cudaStreamCreateWithPriority"}) {
        fg_emulator_fail_call(function, 1, cudaErrorUnknown);
        EXPECT_EQ(fg_gpu_stream_add_urgent(&streams_[0], &error_), FG_ERROR_DEVICE);
        EXPECT_TRUE(contains(error_.message, function)) << error_.message;
        EXPECT_EQ(streams_[0].handle, nullptr);
        EXPECT_EQ(fg_emulator_count_live().streams, 1u);
        ASSERT_EQ(fg_gpu_stream_open(&streams_[0], &error_), FG_OK) << error_.message;
    }
}

TEST_F(TimedStream, FailingCallsAreErrors) {
    fg_emulator_after_kernel(/* so that the stream is asked before it is ready */
                             [](const fg_emulator_launch *, void *) {
                                 std::this_thread::sleep_for(
                                     std::chrono::milliseconds(2 * FG_WAKEUP_MAX_MS));
                             },
                             nullptr);
    for (const char *const function : {"cudaLaunchHostFunc", "cudaStreamQuery"}) {
        fg_emulator_fail_call(function, 1, cudaErrorUnknown);
        fg_status status = FG_OK;
        while (status == FG_OK) { /* on a busy machine the thread may sleep for longer */
            FG_LAUNCH(add_one, 1, 1, streams_[0].handle, word_);
            status = wait(1, fg_wakeup_count(&wakeup_));
            EXPECT_EQ(fg_gpu_stream_wait(&streams_[0], nullptr), FG_OK);
        }
        EXPECT_EQ(status, FG_ERROR_DEVICE) << function;
        EXPECT_TRUE(contains(error_.message, function)) << error_.message;
        EXPECT_EQ(cudaPeekAtLastError(), cudaSuccess) << "the next launch would find it";
    }
}

} // namespace
