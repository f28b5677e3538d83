/*
 * window.cu: the kernels of trial division and of the exhaustive method.
 *
 * A thread prepares a few candidates (the inverse and the limit of algorithms/divisibility.h) and
 * tests them against every number of its block's tile, so that what belongs to a candidate is paid
 * for once a tile and the inner loop has no division. All threads of a warp read the same number at
 * the same time. Source: Granlund and Montgomery (see divisibility.h).
 */
#include "launch.h"

#include "algorithms/divisibility.h"
#include "launch_macro.h"
#include <cuda_runtime.h>

/* Blocks a multiprocessor must have room for. 4 leaves 64 registers a thread, with which no kernel
 * spills; without it nvcc 13.0 stops at 40 for sm_90 and spills 24 bytes in exhaustive32. */
#ifndef FG_WINDOW_BLOCKS
#define FG_WINDOW_BLOCKS 4
#endif

namespace {

constexpr unsigned threads_per_block = 256;
constexpr unsigned candidates_per_thread = FG_BLOCK_CANDIDATES / threads_per_block;
constexpr unsigned blocks_per_multiprocessor = FG_WINDOW_BLOCKS;

/* The forms of a kernel: 32-bit or 64-bit numbers, and all candidates or the odd ones alone, whose
 * test needs no rotation. may_divide() is the test; confirm() settles it where it said "maybe". */
template <bool odd> struct narrow {
    using divisor = fg_divisor32;
    static constexpr uint64_t step = odd ? 2 : 1;
    static __device__ divisor prepare(uint64_t d) { return fg_divisor32_prepare((uint32_t)d); }
    static __device__ bool may_divide(divisor prepared, uint64_t n) {
        return odd ? fg_divisor32_divides_odd(prepared, (uint32_t)n)
                   : fg_divisor32_divides(prepared, (uint32_t)n);
    }
    static __device__ bool confirm(divisor, uint64_t, uint64_t) { return true; }
};

template <bool odd> struct wide {
    using divisor = fg_divisor64;
    static constexpr uint64_t step = odd ? 2 : 1;
    static __device__ divisor prepare(uint64_t d) { return fg_divisor64_prepare(d); }
    static __device__ bool may_divide(divisor prepared, uint64_t n) {
        return odd ? fg_divisor64_may_divide_odd(prepared, n)
                   : fg_divisor64_may_divide(prepared, n);
    }
    static __device__ bool confirm(divisor prepared, uint64_t d, uint64_t n) {
        return fg_divisor64_confirm(prepared, d, n);
    }
};

__device__ void append_hit(const fg_window &window, uint64_t d, uint32_t index) {
    const unsigned long long slot = atomicAdd(window.hit_count, 1ull);
    if (slot < window.hit_capacity) {
        window.hits[slot].divisor = d;
        window.hits[slot].index = index;
    }
}

template <class form> __device__ void test_window(const fg_window &window) {
    const uint32_t tile = blockIdx.y;
    const uint64_t tile_end =
        window.end < window.tile_counts[tile] ? window.end : window.tile_counts[tile];
    const uint64_t offset = (uint64_t)blockIdx.x * FG_BLOCK_CANDIDATES + threadIdx.x;
    if (tile_end <= window.begin || offset >= tile_end - window.begin)
        return;

    /* Candidates beyond the end repeat the last one, and no number has them: their count is the
     * largest there is, so that the comparison below drops their hits. */
    uint64_t c[candidates_per_thread], d[candidates_per_thread];
    typename form::divisor prepared[candidates_per_thread];
    for (unsigned k = 0; k < candidates_per_thread; k++) {
        const bool inside = offset + k * threads_per_block < tile_end - window.begin;
        c[k] = inside ? window.begin + offset + k * threads_per_block : UINT64_MAX;
        d[k] = 1 + form::step * (inside ? c[k] : tile_end - 1);
        prepared[k] = form::prepare(d[k]);
    }

    const uint32_t first = tile * FG_TILE_NUMBERS;
    const uint32_t left = window.number_count - first;
    const uint32_t last = first + (left < FG_TILE_NUMBERS ? left : FG_TILE_NUMBERS);
    for (uint32_t i = first; i < last; i++) {
        const uint64_t n = window.dividends[i];
        bool any = false; /* one branch for all candidates: hits are rare */
        for (unsigned k = 0; k < candidates_per_thread; k++)
            any |= form::may_divide(prepared[k], n);
        if (!any)
            continue;
        for (unsigned k = 0; k < candidates_per_thread; k++)
            if (form::may_divide(prepared[k], n) && c[k] < window.counts[i] &&
                form::confirm(prepared[k], d[k], n))
                append_hit(window, d[k], i);
    }
}

__global__ void __launch_bounds__(threads_per_block, blocks_per_multiprocessor)
    trial32_kernel(const fg_window window) {
    test_window<narrow<true>>(window);
}

__global__ void __launch_bounds__(threads_per_block, blocks_per_multiprocessor)
    trial64_kernel(const fg_window window) {
    test_window<wide<true>>(window);
}

__global__ void __launch_bounds__(threads_per_block, blocks_per_multiprocessor)
    exhaustive32_kernel(const fg_window window) {
    test_window<narrow<false>>(window);
}

__global__ void __launch_bounds__(threads_per_block, blocks_per_multiprocessor)
    exhaustive64_kernel(const fg_window window) {
    test_window<wide<false>>(window);
}

dim3 window_grid(const fg_window &window) {
    const uint64_t candidates = window.end - window.begin;
    const uint64_t slices = (candidates + FG_BLOCK_CANDIDATES - 1) / FG_BLOCK_CANDIDATES;
    const uint32_t tiles = (window.number_count + FG_TILE_NUMBERS - 1) / FG_TILE_NUMBERS;
    return dim3((unsigned)slices, tiles);
}

} /* namespace */

extern "C" cudaError_t fg_launch_trial32(const fg_window *window, cudaStream_t stream) {
    FG_LAUNCH(trial32_kernel, window_grid(*window), threads_per_block, stream, *window);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_trial64(const fg_window *window, cudaStream_t stream) {
    FG_LAUNCH(trial64_kernel, window_grid(*window), threads_per_block, stream, *window);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_exhaustive32(const fg_window *window, cudaStream_t stream) {
    FG_LAUNCH(exhaustive32_kernel, window_grid(*window), threads_per_block, stream, *window);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_exhaustive64(const fg_window *window, cudaStream_t stream) {
    FG_LAUNCH(exhaustive64_kernel, window_grid(*window), threads_per_block, stream, *window);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_kernels_loadable(void) {
    cudaFuncAttributes attributes;
    return cudaFuncGetAttributes(&attributes, trial32_kernel);
}
