/* SPDX-License-Identifier: MIT */
/*
 * totients.c: which steps go through the cells, and in which order.
 *
 * Primes below 2^10 and powers below 2^13 go block by block, so that the first cache and the TLB
 * have what they write. Blocks of 2^12 numbers take 1.06 times as long in all (family 6, model
 * 207, 48 KiB), although a block of 2^13 has 64 KiB: fewer loops end at a place that cannot be
 * predicted.
 */
#include "methods/sieve/totients.h"

#include "arith/isqrt.h"
#include "batch/error.h"
#include "methods/sieve/multiples.h"
#include "methods/sieve/prime_groups.h"
#include "methods/sieve/sieve_memory.h"
#include "methods/sieve/sieve_primes.h"
#include "methods/sieve/super_segment.h"
#include "methods/sieve/totients_form.h"
#include <string.h>

enum {
    BLOCK = 1 << 13, /* cells of a block */
    BLOCK_PRIME_END = 1 << 10,
    SCAN = 16,            /* powers above 2^16 that are looked at together */
    PATTERN_CELLS = 1792, /* of all patterns */
};

/* The primes of a pattern, and the powers of each that it knows. */
struct pattern_prime {
    uint8_t prime, exponent;
};

/* One pattern more, of 29 and 31, takes as long as their multiples; 19 and 23 make 0.99. */
static const struct pattern_prime pattern_primes[FG_TOTIENTS_PATTERNS][2] = {
    {{3, 3}, {5, 2}},
    {{7, 1}, {11, 1}},
    {{13, 1}, {17, 1}},
    {{19, 1}, {23, 1}},
};

/* The parts of the table of steps: how their multiples are gone through. In each the powers come
 * first, and then the primes, ascending. */
enum part {
    PART_BLOCK,          /* block by block, with a test for each multiple */
    PART_BLOCK_GROUPS,   /* block by block, in groups */
    PART_SEGMENT,        /* through the segment, with a test for each multiple */
    PART_SEGMENT_GROUPS, /* through the segment, in groups */
    PARTS,
};

/* The first power of each odd prime that is not below 2^16. */
struct rare_powers {
    uint32_t lengths[FG_BELOW_16_PRIMES + SCAN];
    uint32_t at[FG_BELOW_16_PRIMES + SCAN];
    uint32_t count; /* of primes that the super-segment needs */
};

struct fg_totients {
    _Alignas(64) fg_totient_cell cells[FG_SEGMENT + FG_SINK];
    struct fg_super_segment super;
    const struct fg_totients_form *form;
    const uint16_t *primes; /* below 2^16 */
    uint64_t first;         /* of the segment that was sieved last */
    struct fg_totients_steps steps;
    uint32_t begins[PARTS + 1];   /* of the parts */
    uint32_t prime_begins[PARTS]; /* of the primes in each part */
    uint32_t ends[PARTS];         /* of each part's steps that the super-segment needs */
    struct fg_totients_groups block_groups, segment_groups;
    struct rare_powers rare;
    struct fg_totients_pattern patterns[FG_TOTIENTS_PATTERNS];
    fg_totient_cell pattern_cells[PATTERN_CELLS];
};
_Static_assert(FG_SINK >= FG_TOTIENTS_READ, "a vector may read behind the segment");

/* ---- Tables ---- */

/* Returns a cell that `times` multiples of powers of p have multiplied. */
static fg_totient_cell power_cell(uint32_t p, uint32_t times) {
    uint64_t power = 1, totient = 1;
    for (uint32_t k = 0; k < times; k++) {
        power *= p;
        totient *= k == 0 ? p - 1 : p;
    }
    return totient << 32 | power;
}

static fg_totient_cell product_of(fg_totient_cell a, fg_totient_cell b) {
    return (a >> 32) * (b >> 32) << 32 | (a & UINT32_MAX) * (b & UINT32_MAX);
}

