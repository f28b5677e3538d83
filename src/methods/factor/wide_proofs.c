/* SPDX-License-Identifier: MIT */
/*
 * wide_proofs.c: the places for proofs, and what happens when a side has something new.
 */
#include "methods/factor/wide_proofs.h"

#include "algorithms/primality.h"
#include "methods/factor/wide_certificate.h"
#include "methods/factor/wide_flow.h"
#include "methods/factor/wide_witnesses.h"

/* Max count of a claim's beginnings, far above what occurs. A claim begins again if a cofactor of a
 * side passes the 13 strong tests and then fails its own proof: it is composite. */
#define MAX_BEGUN 32

void fg_wide_proofs_reset(struct fg_wide_work *work) {
    for (unsigned slot = 0; slot < FG_WIDE_PROOFS; slot++) {
        work->proofs[slot].depth = 0;
        work->proofs[slot].generation = 0;
        work->proofs[slot].ready = work->proofs[slot].proved = false;
    }
    work->proofs_running = work->ready_count = 0;
}

/* Drops what is left of both sides. */
static void drop_sides(struct fg_wide_work *work, unsigned slot) {
    work->proofs[slot].generation++;
    for (unsigned side = 0; side < FG_PROOF_SIDES; side++)
        fg_wide_remove(work, fg_wide_side_owner(slot, side));
}

static bool is_enough(const struct fg_wide_proof_slot *place) {
    return fg_proof_enough(&place->proof, FG_PROOF_BELOW) ||
           fg_proof_enough(&place->proof, FG_PROOF_ABOVE) ||
           fg_proof_enough_together(&place->proof);
}

/* Takes in the cofactors of both sides. */
static void factor_sides(struct fg_wide_work *work, unsigned slot) {
    struct fg_wide_proof_slot *const place = &work->proofs[slot];
    place->opened = true;
    for (unsigned side = 0; side < FG_PROOF_SIDES; side++)
        fg_wide_add_unknown(work, place->proof.sides[side].cofactor, fg_wide_side_owner(slot, side),
                            1, 0);
}

/* Adds the primes below 2^14 of both sides, and a cofactor that is then prime. */
static void add_small_primes(struct fg_wide_work *work, struct fg_proof *proof) {
    uint16_t hits[FG_SIDE_HITS_MOST];
    const unsigned count = work->lanes->side_primes(&work->side_primes, proof->n, hits);
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        for (unsigned i = 0; i < count; i++)
            fg_proof_add(proof, side, hits[i]);
        const fg_wide cofactor = proof->sides[side].cofactor;
        if (cofactor > 1 && cofactor >> 2 * FG_SIDE_PRIMES_BITS == 0 &&
            fg_is_prime64(fg_wide_low(cofactor)))
            fg_proof_add(proof, side, cofactor);
    }
}

/* Begins the proof of a claim with the small primes of its sides. */
static void begin_proof(struct fg_wide_work *work, fg_wide n, struct fg_proof *proof) {
    if (work->claims_begun < FG_WIDE_CLAIMS_FEW) {
        fg_proof_begin(n, proof);
        if (++work->claims_begun == FG_WIDE_CLAIMS_FEW)
            fg_side_primes_fill(&work->side_primes);
    } else {
        fg_proof_begin_with_two(n, proof);
        add_small_primes(work, proof);
    }
}

/* Begins the topmost claim, or begins it again, with a prime of its sides that is known. It is
 * begun again for each prime of a side that needs a proof itself, so for one or two. */
static void open_sides(struct fg_wide_work *work, unsigned slot) {
    struct fg_wide_proof_slot *const place = &work->proofs[slot];
    struct fg_wide_claim *const claim = &place->claims[place->depth - 1];
    if (claim->begun++ == MAX_BEGUN) {
        work->status = FG_ERROR_SELF_CHECK;
        return;
    }
    begin_proof(work, claim->n, &place->proof);
    for (unsigned side = 0; side < FG_PROOF_SIDES; side++) {
        place->probable[side] = 0;
        if (place->known != 0)
            fg_proof_add(&place->proof, side, place->known);
    }
    place->opened = false;
    if (!is_enough(place)) {
        factor_sides(work, slot);
    } else {
        work->ready_count += !place->ready;
        place->ready = true;
    }
}

/* Puts a claim on top of the others: that `n`, of the topmost one's side, is prime. */
static void open_claim(struct fg_wide_work *work, unsigned slot, fg_wide n, uint32_t side) {
    struct fg_wide_proof_slot *const place = &work->proofs[slot];
    FG_VERIFY_CHECK(place->depth < FG_WIDE_PROOF_DEPTH);
    place->claims[place->depth++] = (struct fg_wide_claim){.n = n, .side = (uint8_t)side};
    place->known = 0;
    open_sides(work, slot);
}

