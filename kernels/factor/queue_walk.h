/* SPDX-License-Identifier: MIT */
/*
 * queue_walk.h: how the threads of a round's kernels share its queues, for numbers of one word and
 * of two.
 */
#ifndef FG_KERNELS_FACTOR_QUEUE_WALK_H
#define FG_KERNELS_FACTOR_QUEUE_WALK_H

#include "kernels/factor/wavefront_launch.h"

#include "arith/bits.h"
#include "arith/target.h"
#include <cuda_runtime.h>

/* Max curves of one part at once. A power of two, so that they belong to one warp. */
#define FG_WAVE_COPIES 16

/* The blocks of a launch over a list in which `share` of them are enough for one entry: all that
 * have work, but no more than `blocks`, which the device holds at once, because a kernel's threads
 * go on through its list. */
static inline unsigned fg_list_grid(uint32_t count, double share, uint32_t blocks) {
    const double enough = 1 + count * share;
    return enough < blocks ? (unsigned)enough : blocks;
}

/* The blocks of a step's launch: at most half of what the device holds, so that the other batch has
 * the other half. Half gives each scheduler four warps, which issue as fast as more do. */
static inline unsigned fg_half_grid(unsigned grid, uint32_t blocks) {
    const unsigned half = blocks / 2;
    return grid < half || half == 0 ? grid : half;
}

/* A thread's place in the grid, and how many there are. */
static __device__ inline uint32_t fg_grid_thread() {
    return blockIdx.x * blockDim.x + threadIdx.x;
}

static __device__ inline uint32_t fg_grid_threads() {
    return gridDim.x * blockDim.x;
}

/*
 * Walks the queues of a method's programs for one form: take(program, queue, item) for the items of
 * this thread, where a queue has `copies` items for each part. `first` is the queue of program 0 in
 * form 0: FG_WAVE_QUEUE(). All threads of a warp have the same program and stay together, so that
 * they can vote; `item` may be beyond the last.
 */
template <class Queues, class Take>
static FG_HD_INSIDE void fg_each_program_item(const Queues &queues, uint32_t first, uint32_t form,
                                              uint32_t copies, Take take) {
    const uint32_t warp = fg_grid_thread() / 32, warps = fg_grid_threads() / 32;
    uint32_t before = 0; /* turns of warps in the programs before */
    for (uint32_t program = 0; program < FG_WAVE_PROGRAMS; program++) {
        const uint32_t queue = FG_WAVE_QUEUE(first, program, form);
        const uint32_t items = queues.lengths[queue] * copies;
        const uint32_t turns = (items + 31) / 32;
        for (uint32_t turn = (warp + warps - before % warps) % warps; turn < turns; turn += warps)
            take(program, queue, turn * 32 + threadIdx.x % 32);
        before += turns;
    }
}

/* Returns which of the `copies` lanes of a part goes on with it: the first that found something, or
 * the first. */
static __device__ inline uint32_t fg_leading_lane(uint32_t copies, bool success) {
    const uint32_t lane = threadIdx.x % 32, first = lane - lane % copies;
    if (copies == 1)
        return lane;
    const unsigned finders = __ballot_sync(0xffffffffu, success) >> first & ((1u << copies) - 1);
    return finders == 0 ? first : first + fg_trailing_zeros64(finders);
}

#endif
