/* SPDX-License-Identifier: MIT */
/*
 * wide_certificate.c: the public form of a proof.
 */
#include "methods/factor/wide_certificate.h"

static struct fg_uint128 words_of(fg_wide n) {
    return (struct fg_uint128){fg_wide_low(n), fg_wide_high(n)};
}

void fg_wide_certificate_of_bases(fg_wide n, struct fg_certificate *certificate) {
    certificate->number = words_of(n);
    certificate->kind = FG_CERTIFICATE_BASES;
    certificate->factor_count = 0;
}

/* Appends the factors of a side to a certificate. */
static void fill_side(const struct fg_proof_witnesses *witnesses, uint32_t side,
                      struct fg_certificate *certificate) {
    for (uint32_t i = 0; i < witnesses->count; i++) {
        struct fg_certificate_factor *const factor =
            &certificate->factors[certificate->factor_count++];
        const int64_t value = witnesses->values[i];
        *factor = (struct fg_certificate_factor){.prime = words_of(witnesses->primes[i])};
        if (side == FG_PROOF_BELOW) {
            factor->base = value;
        } else {
            factor->p = 2 * value;
            factor->q = value * value - (int64_t)witnesses->discriminant;
        }
    }
}

/* Both together have few factors: their powers without one more multiply to less than the cube root
 * of n. */
void fg_wide_certificate_of_sides(fg_wide n, const struct fg_proof_found *found,
                                  struct fg_certificate *certificate) {
    const bool below = found->sides[FG_PROOF_BELOW].count > 0;
    const bool above = found->sides[FG_PROOF_ABOVE].count > 0;
    certificate->number = words_of(n);
    certificate->kind = below && above ? FG_CERTIFICATE_BOTH
                        : below        ? FG_CERTIFICATE_MINUS_1
                                       : FG_CERTIFICATE_PLUS_1;
    certificate->factor_count = 0;
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++)
        fill_side(&found->sides[side], side, certificate);
}
