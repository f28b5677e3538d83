/* SPDX-License-Identifier: MIT */
/*
 * wide_steps.c: strong tests, Pollard's rho and the last resort for numbers of two words, one
 * number at a time.
 */
#include "methods/factor/wide_steps.h"

#include "algorithms/wide_last_resort.h"
#include "arith/montgomery_wide.h"
#include "arith/wide_gcd.h"

/* Bases of the strong tests: the first 13 prove n below 3317044064679887385961981. */
static const uint8_t bases[] = {2,  3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37,
                                41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89};

/* Products of rho between two gcds, and between two polls of the cancel flag: about 2 ms. */
#define RHO_BLOCK 256
#define RHO_POLL (1 << 17)
/* Steps of the last resort between two polls: a few milliseconds. */
#define LAST_RESORT_BLOCK (1 << 16)

static bool cancelled(const struct fg_wide_work *work) {
    return atomic_load_explicit(work->cancelled, memory_order_relaxed);
}

/* The strong test: n - 1 = d 2^twos with odd d, and `one`, as a residue. */
static bool passes(struct fg_mont128 modulus, fg_wide one, uint32_t base) {
    const uint32_t twos = fg_wide_trailing_zeros(modulus.n - 1);
    const fg_wide minus_one = modulus.n - one;
    fg_wide x = fg_mont128_pow(modulus, fg_mod128_multiple(one, base, modulus.n),
                               (modulus.n - 1) >> twos, one);
    if (x == one || x == minus_one)
        return true;
    for (uint32_t i = 1; i < twos; i++) {
        x = fg_mont128_sqr(modulus, x);
        if (x == minus_one)
            return true;
    }
    return false;
}

bool fg_wide_passes(fg_wide n) {
    const struct fg_mont128 modulus = fg_mont128_prepare(n);
    const fg_wide one = fg_mont128_one(modulus);
    for (unsigned i = 0; i < sizeof bases; i++)
        if (!passes(modulus, one, bases[i]))
            return false;
    return true;
}

/* Goes on by a block of rho's walk x -> x^2 + c: *product times the differences to `tortoise`. */
static fg_wide walk(struct fg_mont128 modulus, fg_wide x, fg_wide c, fg_wide tortoise,
                    fg_wide *product) {
    for (unsigned i = 0; i < RHO_BLOCK; i++) {
        x = fg_mod128_add(fg_mont128_sqr(modulus, x), c, modulus.n);
        const fg_wide difference = x < tortoise ? tortoise - x : x - tortoise;
        *product = fg_mont128_mul(modulus, *product, difference);
    }
    return x;
}

/* R. Brent's form of rho with one polynomial. The first walk's length is a power of two, and the
 * tortoise jumps to the hare whenever it has been passed. */
fg_wide fg_wide_rho(const struct fg_wide_work *work, fg_wide n) {
    const struct fg_mont128 modulus = fg_mont128_prepare(n);
    const fg_wide one = fg_mont128_one(modulus);
    for (uint32_t c = 1; c < 64; c++) {
        fg_wide x = fg_mod128_multiple(one, 2, n), tortoise = x, factor = 1;
        for (uint64_t done = 0, jump = RHO_BLOCK; factor == 1; done += RHO_BLOCK) {
            fg_wide product = one;
            if (done == jump) {
                tortoise = x;
                jump *= 2;
            }
            const fg_wide before = x;
            x = walk(modulus, x, fg_mod128_multiple(one, c, n), tortoise, &product);
            factor = fg_wide_gcd_odd(product, n);
            for (fg_wide y = before; factor == n && y != x;) { /* step by step through the block */
                y = fg_mod128_add(fg_mont128_sqr(modulus, y), fg_mod128_multiple(one, c, n), n);
                const fg_wide step = fg_wide_gcd_odd(y < tortoise ? tortoise - y : y - tortoise, n);
                factor = step > 1 ? step : n;
                if (step > 1)
                    break;
            }
            if (done % RHO_POLL == 0 && cancelled(work))
                return 0;
        }
        if (factor < n)
            return factor;
    }
    return 1;
}

fg_wide fg_wide_search_last_resort(const struct fg_wide_work *work, fg_wide n) {
    struct fg_wide_last_resort search = fg_wide_last_resort_begin(n);
    while (!fg_wide_last_resort_ended(&search)) {
        const fg_wide factor = fg_wide_last_resort_block(&search, LAST_RESORT_BLOCK);
        if (factor > 1)
            return factor;
        if (cancelled(work))
            return 0;
    }
    return 1;
}
