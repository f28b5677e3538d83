/* SPDX-License-Identifier: MIT */
/*
 * gpu_start.c: what a GPU costs before its first answer: from a process's start to its main(), its
 * context, the end of its first kernel, an engine that has tested itself, and one number's answer.
 *
 * A process has only one first time, so that each sample is a process: this program again, with an
 * option of its own, which writes on a pipe when it had done what. Both read the same clock.
 */
#include "gpu_topics.h"
#include "measure/clock.h"
#include "start.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* A process that hangs dies, and does not keep the benchmark waiting. */
#define LIFE_S 60

enum moment { STARTED, IN_MAIN, HAS_CONTEXT, RAN_KERNEL, HAS_ENGINE, ANSWERED, MOMENTS };

/* ---- The child ---- */

static bool run_first_kernel(void) {
    static const uint32_t written = 0x5eed;
    uint32_t *d_word = NULL, word = 0;
    const bool fine = FG_GPU(cudaMalloc((void **)&d_word, sizeof *d_word)) &&
                      FG_GPU(fg_launch_first(d_word, written, NULL)) &&
                      FG_GPU(cudaMemcpy(&word, d_word, sizeof word, cudaMemcpyDeviceToHost));
    cudaFree(d_word);
    if (fine && word != written)
        fprintf(stderr, "gpu_bench: the first kernel gave a wrong answer\n");
    return fine && word == written;
}

/* Answers one number, the product of two primes, which takes a round of every kind. */
static bool answer_first_number(struct fg_engine *engine) {
    static const uint64_t primes[] = {UINT64_C(4294967279), UINT64_C(4294967291)};
    const uint64_t number = primes[0] * primes[1];
    struct fg_results results = {0};
    struct fg_error error = {0};
    const bool fine = fg_gpu_fine(fg_factor_batch(engine, &number, 1, &results, &error), &error,
                                  "the first number");
    const bool right = fine && results.count == 1 && results.offsets[1] == 2 &&
                       memcmp(results.values, primes, sizeof primes) == 0;
    if (fine && !right)
        fprintf(stderr, "gpu_bench: the first number has a wrong answer\n");
    fg_results_free(&results);
    return right;
}

static bool live_through(int device, double moments_s[MOMENTS]) {
    if (!FG_GPU(cudaSetDevice(device)) || !FG_GPU(cudaFree(NULL)))
        return false;
    moments_s[HAS_CONTEXT] = fg_clock_s(CLOCK_MONOTONIC);
    if (!run_first_kernel())
        return false;
    moments_s[RAN_KERNEL] = fg_clock_s(CLOCK_MONOTONIC);
    const struct fg_config config = {.backend = "cuda",
                                     .method = FG_METHOD_FACTOR,
                                     .answer = FG_ANSWER_PRIMES,
                                     .devices = &device,
                                     .device_count = 1};
    struct fg_engine *engine = NULL;
    struct fg_error error = {0};
    if (!fg_gpu_fine(fg_engine_open(&config, &engine, &error), &error, "the engine"))
        return false;
    moments_s[HAS_ENGINE] = fg_clock_s(CLOCK_MONOTONIC);
    const bool answered = answer_first_number(engine);
    moments_s[ANSWERED] = fg_clock_s(CLOCK_MONOTONIC);
    fg_engine_close(engine);
    return answered;
}

int fg_start_child(const char *device) {
    double moments_s[MOMENTS] = {[IN_MAIN] = fg_clock_s(CLOCK_MONOTONIC)};
    alarm(LIFE_S);
    if (!live_through((int)strtol(device, NULL, 10), moments_s))
        return 1;
    return fwrite(moments_s, sizeof moments_s, 1, stdout) == 1 && fflush(stdout) == 0 ? 0 : 1;
}

/* ---- A process of a sample ---- */

struct process {
    int device;
    double moments_s[MOMENTS];
    unsigned told; /* rows that have had their sample of it, as bits */
};

/* Starts the child with its standard output in the pipe. */
static bool spawn_child(struct process *process, const int ends[2], pid_t *child) {
    char option[] = FG_START_OPTION, device[16], name[] = "gpu_bench";
    snprintf(device, sizeof device, "%d", process->device);
    char *const arguments[] = {name, option, device, NULL};
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    int failure = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    process->moments_s[STARTED] = fg_clock_s(CLOCK_MONOTONIC);
    if (failure == 0)
        failure = posix_spawn(child, "/proc/self/exe", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0)
        fprintf(stderr, "gpu_bench: cannot start itself: %s\n", strerror(failure));
    return failure == 0;
}

