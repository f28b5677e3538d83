// SPDX-License-Identifier: MIT
/*
 * emulator_test.cpp: the emulated device, tested by kernels and host code whose results are
 * obvious.
 *
 * The CUDA path is believed because it passes on this device, so the device has to be believed
 * first: its barriers, its deferred work, its errors. The kernels here are written as in a .cu
 * file.
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

/* ---- Kernels ---- */

__global__ void write_place(unsigned *out) {
    const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    const unsigned i = block * (blockDim.x * blockDim.y * blockDim.z) + thread;
    out[i] += i;
}

__global__ void nothing() {}

__global__ void rotate_through_shared(const unsigned *in, unsigned *out) {
    __shared__ unsigned tile[256];
    const unsigned t = threadIdx.x;
    for (unsigned round = 0; round < 3; round++) {
        __syncthreads();
        tile[t] = in[blockIdx.x * blockDim.x + t] + round;
        __syncthreads();
        out[blockIdx.x * blockDim.x + t] = tile[(t + 1) % blockDim.x];
    }
}

template <class T> __device__ T warp_sum(T value) {
    for (int delta = warpSize / 2; delta > 0; delta /= 2) {
        value += __shfl_down_sync(0xffffffffu, value, static_cast<unsigned>(delta));
    }
    return value;
}

template <class T> __global__ void __launch_bounds__(1024) block_sum(const T *in, T *sums) {
    __shared__ T of_warp[32];
    const unsigned t = threadIdx.x;
    const T sum = warp_sum(__ldg(in + blockIdx.x * blockDim.x + t));
    if (t % 32 == 0) {
        of_warp[t / 32] = sum;
    }
    __syncthreads();
    if (t < 32) {
        const T total = warp_sum(t < blockDim.x / 32 ? of_warp[t] : T(0));
        if (t == 0) {
            sums[blockIdx.x] = total;
        }
    }
}

__global__ void return_early_then_meet(unsigned *seen) {
    __shared__ unsigned arrived;
    if (threadIdx.x == 0) {
        arrived = 0;
    }
    __syncthreads();
    if (threadIdx.x % 3 == 0) {
        return;
    }
    atomicAdd(&arrived, 1);
    __syncthreads();
    seen[threadIdx.x] = arrived;
}

__global__ void votes(unsigned *ballots, int *any, int *all) {
    const unsigned t = threadIdx.x;
    const unsigned mask = t < 32 ? 0xffffffffu : 0xffu;
    ballots[t] = __ballot_sync(mask, t % 2 == 1);
    any[t] = __any_sync(mask, t == 5);
    all[t] = __all_sync(mask, t >= 32);
}

/* Halves of a warp go different ways and vote among themselves before they vote together. */
__global__ void diverge_and_rejoin(unsigned *half, unsigned *whole) {
    const unsigned t = threadIdx.x;
    if (t < 16) {
        half[t] = __ballot_sync(0x0000ffffu, t == 3);
    } else {
        half[t] = __ballot_sync(0xffff0000u, t != 20);
        __syncwarp(0xffff0000u);
    }
    whole[t] = __ballot_sync(0xffffffffu, 1);
}

__global__ void shuffles(int *direct, int *up, int *down, int *swapped) {
    const int t = static_cast<int>(threadIdx.x);
    direct[t] = __shfl_sync(0xffffffffu, t, 3, 8);
    up[t] = __shfl_up_sync(0xffffffffu, t, 2, 16);
    down[t] = __shfl_down_sync(0xffffffffu, t, 2, 16);
    swapped[t] = __shfl_xor_sync(0xffffffffu, t, 1);
}

__global__ void compact_odd(const unsigned *in, unsigned *count, unsigned *out) {
    const unsigned value = in[blockIdx.x * blockDim.x + threadIdx.x];
    const unsigned odd = __ballot_sync(0xffffffffu, value % 2 != 0);
    const unsigned lane = threadIdx.x % 32;
    unsigned base = 0;
    if (lane == 0) {
        base = atomicAdd(count, static_cast<unsigned>(__popc(odd)));
    }
    base = __shfl_sync(0xffffffffu, base, 0);
    if (value % 2 != 0) {
        out[base + static_cast<unsigned>(__popc(odd & ((1u << lane) - 1)))] = value;
    }
}

__global__ void atomics(int *lowest, unsigned *highest, unsigned long long *sum, unsigned *last,
                        unsigned *won) {
    atomicMin(lowest, -static_cast<int>(threadIdx.x));
    atomicMax(highest, threadIdx.x);
    atomicAdd(sum, 1ull << 33);
    atomicExch(last, threadIdx.x);
    atomicCAS(won, 0, threadIdx.x + 1);
}

