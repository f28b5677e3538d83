/* SPDX-License-Identifier: MIT */
/*
 * wide_witnesses.c: a lane for each prime that needs a witness. The prime 2 has one if the power
 * that is half of n - 1 or n + 1 is -1, and then the whole power is 1 for the other primes too;
 * they have one if their power less 1 has no common factor with n.
 */
#include "methods/factor/wide_witnesses.h"

/* Lanes that must be in use, because powers one by one take less time than a call with fewer. */
#define LANES_LEAST 6

/* The powers of one form and side that wait for a call. */
struct waiting {
    const struct fg_wide_form *form;
    uint32_t side;
    unsigned count;
    struct fg_wide_attempt *attempts[FG_WIDE_LANES_MOST]; /* whose */
    unsigned prime[FG_WIDE_LANES_MOST];                   /* its index; 0 is the prime 2 */
    fg_wide n[FG_WIDE_LANES_MOST], exponents[FG_WIDE_LANES_MOST];
    uint32_t values[FG_WIDE_LANES_MOST]; /* base, or x */
    uint32_t discriminants[FG_WIDE_LANES_MOST];
};

/* A side of a proof, and what it is tried with. */
struct choice {
    struct fg_proof_witnesses primes;
    fg_wide factored;
    uint32_t value; /* 0: there is none to try */
};

/* Fills lanes without a power by repeating the first. */
static void fill_lanes(struct waiting *waiting, unsigned lanes) {
    for (unsigned i = waiting->count; i < lanes; i++) {
        waiting->n[i] = waiting->n[0];
        waiting->exponents[i] = waiting->exponents[0];
        waiting->values[i] = waiting->values[0];
        waiting->discriminants[i] = waiting->discriminants[0];
    }
}

/* Computes the powers that wait, and notes the primes that have a witness. A number without one for
 * 2 is composite. */
static void compute(struct waiting *waiting) {
    const struct fg_wide_steps *const steps = waiting->form->primality;
    fg_wide differences[FG_WIDE_LANES_MOST], gcds[FG_WIDE_LANES_MOST];
    const unsigned count = waiting->count;
    if (count >= LANES_LEAST)
        fill_lanes(waiting, steps->lanes);
    waiting->count = 0;
    if (count < LANES_LEAST)
        return;
    const uint32_t minus_one =
        waiting->side == FG_PROOF_BELOW
            ? steps->witness_below(waiting->n, waiting->values, waiting->exponents, differences)
            : steps->witness_above(waiting->n, waiting->values, waiting->discriminants,
                                   waiting->exponents, differences);
    waiting->form->gcd(differences, waiting->n, count, gcds);
    for (unsigned i = 0; i < count; i++) {
        struct fg_wide_attempt *const attempt = waiting->attempts[i];
        const unsigned prime = waiting->prime[i];
        if (prime == 0 ? (minus_one >> i & 1) != 0 : gcds[i] == 1)
            attempt->pending[waiting->side] &= ~(UINT32_C(1) << prime);
        else if (prime == 0)
            attempt->proved = false;
    }
}

/* Returns the least base that can be a witness for the prime 2; 0 if there is none, or n is
 * composite. */
static uint32_t choose_base(fg_wide n) {
    for (uint32_t a = 2; a < FG_PROOF_WITNESS_END; a++) {
        const int symbol = fg_proof_jacobi((int32_t)a, n);
        if (symbol < 1)
            return symbol == 0 ? 0 : a;
    }
    return 0;
}

/* Returns the least witness among the sequences with a discriminant d, (d / n) = -1, likewise. */
static uint32_t choose_sequence(fg_wide n, uint32_t d) {
    for (uint32_t x = 1; x < FG_PROOF_WITNESS_END; x++) {
        const int symbol = fg_proof_jacobi((int32_t)(x * x) - (int32_t)d, n);
        if (symbol < 1)
            return symbol == 0 ? 0 : x;
    }
    return 0;
}

/* Chooses what to try for a side whose primes are chosen. */
static void choose_value(fg_wide n, uint32_t side, struct choice *choice) {
    if (side == FG_PROOF_BELOW) {
        choice->value = choose_base(n);
        return;
    }
    const uint32_t d = fg_proof_discriminant(n);
    choice->primes.discriminant = d;
    choice->value = 0;
    if (d != 0 && d < UINT32_C(1) << 15 && fg_proof_jacobi((int32_t)d, n) != 0)
        choice->value = choose_sequence(n, d);
}

/* Chooses primes of one side that are enough; false if there are none. */
static bool choose_side(const struct fg_proof *proof, uint32_t side, struct choice *choice) {
    choice->factored = fg_proof_choose(proof, side, &choice->primes);
    return choice->factored != 0;
}

/* Chooses primes of both sides that are enough together; false if there are none. */
static bool choose_both(const struct fg_proof *proof, struct choice choices[FG_PROOF_SIDES]) {
    struct fg_proof_found chosen;
    fg_wide factored[FG_PROOF_SIDES];
    if (!fg_proof_choose_both(proof, &chosen, factored))
        return false;
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        choices[side].primes = chosen.sides[side];
        choices[side].factored = factored[side];
    }
    return true;
}