/* Returns the cell of number i, as far as it has this prime. */
static fg_totient_cell pattern_cell(struct pattern_prime prime, uint32_t i) {
    uint32_t times = 0;
    for (; times < prime.exponent && i % prime.prime == 0; times++)
        i /= prime.prime;
    return power_cell(prime.prime, times);
}

static void make_patterns(struct fg_totients *totients) {
    fg_totient_cell *cells = totients->pattern_cells;
    for (int k = 0; k < FG_TOTIENTS_PATTERNS; k++) {
        const struct pattern_prime *const primes = pattern_primes[k];
        struct fg_totients_pattern *const pattern = &totients->patterns[k];
        pattern->cells = cells;
        pattern->period = 1;
        for (int j = 0; j < 2; j++)
            pattern->period *= (uint32_t)power_cell(primes[j].prime, primes[j].exponent);
        for (uint32_t i = 0; i < pattern->period; i++)
            cells[i] = product_of(pattern_cell(primes[0], i), pattern_cell(primes[1], i));
        memcpy(cells + pattern->period, cells, FG_TOTIENTS_READ * sizeof *cells);
        cells += pattern->period + FG_TOTIENTS_READ;
    }
    FG_VERIFY_CHECK(cells <= totients->pattern_cells + PATTERN_CELLS);
}

/* Returns up to which exponent a pattern knows the powers of p. */
static uint32_t known_exponent(uint32_t p) {
    if (p > pattern_primes[FG_TOTIENTS_PATTERNS - 1][1].prime)
        return 0;
    for (int k = 0; k < FG_TOTIENTS_PATTERNS; k++)
        for (int j = 0; j < 2; j++)
            if (pattern_primes[k][j].prime == p)
                return pattern_primes[k][j].exponent;
    return 0;
}

/* Returns the part of a power above p, or of a prime. */
static enum part part_of_power(uint32_t power) {
    return power < BLOCK ? PART_BLOCK : PART_SEGMENT;
}
static enum part part_of_prime(uint32_t p) {
    if (p < BLOCK_PRIME_END)
        return p < BLOCK / FG_PRIME_GROUPS ? PART_BLOCK : PART_BLOCK_GROUPS;
    return p < FG_SEGMENT / FG_PRIME_GROUPS ? PART_SEGMENT : PART_SEGMENT_GROUPS;
}

/* Writes step j, of a power of p, which multiplies phi by `times`. */
static void put_step(struct fg_totients_steps *steps, uint32_t j, uint32_t power, uint32_t p,
                     uint32_t times) {
    FG_VERIFY_CHECK(j < FG_TOTIENTS_STEPS);
    steps->lengths[j] = (uint16_t)power;
    steps->factors[j] = (uint64_t)times << 32 | p;
}

/* Lists the part's powers below 2^16 behind `count` steps. Returns how many there are then. */
static uint32_t list_powers(struct fg_totients *totients, enum part part, uint32_t count) {
    for (uint32_t j = 1; totients->primes[j] < 1U << 8; j++) {
        const uint32_t p = totients->primes[j], known = known_exponent(p);
        uint32_t exponent = 2;
        for (uint32_t power = p * p; power < FG_SEGMENT; power *= p, exponent++)
            if (exponent > known && part_of_power(power) == part)
                put_step(&totients->steps, count++, power, p, p);
    }
    return count;
}

static void list_steps(struct fg_totients *totients) {
    uint32_t count = 0, next = 1; /* all but the prime 2 */
    for (int part = 0; part < PARTS; part++) {
        totients->begins[part] = count;
        count = list_powers(totients, (enum part)part, count);
        totients->prime_begins[part] = count;
        for (; next < FG_BELOW_16_PRIMES; next++) {
            const uint32_t p = totients->primes[next];
            if (part_of_prime(p) != (enum part)part)
                break;
            if (known_exponent(p) == 0)
                put_step(&totients->steps, count++, p, p, p - 1);
        }
    }
    totients->begins[PARTS] = count;
}

