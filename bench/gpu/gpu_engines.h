/* SPDX-License-Identifier: MIT */
/*
 * gpu_engines.h: the library's engines for races from memory to memory: the GPU that is measured,
 * and the CPU's threads, whose answers it is held against.
 */
#ifndef FG_BENCH_GPU_ENGINES_H
#define FG_BENCH_GPU_ENGINES_H

#include "factor_gpu.h"
#include "measured_gpu.h"

enum { FG_GPU_ON_DEVICE, FG_GPU_ON_THREADS, FG_GPU_SIDES };

struct fg_gpu_engines {
    struct fg_engine *on[FG_GPU_SIDES];
};

/* The names of both sides, for the rows of a race. */
extern const char *const fg_gpu_side_names[FG_GPU_SIDES];

/* Opens both engines, for primes, each with the method auto. False after a message. In any case
 * fg_gpu_engines_close() follows. */
bool fg_gpu_engines_open(struct fg_gpu_engines *engines, const struct fg_gpu_bench *bench);
void fg_gpu_engines_close(struct fg_gpu_engines *engines);

/* Races both sides by wall time, in numbers a second, of which each run of a side answers
 * `covered`. Returns as fg_bench_run() does. */
bool fg_gpu_race_sides(struct fg_gpu_bench *bench, const char *topic, const char *title,
                       const struct fg_bench_contender contenders[FG_GPU_SIDES],
                       const double covered[FG_GPU_SIDES]);

#endif
