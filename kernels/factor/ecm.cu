/* SPDX-License-Identifier: MIT */
/*
 * ecm.cu: a round of curves: one curve a thread, one program a warp, a kernel for each form of the
 * arithmetic. If cofactors are few, each has several threads with different curves, and a vote
 * decides which of them goes on with it.
 */
#include "kernels/factor/cofactors.h"

#include "algorithms/one_lane_double.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

namespace {

struct full {
    static constexpr uint32_t number = FG_WAVE_FULL;
    static __device__ void run(uint64_t n, uint32_t program, uint32_t curve, uint64_t *found,
                               uint64_t *early) {
        const fg_full::fg_field field = fg_full::fg_prepare(&n);
        fg_full::fg_ecm_run(&field, &fg_ecm_programs[program], &curve, found, early);
    }
};

struct roomy {
    static constexpr uint32_t number = FG_WAVE_LAZY;
    static __device__ void run(uint64_t n, uint32_t program, uint32_t curve, uint64_t *found,
                               uint64_t *early) {
        const fg_lazy::fg_field field = fg_lazy::fg_prepare(&n);
        fg_lazy::fg_ecm_run(&field, &fg_ecm_programs[program], &curve, found, early);
    }
};

struct in_doubles {
    static constexpr uint32_t number = FG_WAVE_DOUBLE;
    static __device__ void run(uint64_t n, uint32_t program, uint32_t curve, uint64_t *found,
                               uint64_t *early) {
        const fg_double::fg_field field = fg_double::fg_prepare(&n);
        fg_double::fg_ecm_run(&field, &fg_ecm_programs[program], &curve, found, early);
    }
};

template <class form>
__device__ void run_curves(const fg_round_input &in, const fg_round_output &out) {
    const uint32_t copies = in.queues->copies[form::number];
    fg_each_program_item(
        *in.queues, FG_QUEUE_ECM, form::number, copies,
        [&](uint32_t program, uint32_t queue, uint32_t item) {
            const uint32_t length = in.queues->lengths[queue], index = item / copies;
            const bool present = index < length; /* if not, the thread only votes */
            const fg_cofactor part =
                fg_cofactor_for_form(in, out, queue, present ? index : length - 1);
            const uint32_t curve = (part.step - 1 + item % copies) % FG_ECM_CURVE_COUNT;
            uint64_t found, early;
            form::run(part.n, program, curve, &found, &early);
            const uint64_t factor = fg_split_found(part.n, fg_gcd64_odd(found, part.n), early);
            const uint32_t leader = fg_leading_lane(copies, factor > 1);
            if (!present || threadIdx.x % 32 != leader)
                return;
            if (factor > 1)
                fg_cofactor_split(out, part, factor);
            else
                fg_cofactor_place(in, out, part, fg_history_of_steps(part.step + copies));
        });
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    ecm_full_kernel(const fg_round_input in, const fg_round_output out) {
    run_curves<full>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    ecm_roomy_kernel(const fg_round_input in, const fg_round_output out) {
    run_curves<roomy>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    ecm_double_kernel(const fg_round_input in, const fg_round_output out) {
    run_curves<in_doubles>(in, out);
}

/* Blocks for a number, if each of its curves has a thread. */
constexpr double copies_share = (double)FG_WAVE_COPIES / FG_WAVE_BLOCK;

} /* namespace */

extern "C" cudaError_t fg_launch_wave_ecm_full(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(ecm_full_kernel, fg_step_grid(*wave, copies_share), FG_WAVE_BLOCK, stream,
              fg_input_of(*wave), fg_output_of(*wave));
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_wave_ecm_lazy(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(ecm_roomy_kernel, fg_step_grid(*wave, copies_share), FG_WAVE_BLOCK, stream,
              fg_input_of(*wave), fg_output_of(*wave));
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_wave_ecm_double(const struct fg_wave *wave, cudaStream_t stream) {
    if (!wave->doubles)
        return cudaSuccess;
    FG_LAUNCH(ecm_double_kernel, fg_step_grid(*wave, copies_share), FG_WAVE_BLOCK, stream,
              fg_input_of(*wave), fg_output_of(*wave));
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(ecm, ecm_full_kernel)