/* Gives away the certificate of the topmost claim, which is proved. */
static void certify(const struct fg_wide_work *work, const struct fg_wide_proof_slot *place) {
    struct fg_certificate certificate = {.size = sizeof certificate};
    fg_wide_certificate_of_sides(place->proof.n, &place->found, &certificate);
    work->options.take_certificate(work->options.context, &certificate);
}

/* Ends the topmost claim, and goes on with the one below it, or with the number. */
static void close_claim(struct fg_wide_work *work, unsigned slot, bool prime) {
    struct fg_wide_proof_slot *const place = &work->proofs[slot];
    const struct fg_wide_claim claim = place->claims[--place->depth];
    if (prime && work->options.take_certificate != NULL)
        certify(work, place);
    drop_sides(work, slot);
    if (place->depth == 0) {
        work->proofs_running--;
        if (prime)
            fg_wide_take_prime(work, place->number);
        else
            fg_wide_take_composite(work, place->number);
        return;
    }
    place->known = prime ? claim.n : 0;
    if (!prime)
        place->claims[place->depth - 1].liars[claim.side] = claim.n;
    open_sides(work, slot);
}

/*
 * Tries to end the topmost claim. Returns false if its sides have to be factored further. A side
 * that is enough has no witnesses if n is a Carmichael number: for such an n there is no base a
 * with a^((n-1)/q) other than 1.
 */
static bool end_claim(struct fg_wide_work *work, unsigned slot) {
    struct fg_wide_proof_slot *const place = &work->proofs[slot];
    if (place->proved) {
        place->proved = false;
        close_claim(work, slot, true);
        return true;
    }
    if (!is_enough(place))
        return false;
    enum fg_proof_result result = fg_proof_try(&place->proof, &place->found);
    if (result == FG_PROOF_MORE &&
        fg_wide_fails_bases(place->proof.n, FG_SMALL_BLOCKS * FG_SMALL_BLOCK))
        result = FG_PROOF_COMPOSITE;
    if (result != FG_PROOF_MORE)
        close_claim(work, slot, result == FG_PROOF_PRIME);
    return result != FG_PROOF_MORE;
}

/* Goes on with a proof whose sides have something new. */
static void advance_proof(struct fg_wide_work *work, unsigned slot) {
    struct fg_wide_proof_slot *const place = &work->proofs[slot];
    if (end_claim(work, slot))
        return;
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        const fg_wide n = place->probable[side];
        if (n == 0)
            continue;
        drop_sides(work, slot);
        open_claim(work, slot, n, side);
        return;
    }
    if (!place->opened)
        factor_sides(work, slot);
    else if (place->proof.sides[FG_PROOF_BELOW].cofactor == 1 &&
             place->proof.sides[FG_PROOF_ABOVE].cofactor == 1)
        work->status = FG_ERROR_SELF_CHECK; /* no witness: no such prime is known */
}

/* Looks for witnesses of all proofs that are ready. */
static void try_witnesses(struct fg_wide_work *work) {
    struct fg_wide_attempt attempts[FG_WIDE_PROOFS];
    unsigned slots[FG_WIDE_PROOFS], count = 0;
    for (unsigned slot = 0; slot < FG_WIDE_PROOFS; slot++) {
        struct fg_wide_proof_slot *const place = &work->proofs[slot];
        if (!place->ready || place->depth == 0)
            continue;
        slots[count] = slot;
        attempts[count].proof = &place->proof;
        attempts[count++].found = &place->found;
    }
    fg_wide_try_witnesses(work->lanes, attempts, count);
    for (unsigned i = 0; i < count; i++)
        work->proofs[slots[i]].proved = attempts[i].proved;
}

bool fg_wide_proofs_advance(struct fg_wide_work *work) {
    if (work->ready_count == 0)
        return false;
    try_witnesses(work);
    for (unsigned slot = 0; slot < FG_WIDE_PROOFS; slot++) {
        struct fg_wide_proof_slot *const place = &work->proofs[slot];
        if (!place->ready)
            continue;
        place->ready = false;
        work->ready_count--;
        if (place->depth > 0)
            advance_proof(work, slot);
    }
    return true;
}

bool fg_wide_proofs_begin(struct fg_wide_work *work) {
    bool begun = false;
    for (unsigned slot = 0; slot < FG_WIDE_PROOFS && work->queues[FG_WIDE_CLAIMS].count > 0 &&
                            work->proofs_running < FG_WIDE_PROOFS;
         slot++) {
        struct fg_wide_proof_slot *const place = &work->proofs[slot];
        if (place->depth > 0)
            continue;
        place->number = fg_wide_pop(work, FG_WIDE_CLAIMS);
        work->proofs_running++;
        open_claim(work, slot, work->parts[place->number].n, 0);
        begun = true;
    }
    return begun;
}
