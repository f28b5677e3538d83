/* SPDX-License-Identifier: MIT */
/*
 * peer_pari.c: PARI's factor() and divisors() in this process.
 *
 * Called as gp calls them: with a t_INT, and the stack set back after each number, which is what
 * gp's garbage collection comes to for such small answers.
 */
#include <pari/pari.h>

#include "factor_peers.h"

/* gp's own defaults suffice: its bound of precomputed primes, and a stack no answer here fills. */
#define STACK_BYTES (UINT64_C(1) << 26)
#define PRIME_LIMIT 500000

static bool pari_peer_open(void) {
    pari_init_opts(STACK_BYTES, PRIME_LIMIT, INIT_DFTm);
    return true;
}

static void pari_peer_factor(uint64_t n, struct fg_factorization *factors) {
    const pari_sp stack = avma;
    GEN matrix = factor(utoi(n));
    GEN primes = gel(matrix, 1), exponents = gel(matrix, 2);
    fg_factorization_clear(factors);
    for (long i = 1; i < lg(primes); i++)
        fg_factorization_add(factors, itou(gel(primes, i)), (uint32_t)itou(gel(exponents, i)));
    set_avma(stack);
}

static size_t pari_peer_divisors(uint64_t n, uint64_t *list) {
    const pari_sp stack = avma;
    GEN all = divisors(utoi(n));
    const size_t count = (size_t)lg(all) - 1;
    for (size_t i = 0; i < count; i++)
        list[i] = itou(gel(all, i + 1));
    set_avma(stack);
    return count;
}

static GEN from_wide(fg_wide n) {
    return uutoi(fg_wide_high(n), fg_wide_low(n));
}

static fg_wide to_wide(GEN n) {
    return fg_wide_join((uint64_t)*int_LSW(n), lgefint(n) > 3 ? (uint64_t)*int_MSW(n) : 0);
}

static void pari_peer_factor_wide(fg_wide n, struct fg_wide_factorization *factors) {
    const pari_sp stack = avma;
    GEN matrix = factor(from_wide(n));
    GEN primes = gel(matrix, 1), exponents = gel(matrix, 2);
    fg_wide_factorization_clear(factors);
    for (long i = 1; i < lg(primes); i++)
        fg_wide_factorization_add(factors, to_wide(gel(primes, i)),
                                  (uint32_t)itou(gel(exponents, i)));
    set_avma(stack);
}

static bool pari_peer_proves_wide(fg_wide n) {
    const pari_sp stack = avma;
    const bool prime = isprime(from_wide(n)) != 0;
    set_avma(stack);
    return prime;
}

static uint64_t pari_peer_totient(uint64_t n) {
    const pari_sp stack = avma;
    const uint64_t totient = eulerphiu(n);
    set_avma(stack);
    return totient;
}

static int pari_peer_mobius(uint64_t n) {
    const pari_sp stack = avma;
    const int mobius = (int)moebiusu(n);
    set_avma(stack);
    return mobius;
}

static uint64_t sum_primes(GEN factors) {
    GEN primes = gel(factors, 1), exponents = gel(factors, 2);
    uint64_t sum = 0;
    for (long i = 1; i < lg(primes); i++)
        sum += (uint64_t)primes[i] * (uint64_t)exponents[i];
    return sum;
}

/* Sums up as forfactored() of gp does, in pieces that the stack has room for. */
static uint64_t pari_peer_range_sum(uint64_t first, size_t count, enum fg_bench_range_sum what) {
    const pari_sp stack = avma;
    GEN all = vecfactoru_i(first, first + count - 1);
    uint64_t sum = 0;
    for (long i = 1; i < lg(all); i++) {
        if (what == FG_BENCH_RANGE_PRIMES)
            sum += sum_primes(gel(all, i));
        else if (what == FG_BENCH_RANGE_TOTIENTS)
            sum += eulerphiu_fact(gel(all, i));
        else
            sum += (uint64_t)moebiusu_fact(gel(all, i));
    }
    set_avma(stack);
    return sum;
}

const struct fg_bench_peer fg_bench_pari = {
    .name = "PARI factor",
    .wide_name = "PARI factor",
    .proof_name = "PARI isprime",
    .package = "libpari-dev",
    .open = pari_peer_open,
    .close = pari_close,
    .factor = pari_peer_factor,
    .divisors = pari_peer_divisors,
    .factor_wide = pari_peer_factor_wide,
    .proves_wide = pari_peer_proves_wide,
    .totient_name = "PARI eulerphi",
    .mobius_name = "PARI moebius",
    .totient = pari_peer_totient,
    .mobius = pari_peer_mobius,
    .range_sum = pari_peer_range_sum,
    .range_name = "PARI forfactored",
    .range_end = UINT64_C(2000000000000), /* above, a piece has fewer numbers than sieving primes */
};
