/* SPDX-License-Identifier: MIT */
/*
 * queues.cu: the wavefront's beginning, and the sorting that opens each round.
 *
 * The small primes of a number are divided out, and what is left is its first part. A round begins
 * with a counting sort of its parts by queue, one index each; a block counts in shared memory
 * first, so that it adds to each of the few global counters once.
 */
#include "kernels/factor/cofactors.h"
#include "kernels/factor/queue_sorting.h"
#include "kernels/factor/small_prime_records.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"

namespace {

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    small_primes_kernel(const uint64_t *numbers, uint32_t number_count, uint64_t *records,
                        const fg_round_output out) {
    for (uint32_t i = fg_grid_thread(); i < number_count; i += fg_grid_threads()) {
        out.prime_counts[i] = 0;
        const uint64_t rest = fg_small_primes_record(numbers[i], &records[i]);
        if (!fg_small_primes_settle(rest))
            fg_cofactor_unknown(out, rest, i, 1);
    }
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    count_queues_kernel(const fg_cofactor *parts, const unsigned *appended, uint32_t capacity,
                        unsigned *totals) {
    fg_count_queues<FG_WAVE_QUEUES>(parts, *appended, capacity, totals);
}

/* Computes where each queue begins. One thread is enough for three dozen; it reads all before it
 * writes any, so that it waits for memory once. Cofactors below FG_PLAN_LAZY_MAX share the threads
 * of their curves: with as many for each form, random 64-bit numbers take 1.2 times the products
 * (counted, 5.3 numbers a thread). */
__global__ void __launch_bounds__(32) open_round_kernel(fg_wave_state *whole, uint32_t threads) {
    if (threadIdx.x != 0)
        return;
    fg_wave_state &state = *whole;
    fg_wave_queues &queues = state.queues;
    unsigned lengths[FG_WAVE_QUEUES], begin = 0, curves[FG_WAVE_FORMS] = {};
    for (uint32_t queue = 0; queue < FG_WAVE_QUEUES; queue++)
        lengths[queue] = state.counted[queue];
    for (uint32_t queue = 0; queue < FG_WAVE_QUEUES; queue++) {
        queues.begins[queue] = state.cursors[queue] = begin;
        queues.lengths[queue] = lengths[queue];
        atomicAdd(&state.visits[queue], lengths[queue]); /* does not wait for the old value */
        state.counted[queue] = 0;
        begin += lengths[queue];
        if (queue >= FG_QUEUE_ECM)
            curves[FG_WAVE_FORM_OF(queue)] += lengths[queue];
    }
    state.live = begin;
    state.appended = 0;
    const unsigned small = curves[FG_WAVE_LAZY] + curves[FG_WAVE_DOUBLE];
    queues.copies[FG_WAVE_FULL] = fg_curve_copies(curves[FG_WAVE_FULL], threads);
    queues.copies[FG_WAVE_LAZY] = queues.copies[FG_WAVE_DOUBLE] = fg_curve_copies(small, threads);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    place_parts_kernel(const fg_cofactor *parts, const unsigned *listed, unsigned *cursors,
                       uint32_t *order) {
    fg_place_parts<FG_WAVE_QUEUES>(parts, *listed, cursors, order);
}

} /* namespace */

extern "C" cudaError_t fg_launch_wave_begin(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(small_primes_kernel, fg_wave_grid(*wave), FG_WAVE_BLOCK, stream, wave->numbers,
              wave->number_count, wave->small_primes, fg_output_of(*wave));
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_wave_sort(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(count_queues_kernel, fg_wave_grid(*wave), FG_WAVE_BLOCK, stream, fg_round_list(*wave),
              &wave->state->appended, fg_round_capacity(*wave), wave->state->counted);
    cudaError_t result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(open_round_kernel, 1, 32, stream, wave->state, wave->threads);
    result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(place_parts_kernel, fg_wave_grid(*wave), FG_WAVE_BLOCK, stream, fg_round_list(*wave),
              &wave->state->live, wave->state->cursors, wave->order);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_wave_step(const struct fg_wave *wave, enum fg_wave_step step,
                                           cudaStream_t stream) {
    cudaError_t (*const launches[FG_WAVE_STEPS])(const struct fg_wave *, cudaStream_t) = {
        fg_launch_wave_ecm_full,   fg_launch_wave_ecm_lazy, fg_launch_wave_ecm_double,
        fg_launch_wave_pm1_full,   fg_launch_wave_pm1_lazy, fg_launch_wave_pm1_double,
        fg_launch_wave_lucas,      fg_launch_wave_base2,    fg_launch_wave_hart,
        fg_launch_wave_last_resort};
    return launches[step](wave, stream);
}

/* A launch after one that failed would work on what was never written. */
extern "C" cudaError_t fg_launch_wave_round(const struct fg_wave *wave, cudaStream_t stream) {
    cudaError_t result = fg_launch_wave_sort(wave, stream);
    for (int step = 0; step < FG_WAVE_STEPS && result == cudaSuccess; step++)
        result = fg_launch_wave_step(wave, (enum fg_wave_step)step, stream);
    return result;
}

FG_DEFINE_KERNEL_IMAGE(queues, open_round_kernel)
