/* SPDX-License-Identifier: MIT */
/*
 * wide_cofactors.h: the device's side of the wavefront for numbers of two words: where the factors
 * of a number go.
 *
 * A number never has more than FG_WIDE_WAVE_NARROW parts below 2^64. It has one if it is below 2^64
 * without its small primes. If not, a part above 2^64 that is split has no prime below 2^10. Each
 * split leaves one part above 2^64 or none; six factors above 2^10 may go before what is left is
 * below 2^68, and that is split into two parts below 2^64, of one or two more numbers.
 */
#ifndef FG_KERNELS_FACTOR_WIDE_COFACTORS_H
#define FG_KERNELS_FACTOR_WIDE_COFACTORS_H

#include "kernels/factor/queue_walk.h"
#include "kernels/factor/wide_wavefront_launch.h"

#include "algorithms/wide_plan.h"
#include "algorithms/wide_power.h"
#include "algorithms/wide_small_primes.h"
#include "algorithms/wide_split.h"
#include "arith/wide_divide.h"
#include <cuda_runtime.h>

static_assert(FG_WIDE_WAVE_QUEUE_END == FG_WIDE_WAVE_QUEUES, "the launch header counts the queues");
static_assert(FG_WAVE_PROGRAMS == (int)FG_WIDE_ECM_PROGRAM_COUNT, "and the programs of the curves");
static_assert(FG_WAVE_PROGRAMS == (int)FG_WIDE_PM1_PROGRAM_COUNT, "and of P-1");
static_assert(FG_WIDE_WAVE_SMALL_WORDS == FG_WIDE_SMALL_WORDS, "and the words of a record");

/* The input of a kernel of a round: the sorted list of parts, and what their plans depend on. */
struct fg_wide_input {
    const fg_wide_cofactor *parts;
    const uint32_t *order; /* indices into `parts`, by queue */
    const fg_wide_wave_queues *queues;
    const fg_wide_words *numbers; /* the batch, of which they are parts */
    uint32_t steps;               /* of its plan for a composite before the host takes it over */
    uint32_t unused;              /* 0, in place of padding, which has no value */
};

/* The output of a kernel of a round: the next list of parts, those below 2^64, and what is left of
 * the numbers. Only atomic additions read from it. */
struct fg_wide_output {
    fg_wide_cofactor *parts;
    unsigned *appended; /* entries in `parts`; it may count on beyond `capacity` */
    uint64_t *narrow;
    fg_wide_origin *origins;
    unsigned *narrow_count; /* as `appended`, with FG_WIDE_WAVE_NARROW times the capacity */
    fg_wide_rest *rests;
    unsigned *violations;
    uint32_t capacity;
    uint32_t unused; /* 0 */
};

/* The list that round number `round` reads is the one that the round before it has written. */
static inline const fg_wide_cofactor *fg_wide_round_list(const fg_wide_wave &wave) {
    return wave.parts[wave.round % 2];
}

static inline fg_wide_input fg_input_of(const fg_wide_wave &wave) {
    return {fg_wide_round_list(wave), wave.order, &wave.state->queues, wave.numbers, wave.steps, 0};
}

static inline fg_wide_output fg_output_of(const fg_wide_wave &wave) {
    return {wave.parts[1 - wave.round % 2],
            &wave.state->appended,
            wave.narrow,
            wave.origins,
            &wave.state->narrow_count,
            wave.rests,
            &wave.state->violations,
            wave.number_count,
            0};
}

static inline unsigned fg_wide_grid(const fg_wide_wave &wave) {
    return fg_list_grid(wave.number_count, 1.0 / FG_WAVE_BLOCK, wave.blocks);
}

/* The blocks of a step's launch in which a part takes `threads`. */
static inline unsigned fg_wide_step_grid(const fg_wide_wave &wave, unsigned threads) {
    return fg_half_grid(
        fg_list_grid(wave.number_count, (double)threads / FG_WAVE_BLOCK, wave.blocks), wave.blocks);
}

static __device__ inline fg_wide fg_wide_of(fg_wide_words words) {
    return fg_wide_join(words.low, words.high);
}

static __device__ inline fg_wide_words fg_words_of(fg_wide n) {
    fg_wide_words words;
    words.low = fg_wide_low(n);
    words.high = fg_wide_high(n);
    return words;
}

/* Records that an answer cannot be right. */
static __device__ inline void fg_wide_violate(const fg_wide_output &out) {
    atomicAdd(out.violations, 1u);
}

/* Part number `index` of a queue of this round. A part of another queue, which only a fault can
 * bring here, makes the answers void and gets a modulus that every form takes. */
