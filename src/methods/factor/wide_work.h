/* SPDX-License-Identifier: MIT */
/*
 * wide_work.h: the work space of the engine for numbers below 2^128: cofactors, the queues in which
 * they wait, proofs, and the parts that wait for the engine for one word.
 *
 * Two cofactors of a number cannot both be above 2^64, and a power above 2^64 has a root below. So
 * an owner, which is one of the run's numbers or a side of a proof (n - 1 or n + 1), has a place
 * for one cofactor above 2^64, and the index of the place is that of the owner. Memory is therefore
 * bounded: the whole has about 2 MB. It lies on the heap, because a caller's thread may have a
 * small stack. Only the engine (wide_*.c) looks inside.
 */
#ifndef FG_FACTOR_WIDE_WORK_H
#define FG_FACTOR_WIDE_WORK_H

#include "algorithms/factorization.h"
#include "algorithms/wide_factorization.h"
#include "algorithms/wide_plan.h"
#include "algorithms/wide_programs.h"
#include "algorithms/wide_proof.h"
#include "arith/wide.h"
#include "methods/factor/factor_work.h"
#include "methods/factor/wide_lanes.h"
#include "methods/factor/wide_options.h"
#include "methods/factor/wide_side_primes.h"

/* Proofs at a time: their sides fill the lanes. Other primes wait. */
#define FG_WIDE_PROOFS 128
/* The numbers, then the sides of the proofs, two of each. */
#define FG_WIDE_OWNERS (FG_WIDE_TILE + 2 * FG_WIDE_PROOFS)
/* A proof of n can need one of a prime of n - 1 or n + 1, and so on. Each such prime is at most
 * half of the one before, because a side is even; and those below 2^81.6 need no such proof. */
#define FG_WIDE_PROOF_DEPTH 48

/* Before so many claims, their sides' small primes are found without a table, which takes as long
 * as ten of them to fill. */
#define FG_WIDE_CLAIMS_FEW 8

/* P-1 and ECM have as many programs. */
#define FG_WIDE_STEP_METHODS 2
#define FG_WIDE_PROGRAMS FG_WIDE_ECM_PROGRAM_COUNT
static_assert((int)FG_WIDE_PM1_PROGRAM_COUNT == (int)FG_WIDE_PROGRAMS, "every step has a queue");

/* The queues. Names for a form are followed by one for each. */
enum {
    FG_WIDE_UNPROVED, /* + form: nothing is known */
    FG_WIDE_BASES =
        FG_WIDE_UNPROVED + FG_WIDE_FORMS_MOST,           /* + form: passed base 2; 12 more prove */
    FG_WIDE_CLAIMS = FG_WIDE_BASES + FG_WIDE_FORMS_MOST, /* numbers' that wait for a proof */
    FG_WIDE_HOPELESS,                                    /* for the last resort */
    /* + (method * FG_WIDE_PROGRAMS + program) * FG_WIDE_FORMS_MOST + form */
    FG_WIDE_STEPS,
    FG_WIDE_STEP_COUNT = FG_WIDE_STEP_METHODS * FG_WIDE_PROGRAMS * FG_WIDE_FORMS_MOST,
    FG_WIDE_QUEUES = FG_WIDE_STEPS + FG_WIDE_STEP_COUNT,
};

/* A cofactor above 2^64. */
struct fg_wide_part {
    fg_wide n;
    uint16_t before, next; /* its neighbours in the queue, as index + 1; 0: none */
    uint16_t queue;        /* in which it waits, as index + 1; 0: in none */
    uint16_t step;         /* steps of its plan that found no factor */
    uint8_t form;
};

/* Parts in waiting, last in first out. */
struct fg_wide_queue {
    uint16_t top; /* index of a part + 1; 0: empty */
    uint16_t count;
};

/* The origin of a part below 2^64. */
struct fg_wide_narrow {
    uint16_t owner;
    uint16_t generation; /* the owner's proof's; another one by now: the part is not wanted */
    uint8_t exponent;    /* the number holds the part this often */
};

