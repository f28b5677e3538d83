// SPDX-License-Identifier: MIT
/*
 * emulator_streams_test.cpp: the order of work in streams, and memory and copies, on the emulated
 * device.
 */
#include "emulated_device.h"
#include "kernels/launch_macro.h"

#include <cub/cub.cuh>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace {

__global__ void store(unsigned *out, unsigned value) {
    *out = value;
}

__global__ void increment(unsigned *out) {
    atomicAdd(out, 1);
}

__global__ void nothing() {}

TEST_F(EmulatedDevice, WorkWaitsForASynchronisation) {
    DeviceArray<unsigned> word(1, 7);
    PinnedWord host(0);
    cudaStream_t stream;
    ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
    FG_LAUNCH(store, 1, 1, stream, word.get(), 8u);
    ASSERT_EQ(cudaMemcpyAsync(host.get(), word.get(), 4, cudaMemcpyDeviceToHost, stream),
              cudaSuccess);
    EXPECT_EQ(host.value(), 0u);
    EXPECT_EQ(word.read()[0], 7u); /* a copy on the default stream does not wait for this one */
    EXPECT_EQ(fg_emulator_pending_operations(), 2u);
    EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
    EXPECT_EQ(host.value(), 8u);
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
    EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(stream), cudaErrorInvalidResourceHandle);
}

TEST_F(EmulatedDevice, AWaitThatWouldSpinIsCounted) {
    DeviceArray<unsigned> word(1, 0);
    cudaStream_t stream;
    cudaEvent_t events[2];
    ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
    ASSERT_EQ(cudaEventCreateWithFlags(&events[0], cudaEventBlockingSync), cudaSuccess);
    ASSERT_EQ(cudaEventCreateWithFlags(&events[1], cudaEventDefault), cudaSuccess);
    unsigned long spinning = 0;
    for (cudaEvent_t const event : events) {
        FG_LAUNCH(increment, 1, 1, stream, word.get());
        ASSERT_EQ(cudaEventRecord(event, stream), cudaSuccess);
        EXPECT_EQ(cudaEventSynchronize(event), cudaSuccess);
        EXPECT_EQ(cudaEventSynchronize(event), cudaSuccess) << "nothing is left to wait for";
        EXPECT_EQ(fg_emulator_spinning_waits(), spinning);
        spinning++;
    }
    for (int i = 0; i < 2; i++) {
        FG_LAUNCH(increment, 1, 1, stream, word.get());
        EXPECT_EQ(i == 0 ? cudaStreamSynchronize(stream) : cudaDeviceSynchronize(), cudaSuccess);
        EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
        EXPECT_EQ(fg_emulator_spinning_waits(), 2u + static_cast<unsigned>(i));
    }
    EXPECT_EQ(word.read()[0], 4u);
    for (cudaEvent_t const event : events)
        EXPECT_EQ(cudaEventDestroy(event), cudaSuccess);
    EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
}

/* CUB's two phases: the space it asks for is what it needs. */
TEST_F(EmulatedDevice, ExclusiveSumWaitsItsTurnAndNeedsItsSpace) {
    constexpr unsigned count = 1000;
    const DeviceArray<unsigned> in(count, 3), out(count, 7);
    std::size_t bytes = 0;
    ASSERT_EQ(cub::DeviceScan::ExclusiveSum(nullptr, bytes, in.get(), out.get(), count),
              cudaSuccess);
    ASSERT_GT(bytes, 0u);
    const DeviceArray<unsigned char> space(bytes);
    std::size_t too_few = bytes - 1;
    EXPECT_EQ(
        cub::DeviceScan::ExclusiveSum(space.get(), too_few, in.get(), out.get(), count, nullptr),
        cudaErrorInvalidValue);
    EXPECT_EQ(cub::DeviceScan::ExclusiveSum(space.get(), bytes, in.get(), out.get(), 0u, nullptr),
              cudaSuccess);
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
    ASSERT_EQ(
        cub::DeviceScan::ExclusiveSum(space.get(), bytes, in.get(), out.get(), count, nullptr),
        cudaSuccess);
    EXPECT_EQ(fg_emulator_pending_operations(), 1u);
    EXPECT_EQ(fg_emulator_calls_of("launch"), 1u);
    const std::vector<unsigned> sums = out.read();
    for (unsigned i = 0; i < count; i++)
        ASSERT_EQ(sums[i], 3 * i);
    fg_emulator_fail_call("launch", 1, cudaErrorLaunchFailure);
    EXPECT_EQ(
        cub::DeviceScan::ExclusiveSum(space.get(), bytes, in.get(), out.get(), count, nullptr),
        cudaErrorLaunchFailure);
    EXPECT_EQ(cudaGetLastError(), cudaErrorLaunchFailure);
}

