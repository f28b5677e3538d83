/* SPDX-License-Identifier: MIT */
/*
 * wide_queues.cu: the beginning of the wavefront for numbers of two words, and the sorting that
 * opens each of its rounds.
 */
#include "kernels/factor/queue_sorting.h"
#include "kernels/factor/wide_cofactors.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

namespace {

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    wide_small_primes_kernel(const fg_wide_words *numbers, uint32_t number_count, uint64_t *records,
                             const fg_wide_output out) {
    for (uint32_t i = fg_grid_thread(); i < number_count; i += fg_grid_threads()) {
        uint64_t *const record = records + (size_t)i * FG_WIDE_WAVE_SMALL_WORDS;
        fg_wide_rest none;
        none.n.low = none.n.high = 0;
        none.kind = FG_WIDE_REST_NONE;
        out.rests[i] = none;
        fg_wide_unknown(out, fg_wide_small_primes_record(fg_wide_of(numbers[i]), record), i, 0);
    }
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    count_wide_queues_kernel(const fg_wide_cofactor *parts, const unsigned *appended,
                             uint32_t capacity, unsigned *totals) {
    fg_count_queues<FG_WIDE_WAVE_QUEUES>(parts, *appended, capacity, totals);
}

/* Computes where each queue begins. The forms share the threads of their curves. */
__global__ void __launch_bounds__(32)
    open_wide_round_kernel(fg_wide_wave_state *whole, uint32_t threads) {
    if (threadIdx.x != 0)
        return;
    fg_wide_wave_state &state = *whole;
    fg_wide_wave_queues &queues = state.queues;
    unsigned lengths[FG_WIDE_WAVE_QUEUES], begin = 0, curves = 0;
    for (uint32_t queue = 0; queue < FG_WIDE_WAVE_QUEUES; queue++)
        lengths[queue] = state.counted[queue];
    for (uint32_t queue = 0; queue < FG_WIDE_WAVE_QUEUES; queue++) {
        queues.begins[queue] = state.cursors[queue] = begin;
        queues.lengths[queue] = lengths[queue];
        atomicAdd(&state.visits[queue], lengths[queue]); /* does not wait for the old value */
        state.counted[queue] = 0;
        begin += lengths[queue];
        if (queue >= FG_WIDE_WAVE_ECM)
            curves += lengths[queue];
    }
    state.live = begin;
    state.appended = 0;
    queues.copies = fg_curve_copies(curves, threads);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    place_wide_parts_kernel(const fg_wide_cofactor *parts, const unsigned *listed,
                            unsigned *cursors, uint32_t *order) {
    fg_place_parts<FG_WIDE_WAVE_QUEUES>(parts, *listed, cursors, order);
}

} /* namespace */

extern "C" cudaError_t fg_launch_wide_begin(const struct fg_wide_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(wide_small_primes_kernel, fg_wide_grid(*wave), FG_WAVE_BLOCK, stream, wave->numbers,
              wave->number_count, wave->small_primes, fg_output_of(*wave));
    return cudaGetLastError();
}

static cudaError_t sort_parts(const struct fg_wide_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(count_wide_queues_kernel, fg_wide_grid(*wave), FG_WAVE_BLOCK, stream,
              fg_wide_round_list(*wave), &wave->state->appended, wave->number_count,
              wave->state->counted);
    cudaError_t result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(open_wide_round_kernel, 1, 32, stream, wave->state, wave->threads);
    result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(place_wide_parts_kernel, fg_wide_grid(*wave), FG_WAVE_BLOCK, stream,
              fg_wide_round_list(*wave), &wave->state->live, wave->state->cursors, wave->order);
    return cudaGetLastError();
}

/* A launch after one that failed would work on what was never written. */
extern "C" cudaError_t fg_launch_wide_round(const struct fg_wide_wave *wave, cudaStream_t stream) {
    cudaError_t result = sort_parts(wave, stream);
    if (result == cudaSuccess)
        result = fg_launch_wide_ecm(wave, stream);
    if (result == cudaSuccess)
        result = fg_launch_wide_pm1(wave, stream);
    if (result == cudaSuccess)
        result = fg_launch_wide_prove(wave, stream);
    return result;
}

FG_DEFINE_KERNEL_IMAGE(wide_queues, open_wide_round_kernel)