__global__ void intrinsics(unsigned long long *out) {
    *out++ = static_cast<unsigned>(__clz(0));
    *out++ = static_cast<unsigned>(__clz(-1));
    *out++ = static_cast<unsigned>(__clzll(0));
    *out++ = static_cast<unsigned>(__clzll(1));
    *out++ = static_cast<unsigned>(__ffs(0));
    *out++ = static_cast<unsigned>(__ffsll(1ll << 40));
    *out++ = static_cast<unsigned>(__popcll(~0ull));
    *out++ = __umulhi(~0u, ~0u);
    *out++ = __umul64hi(~0ull, ~0ull);
    *out++ = min(3ull, 5ull);
    *out++ = static_cast<unsigned>(max(-1, 2));
    *out++ = max(-1, 2u); /* the usual arithmetic conversions decide */
}

__global__ void wait_for_nobody(unsigned *out) {
    if (threadIdx.x == 0) {
        __syncwarp(1u);
        __syncthreads();
    } else {
        __ballot_sync(0xffffffffu, 1);
    }
    out[threadIdx.x] = 1;
}

__global__ void vote_from_outside_the_mask(unsigned *out) {
    out[threadIdx.x] = __ballot_sync(0x0000ffffu, 1);
}

/* ---- Device code ---- */

TEST_F(EmulatedDevice, EveryThreadOfAThreeDimensionalGridRunsOnce) {
    const dim3 grid(3, 2, 4), block(5, 4, 3);
    const unsigned threads = 24 * 60;
    DeviceArray<unsigned> out(threads);
    FG_LAUNCH(write_place, grid, block, nullptr, out.get());
    ASSERT_EQ(cudaGetLastError(), cudaSuccess);
    const std::vector<unsigned> seen = out.read();
    for (unsigned i = 0; i < threads; i++) {
        ASSERT_EQ(seen[i], i);
    }
}

TEST_F(EmulatedDevice, BarrierSeesAllWritesOfTheBlock) {
    for (const unsigned threads : {1u, 2u, 31u, 33u, 256u}) {
        const unsigned blocks = 4;
        DeviceArray<unsigned> in(blocks * threads), out(blocks * threads);
        FG_LAUNCH(write_place, blocks, threads, nullptr, in.get());
        FG_LAUNCH(rotate_through_shared, blocks, threads, nullptr, in.get(), out.get());
        const std::vector<unsigned> rotated = out.read();
        for (unsigned i = 0; i < blocks * threads; i++) {
            const unsigned block = i / threads;
            EXPECT_EQ(rotated[i], block * threads + (i + 1) % threads + 2) << threads;
        }
    }
}

TEST_F(EmulatedDevice, BlockReductionAddsEveryThread) {
    for (const unsigned threads : {32u, 64u, 1024u}) {
        DeviceArray<unsigned long long> in(3 * threads, 1ull << 32), sums(3);
        FG_LAUNCH(block_sum<unsigned long long>, 3, threads, nullptr, in.get(), sums.get());
        for (const unsigned long long sum : sums.read()) {
            EXPECT_EQ(sum, std::uint64_t{threads} << 32);
        }
    }
}

TEST_F(EmulatedDevice, ReturnedThreadCountsAsArrivedAtBarriers) {
    DeviceArray<unsigned> seen(90);
    FG_LAUNCH(return_early_then_meet, 1, 90, nullptr, seen.get());
    const std::vector<unsigned> counts = seen.read();
    for (unsigned t = 0; t < 90; t++) {
        EXPECT_EQ(counts[t], t % 3 == 0 ? 0 : 60);
    }
}

TEST_F(EmulatedDevice, VotesCoverTheMask) {
    DeviceArray<unsigned> ballots(40);
    DeviceArray<int> any(40), all(40);
    FG_LAUNCH(votes, 1, 40, nullptr, ballots.get(), any.get(), all.get());
    const std::vector<unsigned> ballot = ballots.read();
    for (unsigned t = 0; t < 40; t++) {
        EXPECT_EQ(ballot[t], t < 32 ? 0xaaaaaaaau : 0xaau);
        EXPECT_EQ(any.read()[t], t < 32);
        EXPECT_EQ(all.read()[t], t >= 32);
    }
}

TEST_F(EmulatedDevice, HalvesOfAWarpDivergeAndRejoin) {
    DeviceArray<unsigned> half(32), whole(32);
    FG_LAUNCH(diverge_and_rejoin, 1, 32, nullptr, half.get(), whole.get());
    for (unsigned t = 0; t < 32; t++) {
        EXPECT_EQ(half.read()[t], t < 16 ? 1u << 3 : 0xffef0000u);
        EXPECT_EQ(whole.read()[t], 0xffffffffu);
    }
}

TEST_F(EmulatedDevice, ShufflesStayInTheirSegment) {
    DeviceArray<int> direct(32), up(32), down(32), swapped(32);
    FG_LAUNCH(shuffles, 1, 32, nullptr, direct.get(), up.get(), down.get(), swapped.get());
    for (int t = 0; t < 32; t++) {
        const auto i = static_cast<std::size_t>(t);
        EXPECT_EQ(direct.read()[i], t / 8 * 8 + 3);
        EXPECT_EQ(up.read()[i], t % 16 < 2 ? t : t - 2);
        EXPECT_EQ(down.read()[i], t % 16 >= 14 ? t : t + 2);
        EXPECT_EQ(swapped.read()[i], t ^ 1);
    }
}

