/* SPDX-License-Identifier: MIT */
/*
 * omegas.c: the sieve of numbers of primes. Primes below 2^16 and their powers below 2^16 go
 * through the cells of each segment; powers above 2^16 are rare, and looked for; primes above 2^16
 * come from the buckets of large_sieve.h.
 */
#include "methods/sieve/omegas.h"

#include "arith/bits.h"
#include "arith/isqrt.h"
#include "batch/error.h"
#include "methods/sieve/buckets.h"
#include "methods/sieve/multiples.h"
#include "methods/sieve/planes.h"
#include "methods/sieve/sieve_primes.h"
#include "methods/sieve/super_segment.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_PRIME = 14,         /* index of 47 */
    BLOCK_STEP_END = 1 << 12, /* smaller steps go block by block */
    BLOCK = 1 << 13,          /* cells that stay in the first cache */
    MAX_POWERS = 128,         /* powers below 2^16 that are not in a pattern: 86 */
    MAX_STEPS = MAX_POWERS + FG_BELOW_16_PRIMES,
    SCAN = 16,            /* powers above 2^16 that are looked at together */
    PATTERN_CELLS = 8192, /* of all patterns */
    /* Logarithms of primes above 2^16, by their highest 8 bits: 128 for each power of two. */
    LOGARITHMS = 16 * 128,
};

/* A prime of a pattern, and the exponent up to which the pattern knows its powers. */
struct pattern_prime {
    uint8_t prime, exponent;
};

/* The period of a pattern is the product of its primes' powers. */
static const struct pattern_prime pattern_primes[FG_OMEGAS_PATTERNS][2] = {
    {{2, 6}, {3, 3}},   {{5, 2}, {7, 2}},   {{11, 1}, {13, 1}}, {{17, 1}, {19, 1}},
    {{23, 1}, {29, 1}}, {{31, 1}, {37, 1}}, {{41, 1}, {43, 1}},
};

/* Steps through the cells: of powers, then of primes. */
struct steps {
    uint16_t lengths[MAX_STEPS];
    uint16_t times[MAX_STEPS];   /* how many multiples a block surely has, or a segment */
    uint16_t weights[MAX_STEPS]; /* what a multiple's cell gets */
    uint32_t at[MAX_STEPS];      /* the next multiple, from the segment's first number */
    uint8_t primes[MAX_POWERS], exponents[MAX_POWERS]; /* of the powers */
    uint32_t large_power_count; /* powers from BLOCK_STEP_END on, which come first */
    uint32_t power_count;
    uint32_t block_end; /* the first prime from BLOCK_STEP_END on */
    uint32_t count;     /* with the primes that the super-segment needs */
};

/* The first power of each prime that is not below 2^16. */
struct rare_powers {
    uint32_t lengths[FG_BELOW_16_PRIMES + SCAN];
    uint32_t at[FG_BELOW_16_PRIMES + SCAN];
    uint8_t exponents[FG_BELOW_16_PRIMES];
    uint32_t count; /* of primes that the super-segment needs */
};

struct fg_omegas {
    struct fg_super_segment super;
    fg_omegas_count_function *count;
    const uint16_t *primes; /* below 2^16 */
    double scale;           /* 0: there are no weights yet */
    uint16_t threshold;     /* of the segment that was sieved last */
    double logarithms[FG_BELOW_16_PRIMES];
    uint16_t large_weights[LOGARITHMS];
    struct steps steps;
    struct rare_powers rare;
    struct fg_omegas_pattern patterns[FG_OMEGAS_PATTERNS];
    uint16_t pattern_cells[PATTERN_CELLS];
    uint16_t cells[FG_SEGMENT + FG_OMEGAS_READ];
};
_Static_assert(FG_SINK <= FG_OMEGAS_READ, "the sink is behind the segment's cells");

/* ---- Weights ---- */

/* Returns the scaled logarithm of p^exponent in a cell. */
static uint32_t logarithm_of(const struct fg_omegas *omegas, double log2_p, uint32_t exponent) {
    return (uint32_t)lrint(omegas->scale * exponent * log2_p) << FG_CELL_LOGARITHM;
}

