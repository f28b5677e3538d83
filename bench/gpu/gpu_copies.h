/* SPDX-License-Identifier: MIT */
/*
 * gpu_copies.h: the part of the topic `ceilings` that is about memory.
 */
#ifndef FG_BENCH_GPU_COPIES_H
#define FG_BENCH_GPU_COPIES_H

#include "measured_gpu.h"

/* Copies between the host and the device, and within the device. */
bool fg_gpu_bench_copies(struct fg_gpu_bench *bench);

#endif
