/* SPDX-License-Identifier: MIT */
/*
 * ecm_family.h: curves of ECM without end, for numbers that need more than ecm_tables.h has.
 *
 * Every multiple k P of the point P = (15, 378) on y^2 = x^3 - 9747 x + 285714, which has infinite
 * order, gives a curve -x^2 + y^2 = 1 + d x^2 y^2 with the torsion group Z/6 and a point on it. It
 * is Suyama's curve with sigma = (213 - x) / (x + 3), for the sigmas whose curve has this form.
 * Source: R. Barbulescu, J. Bos, C. Bouvier, T. Kleinjung, P. Montgomery, "Finding ECM-friendly
 * curves through a study of Galois properties" (2013); theorem 5.4 of D. Bernstein, P. Birkner, T.
 * Lange, "Starfish on strike" (2010).
 *
 * All of it is computed modulo n with projective coordinates, so without an inversion. If a step
 * has an exception modulo a prime of n, all coordinates are 0 modulo it, which the curve's gcd
 * finds.
 */
#ifndef FG_ALGORITHMS_ECM_FAMILY_H
#define FG_ALGORITHMS_ECM_FAMILY_H

#include "algorithms/ecm_tables.h"
#include "algorithms/wide_curve.h"
#include "arith/montgomery_wide.h"

/* The curves of the table with the same torsion group come first, because they cost nothing. The
 * first two members of the family are among them. */
#define FG_ECM_FAMILY_BEGIN 3

/* A member k of the family, as the point (x : y : z) = k P modulo n. Residues are in Montgomery
 * form. */
struct fg_ecm_family {
    struct fg_mont128 modulus;
    fg_wide one, px, py; /* 1 and the coordinates of P */
    fg_wide x, y, z;
    uint32_t k;
};

/* Prepares the family for an odd n > 2^16, at k = 1. */
static FG_HD struct fg_ecm_family fg_ecm_family_begin(fg_wide n) {
    struct fg_ecm_family family;
    family.modulus = fg_mont128_prepare(n);
    family.one = fg_mont128_one(family.modulus);
    family.px = fg_mod128_multiple(family.one, 15, n);
    family.py = fg_mod128_multiple(family.one, 378, n);
    family.x = family.px;
    family.y = family.py;
    family.z = family.one;
    family.k = 1;
    return family;
}

/* k <- k + 1. 11 products. */
static FG_HD void fg_ecm_family_add(struct fg_ecm_family *family) {
    const struct fg_mont128 m = family->modulus;
    const fg_wide u = fg_mod128_sub(fg_mont128_mul(m, family->py, family->z), family->y, m.n);
    const fg_wide v = fg_mod128_sub(fg_mont128_mul(m, family->px, family->z), family->x, m.n);
    const fg_wide vv = fg_mont128_sqr(m, v);
    const fg_wide vvv = fg_mont128_mul(m, v, vv);
    const fg_wide r = fg_mont128_mul(m, vv, family->x);
    fg_wide a = fg_mont128_mul(m, fg_mont128_sqr(m, u), family->z);
    a = fg_mod128_sub(a, vvv, m.n);
    a = fg_mod128_sub(fg_mod128_sub(a, r, m.n), r, m.n);
    family->x = fg_mont128_mul(m, v, a);
    family->y = fg_mod128_sub(fg_mont128_mul(m, u, fg_mod128_sub(r, a, m.n)),
                              fg_mont128_mul(m, vvv, family->y), m.n);
    family->z = fg_mont128_mul(m, vvv, family->z);
    family->k++;
}

/* k <- 2 k. 12 products. */
static FG_HD void fg_ecm_family_double(struct fg_ecm_family *family) {
    const struct fg_mont128 m = family->modulus;
    const fg_wide minus_a = fg_mod128_multiple(family->one, 9747, m.n);
    const fg_wide xx = fg_mont128_sqr(m, family->x);
    const fg_wide azz = fg_mont128_mul(m, minus_a, fg_mont128_sqr(m, family->z));
    const fg_wide w = fg_mod128_sub(fg_mod128_multiple(xx, 3, m.n), azz, m.n);
    const fg_wide s = fg_mont128_mul(m, family->y, family->z);
    const fg_wide ys = fg_mont128_mul(m, family->y, s);
    const fg_wide four_b = fg_mod128_multiple(fg_mont128_mul(m, family->x, ys), 4, m.n);
    const fg_wide h = fg_mod128_sub(fg_mod128_sub(fg_mont128_sqr(m, w), four_b, m.n), four_b, m.n);
    const fg_wide twice_s = fg_mod128_add(s, s, m.n);
    const fg_wide twice_ys = fg_mod128_add(ys, ys, m.n);
    const fg_wide square = fg_mont128_sqr(m, twice_ys);
    family->x = fg_mont128_mul(m, h, twice_s);
    family->y = fg_mod128_sub(fg_mont128_mul(m, w, fg_mod128_sub(four_b, h, m.n)),
                              fg_mod128_add(square, square, m.n), m.n);
    family->z = fg_mont128_mul(m, fg_mont128_sqr(m, twice_s), twice_s);
    family->k *= 2;
}

