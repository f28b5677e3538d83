/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_parts.h: the parts of the topics about `factor`.
 */
#ifndef FG_BENCH_GPU_FACTOR_PARTS_H
#define FG_BENCH_GPU_FACTOR_PARTS_H

#include "gpu_factor_resident.h"

/* The parts of the topics. False after a message if something failed. */
bool fg_gpu_factor_rates(struct fg_gpu_resident *resident);    /* numbers a second of every list */
bool fg_gpu_factor_rounds(struct fg_gpu_resident *resident);   /* where a wave's time goes */
bool fg_gpu_factor_curves(struct fg_gpu_resident *resident);   /* curves at once, and their forms */
bool fg_gpu_factor_tunables(struct fg_gpu_resident *resident); /* other schedules */

#endif
