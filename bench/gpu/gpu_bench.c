/* SPDX-License-Identifier: MIT */
/*
 * gpu_bench.c: what a GPU does, beside what it could do.
 *
 *     gpu_bench [--rounds=N] [--json=FILE] [--lines=FILE] [--smoke] [TOPIC...]
 *
 * The topics are below; all of them if none is named. --smoke runs everything in small sizes, to
 * see that it works: its times mean nothing, and the emulated device of the tests takes no other.
 */
#include "gpu/device.h"
#include "gpu_topics.h"
#include "start.h"
#include <string.h>

static const struct {
    const char *name;
    bool (*run)(struct fg_gpu_bench *bench);
    bool without_ceilings; /* beside the CPU, and not beside what the GPU could do */
} topics[] = {
    {"ceilings", fg_gpu_bench_ceilings, false}, {"trial", fg_gpu_bench_trial, false},
    {"factor", fg_gpu_bench_factor, false},     {"curves", fg_gpu_bench_curves, false},
    {"tunables", fg_gpu_bench_tunables, false}, {"wide", fg_gpu_bench_wide, true},
    {"ranges", fg_gpu_bench_ranges, true},      {"start", fg_gpu_bench_start, false},
};
#define TOPIC_COUNT (sizeof topics / sizeof *topics)

/* Takes --smoke from the arguments: the harness knows the others. */
static bool take_smoke(int *argc, char **argv) {
    bool smoke = false;
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--smoke") == 0)
            smoke = true;
        else
            argv[kept++] = argv[i];
    }
    *argc = kept;
    return smoke;
}

static bool is_topic(const char *name) {
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (strcmp(name, topics[i].name) == 0)
            return true;
    fprintf(stderr, "gpu_bench: no topic '%s'; there are", name);
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        fprintf(stderr, "%s %s", i == 0 ? "" : ",", topics[i].name);
    fputc('\n', stderr);
    return false;
}

/* Returns whether a topic runs. The ceilings come before every topic with shares of them. */
static bool is_wanted(size_t topic, int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], topics[topic].name) == 0)
            return true;
    bool shares = false;
    for (size_t other = 1; topic == 0 && other < TOPIC_COUNT; other++)
        shares |= !topics[other].without_ceilings && is_wanted(other, argc, argv);
    return argc == 1 || shares;
}

/* The driver's own version, which CUDA's functions do not tell. */
static void note_driver(struct fg_gpu_bench *bench) {
    static const char prefix[] = "NVRM version: ";
    char line[256] = "";
    FILE *const file = fopen("/proc/driver/nvidia/version", "r");
    if (file == NULL)
        return;
    if (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        const bool prefixed = strncmp(line, prefix, strlen(prefix)) == 0;
        /* The version stands within the first 70 characters, and the date of its build behind. */
        fg_bench_note(&bench->bench, "driver: %.70s", line + (prefixed ? strlen(prefix) : 0));
    }
    fclose(file);
}

/* The first usable device, current, with a clock. */
static bool open_device(struct fg_gpu_bench *bench) {
    struct fg_error error = {0};
    struct fg_device device;
    char bus_id[32];
    if (!fg_gpu_fine(fg_gpu_first_usable(&bench->device, &error), &error, "no GPU to measure"))
        return false;
    fg_gpu_describe_device(bench->device, &device); /* makes it current */
    if (!device.usable) {
        fprintf(stderr, "gpu_bench: the GPU: %s\n", device.reason);
        return false;
    }
    bench->multiprocessors = device.multiprocessor_count;
    bench->capability = 10 * device.capability_major + device.capability_minor;
    if (!FG_GPU(cudaDeviceGetAttribute(&bench->multiprocessor_threads,
                                       cudaDevAttrMaxThreadsPerMultiProcessor, bench->device)) ||
        !FG_GPU(cudaDeviceGetPCIBusId(bus_id, sizeof bus_id, bench->device)))
        return false;
    fg_bench_note(&bench->bench, "measured: device %d, %s, PCI %s", device.index, device.name,
                  bus_id);
    return fg_gpu_clock_open(&bench->clock);
}

/* The topics that are wanted. One that fails is noted, and takes none of the others with it. */
static bool run_topics(struct fg_gpu_bench *bench, int argc, char **argv) {
    bool fine = true;
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        if (!is_wanted(i, argc, argv) || topics[i].run(bench))
            continue;
        fg_bench_note(&bench->bench, "FAILED, and so not whole: the topic '%s'", topics[i].name);
        fine = false;
        cudaGetLastError(); /* told already, and no launch of the next topic's */
    }
    return fine;
}

/* Returns whether what is asked for can be measured; else a message. */
static bool is_possible(bool smoke, int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-' && !is_topic(argv[i]))
            return false;
    if (strcmp(fg_library_build_info()->cuda_toolkit, "emulated") != 0 || smoke)
        return true;
    fprintf(stderr, "gpu_bench: the emulated device has no speed to measure; give --smoke to see "
                    "that everything runs\n");
    return false;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], FG_START_OPTION) == 0)
        return fg_start_child(argv[2]);
    struct fg_gpu_bench bench = {.smoke = take_smoke(&argc, argv)};
    /* In this order: opening empties the file of an earlier run. */
    if (!is_possible(bench.smoke, argc, argv) ||
        !fg_bench_open(&bench.bench, "gpu_bench", true, &argc, argv))
        return 2;
    if (bench.smoke)
        fg_bench_note(&bench.bench, "small sizes: no figure says how fast anything is");
    note_driver(&bench);
    const bool fine = open_device(&bench) && run_topics(&bench, argc, argv);
    fg_gpu_clock_close(&bench.clock);
    const bool written = fg_bench_close(&bench.bench); /* what there is, in any case */
    return fine && written ? 0 : 1;
}
