/* SPDX-License-Identifier: MIT */
/*
 * wide_ecm.cu: a round of curves for parts above 2^64: one curve a thread, one program a warp, a
 * kernel for each form of the arithmetic. If parts are few, each has several threads with different
 * curves, and a vote decides which of them goes on with it.
 */
#include "kernels/factor/wide_cofactors.h"

#include "algorithms/ecm_block_tables.h"
#include "algorithms/ecm_family.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

#define FG_ONE_LANE_STEP "algorithms/ecm_blocks.h"
#include "algorithms/one_lane_wide.h"

namespace {

struct full {
    static constexpr uint32_t number = FG_WIDE_WAVE_FULL;
    static FG_HD_INSIDE void run(fg_wide n, uint32_t program, const fg_wide_curve *curve,
                                 fg_wide *found, fg_wide *early) {
        const fg_wide_full::fg_field field = fg_wide_full::fg_prepare(&n);
        fg_wide_full::fg_ecm_run(&field, &fg_block_ecm_programs[program], curve, found, early);
    }
};

struct lazy {
    static constexpr uint32_t number = FG_WIDE_WAVE_LAZY;
    static FG_HD_INSIDE void run(fg_wide n, uint32_t program, const fg_wide_curve *curve,
                                 fg_wide *found, fg_wide *early) {
        const fg_wide_lazy::fg_field field = fg_wide_lazy::fg_prepare(&n);
        fg_wide_lazy::fg_ecm_run(&field, &fg_block_ecm_programs[program], curve, found, early);
    }
};

struct in_96_bits {
    static constexpr uint32_t number = FG_WIDE_WAVE_96;
    static FG_HD_INSIDE void run(fg_wide n, uint32_t program, const fg_wide_curve *curve,
                                 fg_wide *found, fg_wide *early) {
        const fg_wide_96::fg_field field = fg_wide_96::fg_prepare(&n);
        fg_wide_96::fg_ecm_run(&field, &fg_block_ecm_programs[program], curve, found, early);
    }
};

/* Runs the curve of step `step` of n's plan. Returns a proper factor of n, or 1. Step 0 is P-1. */
template <class form> FG_HD_INSIDE fg_wide run_curve(fg_wide n, uint32_t program, uint32_t step) {
    fg_ecm_family family = {};
    const fg_wide_curve curve = fg_wide_curve_of_step(&family, n, step > 0 ? step : 1);
    fg_wide found, early;
    form::run(n, program, &curve, &found, &early);
    return fg_wide_split_found(n, found, early);
}

template <class form>
FG_HD_INSIDE void run_curves(const fg_wide_input &in, const fg_wide_output &out) {
    const uint32_t copies = in.queues->copies;
    fg_each_program_item(
        *in.queues, FG_WIDE_WAVE_ECM, form::number, copies,
        [&](uint32_t program, uint32_t queue, uint32_t item) __attribute__((always_inline)) {
            const uint32_t length = in.queues->lengths[queue], index = item / copies;
            const bool present = index < length; /* if not, the thread only votes */
            fg_wide_cofactor part =
                fg_wide_cofactor_at(in, out, queue, present ? index : length - 1);
            const fg_wide factor =
                run_curve<form>(fg_wide_of(part.n), program, part.step + item % copies);
            const uint32_t leader = fg_leading_lane(copies, factor > 1);
            if (!present || threadIdx.x % 32 != leader)
                return;
            if (factor > 1) {
                fg_wide_split(out, part, factor);
                return;
            }
            part.step = (uint16_t)(part.step + copies);
            fg_wide_place(in, out, part);
        });
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_ecm_full_kernel(const fg_wide_input in, const fg_wide_output out) {
    run_curves<full>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_ecm_lazy_kernel(const fg_wide_input in, const fg_wide_output out) {
    run_curves<lazy>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_ecm_96_kernel(const fg_wide_input in, const fg_wide_output out) {
    run_curves<in_96_bits>(in, out);
}

} /* namespace */

extern "C" cudaError_t fg_launch_wide_ecm(const struct fg_wide_wave *wave, cudaStream_t stream) {
    const unsigned grid = fg_wide_step_grid(*wave, FG_WAVE_COPIES);
    const fg_wide_input in = fg_input_of(*wave);
    const fg_wide_output out = fg_output_of(*wave);
    FG_LAUNCH(wide_ecm_full_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    cudaError_t result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(wide_ecm_lazy_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(wide_ecm_96_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(wide_ecm, wide_ecm_full_kernel)
