/* SPDX-License-Identifier: MIT */
/*
 * wide_work.h: the work space of the engine for numbers below 2^128: the numbers' cofactors, the
 * queues in which they wait, and the parts that wait for the engine for one word.
 *
 * Two cofactors of a number cannot both be above 2^64. So each number has a place for one such
 * cofactor, and the index of the place is that of the number. The whole has about 1 MB and lies on
 * the heap, because a caller's thread may have a small stack. Only the engine (wide_factor.c)
 * looks inside.
 */
#ifndef FG_FACTOR_WIDE_WORK_H
#define FG_FACTOR_WIDE_WORK_H

#include "algorithms/factorization.h"
#include "algorithms/wide_factorization.h"
#include "arith/wide.h"
#include "methods/factor/factor_work.h"
#include "methods/factor/wide_options.h"

/* A cofactor above 2^64. */
struct fg_wide_part {
    fg_wide n;     /* 0: the number has none */
    uint16_t next; /* the part behind it in its queue, as index + 1; 0: none */
};

/* Parts in waiting, last in first out. */
struct fg_wide_queue {
    uint16_t top; /* index of a part + 1; 0: empty */
    uint16_t count;
};

/* Where a part below 2^64 comes from. */
struct fg_wide_narrow {
    uint16_t number;  /* which of the run */
    uint8_t exponent; /* the number holds the part this often */
};

struct fg_wide_work {
    const struct fg_uint128 *numbers; /* the run's */
    struct fg_wide_factorization *factors;
    const atomic_bool *cancelled;
    struct fg_wide_options options;
    fg_wide smooth_bound; /* 0: none */
    enum fg_status status;
    struct fg_wide_queue unproved;   /* nothing is known of them */
    struct fg_wide_queue composites; /* and no powers */
    struct fg_wide_queue hopeless;   /* for the last resort */
    struct fg_wide_part parts[FG_WIDE_TILE];

    unsigned narrow_count;
    uint64_t narrow[FG_FACTOR_TILE]; /* parts below 2^64 and above 1 */
    struct fg_wide_narrow origins[FG_FACTOR_TILE];
    struct fg_factorization narrow_factors[FG_FACTOR_TILE];
    struct fg_factor_work *narrow_work;
};

static inline void fg_wide_push(struct fg_wide_work *work, struct fg_wide_queue *queue,
                                uint16_t part) {
    work->parts[part].next = queue->top;
    queue->top = (uint16_t)(part + 1);
    queue->count++;
}

static inline uint16_t fg_wide_pop(struct fg_wide_work *work, struct fg_wide_queue *queue) {
    FG_VERIFY_CHECK(queue->count > 0);
    const uint16_t part = (uint16_t)(queue->top - 1);
    queue->top = work->parts[part].next;
    queue->count--;
    return part;
}

/* Allocates *work, about 1 MB. FG_ERROR_MEMORY with *work NULL if there is no memory. */
enum fg_status fg_wide_work_open(struct fg_wide_work **work, struct fg_error *error);
void fg_wide_work_close(struct fg_wide_work *work); /* also of NULL */

#endif
