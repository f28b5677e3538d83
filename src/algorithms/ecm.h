/*
 * ecm.h: one curve of Lenstra's elliptic-curve method, in one form of arith/residues.h.
 *
 * Included once for each form, behind arith/residues.h. A curve is a fixed program
 * (ecm_tables.h): the same sequence of products for every number, so that lanes, interleaved
 * numbers and the threads of a warp never part.
 *
 * Curves are -x^2 + y^2 = 1 + d x^2 y^2 with projective points (X : Y : Z) and T = XY/Z where an
 * addition needs it. Stage 1 runs a fixed chain of doublings and few additions; stage 2 continues
 * with (Z + Y : Z - Y), the x coordinate of the birational Montgomery curve, brings all its points
 * to one common denominator without an inversion, and multiplies differences of x.
 * Every product keeps to the range of residues.h: the factors' bounds stand beside it in units of n
 * (headroom 6; with headroom 0 all are below 1).
 *
 * Sources: D. Bernstein, P. Birkner, T. Lange, C. Peters, "ECM using Edwards curves" (2013);
 * H. Hisil, K. Wong, G. Carter, E. Dawson, "Twisted Edwards curves revisited" (2008) for the
 * formulas, the addition being their dual one without d; J. Bos, T. Kleinjung, "ECM at work" (2012)
 * for chains by batches; P. Montgomery, "Speeding the Pollard and elliptic curve methods of
 * factorization" (1987) for stage 2.
 */
#include "algorithms/ecm_tables.h"

/* Every modulus must be above this, which every constant of the curves is below. */
#ifndef FG_ECM_MIN
#define FG_ECM_MIN (UINT64_C(1) << 34)
#endif

/* Slots of stage 2 at most: babies, giants, temporaries. */
#ifndef FG_ECM_SLOTS
#define FG_ECM_SLOTS 74
#endif

struct FG_FORM(point) {
    FG_WORD x, y, z, t;
};

/* The second operand of an addition, prepared. */
struct FG_FORM(addend) {
    FG_WORD y_minus_x, y_plus_x, twice_t, twice_z; /* below 4 each */
};

/* R <- 2R, without T: 7 products, all results below 2. (EF : GH : FG), T = EH; the signs of all
 * four are turned, which is the same point. */
static FG_HD void FG_FORM(ecm_double)(const FG_FIELD *field, struct FG_FORM(point) * r,
                                      bool want_t) {
    const FG_WORD a = FG_FORM(sqr)(field, r->x);
    const FG_WORD b = FG_FORM(sqr)(field, r->y);
    const FG_WORD zz = FG_FORM(sqr)(field, r->z);
    const FG_WORD xy = FG_FORM(mul)(field, r->x, r->y);
    const FG_WORD c = FG_FORM(add)(field, zz, zz);   /* 4 */
    const FG_WORD e = FG_FORM(add)(field, xy, xy);   /* 4 */
    const FG_WORD g = FG_FORM(sub)(field, b, a);     /* 4 */
    const FG_WORD h = FG_FORM(add)(field, a, b);     /* 4 */
    const FG_WORD f = FG_FORM(sub_sum)(field, c, g); /* 8 */
    r->x = FG_FORM(mul)(field, e, f);                /* 4 * 8 */
    r->y = FG_FORM(mul)(field, g, h);                /* 4 * 4 */
    r->z = FG_FORM(mul)(field, f, g);                /* 8 * 4 */
    if (want_t)
        r->t = FG_FORM(mul)(field, e, h); /* 4 * 4 */
}

/* R with its T as the operand of additions. */
static FG_HD struct FG_FORM(addend)
    FG_FORM(ecm_addend)(const FG_FIELD *field, const struct FG_FORM(point) * r) {
    struct FG_FORM(addend) s;
    s.y_minus_x = FG_FORM(sub)(field, r->y, r->x);
    s.y_plus_x = FG_FORM(add)(field, r->y, r->x);
    s.twice_t = FG_FORM(add)(field, r->t, r->t);
    s.twice_z = FG_FORM(add)(field, r->z, r->z);
    return s;
}

/* R <- R + S or R - S: 7 products, or 8 with T. Where the formulas have an exception modulo a prime
 * p, all coordinates become 0 modulo p, which the gcd at the end finds just as well. */