TEST_F(EmulatedDevice, DefaultStreamTakesTurnsWithBlockingStreams) {
    DeviceArray<unsigned> word(1, 0);
    cudaStream_t stream;
    ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
    FG_LAUNCH(store, 1, 1, stream, word.get(), 5u);
    FG_LAUNCH(increment, 1, 3, nullptr, word.get());
    FG_LAUNCH(increment, 1, 10, stream, word.get());
    EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
    EXPECT_EQ(word.read()[0], 18u);
    cudaStreamDestroy(stream);
}

TEST_F(EmulatedDevice, EventOrdersTwoStreams) {
    DeviceArray<unsigned> word(1, 0);
    cudaStream_t first, second;
    cudaEvent_t stored;
    ASSERT_EQ(cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking), cudaSuccess);
    ASSERT_EQ(cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking), cudaSuccess);
    ASSERT_EQ(cudaEventCreateWithFlags(&stored, cudaEventDisableTiming), cudaSuccess);
    FG_LAUNCH(store, 1, 1, first, word.get(), 40u);
    ASSERT_EQ(cudaEventRecord(stored, first), cudaSuccess);
    FG_LAUNCH(store, 1, 1, first, word.get(), 0u); /* after the event: not waited for */
    ASSERT_EQ(cudaStreamWaitEvent(second, stored), cudaSuccess);
    FG_LAUNCH(increment, 1, 2, second, word.get());
    EXPECT_EQ(cudaStreamSynchronize(second), cudaSuccess);
    EXPECT_EQ(word.read()[0], 42u);
    EXPECT_EQ(cudaEventQuery(stored), cudaSuccess);
    EXPECT_EQ(cudaStreamQuery(first), cudaErrorNotReady);
    EXPECT_EQ(cudaStreamQuery(first), cudaSuccess); /* a query gives the device a moment */
    EXPECT_EQ(word.read()[0], 0u);
    EXPECT_EQ(cudaGetLastError(), cudaErrorNotReady);
    cudaEventDestroy(stored);
    cudaStreamDestroy(first);
    cudaStreamDestroy(second);
}

TEST_F(EmulatedDevice, DestroyedStreamStillFinishesItsWork) {
    DeviceArray<unsigned> word(1, 0);
    cudaStream_t stream;
    ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
    FG_LAUNCH(store, 1, 1, stream, word.get(), 9u);
    ASSERT_EQ(cudaStreamDestroy(stream), cudaSuccess);
    EXPECT_EQ(word.read()[0], 0u);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    EXPECT_EQ(word.read()[0], 9u);
}

TEST_F(EmulatedDevice, ElapsedTimeIsTheHostsBetweenExecutions) {
    cudaEvent_t begin, end;
    float ms = -1;
    ASSERT_EQ(cudaEventCreate(&begin), cudaSuccess);
    ASSERT_EQ(cudaEventCreate(&end), cudaSuccess);
    EXPECT_EQ(cudaEventElapsedTime(&ms, begin, end), cudaErrorInvalidResourceHandle);
    cudaEventRecord(begin);
    FG_LAUNCH(nothing, 1000, 256, nullptr);
    cudaEventRecord(end);
    EXPECT_EQ(cudaEventElapsedTime(&ms, begin, end), cudaErrorNotReady);
    EXPECT_EQ(cudaEventSynchronize(end), cudaSuccess);
    EXPECT_EQ(cudaEventElapsedTime(&ms, begin, end), cudaSuccess);
    EXPECT_GT(ms, 0);
    EXPECT_LT(ms, 60000);
    cudaEventDestroy(begin);
    cudaEventDestroy(end);
    EXPECT_EQ(cudaEventDestroy(end), cudaErrorInvalidResourceHandle);
}

/* ---- Memory ---- */

TEST_F(EmulatedDevice, MemoryLimitIsKeptAndReported) {
    fg_emulator_set_memory_bytes(1000);
    void *first = nullptr, *second = nullptr;
    size_t free = 0, total = 0;
    EXPECT_EQ(cudaMalloc(&first, 600), cudaSuccess);
    EXPECT_EQ(cudaMalloc(&second, 401), cudaErrorMemoryAllocation);
    EXPECT_EQ(second, nullptr);
    EXPECT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess);
    EXPECT_EQ(free, 400u);
    EXPECT_EQ(total, 1000u);
    EXPECT_EQ(cudaMalloc(&second, 400), cudaSuccess);
    EXPECT_EQ(fg_emulator_peak_device_bytes(), 1000u);
    EXPECT_EQ(cudaFree(first), cudaSuccess);
    EXPECT_EQ(cudaFree(second), cudaSuccess);
    EXPECT_EQ(cudaFree(second), cudaErrorInvalidValue);
    EXPECT_EQ(cudaFree(nullptr), cudaSuccess);
}

