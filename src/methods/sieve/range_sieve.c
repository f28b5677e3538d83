/* SPDX-License-Identifier: MIT */
/*
 * range_sieve.c: a range cut into super-segments and segments.
 *
 * A super-segment that begins below 2^32 ends there, because up to there no prime above 2^16 is
 * needed: it has no buckets, and is short, so that the first ones of a range from 1 on are sieved
 * by the few primes up to their own root.
 */
#include "methods/sieve/range_sieve.h"

#include "arith/isqrt.h"
#include "batch/error.h"
#include "methods/sieve/large_sieve.h"
#include "methods/sieve/rough_cofactors.h"
#include "methods/sieve/sieve_memory.h"
#include "methods/sieve/sieve_primes.h"
#include "methods/sieve/small_sieve.h"
#include <stdlib.h>
#include <string.h>

#define LOW_END ((uint64_t)1 << 32) /* no large primes are needed below */
#define LOW_SPAN ((uint64_t)1 << 22)

struct fg_range_sieve {
    const atomic_bool *cancelled;
    size_t bucket_bytes;
    uint64_t next, left;   /* the first number behind the super-segment; how many from there on */
    uint64_t part;         /* max numbers of a super-segment with buckets */
    uint64_t super_left;   /* numbers of the super-segment that were not given out yet */
    uint32_t segment;      /* index in the super-segment of the next segment */
    bool has_large;        /* the super-segment has buckets */
    bool is_partial;       /* not all primes to the root are sieved with */
    uint32_t limit;        /* the primes up to here are */
    uint32_t forced_limit; /* 0, or that of every super-segment */
    struct fg_small_sieve *small;
    struct fg_large_sieve *large;         /* NULL as long as no super-segment needed it */
    struct fg_rough_cofactors *cofactors; /* NULL as long as none was left unproved */
    struct fg_small_planes small_planes;
    struct fg_large_planes large_planes;
    struct fg_planes planes; /* what the caller sees */
    struct fg_tiny_patterns tiny;
    unsigned char *memory; /* of all planes */
};

enum {
    COUNTS_BYTES = FG_SEGMENT + FG_PLANES_READ,
    SPECIAL_BYTES = FG_SEGMENT / 8 + FG_PLANES_READ,
    SMALL_BYTES = FG_SMALL_PLANES * FG_SMALL_STRIDE * 2,
    LARGE_BYTES = FG_LARGE_PLANES * FG_LARGE_STRIDE * 4,
    PLANES_BYTES = 2 * COUNTS_BYTES + SPECIAL_BYTES + SMALL_BYTES + LARGE_BYTES,
};

/* Fills a pattern with the exponents of p in 0, 1, .. modulo p^max. */
static void fill_pattern(uint8_t *pattern, size_t count, uint32_t p, uint8_t max) {
    for (size_t i = 0; i < count; i++) {
        size_t rest = i;
        uint8_t exponent = 0;
        for (; exponent < max && rest % p == 0; rest /= p)
            exponent++;
        pattern[i] = exponent;
    }
}

/* Places the arrays in the memory, all of which begin at a cache line. */
static void place_planes(struct fg_range_sieve *sieve) {
    unsigned char *const small_counts = sieve->memory;
    unsigned char *const large_counts = small_counts + COUNTS_BYTES;
    unsigned char *const special = large_counts + COUNTS_BYTES;
    unsigned char *const small = special + SPECIAL_BYTES;
    unsigned char *const large = small + SMALL_BYTES;
    sieve->small_planes = (struct fg_small_planes){small_counts, (uint16_t *)small, special};
    sieve->large_planes = (struct fg_large_planes){large_counts, (uint32_t *)large, special};
    sieve->planes = (struct fg_planes){.tiny = &sieve->tiny,
                                       .small_counts = small_counts,
                                       .small = (const uint16_t *)small,
                                       .special = special};
}

