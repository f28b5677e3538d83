/* SPDX-License-Identifier: MIT */
/*
 * pm1.cu: a round of Pollard's P-1: one part a thread, one program a warp, a kernel for each
 * form of the arithmetic.
 */
#include "kernels/factor/cofactors.h"

#include "algorithms/one_lane_double.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

namespace {

struct full {
    static constexpr uint32_t number = FG_WAVE_FULL;
    static __device__ void run(uint64_t n, uint32_t program, uint64_t *found, uint64_t *early) {
        const fg_full::fg_field field = fg_full::fg_prepare(&n);
        fg_full::fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
    }
};

struct roomy {
    static constexpr uint32_t number = FG_WAVE_LAZY;
    static __device__ void run(uint64_t n, uint32_t program, uint64_t *found, uint64_t *early) {
        const fg_lazy::fg_field field = fg_lazy::fg_prepare(&n);
        fg_lazy::fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
    }
};

struct in_doubles {
    static constexpr uint32_t number = FG_WAVE_DOUBLE;
    static __device__ void run(uint64_t n, uint32_t program, uint64_t *found, uint64_t *early) {
        const fg_double::fg_field field = fg_double::fg_prepare(&n);
        fg_double::fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
    }
};

template <class form>
__device__ void run_pm1(const fg_round_input &in, const fg_round_output &out) {
    fg_each_program_item(
        *in.queues, FG_QUEUE_PM1, form::number, 1,
        [&](uint32_t program, uint32_t queue, uint32_t item) {
            if (item >= in.queues->lengths[queue])
                return;
            const fg_cofactor part = fg_cofactor_for_form(in, out, queue, item);
            uint64_t found, early;
            form::run(part.n, program, &found, &early);
            const uint64_t factor = fg_split_found(part.n, fg_gcd64_odd(found, part.n), early);
            if (factor > 1)
                fg_cofactor_split(out, part, factor);
            else
                fg_cofactor_place(in, out, part, fg_history_of_steps(part.step + 1u));
        });
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    pm1_full_kernel(const fg_round_input in, const fg_round_output out) {
    run_pm1<full>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    pm1_roomy_kernel(const fg_round_input in, const fg_round_output out) {
    run_pm1<roomy>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    pm1_double_kernel(const fg_round_input in, const fg_round_output out) {
    run_pm1<in_doubles>(in, out);
}

} /* namespace */

extern "C" cudaError_t fg_launch_wave_pm1_full(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(pm1_full_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_wave_pm1_lazy(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(pm1_roomy_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_wave_pm1_double(const struct fg_wave *wave, cudaStream_t stream) {
    if (!wave->doubles)
        return cudaSuccess;
    FG_LAUNCH(pm1_double_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(pm1, pm1_full_kernel)