static FG_HD void FG_FORM(ecm_add)(const FG_FIELD *field, struct FG_FORM(point) * r,
                                   const struct FG_FORM(addend) * s, bool subtract, bool want_t) {
    const FG_WORD minus = FG_FORM(sub)(field, r->y, r->x); /* 4 */
    const FG_WORD plus = FG_FORM(add)(field, r->y, r->x);  /* 4 */
    const FG_WORD a = FG_FORM(mul)(field, minus, subtract ? s->y_minus_x : s->y_plus_x);
    const FG_WORD b = FG_FORM(mul)(field, plus, subtract ? s->y_plus_x : s->y_minus_x);
    const FG_WORD c = FG_FORM(mul)(field, r->z, s->twice_t); /* 2 * 4 */
    const FG_WORD d = FG_FORM(mul)(field, r->t, s->twice_z);
    const FG_WORD sum = FG_FORM(add)(field, d, c);        /* 4 */
    const FG_WORD difference = FG_FORM(sub)(field, d, c); /* 4 */
    const FG_WORD e = subtract ? difference : sum;
    const FG_WORD h = subtract ? sum : difference;
    const FG_WORD f = FG_FORM(sub)(field, b, a); /* 4 */
    const FG_WORD g = FG_FORM(add)(field, b, a); /* 4 */
    r->x = FG_FORM(mul)(field, e, f);
    r->y = FG_FORM(mul)(field, g, h);
    r->z = FG_FORM(mul)(field, f, g);
    if (want_t)
        r->t = FG_FORM(mul)(field, e, h);
}

/* Stage 1: R <- K * R for the program's exponent K. On entry R's X, Y and Z are set. */
static FG_HD void FG_FORM(ecm_stage1)(const FG_FIELD *field, const struct fg_ecm_program *program,
                                      struct FG_FORM(point) * r) {
    for (uint32_t i = 1; i < program->twos; i++)
        FG_FORM(ecm_double)(field, r, false);
    FG_FORM(ecm_double)(field, r, true);

    struct FG_FORM(addend) first = FG_FORM(ecm_addend)(field, r), second = first;
    for (uint32_t step = program->step_begin; step < program->step_end; step++) {
        const uint32_t flags = fg_ecm_steps[step].flags;
        const bool next_starts =
            step + 1 < program->step_end && (fg_ecm_steps[step + 1].flags & FG_ECM_START) != 0;
        if (flags & FG_ECM_START)
            first = FG_FORM(ecm_addend)(field, r);
        for (uint32_t i = 1; i < fg_ecm_steps[step].doublings; i++)
            FG_FORM(ecm_double)(field, r, false);
        FG_FORM(ecm_double)(field, r, true);
        FG_FORM(ecm_add)
        (field, r, flags & FG_ECM_USE_SECOND ? &second : &first, (flags & FG_ECM_SUBTRACT) != 0,
         next_starts || (flags & FG_ECM_KEEP) != 0);
        if (flags & FG_ECM_KEEP)
            second = FG_FORM(ecm_addend)(field, r);
    }
}

/* An x-only point. */
struct FG_FORM(x_point) {
    FG_WORD x, z;
};

/* P + Q where P - Q = difference: 6 products. */
static FG_HD struct FG_FORM(x_point)
    FG_FORM(ecm_differential_add)(const FG_FIELD *field, const struct FG_FORM(x_point) * p,
                                  const struct FG_FORM(x_point) * q,
                                  const struct FG_FORM(x_point) * difference) {
    const FG_WORD u = FG_FORM(mul)(field, FG_FORM(sub)(field, p->x, p->z),
                                   FG_FORM(add)(field, q->x, q->z)); /* 4 * 4 */
    const FG_WORD v = FG_FORM(mul)(field, FG_FORM(add)(field, p->x, p->z),
                                   FG_FORM(sub)(field, q->x, q->z)); /* 4 * 4 */
    const FG_WORD sum = FG_FORM(sqr)(field, FG_FORM(add)(field, u, v));
    const FG_WORD gap = FG_FORM(sqr)(field, FG_FORM(sub)(field, u, v));
    struct FG_FORM(x_point) r;
    r.x = FG_FORM(mul)(field, sum, difference->z);
    r.z = FG_FORM(mul)(field, gap, difference->x);
    return r;
}

/* 2P on the curve with (A + 2) / 4 = numerator / denominator: 6 products. */
static FG_HD struct FG_FORM(x_point)
    FG_FORM(ecm_x_double)(const FG_FIELD *field, const struct FG_FORM(x_point) * p,
                          FG_WORD numerator, FG_WORD denominator) {
    const FG_WORD sum = FG_FORM(sqr)(field, FG_FORM(add)(field, p->x, p->z));
    const FG_WORD gap = FG_FORM(sqr)(field, FG_FORM(sub)(field, p->x, p->z));
    const FG_WORD four_xz = FG_FORM(sub)(field, sum, gap); /* 4 */
    const FG_WORD scaled_gap = FG_FORM(mul)(field, denominator, gap);
    const FG_WORD inner = FG_FORM(add)(field, scaled_gap, FG_FORM(mul)(field, numerator, four_xz));
    struct FG_FORM(x_point) r;
    r.x = FG_FORM(mul)(field, sum, scaled_gap);
    r.z = FG_FORM(mul)(field, four_xz, inner); /* 4 * 4 */
    return r;
}