/* Brings the family to member k >= 1. One addition if that is the next one, else 12 to 23 products
 * a bit of k. */
static FG_HD void fg_ecm_family_to(struct fg_ecm_family *family, uint32_t k) {
    FG_VERIFY_CHECK(k >= 1);
    if (k == family->k)
        return;
    /* P + P is a doubling. */
    if (k != family->k + 1 || family->k == 1) {
        family->x = family->px;
        family->y = family->py;
        family->z = family->one;
        family->k = 1;
        for (uint32_t bit = fg_bit_length64(k) - 1; bit-- > 0;) {
            fg_ecm_family_double(family);
            if (k >> bit & 1)
                fg_ecm_family_add(family);
        }
        return;
    }
    fg_ecm_family_add(family);
}

/*
 * Returns the curve of the family's present member. With s : t = 213 z - x : x + 3 z its point is
 *
 *     x = 288 (y/z) s t / ((s - t) (s + 5 t) (s^2 + 5 t^2)) with s, t = 213 - x/z, x/z + 3
 *     y = ((s^2 - 5 t^2)^3 - (4 s t)^3) / ((s^2 - 5 t^2)^3 + (4 s t)^3)
 *
 * 14 products. Montgomery form scales all three coordinates alike, which is the same point.
 */
static FG_HD_INSIDE struct fg_wide_curve fg_ecm_family_curve(const struct fg_ecm_family *family) {
    const struct fg_mont128 m = family->modulus;
    const fg_wide n = m.n, z = family->z;
    const fg_wide s =
        fg_mod128_sub(fg_mont128_mul(m, fg_mod128_multiple(family->one, 213, n), z), family->x, n);
    const fg_wide t = fg_mod128_add(family->x, fg_mod128_multiple(z, 3, n), n);
    const fg_wide ss = fg_mont128_sqr(m, s), st = fg_mont128_mul(m, s, t);
    const fg_wide five_tt = fg_mod128_multiple(fg_mont128_sqr(m, t), 5, n);
    const fg_wide four_st = fg_mod128_multiple(st, 4, n);
    const fg_wide difference = fg_mod128_sub(ss, five_tt, n);
    const fg_wide u = fg_mont128_mul(m, fg_mont128_sqr(m, difference), difference);
    const fg_wide v = fg_mont128_mul(m, fg_mont128_sqr(m, four_st), four_st);
    /* (s - t)(s + 5 t) = s^2 + 4 s t - 5 t^2 */
    const fg_wide below =
        fg_mont128_mul(m, fg_mod128_add(difference, four_st, n), fg_mod128_add(ss, five_tt, n));
    const fg_wide sum = fg_mod128_add(u, v, n);
    /* 288 s t = 72 (4 s t) */
    fg_wide above =
        fg_mont128_mul(m, fg_mont128_mul(m, family->y, z), fg_mod128_multiple(four_st, 72, n));
    struct fg_wide_curve curve;
    curve.x = fg_mont128_mul(m, above, sum);
    curve.y = fg_mont128_mul(m, fg_mod128_sub(u, v, n), below);
    curve.z = fg_mont128_mul(m, sum, below);
    return curve;
}

/*
 * Returns the curve of step `step` >= 1 of wide_plan.h, for an odd n > 2^64. *family is the
 * caller's, zero-initialised before its first use, and any number's: of the same number and the
 * step before, a curve takes 25 products.
 *
 * The table's other curves are not used: modulo primes of 40 to 56 bits they hit 0.85 times
 * as often.
 */
static FG_HD struct fg_wide_curve fg_wide_curve_of_step(struct fg_ecm_family *family, fg_wide n,
                                                        uint32_t step) {
    FG_VERIFY_CHECK(step >= 1 && n >> 64 != 0);
    if (step <= FG_ECM_SIX_COUNT) {
        const struct fg_ecm_curve known = fg_ecm_curves[step - 1];
        struct fg_wide_curve curve;
        curve.x = known.x;
        curve.y = known.y;
        curve.z = known.z;
        return curve;
    }
    if (family->modulus.n != n)
        *family = fg_ecm_family_begin(n);
    fg_ecm_family_to(family, step - FG_ECM_SIX_COUNT - 1 + FG_ECM_FAMILY_BEGIN);
    return fg_ecm_family_curve(family);
}

#endif