TEST_F(EmulatedDevice, WarpAggregatedCompactionKeepsEveryHit) {
    DeviceArray<unsigned> in(512), count(1), out(512);
    FG_LAUNCH(write_place, 4, 128, nullptr, in.get());
    FG_LAUNCH(compact_odd, 4, 128, nullptr, in.get(), count.get(), out.get());
    ASSERT_EQ(count.read()[0], 256u);
    std::vector<unsigned> odd = out.read();
    odd.resize(256);
    std::sort(odd.begin(), odd.end());
    for (unsigned i = 0; i < 256; i++) {
        EXPECT_EQ(odd[i], 2 * i + 1);
    }
}

TEST_F(EmulatedDevice, AtomicsReturnAndLeaveTheRightValue) {
    DeviceArray<int> lowest(1);
    DeviceArray<unsigned> highest(1), last(1), won(1);
    DeviceArray<unsigned long long> sum(1);
    FG_LAUNCH(atomics, 2, 100, nullptr, lowest.get(), highest.get(), sum.get(), last.get(),
              won.get());
    EXPECT_EQ(lowest.read()[0], -99);
    EXPECT_EQ(highest.read()[0], 99u);
    EXPECT_EQ(sum.read()[0], 200ull << 33);
    EXPECT_LT(last.read()[0], 100u);
    EXPECT_GE(won.read()[0], 1u);
}

TEST_F(EmulatedDevice, IntegerIntrinsicsAtTheirBoundaries) {
    const std::vector<unsigned long long> expected = {32, 0,       64,        63, 0, 41,
                                                      64, ~0u - 1, ~0ull - 1, 3,  2, ~0u};
    DeviceArray<unsigned long long> out(expected.size());
    FG_LAUNCH(intrinsics, 1, 1, nullptr, out.get());
    EXPECT_EQ(out.read(), expected);
}

TEST_F(EmulatedDevice, DeadlockIsALaunchFailureAndNotAHang) {
    DeviceArray<unsigned> out(32);
    FG_LAUNCH(wait_for_nobody, 1, 32, nullptr, out.get());
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
    EXPECT_STREQ(fg_emulator_diagnosis(),
                 "block (0, 0, 0): deadlock: of 32 threads 0 have returned, 1 wait at "
                 "__syncthreads and 31 in warp operations");
    /* The strands of the stopped kernel are good for the next one. */
    ASSERT_EQ(cudaDeviceReset(), cudaSuccess);
    DeviceArray<unsigned> in(256), rotated(256);
    FG_LAUNCH(rotate_through_shared, 1, 256, nullptr, in.get(), rotated.get());
    EXPECT_EQ(rotated.read()[255], 2u);
}

TEST_F(EmulatedDevice, WarpOperationFromOutsideItsMaskIsALaunchFailure) {
    DeviceArray<unsigned> out(32);
    FG_LAUNCH(vote_from_outside_the_mask, 1, 32, nullptr, out.get());
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
    EXPECT_NE(std::string(fg_emulator_diagnosis()).find("mask 0x0000ffff"), std::string::npos);
}

/* ---- Launches ---- */

TEST_F(EmulatedDevice, ImpossibleLaunchesAreRefused) {
    const std::array<dim3, 4> grids = {dim3(0), dim3(1, 65536), dim3(1), dim3(1)};
    const std::array<dim3, 4> blocks = {dim3(1), dim3(1), dim3(1025), dim3(1, 1, 65)};
    for (std::size_t i = 0; i < grids.size(); i++) {
        FG_LAUNCH(nothing, grids[i], blocks[i], nullptr);
        EXPECT_EQ(cudaPeekAtLastError(), cudaErrorInvalidConfiguration);
        EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
        EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    }
    fg_emulator::launcher("nothing", nothing, 1, 1, 16, nullptr)();
    EXPECT_EQ(cudaGetLastError(), cudaErrorNotSupported); /* dynamic shared memory */
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
}

TEST_F(EmulatedDevice, MissingKernelImageShowsAtLaunchAndInAttributes) {
    cudaFuncAttributes attributes;
    EXPECT_EQ(cudaFuncGetAttributes(&attributes, nothing), cudaSuccess);
    EXPECT_EQ(attributes.binaryVersion, 90);
    fg_emulator_set_no_kernel_image(true);
    EXPECT_EQ(cudaFuncGetAttributes(&attributes, nothing), cudaErrorNoKernelImageForDevice);
    FG_LAUNCH(nothing, 1, 1, nullptr);
    EXPECT_EQ(cudaGetLastError(), cudaErrorNoKernelImageForDevice);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
}

/* ---- Deferred work ---- */

} // namespace
