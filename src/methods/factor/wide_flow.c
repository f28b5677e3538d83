/* SPDX-License-Identifier: MIT */
/*
 * wide_flow.c: the way of an owner's factors through the queues.
 */
#include "methods/factor/wide_flow.h"

#include "algorithms/primality.h"
#include "algorithms/wide_power.h"
#include "methods/factor/factor.h"
#include "methods/factor/wide_certificate.h"

static struct fg_wide_proof_slot *proof_of(struct fg_wide_work *work, uint16_t side_owner) {
    return &work->proofs[(side_owner - FG_WIDE_TILE) / FG_PROOF_SIDES];
}

static uint32_t side_of(uint16_t side_owner) {
    return (side_owner - FG_WIDE_TILE) % FG_PROOF_SIDES;
}

static void make_ready(struct fg_wide_work *work, struct fg_wide_proof_slot *proof) {
    work->ready_count += !proof->ready;
    proof->ready = true;
}

void fg_wide_give_up(struct fg_wide_work *work, uint16_t number) {
    work->factors[number].distinct = 0;
    work->factors[number].not_smooth = 1;
    fg_wide_remove(work, number);
}

/* Adds prime^exponent to what is known of an owner. */
static void add_prime(struct fg_wide_work *work, uint16_t owner, fg_wide prime, uint32_t exponent) {
    if (fg_wide_is_side(owner)) {
        fg_proof_add(&proof_of(work, owner)->proof, side_of(owner), prime);
        make_ready(work, proof_of(work, owner));
    } else if (work->factors[owner].not_smooth == 0) {
        if (work->smooth_bound != 0 && prime > work->smooth_bound)
            fg_wide_give_up(work, owner);
        else
            fg_wide_factorization_add(&work->factors[owner], prime, exponent);
    }
}

/* Returns whether a part below 2^64 is still wanted. */
static bool is_wanted(const struct fg_wide_work *work, struct fg_wide_narrow origin) {
    if (!fg_wide_is_side(origin.owner))
        return work->factors[origin.owner].not_smooth == 0;
    const unsigned slot = (origin.owner - (unsigned)FG_WIDE_TILE) / FG_PROOF_SIDES;
    return work->proofs[slot].generation == origin.generation;
}

/* Drops the parts that are not wanted any more. */
static void tidy_narrow(struct fg_wide_work *work) {
    unsigned kept = 0;
    for (unsigned i = 0; i < work->narrow_count; i++) {
        work->narrow[kept] = work->narrow[i];
        work->origins[kept] = work->origins[i];
        kept += is_wanted(work, work->origins[i]);
    }
    work->narrow_count = kept;
}

void fg_wide_factor_narrow(struct fg_wide_work *work) {
    tidy_narrow(work);
    const unsigned count = work->narrow_count;
    work->narrow_count = work->narrow_urgent = 0;
    const enum fg_status status = fg_factor_run(work->narrow_work, work->narrow, count,
                                                work->cancelled, work->narrow_factors);
    if (status != FG_OK) {
        work->status = status;
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        const struct fg_factorization *const factors = &work->narrow_factors[i];
        const struct fg_wide_narrow origin = work->origins[i];
        for (unsigned k = 0; k < factors->distinct; k++)
            add_prime(work, origin.owner, factors->primes[k],
                      (uint32_t)factors->exponents[k] * origin.exponent);
    }
}

/* Appends a part below 2^64. */
static void add_narrow(struct fg_wide_work *work, uint64_t n, uint16_t owner, uint32_t exponent) {
    const bool side = fg_wide_is_side(owner);
    if (n == 1)
        return;
    if (!side && work->smooth_bound != 0 && n > work->smooth_bound && fg_is_prime64(n)) {
        fg_wide_give_up(work, owner); /* now, because its other parts can be much work */
        return;
    }
    if (work->narrow_count == FG_FACTOR_TILE)
        fg_wide_factor_narrow(work);
    const unsigned at = work->narrow_count++;
    work->narrow[at] = n;
    work->origins[at] = (struct fg_wide_narrow){
        .owner = owner,
        .generation = side ? proof_of(work, owner)->generation : (uint16_t)0,
        .exponent = (uint8_t)exponent,
    };
    work->narrow_urgent += side;
}

/* Returns the index of the first form whose modulus limit covers n. */
static uint8_t form_of(const struct fg_wide_work *work, fg_wide n) {
    const uint32_t bits = fg_wide_bit_length(n);
    uint8_t form = 0;
    while (bits > work->lanes->forms[form]->bits)
        form++;
    return form;
}

/* Returns whether the part is of a number that was given up while a step held it. */
static bool is_given_up(const struct fg_wide_work *work, uint16_t owner) {
    return !fg_wide_is_side(owner) && work->factors[owner].not_smooth;
}

