/* SPDX-License-Identifier: MIT */
/*
 * prime_chunk.c: patterns for the primes up to 89, blocks of the first-level cache for those below
 * 2^13, and one pass over the chunk, which fits into the second-level cache, for each larger one.
 *
 * The multiples of p that are prime to 30 are p (30 m + w), with w prime to 30 and below it. They
 * lie in bytes p m + p w / 30, so that the eight multiples of one m lie at fixed distances and have
 * masks that depend on p modulo 30 only. All of them are crossed out together, also if some lie
 * outside of the chunk, because the bytes there are not used: no branch has to find the first and
 * the last multiple of each of the eight kinds.
 */
#include "methods/sieve/prime_chunk.h"

#include "methods/sieve/half_gaps.h"
#include <stdlib.h>
#include <string.h>

enum {
    BYTES = 1 << 19,  /* of a chunk */
    MARGIN = 1 << 16, /* bytes before and behind them that may be written: above any p */
    BLOCK = 1 << 15,  /* bytes of a block for the primes below 2^13 */
    PATTERNS = 10,
    PATTERN_RUN = 4096, /* bytes that are filled from all patterns without a wrap */
    MAX_PERIOD = 83 * 89,
    PATTERN_BYTES = MAX_PERIOD + PATTERN_RUN + 89, /* one m of the largest p more is written */
    FIRST_PRIME = 24,    /* index of 97, the first prime that no pattern has */
    BLOCK_PRIMES = 1028, /* primes below 2^13 */
    /* Among n numbers are at most 2 n / log(n) primes: H. Montgomery, R. Vaughan (1973). */
    MAX_PRIMES = 1900000,
};

/* The numbers prime to 30, in the order of a byte's bits. */
static const uint8_t wheel[8] = {1, 7, 11, 13, 17, 19, 23, 29};
/* For each residue modulo 30: its bit; 0 if it is not prime to 30. */
static const uint8_t bit_of[FG_PRIME_WHEEL] = {
    [1] = 1, [7] = 2, [11] = 4, [13] = 8, [17] = 16, [19] = 32, [23] = 64, [29] = 128};
/* The primes of each pattern, 0 for none, and its period in bytes: their product. */
static const struct {
    uint8_t primes[3];
    uint16_t period;
} patterns[PATTERNS] = {{{7, 11, 13}, 1001}, {{17, 19, 0}, 323},  {{23, 29, 0}, 667},
                        {{31, 37, 0}, 1147}, {{41, 43, 0}, 1763}, {{47, 53, 0}, 2491},
                        {{59, 61, 0}, 3599}, {{67, 71, 0}, 4757}, {{73, 79, 0}, 5767},
                        {{83, 89, 0}, 7387}};

struct fg_prime_sieve {
    const uint16_t *below_16;
    fg_half_gaps_writer *write_gaps;
    uint64_t begin;      /* of the last run */
    uint32_t byte_count; /* of the last run */
    uint8_t pattern[PATTERNS][PATTERN_BYTES];
    uint8_t written[MARGIN + BYTES + MARGIN];
    uint8_t half_gaps[MAX_PRIMES + FG_HALF_GAPS_READ];
};

/* Returns the bytes of the run: a bit is 1 if its number can be prime. */
static uint8_t *bytes_of(struct fg_prime_sieve *sieve) {
    return sieve->written + MARGIN;
}

/* Writes the AND of all patterns from their places on. */
static void and_patterns(uint8_t *restrict bytes, const uint8_t *const from[PATTERNS]) {
    const uint8_t *const a = from[0], *const b = from[1], *const c = from[2], *const d = from[3],
                         *const e = from[4], *const f = from[5], *const g = from[6],
                         *const h = from[7], *const i = from[8], *const j = from[9];
    for (uint32_t at = 0; at < PATTERN_RUN; at++)
        bytes[at] = a[at] & b[at] & c[at] & d[at] & e[at] & f[at] & g[at] & h[at] & i[at] & j[at];
}

/* Fills the bytes with what the patterns leave. */
static void fill_from_patterns(struct fg_prime_sieve *sieve) {
    uint32_t at[PATTERNS];
    for (unsigned i = 0; i < PATTERNS; i++)
        at[i] = (uint32_t)(sieve->begin / FG_PRIME_WHEEL % patterns[i].period);
    for (uint32_t done = 0; done < sieve->byte_count; done += PATTERN_RUN) {
        const uint8_t *from[PATTERNS];
        for (unsigned i = 0; i < PATTERNS; i++) {
            from[i] = sieve->pattern[i] + at[i];
            at[i] = (at[i] + PATTERN_RUN) % patterns[i].period;
        }
        and_patterns(bytes_of(sieve) + done, from);
    }
}

/* Crosses out the multiples of p from byte `at` <= end on, p m for some m, up to byte `end` and
 * some of the next p, and returns where they go on. p is `residue` modulo 30. */
static inline __attribute__((always_inline)) int32_t
cross_out_kind(uint8_t *bytes, int32_t at, int32_t end, uint32_t p, const uint32_t residue) {
    const uint32_t whole = p / FG_PRIME_WHEEL;
    for (; at < end; at += (int32_t)p) {
#pragma GCC unroll 8
        for (unsigned k = 0; k < 8; k++) {
            const uint32_t rest = residue * wheel[k]; /* p w = 30 whole w + rest */
            bytes[at + (int32_t)(whole * wheel[k] + rest / FG_PRIME_WHEEL)] &=
                (uint8_t)~bit_of[rest % FG_PRIME_WHEEL];
        }
    }
    return at;
}

