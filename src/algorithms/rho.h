/* SPDX-License-Identifier: MIT */
/*
 * rho.h: Pollard's rho method with Brent's cycle detection: the step after all curves of a
 * composite.
 *
 * About one balanced 64-bit semiprime in 300,000 is split by none of the curves: no curve's order
 * is smooth, or the curves that are find both primes at once. Rho needs about 1.2 sqrt(p) steps
 * whatever the orders are, 0.1 ms for such a number. Products of differences are collected for a
 * block of steps before a gcd is taken; a block whose gcd is n is walked again step by step.
 * Sources: J. Pollard (1975); R. Brent, "An improved Monte Carlo factorization algorithm" (1980).
 */
#ifndef FG_ALGORITHMS_RHO_H
#define FG_ALGORITHMS_RHO_H

#include "arith/gcd.h"
#include "arith/montgomery.h"

/* Steps between two gcds. */
#define FG_RHO_BLOCK 128
/* Steps of one call at most: fifteen times what a prime of 32 bits is expected to take. */
#define FG_RHO_STEPS (UINT32_C(1) << 20)

/* The sequence x <- x^2 + c, and Brent's saved value. */
struct fg_rho {
    uint64_t x, saved, c;
    uint32_t position, next_save; /* in steps; saved when they meet */
};

/* One step; returns x - saved. */
static FG_HD uint64_t fg_rho_step(struct fg_mont64 modulus, struct fg_rho *rho) {
    if (rho->position == rho->next_save) {
        rho->saved = rho->x;
        rho->next_save = 2 * rho->next_save + 1;
    }
    rho->position++;
    rho->x = fg_mod64_add(fg_mont64_mul(modulus, rho->x, rho->x), rho->c, modulus.n);
    return fg_mod64_sub(rho->x, rho->saved, modulus.n);
}

/* Returns a proper factor of the odd composite n > 2^13, or 1 if FG_RHO_STEPS steps found none, in
 * about 10 ms. The caller should test for powers of primes before: their primes tend to be found
 * all at once. */
static FG_HD uint64_t fg_rho_factor(uint64_t n) {
    FG_VERIFY_CHECK(n % 2 == 1 && n > FG_RHO_STEPS / FG_RHO_BLOCK); /* c stays below n */
    const struct fg_mont64 modulus = fg_mont64_prepare(n);
    struct fg_rho rho;
    rho.c = 0;
    rho.x = rho.saved = 0;
    rho.position = rho.next_save = 0;
    uint64_t product = fg_mont64_one(modulus);
    for (uint32_t done = 0; done < FG_RHO_STEPS; done += FG_RHO_BLOCK) {
        if (rho.c == 0 || product == 0) { /* the first sequence, or the next: both primes met */
            rho.c++;
            rho.x = rho.saved = 2 % n;
            rho.position = rho.next_save = 0;
            product = fg_mont64_one(modulus);
        }
        const struct fg_rho before = rho;
        for (uint32_t i = 0; i < FG_RHO_BLOCK; i++)
            product = fg_mont64_mul(modulus, product, fg_rho_step(modulus, &rho));
        uint64_t factor = fg_gcd64_odd(product, n);
        if (factor == n) {
            rho = before;
            do
                factor = fg_gcd64_odd(fg_rho_step(modulus, &rho), n);
            while (factor == 1);
            product = 0;
        }
        if (factor != 1 && factor != n)
            return factor;
    }
    return 1;
}

#endif
