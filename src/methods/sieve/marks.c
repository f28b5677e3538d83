/* SPDX-License-Identifier: MIT */
/*
 * marks.c: the byte sieve. Primes below 2^16 go through the bytes of each segment, primes above
 * come from the buckets of mark_buckets.h.
 */
#include "methods/sieve/marks.h"

#include "arith/bits.h"
#include "arith/isqrt.h"
#include "batch/error.h"
#include "methods/sieve/mark_buckets.h"
#include "methods/sieve/multiples.h"
#include "methods/sieve/sieve_primes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_PRIME = 17, /* index of 61, the first prime that no pattern has */
    FIRST_SQUARE = 4, /* index of 11, the first odd prime whose square is in no pattern */
    MAX_PRIMES = FG_BELOW_16_PRIMES - FIRST_PRIME,
    MAX_SQUARES = FG_BELOW_16_PRIMES - FIRST_SQUARE,
    BLOCK_PRIME_END = 1 << 12, /* primes below go block by block */
    BLOCK = 1 << 14,           /* bytes that stay in the first cache */
    SCAN = 16,                 /* squares that are looked at together */
    PATTERN_BYTES = 20480,     /* of all patterns */
};

#define LOW_END ((uint64_t)1 << 32) /* no large primes are needed below */
#define LOW_SPAN ((uint64_t)1 << 22)

/* The primes of a pattern, whose period is their product. A power p^2 stands for p and its square.
 */
struct pattern_primes {
    uint8_t prime[3], exponent[3];
};
static const struct pattern_primes pattern_primes[FG_MARKS_PATTERNS] = {
    {{3, 5, 11}, {2, 2, 1}}, {{7, 13}, {2, 1}},  {{17, 19, 23}, {1, 1, 1}}, {{29, 31}, {1, 1}},
    {{37, 41}, {1, 1}},      {{43, 47}, {1, 1}}, {{53, 59}, {1, 1}},
};

/* Odd numbers m, m + 2, .. of a segment, and where the next multiples are among them. */
struct series {
    uint8_t *bytes;
    uint32_t length;   /* bytes of a whole segment */
    uint8_t threshold; /* of the segment that was sieved last */
    struct fg_marks_pattern patterns[FG_MARKS_PATTERNS];
    uint16_t times[MAX_PRIMES]; /* how often a prime surely divides in a block, or in a segment */
    uint32_t at[MAX_PRIMES];    /* the next multiple */
    uint32_t square_at[MAX_SQUARES + SCAN]; /* the same of squares */
};

struct fg_marks {
    const atomic_bool *cancelled;
    size_t bucket_bytes;
    fg_marks_count_function *count;
    struct fg_mark_buckets *buckets; /* NULL as long as no super-segment needed it */
    uint64_t next, left; /* the first number behind the super-segment; how many from there on */
    uint64_t unsieved;   /* numbers of the super-segment from the next segment on */
    uint32_t segment;    /* index in the super-segment of the next segment */
    uint32_t to_skip;    /* numbers of the next segment that are before the range */
    uint32_t skipped;    /* and of the one that was sieved last */
    bool has_large;      /* the super-segment has buckets */
    uint32_t prepared;   /* primes whose next multiples the series have */
    uint32_t prime_count, block_count, square_count; /* that the super-segment needs */
    double scale;                                    /* 0: there are no weights yet */
    struct series odd, twice; /* the odd numbers of a segment; those whose doubles are in it */
    uint16_t primes[MAX_PRIMES];
    float logarithms[MAX_PRIMES];
    uint8_t weights[MAX_PRIMES];
    uint32_t squares[MAX_SQUARES + SCAN];
    uint8_t pattern_bytes[PATTERN_BYTES];
    struct fg_marks_bytes bytes;
};
_Static_assert(FG_MARKS_READ <= FG_MARKS_SPARE, "the counting reads beyond the bytes");

/* ---- Weights ---- */

/* Adds a prime of a pattern to number m. */
static void add_to_pattern(uint8_t *byte, uint32_t m, uint32_t p, uint32_t exponent, double scale) {
    if (exponent == 2 && m % (p * p) == 0)
        *byte = FG_MARKS_SQUARE;
    else if (m % p == 0 && *byte != FG_MARKS_SQUARE)
        *byte = (uint8_t)(*byte + fg_marks_weight(scale * log2(p)));
}

