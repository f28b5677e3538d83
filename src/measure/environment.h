/* SPDX-License-Identifier: MIT */
/*
 * environment.h: where a comparison ran: CPU, GPUs, build and date. A time means nothing without
 * them, so every report begins with them.
 */
#ifndef FG_MEASURE_ENVIRONMENT_H
#define FG_MEASURE_ENVIRONMENT_H

#include "factor_gpu.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_ENVIRONMENT_DEVICES_MAX 64

struct fg_environment {
    char cpu_model[256];
    struct fg_cpu_count cpus;
    char system[256]; /* kernel name and release, machine */
    char date[32];    /* UTC, ISO 8601 */
    const char *cpu_variant;
    const struct fg_build_info *build;

    /* The GPUs; after fg_environment_describe() there are none, and gpu_reason says so. */
    size_t device_count;
    struct fg_device devices[FG_ENVIRONMENT_DEVICES_MAX];
    char gpu_reason[512]; /* why device_count is 0 */
};

/* Fills in everything but the GPUs. Does not use CUDA, so forking stays safe. */
void fg_environment_describe(struct fg_environment *environment);

/* Adds the GPUs, or the reason why there is none. Initialises CUDA: no fork after it. */
void fg_environment_add_gpus(struct fg_environment *environment);

/*
 * Reads the CPU's name from a file in the format of /proc/cpuinfo: "model name" on x86, the closest
 * match elsewhere. If there is none, it is `machine` (as uname -m prints it).
 */
void fg_environment_read_cpu_model(FILE *cpuinfo, const char *machine, char *model, size_t size);

#ifdef __cplusplus
}
#endif

#endif
