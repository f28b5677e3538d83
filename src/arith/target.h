/* SPDX-License-Identifier: MIT */
/*
 * target.h: what lets one header serve C11, C++17 and CUDA C++.
 *
 * Everything in arith/ and algorithms/ is `static FG_HD` in headers, so that the GPU runs the very
 * code that the CPU backends run and the unit tests test. Such code uses no VLAs, designated
 * initialisers, restrict, implicit void* conversions, allocation or I/O.
 */
#ifndef FG_ARITH_TARGET_H
#define FG_ARITH_TARGET_H

#include <stdbool.h>
#include <stdint.h>

/* In a .cu file only kernels call it, and a table of constants is not there for the host. */
#if defined(__CUDACC__)
#define FG_HD __device__ inline
#else
#define FG_HD inline
#endif

/* A function that does not become a part of the CPU's callers, because its frame would. On a GPU a
 * call would take the field and the point to memory. */
#if defined(__CUDACC__)
#define FG_HD_APART FG_HD
#else
#define FG_HD_APART __attribute__((noinline, unused))
#endif

/* A function that becomes a part of its kernel, because a call would take what it works on to
 * memory. */
#if defined(__CUDACC__)
#define FG_HD_INSIDE __device__ __forceinline__
#else
#define FG_HD_INSIDE FG_HD
#endif

/* A function of the CPU that becomes a part of all its callers. With sanitizers, whose checks every
 * copy would have, and without an optimiser the compiler decides: one file took 31 s of CPU time to
 * compile, and takes 1 s. */
#if defined(FG_SANITIZED) || !defined(__OPTIMIZE__)
#define FG_INLINE static inline
#else
#define FG_INLINE static inline __attribute__((always_inline))
#endif

/* A table of constants, in the GPU's constant memory or plain data; a file need not use it. */
#if defined(__CUDACC__)
#define FG_TABLE __attribute__((unused)) static __constant__ const
#else
#define FG_TABLE __attribute__((unused)) static const
#endif

/* An invariant that runs in debug and test builds, where its failure is a trap; in others it is
 * only documentation. Not assert(): NDEBUG, which the build types of the tests define, would remove
 * it. */
#if defined(FG_VERIFY) && !defined(__CUDA_ARCH__)
#define FG_VERIFY_CHECK(condition) ((condition) ? (void)0 : __builtin_trap())
#else
#define FG_VERIFY_CHECK(condition) ((void)0)
#endif

#endif
