/* SPDX-License-Identifier: MIT */
/*
 * window_launch.h: the C interface of the kernels that test candidates. With wavefront_launch.h,
 * which is that of the method factor, it is all that host files know of the kernels.
 *
 * One launch tests a window of candidates against a list of numbers. The grid is (slices of the
 * window) x (tiles of numbers); a thread prepares its candidates once and tests them against every
 * number of the tile. Hits are compacted into one buffer through an atomic counter, which counts on
 * when the buffer is full: *count > capacity tells the host to run smaller windows.
 */
#ifndef FG_KERNELS_CANDIDATES_WINDOW_LAUNCH_H
#define FG_KERNELS_CANDIDATES_WINDOW_LAUNCH_H

#include <cuda_runtime_api.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers that share one preparation of a candidate. No measurement has chosen it yet: `gpu_bench
 * trial` races other values. */
#ifndef FG_TILE_NUMBERS
#define FG_TILE_NUMBERS 64
#endif
/* Candidates that a block of threads covers. */
#ifndef FG_BLOCK_CANDIDATES
#define FG_BLOCK_CANDIDATES 1024
#endif

/* A candidate that divides. */
struct fg_hit {
    uint64_t divisor;
    uint32_t index; /* into the launch's list of numbers */
    uint32_t reserved;
};

/* The input of a launch: the numbers, and which candidates. Pointers are to device memory. */
struct fg_window {
    const uint64_t *dividends;   /* what candidates are tested against (see candidates.h) */
    const uint64_t *counts;      /* how many candidates each of them has */
    const uint64_t *tile_counts; /* the most candidates of any number of each tile */
    uint32_t number_count;       /* 1 .. 65535 * FG_TILE_NUMBERS */
    uint32_t unused;             /* 0, in place of padding, which has no value */
    uint64_t begin, end; /* candidates [begin, end), not empty, at most 2^30 blocks of them */
};

/* The output of a launch, in device memory too. */
struct fg_hit_list {
    unsigned long long *count; /* zero it first; counts all hits, written or not */
    struct fg_hit *hits;
    uint64_t capacity; /* entries in `hits` */
};

/*
 * Enqueues a window on `stream`. The 32-bit forms need every dividend below 2^32. The result is the
 * launch's own error; errors of execution show at the next synchronisation.
 */
cudaError_t fg_launch_trial32(const struct fg_window *window, const struct fg_hit_list *list,
                              cudaStream_t stream);
cudaError_t fg_launch_trial64(const struct fg_window *window, const struct fg_hit_list *list,
                              cudaStream_t stream);
cudaError_t fg_launch_exhaustive32(const struct fg_window *window, const struct fg_hit_list *list,
                                   cudaStream_t stream);
cudaError_t fg_launch_exhaustive64(const struct fg_window *window, const struct fg_hit_list *list,
                                   cudaStream_t stream);

#ifdef __cplusplus
}
#endif

#endif
