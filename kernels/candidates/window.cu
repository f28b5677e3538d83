/* SPDX-License-Identifier: MIT */
/*
 * window.cu: the kernels of trial division and of the exhaustive method.
 *
 * A thread prepares a few candidates (the inverses and the limit of algorithms/divisibility.h) and
 * tests them against every number of its block's tile, so that a candidate is prepared once for
 * each tile, and the inner loop has no division. All threads of a warp read the same number at the
 * same time. Source: Granlund and Montgomery (see divisibility.h).
 *
 * The code of nvcc 13.0 for sm_90 takes 2.2 instructions for a test of a 32-bit number by an odd
 * candidate, 3.2 by any, and 4.1 and 5.1 for one of 64 bits. Products are 1 of them, and 3.
 */
#include "kernels/candidates/window_launch.h"

#include "algorithms/divisibility.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"
#include <cuda_runtime.h>

/* Threads of a block; threads that a multiprocessor must have room for, here with 64 registers
 * each, with which no kernel spills; numbers that share a branch, for hits are rare. The benchmark
 * builds the kernels with other values too. */
#ifndef FG_WINDOW_THREADS
#define FG_WINDOW_THREADS 128
#endif
#ifndef FG_WINDOW_RESIDENT
#define FG_WINDOW_RESIDENT 1024
#endif
#ifndef FG_WINDOW_NUMBERS
#define FG_WINDOW_NUMBERS 4
#endif

