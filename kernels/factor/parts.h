/*
 * factor_parts.h: where the parts of a number go: the device's side of the wavefront's queues.
 *
 *     small primes -> unproved -> probable -> a prime of the number's record
 *                        ^           |
 *                        |           v
 *                     factors <- composite: powers, Hart, or a queue of P-1, ECM, the last resort
 *
 * A number never has more parts or primes than there are places for. Four blocks of small primes
 * are enough for that: what they leave has no prime below 139 (2^7 alone would not do), so that
 * nine of its primes are more than 2^64, and it is a prime itself below 139^2, so that a part in
 * waiting is above 2^14, and five of those are more than 2^64.
 */
#ifndef FG_KERNELS_FACTOR_PARTS_H
#define FG_KERNELS_FACTOR_PARTS_H

#include "kernels/factor/wavefront_launch.h"

#include "algorithms/small_primes.h"
#include "algorithms/split.h"
#include "algorithms/split_plan.h"
#include <cuda_runtime.h>

static_assert(FG_QUEUE_END == FG_WAVE_QUEUES, "factor_launch.h counts the queues");
static_assert(FG_WAVE_PROGRAMS == (int)FG_PM1_PROGRAM_COUNT, "and the programs of P-1");
static_assert(FG_WAVE_PROGRAMS == (int)FG_ECM_PROGRAM_COUNT, "and of the curves");
static_assert(FG_PLAN_SMALL_BLOCKS >= 4, "the fourth block ends with 137: next is 139");
static_assert(FG_PLAN_SMALL_BLOCKS == FG_SMALL_BLOCKS, "all below 2^10: fg_split_power()");

/* The most curves of one part at once. A power of two, so that they are a warp's. */
#define FG_WAVE_COPIES 16

/* The blocks of a launch in which `share` of them are enough for one number. */
static inline unsigned fg_wave_grid(const fg_wave &wave, double share) {
    const double enough = 1 + wave.number_count * share;
    return enough < wave.blocks ? (unsigned)enough : wave.blocks;
}

/* As where a thread takes a number. */
static inline unsigned fg_wave_grid(const fg_wave &wave) {
    return fg_wave_grid(wave, 1.0 / FG_WAVE_BLOCK);
}

/* A thread's place in the grid, and how many there are. */
static __device__ inline uint32_t fg_grid_thread() {
    return blockIdx.x * blockDim.x + threadIdx.x;
}

static __device__ inline uint32_t fg_grid_threads() {
    return gridDim.x * blockDim.x;
}

static __device__ inline void fg_wave_violate(const fg_wave &wave) {
    atomicAdd(&wave.state->violations, 1u);
}

/* Entries of each list of parts. */
static __device__ inline uint32_t fg_wave_room(const fg_wave &wave) {
    return wave.number_count * FG_WAVE_PARTS;
}

/* Part number `index` of a queue of this round. */
static __device__ inline fg_part fg_part_at(const fg_wave &wave, uint32_t queue, uint32_t index) {
    return wave.parts[wave.round % 2][wave.order[wave.state->begins[queue] + index]];
}

static __device__ inline void fg_part_append(const fg_wave &wave, fg_part part, uint32_t queue) {
    const unsigned at = atomicAdd(&wave.state->appended, 1u);
    part.queue = (uint8_t)queue;
    if (at < fg_wave_room(wave))
        wave.parts[1 - wave.round % 2][at] = part;
    else
        fg_wave_violate(wave);
}

/* Enters a proved prime in its number's record, `exponent` times. */
static __device__ inline void fg_part_is_prime(const fg_wave &wave, uint64_t n, uint32_t number,
                                               uint32_t exponent) {
    const unsigned at = atomicAdd(&wave.prime_counts[number], (unsigned)exponent);
    if (at + exponent > FG_WAVE_PRIMES) {
        fg_wave_violate(wave);
        return;
    }
    for (uint32_t i = 0; i < exponent; i++)
        wave.primes_found[(size_t)number * FG_WAVE_PRIMES + at + i] = n;
}

/* A factor of which nothing is known but that it has no small primes. */
static __device__ inline void fg_part_unknown(const fg_wave &wave, uint64_t n, uint32_t number,
                                              uint32_t exponent) {
    const uint64_t bound = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    if (n < bound * bound) {
        fg_part_is_prime(wave, n, number, exponent);
        return;
    }
    fg_part part;
    part.n = n;
    part.number = number;
    part.step = 0;
    part.exponent = (uint8_t)exponent;
    fg_part_append(wave, part, FG_QUEUE_UNPROVED);
}

/* The part is factor * cofactor, both above 1. */
static __device__ inline void fg_part_split(const fg_wave &wave, const fg_part &part,
                                            uint64_t factor) {
    fg_part_unknown(wave, factor, part.number, part.exponent);
    fg_part_unknown(wave, part.n / factor, part.number, part.exponent);
}

/* A composite waits for the step of its plan that it has come to. */
static __device__ inline void fg_part_await_step(const fg_wave &wave, fg_part part) {
    const uint32_t plan = fg_plan_of(part.n, part.n == wave.numbers[part.number]);
    const fg_plan_step step = fg_plan_at(plan, part.step);
    if (part.step > wave.curves || step.method == FG_PLAN_LAST_RESORT) {
        part.step = 0;
        fg_part_append(wave, part, FG_QUEUE_LAST_RESORT);
        return;
    }
    const uint32_t first = step.method == FG_PLAN_PM1 ? FG_QUEUE_PM1 : FG_QUEUE_ECM;
    fg_part_append(wave, part, first + 2 * step.program + (part.n < FG_PLAN_ROOMY_MAX));
}

static __device__ inline bool fg_part_split_power(const fg_wave &wave, const fg_part &part) {
    uint64_t root;
    const uint32_t exponent = fg_split_power(part.n, &root);
    if (exponent == 1)
        return false;
    fg_part_unknown(wave, root, part.number, part.exponent * exponent);
    return true;
}

static __device__ inline void fg_part_is_composite(const fg_wave &wave, fg_part part) {
    part.step = 0;
    if (fg_part_split_power(wave, part))
        return;
    if (part.n < FG_PLAN_HART_MAX)
        fg_part_append(wave, part, FG_QUEUE_HART);
    else
        fg_part_await_step(wave, part);
}

/*
 * Walks the queues of a method's programs for one form: take(program, item) for the items of this
 * thread, where a queue has `copies` items for each part. All threads of a warp always have the
 * same program and come along together, so that they stay in step and may vote; `item` may be
 * beyond the last.
 */
template <class Take>
static __device__ inline void fg_each_program_item(const fg_wave &wave, uint32_t first_queue,
                                                   uint32_t program_count, uint32_t copies,
                                                   Take take) {
    const uint32_t warp = fg_grid_thread() / 32, warps = fg_grid_threads() / 32;
    uint32_t before = 0; /* turns of warps in the programs before */
    for (uint32_t program = 0; program < program_count; program++) {
        const uint32_t items = wave.state->lengths[first_queue + 2 * program] * copies;
        const uint32_t turns = (items + 31) / 32;
        for (uint32_t turn = (warp + warps - before % warps) % warps; turn < turns; turn += warps)
            take(program, turn * 32 + threadIdx.x % 32);
        before += turns;
    }
}

#endif