/* Opens the parts of a sieve, which hold the list of primes. */
static enum fg_status open_parts(struct fg_range_sieve *sieve, struct fg_error *error) {
    sieve->small = fg_small_sieve_open(fg_sieve_primes_below_16());
    sieve->memory = fg_sieve_memory_take(PLANES_BYTES);
    if (sieve->small == NULL || sieve->memory == NULL)
        return fg_fail_memory(error, PLANES_BYTES);
    fill_pattern(sieve->tiny.of_3, sizeof sieve->tiny.of_3, 3, 6);
    fill_pattern(sieve->tiny.of_5, sizeof sieve->tiny.of_5, 5, 4);
    fill_pattern(sieve->tiny.of_7, sizeof sieve->tiny.of_7, 7, 4);
    place_planes(sieve);
    return FG_OK;
}

/* Returns the memory for buckets that is taken if so much is asked for. */
static size_t at_least_min(size_t bucket_bytes) {
    return bucket_bytes > FG_LARGE_SIEVE_MIN_BYTES ? bucket_bytes : FG_LARGE_SIEVE_MIN_BYTES;
}

enum fg_status fg_range_sieve_open(const atomic_bool *cancelled, size_t bucket_bytes,
                                   struct fg_range_sieve **opened, struct fg_error *error) {
    struct fg_range_sieve *const sieve = calloc(1, sizeof *sieve);
    if (sieve == NULL)
        return fg_fail_memory(error, sizeof *sieve);
    sieve->cancelled = cancelled;
    sieve->bucket_bytes = at_least_min(bucket_bytes);
    enum fg_status status = fg_sieve_primes_hold(error);
    if (status != FG_OK) {
        free(sieve);
        return status;
    }
    status = open_parts(sieve, error);
    if (status != FG_OK)
        fg_range_sieve_close(sieve);
    else
        *opened = sieve;
    return status;
}

void fg_range_sieve_close(struct fg_range_sieve *sieve) {
    if (sieve == NULL)
        return;
    fg_rough_cofactors_close(sieve->cofactors);
    fg_large_sieve_close(sieve->large);
    fg_small_sieve_close(sieve->small);
    fg_sieve_memory_free(sieve->memory, PLANES_BYTES);
    fg_sieve_primes_release();
    free(sieve);
}

enum fg_status fg_range_sieve_begin(struct fg_range_sieve *sieve, uint64_t first, uint64_t count,
                                    struct fg_error *error) {
    if (count > 0 && count - 1 > UINT64_MAX - first)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "the range of %llu numbers from %llu on passes 2^64 - 1",
                       (unsigned long long)count, (unsigned long long)first);
    sieve->next = first;
    sieve->left = count;
    sieve->part = count > 0 ? fg_large_sieve_part(count, fg_isqrt64(first + (count - 1))) : 0;
    sieve->super_left = 0;
    return FG_OK;
}

void fg_range_sieve_force_limit(struct fg_range_sieve *sieve, uint32_t limit) {
    sieve->forced_limit = limit == 0 || limit >= FG_SEGMENT ? limit : FG_SEGMENT;
}

uint64_t fg_range_sieve_span(size_t bucket_bytes, uint64_t last) {
    if (last < LOW_END)
        return LOW_SPAN;
    return fg_large_sieve_span(at_least_min(bucket_bytes), fg_isqrt64(last));
}

/* Begins a super-segment without large primes. */
static uint64_t begin_low(struct fg_range_sieve *sieve, uint64_t first) {
    const uint64_t span = LOW_END - first < LOW_SPAN ? LOW_END - first : LOW_SPAN;
    const uint64_t count = sieve->left < span ? sieve->left : span;
    sieve->has_large = sieve->is_partial = false;
    fg_small_sieve_begin(sieve->small, first, fg_isqrt64(first + count - 1));
    return count;
}

/* Opens what a super-segment with buckets needs, if it is not open yet. */
static enum fg_status open_high(struct fg_range_sieve *sieve, struct fg_error *error) {
    if (sieve->large == NULL)
        sieve->large = fg_large_sieve_open(sieve->bucket_bytes);
    if (sieve->large == NULL)
        return fg_fail_memory(error, sieve->bucket_bytes);
    if (sieve->is_partial && sieve->cofactors == NULL)
        sieve->cofactors = fg_rough_cofactors_open();
    if (sieve->is_partial && sieve->cofactors == NULL)
        return fg_fail_memory(error, FG_ROUGH_COFACTORS_BYTES);
    return FG_OK;
}