static void list_rare_powers(struct fg_totients *totients) {
    for (uint32_t j = 1; j < FG_BELOW_16_PRIMES; j++) {
        const uint32_t p = totients->primes[j];
        uint32_t power = p; /* below 2^32, as the square of a number below 2^16 */
        while (power < FG_SEGMENT)
            power *= p;
        totients->rare.lengths[j - 1] = power;
    }
}

/* ---- Opening and closing ---- */

enum fg_status fg_totients_open(const atomic_bool *cancelled, struct fg_totients **opened,
                                struct fg_error *error) {
    struct fg_totients *const totients = fg_sieve_memory_take(sizeof *totients);
    if (totients == NULL)
        return fg_fail_memory(error, sizeof *totients);
    const enum fg_status status = fg_sieve_primes_hold(error);
    if (status != FG_OK) {
        fg_sieve_memory_free(totients, sizeof *totients);
        return status;
    }
    totients->form = fg_totients_select();
    totients->primes = fg_sieve_primes_below_16();
    make_patterns(totients);
    list_steps(totients);
    list_rare_powers(totients);
    fg_super_segment_open(&totients->super, cancelled, FG_LARGE_SIEVE_MIN_BYTES);
    *opened = totients;
    return FG_OK;
}

void fg_totients_close(struct fg_totients *totients) {
    if (totients == NULL)
        return;
    fg_super_segment_close(&totients->super);
    fg_sieve_primes_release();
    fg_sieve_memory_free(totients, sizeof *totients);
}

/* ---- Ranges ---- */

void fg_totients_begin(struct fg_totients *totients, uint64_t first, uint64_t count) {
    FG_VERIFY_CHECK(first <= FG_TOTIENTS_END && count <= FG_TOTIENTS_END - first);
    fg_super_segment_begin_range(&totients->super, first, count);
}

/* Cuts the part's primes by their multiples in `length` numbers. */
static void cut_groups(struct fg_totients *totients, enum part part, uint32_t length,
                       struct fg_totients_groups *groups) {
    uint32_t k = FG_PRIME_GROUPS;
    for (uint32_t j = totients->begins[part]; j < totients->ends[part]; j++)
        for (; k > 0 && totients->steps.lengths[j] > length / k; k--)
            groups->begin[k] = j;
    for (; k > 0; k--)
        groups->begin[k] = totients->ends[part];
    groups->begin[0] = totients->ends[part];
}

/* Prepares for the super-segment that was begun. */
static void begin_super_segment(struct fg_totients *totients) {
    struct fg_totients_steps *const steps = &totients->steps;
    struct rare_powers *const rare = &totients->rare;
    const uint64_t first = fg_super_segment_first(&totients->super);
    const uint32_t root = fg_isqrt64(fg_super_segment_last(&totients->super));
    for (int part = 0; part < PARTS; part++) {
        uint32_t end = totients->prime_begins[part];
        while (end < totients->begins[part + 1] && steps->lengths[end] <= root)
            end++;
        for (uint32_t j = totients->begins[part]; j < end; j++)
            steps->at[j] = fg_distance_to_multiple(first, steps->lengths[j]);
        totients->ends[part] = end;
    }
    cut_groups(totients, PART_BLOCK_GROUPS, BLOCK, &totients->block_groups);
    cut_groups(totients, PART_SEGMENT_GROUPS, FG_SEGMENT, &totients->segment_groups);
    rare->count = 0;
    for (; rare->count < FG_BELOW_16_PRIMES - 1 && totients->primes[rare->count + 1] <= root;
         rare->count++)
        rare->at[rare->count] = fg_distance_to_multiple(first, rare->lengths[rare->count]);
    for (uint32_t i = rare->count; i < rare->count + SCAN; i++)
        rare->at[i] = UINT32_MAX;
}

/* ---- Segments ---- */

/* Multiplies a cell, of a number that the first power of p above 2^16 divides, by p for that and
 * for every further power. */
static void take_rare_power(struct fg_totients *totients, uint32_t i, uint32_t j) {
    const uint32_t p = totients->primes[j + 1];
    fg_totient_cell *const cell = &totients->cells[i];
    for (uint64_t rest = (totients->first + i) / totients->rare.lengths[j];; rest /= p) {
        *cell = product_of(*cell, (uint64_t)p << 32 | p);
        if (rest % p != 0)
            return;
    }
}

