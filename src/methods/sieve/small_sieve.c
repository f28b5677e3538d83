/* SPDX-License-Identifier: MIT */
/*
 * small_sieve.c: each multiple of a prime puts it into the next free plane of that number.
 *
 * Powers p^k < 2^16 of p < 2^8 are sieved like primes, and write p - 1 for "p once more", so that
 * nothing divides to find an exponent. Their own powers beyond that only mark numbers as special.
 *
 * Primes below 2^10 go block by block, so that a block's counts and planes stay in the first-level
 * cache: 4 KiB of counts, and 8 KiB of each of the few planes that most numbers reach. Blocks of
 * 2^14 numbers take 1.5 times as long in all (family 6, model 207).
 *
 * Of the primes above 2^12 each has k or k + 1 multiples in a segment, where k is the same
 * for all primes of a group: k are sieved without a test, and the last without a branch, because
 * whether there is one cannot be predicted, and a wrong prediction costs as much as ten multiples.
 */
#include "methods/sieve/small_sieve.h"

#include "arith/target.h"
#include "methods/sieve/multiples.h"
#include "methods/sieve/prime_groups.h"
#include "methods/sieve/sieve_primes.h"
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_PRIME = 4, /* index of 11 */
    MAX_POWERS = 64, /* powers p^k < 2^16, k > 1, of 11 <= p < 2^8 */
    MAX_ENTRIES = FG_BELOW_16_PRIMES - FIRST_PRIME + MAX_POWERS,
    MAX_MARKS = FG_BELOW_16_PRIMES - FIRST_PRIME + 3,
    LOW_MARKS = 3,          /* 3^7, 5^5, 7^5: less than a segment */
    BLOCK = 1 << 12,        /* numbers of a block */
    BLOCK_PRIME_END = 1024, /* primes below go block by block */
    SCAN = 16,              /* marks that are looked at together */
};

struct fg_small_sieve {
    uint32_t entry_count, block_count; /* of primes up to the limit; those below 2^10 of them */
    uint32_t group_begin[FG_PRIME_GROUPS + 1]; /* index of the first entry above FG_SEGMENT / k */
    uint32_t mark_count;                       /* of primes up to the limit */
    uint32_t total_entries, total_marks;
    bool from_zero;                       /* the next segment begins at 0 */
    uint16_t step[MAX_ENTRIES];           /* p^k */
    uint16_t value[MAX_ENTRIES];          /* p, or p - 1 for k > 1 */
    uint32_t at[MAX_ENTRIES];             /* the next multiple, from the segment's first number */
    uint32_t mark_step[MAX_MARKS + SCAN]; /* powers whose multiples are special */
    uint32_t mark_at[MAX_MARKS + SCAN];
    uint16_t mark_prime[MAX_MARKS]; /* ascending from LOW_MARKS on */
};

/* Adds p and its powers to the tables. */
static void add_prime(struct fg_small_sieve *sieve, uint32_t p) {
    uint32_t power = p; /* p^k < 2^16, so that the next is below 2^32 */
    do {
        const uint32_t i = sieve->total_entries++;
        sieve->step[i] = (uint16_t)power;
        sieve->value[i] = (uint16_t)(power == p ? p : p - 1);
        power *= p;
    } while (power < FG_SEGMENT);
    sieve->mark_prime[sieve->total_marks] = (uint16_t)p;
    sieve->mark_step[sieve->total_marks++] = power;
}

struct fg_small_sieve *fg_small_sieve_open(const uint16_t *below_16) {
    struct fg_small_sieve *const sieve = calloc(1, sizeof *sieve);
    if (sieve == NULL)
        return NULL;
    static const uint16_t low_marks[LOW_MARKS] = {2187, 3125, 16807};
    for (; sieve->total_marks < LOW_MARKS; sieve->total_marks++)
        sieve->mark_step[sieve->total_marks] = low_marks[sieve->total_marks];
    for (uint32_t i = FIRST_PRIME; i < FG_BELOW_16_PRIMES; i++)
        add_prime(sieve, below_16[i]);
    return sieve;
}

void fg_small_sieve_close(struct fg_small_sieve *sieve) {
    free(sieve);
}

void fg_small_sieve_begin(struct fg_small_sieve *sieve, uint64_t first, uint32_t limit) {
    sieve->from_zero = first == 0;
    uint32_t entries = 0, k = FG_PRIME_GROUPS;
    for (; entries < sieve->total_entries && (sieve->value[entries] | 1U) <= limit; entries++) {
        const uint32_t step = sieve->step[entries], p = sieve->value[entries] | 1U;
        sieve->at[entries] = fg_distance_to_multiple(first, step);
        if (p < BLOCK_PRIME_END)
            sieve->block_count = entries + 1;
        for (; k > 0 && p > FG_SEGMENT / k; k--)
            sieve->group_begin[k] = entries;
    }
    for (; k > 0; k--)
        sieve->group_begin[k] = entries;
    sieve->entry_count = sieve->group_begin[0] = entries;
    if (sieve->block_count > entries)
        sieve->block_count = entries;
    uint32_t marks = LOW_MARKS;
    while (marks < sieve->total_marks && sieve->mark_prime[marks] <= limit)
        marks++;
    for (uint32_t i = 0; i < marks; i++)
        sieve->mark_at[i] = fg_distance_to_multiple(first, sieve->mark_step[i]);
    for (uint32_t i = marks; i < marks + SCAN; i++)
        sieve->mark_at[i] = UINT32_MAX;
    sieve->mark_count = marks;
}

