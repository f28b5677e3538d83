/* SPDX-License-Identifier: MIT */
/*
 * ceilings.h: the C face of the loops that do one thing only, and what a step of each is.
 *
 * A thread takes the steps of a few chains side by side, each step on the result of the one before.
 * The host takes the same steps for some of the threads, to see that the device did.
 */
#ifndef FG_BENCH_CEILINGS_H
#define FG_BENCH_CEILINGS_H

#include "arith/montgomery.h"
#include <cuda_runtime_api.h>
#include <math.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fg_ceiling_kind {
    FG_CEILING_IMAD,      /* 32-bit multiply-add, low half */
    FG_CEILING_IMAD_WIDE, /* 32x32 -> 64 multiply-add */
    FG_CEILING_IMAD_HI,   /* 32-bit multiply-add, high half */
    FG_CEILING_ADD_XOR,   /* a 32-bit addition and an exclusive or: two operations a step */
    FG_CEILING_FMA64,     /* FP64 fused multiply-add */
    FG_CEILING_FULL,      /* a Montgomery product, n < 2^64: fg_full of one_lane.h */
    FG_CEILING_ROOMY,     /* a Montgomery product, n < 2^58: fg_lazy */
    FG_CEILING_KINDS
};

/* The operands of a step besides its chain's word. Of a product a is the modulus n, b its inverse,
 * and c < n the factor; of FP64 they are numbers' bits. */
struct fg_ceiling_factors {
    uint64_t a, b, c;
};

/* Threads of a warp have different ones: thread i of a block has number i % FG_CEILING_FACTORS. */
#define FG_CEILING_FACTORS 32
/* Steps come in multiples of this. */
#define FG_CEILING_UNROLL 256
/* Threads of a block, at most, and how many such blocks fill a multiprocessor: 1,280 threads, for
 * which all but Turing's, with 1,024, have room, and 48 registers a thread. With 2,048 threads, 32
 * registers each, nvcc spills, and other than Hopper's would take them in two goes. */
#define FG_CEILING_BLOCK 256
#define FG_CEILING_BLOCKS 5
#define FG_CEILING_BLOCKS_TURING 4

/* The multiplications of a product of either form, for FG_GPU_COUNTED_CAPABILITY alone: see
 * ceilings.cu. */
#define FG_CEILING_PRODUCT_IMAD_WIDE 8
#define FG_CEILING_PRODUCT_IMAD 2

struct fg_ceiling_launch {
    enum fg_ceiling_kind kind;
    unsigned chains; /* of a thread: 1, 2 or 4 */
    unsigned blocks, block_threads;
    uint32_t steps;  /* of each chain */
    uint32_t unused; /* 0, in place of padding, which has no value */
    /* On the device: */
    const struct fg_ceiling_factors *factors; /* [FG_CEILING_FACTORS] */
    uint64_t *results; /* of each thread: the last words of its chains, xored */
    unsigned *cycles;  /* the most that any thread took; untouched by the emulated device */
};

/* Enqueues the loop. cudaErrorInvalidValue if there is no such one, or the launch's own error.
 */
cudaError_t fg_launch_ceiling(const struct fg_ceiling_launch *launch, cudaStream_t stream);

/* Returns the first word of a chain of the launch: 57 bits, and so below every modulus. */
static FG_HD uint64_t fg_ceiling_start(enum fg_ceiling_kind kind, uint32_t chain) {
    if (kind != FG_CEILING_FMA64)
        return (1 + (uint64_t)chain) * UINT64_C(0x9E3779B97F4A7C15) >> 7;
    const double number = 1 + (double)chain / 4294967296;
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* a * b + c. As a pair of halves with a carry, for nvcc 13.0 makes one instruction of that and two
 * or three of every other spelling. */
static FG_HD uint64_t fg_ceiling_imad_wide(uint32_t a, uint32_t b, uint64_t c) {
#if defined(__CUDA_ARCH__)
    uint32_t low = (uint32_t)c, high = (uint32_t)(c >> 32);
    asm("mad.lo.cc.u32 %0, %2, %3, %0;\n\tmadc.hi.u32 %1, %2, %3, %1;"
        : "+r"(low), "+r"(high)
        : "r"(a), "r"(b));
    return (uint64_t)high << 32 | low;
#else
    return (uint64_t)a * b + c;
#endif
}

/* The high half of a * b, and c. */
static FG_HD uint32_t fg_ceiling_imad_hi(uint32_t a, uint32_t b, uint32_t c) {
#if defined(__CUDA_ARCH__)
    asm("mad.hi.u32 %0, %1, %2, %0;" : "+r"(c) : "r"(a), "r"(b));
    return c;
#else
    return (uint32_t)((uint64_t)a * b >> 32) + c;
#endif
}

static FG_HD uint64_t fg_ceiling_fma64(uint64_t x, uint64_t a, uint64_t b) {
    double numbers[3];
    memcpy(&numbers[0], &x, sizeof x);
    memcpy(&numbers[1], &a, sizeof a);
    memcpy(&numbers[2], &b, sizeof b);
    const double result = fma(numbers[0], numbers[1], numbers[2]);
    memcpy(&x, &result, sizeof x);
    return x;
}

/* A step from x. */
static FG_HD uint64_t fg_ceiling_step(enum fg_ceiling_kind kind,
                                      const struct fg_ceiling_factors *factors, uint64_t x) {
    const uint32_t x32 = (uint32_t)x, a32 = (uint32_t)factors->a, b32 = (uint32_t)factors->b;
    struct fg_mont64 modulus;
    modulus.n = factors->a;
    modulus.inverse = factors->b;
    switch (kind) {
    case FG_CEILING_IMAD:
        return x32 * a32 + b32;
    case FG_CEILING_IMAD_WIDE:
        return fg_ceiling_imad_wide(x32, (uint32_t)(x >> 32), factors->a);
    case FG_CEILING_IMAD_HI:
        return fg_ceiling_imad_hi(x32, a32, b32);
    case FG_CEILING_ADD_XOR:
        return (x32 + a32) ^ b32;
    case FG_CEILING_FMA64:
        return fg_ceiling_fma64(x, factors->a, factors->b);
    case FG_CEILING_FULL:
        return fg_mont64_mul(modulus, x, factors->c);
    case FG_CEILING_ROOMY:
        return fg_mont64_mul_loose(modulus, x, factors->c);
    default:
        return 0;
    }
}

#ifdef __cplusplus
}
#endif

#endif