/* Takes the powers above 2^16 into the segment's cells. */
static void take_rare_powers(struct fg_totients *totients, uint32_t count) {
    struct rare_powers *const rare = &totients->rare;
    for (uint32_t j = 0; j < rare->count; j += SCAN) { /* one multiple at most */
        uint32_t *const at = rare->at + j;
        bool any = false;
        for (uint32_t k = 0; k < SCAN; k++)
            any |= at[k] < FG_SEGMENT;
        for (uint32_t k = 0; k < SCAN && any; k++)
            if (at[k] < FG_SEGMENT) {
                if (at[k] < count)
                    take_rare_power(totients, at[k], j + k);
                at[k] += rare->lengths[j + k];
            }
        for (uint32_t k = 0; k < SCAN; k++)
            at[k] -= FG_SEGMENT;
    }
}

/* Takes the steps of a part without groups, and of the part with groups behind it, into the cells
 * before `end`. Groups are cut for `length` numbers. */
static void sieve_parts(struct fg_totients *totients, enum part part,
                        const struct fg_totients_groups *groups, uint32_t length, uint32_t end) {
    const struct fg_totients_form *const form = totients->form;
    struct fg_totients_steps *const steps = &totients->steps;
    const uint32_t *const begins = totients->begins + part, *const ends = totients->ends + part;
    form->sieve(totients->cells, steps, begins[0], ends[0], end);
    if (end % length == 0)
        form->sieve_groups(totients->cells, steps, groups, end);
    else
        form->sieve(totients->cells, steps, begins[1], ends[1], end);
}

/* Sieves the segment's numbers begin .. begin + length - 1 by the steps of blocks. */
static void sieve_block(struct fg_totients *totients, uint32_t begin, uint32_t length) {
    const uint32_t filled = (length + FG_TOTIENTS_READ - 1) / FG_TOTIENTS_READ * FG_TOTIENTS_READ;
    for (int k = 0; k < FG_TOTIENTS_PATTERNS; k++)
        totients->patterns[k].at =
            (uint32_t)((totients->first + begin) % totients->patterns[k].period);
    totients->form->fill(totients->cells + begin, filled, totients->patterns);
    sieve_parts(totients, PART_BLOCK, &totients->block_groups, BLOCK, begin + length);
}

static void sieve_segment(struct fg_totients *totients, uint32_t count) {
    for (uint32_t begin = 0; begin < count; begin += BLOCK)
        sieve_block(totients, begin, count - begin < BLOCK ? count - begin : BLOCK);
    sieve_parts(totients, PART_SEGMENT, &totients->segment_groups, FG_SEGMENT, count);
    for (int part = 0; part < PARTS; part++)
        for (uint32_t j = totients->begins[part]; j < totients->ends[part]; j++)
            totients->steps.at[j] -= FG_SEGMENT;
    take_rare_powers(totients, count);
}

enum fg_status fg_totients_next(struct fg_totients *totients, uint64_t *first, uint32_t *count,
                                struct fg_error *error) {
    struct fg_super_segment *const super = &totients->super;
    bool begun;
    *count = 0;
    if (fg_super_segment_is_at_end(super))
        return FG_OK;
    FG_TRY(fg_super_segment_advance(super, &begun, error));
    if (begun)
        begin_super_segment(totients);
    *first = totients->first = fg_super_segment_first(super);
    *count = fg_super_segment_count(super);
    sieve_segment(totients, *count);
    fg_super_segment_pass(super);
    return FG_OK;
}

void fg_totients_values(const struct fg_totients *totients, uint32_t begin, uint32_t count,
                        uint64_t *values) {
    if (count > 0 && totients->first + begin == 0) {
        *values++ = 0;
        begin++;
        count--;
    }
    totients->form->finish(totients->cells + begin, (uint32_t)totients->first + begin, count,
                           values);
}