void fg_wide_add_unknown(struct fg_wide_work *work, fg_wide n, uint16_t owner, uint32_t exponent,
                         uint16_t steps) {
    if (is_given_up(work, owner))
        return;
    if (fg_wide_high(n) == 0) {
        add_narrow(work, fg_wide_low(n), owner, exponent);
        return;
    }
    FG_VERIFY_CHECK(exponent == 1);
    struct fg_wide_part *const part = &work->parts[owner];
    part->n = n;
    part->step = steps;
    part->form = form_of(work, n);
    fg_wide_push(work, FG_WIDE_UNPROVED + part->form, owner);
}

void fg_wide_split(struct fg_wide_work *work, uint16_t owner, fg_wide factor) {
    const struct fg_wide_part part = work->parts[owner];
    fg_wide_add_unknown(work, factor, owner, 1, part.step);
    fg_wide_add_unknown(work, part.n / factor, owner, 1, part.step);
}

/* Gives away the certificate of a number's prime that thirteen bases prove. */
static void certify_by_bases(const struct fg_wide_work *work, fg_wide n) {
    struct fg_certificate certificate = {.size = sizeof certificate};
    fg_wide_certificate_of_bases(n, &certificate);
    work->options.take_certificate(work->options.context, &certificate);
}

void fg_wide_take_prime(struct fg_wide_work *work, uint16_t owner) {
    const fg_wide n = work->parts[owner].n;
    if (work->options.take_certificate != NULL && !fg_wide_is_side(owner) && n < FG_PROOF_BASES_END)
        certify_by_bases(work, n);
    add_prime(work, owner, work->parts[owner].n, 1);
}

bool fg_wide_fails_bases(fg_wide n, unsigned count) {
    const struct fg_mont128 modulus = fg_mont128_prepare(n);
    const fg_wide one = fg_mont128_one(modulus);
    for (unsigned i = 0; i < count; i++)
        if (!fg_proof_strong(modulus, one, fg_small_prime_values[i]))
            return true;
    return false;
}

void fg_wide_take_probable(struct fg_wide_work *work, uint16_t owner) {
    const struct fg_wide_part *const part = &work->parts[owner];
    if (is_given_up(work, owner))
        return;
    if (part->n < FG_PROOF_BASES_END) {
        fg_wide_push(work, FG_WIDE_BASES + part->form, owner);
        return;
    }
    if (!fg_wide_is_side(owner)) {
        fg_wide_push(work, FG_WIDE_CLAIMS, owner);
        return;
    }
    struct fg_wide_proof_slot *const proof = proof_of(work, owner);
    const uint32_t side = side_of(owner);
    /* Two more bases spare proofs of composites in sides of numbers near powers of 2: such a side
     * is 2^k - 1 or 2^k + 1, and many products of its primes pass the test to base 2. After one
     * that passed these too, all bases are tried, because only one such composite is remembered. */
    const fg_wide liar = proof->claims[proof->depth - 1].liars[side];
    if (liar == part->n ||
        fg_wide_fails_bases(part->n, liar == 0 ? 2 : FG_SMALL_BLOCKS * FG_SMALL_BLOCK)) {
        fg_wide_take_composite(work, owner);
        return;
    }
    proof->probable[side] = part->n;
    make_ready(work, proof);
}

void fg_wide_take_composite(struct fg_wide_work *work, uint16_t owner) {
    uint64_t root = 0;
    const uint32_t exponent = fg_wide_split_power(work->parts[owner].n, &root);
    if (exponent == 1)
        fg_wide_take_next_step(work, owner);
    else if (!is_given_up(work, owner))
        add_narrow(work, root, owner, exponent);
}

/* Returns whether n is so large that it is smooth only if it has three primes or more. One of them
 * is then small, so that it takes the plan for cofactors: lists of such numbers take 3 to 4 % less,
 * and those that are products of two primes no longer. */
static bool has_three_primes_if_smooth(const struct fg_wide_work *work, fg_wide n) {
    return work->smooth_bound != 0 &&
           fg_wide_bit_length(n) > 2 * fg_wide_bit_length(work->smooth_bound);
}

void fg_wide_take_next_step(struct fg_wide_work *work, uint16_t owner) {
    const struct fg_wide_part *const part = &work->parts[owner];
    if (is_given_up(work, owner))
        return;
    if (work->options.no_curves) {
        fg_wide_push(work, FG_WIDE_HOPELESS, owner);
        return;
    }
    const bool whole = !fg_wide_is_side(owner) && !has_three_primes_if_smooth(work, part->n) &&
                       part->n == fg_wide_join(work->numbers[owner].low, work->numbers[owner].high);
    const struct fg_wide_step step = fg_wide_plan_step(part->n, whole, part->step);
    if (step.kind == FG_WIDE_STEP_LAST_RESORT) {
        fg_wide_push(work, FG_WIDE_HOPELESS, owner);
        return;
    }
    const unsigned method = step.kind == FG_WIDE_STEP_PM1 ? 0 : 1;
    fg_wide_push(work,
                 FG_WIDE_STEPS + (method * FG_WIDE_PROGRAMS + step.program) * FG_WIDE_FORMS_MOST +
                     part->form,
                 owner);
}
