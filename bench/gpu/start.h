/* SPDX-License-Identifier: MIT */
/*
 * start.h: what a new process does to learn how long a GPU takes to answer at first.
 */
#ifndef FG_BENCH_START_H
#define FG_BENCH_START_H

#include <cuda_runtime_api.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* gpu_bench FG_START_OPTION DEVICE is the child process of gpu_start.c, and does nothing else. */
#define FG_START_OPTION "--first-kernel"

/* Is the child: writes to standard output when it had done what. Returns the exit status. */
int fg_start_child(const char *device);

/* Enqueues a kernel that writes `word` to the device's `*d_word`; the launch's own error. */
cudaError_t fg_launch_first(uint32_t *d_word, uint32_t word, cudaStream_t stream);

#ifdef __cplusplus
}
#endif

#endif
