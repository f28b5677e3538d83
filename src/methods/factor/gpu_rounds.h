/* SPDX-License-Identifier: MIT */
/*
 * gpu_rounds.h: enqueues the rounds between two polls of a wavefront batch, as one graph if that is
 * possible.
 *
 * The steps of a round need not wait for each other, but launches on one stream do. In a graph they
 * run side by side, so that a round with few cofactors lasts as long as its longest step; and the
 * host makes one call instead of 44, or of 52 with doubles.
 */
#ifndef FG_METHODS_FACTOR_GPU_ROUNDS_H
#define FG_METHODS_FACTOR_GPU_ROUNDS_H

#include "gpu/vendor.h"
#include "kernels/factor/wavefront_launch.h"

/* Rounds between two polls of what they leave: an even number, because the lists of cofactors
 * alternate. A poll lets the stream run dry. Two in three numbers are done after the first four
 * rounds. */
#define FG_WAVE_ROUNDS_PER_LOOK 4

/* The rounds of a wave, zero at first. */
struct fg_gpu_rounds {
    cudaGraphExec_t graph;   /* NULL: none yet */
    struct fg_wave captured; /* what the graph works on: it fits smaller batches as well */
    bool launched;           /* once without a graph, so that the kernels are loaded */
    bool refused;            /* this device or driver makes no graph */
};

/* Enqueues the next FG_WAVE_ROUNDS_PER_LOOK rounds on `stream` and counts them in wave->round. */
cudaError_t fg_gpu_rounds_enqueue(struct fg_gpu_rounds *rounds, struct fg_wave *wave,
                                  uint32_t number_capacity, cudaStream_t stream);

/* Frees the graph. Nothing of it may be under way. */
void fg_gpu_rounds_close(struct fg_gpu_rounds *rounds);

#endif
