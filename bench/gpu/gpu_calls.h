/* SPDX-License-Identifier: MIT */
/*
 * gpu_calls.h: calls of CUDA and of the library that tell on stderr what failed.
 */
#ifndef FG_BENCH_GPU_CALLS_H
#define FG_BENCH_GPU_CALLS_H

#include "batch/error.h"
#include <cuda_runtime_api.h>

/* Every CUDA call of the benchmark goes through this: false after a message on stderr. */
#define FG_GPU(call) fg_gpu_succeeded((call), #call)
bool fg_gpu_succeeded(cudaError_t result, const char *call);
/* Checks a call of the library, which did `what`: false after a message on stderr. */
bool fg_gpu_fine(enum fg_status status, const struct fg_error *error, const char *what);

/* count * size bytes of this machine's memory, zeroed, for free(); NULL after a message. */
void *fg_gpu_allocate(size_t count, size_t size);

/* Copies to the device and waits until it is there: cudaMemcpy() may return before, and the streams
 * of the benchmark do not wait for the default one. */
bool fg_gpu_upload(void *to, const void *from, size_t bytes);

#endif
