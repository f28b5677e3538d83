/* SPDX-License-Identifier: MIT */
/*
 * cofactors.h: the device's side of the wavefront's queues. A cofactor in a queue is called a part
 * here; algorithms/next_step.h says what it needs next.
 *
 * A number never has more parts or primes than its record has entries. Four blocks of small primes
 * are enough for that. What they leave has no prime below 139 (2^7 would not be enough), so nine of
 * its primes would exceed 2^64. A part that waits is above 139^2 > 2^14, because below that it is
 * prime; five such parts would exceed 2^64.
 */
#ifndef FG_KERNELS_FACTOR_PARTS_H
#define FG_KERNELS_FACTOR_PARTS_H

#include "kernels/factor/queue_walk.h"
#include "kernels/factor/wavefront_launch.h"

#include "algorithms/next_step.h"
#include "algorithms/split.h"
#include <cuda_runtime.h>

static_assert(FG_QUEUE_END == FG_WAVE_QUEUES, "wavefront_launch.h counts the queues");
static_assert(FG_WAVE_PROGRAMS == (int)FG_PM1_PROGRAM_COUNT, "and the programs of P-1");
static_assert(FG_WAVE_PROGRAMS == (int)FG_ECM_PROGRAM_COUNT, "and of the curves");
static_assert(FG_PLAN_SMALL_BLOCKS >= 4, "the fourth block ends with 137: next is 139");
static_assert(FG_PLAN_SMALL_BLOCKS == FG_SMALL_BLOCKS, "all below 2^10: fg_split_power()");

/* Returns the blocks of a launch in which `share` of them are enough for one number. */
static inline unsigned fg_wave_grid(const fg_wave &wave, double share) {
    return fg_list_grid(wave.number_count, share, wave.blocks);
}

/* Returns the blocks of a launch in which a thread takes a number. */
static inline unsigned fg_wave_grid(const fg_wave &wave) {
    return fg_wave_grid(wave, 1.0 / FG_WAVE_BLOCK);
}

/* Returns the blocks of a step's launch. */
static inline unsigned fg_step_grid(const fg_wave &wave, double share) {
    return fg_half_grid(fg_wave_grid(wave, share), wave.blocks);
}

static inline unsigned fg_step_grid(const fg_wave &wave) {
    return fg_step_grid(wave, 1.0 / FG_WAVE_BLOCK);
}

/* The input of a kernel of a round: the sorted list of parts, and what their plans depend on. */
struct fg_round_input {
    const fg_cofactor *parts;
    const uint32_t *order; /* indices into `parts`, by queue */
    const fg_wave_queues *queues;
    const uint64_t *numbers; /* the batch, of which they are parts */
    uint32_t curves;         /* for a composite before its last resort */
    uint32_t unused;         /* 0, in place of padding, which has no value */
};

/* The output of a kernel of a round: the next list of parts, and the records of proved primes. Only
 * atomic additions read from it. */
struct fg_round_output {
    fg_cofactor *parts;
    unsigned *appended; /* entries in `parts`; it may count on beyond their capacity */
    uint32_t capacity;
    uint32_t doubles;       /* 1: cofactors below FG_PLAN_DOUBLE_MAX are taken in doubles; else 0 */
    uint64_t *primes;       /* FG_WAVE_PRIMES a number */
    unsigned *prime_counts; /* of which these are in use */
    unsigned *violations;
};

/* The list that round number `round` reads is the one that the round before it has written. */
static inline const fg_cofactor *fg_round_list(const fg_wave &wave) {
    return wave.parts[wave.round % 2];
}

/* Entries of each list of parts. */
static inline uint32_t fg_round_capacity(const fg_wave &wave) {
    return wave.number_count * FG_WAVE_COFACTORS;
}

static inline fg_round_input fg_input_of(const fg_wave &wave) {
    return {fg_round_list(wave), wave.order, &wave.state->queues, wave.numbers, wave.curves, 0};
}

static inline fg_round_output fg_output_of(const fg_wave &wave) {
    return {wave.parts[1 - wave.round % 2],
            &wave.state->appended,
            fg_round_capacity(wave),
            wave.doubles,
            wave.primes_found,
            wave.prime_counts,
            &wave.state->violations};
}

/* Records that an answer cannot be right. */
static __device__ inline void fg_wave_violate(unsigned *violations) {
    atomicAdd(violations, 1u);
}

/* Part number `index` of a queue of this round. */
static __device__ inline fg_cofactor fg_cofactor_at(const fg_round_input &in, uint32_t queue,
                                                    uint32_t index) {
    return in.parts[in.order[in.queues->begins[queue] + index]];
}

/* Part number `index` of a queue whose kernel takes only some moduli. A part of another queue,
 * which only a fault can bring here, makes the answers void and gets a modulus that every form
 * takes. */
static __device__ inline fg_cofactor fg_cofactor_for_form(const fg_round_input &in,
                                                          const fg_round_output &out,
                                                          uint32_t queue, uint32_t index) {
    fg_cofactor part = fg_cofactor_at(in, queue, index);
    if (part.queue != queue) {
        fg_wave_violate(out.violations);
        part.n = FG_PLAN_DOUBLE_MAX - 1;
    }
    return part;
}