/* Begins a super-segment with buckets. *count becomes its length. */
static enum fg_status begin_high(struct fg_range_sieve *sieve, uint64_t first, uint64_t *count,
                                 struct fg_error *error) {
    const uint64_t most = (uint64_t)FG_SUPER_SEGMENTS * FG_SEGMENT;
    *count = sieve->left < sieve->part ? sieve->left : sieve->part;
    *count = *count < most ? *count : most;
    const uint64_t span = fg_range_sieve_span(sieve->bucket_bytes, first + (*count - 1));
    *count = *count < span ? *count : span;
    const uint32_t root = fg_isqrt64(first + (*count - 1));
    const uint32_t cheapest = fg_rough_cofactors_limit(*count, root, fg_sieve_primes_made());
    const uint32_t wanted = sieve->forced_limit != 0 ? sieve->forced_limit : cheapest;
    sieve->limit = wanted < root ? wanted : root;
    sieve->is_partial = sieve->limit < root;
    sieve->has_large = true;
    FG_TRY(open_high(sieve, error));
    FG_TRY(fg_large_sieve_begin(sieve->large, first, count, sieve->limit,
                                fg_large_sieve_bucket_capacity(sieve->limit), sieve->cancelled,
                                error));
    fg_small_sieve_begin(sieve->small, first, FG_SEGMENT - 1);
    return FG_OK;
}

/* Begins the next super-segment. */
static enum fg_status begin_super_segment(struct fg_range_sieve *sieve, struct fg_error *error) {
    const uint64_t first = sieve->next;
    uint64_t count;
    if (first < LOW_END)
        count = begin_low(sieve, first);
    else
        FG_TRY(begin_high(sieve, first, &count, error));
    sieve->next = first + count;
    sieve->left -= count;
    sieve->super_left = count;
    sieve->segment = 0;
    sieve->planes.large_counts = sieve->has_large ? sieve->large_planes.counts : NULL;
    sieve->planes.large = sieve->has_large ? sieve->large_planes.entries : NULL;
    return FG_OK;
}

/* Sieves the next segment of the super-segment. */
static enum fg_status sieve_segment(struct fg_range_sieve *sieve, struct fg_error *error) {
    struct fg_planes *const planes = &sieve->planes;
    const uint64_t first = sieve->next - sieve->super_left;
    const uint32_t count =
        sieve->super_left < FG_SEGMENT ? (uint32_t)sieve->super_left : FG_SEGMENT;
    planes->first = first;
    planes->count = count;
    planes->at_3 = (uint32_t)(first % FG_PERIOD_3);
    planes->at_5 = (uint32_t)(first % FG_PERIOD_5);
    planes->at_7 = (uint32_t)(first % FG_PERIOD_7);
    fg_small_sieve_segment(sieve->small, first, count, &sieve->small_planes);
    if (sieve->has_large)
        fg_large_sieve_segment(sieve->large, sieve->segment, &sieve->large_planes);
    sieve->segment++;
    sieve->super_left -= count;
    if (!sieve->is_partial)
        return FG_OK;
    return fg_rough_cofactors_settle(sieve->cofactors, planes, sieve->limit, &sieve->large_planes,
                                     sieve->cancelled, error);
}

/* fg_range_sieve_next() when the range has not ended. */
static enum fg_status sieve_next(struct fg_range_sieve *sieve, struct fg_error *error) {
    if (sieve->cancelled != NULL && atomic_load_explicit(sieve->cancelled, memory_order_relaxed))
        return fg_fail(error, FG_ERROR_CANCELLED, "the range was cancelled");
    if (sieve->super_left == 0)
        FG_TRY(begin_super_segment(sieve, error));
    return sieve_segment(sieve, error);
}

enum fg_status fg_range_sieve_next(struct fg_range_sieve *sieve, const struct fg_planes **planes,
                                   struct fg_error *error) {
    *planes = &sieve->planes;
    sieve->planes.count = 0;
    if (sieve->super_left == 0 && sieve->left == 0)
        return FG_OK;
    const enum fg_status status = sieve_next(sieve, error);
    if (status != FG_OK)
        sieve->left = sieve->super_left = sieve->planes.count = 0;
    return status;
}
