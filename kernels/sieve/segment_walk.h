/* SPDX-License-Identifier: MIT */
/*
 * segment_walk.h: every prime power that divides a number of a segment, handed to a state in shared
 * memory; and the entries of buckets.
 *
 * A state has a type `step`: what is done to a number that a prime divides once. once(p) computes
 * it, outside of loops, add(place, step) does it, and add_power(place, p, exponent) does it for
 * more.
 *
 * A prime p meets its multiples in the order of their quotients m = n / p, one more each time. So a
 * counter of m modulo p says when p^2 divides n, and only then the exponent is looked for, by
 * products with the inverse of p modulo 2^64 (algorithms/divisibility.h).
 */
#ifndef FG_KERNELS_SIEVE_SEGMENT_WALK_H
#define FG_KERNELS_SIEVE_SEGMENT_WALK_H

#include "kernels/sieve/segments_launch.h"

#include "arith/wide_mul.h"
#include <cuda_runtime.h>

/* A multiple of a large prime in a bucket: the prime, the place in the segment, the exponent. */
static __device__ inline uint64_t fg_entry_of(uint32_t prime, uint32_t place, uint32_t exponent) {
    return prime | (uint64_t)place << 32 | (uint64_t)exponent << 48;
}
static __device__ inline uint32_t fg_entry_prime(uint64_t entry) {
    return (uint32_t)entry;
}
static __device__ inline uint32_t fg_entry_place(uint64_t entry) {
    return (uint32_t)(entry >> 32) & 0xffff;
}
static __device__ inline uint32_t fg_entry_exponent(uint64_t entry) {
    return (uint32_t)(entry >> 48);
}

/* Returns x modulo d, if reciprocal is floor(2^32 / d) and d <= 2^31. The quotient is one too small
 * at most. */
static __device__ inline uint32_t fg_reduce32(uint32_t x, uint32_t d, uint32_t reciprocal) {
    const uint32_t rest = x - __umulhi(x, reciprocal) * d;
    return rest >= d ? rest - d : rest;
}

/* Returns x / d in the same way. */
static __device__ inline uint32_t fg_quotient32(uint32_t x, uint32_t d, uint32_t reciprocal) {
    const uint32_t quotient = __umulhi(x, reciprocal);
    return x - quotient * d >= d ? quotient + 1 : quotient;
}

/* Returns the exponent of a prime in n, which its square divides. */
static __device__ inline uint32_t fg_exponent_of(const fg_sieve_place &place, uint64_t n) {
    uint64_t rest = n * place.inverse * place.inverse;
    uint32_t exponent = 2;
    for (uint64_t quotient; (quotient = rest * place.inverse) <= place.limit; exponent++)
        rest = quotient;
    return exponent;
}

/* A segment of a chunk. */
struct fg_segment {
    uint64_t first;  /* its first number */
    uint32_t begin;  /* the same, as a place in the chunk */
    uint32_t length; /* numbers */
};

static __device__ inline fg_segment fg_segment_at(const fg_sieve_chunk &chunk, uint32_t index) {
    const uint32_t begin = index << chunk.segment_bits, size = 1u << chunk.segment_bits;
    const uint32_t left = chunk.count - begin;
    return {chunk.first + begin, begin, left < size ? left : size};
}

/* Hands the multiples number lane, lane + lanes, .. of a prime in the segment to the state. */
template <class state>
__device__ void fg_walk_prime(const fg_sieve_place &place, const fg_segment &segment, uint32_t lane,
                              uint32_t lanes, state &found) {
    const uint32_t p = place.prime, square = p * p;
    /* below 2^26 + 2^30 */
    const uint32_t residue =
        fg_reduce32(place.residue + segment.begin, square, place.square_reciprocal);
    const uint32_t quotient = fg_quotient32(residue, p, place.reciprocal);
    const uint32_t rest = residue - quotient * p;
    const uint32_t skipped =
        (rest != 0) + lane; /* multiples before the lane's first, from `rest` */
    const uint32_t step = lanes < p ? lanes : fg_reduce32(lanes, p, place.reciprocal);
    uint32_t counter = fg_reduce32(quotient + skipped, p, place.reciprocal); /* n / p modulo p */
    const typename state::step once = found.once(p);
    for (uint32_t at = skipped * p - rest; at < segment.length; at += lanes * p) {
        if (counter != 0)
            found.add(at, once);
        else
            found.add_power(at, p, fg_exponent_of(place, segment.first + at));
        counter += step;
        counter = counter >= p ? counter - p : counter;
    }
}

/* Hands an entry of a bucket to the state. */
template <class state> __device__ void fg_take_entry(uint64_t entry, state &found) {
    const uint32_t prime = fg_entry_prime(entry), exponent = fg_entry_exponent(entry);
    if (exponent == 1)
        found.add(fg_entry_place(entry), found.once(prime));
    else
        found.add_power(fg_entry_place(entry), prime, exponent);
}

/* Hands all that is known of the segment to the state, which is clear. Every thread of the block
 * takes part; the caller waits for all. */
template <class state>
__device__ void fg_walk_segment(const fg_sieve_chunk &chunk, uint32_t index,
                                const fg_segment &segment, state &found) {
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    for (uint32_t k = warp; k < FG_SEGMENT_WARP_PRIMES; k += FG_SEGMENT_WARPS)
        fg_walk_prime(chunk.places[k], segment, lane, 32, found);
    for (uint32_t k = FG_SEGMENT_WARP_PRIMES + threadIdx.x; k < FG_SEGMENT_PRIMES;
         k += FG_SEGMENT_THREADS)
        fg_walk_prime(chunk.places[k], segment, 0, 1, found);
    const uint32_t counted = chunk.entry_counts[index];
    const uint32_t count = counted < chunk.bucket_capacity ? counted : chunk.bucket_capacity;
    const uint64_t *const entries = chunk.entries + (uint64_t)index * chunk.bucket_capacity;
    for (uint32_t i = threadIdx.x; i < count; i += FG_SEGMENT_THREADS)
        fg_take_entry(entries[i], found);
    if (threadIdx.x == 0 && counted > count)
        atomicAdd(chunk.overflows, 1u);
}

/* Returns which number of the segment is the sample of its part of the chunk; one that is not in
 * the segment if that is in another. */
static __device__ inline uint32_t fg_sampled_place(const fg_sieve_chunk &chunk,
                                                   const fg_segment &segment) {
    return chunk.samples[segment.begin >> FG_SAMPLE_BITS] - segment.begin;
}

#endif
