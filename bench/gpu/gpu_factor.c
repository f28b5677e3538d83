/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor.c: the method `factor`: how fast the device is by itself, where its time goes, and
 * other ways to cut the work. What is left of it with numbers and answers in this machine's memory,
 * `factor-gpu --compare` measures.
 */
#include "gpu_factor_parts.h"
#include "gpu_topics.h"
#include "measure/clock.h"

/* Numbers in the device's memory, and of the largest wave. */
#define RESIDENT_NUMBERS (UINT32_C(1) << 22)

/* Measures lists in the device's memory, the most important races first. */
static bool run_parts(struct fg_gpu_factor *factor) {
    struct fg_gpu_resident resident;
    bool fine =
        fg_gpu_resident_open(&resident, factor,
                             factor->bench->smoke ? FG_GPU_SMOKE_NUMBERS : RESIDENT_NUMBERS) &&
        fg_gpu_factor_rates(&resident) && fg_gpu_factor_rounds(&resident) &&
        fg_gpu_factor_tunables(&resident);
    fg_gpu_resident_close(&resident);
    return fine;
}

bool fg_gpu_bench_factor(struct fg_gpu_bench *bench) {
    struct fg_gpu_factor factor = {.bench = bench, .begun_s = fg_clock_s(CLOCK_MONOTONIC)};
    const bool fine = fg_gpu_factor_fill(&factor) && run_parts(&factor);
    fg_bench_note(&bench->bench, "the topic took %.0f s",
                  fg_clock_s(CLOCK_MONOTONIC) - factor.begun_s);
    fg_gpu_factor_free(&factor);
    return fine;
}
