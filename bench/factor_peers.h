/* SPDX-License-Identifier: MIT */
/*
 * factor_peers.h: the factoring libraries that Debian packages, behind one face: PARI, FLINT, and
 * GMP-ECM, which has nothing to offer but factor_wide().
 *
 * A build has those whose headers it found; the benchmark names the others and leaves them out.
 * Each has a source file of its own, because their headers do not go together.
 */
#ifndef FG_BENCH_FACTOR_PEERS_H
#define FG_BENCH_FACTOR_PEERS_H

#include "algorithms/factorization.h"
#include "algorithms/wide_factorization.h"
#include "harness.h"
#include <stddef.h>

/* The functions that are summed up over the numbers of a range, modulo 2^64. */
enum fg_bench_range_sum {
    FG_BENCH_RANGE_PRIMES, /* the prime factors with multiplicity */
    FG_BENCH_RANGE_TOTIENTS,
    FG_BENCH_RANGE_MOBIUS,
};

struct fg_bench_peer {
    const char *name;                   /* "PARI factor" */
    const char *wide_name, *proof_name; /* of factor_wide(), proves_wide() */
    const char *package;                /* Debian's, for the headers */
    bool (*open)(void);                 /* once before the others; NULL: nothing to do */
    void (*close)(void);
    /* The factorisation of n >= 1. */
    void (*factor)(uint64_t n, struct fg_factorization *factors);
    /* Writes the divisors of n >= 1 in ascending order and returns how many. NULL: has no such
     * function. */
    size_t (*divisors)(uint64_t n, uint64_t *list);
    /* The factorisation of n < 2^128, its primes above 2^64 as far as the library proves them by
     * itself. */
    void (*factor_wide)(fg_wide n, struct fg_wide_factorization *factors);
    /* Returns whether n < 2^128 is prime, and proves it. NULL: has no such function. */
    bool (*proves_wide)(fg_wide n);
    const char *totient_name, *mobius_name; /* of the next two functions */
    /* Euler's and Moebius' function of n >= 1. */
    uint64_t (*totient)(uint64_t n);
    int (*mobius)(uint64_t n);
    /* Factors the numbers first .. first + count - 1, first >= 1, by a sieve of the library's own,
     * and returns a sum over them; all below range_end. NULL: it has no such sieve. */
    uint64_t (*range_sum)(uint64_t first, size_t count, enum fg_bench_range_sum what);
    const char *range_name;
    uint64_t range_end;
};

#ifdef FG_BENCH_HAVE_PARI
extern const struct fg_bench_peer fg_bench_pari;
#endif
#ifdef FG_BENCH_HAVE_FLINT
extern const struct fg_bench_peer fg_bench_flint;
#endif
#ifdef FG_BENCH_HAVE_ECM
extern const struct fg_bench_peer fg_bench_ecm;
#endif

/* The peers of a build, opened; NULL for those that it does not have. */
struct fg_bench_peers {
    const struct fg_bench_peer *pari, *flint;
    const struct fg_bench_peer *ecm; /* only if it was asked for */
};

/* Opens the peers, and notes which are left out. `wide`: also those that only factor numbers above
 * 2^64. */
struct fg_bench_peers fg_bench_peers_open(struct fg_bench *bench, bool wide);
void fg_bench_peers_close(const struct fg_bench_peers *peers);

#endif
