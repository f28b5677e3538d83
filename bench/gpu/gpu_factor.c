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

typedef bool part(struct fg_gpu_resident *resident);

/* Measures lists in the device's memory by these parts, until one fails. */
static bool run_parts(struct fg_gpu_bench *bench, part *const *parts, size_t count) {
    struct fg_gpu_factor factor = fg_gpu_factor_begin(bench);
    struct fg_gpu_resident resident;
    bool fine = fg_gpu_resident_open(&resident, &factor,
                                     bench->smoke ? FG_GPU_SMOKE_NUMBERS : RESIDENT_NUMBERS);
    for (size_t i = 0; fine && i < count; i++)
        fine = parts[i](&resident);
    fg_gpu_resident_close(&resident);
    fg_bench_note(&bench->bench, "the topic took %.0f s",
                  fg_clock_s(CLOCK_MONOTONIC) - factor.begun_s);
    fg_gpu_factor_free(&factor);
    return fine;
}

bool fg_gpu_bench_factor(struct fg_gpu_bench *bench) {
    static part *const parts[] = {fg_gpu_factor_rates, fg_gpu_factor_rounds};
    return run_parts(bench, parts, 2);
}

bool fg_gpu_bench_curves(struct fg_gpu_bench *bench) {
    static part *const parts[] = {fg_gpu_factor_curves};
    return run_parts(bench, parts, 1);
}

bool fg_gpu_bench_tunables(struct fg_gpu_bench *bench) {
    static part *const parts[] = {fg_gpu_factor_tunables};
    return run_parts(bench, parts, 1);
}
