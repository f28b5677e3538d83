/* SPDX-License-Identifier: MIT */
/*
 * wide_witnesses.h: witnesses for several proofs at once, in lanes.
 */
#ifndef FG_FACTOR_WIDE_WITNESSES_H
#define FG_FACTOR_WIDE_WITNESSES_H

#include "algorithms/wide_proof.h"
#include "methods/factor/wide_lanes.h"

/* A proof that is tried. */
struct fg_wide_attempt {
    const struct fg_proof *proof;
    struct fg_proof_found *found;     /* filled if it is proved */
    bool proved;                      /* the outcome: its number is prime */
    uint32_t pending[FG_PROOF_SIDES]; /* primes of each side without a witness, a bit for each */
};

/*
 * Tries to end proofs. One base, or one Lucas sequence, is tried for all primes of a side in lanes.
 * It is a witness for nearly every large one; other bases follow in scalar code for those that
 * still have none, and for the last few, which would leave most lanes empty. A proof whose sides
 * have not enough primes, or whose number is composite, is left to fg_proof_try().
 */
void fg_wide_try_witnesses(const struct fg_wide_lanes *lanes, struct fg_wide_attempt *attempts,
                           unsigned count);

#endif
