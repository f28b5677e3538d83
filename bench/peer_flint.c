/* SPDX-License-Identifier: MIT */
/*
 * peer_flint.c: FLINT's n_factor() in this process, asked for proved primes.
 */
#include "factor_peers.h"

#include <flint/ulong_extras.h>

static void flint_peer_factor(uint64_t n, struct fg_factorization *factors) {
    n_factor_t found;
    n_factor_init(&found);
    n_factor(&found, n, 1);
    fg_factorization_clear(factors);
    for (int i = 0; i < found.num; i++)
        fg_factorization_add(factors, found.p[i], (uint32_t)found.exp[i]);
}

const struct fg_bench_peer fg_bench_flint = {
    .name = "FLINT n_factor",
    .package = "libflint-dev",
    .factor = flint_peer_factor,
};