static __device__ inline fg_wide_cofactor fg_wide_cofactor_at(const fg_wide_input &in,
                                                              const fg_wide_output &out,
                                                              uint32_t queue, uint32_t index) {
    fg_wide_cofactor part = in.parts[in.order[in.queues->begins[queue] + index]];
    if (part.queue != queue) {
        fg_wide_violate(out);
        part.n = fg_words_of(((fg_wide)1 << 64) + 1);
    }
    return part;
}

static __device__ inline void fg_wide_append(const fg_wide_output &out, fg_wide_cofactor part,
                                             uint32_t queue) {
    const unsigned at = atomicAdd(out.appended, 1u);
    part.queue = (uint8_t)queue;
    if (at < out.capacity)
        out.parts[at] = part;
    else
        fg_wide_violate(out);
}

/* Hands on a part below 2^64. */
static __device__ inline void fg_wide_add_narrow(const fg_wide_output &out, uint64_t n,
                                                 uint32_t number, uint32_t exponent) {
    if (n == 1)
        return;
    const unsigned at = atomicAdd(out.narrow_count, 1u);
    if (at >= FG_WIDE_WAVE_NARROW * out.capacity) {
        fg_wide_violate(out);
        return;
    }
    fg_wide_origin origin;
    origin.number = number;
    origin.exponent = exponent;
    out.narrow[at] = n;
    out.origins[at] = origin;
}

/* Ends a part above 2^64. */
static __device__ inline void fg_wide_end(const fg_wide_output &out, const fg_wide_cofactor &part,
                                          fg_wide_rest_kind kind) {
    fg_wide_rest rest;
    rest.n = part.n;
    rest.kind = kind;
    out.rests[part.number] = rest;
}

/* The form that the next kernel takes n in. */
static __device__ inline uint32_t fg_wide_form_of(fg_wide n) {
    if (n >> FG_WIDE_PLAN_LAZY_BITS != 0)
        return FG_WIDE_WAVE_FULL;
    return n >> FG_WIDE_PLAN_96_BITS != 0 ? FG_WIDE_WAVE_LAZY : FG_WIDE_WAVE_96;
}

/* Takes in a factor of which nothing is known but that it has no small primes if it is above 2^64.
 * `steps` of its plan have found nothing in what it comes from. */
static __device__ inline void fg_wide_unknown(const fg_wide_output &out, fg_wide n, uint32_t number,
                                              uint16_t steps) {
    if (fg_wide_high(n) == 0) {
        fg_wide_add_narrow(out, fg_wide_low(n), number, 1);
        return;
    }
    fg_wide_cofactor part;
    part.n = fg_words_of(n);
    part.number = number;
    part.step = steps;
    part.unused = 0;
    fg_wide_append(out, part, FG_WIDE_WAVE_UNPROVED + fg_wide_form_of(n));
}

/* The part is factor * cofactor, both above 1. */
static __device__ inline void fg_wide_split(const fg_wide_output &out, const fg_wide_cofactor &part,
                                            fg_wide factor) {
    fg_wide_unknown(out, factor, part.number, part.step);
    fg_wide_unknown(out, fg_wide_divide_exact(fg_wide_of(part.n), factor), part.number, part.step);
}

/* Puts a composite that is no power into the queue of its next step. */
static __device__ inline void fg_wide_place(const fg_wide_input &in, const fg_wide_output &out,
                                            const fg_wide_cofactor &part) {
    const fg_wide n = fg_wide_of(part.n);
    const fg_wide_words number = in.numbers[part.number];
    const bool whole = number.low == part.n.low && number.high == part.n.high;
    const fg_wide_step step = fg_wide_plan_step(n, whole, part.step);
    if (part.step >= in.steps || step.kind == FG_WIDE_STEP_LAST_RESORT) {
        fg_wide_end(out, part, FG_WIDE_REST_HARD);
        return;
    }
    const uint32_t first = step.kind == FG_WIDE_STEP_PM1 ? FG_WIDE_WAVE_PM1 : FG_WIDE_WAVE_ECM;
    fg_wide_append(out, part, FG_WAVE_QUEUE(first, step.program, fg_wide_form_of(n)));
}

static __device__ inline void fg_wide_is_composite(const fg_wide_input &in,
                                                   const fg_wide_output &out,
                                                   const fg_wide_cofactor &part) {
    uint64_t root = 0;
    const uint32_t exponent = fg_wide_split_power(fg_wide_of(part.n), &root);
    if (exponent > 1)
        fg_wide_add_narrow(out, root, part.number, exponent);
    else
        fg_wide_place(in, out, part);
}

#endif