TEST_F(EmulatedDevice, CopiesRefusePointersOfTheWrongKind) {
    DeviceArray<unsigned> device(4);
    std::array<unsigned, 8> host = {};
    unsigned *const d = device.get();
    const struct {
        void *to;
        const void *from;
        size_t bytes;
        cudaMemcpyKind kind;
        cudaError_t expected;
    } copies[] = {
        {d, host.data(), 16, cudaMemcpyHostToDevice, cudaSuccess},
        {d, host.data(), 17, cudaMemcpyHostToDevice, cudaErrorInvalidValue},
        {d + 2, host.data(), 12, cudaMemcpyHostToDevice, cudaErrorInvalidValue},
        {host.data(), d, 16, cudaMemcpyHostToDevice, cudaErrorInvalidValue},
        {host.data(), host.data() + 4, 16, cudaMemcpyDeviceToHost, cudaErrorInvalidValue},
        {host.data(), host.data() + 4, 16, cudaMemcpyHostToHost, cudaSuccess},
        {d, d + 2, 8, cudaMemcpyDeviceToDevice, cudaSuccess},
        {host.data(), d, 16, cudaMemcpyDefault, cudaSuccess},
        {nullptr, d, 4, cudaMemcpyDefault, cudaErrorInvalidValue},
        {d, host.data(), 4, static_cast<cudaMemcpyKind>(5), cudaErrorInvalidMemcpyDirection},
    };
    for (const auto &copy : copies) {
        EXPECT_EQ(cudaMemcpy(copy.to, copy.from, copy.bytes, copy.kind), copy.expected)
            << &copy - copies;
    }
    EXPECT_EQ(cudaMemset(host.data(), 0, 4), cudaErrorInvalidValue);
}

TEST_F(EmulatedDevice, AsynchronousCopyOfPageableMemoryIsNoticed) {
    DeviceArray<unsigned> device(1);
    unsigned pageable = 3;
    PinnedWord pinned(4);
    ASSERT_EQ(cudaMemcpyAsync(device.get(), pinned.get(), 4, cudaMemcpyHostToDevice), cudaSuccess);
    EXPECT_EQ(fg_emulator_unpinned_async_copies(), 0u);
    ASSERT_EQ(cudaMemcpyAsync(device.get(), &pageable, 4, cudaMemcpyHostToDevice), cudaSuccess);
    EXPECT_EQ(fg_emulator_unpinned_async_copies(), 1u);
    EXPECT_EQ(device.read()[0], 3u);
}

TEST_F(EmulatedDevice, PinnedMemoryFreedBeforeItsCopyRanIsAnIllegalAddress) {
    DeviceArray<unsigned> device(1);
    unsigned *pinned = nullptr;
    ASSERT_EQ(cudaMallocHost(&pinned, 4), cudaSuccess);
    ASSERT_EQ(cudaMemcpyAsync(pinned, device.get(), 4, cudaMemcpyDeviceToHost), cudaSuccess);
    ASSERT_EQ(cudaFreeHost(pinned), cudaSuccess);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
}

TEST_F(EmulatedDevice, FreshMemoryIsNotZero) {
    unsigned *device = nullptr;
    unsigned word = 0;
    ASSERT_EQ(cudaMalloc(&device, 4), cudaSuccess);
    ASSERT_EQ(cudaMemcpy(&word, device, 4, cudaMemcpyDeviceToHost), cudaSuccess);
    EXPECT_NE(word, 0u);
    EXPECT_EQ(cudaMemset(device, 0, 4), cudaSuccess);
    ASSERT_EQ(cudaMemcpy(&word, device, 4, cudaMemcpyDeviceToHost), cudaSuccess);
    EXPECT_EQ(word, 0u);
    cudaFree(device);
}

TEST_F(EmulatedDevice, LiveCountersNameWhatLeaked) {
    EXPECT_TRUE(fg_emulator_nothing_leaked());
    void *device = nullptr, *pinned = nullptr;
    cudaStream_t stream;
    cudaEvent_t event;
    cudaMalloc(&device, 100);
    cudaHostAlloc(&pinned, 50, cudaHostAllocPortable);
    cudaStreamCreate(&stream);
    cudaEventCreate(&event);
    const struct fg_emulator_live live = fg_emulator_count_live();
    EXPECT_EQ(live.device_bytes, 100u);
    EXPECT_EQ(live.device_blocks, 1u);
    EXPECT_EQ(live.pinned_bytes, 50u);
    EXPECT_EQ(live.pinned_blocks, 1u);
    EXPECT_EQ(live.streams, 1u);
    EXPECT_EQ(live.events, 1u);
    EXPECT_EQ(cudaFree(device), cudaSuccess);
    EXPECT_EQ(cudaFreeHost(pinned), cudaSuccess);
    EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
    EXPECT_FALSE(fg_emulator_nothing_leaked());
    EXPECT_EQ(cudaEventDestroy(event), cudaSuccess);
    EXPECT_TRUE(fg_emulator_nothing_leaked());
}

} // namespace