/* Returns what the step from p^(exponent - 1) to p^exponent, exponent > 1, adds to a cell. */
static uint16_t power_weight(const struct fg_omegas *omegas, double log2_p, uint32_t exponent) {
    return (uint16_t)(FG_CELL_AGAIN + logarithm_of(omegas, log2_p, exponent) -
                      logarithm_of(omegas, log2_p, exponent - 1));
}

/* Returns what a prime of a pattern adds to number i. */
static uint16_t pattern_cell(const struct fg_omegas *omegas, struct pattern_prime prime,
                             uint32_t i) {
    const double log2_p = log2(prime.prime);
    uint32_t exponent = 0;
    while (exponent < prime.exponent && i % prime.prime == 0) {
        i /= prime.prime;
        exponent++;
    }
    if (exponent == 0)
        return 0;
    return (uint16_t)(FG_CELL_PRIME + (exponent - 1) * FG_CELL_AGAIN +
                      logarithm_of(omegas, log2_p, exponent));
}

static uint32_t period_of(const struct pattern_prime primes[2]) {
    uint32_t period = 1;
    for (int j = 0; j < 2; j++)
        for (uint32_t e = 0; e < primes[j].exponent; e++)
            period *= primes[j].prime;
    return period;
}

static void make_patterns(struct fg_omegas *omegas) {
    uint16_t *cells = omegas->pattern_cells;
    for (int k = 0; k < FG_OMEGAS_PATTERNS; k++) {
        struct fg_omegas_pattern *const pattern = &omegas->patterns[k];
        pattern->cells = cells;
        pattern->period = period_of(pattern_primes[k]);
        for (uint32_t i = 0; i < pattern->period; i++)
            cells[i] = (uint16_t)(pattern_cell(omegas, pattern_primes[k][0], i) +
                                  pattern_cell(omegas, pattern_primes[k][1], i));
        memcpy(cells + pattern->period, cells, FG_OMEGAS_READ * sizeof *cells);
        cells += pattern->period + FG_OMEGAS_READ;
    }
    FG_VERIFY_CHECK(cells <= omegas->pattern_cells + PATTERN_CELLS);
}

/* Makes the weights for numbers of so many bits, unless they are there. */
static void make_weights(struct fg_omegas *omegas, uint32_t bits) {
    struct steps *const steps = &omegas->steps;
    const double scale = 54.0 / bits;
    if (scale == omegas->scale)
        return;
    omegas->scale = scale;
    for (uint32_t j = 0; j < steps->power_count; j++)
        steps->weights[j] = power_weight(omegas, log2(steps->primes[j]), steps->exponents[j]);
    for (uint32_t i = FIRST_PRIME; i < FG_BELOW_16_PRIMES; i++)
        steps->weights[steps->power_count + i - FIRST_PRIME] =
            (uint16_t)(FG_CELL_PRIME + logarithm_of(omegas, omegas->logarithms[i], 1));
    for (uint32_t i = 0; i < LOGARITHMS; i++) { /* of the middle of the interval */
        const double middle = 1 + (i % 128 + 0.5) / 128;
        omegas->large_weights[i] =
            (uint16_t)(FG_CELL_PRIME + logarithm_of(omegas, 16 + (int)(i / 128) + log2(middle), 1));
    }
    make_patterns(omegas);
}

/* Returns the weight of p, 2^16 < p < 2^32: its leading bit says which power of two is below it,
 * and the next seven bits which interval. */
static inline uint16_t large_weight(const struct fg_omegas *omegas, uint32_t p) {
    const uint32_t power = 31 - (uint32_t)__builtin_clz(p);
    return omegas->large_weights[(power - 16) * 128 + (p >> (power - 7)) % 128];
}

/* ---- Opening and closing ---- */

/* Returns the exponent of p from which on its powers are no part of a pattern. */
static uint32_t first_exponent(uint32_t p) {
    for (int k = 0; k < FG_OMEGAS_PATTERNS; k++)
        for (int j = 0; j < 2; j++)
            if (pattern_primes[k][j].prime == p)
                return pattern_primes[k][j].exponent + 1U;
    return 2;
}

/* Lists the powers from `least` to `end` - 1, below 2^16, and the first power of each prime that is
 * not below 2^16. */
