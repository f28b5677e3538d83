/* SPDX-License-Identifier: MIT */
/*
 * peer_ecm.c: GMP-ECM in this process: ecm_factor() until every factor passes GMP's test, which is
 * no proof.
 *
 * The library finds a factor of a composite; what stands around it here is little: division by the
 * primes below 2^12, GMP's roots, and bounds that rise with the curves.
 */
#include "factor_peers.h"

#include <gmp.h> /* before ecm.h, which needs it */

#include <ecm.h>
#include <math.h>

/* The stage-1 bound of the first curve, and from each curve to the next: of bounds from 60 to 2000
 * and several ways to rise, nearly the best for semiprimes of 66, 80, 96 and 128 bits. */
static const double first_bound = 1000, rise = 1.05, least_bound = 10;

static fg_wide to_wide(const mpz_t n) {
    uint64_t words[2] = {0, 0};
    mpz_export(words, NULL, -1, sizeof words[0], 0, 0, n);
    return fg_wide_join(words[0], words[1]);
}

static void from_wide(mpz_t value, fg_wide n) {
    const uint64_t words[2] = {fg_wide_low(n), fg_wide_high(n)};
    mpz_import(value, 2, -1, sizeof words[0], 0, 0, words);
}

static void divide_small_primes(mpz_t n, struct fg_wide_factorization *factors) {
    for (unsigned long d = 2; d < 4096; d += 1 + d % 2) /* a composite d divides no longer */
        while (mpz_divisible_ui_p(n, d)) {
            fg_wide_factorization_add(factors, d, 1);
            mpz_divexact_ui(n, n, d);
        }
}

/* Returns the exponent of a power without small primes, 1 for another number, and its root. */
static uint32_t take_root(mpz_t root, const mpz_t n) {
    if (mpz_perfect_power_p(n))
        for (unsigned exponent = 10; exponent >= 2; exponent--)
            if (mpz_root(root, n, exponent))
                return exponent;
    mpz_set(root, n);
    return 1;
}

/* Finds a factor of a composite without small primes that is no power. A curve that finds all of
 * its primes at once was too good. */
static void find_factor(mpz_t factor, mpz_t n) {
    double bound = first_bound;
    do {
        ecm_params parameters;
        ecm_init(parameters);
        ecm_factor(factor, n, bound, parameters);
        ecm_clear(parameters);
        bound = mpz_cmp(factor, n) == 0 ? fmax(bound / 2, least_bound) : bound * rise;
    } while (mpz_cmp_ui(factor, 1) <= 0 || mpz_cmp(factor, n) >= 0);
}

/* Takes n, which has no small primes, with an exponent. */
static void split(const mpz_t n, uint32_t exponent, struct fg_wide_factorization *factors) {
    mpz_t rest[2]; /* of at most ten primes: the stack stays small */
    if (mpz_cmp_ui(n, 1) == 0)
        return;
    if (mpz_probab_prime_p(n, 25)) {
        fg_wide_factorization_add(factors, to_wide(n), exponent);
        return;
    }
    mpz_init(rest[0]);
    mpz_init(rest[1]);
    const uint32_t power = take_root(rest[0], n);
    if (power == 1) {
        find_factor(rest[1], rest[0]);
        mpz_divexact(rest[0], rest[0], rest[1]);
    } else {
        mpz_set_ui(rest[1], 1);
    }
    for (unsigned i = 0; i < 2; i++) {
        split(rest[i], exponent * power, factors);
        mpz_clear(rest[i]);
    }
}

static void ecm_peer_factor_wide(fg_wide n, struct fg_wide_factorization *factors) {
    mpz_t value;
    mpz_init(value);
    from_wide(value, n);
    fg_wide_factorization_clear(factors);
    divide_small_primes(value, factors);
    split(value, 1, factors);
    mpz_clear(value);
}

const struct fg_bench_peer fg_bench_ecm = {
    .wide_name = "GMP-ECM ecm_factor",
    .package = "libecm-dev",
    .factor_wide = ecm_peer_factor_wide,
};
