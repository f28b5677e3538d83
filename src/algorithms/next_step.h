/* SPDX-License-Identifier: MIT */
/*
 * next_step.h: what a cofactor needs next. A cofactor is what is left of a number without its small
 * primes, or a factor of that.
 *
 * The CPU's engine and the GPU's wavefront hold cofactors in queues of their own, and both ask here
 * which queue is next.
 *
 *     nothing is known -> base 2 -> Lucas -> prime
 *            ^              |         |
 *            |              v         v
 *            |           composite, below FG_PLAN_HART_MAX: Hart's method
 *            |              |                 above: power test, P-1, curves
 *            |              v
 *         factors <--- any of these, or the last resort if all have missed
 *
 * A cofactor below the square of the least prime that it can have is prime without a test. Small
 * composites need no power test: Hart's method finds the root of a square too, by the multiplier
 * 35, and to it a cube is a product like any other. Larger ones need it before the curves, because
 * a curve that finds p in p * p finds p * p. A root, and every factor, is a new cofactor of which
 * nothing is known.
 */
#ifndef FG_ALGORITHMS_NEXT_STEP_H
#define FG_ALGORITHMS_NEXT_STEP_H

#include "algorithms/base2_proof.h"
#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"

/* The facts that are known of a cofactor after the steps that it has taken. */
enum fg_known {
    FG_KNOWN_NOTHING,     /* but that it has no small prime and is above 1 */
    FG_KNOWN_PROBABLE,    /* it passed the strong test to base 2 */
    FG_KNOWN_PRIME,       /* and the Lucas test */
    FG_KNOWN_COMPOSITE,   /* it failed one of them */
    FG_KNOWN_NO_POWER,    /* composite, and the power test found no root */
    FG_KNOWN_HART_MISSED, /* composite, and Hart's method found no factor */
    FG_KNOWN_ALL_MISSED   /* composite, but the last resort found no factor */
};

struct fg_history {
    uint32_t known; /* enum fg_known */
    uint32_t steps; /* for FG_KNOWN_NO_POWER: steps of its plan that found no factor */
};

enum fg_next_kind {
    FG_NEXT_PRIME,       /* nothing more: it is a proved prime */
    FG_NEXT_BASE2,       /* the strong test to base 2 */
    FG_NEXT_LUCAS,       /* the Lucas test, which completes the proof */
    FG_NEXT_HART,        /* Hart's method */
    FG_NEXT_POWER,       /* fg_split_power() */
    FG_NEXT_PM1,         /* P-1 with `program` */
    FG_NEXT_ECM,         /* a curve with `program` */
    FG_NEXT_LAST_RESORT, /* what finds a factor of any composite, however long it takes */
    FG_NEXT_NOTHING      /* a composite without factors: an earlier answer was wrong */
};

struct fg_next {
    uint32_t kind; /* enum fg_next_kind */
    uint32_t program;
};

static FG_HD struct fg_history fg_history_of(enum fg_known known) {
    struct fg_history history;
    history.known = known;
    history.steps = 0;
    return history;
}

/* The history of a composite that is no power, after `steps` steps of its plan. */
static FG_HD struct fg_history fg_history_of_steps(uint32_t steps) {
    struct fg_history history;
    history.known = FG_KNOWN_NO_POWER;
    history.steps = steps;
    return history;
}

static FG_HD struct fg_next fg_next_of(enum fg_next_kind kind) {
    struct fg_next next;
    next.kind = kind;
    next.program = 0;
    return next;
}

/* The step of its plan that composite n has come to. Step 0 is P-1, the others are curves. */
static FG_HD struct fg_next fg_next_of_plan(uint64_t n, bool whole, uint32_t steps,
                                            uint32_t max_curves) {
    if (steps > max_curves)
        return fg_next_of(FG_NEXT_LAST_RESORT);
    const struct fg_plan_step step = fg_plan_at(fg_plan_of(n, whole), steps);
    struct fg_next next;
    next.kind = step.method == FG_PLAN_PM1 ? FG_NEXT_PM1 : FG_NEXT_ECM;
    next.program = step.program;
    return next;
}

/*
 * Returns what cofactor n needs next. `whole`: it is the number itself. `max_curves`, at most
 * FG_PLAN_CURVES, is how many curves it gets before the last resort.
 */
static FG_HD struct fg_next fg_next_step(uint64_t n, bool whole, struct fg_history history,
                                         uint32_t max_curves) {
    const uint64_t bound = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    switch (history.known) {
    case FG_KNOWN_NOTHING:
        return fg_next_of(n < bound * bound ? FG_NEXT_PRIME : FG_NEXT_BASE2);
    case FG_KNOWN_PROBABLE:
        return fg_next_of(fg_base2_proves(n) ? FG_NEXT_PRIME : FG_NEXT_LUCAS);
    case FG_KNOWN_PRIME:
        return fg_next_of(FG_NEXT_PRIME);
    case FG_KNOWN_COMPOSITE:
        return fg_next_of(n < FG_PLAN_HART_MAX ? FG_NEXT_HART : FG_NEXT_POWER);
    case FG_KNOWN_NO_POWER:
        return fg_next_of_plan(n, whole, history.steps, max_curves);
    case FG_KNOWN_HART_MISSED:
        return fg_next_of(FG_NEXT_LAST_RESORT);
    default:
        return fg_next_of(FG_NEXT_NOTHING);
    }
}

#endif