/*
 * (A + 2) / 4 = 1 / (1 + d) as a fraction of products, from any point (X : Y : Z) of the curve:
 * 1 + d = (X^2 + Z^2)(Y^2 - Z^2) / (X^2 Y^2). 5 products.
 */
static FG_HD void FG_FORM(ecm_a24)(const FG_FIELD *field, FG_WORD x, FG_WORD y, FG_WORD z,
                                   FG_WORD *numerator, FG_WORD *denominator) {
    const FG_WORD xx = FG_FORM(sqr)(field, x);
    const FG_WORD yy = FG_FORM(sqr)(field, y);
    const FG_WORD zz = FG_FORM(sqr)(field, z);
    *numerator = FG_FORM(mul)(field, xx, yy);
    *denominator = FG_FORM(mul)(field, FG_FORM(add)(field, xx, zz), FG_FORM(sub)(field, yy, zz));
}

/* Brings all points of the slots to one denominator: values[i] = X_i times the other points' Z.
 * 4 products a point. A Z that is 0 modulo p makes every other value 0 modulo p. */
static FG_HD void FG_FORM(ecm_common_denominator)(const FG_FIELD *field,
                                                  const struct FG_FORM(x_point) * slots,
                                                  uint32_t count, FG_WORD *values) {
    values[1] = slots[0].z;
    for (uint32_t i = 2; i < count; i++)
        values[i] = FG_FORM(mul)(field, values[i - 1], slots[i - 1].z);
    FG_WORD suffix = slots[count - 1].z;
    values[count - 1] = FG_FORM(mul)(field, values[count - 1], slots[count - 1].x);
    for (uint32_t i = count - 2; i > 0; i--) {
        values[i] = FG_FORM(mul)(field, FG_FORM(mul)(field, values[i], suffix), slots[i].x);
        suffix = FG_FORM(mul)(field, suffix, slots[i].z);
    }
    values[0] = FG_FORM(mul)(field, suffix, slots[0].x);
}

/*
 * One curve for the odd modulus of each lane, above FG_ECM_MIN. `curves` are indices below
 * FG_ECM_CURVE_COUNT. found[i] is a number whose gcd with lane i's modulus is hoped to be a
 * proper factor: 0 modulo each of its primes that the curve finds. Where that gcd is the modulus
 * itself, all primes came at once: early[i] is the same after stage 1 alone.
 */
static FG_HD void FG_FORM(ecm_curve)(const FG_FIELD *field, const struct fg_ecm_program *program,
                                     const uint32_t *curves, uint64_t *found, uint64_t *early) {
    uint64_t x[FG_LANES], y[FG_LANES], z[FG_LANES];
    for (uint32_t i = 0; i < FG_LANES; i++) {
        FG_VERIFY_CHECK(curves[i] < FG_ECM_CURVE_COUNT);
        x[i] = fg_ecm_curves[curves[i]].x;
        y[i] = fg_ecm_curves[curves[i]].y;
        z[i] = fg_ecm_curves[curves[i]].z;
    }
    struct FG_FORM(point) r; /* the constants as residues: all by one factor, so the same point */
    r.x = FG_FORM(load)(x);
    r.y = FG_FORM(load)(y);
    r.z = r.t = FG_FORM(load)(z); /* T is not looked at before the first addition's doubling */
    FG_WORD numerator, denominator;
    FG_FORM(ecm_a24)(field, r.x, r.y, r.z, &numerator, &denominator);

    FG_FORM(ecm_stage1)(field, program, &r);
    FG_FORM(store_for_gcd)(field, r.x, early);

    struct FG_FORM(x_point) slots[FG_ECM_SLOTS];
    slots[0].x = FG_FORM(tighten)(field, FG_FORM(add)(field, r.z, r.y));
    slots[0].z = FG_FORM(tighten)(field, FG_FORM(sub)(field, r.z, r.y));
    for (uint32_t i = program->point_step_begin; i < program->point_step_end; i++) {
        const struct fg_ecm_point_step step = fg_ecm_point_steps[i];
        slots[step.out] = step.difference == FG_ECM_DOUBLE
                              ? FG_FORM(ecm_x_double)(field, &slots[step.a], numerator, denominator)
                              : FG_FORM(ecm_differential_add)(field, &slots[step.a], &slots[step.b],
                                                              &slots[step.difference]);
    }

    FG_WORD values[FG_ECM_SLOTS];
    FG_FORM(ecm_common_denominator)
    (field, slots, (uint32_t)program->baby_count + program->giant_count, values);
    const FG_WORD product =
        FG_FORM(pair_product)(field, values, program->baby_count, program->giant_count,
                              program->pair_count_begin, program->pair_slot_begin, values[0]);
    FG_FORM(store_for_gcd)(field, product, found);
}