/* Entry i of a pattern is for the odd number 2 i + 1. */
static void make_patterns(struct fg_marks *marks) {
    uint8_t *bytes = marks->pattern_bytes;
    for (int k = 0; k < FG_MARKS_PATTERNS; k++) {
        const struct pattern_primes *const own = &pattern_primes[k];
        uint32_t period = 1;
        for (int j = 0; j < 3 && own->prime[j] != 0; j++)
            period *=
                own->exponent[j] == 2 ? (uint32_t)own->prime[j] * own->prime[j] : own->prime[j];
        memset(bytes, 0, period);
        for (uint32_t i = 0; i < period; i++)
            for (int j = 0; j < 3 && own->prime[j] != 0; j++)
                add_to_pattern(&bytes[i], 2 * i + 1, own->prime[j], own->exponent[j], marks->scale);
        memcpy(bytes + period, bytes, FG_MARKS_READ);
        const struct fg_marks_pattern pattern = {.bytes = bytes, .period = period};
        marks->odd.patterns[k] = marks->twice.patterns[k] = pattern;
        bytes += period + FG_MARKS_READ;
    }
    FG_VERIFY_CHECK(bytes <= marks->pattern_bytes + PATTERN_BYTES);
}

/* Makes the weights for numbers of so many bits, unless they are there. */
static void make_weights(struct fg_marks *marks, uint32_t bits) {
    const double scale = bits > 28 ? 112.0 / bits : 4;
    if (scale == marks->scale)
        return;
    marks->scale = scale;
    for (uint32_t i = 0; i < MAX_PRIMES; i++)
        marks->weights[i] = fg_marks_weight(scale * marks->logarithms[i]);
    make_patterns(marks);
}

/* ---- Opening and closing ---- */

static void open_series(struct series *series, const uint16_t *primes, uint8_t *bytes,
                        uint32_t length) {
    series->bytes = bytes;
    series->length = length;
    for (uint32_t i = 0; i < MAX_PRIMES; i++)
        series->times[i] =
            (uint16_t)((primes[i] < BLOCK_PRIME_END ? (uint32_t)BLOCK : length) / primes[i]);
}

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
    marks->cancelled = cancelled;
    marks->bucket_bytes = bucket_bytes;
    marks->count = fg_marks_count_select();
    const uint16_t *const below_16 = fg_sieve_primes_below_16();
    for (uint32_t i = 0; i < MAX_PRIMES; i++) {
        marks->primes[i] = below_16[FIRST_PRIME + i];
        marks->logarithms[i] = (float)log2(marks->primes[i]);
        if (marks->primes[i] < BLOCK_PRIME_END)
            marks->block_count = i + 1;
    }
    for (uint32_t i = 0; i < MAX_SQUARES; i++)
        marks->squares[i] = (uint32_t)below_16[FIRST_SQUARE + i] * below_16[FIRST_SQUARE + i];
    open_series(&marks->odd, marks->primes, marks->bytes.odd, FG_MARKS_ODD_BYTES);
    open_series(&marks->twice, marks->primes, marks->bytes.twice, FG_MARKS_TWICE_BYTES);
    *opened = marks;
    return FG_OK;
}

void fg_marks_close(struct fg_marks *marks) {
    if (marks == NULL)
        return;
    fg_mark_buckets_close(marks->buckets);
    fg_sieve_primes_release();
    free(marks);
}

/* A segment begins at a multiple of 4. */
void fg_marks_begin(struct fg_marks *marks, uint64_t first, uint64_t count) {
    FG_VERIFY_CHECK(first >= FG_MARKS_MIN && (count == 0 || count - 1 <= UINT64_MAX - first));
    marks->to_skip = first % 4;
    marks->next = first - marks->to_skip;
    marks->left = count == 0 ? 0 : count + marks->to_skip;
    marks->unsieved = 0;
    marks->prepared = 0;
}

/* ---- Super-segments ---- */

/* Returns the place among the odd numbers from m on of the first multiple of an odd step. */
static uint32_t first_place(uint64_t m, uint32_t step) {
    const uint64_t distance = fg_distance_to_multiple(m, step);
    return (uint32_t)((distance + (distance % 2 == 0 ? 0 : step)) / 2);
}

/* Prepares the primes [from, to) and their squares for a segment whose odd numbers begin at m. */
static void prepare_series(const struct fg_marks *marks, struct series *series, uint64_t m,
                           uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++)
        series->at[i] = first_place(m, marks->primes[i]);
    const uint32_t more = FIRST_PRIME - FIRST_SQUARE; /* squares than primes */
    for (uint32_t i = from == 0 ? 0 : from + more; i < to + more; i++)
        series->square_at[i] = first_place(m, marks->squares[i]);
    for (uint32_t i = to + more; i < to + more + SCAN; i++)
        series->square_at[i] = UINT32_MAX;
}