namespace {

constexpr unsigned threads_per_block = FG_WINDOW_THREADS;
constexpr unsigned blocks_per_multiprocessor = FG_WINDOW_RESIDENT / FG_WINDOW_THREADS;
constexpr unsigned numbers_per_branch = FG_WINDOW_NUMBERS;
constexpr unsigned candidates_per_thread = FG_BLOCK_CANDIDATES / threads_per_block;
static_assert(candidates_per_thread <= 32, "find_hits() has a bit for each");

/*
 * A thread's candidates in the forms of a kernel: 32-bit or 64-bit numbers, and all candidates or
 * the odd ones alone, whose quotients need no rotation. All share the limit of the first, which is
 * the smallest: the quotient of a multiple is never above it, and few others are not. So the least
 * quotient decides for all of them, at half an instruction each, and no comparison.
 */
template <bool odd> struct narrow {
    using number = uint32_t;
    fg_divisor32 prepared[candidates_per_thread];
    uint32_t limit;

    static __device__ uint64_t candidate(uint64_t c) { return 1 + (odd ? 2 : 1) * c; }
    __device__ void prepare(unsigned k, uint64_t d) {
        prepared[k] = fg_divisor32_prepare((uint32_t)d);
        if (k == 0)
            limit = prepared[k].limit;
    }
    __device__ uint32_t quotient(unsigned k, uint32_t n) const {
        return odd ? fg_divisor32_quotient_odd(prepared[k], n)
                   : fg_divisor32_quotient(prepared[k], n);
    }
};

template <bool odd> struct wide {
    using number = uint64_t;
    fg_divisor64 prepared[candidates_per_thread];
    uint32_t limit;

    static __device__ uint64_t candidate(uint64_t c) { return 1 + (odd ? 2 : 1) * c; }
    __device__ void prepare(unsigned k, uint64_t d) {
        prepared[k] = fg_divisor64_prepare(d);
        if (k == 0)
            limit = prepared[k].limit_high;
        if (!odd && prepared[k].twos >= 32)
            limit = UINT32_MAX; /* its quotient() says nothing */
#ifdef __CUDA_ARCH__
        asm("" : "+l"(prepared[k].inverse)); /* else nvcc 13.0 computes it for each number */
#endif
    }
    __device__ uint32_t quotient(unsigned k, uint64_t n) const {
        return odd ? fg_divisor64_quotient_odd(prepared[k], n)
                   : fg_divisor64_quotient(prepared[k], n);
    }
};

__device__ void append_hit(const fg_hit_list &list, uint64_t d, uint32_t index) {
    const unsigned long long slot = atomicAdd(list.count, 1ull);
    if (slot < list.capacity) {
        list.hits[slot].divisor = d;
        list.hits[slot].index = index;
    }
}

/* A thread's candidates are first, first + threads_per_block, ..., as far as they are less than
 * `room` beyond the first. Appends the hits of number i among them. */
template <class form>
__device__ void find_hits(const fg_window &window, const fg_hit_list &list, const form &candidates,
                          uint64_t first, uint32_t room, uint32_t i) {
    using number = typename form::number;
    const number n = (number)window.dividends[i];
    uint32_t maybe = 0; /* the candidates that may divide, a bit each */
    for (unsigned k = 0; k < candidates_per_thread; k++)
        maybe |= (uint32_t)(candidates.quotient(k, n) <= candidates.limit) << k;
    for (; maybe != 0; maybe &= maybe - 1) {
        const uint32_t beyond = fg_trailing_zeros64(maybe) * threads_per_block;
        const uint64_t c = first + beyond, d = form::candidate(c);
        if (beyond < room && c < window.counts[i] && n % (number)d == 0)
            append_hit(list, d, i);
    }
}

/* Tests the candidates against numbers [i, i + count). */
template <unsigned count, class form>
__device__ void test_numbers(const fg_window &window, const fg_hit_list &list,
                             const form &candidates, uint64_t first, uint32_t room, uint32_t i) {
    using number = typename form::number;
    uint32_t least = UINT32_MAX;
    for (unsigned j = 0; j < count; j++) {
        const number n = (number)window.dividends[i + j];
        for (unsigned k = 0; k < candidates_per_thread; k++) {
            const uint32_t quotient = candidates.quotient(k, n);
            least = quotient < least ? quotient : least;
        }
    }
    if (least > candidates.limit)
        return;
#ifdef __CUDACC__
#pragma unroll 1
#endif
    for (unsigned j = 0; j < count; j++)
        find_hits(window, list, candidates, first, room, i + j);
}

template <class form>
__device__ void test_window(const fg_window &window, const fg_hit_list &list) {
    const uint32_t tile = blockIdx.y;
    const uint64_t end =
        window.end < window.tile_counts[tile] ? window.end : window.tile_counts[tile];
    const uint64_t offset = (uint64_t)blockIdx.x * FG_BLOCK_CANDIDATES + threadIdx.x;
    if (end <= window.begin || offset >= end - window.begin)
        return;
    const uint64_t first = window.begin + offset, left = end - first;
    const uint32_t room = left < FG_BLOCK_CANDIDATES ? (uint32_t)left : FG_BLOCK_CANDIDATES;

    form candidates; /* lanes beyond the end repeat the first candidate; their hits are dropped */
    for (unsigned k = 0; k < candidates_per_thread; k++) {
        const uint32_t beyond = k * threads_per_block;
        candidates.prepare(k, form::candidate(first + (beyond < room ? beyond : 0)));
    }

    uint32_t i = tile * FG_TILE_NUMBERS;
    const uint32_t numbers = window.number_count - i;
    const uint32_t last = i + (numbers < FG_TILE_NUMBERS ? numbers : FG_TILE_NUMBERS);
    for (; last - i >= numbers_per_branch; i += numbers_per_branch)
        test_numbers<numbers_per_branch>(window, list, candidates, first, room, i);
    for (; i < last; i++)
        test_numbers<1>(window, list, candidates, first, room, i);
}

__global__ void __launch_bounds__(threads_per_block, blocks_per_multiprocessor)
    trial32_kernel(const fg_window window, const fg_hit_list list) {
    test_window<narrow<true>>(window, list);
}

__global__ void __launch_bounds__(threads_per_block, blocks_per_multiprocessor)
    trial64_kernel(const fg_window window, const fg_hit_list list) {
    test_window<wide<true>>(window, list);
}

__global__ void __launch_bounds__(threads_per_block, blocks_per_multiprocessor)
    exhaustive32_kernel(const fg_window window, const fg_hit_list list) {
    test_window<narrow<false>>(window, list);
}

__global__ void __launch_bounds__(threads_per_block, blocks_per_multiprocessor)
    exhaustive64_kernel(const fg_window window, const fg_hit_list list) {
    test_window<wide<false>>(window, list);
}

dim3 window_grid(const fg_window &window) {
    const uint64_t candidates = window.end - window.begin;
    const uint64_t slices = (candidates + FG_BLOCK_CANDIDATES - 1) / FG_BLOCK_CANDIDATES;
    const uint32_t tiles = (window.number_count + FG_TILE_NUMBERS - 1) / FG_TILE_NUMBERS;
    return dim3((unsigned)slices, tiles);
}

} /* namespace */

extern "C" cudaError_t fg_launch_trial32(const fg_window *window, const fg_hit_list *list,
                                         cudaStream_t stream) {
    FG_LAUNCH(trial32_kernel, window_grid(*window), threads_per_block, stream, *window, *list);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_trial64(const fg_window *window, const fg_hit_list *list,
                                         cudaStream_t stream) {
    FG_LAUNCH(trial64_kernel, window_grid(*window), threads_per_block, stream, *window, *list);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_exhaustive32(const fg_window *window, const fg_hit_list *list,
                                              cudaStream_t stream) {
    FG_LAUNCH(exhaustive32_kernel, window_grid(*window), threads_per_block, stream, *window, *list);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_exhaustive64(const fg_window *window, const fg_hit_list *list,
                                              cudaStream_t stream) {
    FG_LAUNCH(exhaustive64_kernel, window_grid(*window), threads_per_block, stream, *window, *list);
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(window, trial32_kernel)
