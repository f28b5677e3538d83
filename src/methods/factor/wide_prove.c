/* SPDX-License-Identifier: MIT */
/*
 * wide_prove.c: the library's proof of one number, with the certificate that shows it.
 *
 * The sides of n are factored by the engine for numbers below 2^128, the smaller cofactor first.
 * Nothing that it says of primes is taken on trust: those below 2^64 are proved again, and one
 * above is proved like n itself.
 */
#include "algorithms/primality.h"
#include "algorithms/wide_proof.h"
#include "batch/struct_size.h"
#include "methods/factor/wide_certificate.h"
#include "methods/factor/wide_factor.h"
#include "methods/factor/wide_work.h"

#include <string.h>

static fg_wide join(struct fg_uint128 n) {
    return fg_wide_join(n.low, n.high);
}

static struct fg_uint128 words_of(fg_wide n) {
    return (struct fg_uint128){fg_wide_low(n), fg_wide_high(n)};
}

/* The outcome for a number: whether it is prime, and the proof but for the sides of n. */
enum decision { COMPOSITE, PRIME_SMALL, PRIME_BY_BASES, NEEDS_SIDES };

static enum decision decide(fg_wide n) {
    if (fg_wide_high(n) == 0)
        return fg_is_prime64(fg_wide_low(n)) ? PRIME_SMALL : COMPOSITE;
    if (n % 2 == 0 || n + 1 == 0)
        return COMPOSITE;
    if (n < FG_PROOF_BASES_END)
        return fg_proof_by_bases(n) ? PRIME_BY_BASES : COMPOSITE;
    return fg_proof_strong_base2(n) ? NEEDS_SIDES : COMPOSITE;
}

static uint32_t smaller_side(const struct fg_proof *proof) {
    const bool above =
        proof->sides[FG_PROOF_ABOVE].cofactor < proof->sides[FG_PROOF_BELOW].cofactor;
    return above ? FG_PROOF_ABOVE : FG_PROOF_BELOW;
}

/* A proof on its way. */
struct prover {
    struct fg_wide_work *work;
    fg_stop *stop; /* NULL: nobody stops it */
    void *context;
};

/* Factors the cofactor of a side and adds its primes. */
static enum fg_status factor_side(const struct prover *prover, struct fg_proof *proof,
                                  uint32_t side, struct fg_error *error) {
    static const atomic_bool never_cancelled = false;
    const struct fg_wide_options options = {.stop = prover->stop, .context = prover->context};
    const struct fg_uint128 cofactor = words_of(proof->sides[side].cofactor);
    struct fg_wide_factorization factors;
    const enum fg_status status =
        fg_wide_factor_run_with(prover->work, options, &cofactor, 1, &never_cancelled, &factors);
    if (status == FG_ERROR_CANCELLED)
        return fg_fail(error, status, "the proof was cancelled");
    if (status != FG_OK)
        return fg_fail(error, status, "a cofactor for a proof could not be factored: %s",
                       fg_strerror(status));
    for (uint32_t i = 0; i < factors.distinct; i++) {
        const fg_wide prime = factors.primes[i];
        if (fg_wide_high(prime) != 0 || fg_is_prime64(fg_wide_low(prime)))
            fg_proof_add(proof, side, prime);
    }
    return FG_OK;
}

/* Proves an n that needs its sides, or that it is composite. The last prime of a side alone may be
 * above 2^64: it has passed the engine's tests only. */
static enum fg_status prove_by_sides(const struct prover *prover, fg_wide n, bool *is_prime,
                                     struct fg_proof_found *found, struct fg_error *error) {
    struct fg_proof proof;
    fg_proof_begin(n, &proof);
    const uint32_t first = smaller_side(&proof);
    enum fg_proof_result result = fg_proof_try(&proof, found);
    for (uint32_t i = 0; i < FG_PROOF_SIDES && result == FG_PROOF_MORE; i++) {
        FG_TRY(factor_side(prover, &proof, i == 0 ? first : 1 - first, error));
        result = fg_proof_try(&proof, found);
    }
    if (result == FG_PROOF_MORE)
        return fg_fail(error, FG_ERROR_INTERNAL,
                       "a number above 2^64 has no witnesses that it is prime; please report it");
    *is_prime = result == FG_PROOF_PRIME;
    return FG_OK;
}

/* The prime above 2^64 that a proof stands on, or 0. */
static fg_wide wide_prime_of(const struct fg_proof_found *found) {
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        const struct fg_proof_witnesses *const witnesses = &found->sides[side];
        const fg_wide last = witnesses->count > 0 ? witnesses->primes[witnesses->count - 1] : 0;
        if (fg_wide_high(last) != 0)
            return last;
    }
    return 0;
}

/* Proves what the proof of a number stands on. Each such prime is at most half of the one before.
 */
static enum fg_status prove_the_rest(const struct prover *prover, fg_wide n,
                                     struct fg_error *error) {
    struct fg_proof_found found;
    bool is_prime = true;
    while (n != 0 && is_prime) {
        const enum decision decision = decide(n);
        if (decision != NEEDS_SIDES) {
            is_prime = decision == PRIME_BY_BASES;
            break;
        }
        FG_TRY(prove_by_sides(prover, n, &is_prime, &found, error));
        n = wide_prime_of(&found);
    }
    return is_prime ? FG_OK
                    : fg_fail(error, FG_ERROR_SELF_CHECK,
                              "a factor that a proof stands on is not prime");
}

static enum fg_status prove_with(const struct prover *prover, fg_wide n,
                                 struct fg_certificate *certificate, struct fg_error *error) {
    struct fg_proof_found found;
    bool is_prime;
    FG_TRY(prove_by_sides(prover, n, &is_prime, &found, error));
    if (!is_prime)
        return FG_OK;
    FG_TRY(prove_the_rest(prover, wide_prime_of(&found), error));
    fg_wide_certificate_of_sides(n, &found, certificate);
    return FG_OK;
}

enum fg_status fg_prove_prime_until(struct fg_uint128 number, fg_stop *stop, void *context,
                                    struct fg_certificate *certificate, struct fg_error *error) {
    const size_t size = certificate->size;
    FG_TRY(fg_check_struct_size(size, sizeof *certificate, "certificate", error));
    memset(certificate, 0, sizeof *certificate);
    certificate->size = size;
    certificate->number = number;
    switch (decide(join(number))) {
    case COMPOSITE:
        certificate->kind = FG_CERTIFICATE_NONE;
        return FG_OK;
    case PRIME_SMALL:
        certificate->kind = FG_CERTIFICATE_SMALL;
        return FG_OK;
    case PRIME_BY_BASES:
        certificate->kind = FG_CERTIFICATE_BASES;
        return FG_OK;
    case NEEDS_SIDES:
        break;
    }
    struct prover prover = {.stop = stop, .context = context};
    FG_TRY(fg_wide_work_open(&prover.work, error));
    const enum fg_status status = prove_with(&prover, join(number), certificate, error);
    fg_wide_work_close(prover.work);
    return status;
}

enum fg_status fg_prove_prime(struct fg_uint128 number, struct fg_certificate *certificate,
                              struct fg_error *error) {
    return fg_prove_prime_until(number, NULL, NULL, certificate, error);
}
