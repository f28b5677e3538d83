/* SPDX-License-Identifier: MIT */
/*
 * gpu_topics.h: the topics of gpu_bench.
 */
#ifndef FG_BENCH_GPU_TOPICS_H
#define FG_BENCH_GPU_TOPICS_H

#include "measured_gpu.h"

/* The topics. False after a message if something failed or an answer was wrong. */
bool fg_gpu_bench_ceilings(struct fg_gpu_bench *bench); /* fills bench->ceilings; comes first */
bool fg_gpu_bench_trial(struct fg_gpu_bench *bench);
bool fg_gpu_bench_factor(struct fg_gpu_bench *bench); /* rates, and where a wave's time goes */
bool fg_gpu_bench_curves(
    struct fg_gpu_bench *bench); /* how many curves at once, and in which form */
bool fg_gpu_bench_tunables(struct fg_gpu_bench *bench); /* other tunables of `factor` */
bool fg_gpu_bench_wide(struct fg_gpu_bench *bench);     /* numbers above 2^64 */
bool fg_gpu_bench_ranges(struct fg_gpu_bench *bench);   /* totals of ranges */
bool fg_gpu_bench_start(struct fg_gpu_bench *bench);

#endif