/* Puts a value into the next plane of number i. */
static inline void put(uint8_t *counts, uint16_t *entries, uint32_t i, uint16_t value) {
    const uint32_t k = counts[i];
    FG_VERIFY_CHECK(k < FG_SMALL_PLANES);
    counts[i] = (uint8_t)(k + 1);
    entries[(size_t)k * FG_SMALL_STRIDE + i] = value;
}

/* Sieves by entries [from, to) up to number `end`; they go on there. */
static void sieve_to(struct fg_small_sieve *sieve, uint32_t from, uint32_t to, uint32_t end,
                     const struct fg_small_planes *planes) {
    uint8_t *const counts = planes->counts;
    uint16_t *const entries = planes->entries;
    for (uint32_t j = from; j < to; j++) {
        const uint32_t step = sieve->step[j];
        const uint16_t value = sieve->value[j];
        uint32_t i = sieve->at[j];
        for (; i < end; i += step)
            put(counts, entries, i, value);
        sieve->at[j] = i;
    }
}

/* Makes the places of entries [from, to) relative to the next segment. */
static void move_on(struct fg_small_sieve *sieve, uint32_t from, uint32_t to) {
    for (uint32_t j = from; j < to; j++)
        sieve->at[j] -= FG_SEGMENT;
}

/*
 * Sieves a whole segment by primes [from, to), which have `certain` or one more multiples in it:
 * each is above FG_SEGMENT / (certain + 1), at most FG_SEGMENT / certain, and begins below itself.
 * A last multiple outside goes to the place behind the segment, where the count stays 0.
 */
static inline __attribute__((always_inline)) void
sieve_group(struct fg_small_sieve *sieve, uint32_t from, uint32_t to, const uint32_t certain,
            const struct fg_small_planes *planes) {
    uint8_t *const counts = planes->counts;
    uint16_t *const entries = planes->entries;
    for (uint32_t j = from; j < to; j++) {
        const uint16_t p = sieve->step[j];
        uint32_t i = sieve->at[j];
        FG_VERIFY_CHECK(i < p);
        for (uint32_t k = 0; k < certain; k++, i += p)
            put(counts, entries, i, p);
        const bool inside = i < FG_SEGMENT;
        const uint32_t last = inside ? i : FG_SEGMENT, count = counts[last];
        counts[last] = (uint8_t)(count + inside);
        entries[(size_t)count * FG_SMALL_STRIDE + last] = p;
        sieve->at[j] = i + (inside ? p : 0U) - FG_SEGMENT;
    }
}

/* Sieves a whole segment by the primes above 2^12, group by group in ascending order. */
static void sieve_groups(struct fg_small_sieve *sieve, const struct fg_small_planes *planes) {
#define GROUP(k) sieve_group(sieve, sieve->group_begin[(k) + 1], sieve->group_begin[k], k, planes)
    FG_EACH_PRIME_GROUP(GROUP);
#undef GROUP
}

/* Marks number i as special. */
static inline void mark(uint8_t *special, uint32_t i) {
    special[i >> 3] |= (uint8_t)(1U << (i & 7));
}

/* Marks the multiples of the powers that no entry shows, and of 2^32. */
static void mark_special(struct fg_small_sieve *sieve, uint64_t first, uint32_t count,
                         uint8_t *special) {
    for (uint32_t j = 0; j < LOW_MARKS; j++) {
        uint32_t i = sieve->mark_at[j];
        for (; i < count; i += sieve->mark_step[j])
            mark(special, i);
        sieve->mark_at[j] = i - FG_SEGMENT;
    }
    for (uint32_t j = LOW_MARKS; j < sieve->mark_count; j += SCAN) { /* one multiple at most */
        uint32_t *const at = sieve->mark_at + j;
        const uint32_t *const step = sieve->mark_step + j;
        bool any = false;
        for (uint32_t k = 0; k < SCAN; k++)
            any |= at[k] < FG_SEGMENT;
        for (uint32_t k = 0; k < SCAN && any; k++)
            if (at[k] < FG_SEGMENT) {
                if (at[k] < count)
                    mark(special, at[k]);
                at[k] += step[k];
            }
        for (uint32_t k = 0; k < SCAN; k++)
            at[k] -= FG_SEGMENT;
    }
    const uint32_t to_even = 0 - (uint32_t)first; /* to the next multiple of 2^32 */
    if (to_even < count)
        mark(special, to_even);
}

void fg_small_sieve_segment(struct fg_small_sieve *sieve, uint64_t first, uint32_t count,
                            const struct fg_small_planes *planes) {
    memset(planes->counts, 0, FG_SEGMENT);
    memset(planes->special, 0, FG_SEGMENT / 8);
    for (uint32_t end = BLOCK; end <= FG_SEGMENT; end += BLOCK)
        sieve_to(sieve, 0, sieve->block_count, end < count ? end : count, planes);
    if (sieve->from_zero || count < FG_SEGMENT) {
        sieve_to(sieve, sieve->block_count, sieve->entry_count, count, planes);
        move_on(sieve, 0, sieve->entry_count);
    } else {
        const uint32_t groups = sieve->group_begin[FG_PRIME_GROUPS];
        sieve_to(sieve, sieve->block_count, groups, FG_SEGMENT, planes);
        move_on(sieve, 0, groups);
        sieve_groups(sieve, planes);
    }
    sieve->from_zero = false;
    mark_special(sieve, first, count, planes->special);
}
