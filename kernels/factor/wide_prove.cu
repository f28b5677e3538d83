/* SPDX-License-Identifier: MIT */
/*
 * wide_prove.cu: the strong test to base 2 of parts above 2^64, and to the 12 other bases that
 * prove those below 3317044064679887385961981 (Sorenson, Webster 2015).
 */
#include "kernels/factor/wide_cofactors.h"

#include "algorithms/wide_proof.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

#define FG_ONE_LANE_STEP "algorithms/probable_prime.h"
#include "algorithms/one_lane_wide.h"

namespace {

struct full {
    static constexpr uint32_t number = FG_WIDE_WAVE_FULL;
    static __device__ bool strong_base2(fg_wide n) {
        const fg_wide_full::fg_field field = fg_wide_full::fg_prepare(&n);
        return fg_wide_full::fg_strong_base2(&field) != 0;
    }
};

struct lazy {
    static constexpr uint32_t number = FG_WIDE_WAVE_LAZY;
    static __device__ bool strong_base2(fg_wide n) {
        const fg_wide_lazy::fg_field field = fg_wide_lazy::fg_prepare(&n);
        return fg_wide_lazy::fg_strong_base2(&field) != 0;
    }
};

struct in_96_bits {
    static constexpr uint32_t number = FG_WIDE_WAVE_96;
    static __device__ bool strong_base2(fg_wide n) {
        const fg_wide_96::fg_field field = fg_wide_96::fg_prepare(&n);
        return fg_wide_96::fg_strong_base2(&field) != 0;
    }
};

/* Passes a part on that looks prime. */
__device__ void take_probable(const fg_wide_output &out, const fg_wide_cofactor &part) {
    if (fg_wide_of(part.n) < FG_PROOF_BASES_END)
        fg_wide_append(out, part, FG_WIDE_WAVE_PROBABLE);
    else
        fg_wide_end(out, part, FG_WIDE_REST_CLAIM);
}

template <class form>
__device__ void run_base2(const fg_wide_input &in, const fg_wide_output &out) {
    const uint32_t queue = FG_WIDE_WAVE_UNPROVED + form::number;
    const uint32_t length = in.queues->lengths[queue];
    for (uint32_t i = fg_grid_thread(); i < length; i += fg_grid_threads()) {
        const fg_wide_cofactor part = fg_wide_cofactor_at(in, out, queue, i);
        if (form::strong_base2(fg_wide_of(part.n)))
            take_probable(out, part);
        else
            fg_wide_is_composite(in, out, part);
    }
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_base2_full_kernel(const fg_wide_input in, const fg_wide_output out) {
    run_base2<full>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_base2_lazy_kernel(const fg_wide_input in, const fg_wide_output out) {
    run_base2<lazy>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_base2_96_kernel(const fg_wide_input in, const fg_wide_output out) {
    run_base2<in_96_bits>(in, out);
}

/* Returns whether n, which passed the test to base 2, passes those to the other bases. */
__device__ bool passes_bases(fg_wide n) {
    const fg_wide_96::fg_field field = fg_wide_96::fg_prepare(&n);
    for (uint32_t i = 0; i + 1 < FG_PROOF_BASE_COUNT; i++) {
        const uint32_t base = fg_small_prime_values[i];
        if (fg_wide_96::fg_strong_base(&field, &base) == 0)
            return false;
    }
    return true;
}

/* Nearly all of these numbers are prime, so that a warp does not wait for few of its lanes. */
__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_bases_kernel(const fg_wide_input in, const fg_wide_output out) {
    const uint32_t length = in.queues->lengths[FG_WIDE_WAVE_PROBABLE];
    for (uint32_t i = fg_grid_thread(); i < length; i += fg_grid_threads()) {
        const fg_wide_cofactor part = fg_wide_cofactor_at(in, out, FG_WIDE_WAVE_PROBABLE, i);
        if (passes_bases(fg_wide_of(part.n)))
            fg_wide_end(out, part, FG_WIDE_REST_PRIME);
        else
            fg_wide_is_composite(in, out, part);
    }
}

static_assert(FG_PROOF_BASES_BITS <= FG_WIDE_PLAN_96_BITS, "the form takes all that bases prove");

} /* namespace */

extern "C" cudaError_t fg_launch_wide_prove(const struct fg_wide_wave *wave, cudaStream_t stream) {
    const unsigned grid = fg_wide_step_grid(*wave, 1);
    const fg_wide_input in = fg_input_of(*wave);
    const fg_wide_output out = fg_output_of(*wave);
    FG_LAUNCH(wide_bases_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    cudaError_t result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(wide_base2_full_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(wide_base2_lazy_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(wide_base2_96_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(wide_prove, wide_bases_kernel)