static void list_powers(struct fg_omegas *omegas, uint32_t least, uint32_t end) {
    struct steps *const steps = &omegas->steps;
    for (uint32_t i = 0; i < FG_BELOW_16_PRIMES; i++) {
        const uint32_t p = omegas->primes[i], from = first_exponent(p);
        uint32_t power = p, exponent = 1; /* below 2^32, as the square of a number below 2^16 */
        for (; power < FG_SEGMENT; power *= p, exponent++) {
            if (exponent < from || power < least || power >= end)
                continue;
            FG_VERIFY_CHECK(steps->power_count < MAX_POWERS);
            steps->lengths[steps->power_count] = (uint16_t)power;
            steps->primes[steps->power_count] = (uint8_t)p;
            steps->exponents[steps->power_count++] = (uint8_t)exponent;
        }
        omegas->rare.lengths[i] = power;
        omegas->rare.exponents[i] = (uint8_t)exponent;
    }
}

static void list_steps(struct fg_omegas *omegas) {
    struct steps *const steps = &omegas->steps;
    list_powers(omegas, BLOCK_STEP_END, FG_SEGMENT);
    steps->large_power_count = steps->power_count;
    list_powers(omegas, 0, BLOCK_STEP_END);
    for (uint32_t i = FIRST_PRIME; i < FG_BELOW_16_PRIMES; i++) {
        const uint32_t j = steps->power_count + i - FIRST_PRIME;
        steps->lengths[j] = omegas->primes[i];
        if (omegas->primes[i] < BLOCK_STEP_END)
            steps->block_end = j + 1;
    }
    for (uint32_t j = 0; j < steps->power_count + FG_BELOW_16_PRIMES - FIRST_PRIME; j++)
        steps->times[j] = (uint16_t)((steps->lengths[j] < BLOCK_STEP_END ? BLOCK : FG_SEGMENT) /
                                     steps->lengths[j]);
}

enum fg_status fg_omegas_open(const atomic_bool *cancelled, size_t bucket_bytes,
                              struct fg_omegas **opened, struct fg_error *error) {
    struct fg_omegas *const omegas = calloc(1, sizeof *omegas);
    if (omegas == NULL)
        return fg_fail_memory(error, sizeof *omegas);
    const enum fg_status status = fg_sieve_primes_hold(error);
    if (status != FG_OK) {
        free(omegas);
        return status;
    }
    omegas->count = fg_omegas_count_select();
    omegas->primes = fg_sieve_primes_below_16();
    for (uint32_t i = 0; i < FG_BELOW_16_PRIMES; i++)
        omegas->logarithms[i] = log2(omegas->primes[i]);
    list_steps(omegas);
    fg_super_segment_open(&omegas->super, cancelled, bucket_bytes);
    *opened = omegas;
    return FG_OK;
}

void fg_omegas_close(struct fg_omegas *omegas) {
    if (omegas == NULL)
        return;
    fg_super_segment_close(&omegas->super);
    fg_sieve_primes_release();
    free(omegas);
}

void fg_omegas_begin(struct fg_omegas *omegas, uint64_t first, uint64_t count) {
    FG_VERIFY_CHECK(first >= FG_OMEGAS_MIN && (count == 0 || count - 1 <= UINT64_MAX - first));
    fg_super_segment_begin_range(&omegas->super, first, count);
}

/* Prepares for the super-segment that was begun. */
static void begin_super_segment(struct fg_omegas *omegas) {
    struct steps *const steps = &omegas->steps;
    struct rare_powers *const rare = &omegas->rare;
    const uint64_t first = fg_super_segment_first(&omegas->super);
    const uint64_t last = fg_super_segment_last(&omegas->super);
    const uint32_t root = fg_isqrt64(last);
    rare->count = 0;
    while (rare->count < FG_BELOW_16_PRIMES && omegas->primes[rare->count] <= root) {
        rare->at[rare->count] = fg_distance_to_multiple(first, rare->lengths[rare->count]);
        rare->count++;
    }
    for (uint32_t i = rare->count; i < rare->count + SCAN; i++)
        rare->at[i] = UINT32_MAX;
    /* 251, the largest prime with a power among the steps, is below the root of 2^20. */
    steps->count = steps->power_count + rare->count - FIRST_PRIME;
    for (uint32_t j = 0; j < steps->count; j++)
        steps->at[j] = fg_distance_to_multiple(first, steps->lengths[j]);
    make_weights(omegas, fg_bit_length64(last));
    for (int k = 0; k < FG_OMEGAS_PATTERNS; k++)
        omegas->patterns[k].at = (uint32_t)(first % omegas->patterns[k].period);
}