/* Prepares the primes below 2^16 up to the root of the super-segment's last number. The multiples
 * of those of the super-segment before go on. */
static void prepare(struct fg_marks *marks, uint64_t first, uint64_t last) {
    const uint32_t root = fg_isqrt64(last);
    uint32_t count = marks->prepared;
    while (count < MAX_PRIMES && marks->primes[count] <= root)
        count++;
    prepare_series(marks, &marks->odd, first + 1, marks->prepared, count);
    prepare_series(marks, &marks->twice, first / 2 + 1, marks->prepared, count);
    marks->prepared = marks->prime_count = count;
    marks->square_count = count + (FIRST_PRIME - FIRST_SQUARE);
}

/* Chooses how many numbers the super-segment from `next` on has. */
static enum fg_status choose_length(struct fg_marks *marks, uint64_t *count,
                                    struct fg_error *error) {
    uint64_t span;
    marks->has_large = marks->next >= LOW_END;
    if (!marks->has_large) {
        span = LOW_END - marks->next < LOW_SPAN ? LOW_END - marks->next : LOW_SPAN;
    } else {
        if (marks->buckets == NULL)
            marks->buckets = fg_mark_buckets_open(marks->bucket_bytes);
        if (marks->buckets == NULL)
            return fg_fail_memory(error, marks->bucket_bytes);
        span = fg_mark_buckets_span(marks->buckets, marks->next, marks->left);
    }
    *count = marks->left < span ? marks->left : span;
    return FG_OK;
}

static enum fg_status begin_super_segment(struct fg_marks *marks, struct fg_error *error) {
    const uint64_t first = marks->next;
    uint64_t count = 0;
    FG_TRY(choose_length(marks, &count, error));
    make_weights(marks, fg_bit_length64(first + (count - 1)));
    if (marks->has_large)
        FG_TRY(fg_mark_buckets_begin(marks->buckets, first, &count, marks->scale, marks->cancelled,
                                     error));
    prepare(marks, first, first + (count - 1));
    marks->next = first + count;
    marks->left -= count;
    marks->unsieved = count;
    marks->segment = 0;
    return FG_OK;
}

/* ---- Segments ---- */

/*
 * Adds the weights of primes [from, to) to their multiples among `length` bytes, and makes their
 * places relative to what follows. A prime has k or k + 1 multiples there, k the quotient of both,
 * which is the same for neighbours among the primes, so that the loop is predicted. So as not to
 * guess which, a multiple behind the end is written, too, but to the spare bytes.
 */
static void add_weights(const struct fg_marks *marks, struct series *series, uint32_t from,
                        uint32_t to, uint8_t *bytes, uint32_t length) {
    const uint32_t spare = (uint32_t)(series->bytes + series->length - bytes);
    for (uint32_t j = from; j < to; j++) {
        const uint32_t p = marks->primes[j];
        const uint8_t weight = marks->weights[j];
        uint32_t i = series->at[j];
        for (uint32_t k = series->times[j]; k > 0; k--, i += p)
            bytes[i] = (uint8_t)(bytes[i] + weight);
        const uint32_t inside = -(uint32_t)(i < length);
        const uint32_t last = (i & inside) | ((spare + i % FG_MARKS_SPARE) & ~inside);
        bytes[last] = (uint8_t)(bytes[last] + weight);
        series->at[j] = i + (p & inside) - length;
    }
}

/* Marks the multiples of squares of primes below 2^16. */
static void mark_squares(const struct fg_marks *marks, struct series *series) {
    const uint32_t length = series->length;
    uint32_t j = 0;
    for (; j < marks->square_count && marks->squares[j] < length; j++) {
        uint32_t i = series->square_at[j];
        for (; i < length; i += marks->squares[j])
            series->bytes[i] |= FG_MARKS_SQUARE;
        series->square_at[j] = i - length;
    }
    for (; j < marks->square_count; j += SCAN) { /* one multiple at most */
        uint32_t *const at = series->square_at + j;
        bool any = false;
        for (uint32_t k = 0; k < SCAN; k++)
            any |= at[k] < length;
        for (uint32_t k = 0; k < SCAN && any; k++)
            if (at[k] < length) {
                series->bytes[at[k]] |= FG_MARKS_SQUARE;
                at[k] += marks->squares[j + k];
            }
        for (uint32_t k = 0; k < SCAN; k++)
            at[k] -= length;
    }
}

