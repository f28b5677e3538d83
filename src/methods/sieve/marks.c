/* SPDX-License-Identifier: MIT */
/*
 * marks.c: the byte sieve. Primes below 2^16 go through the bytes of each segment, primes above
 * come from the buckets of large_sieve.h.
 */
#include "methods/sieve/marks.h"

#include "arith/bits.h"
#include "arith/isqrt.h"
#include "batch/error.h"
#include "methods/sieve/planes.h"
#include "methods/sieve/sieve_primes.h"
#include "methods/sieve/super_segment.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_PRIME = 14, /* index of 47 */
    MAX_PRIMES = FG_BELOW_16_PRIMES - FIRST_PRIME,
    BLOCK_PRIME_END = 1 << 12, /* primes below go block by block */
    BLOCK = 1 << 14,           /* bytes that stay in the first cache */
    SCAN = 16,                 /* squares that are looked at together */
    PATTERN_BYTES = 16384,     /* of all patterns */
    SQUARE = 0x80,
    /* The logarithm of a prime p > 2^16 by the highest 8 bits of p: 16 powers of two. */
    LOGARITHMS = 16 * 128,
};

/* The primes of a pattern, whose period is the product of their squares. */
static const uint8_t pattern_primes[FG_MARKS_PATTERNS][3] = {
    {2, 3, 5}, {7, 11}, {13}, {17}, {19}, {23}, {29}, {31}, {37}, {41}, {43}};

struct fg_marks {
    struct fg_super_segment super;
    fg_marks_count_function *count;
    double scale;                                    /* 0: there are no weights yet */
    uint8_t threshold;                               /* of the segment that was sieved last */
    uint32_t prime_count, block_count, square_count; /* that the super-segment needs */
    uint16_t primes[MAX_PRIMES];
    uint16_t times[MAX_PRIMES]; /* how often a prime surely divides in a block, or in a segment */
    float logarithms[MAX_PRIMES];
    uint8_t weights[MAX_PRIMES];
    uint8_t large_weights[LOGARITHMS];
    uint32_t at[MAX_PRIMES];               /* the next multiple, from the segment's first number */
    uint32_t square_at[MAX_PRIMES + SCAN]; /* the same of squares */
    uint32_t squares[MAX_PRIMES + SCAN];
    struct fg_marks_pattern patterns[FG_MARKS_PATTERNS];
    uint8_t pattern_bytes[PATTERN_BYTES];
    uint8_t bytes[FG_SEGMENT + FG_MARKS_READ];
};
_Static_assert(FG_SINK <= FG_MARKS_READ, "the sink is behind the segment's bytes");

/* ---- Weights ---- */

/* The odd number that is nearest to a logarithm, or 1 away from it at most. */
static uint8_t weight_of(double scaled_logarithm) {
    return (uint8_t)(2 * (int)(scaled_logarithm / 2) + 1);
}

/* Adds a prime of a pattern to number i. */
static void add_to_pattern(uint8_t *byte, uint32_t i, uint32_t p, double scale) {
    if (i % (p * p) == 0)
        *byte = SQUARE;
    else if (i % p == 0 && *byte != SQUARE)
        *byte = (uint8_t)(*byte + weight_of(scale * log2(p)));
}

static void make_patterns(struct fg_marks *marks) {
    uint8_t *bytes = marks->pattern_bytes;
    for (int k = 0; k < FG_MARKS_PATTERNS; k++) {
        struct fg_marks_pattern *const pattern = &marks->patterns[k];
        pattern->bytes = bytes;
        pattern->period = 1;
        for (int j = 0; j < 3 && pattern_primes[k][j] != 0; j++)
            pattern->period *= (uint32_t)pattern_primes[k][j] * pattern_primes[k][j];
        memset(bytes, 0, pattern->period);
        for (uint32_t i = 0; i < pattern->period; i++)
            for (int j = 0; j < 3 && pattern_primes[k][j] != 0; j++)
                add_to_pattern(&bytes[i], i, pattern_primes[k][j], marks->scale);
        memcpy(bytes + pattern->period, bytes, FG_MARKS_READ);
        bytes += pattern->period + FG_MARKS_READ;
    }
}

