/* SPDX-License-Identifier: MIT */
/*
 * gpu_engines.c: opens and closes the engines of both sides.
 */
#include "gpu_engines.h"

const char *const fg_gpu_side_names[FG_GPU_SIDES] = {"cuda", "threads"};

bool fg_gpu_engines_open(struct fg_gpu_engines *engines, const struct fg_gpu_bench *bench) {
    *engines = (struct fg_gpu_engines){{NULL}};
    for (int side = 0; side < FG_GPU_SIDES; side++) {
        struct fg_config config = {.backend = fg_gpu_side_names[side],
                                   .method = FG_METHOD_AUTO,
                                   .answer = FG_ANSWER_PRIMES};
        struct fg_error error = {0};
        if (side == FG_GPU_ON_DEVICE) {
            config.devices = &bench->device;
            config.device_count = 1;
        }
        if (!fg_gpu_fine(fg_engine_open(&config, &engines->on[side], &error), &error, "an engine"))
            return false;
    }
    return true;
}

void fg_gpu_engines_close(struct fg_gpu_engines *engines) {
    for (int side = 0; side < FG_GPU_SIDES; side++)
        fg_engine_close(engines->on[side]);
}

bool fg_gpu_race_sides(struct fg_gpu_bench *bench, const char *topic, const char *title,
                       const struct fg_bench_contender contenders[FG_GPU_SIDES],
                       const double covered[FG_GPU_SIDES]) {
    const struct fg_bench_race race = {.topic = topic,
                                       .title = title,
                                       .contenders = contenders,
                                       .count = FG_GPU_SIDES,
                                       .clock = FG_BENCH_WALL_TIME,
                                       .rates = true,
                                       .unit_count = covered[FG_GPU_ON_DEVICE],
                                       .unit_name = "number",
                                       .covered = covered};
    return fg_bench_run(&bench->bench, &race, NULL);
}
