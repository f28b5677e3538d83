/* SPDX-License-Identifier: MIT */
/*
 * prove.cu: primality of the wavefront's parts: the strong test to base 2, and Lucas' for
 * those that pass. Together they are a proof (algorithms/primality.h).
 *
 * They are two kernels because most composites end with the first test: in one kernel, a warp would
 * wait for the few that go on.
 */
#include "kernels/factor/cofactors.h"

#include "algorithms/one_lane_double.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

namespace {

struct full {
    static constexpr uint32_t unproved = FG_QUEUE_UNPROVED, probable = FG_QUEUE_PROBABLE;
    static __device__ bool strong_base2(uint64_t n) {
        const fg_full::fg_field field = fg_full::fg_prepare(&n);
        return fg_full::fg_strong_base2(&field) != 0;
    }
    static __device__ bool lucas(uint64_t n, uint32_t parameter) {
        const fg_full::fg_field field = fg_full::fg_prepare(&n);
        return fg_full::fg_lucas(&field, &parameter) != 0;
    }
};

struct in_doubles {
    static constexpr uint32_t unproved = FG_QUEUE_UNPROVED_DOUBLE;
    static constexpr uint32_t probable = FG_QUEUE_PROBABLE_DOUBLE;
    static __device__ bool strong_base2(uint64_t n) {
        const fg_double::fg_field field = fg_double::fg_prepare(&n);
        return fg_double::fg_strong_base2(&field) != 0;
    }
    static __device__ bool lucas(uint64_t n, uint32_t parameter) {
        const fg_double::fg_field field = fg_double::fg_prepare(&n);
        return fg_double::fg_lucas(&field, &parameter) != 0;
    }
};

template <class form>
__device__ void run_base2(const fg_round_input &in, const fg_round_output &out) {
    const uint32_t length = in.queues->lengths[form::unproved];
    for (uint32_t i = fg_grid_thread(); i < length; i += fg_grid_threads()) {
        const fg_cofactor part = fg_cofactor_for_form(in, out, form::unproved, i);
        if (form::strong_base2(part.n))
            fg_cofactor_place(in, out, part, fg_history_of(FG_KNOWN_PROBABLE));
        else
            fg_cofactor_is_composite(in, out, part);
    }
}

template <class form>
__device__ void run_lucas(const fg_round_input &in, const fg_round_output &out) {
    const uint32_t length = in.queues->lengths[form::probable];
    for (uint32_t i = fg_grid_thread(); i < length; i += fg_grid_threads()) {
        const fg_cofactor part = fg_cofactor_for_form(in, out, form::probable, i);
        const uint32_t parameter = fg_lucas_parameter(part.n);
        if (parameter != 0 && form::lucas(part.n, parameter))
            fg_cofactor_place(in, out, part, fg_history_of(FG_KNOWN_PRIME));
        else
            fg_cofactor_is_composite(in, out, part);
    }
}

/* The second queue is empty on a device that takes no cofactors in doubles. */
__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    base2_kernel(const fg_round_input in, const fg_round_output out) {
    run_base2<full>(in, out);
    run_base2<in_doubles>(in, out);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    lucas_kernel(const fg_round_input in, const fg_round_output out) {
    run_lucas<full>(in, out);
    run_lucas<in_doubles>(in, out);
}

} /* namespace */

extern "C" cudaError_t fg_launch_wave_base2(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(base2_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_wave_lucas(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(lucas_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(prove, base2_kernel)
