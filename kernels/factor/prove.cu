/* SPDX-License-Identifier: MIT */
/*
 * prove.cu: primality of the wavefront's parts: the strong test to base 2, and Lucas' for
 * those that pass. Together they are a proof (algorithms/primality.h).
 *
 * They are two kernels because most composites end with the first test: in one kernel, a warp would
 * wait for the few that go on.
 */
#include "kernels/factor/cofactors.h"

#include "algorithms/one_lane.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

namespace {

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    base2_kernel(const fg_round_input in, const fg_round_output out) {
    const uint32_t length = in.queues->lengths[FG_QUEUE_UNPROVED];
    for (uint32_t i = fg_grid_thread(); i < length; i += fg_grid_threads()) {
        const fg_cofactor part = fg_cofactor_at(in, FG_QUEUE_UNPROVED, i);
        const fg_full::fg_field field = fg_full::fg_prepare(&part.n);
        if (fg_full::fg_strong_base2(&field))
            fg_cofactor_place(in, out, part, fg_history_of(FG_KNOWN_PROBABLE));
        else
            fg_cofactor_is_composite(in, out, part);
    }
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    lucas_kernel(const fg_round_input in, const fg_round_output out) {
    const uint32_t length = in.queues->lengths[FG_QUEUE_PROBABLE];
    for (uint32_t i = fg_grid_thread(); i < length; i += fg_grid_threads()) {
        const fg_cofactor part = fg_cofactor_at(in, FG_QUEUE_PROBABLE, i);
        const fg_full::fg_field field = fg_full::fg_prepare(&part.n);
        const uint32_t parameter = fg_lucas_parameter(part.n);
        if (parameter != 0 && fg_full::fg_lucas(&field, &parameter))
            fg_cofactor_place(in, out, part, fg_history_of(FG_KNOWN_PRIME));
        else
            fg_cofactor_is_composite(in, out, part);
    }
}

} /* namespace */

extern "C" cudaError_t fg_launch_wave_prove(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(base2_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    const cudaError_t result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(lucas_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(prove, base2_kernel)
