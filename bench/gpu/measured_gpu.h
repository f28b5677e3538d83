/* SPDX-License-Identifier: MIT */
/*
 * measured_gpu.h: the GPU that gpu_bench measures, which its topics share.
 *
 * Times are the device's: between two events around what is measured, on one stream. What a host
 * waits for besides is measured where a race says "wall". A share of a ceiling is a rate over one
 * that gpu_ceilings.c measured a moment before in the same process.
 */
#ifndef FG_BENCH_MEASURED_GPU_H
#define FG_BENCH_MEASURED_GPU_H

#include "gpu_calls.h"
#include "gpu_clock.h"
#include "harness.h"

/* The rates of loops that do nothing else: operations a second of the whole device. */
struct fg_gpu_ceilings {
    double imad;      /* 32-bit multiply-add, low half */
    double imad_wide; /* 32x32 -> 64 multiply-add */
    double fma64;     /* FP64 fused multiply-add */
    /* Montgomery products, several independent ones in a thread: */
    double full;  /* n < 2^64: fg_full of algorithms/one_lane.h */
    double roomy; /* n < 2^58: fg_lazy */
};

/* The FP64 operations of a product in doubles (arith/residues_double.h). */
#define FG_GPU_DOUBLE_PRODUCT_FP64 6

/* The compute capability whose machine code the counts are of. */
#define FG_GPU_COUNTED_CAPABILITY 90

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

#endif
