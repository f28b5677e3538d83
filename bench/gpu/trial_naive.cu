/* SPDX-License-Identifier: MIT */
/*
 * trial_naive.cu: a candidate and a number a thread, and the remainder of one by the other.
 *
 * The answers are an independent check of the kernels that are measured: no line is shared.
 */
#include "trial_naive.h"

#include "kernels/launch_macro.h"

namespace {

constexpr unsigned threads_per_block = 256;

template <class word>
__global__ void naive_kernel(const fg_window window, uint32_t step, const fg_hit_list list) {
    const uint64_t c = window.begin + (uint64_t)blockIdx.x * threads_per_block + threadIdx.x;
    if (c >= window.end)
        return;
    const word d = (word)(1 + step * c);
    const word n = (word)window.dividends[blockIdx.y];
    if (n % d != 0)
        return;
    const unsigned long long slot = atomicAdd(list.count, 1ull);
    if (slot < list.capacity) {
        list.hits[slot].divisor = d;
        list.hits[slot].index = blockIdx.y;
    }
}

} /* namespace */

extern "C" cudaError_t fg_bench_launch_naive(const fg_window *window, const fg_hit_list *list,
                                             bool wide, uint32_t step, cudaStream_t stream) {
    const uint64_t slices =
        (window->end - window->begin + threads_per_block - 1) / threads_per_block;
    const dim3 grid((unsigned)slices, window->number_count);
    if (wide)
        FG_LAUNCH(naive_kernel<uint64_t>, grid, threads_per_block, stream, *window, step, *list);
    else
        FG_LAUNCH(naive_kernel<uint32_t>, grid, threads_per_block, stream, *window, step, *list);
    return cudaGetLastError();
}