static __device__ inline void fg_cofactor_append(const fg_round_output &out, fg_cofactor part,
                                                 uint32_t queue) {
    const unsigned at = atomicAdd(out.appended, 1u);
    part.queue = (uint8_t)queue;
    if (at < out.capacity)
        out.parts[at] = part;
    else
        fg_wave_violate(out.violations);
}

/* Enters a proved prime in its number's record, `exponent` times. */
static __device__ inline void fg_cofactor_is_prime(const fg_round_output &out, uint64_t n,
                                                   uint32_t number, uint32_t exponent) {
    const unsigned at = atomicAdd(&out.prime_counts[number], (unsigned)exponent);
    if (at + exponent > FG_WAVE_PRIMES) {
        fg_wave_violate(out.violations);
        return;
    }
    for (uint32_t i = 0; i < exponent; i++)
        out.primes[(size_t)number * FG_WAVE_PRIMES + at + i] = n;
}

/* The form that the next kernel takes n in. */
static __device__ inline uint32_t fg_cofactor_form(const fg_round_output &out, uint64_t n) {
    if (n >= FG_PLAN_LAZY_MAX)
        return FG_WAVE_FULL;
    return out.doubles != 0 && n < FG_PLAN_DOUBLE_MAX ? FG_WAVE_DOUBLE : FG_WAVE_LAZY;
}

/* Takes in a factor of which nothing is known but that it has no small primes. */
static __device__ inline void fg_cofactor_unknown(const fg_round_output &out, uint64_t n,
                                                  uint32_t number, uint32_t exponent) {
    const fg_next next = fg_next_step(n, false, fg_history_of(FG_KNOWN_NOTHING), 0);
    if (next.kind == FG_NEXT_PRIME) {
        fg_cofactor_is_prime(out, n, number, exponent);
        return;
    }
    fg_cofactor part;
    part.n = n;
    part.number = number;
    part.step = 0;
    part.exponent = (uint8_t)exponent;
    fg_cofactor_append(out, part,
                       fg_cofactor_form(out, n) == FG_WAVE_DOUBLE ? FG_QUEUE_UNPROVED_DOUBLE
                                                                  : FG_QUEUE_UNPROVED);
}

/* The part is factor * cofactor, both above 1. */
static __device__ inline void fg_cofactor_split(const fg_round_output &out, const fg_cofactor &part,
                                                uint64_t factor) {
    fg_cofactor_unknown(out, factor, part.number, part.exponent);
    fg_cofactor_unknown(out, part.n / factor, part.number, part.exponent);
}

static __device__ inline bool fg_cofactor_split_power(const fg_round_output &out,
                                                      const fg_cofactor &part) {
    uint64_t root;
    const uint32_t exponent = fg_split_power(part.n, &root);
    if (exponent == 1)
        return false;
    fg_cofactor_unknown(out, root, part.number, part.exponent * exponent);
    return true;
}

static __device__ inline fg_next fg_cofactor_next(const fg_round_input &in, const fg_cofactor &part,
                                                  fg_history history) {
    return fg_next_step(part.n, part.n == in.numbers[part.number], history, in.curves);
}

/* Puts a part with this history into the queue of its next step. */
static __device__ inline void fg_cofactor_place(const fg_round_input &in,
                                                const fg_round_output &out, fg_cofactor part,
                                                fg_history history) {
    const fg_next next = fg_cofactor_next(in, part, history);
    const uint32_t form = fg_cofactor_form(out, part.n);
    uint32_t queue;
    part.step = (uint16_t)history.steps;
    switch (next.kind) {
    case FG_NEXT_PRIME:
        fg_cofactor_is_prime(out, part.n, part.number, part.exponent);
        return;
    case FG_NEXT_LUCAS:
        queue = form == FG_WAVE_DOUBLE ? FG_QUEUE_PROBABLE_DOUBLE : FG_QUEUE_PROBABLE;
        break;
    case FG_NEXT_HART:
        queue = FG_QUEUE_HART;
        break;
    case FG_NEXT_PM1:
        queue = FG_WAVE_QUEUE(FG_QUEUE_PM1, next.program, form);
        break;
    case FG_NEXT_ECM:
        queue = FG_WAVE_QUEUE(FG_QUEUE_ECM, next.program, form);
        break;
    case FG_NEXT_LAST_RESORT:
        part.step = 0; /* blocks that it has tried, from here on */
        queue = FG_QUEUE_LAST_RESORT;
        break;
    default: /* fg_cofactor_is_composite() has made the power test */
        fg_wave_violate(out.violations);
        return;
    }
    fg_cofactor_append(out, part, queue);
}

static __device__ inline void fg_cofactor_is_composite(const fg_round_input &in,
                                                       const fg_round_output &out,
                                                       const fg_cofactor &part) {
    const fg_history composite = fg_history_of(FG_KNOWN_COMPOSITE);
    if (fg_cofactor_next(in, part, composite).kind != FG_NEXT_POWER)
        fg_cofactor_place(in, out, part, composite);
    else if (!fg_cofactor_split_power(out, part))
        fg_cofactor_place(in, out, part, fg_history_of_steps(0));
}

#endif
