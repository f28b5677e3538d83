/*
 * gpu_bench.h: what the topics of gpu_bench share.
 *
 * Times are the device's: between two events around what is measured, on one stream. What a host
 * waits for besides is measured where a race says "wall". A share of a ceiling is a rate over one
 * that gpu_ceilings.c measured a moment before in the same process.
 */
#ifndef FG_BENCH_GPU_BENCH_H
#define FG_BENCH_GPU_BENCH_H

#include "batch/error.h"
#include "harness.h"
#include <cuda_runtime_api.h>

/* What the card reaches in loops that do nothing else; operations a second of the whole device. */
struct fg_gpu_ceilings {
    double imad;      /* 32-bit multiply-add, low half */
    double imad_wide; /* 32x32 -> 64 multiply-add */
    double fma64;     /* FP64 fused multiply-add */
    /* Montgomery products, several independent ones in a thread: */
    double full;  /* n < 2^64, the form x1h0 of arith/residues.h */
    double roomy; /* n < 2^58, the form x1h6 */
};

/* What was counted in machine code, was in that of this compute capability. */
#define FG_GPU_COUNTED_CAPABILITY 90

/* Two events around what is measured. */
struct fg_gpu_clock {
    cudaStream_t stream;
    cudaEvent_t before, after;
};

struct fg_gpu_bench {
    struct fg_bench bench;
    bool smoke; /* sizes for the emulated device: that everything runs, not how fast */
    int device; /* the one that is measured; current in the calling thread */
    int multiprocessors;
    int multiprocessor_threads; /* that one has room for */
    int capability;             /* 10 * major + minor */
    struct fg_gpu_clock clock;
    struct fg_gpu_ceilings ceilings;
};

/* Every CUDA call of the benchmark goes through this: false after a message on stderr. */
#define FG_GPU(call) fg_gpu_succeeded((call), #call)
bool fg_gpu_succeeded(cudaError_t result, const char *call);
/* The same for the library's functions; `what` was being done. */
bool fg_gpu_fine(enum fg_status status, const struct fg_error *error, const char *what);

/* count * size bytes of this machine's memory, zeroed, for free(); NULL after a message. */
void *fg_gpu_allocate(size_t count, size_t size);

/* Copies to the device and waits until it is there: cudaMemcpy() may return before, and the streams
 * of the benchmark do not wait for the default one. */
bool fg_gpu_upload(void *to, const void *from, size_t bytes);

/* clock_start, what is measured, clock_stop, which waits for it and says how long it took. */
bool fg_gpu_clock_open(struct fg_gpu_clock *clock);
void fg_gpu_clock_close(struct fg_gpu_clock *clock);
bool fg_gpu_clock_start(struct fg_gpu_clock *clock);
bool fg_gpu_clock_stop(struct fg_gpu_clock *clock, double *elapsed_s);

/* The topics. False after a message where something failed or an answer was wrong. */
bool fg_gpu_bench_ceilings(struct fg_gpu_bench *bench); /* fills bench->ceilings; comes first */
bool fg_gpu_bench_trial(struct fg_gpu_bench *bench);
bool fg_gpu_bench_factor(struct fg_gpu_bench *bench);
bool fg_gpu_bench_start(struct fg_gpu_bench *bench);

#endif
