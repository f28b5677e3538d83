/* SPDX-License-Identifier: MIT */
/*
 * ceilings.cu: loops that do one thing only, to learn how fast a GPU does it.
 *
 * The code for sm_90 (nvcc 13.0), disassembled; a loop takes three more instructions a round:
 *
 *     imad, fma64   256 steps are 256 IMAD, or DFMA
 *     imad.wide     256 steps are 256 IMAD.WIDE, and a MOV for each of several chains
 *     add, xor      256 steps are 256 LOP3, 252 IMAD.IADD and 4 IADD3
 *     full          a product is 8 IMAD.WIDE, 2 IMAD and 13 others, 1 or 2 of these IMAD.X, moves
 *     roomy         a product is 8 IMAD.WIDE, 2 IMAD and 4 others
 *                   one of the 8 is IMAD.HI, where the low word is 0
 *
 * No loop touches memory.
 */
#include "ceilings.h"

#include "kernels/launch_macro.h"
#include <cuda_runtime.h>

#ifdef FG_EMULATED_DEVICE
#define FG_UNROLL
#else
#define FG_UNROLL _Pragma("unroll")
#endif

namespace {

__device__ unsigned cycles_now() {
#ifdef FG_EMULATED_DEVICE
    return 0; /* it has no clock */
#else
    return (unsigned)clock64();
#endif
}

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ == 750
constexpr unsigned blocks_of_multiprocessor = FG_CEILING_BLOCKS_TURING;
#else
constexpr unsigned blocks_of_multiprocessor = FG_CEILING_BLOCKS;
#endif

template <fg_ceiling_kind kind, unsigned chains>
__global__ void __launch_bounds__(FG_CEILING_BLOCK, blocks_of_multiprocessor)
    ceiling_kernel(const fg_ceiling_launch launch) {
    const fg_ceiling_factors factors = launch.factors[threadIdx.x % FG_CEILING_FACTORS];
    const uint32_t thread = blockIdx.x * blockDim.x + threadIdx.x;
    uint64_t x[chains];
    for (unsigned c = 0; c < chains; c++)
        x[c] = fg_ceiling_start(kind, thread * chains + c);

    /* Long enough for the loop itself to cost nothing, short enough for the instruction cache. */
    constexpr unsigned stride = (kind < FG_CEILING_FULL ? FG_CEILING_UNROLL : 16) / chains;
    const unsigned begin = cycles_now();
    for (uint32_t step = 0; step < launch.steps; step += stride) {
        FG_UNROLL
        for (unsigned k = 0; k < stride; k++)
            for (unsigned c = 0; c < chains; c++)
                x[c] = fg_ceiling_step(kind, &factors, x[c]);
    }
    const unsigned cycles = cycles_now() - begin;

    uint64_t result = 0;
    for (unsigned c = 0; c < chains; c++)
        result ^= x[c];
    launch.results[thread] = result;
    if (threadIdx.x % 32 == 0)
        atomicMax(launch.cycles, cycles);
}

template <fg_ceiling_kind kind, unsigned chains>
cudaError_t enqueue(const fg_ceiling_launch &launch, cudaStream_t stream) {
    FG_LAUNCH((ceiling_kernel<kind, chains>), launch.blocks, launch.block_threads, stream, launch);
    return cudaGetLastError();
}

template <fg_ceiling_kind kind>
cudaError_t enqueue_kind(const fg_ceiling_launch &launch, cudaStream_t stream) {
    switch (launch.chains) {
    case 1:
        return enqueue<kind, 1>(launch, stream);
    case 2:
        return enqueue<kind, 2>(launch, stream);
    case 4:
        return enqueue<kind, 4>(launch, stream);
    default:
        return cudaErrorInvalidValue;
    }
}

} /* namespace */

extern "C" cudaError_t fg_launch_ceiling(const struct fg_ceiling_launch *launch,
                                         cudaStream_t stream) {
    switch (launch->kind) {
    case FG_CEILING_IMAD:
        return enqueue_kind<FG_CEILING_IMAD>(*launch, stream);
    case FG_CEILING_IMAD_WIDE:
        return enqueue_kind<FG_CEILING_IMAD_WIDE>(*launch, stream);
    case FG_CEILING_IMAD_HI:
        return enqueue_kind<FG_CEILING_IMAD_HI>(*launch, stream);
    case FG_CEILING_ADD_XOR:
        return enqueue_kind<FG_CEILING_ADD_XOR>(*launch, stream);
    case FG_CEILING_FMA64:
        return enqueue_kind<FG_CEILING_FMA64>(*launch, stream);
    case FG_CEILING_FULL:
        return enqueue_kind<FG_CEILING_FULL>(*launch, stream);
    case FG_CEILING_ROOMY:
        return enqueue_kind<FG_CEILING_ROOMY>(*launch, stream);
    default:
        return cudaErrorInvalidValue;
    }
}
