/* SPDX-License-Identifier: MIT */
/*
 * queue_sorting.h: the counting sort of a round's parts by queue, for numbers of one word and of
 * two. A `Part` has a member `queue`; there are `queue_count` queues, at most FG_WAVE_BLOCK.
 */
#ifndef FG_KERNELS_FACTOR_QUEUE_SORTING_H
#define FG_KERNELS_FACTOR_QUEUE_SORTING_H

#include "kernels/factor/queue_walk.h"

/* Adds the length of each queue to totals[]. The list has min(appended, capacity) parts. */
template <unsigned queue_count, class Part>
static __device__ inline void fg_count_queues(const Part *parts, unsigned appended,
                                              uint32_t capacity, unsigned *totals) {
    __shared__ unsigned counted[queue_count];
    const unsigned listed = min(appended, capacity);
    if (blockIdx.x * blockDim.x >= listed)
        return; /* the whole block */
    if (threadIdx.x < queue_count)
        counted[threadIdx.x] = 0;
    __syncthreads();
    for (uint32_t i = fg_grid_thread(); i < listed; i += fg_grid_threads())
        atomicAdd(&counted[parts[i].queue], 1u);
    __syncthreads();
    if (threadIdx.x < queue_count && counted[threadIdx.x] > 0)
        atomicAdd(&totals[threadIdx.x], counted[threadIdx.x]);
}

/* Returns how many curves each of `parts` gets at once, if the device runs `threads`: more than one
 * if threads would be idle otherwise. */
static __device__ inline unsigned fg_curve_copies(unsigned parts, uint32_t threads) {
    unsigned copies = 1;
    while (copies < FG_WAVE_COPIES && parts * copies * 2 <= threads)
        copies *= 2;
    return copies;
}

/* Writes the indices of `live` parts to `order`, by queue; cursors[] says where each queue goes on.
 * The block's threads go through the list together, blockDim.x parts at a time. */
template <unsigned queue_count, class Part>
static __device__ inline void fg_place_parts(const Part *parts, unsigned live, unsigned *cursors,
                                             uint32_t *order) {
    __shared__ unsigned counted[queue_count], begins[queue_count];
    for (uint32_t first = blockIdx.x * blockDim.x; first < live; first += fg_grid_threads()) {
        if (threadIdx.x < queue_count)
            counted[threadIdx.x] = 0;
        __syncthreads();
        const uint32_t i = first + threadIdx.x;
        const uint32_t queue = i < live ? parts[i].queue : 0;
        const unsigned rank = i < live ? atomicAdd(&counted[queue], 1u) : 0;
        __syncthreads();
        if (threadIdx.x < queue_count && counted[threadIdx.x] > 0)
            begins[threadIdx.x] = atomicAdd(&cursors[threadIdx.x], counted[threadIdx.x]);
        __syncthreads();
        if (i < live)
            order[begins[queue] + rank] = i;
    }
}

#endif
