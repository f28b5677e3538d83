/* SPDX-License-Identifier: MIT */
/*
 * gpu_hits.h: puts the hits of a batch in order, which come from the GPU in no order.
 */
#ifndef FG_METHODS_CANDIDATES_GPU_HITS_H
#define FG_METHODS_CANDIDATES_GPU_HITS_H

#include "batch/results.h"
#include "kernels/candidates/window_launch.h"

struct fg_gpu_hits {
    struct fg_hit *hits; /* index: which number of the batch */
    size_t count, capacity;
};

void fg_gpu_hits_clear(struct fg_gpu_hits *found); /* keeps the memory */
void fg_gpu_hits_free(struct fg_gpu_hits *found);

/*
 * Appends a window's hits, whose index h stands for the batch's number indices[h], h < index_count.
 * FG_ERROR_SELF_CHECK for a hit that no window can have.
 */
enum fg_status fg_gpu_hits_append(struct fg_gpu_hits *found, const struct fg_hit *hits,
                                  size_t hit_count, const uint32_t *indices, uint32_t index_count,
                                  struct fg_error *error);

/* Appends all of `other`. */
enum fg_status fg_gpu_hits_merge(struct fg_gpu_hits *found, const struct fg_gpu_hits *other,
                                 struct fg_error *error);

/* Completes each number's divisors from its hits and appends the answers in input order. */
enum fg_status fg_gpu_hits_gather(const struct fg_gpu_hits *found, enum fg_method method,
                                  const uint64_t *numbers, size_t count, struct fg_results *results,
                                  struct fg_error *error);

#endif
