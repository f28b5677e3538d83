/* SPDX-License-Identifier: MIT */
/*
 * wide_witnesses.h: witnesses for several proofs at once, in lanes.
 */
#ifndef FG_FACTOR_WIDE_WITNESSES_H
#define FG_FACTOR_WIDE_WITNESSES_H

#include "algorithms/wide_proof.h"
#include "methods/factor/wide_lanes.h"

/*
 * Tries to end proofs: proved[i] says whether number i is proved to be prime. One base, and one
 * Lucas sequence, is tried for all primes of a side. It is a witness for nearly every large one; a
 * proof that needs another one, or whose number is composite, is left to fg_proof_try(), as is one
 * that would leave most lanes empty. *found[i] is filled if number i is proved.
 */
void fg_wide_try_witnesses(const struct fg_wide_lanes *lanes, const struct fg_proof *const *proofs,
                           unsigned count, bool *proved, struct fg_proof_found *const *found);

#endif