/* Does the same for any p, 5 < p < 2^16. */
static int32_t cross_out(uint8_t *bytes, int32_t at, int32_t end, uint32_t p) {
    switch (p % FG_PRIME_WHEEL) {
    case 1:
        return cross_out_kind(bytes, at, end, p, 1);
    case 7:
        return cross_out_kind(bytes, at, end, p, 7);
    case 11:
        return cross_out_kind(bytes, at, end, p, 11);
    case 13:
        return cross_out_kind(bytes, at, end, p, 13);
    case 17:
        return cross_out_kind(bytes, at, end, p, 17);
    case 19:
        return cross_out_kind(bytes, at, end, p, 19);
    case 23:
        return cross_out_kind(bytes, at, end, p, 23);
    default:
        return cross_out_kind(bytes, at, end, p, 29);
    }
}

/* Fills a pattern: bytes without the multiples of its primes. */
static void fill_pattern(uint8_t pattern[PATTERN_BYTES], const uint8_t primes[3]) {
    memset(pattern, 0xff, PATTERN_BYTES);
    for (unsigned j = 0; j < 3 && primes[j] != 0; j++)
        (void)cross_out(pattern, 0, MAX_PERIOD + PATTERN_RUN, primes[j]);
}

struct fg_prime_sieve *fg_prime_sieve_open(const uint16_t *below_16) {
    struct fg_prime_sieve *const sieve = malloc(sizeof *sieve);
    if (sieve == NULL)
        return NULL;
    sieve->below_16 = below_16;
    sieve->write_gaps = fg_half_gaps_select();
    sieve->begin = sieve->byte_count = 0;
    for (unsigned i = 0; i < PATTERNS; i++)
        fill_pattern(sieve->pattern[i], patterns[i].primes);
    return sieve;
}

void fg_prime_sieve_close(struct fg_prime_sieve *sieve) {
    free(sieve);
}

/* Returns the last byte p m, relative to the run's first byte, that is not behind that: -p < it. */
static int32_t first_place(const struct fg_prime_sieve *sieve, uint32_t p) {
    return -(int32_t)(sieve->begin / FG_PRIME_WHEEL % p);
}

/* Crosses out the multiples of primes[FIRST_PRIME .. count), block by block. Multiples that lie
 * behind a block's end are crossed out as well, which does no harm. */
static void cross_out_blocks(struct fg_prime_sieve *sieve, uint32_t count) {
    int32_t at[BLOCK_PRIMES];
    for (uint32_t i = FIRST_PRIME; i < count; i++)
        at[i] = first_place(sieve, sieve->below_16[i]);
    const int32_t byte_count = (int32_t)sieve->byte_count;
    for (int32_t end = 0; end < byte_count;) {
        end = byte_count - end < BLOCK ? byte_count : end + BLOCK;
        for (uint32_t i = FIRST_PRIME; i < count; i++)
            at[i] = cross_out(bytes_of(sieve), at[i], end, sieve->below_16[i]);
    }
}

/* Returns the primes that the bytes show. */
static struct fg_prime_chunk list_primes(struct fg_prime_sieve *sieve) {
    const uint8_t *const bytes = bytes_of(sieve);
    uint32_t skipped = 0;
    while (bytes[skipped] == 0)
        skipped++;
    const uint32_t place =
        skipped * (FG_PRIME_WHEEL / 2) + fg_half_places[__builtin_ctz(bytes[skipped])];
    const uint8_t *const end = sieve->write_gaps(bytes, sieve->byte_count, place, sieve->half_gaps);
    return (struct fg_prime_chunk){.first = (uint32_t)sieve->begin + 2 * place + 1,
                                   .count = (uint32_t)(end - sieve->half_gaps),
                                   .half_gaps = sieve->half_gaps};
}

struct fg_prime_chunk fg_prime_sieve_run(struct fg_prime_sieve *sieve, uint64_t begin,
                                         uint64_t end) {
    uint8_t *const bytes = bytes_of(sieve);
    sieve->begin = begin;
    /* At 2^32 the last byte has numbers beyond, none of which is prime: 2^32 + 15 is the next. */
    sieve->byte_count = (uint32_t)((end - begin + FG_PRIME_WHEEL - 1) / FG_PRIME_WHEEL);
    fill_from_patterns(sieve);
    uint32_t count = FIRST_PRIME; /* primes that matter: up to the root of the last number */
    while (count < FG_BELOW_16_PRIMES &&
           (uint64_t)sieve->below_16[count] * sieve->below_16[count] < end)
        count++;
    cross_out_blocks(sieve, count < BLOCK_PRIMES ? count : BLOCK_PRIMES);
    for (uint32_t i = BLOCK_PRIMES; i < count; i++) {
        const uint32_t p = sieve->below_16[i];
        (void)cross_out(bytes, first_place(sieve, p), (int32_t)sieve->byte_count, p);
    }
    if (begin == 0) { /* 2^16 = 30 * 2184 + 16 */
        memset(bytes, 0, 2184);
        bytes[2184] &= 0xf0;
    }
    memset(bytes + sieve->byte_count, 0, 8);
    return list_primes(sieve);
}
