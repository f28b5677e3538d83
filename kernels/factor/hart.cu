/* SPDX-License-Identifier: MIT */
/*
 * hart.cu: the two ways of splitting a composite that take no curve: Hart's method for small
 * ones, and the last resort, trial division by all threads of a block.
 *
 * Both run in blocks of bounded length. A number that is not split waits for the next round, so
 * that no thread delays its warp, and no number the host.
 */
#include "kernels/factor/cofactors.h"

#include "algorithms/hart.h"
#include "algorithms/last_resort.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

namespace {

/*
 * The first block of a number ends at this k, and each further one at twice the end before. A warp
 * goes on until its last lane is done, and lanes that are done wait; half of the numbers are split
 * by a k below 64. Counted on the host for a batch of 2^18 numbers: passes of a warp through the
 * loop over k for a number, active lanes, rounds.
 *
 *     random numbers of       64 bits         40 bits         32 bits
 *     blocks of 256      0.092/14.9/7    1.368/12.9/7     0.857/9.4/5
 *     64, then doubled   0.068/20.2/6    0.865/20.5/6    0.427/18.8/6
 *     blocks of 64       0.056/24.6/26   0.724/24.5/27   0.379/21.2/20
 */
constexpr uint32_t hart_first_end = 64;

/* Returns where a number's block `step` ends. */
__device__ uint32_t hart_block_end(uint32_t step) {
    return hart_first_end << step;
}

static_assert(FG_HART_STEPS % hart_first_end == 0 && (FG_HART_STEPS & (FG_HART_STEPS - 1)) == 0,
              "the last block ends at FG_HART_STEPS");

/* Candidates of the last resort in one round: for a thread, and for the block that shares a number.
 */
constexpr uint64_t thread_span = 1 << 14;
constexpr uint64_t block_span = thread_span * FG_WAVE_BLOCK;

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    hart_kernel(const fg_round_input in, const fg_round_output out) {
    const uint32_t length = in.queues->lengths[FG_QUEUE_HART];
    for (uint32_t i = fg_grid_thread(); i < length; i += fg_grid_threads()) {
        fg_cofactor part = fg_cofactor_at(in, FG_QUEUE_HART, i);
        const uint32_t begin = part.step == 0 ? 1 : hart_block_end(part.step - 1);
        const uint32_t end = hart_block_end(part.step);
        const uint64_t factor = fg_hart_block(part.n, begin, end);
        if (factor > 1) {
            fg_cofactor_split(out, part, factor);
        } else if (end < FG_HART_STEPS) {
            part.step++;
            fg_cofactor_append(out, part, FG_QUEUE_HART);
        } else {
            fg_cofactor_place(in, out, part, fg_history_of(FG_KNOWN_HART_MISSED));
        }
    }
}

/* The least divisor that the block found, or n. A composite has one below 2^32. */
__device__ void end_last_resort(const fg_round_input &in, const fg_round_output &out,
                                fg_cofactor part, uint64_t least) {
    if (least < part.n) {
        fg_cofactor_split(out, part, least);
    } else if (++part.step * block_span <= UINT32_MAX) {
        fg_cofactor_append(out, part, FG_QUEUE_LAST_RESORT);
    } else {
        fg_cofactor_place(in, out, part, fg_history_of(FG_KNOWN_ALL_MISSED));
    }
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    last_resort_kernel(const fg_round_input in, const fg_round_output out) {
    __shared__ unsigned long long least;
    const uint32_t length = in.queues->lengths[FG_QUEUE_LAST_RESORT];
    for (uint32_t i = blockIdx.x; i < length; i += gridDim.x) {
        const fg_cofactor part = fg_cofactor_at(in, FG_QUEUE_LAST_RESORT, i);
        if (threadIdx.x == 0)
            least = part.n;
        __syncthreads();
        const uint64_t begin = 3 + part.step * block_span + threadIdx.x * thread_span;
        const uint64_t factor = fg_last_resort_block(part.n, begin, begin + thread_span);
        if (factor > 1)
            atomicMin(&least, (unsigned long long)factor);
        __syncthreads();
        if (threadIdx.x == 0) /* only it reads `least`, and then sets it for the next number */
            end_last_resort(in, out, part, least);
    }
}

} /* namespace */

extern "C" cudaError_t fg_launch_wave_hart(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(hart_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    return cudaGetLastError();
}

/* Almost no number comes to the last resort, so that few blocks wait for one. */
extern "C" cudaError_t fg_launch_wave_last_resort(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(last_resort_kernel, fg_step_grid(*wave, 1.0 / 16), FG_WAVE_BLOCK, stream,
              fg_input_of(*wave), fg_output_of(*wave));
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(hart, hart_kernel)
