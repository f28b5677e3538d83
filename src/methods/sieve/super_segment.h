/* SPDX-License-Identifier: MIT */
/*
 * super_segment.h: a range cut into super-segments and segments, with the primes above 2^16 of each
 * super-segment in buckets: what the sieves of marks.h and omegas.h have in common.
 *
 * A super-segment that begins below 2^32 ends there, because up to there no prime above 2^16 is
 * needed: it has no buckets, and is short, so that the first ones of a range are sieved by the few
 * primes up to their own root.
 */
#ifndef FG_METHODS_SIEVE_SUPER_SEGMENT_H
#define FG_METHODS_SIEVE_SUPER_SEGMENT_H

#include "factor_gpu.h"
#include "methods/sieve/large_sieve.h"
#include "methods/sieve/planes.h"

/* A range under way. One thread at a time. The caller holds the list of primes (sieve_primes.h). */
struct fg_super_segment {
    const atomic_bool *cancelled; /* may be NULL */
    size_t bucket_bytes;          /* at least FG_LARGE_SIEVE_MIN_BYTES */
    uint64_t next, left; /* the first number behind the super-segment; how many from there on */
    uint64_t part;       /* max numbers of a super-segment with buckets */
    uint64_t unsieved;   /* numbers of the super-segment from the next segment on */
    uint32_t segment;    /* index in the super-segment of the next segment */
    bool has_large;      /* the super-segment has buckets */
    struct fg_large_sieve *large; /* NULL as long as no super-segment needed it */
};

/* Prepares for ranges; fg_super_segment_close() frees what they need. */
void fg_super_segment_open(struct fg_super_segment *super, const atomic_bool *cancelled,
                           size_t bucket_bytes);
void fg_super_segment_close(struct fg_super_segment *super);

/* Begins the range first .. first + count - 1, which ends below 2^64. */
void fg_super_segment_begin_range(struct fg_super_segment *super, uint64_t first, uint64_t count);

/* Returns whether the range has no further segment. */
static inline bool fg_super_segment_is_at_end(const struct fg_super_segment *super) {
    return super->unsieved == 0 && super->left == 0;
}

/*
 * Begins the next super-segment if the one under way has no further segment; *begun says whether it
 * did. FG_ERROR_MEMORY, FG_ERROR_CANCELLED: then the range must be begun anew.
 */
enum fg_status fg_super_segment_advance(struct fg_super_segment *super, bool *begun,
                                        struct fg_error *error);

/* Return the first number of the next segment, how many numbers it has, at most FG_SEGMENT, and the
 * last number of the super-segment. */
uint64_t fg_super_segment_first(const struct fg_super_segment *super);
uint32_t fg_super_segment_count(const struct fg_super_segment *super);
uint64_t fg_super_segment_last(const struct fg_super_segment *super);

/* Goes on behind the next segment, which was sieved. */
void fg_super_segment_pass(struct fg_super_segment *super);

#endif
