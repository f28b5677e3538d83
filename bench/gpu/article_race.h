/* SPDX-License-Identifier: MIT */
/*
 * article_race.h: the article's four numbers from end to end, by the methods that test candidates.
 */
#ifndef FG_BENCH_ARTICLE_RACE_H
#define FG_BENCH_ARTICLE_RACE_H

#include "measured_gpu.h"

/* Wall time of a batch through an engine that is open already, on the CPU and on the GPU. */
bool fg_bench_race_article(struct fg_gpu_bench *bench);

#endif
