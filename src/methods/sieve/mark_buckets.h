/* SPDX-License-Identifier: MIT */
/*
 * mark_buckets.h: the primes above 2^16 of a super-segment, for the byte sieve of marks.h.
 *
 * Their multiples lie in buckets, one for each 2^16 bytes of a segment. An entry is a place among
 * these bytes, in 2 bytes: which prime divides does not matter, only its weight. The primes are
 * gone through in ascending order, so that the primes of one weight follow each other, and the
 * places in the buckets where the weight changes are all that has to be noted.
 */
#ifndef FG_METHODS_SIEVE_MARK_BUCKETS_H
#define FG_METHODS_SIEVE_MARK_BUCKETS_H

#include "factor_gpu.h"
#include <stdatomic.h>
#include <stddef.h>

enum {
    /* Numbers of a segment: a byte for every odd one, and then for twice every odd number. */
    FG_MARKS_SEGMENT = 1 << 18,
    FG_MARKS_ODD_BYTES = FG_MARKS_SEGMENT / 2,
    FG_MARKS_TWICE_BYTES = FG_MARKS_SEGMENT / 4,
    /* A bit of a byte: the square of an odd prime divides. */
    FG_MARKS_SQUARE = 0x80,
};

/* Bytes that can be read and written beyond the last byte of odd numbers, and of their doubles. */
#define FG_MARKS_SPARE 64

/* The bytes of a segment. */
struct fg_marks_bytes {
    uint8_t odd[FG_MARKS_ODD_BYTES + FG_MARKS_SPARE];     /* byte i / 2 is that of number i */
    uint8_t twice[FG_MARKS_TWICE_BYTES + FG_MARKS_SPARE]; /* byte i / 4 */
};

/* Returns the weight of a prime whose logarithm to the base 2, times the scale, is this: the odd
 * number that is nearest, or 1 away from it at most. */
static inline uint8_t fg_marks_weight(double scaled_logarithm) {
    return (uint8_t)(2 * (int)(scaled_logarithm / 2) + 1);
}

/* One thread's. */
struct fg_mark_buckets;

/*
 * Returns buckets, which fg_mark_buckets_close() frees, or NULL if memory is short. bucket_bytes
 * are reserved, but no less than what the buckets of a segment can need, and used as super-segments
 * need them.
 */
struct fg_mark_buckets *fg_mark_buckets_open(size_t bucket_bytes);
void fg_mark_buckets_close(struct fg_mark_buckets *buckets);

/*
 * Begins a super-segment of *count numbers or less from `first` on, which 4 divides: fills the
 * buckets with the multiples of the primes from 2^16 up to the root of its last number, below 2^64.
 * *count becomes its length: all, or some whole segments. The weights are those for `scale`. Makes
 * the list of primes as far as needed: the caller holds it (sieve_primes.h). FG_ERROR_MEMORY,
 * FG_ERROR_CANCELLED.
 */
enum fg_status fg_mark_buckets_begin(struct fg_mark_buckets *buckets, uint64_t first,
                                     uint64_t *count, double scale, const atomic_bool *cancelled,
                                     struct fg_error *error);

/* Returns how many numbers, whole segments of them, fg_mark_buckets_begin() takes from `first` on,
 * if there are `count` or more, and no bucket gets full. */
uint64_t fg_mark_buckets_span(const struct fg_mark_buckets *buckets, uint64_t first,
                              uint64_t count);

/* Gives buckets room for `capacity` entries, more than FG_BUCKET_BATCH, at first, so that they get
 * full: for tests. */
void fg_mark_buckets_force_capacity(struct fg_mark_buckets *buckets, uint32_t capacity);

/* Adds the weights of a segment of the super-segment to its bytes, and marks the multiples of
 * squares. */
void fg_mark_buckets_apply(const struct fg_mark_buckets *buckets, uint32_t segment,
                           struct fg_marks_bytes *bytes);

#endif
