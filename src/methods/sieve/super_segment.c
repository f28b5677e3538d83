/* SPDX-License-Identifier: MIT */
/*
 * super_segment.c: choosing the length of a super-segment, and filling its buckets.
 */
#include "methods/sieve/super_segment.h"

#include "arith/isqrt.h"
#include "batch/error.h"

#define LOW_END ((uint64_t)1 << 32) /* no large primes are needed below */
#define LOW_SPAN ((uint64_t)1 << 22)

void fg_super_segment_open(struct fg_super_segment *super, const atomic_bool *cancelled,
                           size_t bucket_bytes) {
    *super = (struct fg_super_segment){
        .cancelled = cancelled,
        .bucket_bytes =
            bucket_bytes > FG_LARGE_SIEVE_MIN_BYTES ? bucket_bytes : FG_LARGE_SIEVE_MIN_BYTES,
    };
}

void fg_super_segment_close(struct fg_super_segment *super) {
    fg_large_sieve_close(super->large);
}

void fg_super_segment_begin_range(struct fg_super_segment *super, uint64_t first, uint64_t count) {
    super->next = first;
    super->left = count;
    super->part = count > 0 ? fg_large_sieve_part(count, fg_isqrt64(first + (count - 1))) : 0;
    super->unsieved = 0;
}

/* Prepares the primes above 2^16. *count becomes the length of the super-segment. */
static enum fg_status begin_large(struct fg_super_segment *super, uint64_t first, uint64_t *count,
                                  struct fg_error *error) {
    if (super->large == NULL)
        super->large = fg_large_sieve_open(super->bucket_bytes);
    if (super->large == NULL)
        return fg_fail_memory(error, super->bucket_bytes);
    const uint64_t most = (uint64_t)FG_SUPER_SEGMENTS * FG_SEGMENT;
    *count = *count < super->part ? *count : super->part;
    *count = *count < most ? *count : most;
    const uint64_t span =
        fg_large_sieve_span(super->bucket_bytes, fg_isqrt64(first + (*count - 1)));
    *count = *count < span ? *count : span;
    const uint32_t limit = fg_isqrt64(first + (*count - 1));
    return fg_large_sieve_begin(super->large, first, count, limit,
                                fg_large_sieve_bucket_capacity(limit), super->cancelled, error);
}

static enum fg_status begin(struct fg_super_segment *super, struct fg_error *error) {
    const uint64_t first = super->next;
    uint64_t count = super->left;
    super->has_large = first >= LOW_END;
    if (super->has_large) {
        FG_TRY(begin_large(super, first, &count, error));
    } else {
        const uint64_t span = LOW_END - first < LOW_SPAN ? LOW_END - first : LOW_SPAN;
        count = count < span ? count : span;
    }
    super->next += count;
    super->left -= count;
    super->unsieved = count;
    super->segment = 0;
    return FG_OK;
}

enum fg_status fg_super_segment_advance(struct fg_super_segment *super, bool *begun,
                                        struct fg_error *error) {
    enum fg_status status = FG_OK;
    *begun = false;
    if (super->cancelled != NULL && atomic_load_explicit(super->cancelled, memory_order_relaxed))
        status = fg_fail(error, FG_ERROR_CANCELLED, "the range was cancelled");
    else if (super->unsieved == 0) {
        *begun = true;
        status = begin(super, error);
    }
    if (status != FG_OK)
        super->left = super->unsieved = 0;
    return status;
}

uint64_t fg_super_segment_first(const struct fg_super_segment *super) {
    return super->next - super->unsieved;
}

uint32_t fg_super_segment_count(const struct fg_super_segment *super) {
    return super->unsieved < FG_SEGMENT ? (uint32_t)super->unsieved : FG_SEGMENT;
}

uint64_t fg_super_segment_last(const struct fg_super_segment *super) {
    return super->next - 1;
}

void fg_super_segment_pass(struct fg_super_segment *super) {
    super->unsieved -= fg_super_segment_count(super);
    super->segment++;
}