/* ---- Segments ---- */

/* Adds the weights of steps [from, to) to their multiples in the block or segment up to `end`.
 * Neighbours among the steps have the same number of multiples, so that the loop is predicted. */
static void add_weights(struct fg_omegas *omegas, uint32_t from, uint32_t to, uint32_t end) {
    struct steps *const steps = &omegas->steps;
    uint16_t *const cells = omegas->cells;
    for (uint32_t j = from; j < to; j++) {
        const uint32_t step = steps->lengths[j];
        const uint16_t weight = steps->weights[j];
        uint32_t i = steps->at[j];
        for (uint32_t k = steps->times[j]; k > 0; k--, i += step)
            cells[i] = (uint16_t)(cells[i] + weight);
        uint16_t *const last = &cells[fg_multiple_or_sink(i, end)];
        *last = (uint16_t)(*last + weight);
        steps->at[j] = fg_next_multiple(i, end, step);
    }
}

/* Returns what the powers of p from p^exponent on, which divides n, add to a cell: one for each
 * that divides. */
static uint16_t rare_weight(const struct fg_omegas *omegas, uint64_t n, uint32_t j) {
    const uint64_t p = omegas->primes[j];
    const uint32_t from = omegas->rare.exponents[j];
    const double log2_p = omegas->logarithms[j];
    uint32_t exponent = from;
    for (uint64_t rest = n / omegas->rare.lengths[j]; rest % p == 0; rest /= p)
        exponent++;
    return (uint16_t)((exponent - from + 1) * FG_CELL_AGAIN +
                      logarithm_of(omegas, log2_p, exponent) -
                      logarithm_of(omegas, log2_p, from - 1));
}

/* Adds what powers from 2^16 on of primes below 2^16 add to the segment's numbers. */
static void add_rare_powers(struct fg_omegas *omegas, uint64_t first, uint32_t count) {
    struct rare_powers *const rare = &omegas->rare;
    for (uint32_t j = 0; j < rare->count; j += SCAN) { /* one multiple at most */
        uint32_t *const at = rare->at + j;
        bool any = false;
        for (uint32_t k = 0; k < SCAN; k++)
            any |= at[k] < FG_SEGMENT;
        for (uint32_t k = 0; k < SCAN && any; k++)
            if (at[k] < FG_SEGMENT) {
                uint16_t *const cell = &omegas->cells[at[k]];
                if (at[k] < count) /* else it may be 2^64 */
                    *cell = (uint16_t)(*cell + rare_weight(omegas, first + at[k], j + k));
                at[k] += rare->lengths[j + k];
            }
        for (uint32_t k = 0; k < SCAN; k++)
            at[k] -= FG_SEGMENT;
    }
}

/* Adds the further powers of the primes above 2^16 that divide number i, one of which does so more
 * than once. */
static void add_large_powers(struct fg_omegas *omegas, uint64_t first, uint32_t i) {
    const unsigned char *end;
    for (const unsigned char *at =
             fg_large_sieve_bucket(omegas->super.large, omegas->super.segment, &end);
         at < end; at += FG_BUCKET_BYTES) {
        const struct fg_bucket_entry entry = fg_bucket_read(at);
        const uint32_t p = entry.prime;
        if (entry.place != i)
            continue;
        for (uint64_t rest = (first + i) / p; rest % p == 0; rest /= p)
            omegas->cells[i] = (uint16_t)(omegas->cells[i] + large_weight(omegas, p) -
                                          FG_CELL_PRIME + FG_CELL_AGAIN);
    }
}

