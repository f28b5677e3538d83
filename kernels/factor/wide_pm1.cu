/* SPDX-License-Identifier: MIT */
/*
 * wide_pm1.cu: a round of Pollard's P-1 for parts above 2^64: one part a thread, one program a
 * warp, a kernel for each form of the arithmetic.
 */
#include "kernels/factor/wide_cofactors.h"

#include "algorithms/pm1_wide_tables.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

#define FG_ONE_LANE_STEP "algorithms/pm1_blocks.h"
#include "algorithms/one_lane_wide.h"

namespace {

struct full {
    static constexpr uint32_t number = FG_WIDE_WAVE_FULL;
    static __device__ void run(fg_wide n, uint32_t program, fg_wide *found, fg_wide *early) {
        const fg_wide_full::fg_field field = fg_wide_full::fg_prepare(&n);
        fg_wide_full::fg_pm1_run(&field, &fg_wide_pm1_programs[program], found, early);
    }
};

struct lazy {
    static constexpr uint32_t number = FG_WIDE_WAVE_LAZY;
    static __device__ void run(fg_wide n, uint32_t program, fg_wide *found, fg_wide *early) {
        const fg_wide_lazy::fg_field field = fg_wide_lazy::fg_prepare(&n);
        fg_wide_lazy::fg_pm1_run(&field, &fg_wide_pm1_programs[program], found, early);
    }
};

struct in_96_bits {
    static constexpr uint32_t number = FG_WIDE_WAVE_96;
    static __device__ void run(fg_wide n, uint32_t program, fg_wide *found, fg_wide *early) {
        const fg_wide_96::fg_field field = fg_wide_96::fg_prepare(&n);
        fg_wide_96::fg_pm1_run(&field, &fg_wide_pm1_programs[program], found, early);
    }
};

template <class form> __device__ void run_pm1(const fg_wide_input &in, const fg_wide_output &out) {
    fg_each_program_item(*in.queues, FG_WIDE_WAVE_PM1, form::number, 1,
                         [&](uint32_t program, uint32_t queue, uint32_t item) {
                             if (item >= in.queues->lengths[queue])
                                 return;
                             fg_wide_cofactor part = fg_wide_cofactor_at(in, out, queue, item);
                             const fg_wide n = fg_wide_of(part.n);
                             fg_wide found, early;
                             form::run(n, program, &found, &early);
                             const fg_wide factor = fg_wide_split_found(n, found, early);
                             if (factor > 1) {
                                 fg_wide_split(out, part, factor);
                                 return;
                             }
                             part.step++;
                             fg_wide_place(in, out, part);
                         });
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_pm1_full_kernel(const fg_wide_input in, const fg_wide_output out) {
    run_pm1<full>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_pm1_lazy_kernel(const fg_wide_input in, const fg_wide_output out) {
    run_pm1<lazy>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_pm1_96_kernel(const fg_wide_input in, const fg_wide_output out) {
    run_pm1<in_96_bits>(in, out);
}

} /* namespace */

extern "C" cudaError_t fg_launch_wide_pm1(const struct fg_wide_wave *wave, cudaStream_t stream) {
    const unsigned grid = fg_wide_step_grid(*wave, 1);
    const fg_wide_input in = fg_input_of(*wave);
    const fg_wide_output out = fg_output_of(*wave);
    FG_LAUNCH(wide_pm1_full_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    cudaError_t result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(wide_pm1_lazy_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(wide_pm1_96_kernel, grid, FG_WAVE_BLOCK, stream, in, out);
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(wide_pm1, wide_pm1_full_kernel)