/* Sieves the odd numbers from m on by the primes below 2^16. */
static void sieve_series(const struct fg_marks *marks, struct series *series, uint64_t m) {
    const uint32_t blocked =
        marks->block_count < marks->prime_count ? marks->block_count : marks->prime_count;
    series->threshold = (uint8_t)(marks->scale * log2((double)m) - 17);
    for (int k = 0; k < FG_MARKS_PATTERNS; k++)
        series->patterns[k].at = (uint32_t)(m / 2 % series->patterns[k].period);
    memset(series->bytes, 0, series->length);
    for (uint32_t block = 0; block < series->length; block += BLOCK)
        add_weights(marks, series, 0, blocked, series->bytes + block, BLOCK);
    add_weights(marks, series, blocked, marks->prime_count, series->bytes, series->length);
    mark_squares(marks, series);
}

/* Returns the sum of the weights of a series' number i; 128 or more if a square divides it. */
static uint32_t sum_at(const struct series *series, uint32_t i) {
    uint32_t sum = series->bytes[i];
    for (int k = 0; k < FG_MARKS_PATTERNS; k++) {
        const struct fg_marks_pattern *const pattern = &series->patterns[k];
        sum += pattern->bytes[(pattern->at + i) % pattern->period];
    }
    return sum;
}

/* Returns the Moebius function of a series' number i. */
static int mobius_at(const struct series *series, uint32_t i) {
    const uint32_t sum = sum_at(series, i);
    if (sum >= FG_MARKS_SQUARE)
        return 0;
    return ((sum ^ (sum < series->threshold)) & 1) != 0 ? -1 : 1;
}

/* Counts numbers [from, to) of a series, of which `from` is 0 or 1. */
static struct fg_marks_counts count_series(const struct fg_marks *marks,
                                           const struct series *series, uint32_t from,
                                           uint32_t to) {
    struct fg_marks_counts counts = {0};
    marks->count(series->bytes, to, series->threshold, series->patterns, &counts);
    if (from > 0) {
        const int first = mobius_at(series, 0);
        counts.squarefree -= first != 0;
        counts.odd -= first < 0;
    }
    return counts;
}

/* Counts numbers [from, to) of the segment. Twice an odd number has one prime more than that. */
static void count_segment(const struct fg_marks *marks, uint32_t from, uint32_t to,
                          struct fg_marks_counts *counts) {
    const struct fg_marks_counts odd = count_series(marks, &marks->odd, from / 2, to / 2);
    const struct fg_marks_counts halves =
        count_series(marks, &marks->twice, (from + 1) / 4, (to + 1) / 4);
    counts->numbers += to - from;
    counts->squarefree += odd.squarefree + halves.squarefree;
    counts->odd += odd.odd + (halves.squarefree - halves.odd);
}

static enum fg_status sieve_next(struct fg_marks *marks, struct fg_marks_counts *counts,
                                 uint64_t *sieved, struct fg_error *error) {
    if (marks->cancelled != NULL && atomic_load_explicit(marks->cancelled, memory_order_relaxed))
        return fg_fail(error, FG_ERROR_CANCELLED, "the range was cancelled");
    if (marks->unsieved == 0)
        FG_TRY(begin_super_segment(marks, error));
    const uint64_t first = marks->next - marks->unsieved;
    const uint32_t end =
        marks->unsieved < FG_MARKS_SEGMENT ? (uint32_t)marks->unsieved : FG_MARKS_SEGMENT;
    sieve_series(marks, &marks->odd, first + 1);
    sieve_series(marks, &marks->twice, first / 2 + 1);
    if (marks->has_large)
        fg_mark_buckets_apply(marks->buckets, marks->segment, &marks->bytes);
    marks->skipped = marks->to_skip;
    marks->to_skip = 0;
    count_segment(marks, marks->skipped, end, counts);
    marks->unsieved -= end;
    marks->segment++;
    if (end < FG_MARKS_SEGMENT) /* the multiples went on by a whole segment */
        marks->prepared = 0;
    *sieved = end - marks->skipped;
    return FG_OK;
}

enum fg_status fg_marks_next(struct fg_marks *marks, struct fg_marks_counts *counts,
                             uint64_t *sieved, struct fg_error *error) {
    *sieved = 0;
    if (marks->unsieved == 0 && marks->left == 0)
        return FG_OK;
    const enum fg_status status = sieve_next(marks, counts, sieved, error);
    if (status != FG_OK)
        marks->left = marks->unsieved = 0;
    return status;
}

void fg_marks_values(const struct fg_marks *marks, uint32_t begin, uint32_t count, int8_t *values) {
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t number = marks->skipped + begin + i;
        values[i] = (int8_t)(number % 4 == 0   ? 0
                             : number % 2 != 0 ? mobius_at(&marks->odd, number / 2)
                                               : -mobius_at(&marks->twice, number / 4));
    }
}
