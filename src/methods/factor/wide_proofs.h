/* SPDX-License-Identifier: MIT */
/*
 * wide_proofs.h: proofs of the numbers' primes that thirteen bases do not prove.
 *
 * Both sides of such a prime, n - 1 and n + 1, are factored in the same queues as everything else.
 * The first side with primes enough (algorithms/wide_proof.h) ends the proof, and the other one is
 * dropped. If a side's cofactor looks prime and has to be proved itself, its proof takes the
 * place of the first until it is done; then the first begins again with that prime known.
 */
#ifndef FG_FACTOR_WIDE_PROOFS_H
#define FG_FACTOR_WIDE_PROOFS_H

#include "methods/factor/wide_work.h"

/* Frees all places for proofs. */
void fg_wide_proofs_reset(struct fg_wide_work *work);

/* Goes on with the proofs whose sides have something new. Returns false if there are none. */
bool fg_wide_proofs_advance(struct fg_wide_work *work);

/* Begins proofs of primes that wait, as long as there is place. Returns false if it began none. */
bool fg_wide_proofs_begin(struct fg_wide_work *work);

#endif
