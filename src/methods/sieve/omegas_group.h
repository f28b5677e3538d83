/* SPDX-License-Identifier: MIT */
#ifndef FG_METHODS_SIEVE_OMEGAS_GROUP_H
#define FG_METHODS_SIEVE_OMEGAS_GROUP_H

/*
 * omegas_group.h: counting a group of neighbouring numbers in vectors of bytes, as many as a vector
 * has bytes.
 *
 * A file includes it behind the vectors of its instruction set (omegas_vectors_*.h). Two vectors of
 * cells become one of each number of primes; in which order does not matter to counts. A histogram
 * is kept in bytes of two halves: byte k of each lane counts the values 2 k and 2 k + 1 in four
 * bits each, by looking the value up in a table.
 */
#include "methods/sieve/omegas_count.h"

enum {
    BINS = 16,    /* of a histogram in vectors; larger values are counted one by one */
    NIBBLE = 15,  /* groups until a count of four bits is full */
    NIBBLES = 17, /* times 15 until a count of a byte is full */
};

/* A histogram of values 0 .. 15. */
struct bins {
    vector nibbles[BINS / 2]; /* counts of two values in each byte */
    vector bytes[BINS];
};

FG_INLINE void bins_clear_nibbles(struct bins *bins) {
    for (int k = 0; k < BINS / 2; k++)
        bins->nibbles[k] = vector_of_bytes(0);
}

FG_INLINE void bins_clear(struct bins *bins) {
    for (int k = 0; k < BINS; k++)
        bins->bytes[k] = vector_of_bytes(0);
}

/* Counts each byte below 16; those with bit 7 do not count. */
FG_INLINE void bins_add(struct bins *bins, vector values) {
#pragma GCC unroll 8
    for (int k = 0; k < BINS / 2; k++)
        bins->nibbles[k] = vector_add_bytes(bins->nibbles[k], vector_look_up(k, values));
}

/* Adds the counts of four bits to those of bytes. */
FG_INLINE void bins_fold_nibbles(struct bins *bins) {
    const vector low = vector_of_bytes(15);
    for (int k = 0; k < BINS / 2; k++) {
        const vector even = vector_and(bins->nibbles[k], low);
        const vector odd = vector_and(vector_words_down_4(bins->nibbles[k]), low);
        bins->bytes[2 * k] = vector_add_bytes(bins->bytes[2 * k], even);
        bins->bytes[2 * k + 1] = vector_add_bytes(bins->bytes[2 * k + 1], odd);
    }
}

FG_INLINE void bins_fold(const struct bins *bins, uint64_t often[BINS]) {
    for (int k = 0; k < BINS; k++)
        often[k] += vector_sum_bytes(bins->bytes[k]);
}

/* The state of a segment's count. */
struct state {
    vector threshold;
    const uint16_t *cells;
    const struct fg_omegas_pattern *patterns;
    uint64_t squarefree, odd;
    uint32_t at[FG_OMEGAS_PATTERNS];
};

/* Returns the cells of half a group from `i` on, with everything added. */
FG_INLINE vector half_cells(const struct state *state, uint32_t i, uint32_t half) {
    vector sum = vector_load(state->cells + i + half);
#pragma GCC unroll 7
    for (int k = 0; k < FG_OMEGAS_PATTERNS; k++)
        sum = vector_add_words(sum, vector_load(state->patterns[k].cells + state->at[k] + half));
    return vector_add_if_below(sum, state->threshold, vector_of_words(FG_CELL_PRIME));
}

/* Counts the bytes of `values` that `is_large` marks. */
static void count_large(vector values, uint64_t is_large, uint64_t *often) {
    uint8_t bytes[GROUP];
    vector_store(bytes, values);
    for (; is_large != 0; is_large &= is_large - 1)
        often[bytes[__builtin_ctzll(is_large)]]++;
}

/* Counts the group from number i on. */
FG_INLINE void count_group(struct state *state, uint32_t i, uint32_t count, struct bins *omegas,
                           struct bins *bigomegas, struct fg_omegas_counts *counts) {
    vector left = half_cells(state, i, 0), right = half_cells(state, i, GROUP / 2);
    if (__builtin_expect(count - i < GROUP, 0)) { /* what is absent has 15 different primes of 63 */
        left = vector_fill_from(left, count - i);
        right = vector_fill_from(right, count - i < GROUP / 2 ? 0 : count - i - GROUP / 2);
    }
    const vector low = vector_of_words(15), middle = vector_of_words(63);
    const vector omega =
        vector_or(vector_and(left, low), vector_words_up_8(vector_and(right, low)));
    const vector bigomega =
        vector_or(vector_and(vector_words_down_4(left), middle),
                  vector_words_up_8(vector_and(vector_words_down_4(right), middle)));
    const uint64_t equal = vector_equal_bytes(omega, bigomega);
    state->squarefree += (uint64_t)__builtin_popcountll(equal);
    state->odd += (uint64_t)__builtin_popcountll(equal & vector_odd_bytes(omega));
    bins_add(omegas, omega);
    /* From 16 on bit 7 becomes 1, and below the low bits stay. */
    const vector index = vector_add_bytes(bigomega, vector_of_bytes(0x70));
    bins_add(bigomegas, index);
    const uint64_t is_large = vector_high_bits(index);
    if (__builtin_expect(is_large != 0, 0))
        count_large(bigomega, is_large, counts->bigomega);
#pragma GCC unroll 7
    for (int k = 0; k < FG_OMEGAS_PATTERNS; k++) {
        const uint32_t next = state->at[k] + GROUP;
        state->at[k] = next < state->patterns[k].period ? next : next - state->patterns[k].period;
    }
}

/* Counts the groups from `begin` on, at most so many that counts of four bits suffice. Returns
 * where they end. */
FG_INLINE uint32_t count_groups(struct state *state, uint32_t begin, uint32_t count,
                                struct bins *omegas, struct bins *bigomegas,
                                struct fg_omegas_counts *counts) {
    const uint32_t most = NIBBLE * GROUP;
    const uint32_t end = count - begin < most ? count : begin + most;
    bins_clear_nibbles(omegas);
    bins_clear_nibbles(bigomegas);
    uint32_t i = begin;
    for (; i < end; i += GROUP)
        count_group(state, i, count, omegas, bigomegas, counts);
    bins_fold_nibbles(omegas);
    bins_fold_nibbles(bigomegas);
    return i;
}

FG_INLINE void count_segment(const uint16_t *cells, uint32_t count, uint16_t threshold,
                             const struct fg_omegas_pattern patterns[FG_OMEGAS_PATTERNS],
                             struct fg_omegas_counts *counts) {
    struct state state = {
        .cells = cells, .patterns = patterns, .threshold = vector_of_words(threshold)};
    struct bins omegas, bigomegas;
    for (int k = 0; k < FG_OMEGAS_PATTERNS; k++)
        state.at[k] = patterns[k].at;
    for (uint32_t i = 0; i < count;) {
        bins_clear(&omegas);
        bins_clear(&bigomegas);
        for (int turn = 0; turn < NIBBLES && i < count; turn++)
            i = count_groups(&state, i, count, &omegas, &bigomegas, counts);
        bins_fold(&omegas, counts->omega);
        bins_fold(&bigomegas, counts->bigomega);
    }
    const uint32_t absent = (GROUP - count % GROUP) % GROUP;
    counts->omega[FG_OMEGAS - 1] -= absent;
    counts->bigomega[FG_BIGOMEGAS - 1] -= absent;
    counts->numbers += count;
    counts->squarefree += state.squarefree;
    counts->odd += state.odd;
}

#endif
