/* SPDX-License-Identifier: MIT */
/*
 * wide_last_resort.h: finds a factor of any odd composite below 2^128, in a number of steps that is
 * known beforehand.
 *
 * Trial division up to the cube root of n, then R. Lehman's method ("Factoring large integers",
 * 1974): if no divisor is up to r = floor(n^(1/3)) and n is composite, then there are k, 1 <= k <=
 * r, and a with
 *
 *     0 <= a - sqrt(4 k n) <= n^(1/6) / (4 sqrt(k)),   a^2 - 4 k n = b^2,
 *
 * and gcd(a + b, n) is a proper divisor. At most n^(1/3) / 2 divisions of 5 ns and n^(1/3) values
 * of k, 60 ns each (Zen 4): 7 seconds for 80 bits, 5 minutes for 96, 5 days for 128. The engine
 * comes here when all of a plan's curves have missed, which has not been seen outside tests.
 *
 * 4 k n and a^2 can pass 2^128, up to 2^173. Only their difference is needed, which is below
 * 2^128: it is computed modulo 2^128.
 */
#ifndef FG_ALGORITHMS_WIDE_LAST_RESORT_H
#define FG_ALGORITHMS_WIDE_LAST_RESORT_H

#include "algorithms/wide_power.h"
#include "arith/wide.h"
#include "arith/wide_gcd.h"
#include "arith/wide_root.h"

/* The state of a search: trial division by `next` up to the cube root, then Lehman's k. */
struct fg_wide_last_resort {
    fg_wide n;
    uint64_t root; /* floor(n^(1/3)) */
    uint64_t next; /* the next divisor, or k */
    bool lehman;
};

/* n is odd, composite and above 21. */
static FG_HD struct fg_wide_last_resort fg_wide_last_resort_begin(fg_wide n) {
    struct fg_wide_last_resort search;
    search.n = n;
    search.root = fg_wide_iroot(n, 3);
    search.next = 3;
    search.lehman = false;
    return search;
}

/* Returns whether all has been searched: n would be prime. */
static FG_HD bool fg_wide_last_resort_ended(const struct fg_wide_last_resort *search) {
    return search->lehman && search->next > search->root;
}

/*
 * Returns the least a with a^2 >= 4 k n, and *square = a^2 - 4 k n, for k below 2^43 and n below
 * 2^128: a < 2^87.
 *
 * The double root is within 2^-51 of it relatively, 2^36 absolutely; so a^2 - 4 k n is below 2^124
 * in absolute value, and a signed number of two words holds it. Dividing it by 2 a in double
 * precision corrects a to within 1: the square of the error, 2^72, over 2 a, which is above 2^43
 * (n > 2^64), counts only where a is large: 2^72 / 2^88.
 */
static FG_HD fg_wide fg_wide_lehman_root(fg_wide n, uint64_t k, fg_wide *square) {
    __extension__ typedef __int128 fg_signed_wide;
    const fg_wide target = 4 * (fg_wide)k * n; /* modulo 2^128 */
    const double root = 2.0 * sqrt((double)k) * sqrt(fg_wide_to_double(n));
    fg_wide a = (fg_wide)root;
    const fg_signed_wide off = (fg_signed_wide)(target - a * a);
    a += (fg_wide)(fg_signed_wide)((double)off / (2.0 * root));
    while ((fg_signed_wide)(a * a - target) < 0)
        a++;
    while ((fg_signed_wide)((a - 1) * (a - 1) - target) >= 0)
        a--;
    *square = a * a - target;
    return a;
}

/* Tries every a for one k. Returns a proper factor of n, or 1. */
static FG_HD fg_wide fg_wide_lehman_step(fg_wide n, uint64_t k, double sixth_root) {
    fg_wide square, a = fg_wide_lehman_root(n, k, &square);
    const uint64_t spread = (uint64_t)(sixth_root / (4.0 * sqrt((double)k))) + 1;
    for (uint64_t i = 0; i <= spread; i++) {
        const uint64_t b = fg_wide_may_be_square(square) ? fg_wide_isqrt(square) : 0;
        if ((fg_wide)b * b == square) {
            const fg_wide factor = fg_wide_gcd_odd(a + b, n);
            if (factor > 1 && factor < n)
                return factor;
        }
        square += 2 * a + 1;
        a++;
    }
    return 1;
}

/* Goes on by about `steps` steps. Returns a proper factor of n, or 1 if there is none among
 * them. */
static FG_HD fg_wide fg_wide_last_resort_block(struct fg_wide_last_resort *search, uint64_t steps) {
    const uint64_t root = search->root;
    if (!search->lehman) {
        const uint64_t left = root >= search->next ? (root - search->next) / 2 + 1 : 0;
        for (uint64_t i = left < steps ? left : steps; i > 0; i--, search->next += 2)
            if (search->n % search->next == 0)
                return search->next;
        if (search->next <= root)
            return 1;
        search->lehman = true;
        search->next = 1;
        return 1;
    }
    const double sixth_root = sqrt((double)root + 1.0);
    for (uint64_t i = 0; i < steps && search->next <= root; search->next++) {
        i += 1 + (uint64_t)(sixth_root / (4.0 * sqrt((double)search->next)));
        const fg_wide factor = fg_wide_lehman_step(search->n, search->next, sixth_root);
        if (factor > 1)
            return factor;
    }
    return 1;
}

#endif