/* Returns a bit for each side that the proof uses, with a choice for it; 0 if it has not enough. */
static uint32_t choose(const struct fg_proof *proof, struct choice choices[FG_PROOF_SIDES]) {
    uint32_t used = 0;
    if (choose_side(proof, FG_PROOF_BELOW, &choices[FG_PROOF_BELOW]))
        used = 1 << FG_PROOF_BELOW;
    else if (choose_side(proof, FG_PROOF_ABOVE, &choices[FG_PROOF_ABOVE]))
        used = 1 << FG_PROOF_ABOVE;
    else if (choose_both(proof, choices))
        used = 1 << FG_PROOF_BELOW | 1 << FG_PROOF_ABOVE;
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        if ((used >> side & 1) == 0)
            continue;
        choose_value(proof->n, side, &choices[side]);
        if (choices[side].value == 0)
            return 0;
    }
    return used;
}

/* Returns whether no composite number has these factored parts and witnesses for them. */
static bool is_proof(fg_wide n, uint32_t used, const struct choice choices[FG_PROOF_SIDES]) {
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++)
        if (used == UINT32_C(1) << side)
            return fg_proof_no_square(n, side, choices[side].factored);
    return !fg_residue_has_divisor(n, choices[FG_PROOF_BELOW].factored / 2 *
                                          choices[FG_PROOF_ABOVE].factored);
}

/* Adds the powers of a proof to those that wait. */
static void add(struct waiting *waiting, struct fg_wide_attempt *attempt,
                const struct choice *choice) {
    const fg_wide n = attempt->proof->n, whole = fg_proof_whole(n, waiting->side);
    attempt->pending[waiting->side] = (UINT32_C(1) << choice->primes.count) - 1;
    for (uint32_t k = 0; k < choice->primes.count; k++) {
        const unsigned lane = waiting->count++;
        waiting->attempts[lane] = attempt;
        waiting->prime[lane] = k;
        waiting->n[lane] = n;
        waiting->exponents[lane] = whole / choice->primes.primes[k];
        waiting->values[lane] = choice->value;
        waiting->discriminants[lane] = choice->primes.discriminant;
        if (waiting->count == waiting->form->primality->lanes)
            compute(waiting);
    }
}

/* Fills in the witnesses, in case they all are. */
static void note_found(uint32_t used, const struct choice choices[FG_PROOF_SIDES],
                       struct fg_proof_found *found) {
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        struct fg_proof_witnesses *const witnesses = &found->sides[side];
        witnesses->count = 0;
        if ((used >> side & 1) == 0)
            continue;
        *witnesses = choices[side].primes;
        for (uint32_t k = 0; k < witnesses->count; k++)
            witnesses->values[k] = choices[side].value;
    }
}

/* Returns whether this is the first form that takes n. */
static bool takes(const struct fg_wide_lanes *lanes, unsigned form, fg_wide n) {
    const unsigned bits = fg_wide_bit_length(n);
    return bits <= lanes->forms[form]->bits && (form == 0 || bits > lanes->forms[form - 1]->bits);
}

/* Tries the proofs of numbers that this form takes. */
static void try_form(const struct fg_wide_lanes *lanes, unsigned form,
                     struct fg_wide_attempt *attempts, unsigned count) {
    struct waiting waiting[FG_PROOF_SIDES];
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        waiting[side].form = lanes->forms[form];
        waiting[side].side = side;
        waiting[side].count = 0;
    }
    for (unsigned i = 0; i < count; i++) {
        struct fg_wide_attempt *const attempt = &attempts[i];
        struct choice choices[FG_PROOF_SIDES];
        const uint32_t used =
            takes(lanes, form, attempt->proof->n) ? choose(attempt->proof, choices) : 0;
        if (used == 0)
            continue;
        attempt->proved = is_proof(attempt->proof->n, used, choices);
        note_found(used, choices, attempt->found);
        for (uint32_t side = 0; side < FG_PROOF_SIDES; side++)
            if ((used >> side & 1) != 0)
                add(&waiting[side], attempt, &choices[side]);
    }
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++)
        compute(&waiting[side]);
}

/* Returns the product of the full powers of chosen primes in a side. */
static fg_wide factored_by(fg_wide n, uint32_t side, const struct fg_proof_witnesses *chosen) {
    const fg_wide whole = fg_proof_whole(n, side);
    fg_wide rest = whole;
    for (uint32_t k = 0; k < chosen->count; k++)
        while (rest % chosen->primes[k] == 0)
            rest /= chosen->primes[k];
    return whole / rest;
}

/* Looks for witnesses of the primes that have none yet. The value of the lanes is tried again if it
 * is not known to suit 2, because it may be the witness of other primes. */
static void complete(struct fg_wide_attempt *attempt) {
    const fg_wide n = attempt->proof->n;
    for (uint32_t side = 0; side < FG_PROOF_SIDES && attempt->proved; side++) {
        struct fg_proof_witnesses *const witnesses = &attempt->found->sides[side];
        const uint32_t pending = attempt->pending[side];
        if (pending == 0)
            continue;
        const uint32_t first = witnesses->values[0] + 1 - pending % 2;
        attempt->proved = fg_proof_complete(n, side, factored_by(n, side, witnesses), pending,
                                            first, witnesses) == FG_PROOF_PRIME;
    }
}

void fg_wide_try_witnesses(const struct fg_wide_lanes *lanes, struct fg_wide_attempt *attempts,
                           unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        attempts[i].proved = false;
        for (uint32_t side = 0; side < FG_PROOF_SIDES; side++)
            attempts[i].pending[side] = 0;
    }
    for (unsigned form = 0; form < lanes->form_count; form++)
        try_form(lanes, form, attempts, count);
    for (unsigned i = 0; i < count; i++)
        complete(&attempts[i]);
}