/* Makes the weights for numbers of so many bits, unless they are there. */
static void make_weights(struct fg_marks *marks, uint32_t bits) {
    const double scale = bits > 28 ? 112.0 / bits : 4;
    if (scale == marks->scale)
        return;
    marks->scale = scale;
    for (uint32_t i = 0; i < MAX_PRIMES; i++)
        marks->weights[i] = weight_of(scale * marks->logarithms[i]);
    for (uint32_t i = 0; i < LOGARITHMS; i++) { /* of the middle of the interval */
        const double middle = 1 + (i % 128 + 0.5) / 128;
        marks->large_weights[i] = weight_of(scale * (16 + (int)(i / 128) + log2(middle)));
    }
    make_patterns(marks);
}

/* Returns the weight of p, 2^16 < p < 2^32: its leading bit says which power of two is below it,
 * and the next seven bits which interval. */
static inline uint8_t large_weight(const struct fg_marks *marks, uint32_t p) {
    const uint32_t power = 31 - (uint32_t)__builtin_clz(p);
    return marks->large_weights[(power - 16) * 128 + (p >> (power - 7)) % 128];
}

/* ---- Opening and closing ---- */

enum fg_status fg_marks_open(const atomic_bool *cancelled, size_t bucket_bytes,
                             struct fg_marks **opened, struct fg_error *error) {
    struct fg_marks *const marks = calloc(1, sizeof *marks);
    if (marks == NULL)
        return fg_fail_memory(error, sizeof *marks);
    const enum fg_status status = fg_sieve_primes_hold(error);
    if (status != FG_OK) {
        free(marks);
        return status;
    }
    marks->count = fg_marks_count_select();
    fg_super_segment_open(&marks->super, cancelled, bucket_bytes);
    const uint16_t *const below_16 = fg_sieve_primes_below_16();
    for (uint32_t i = 0; i < MAX_PRIMES; i++) {
        const uint32_t p = below_16[FIRST_PRIME + i];
        marks->primes[i] = (uint16_t)p;
        marks->logarithms[i] = (float)log2(p);
        marks->squares[i] = p * p;
        marks->times[i] = (uint16_t)((p < BLOCK_PRIME_END ? BLOCK : FG_SEGMENT) / p);
        if (p < BLOCK_PRIME_END)
            marks->block_count = i + 1;
    }
    *opened = marks;
    return FG_OK;
}

void fg_marks_close(struct fg_marks *marks) {
    if (marks == NULL)
        return;
    fg_super_segment_close(&marks->super);
    fg_sieve_primes_release();
    free(marks);
}

void fg_marks_begin(struct fg_marks *marks, uint64_t first, uint64_t count) {
    FG_VERIFY_CHECK(first >= FG_MARKS_MIN && (count == 0 || count - 1 <= UINT64_MAX - first));
    fg_super_segment_begin_range(&marks->super, first, count);
}

/* ---- Super-segments ---- */

/* Prepares the primes below 2^16 that are at most `limit`. */
static void begin_small(struct fg_marks *marks, uint64_t first, uint32_t limit) {
    uint32_t count = 0;
    for (; count < MAX_PRIMES && marks->primes[count] <= limit; count++) {
        marks->at[count] = fg_first_multiple(first, marks->primes[count]);
        marks->square_at[count] = fg_first_multiple(first, marks->squares[count]);
    }
    marks->prime_count = count;
    for (uint32_t i = count; i < count + SCAN; i++)
        marks->square_at[i] = UINT32_MAX;
}

/* Prepares for the super-segment that was begun. */
static void begin_super_segment(struct fg_marks *marks) {
    const uint64_t first = fg_super_segment_first(&marks->super);
    const uint64_t last = fg_super_segment_last(&marks->super);
    const uint32_t root = fg_isqrt64(last);
    begin_small(marks, first, root < FG_SEGMENT ? root : FG_SEGMENT - 1);
    make_weights(marks, fg_bit_length64(last));
    for (int k = 0; k < FG_MARKS_PATTERNS; k++)
        marks->patterns[k].at = (uint32_t)(first % marks->patterns[k].period);
}

/* ---- Segments ---- */

/* Adds the weights of primes [from, to) to their multiples in the block or segment up to `end`.
 * Neighbours among the primes have the same number of multiples, so that the loop is predicted. */
static void add_weights(struct fg_marks *marks, uint32_t from, uint32_t to, uint32_t end) {
    uint8_t *const bytes = marks->bytes;
    for (uint32_t j = from; j < to; j++) {
        const uint32_t p = marks->primes[j];
        const uint8_t weight = marks->weights[j];
        uint32_t i = marks->at[j];
        for (uint32_t k = marks->times[j]; k > 0; k--, i += p)
            bytes[i] = (uint8_t)(bytes[i] + weight);
        uint8_t *const last = &bytes[fg_multiple_or_sink(i, end)];
        *last = (uint8_t)(*last + weight);
        marks->at[j] = fg_next_multiple(i, end, p);
    }
}

