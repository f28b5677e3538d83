/* SPDX-License-Identifier: MIT */
/*
 * factor_work.h: the work space of the CPU's factoring engine: the numbers' parts, the queues in
 * which they wait, and the lanes' own space.
 *
 * It lies on the heap because it has about 350 KB, and a caller's thread may have a small stack.
 * Only the engine (factor.c) looks inside.
 */
#ifndef FG_FACTOR_FACTOR_WORK_H
#define FG_FACTOR_FACTOR_WORK_H

#include "algorithms/ecm_tables.h"
#include "arith/target.h"
#include "batch/error.h"
#include "methods/factor/hart_batch.h"
#include "methods/factor/lanes.h"
#include "methods/factor/small_primes_batch.h"
#include "methods/factor/tile.h"
#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>

/* A number without primes below 2^10 has at most six primes, so it has fewer parts than this. */
#define FG_FACTOR_PARTS (FG_FACTOR_TILE * 8)

/* A cofactor: what is left of a number, or a factor of it. */
struct fg_factor_part {
    uint64_t n;
    uint16_t number;  /* which of the run */
    uint16_t next;    /* the part behind it in its queue */
    uint8_t form;     /* which form of a step it takes; known once it has been unproved */
    uint8_t exponent; /* the number holds it this often */
    uint8_t step;     /* steps of its plan that found no factor */
};

/* Parts in waiting, last in first out. */
struct fg_factor_queue {
    uint16_t top; /* index of a part + 1; 0: empty */
    uint16_t count;
};

/* P-1 and ECM, which have as many programs, each for every form. */
#define FG_FACTOR_STEP_QUEUES (2 * FG_ECM_PROGRAM_COUNT * FG_LANE_FORMS_MOST)
static_assert(FG_FACTOR_STEP_QUEUES <= 64, "every queue of steps has a bit");
static_assert((int)FG_PM1_PROGRAM_COUNT == (int)FG_ECM_PROGRAM_COUNT, "every step has a queue");

struct fg_factor_work {
    const uint64_t *numbers; /* the run's */
    unsigned count;          /* of them */
    struct fg_factorization *factors;
    const atomic_bool *cancelled;
    enum fg_status status;
    /* Chosen once, because a run can be one small number, and a choice reads the environment. */
    const struct fg_lanes *lanes;
    fg_hart_batch_function *hart_batch;
    fg_small_primes_function *small_primes;
    struct fg_factor_queue unused;
    struct fg_factor_queue unproved[FG_LANE_FORMS_MOST], probable[FG_LANE_FORMS_MOST]; /* [form] */
    struct fg_factor_queue small; /* composites for Hart */
    /* [(method * FG_ECM_PROGRAM_COUNT + program) * FG_LANE_FORMS_MOST + form] */
    struct fg_factor_queue steps[FG_FACTOR_STEP_QUEUES];
    struct fg_factor_queue hopeless; /* for the last resort */
    uint64_t awaited;                /* bit i: steps[i] may have something in it */
    int prime_score;                 /* above 0 if most numbers tested lately were prime */
    unsigned parts_begun;            /* parts that have been in use; those behind them never were */
    struct fg_factor_part parts[FG_FACTOR_PARTS];
    uint64_t rests[FG_FACTOR_TILE];   /* the numbers without their small primes */
    uint16_t unknown[FG_FACTOR_TILE]; /* numbers that have such a rest */
    alignas(FG_LANE_SPACE_ALIGNMENT) unsigned char lane_space[FG_LANE_SPACE_BYTES];
};

/* Returns what divides out the small primes of a run. */
static inline fg_small_primes_function *fg_small_primes_of(const struct fg_factor_work *work) {
    return work->small_primes;
}

static inline void fg_factor_push(struct fg_factor_work *work, struct fg_factor_queue *queue,
                                  uint16_t part) {
    work->parts[part].next = queue->top;
    queue->top = (uint16_t)(part + 1);
    queue->count++;
}

static inline uint16_t fg_factor_pop(struct fg_factor_work *work, struct fg_factor_queue *queue) {
    FG_VERIFY_CHECK(queue->count > 0);
    const uint16_t part = (uint16_t)(queue->top - 1);
    queue->top = work->parts[part].next;
    queue->count--;
    return part;
}

/* Allocates *work, about 350 KB, and chooses its lanes. FG_ERROR_MEMORY with *work NULL if there is
 * no memory. */
enum fg_status fg_factor_work_open(struct fg_factor_work **work, struct fg_error *error);
void fg_factor_work_close(struct fg_factor_work *work); /* also of NULL */

#endif
