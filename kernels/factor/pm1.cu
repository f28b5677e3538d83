/* SPDX-License-Identifier: MIT */
/*
 * pm1.cu: a round of Pollard's P-1: one part a thread, one program a warp, a kernel for each
 * form of the arithmetic.
 */
#include "kernels/factor/cofactors.h"

#include "algorithms/one_lane.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

namespace {

struct full {
    static constexpr uint32_t first_queue = FG_QUEUE_PM1;
    static __device__ void run(uint64_t n, uint32_t program, uint64_t *found, uint64_t *early) {
        const fg_full::fg_field field = fg_full::fg_prepare(&n);
        fg_full::fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
    }
};

struct roomy {
    static constexpr uint32_t first_queue = FG_QUEUE_PM1 + 1;
    static __device__ void run(uint64_t n, uint32_t program, uint64_t *found, uint64_t *early) {
        const fg_lazy::fg_field field = fg_lazy::fg_prepare(&n);
        fg_lazy::fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
    }
};

template <class form>
__device__ void run_pm1(const fg_round_input &in, const fg_round_output &out) {
    fg_each_program_item(
        *in.queues, form::first_queue, FG_PM1_PROGRAM_COUNT, 1,
        [&](uint32_t program, uint32_t item) {
            const uint32_t queue = form::first_queue + 2 * program;
            if (item >= in.queues->lengths[queue])
                return;
            const fg_cofactor part = fg_cofactor_at(in, queue, item);
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

} /* namespace */

extern "C" cudaError_t fg_launch_wave_pm1(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(pm1_full_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    const cudaError_t result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(pm1_roomy_kernel, fg_step_grid(*wave), FG_WAVE_BLOCK, stream, fg_input_of(*wave),
              fg_output_of(*wave));
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(pm1, pm1_full_kernel)
