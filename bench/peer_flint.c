/* SPDX-License-Identifier: MIT */
/*
 * peer_flint.c: FLINT's n_factor() in this process, asked for proved primes, and fmpz_factor() and
 * fmpz_is_prime() for wide numbers.
 */
#include "factor_peers.h"

#include <flint/fmpz.h>
#include <flint/fmpz_factor.h>
#include <flint/ulong_extras.h>

static void flint_peer_factor(uint64_t n, struct fg_factorization *factors) {
    n_factor_t found;
    n_factor_init(&found);
    n_factor(&found, n, 1);
    fg_factorization_clear(factors);
    for (int i = 0; i < found.num; i++)
        fg_factorization_add(factors, found.p[i], (uint32_t)found.exp[i]);
}

static void set_wide(fmpz_t value, fg_wide n) {
    fmpz_set_uiui(value, fg_wide_high(n), fg_wide_low(n));
}

static fg_wide get_wide(const fmpz_t value) {
    ulong high, low;
    fmpz_get_uiui(&high, &low, value);
    return fg_wide_join(low, high);
}

static void flint_peer_factor_wide(fg_wide n, struct fg_wide_factorization *factors) {
    fmpz_t value;
    fmpz_factor_t found;
    fmpz_init(value);
    fmpz_factor_init(found);
    set_wide(value, n);
    fmpz_factor(found, value);
    fg_wide_factorization_clear(factors);
    for (slong i = 0; i < found->num; i++)
        fg_wide_factorization_add(factors, get_wide(found->p + i), (uint32_t)found->exp[i]);
    fmpz_factor_clear(found);
    fmpz_clear(value);
}

static bool flint_peer_proves_wide(fg_wide n) {
    fmpz_t value;
    fmpz_init(value);
    set_wide(value, n);
    const bool prime = fmpz_is_prime(value) == 1;
    fmpz_clear(value);
    return prime;
}

static uint64_t flint_peer_totient(uint64_t n) {
    return n_euler_phi(n);
}

static int flint_peer_mobius(uint64_t n) {
    return n_moebius_mu(n);
}

const struct fg_bench_peer fg_bench_flint = {
    .name = "FLINT n_factor",
    .wide_name = "FLINT fmpz_factor",
    .proof_name = "FLINT fmpz_is_prime",
    .package = "libflint-dev",
    .factor = flint_peer_factor,
    .factor_wide = flint_peer_factor_wide,
    .proves_wide = flint_peer_proves_wide,
    .totient_name = "FLINT n_euler_phi",
    .mobius_name = "FLINT n_moebius_mu",
    .totient = flint_peer_totient,
    .mobius = flint_peer_mobius,
};