/* Marks the multiples of squares of primes below 2^16. */
static void mark_squares(struct fg_marks *marks) {
    uint32_t j = 0;
    for (; j < marks->prime_count && marks->squares[j] < FG_SEGMENT; j++) {
        uint32_t i = marks->square_at[j];
        for (; i < FG_SEGMENT; i += marks->squares[j])
            marks->bytes[i] |= SQUARE;
        marks->square_at[j] = i - FG_SEGMENT;
    }
    for (; j < marks->prime_count; j += SCAN) { /* one multiple at most */
        uint32_t *const at = marks->square_at + j;
        bool any = false;
        for (uint32_t k = 0; k < SCAN; k++)
            any |= at[k] < FG_SEGMENT;
        for (uint32_t k = 0; k < SCAN && any; k++)
            if (at[k] < FG_SEGMENT) {
                marks->bytes[at[k]] |= SQUARE;
                at[k] += marks->squares[j + k];
            }
        for (uint32_t k = 0; k < SCAN; k++)
            at[k] -= FG_SEGMENT;
    }
}

/* Adds the weights of primes above 2^16, and marks the multiples of their squares. */
static void add_large(struct fg_marks *marks) {
    const uint64_t *end;
    size_t square_count;
    for (const uint64_t *entry =
             fg_large_sieve_bucket(marks->super.large, marks->super.segment, &end);
         entry < end; entry++) {
        uint8_t *const byte = &marks->bytes[*entry % FG_SEGMENT];
        *byte = (uint8_t)(*byte + large_weight(marks, (uint32_t)(*entry >> 32)));
    }
    const uint32_t *const squares = fg_large_sieve_squares(marks->super.large, &square_count);
    for (size_t j = 0; j < square_count; j++)
        if (squares[j] / FG_SEGMENT == marks->super.segment)
            marks->bytes[squares[j] % FG_SEGMENT] |= SQUARE;
}

static void sieve_segment(struct fg_marks *marks) {
    memset(marks->bytes, 0, FG_SEGMENT);
    const uint32_t blocked =
        marks->block_count < marks->prime_count ? marks->block_count : marks->prime_count;
    for (uint32_t end = BLOCK; end <= FG_SEGMENT; end += BLOCK)
        add_weights(marks, 0, blocked, end);
    add_weights(marks, blocked, marks->prime_count, FG_SEGMENT);
    for (uint32_t j = 0; j < marks->prime_count; j++)
        marks->at[j] -= FG_SEGMENT;
    if (marks->super.has_large)
        add_large(marks);
    mark_squares(marks);
}

enum fg_status fg_marks_next(struct fg_marks *marks, struct fg_marks_counts *counts,
                             uint64_t *sieved, struct fg_error *error) {
    struct fg_super_segment *const super = &marks->super;
    bool begun;
    *sieved = 0;
    if (fg_super_segment_is_at_end(super))
        return FG_OK;
    FG_TRY(fg_super_segment_advance(super, &begun, error));
    if (begun)
        begin_super_segment(marks);
    const uint64_t first = fg_super_segment_first(super);
    const uint32_t count = fg_super_segment_count(super);
    marks->threshold = (uint8_t)(marks->scale * log2((double)first) - 17);
    sieve_segment(marks);
    marks->count(marks->bytes, count, marks->threshold, marks->patterns, counts);
    for (int k = 0; k < FG_MARKS_PATTERNS; k++) {
        struct fg_marks_pattern *const pattern = &marks->patterns[k];
        pattern->at = (pattern->at + FG_SEGMENT) % pattern->period;
    }
    fg_super_segment_pass(super);
    *sieved = count;
    return FG_OK;
}

/* The places of the patterns are already those of the next segment. */
void fg_marks_values(const struct fg_marks *marks, uint32_t begin, uint32_t count, int8_t *values) {
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t to_next = FG_SEGMENT - begin - i;
        uint32_t sum = marks->bytes[begin + i];
        for (int k = 0; k < FG_MARKS_PATTERNS; k++) {
            const struct fg_marks_pattern *const pattern = &marks->patterns[k];
            const uint32_t back = to_next % pattern->period;
            sum += pattern->bytes[(pattern->at + pattern->period - back) % pattern->period];
        }
        const bool is_odd = ((sum ^ (sum < marks->threshold)) & 1) != 0;
        values[i] = (int8_t)(sum >= SQUARE ? 0 : is_odd ? -1 : 1);
    }
}