/* Reads what the child writes, and waits for its end. */
static bool hear_child(struct process *process, FILE *pipe, pid_t child) {
    double moments_s[MOMENTS];
    const bool heard = fread(moments_s, sizeof moments_s, 1, pipe) == 1;
    int status;
    pid_t ended;
    do
        ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
    if (!heard || ended != child || status != 0) {
        fprintf(stderr, "gpu_bench: the process that starts anew failed\n");
        return false;
    }
    moments_s[STARTED] = process->moments_s[STARTED];
    memcpy(process->moments_s, moments_s, sizeof moments_s);
    return true;
}

static bool run_process(struct process *process) {
    int ends[2];
    pid_t child;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fprintf(stderr, "gpu_bench: no pipe: %s\n", strerror(errno));
        return false;
    }
    FILE *const pipe = fdopen(ends[0], "rb");
    const bool spawned = pipe != NULL && spawn_child(process, ends, &child);
    close(ends[1]);
    const bool heard = spawned && hear_child(process, pipe, child);
    if (pipe != NULL)
        fclose(pipe);
    else
        close(ends[0]);
    return heard;
}

/* ---- The race ---- */

/* A part of a process's life. */
struct row {
    const char *name;
    enum moment from, to;
};

static const struct row rows[] = {
    {"all, to an answer", STARTED, ANSWERED},  {"all, to a kernel", STARTED, RAN_KERNEL},
    {"start to main()", STARTED, IN_MAIN},     {"context", IN_MAIN, HAS_CONTEXT},
    {"first kernel", HAS_CONTEXT, RAN_KERNEL}, {"engine, self-test", RAN_KERNEL, HAS_ENGINE},
    {"first answer", HAS_ENGINE, ANSWERED},
};
#define ROWS (sizeof rows / sizeof *rows)

/* A row with the process that all rows of a round share. */
struct share {
    struct process *process;
    size_t row;
};

/* The first row of a round starts a process, which then has something to tell to each row. */
static bool run_share(void *context) {
    const struct share *const share = context;
    struct process *const process = share->process;
    const unsigned bit = 1u << share->row;
    if ((process->told & bit) != 0) {
        if (!run_process(process))
            return false;
        process->told = 0;
    }
    process->told |= bit;
    return true;
}

static double share_elapsed_s(void *context) {
    const struct share *const share = context;
    const double *const moments_s = share->process->moments_s;
    return moments_s[rows[share->row].to] - moments_s[rows[share->row].from];
}

static void note_loading(struct fg_gpu_bench *bench) {
    const char *const loading = getenv("CUDA_MODULE_LOADING");
    fg_bench_note(&bench->bench, "CUDA_MODULE_LOADING: %s",
                  loading != NULL ? loading : "not set, which means LAZY since CUDA 12.2");
    fg_bench_note(&bench->bench, "machine code in the program: %s",
                  fg_library_build_info()->cuda_architectures);
    fg_bench_note(&bench->bench, "the driver is awake: this process has a context meanwhile");
}

bool fg_gpu_bench_start(struct fg_gpu_bench *bench) {
    int mode;
    if (!FG_GPU(cudaDeviceGetAttribute(&mode, cudaDevAttrComputeMode, bench->device)))
        return false;
    if (mode != cudaComputeModeDefault) { /* this process has a context */
        fg_bench_note(&bench->bench,
                      "left out: the start, for the GPU takes one process at a time");
        return true;
    }
    struct process process = {.device = bench->device, .told = (1u << ROWS) - 1};
    struct share shares[ROWS];
    struct fg_bench_contender contenders[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        shares[i] = (struct share){&process, i};
        contenders[i] = (struct fg_bench_contender){.name = rows[i].name,
                                                    .run = run_share,
                                                    .context = &shares[i],
                                                    .elapsed_s = share_elapsed_s};
    }
    const struct fg_bench_race race = {.topic = "start",
                                       .title = "A new process, to its first answer from the GPU",
                                       .contenders = contenders,
                                       .count = ROWS,
                                       .clock = FG_BENCH_PART_TIME};
    if (!fg_bench_run(&bench->bench, &race, NULL))
        return false;
    note_loading(bench);
    return true;
}