/* Adds the primes above 2^16. */
static void add_large(struct fg_omegas *omegas, uint64_t first) {
    const struct fg_super_segment *const super = &omegas->super;
    const unsigned char *end, *at = fg_large_sieve_bucket(super->large, super->segment, &end);
    size_t square_count;
    for (; at < end; at += FG_BUCKET_BYTES) {
        const struct fg_bucket_entry entry = fg_bucket_read(at);
        uint16_t *const cell = &omegas->cells[entry.place];
        *cell = (uint16_t)(*cell + large_weight(omegas, entry.prime));
    }
    const uint32_t *const squares = fg_large_sieve_squares(super->large, &square_count);
    for (size_t j = 0; j < square_count; j++)
        if (squares[j] / FG_SEGMENT == super->segment)
            add_large_powers(omegas, first, squares[j] % FG_SEGMENT);
}

static void sieve_segment(struct fg_omegas *omegas, uint64_t first, uint32_t count) {
    struct steps *const steps = &omegas->steps;
    const uint32_t blocked = steps->block_end < steps->count ? steps->block_end : steps->count;
    memset(omegas->cells, 0, FG_SEGMENT * sizeof *omegas->cells);
    for (uint32_t end = BLOCK; end <= FG_SEGMENT; end += BLOCK)
        add_weights(omegas, steps->large_power_count, blocked, end);
    add_weights(omegas, 0, steps->large_power_count, FG_SEGMENT);
    add_weights(omegas, blocked, steps->count, FG_SEGMENT);
    for (uint32_t j = 0; j < steps->count; j++)
        steps->at[j] -= FG_SEGMENT;
    if (omegas->super.has_large)
        add_large(omegas, first);
    add_rare_powers(omegas, first, count);
}

enum fg_status fg_omegas_next(struct fg_omegas *omegas, struct fg_omegas_counts *counts,
                              uint64_t *sieved, struct fg_error *error) {
    struct fg_super_segment *const super = &omegas->super;
    bool begun;
    *sieved = 0;
    if (fg_super_segment_is_at_end(super))
        return FG_OK;
    FG_TRY(fg_super_segment_advance(super, &begun, error));
    if (begun)
        begin_super_segment(omegas);
    const uint64_t first = fg_super_segment_first(super);
    const uint32_t count = fg_super_segment_count(super);
    const uint32_t limit = (uint32_t)(omegas->scale * log2((double)first)) - 9;
    omegas->threshold = (uint16_t)(limit << FG_CELL_LOGARITHM);
    sieve_segment(omegas, first, count);
    omegas->count(omegas->cells, count, omegas->threshold, omegas->patterns, counts);
    for (int k = 0; k < FG_OMEGAS_PATTERNS; k++) {
        struct fg_omegas_pattern *const pattern = &omegas->patterns[k];
        pattern->at = (pattern->at + FG_SEGMENT) % pattern->period;
    }
    fg_super_segment_pass(super);
    *sieved = count;
    return FG_OK;
}

/* Adds a pattern to the cells of numbers begin .. begin + count - 1. Its place is already that of
 * the next segment. */
static void add_pattern(const struct fg_omegas_pattern *pattern, uint32_t begin, uint32_t count,
                        uint16_t *cells) {
    const uint32_t period = pattern->period;
    uint32_t at = (pattern->at + period - (FG_SEGMENT - begin) % period) % period;
    for (uint32_t i = 0, part; i < count; i += part) {
        part = count - i < period - at ? count - i : period - at;
        for (uint32_t k = 0; k < part; k++)
            cells[i + k] = (uint16_t)(cells[i + k] + pattern->cells[at + k]);
        at = 0;
    }
}

void fg_omegas_cells(const struct fg_omegas *omegas, uint32_t begin, uint32_t count,
                     uint16_t *cells) {
    if (count == 0)
        return; /* of a range without numbers there are no patterns */
    memcpy(cells, omegas->cells + begin, count * sizeof *cells);
    for (int k = 0; k < FG_OMEGAS_PATTERNS; k++)
        add_pattern(&omegas->patterns[k], begin, count, cells);
    for (uint32_t i = 0; i < count; i++)
        cells[i] = (uint16_t)(cells[i] + (cells[i] < omegas->threshold ? FG_CELL_PRIME : 0));
}