/* A number that a proof is about. */
struct fg_wide_claim {
    fg_wide n;
    uint8_t side;                  /* which side of the claim before has n as a prime */
    uint8_t begun;                 /* how often its sides were */
    fg_wide liars[FG_PROOF_SIDES]; /* of this claim's sides: composites that looked prime; or 0 */
};

/* A proof that a number's cofactor is prime, and, on top of it, that a prime of one of its sides
 * is, if that is needed. The topmost is the one that is worked on. */
struct fg_wide_proof_slot {
    uint16_t number;
    uint16_t generation;
    uint8_t depth;                    /* claims in use; 0: the slot is free */
    bool opened;                      /* the sides' cofactors have been taken in */
    bool ready;                       /* the sides have something new */
    bool proved;                      /* the topmost claim was, in lanes */
    fg_wide probable[FG_PROOF_SIDES]; /* a side's cofactor, if it looks prime and needs a proof */
    fg_wide known;                    /* the claim that was proved last; 0: none */
    struct fg_proof proof;
    struct fg_proof_found found; /* how the topmost claim was proved */
    struct fg_wide_claim claims[FG_WIDE_PROOF_DEPTH];
};

struct fg_wide_work {
    /* The members with the strictest alignment come first. */
    alignas(FG_WIDE_SPACE_ALIGNMENT) unsigned char lane_space[FG_WIDE_SPACE_BYTES];
    struct fg_side_primes side_primes; /* filled once claims_begun says so */
    fg_wide smooth_bound;              /* 0: none */
    struct fg_wide_part parts[FG_WIDE_OWNERS];
    struct fg_wide_proof_slot proofs[FG_WIDE_PROOFS];
    const struct fg_uint128 *numbers; /* the run's */
    struct fg_wide_factorization *factors;
    const atomic_bool *cancelled;
    const struct fg_wide_lanes *lanes;        /* the run's */
    const struct fg_wide_lanes *chosen_lanes; /* of this CPU */
    struct fg_factor_work *narrow_work;
    struct fg_wide_options options;
    uint64_t narrow[FG_FACTOR_TILE]; /* parts below 2^64 and above 1 */
    struct fg_factorization narrow_factors[FG_FACTOR_TILE];

    enum fg_status status;
    unsigned claims_begun; /* since the work space was opened, up to FG_WIDE_CLAIMS_FEW */
    unsigned proofs_running;
    unsigned ready_count;
    unsigned narrow_count;
    unsigned narrow_urgent; /* of them, those that proofs wait for */
    struct fg_wide_queue queues[FG_WIDE_QUEUES];
    struct fg_wide_narrow origins[FG_FACTOR_TILE];
};

/* The owner of a proof's side. */
static inline uint16_t fg_wide_side_owner(unsigned slot, unsigned side) {
    return (uint16_t)(FG_WIDE_TILE + FG_PROOF_SIDES * slot + side);
}

static inline bool fg_wide_is_side(uint16_t owner) {
    return owner >= FG_WIDE_TILE;
}

/* Allocates *work. FG_ERROR_MEMORY with *work NULL if there is no memory. */
enum fg_status fg_wide_work_open(struct fg_wide_work **work, struct fg_error *error);
void fg_wide_work_close(struct fg_wide_work *work); /* also of NULL */

/* Returns whether the run is to end. */
bool fg_wide_is_cancelled(const struct fg_wide_work *work);

/* Puts a part into a queue; it is in none. */
void fg_wide_push(struct fg_wide_work *work, unsigned queue, uint16_t part);
/* Takes the last part out of a queue that is not empty. */
uint16_t fg_wide_pop(struct fg_wide_work *work, unsigned queue);
/* Takes a part out of its queue, if it is in one. */
void fg_wide_remove(struct fg_wide_work *work, uint16_t part);

#endif
