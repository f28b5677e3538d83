/* SPDX-License-Identifier: MIT */
/*
 * ecm.h: one curve of Lenstra's elliptic-curve method, in one form of arith/residues.h.
 *
 * A curve is a fixed program (program_tables.h): the same sequence of products for every number, so
 * that lanes, interleaved numbers and the threads of a warp never diverge.
 *
 * Curves are -x^2 + y^2 = 1 + d x^2 y^2 with projective points (X : Y : Z) and T = XY/Z if an
 * addition needs it. Stage 1 runs a fixed chain of doublings and few additions; stage 2 continues
 * with (Z + Y : Z - Y), the x coordinate of the birational Montgomery curve, brings all its points
 * to one common denominator without an inversion, and multiplies differences of x.
 * Every product keeps to the range of residues_scalar.h: the factors' bounds stand beside it in
 * units of n (headroom 6; with headroom 0 all are below 1).
 *
 * Sources: D. Bernstein, P. Birkner, T. Lange, C. Peters, "ECM using Edwards curves" (2013);
 * H. Hisil, K. Wong, G. Carter, E. Dawson, "Twisted Edwards curves revisited" (2008) for the
 * formulas, the addition being their dual one without d; J. Bos, T. Kleinjung, "ECM at work" (2012)
 * for chains by batches; P. Montgomery, "Speeding the Pollard and elliptic curve methods of
 * factorization" (1987) for stage 2.
 */
#ifndef FG_ALGORITHMS_ECM_H
#define FG_ALGORITHMS_ECM_H

#include "algorithms/program_tables.h"
#include "arith/residues.h"
#if FG_WORDS == 2
#include "algorithms/wide_curve.h"
#endif
#if FG_WORDS == 2 && !defined(FG_ECM_BLOCKS)
#include "algorithms/ecm_wide_tables.h"
#endif
#if !defined(FG_ECM_BLOCKS)
#include "algorithms/pairs.h"
#endif

/* Every modulus must be above this, which every constant of the curves is below. */
#define FG_ECM_MIN (UINT64_C(1) << 34)

struct fg_ecm_point {
    struct fg_residue x, y, z, t;
};

/* The second operand of an addition, prepared. */
struct fg_ecm_addend {
    struct fg_residue y_minus_x, y_plus_x, twice_t, twice_z; /* below 4 each */
};

/* R <- 2R, without T: 7 products, all results below 2. (EF : GH : FG), T = EH; the signs of all
 * four are turned, which is the same point. */
static FG_HD void fg_ecm_double(const struct fg_field *field, struct fg_ecm_point *r, bool want_t) {
    const struct fg_residue a = fg_sqr_loose(field, r->x);
    const struct fg_residue b = fg_sqr_loose(field, r->y);
    const struct fg_residue zz = fg_sqr_loose(field, r->z);
    const struct fg_residue xy = fg_mul_loose(field, r->x, r->y);
    const struct fg_residue c = fg_add_loose(field, zz, zz); /* 4 */
    const struct fg_residue e = fg_add(field, xy, xy);       /* 4 */
    const struct fg_residue g = fg_sub(field, b, a);         /* 4 */
    const struct fg_residue h = fg_add(field, a, b);         /* 4 */
    const struct fg_residue f = fg_sub_sum(field, c, g);     /* 8 */
    r->x = fg_mul(field, e, f);                              /* 4 * 8 */
    r->y = fg_mul(field, g, h);                              /* 4 * 4 */
    r->z = fg_mul(field, f, g);                              /* 8 * 4 */
    if (want_t)
        r->t = fg_mul(field, e, h); /* 4 * 4 */
}

/* R with its T as the operand of additions. */
static FG_HD struct fg_ecm_addend fg_ecm_prepare_addend(const struct fg_field *field,
                                                        const struct fg_ecm_point *r) {
    struct fg_ecm_addend s;
    s.y_minus_x = fg_sub(field, r->y, r->x);
    s.y_plus_x = fg_add(field, r->y, r->x);
    s.twice_t = fg_add(field, r->t, r->t);
    s.twice_z = fg_add(field, r->z, r->z);
    return s;
}

/* R <- R + S or R - S: 7 products, or 8 with T. If the formulas have an exception modulo a prime
 * p, all coordinates become 0 modulo p, which the gcd at the end finds just as well. */
static FG_HD void fg_ecm_add(const struct fg_field *field, struct fg_ecm_point *r,
                             const struct fg_ecm_addend *s, bool subtract, bool want_t) {
    const struct fg_residue minus = fg_sub(field, r->y, r->x); /* 4 */
    const struct fg_residue plus = fg_add(field, r->y, r->x);  /* 4 */
    const struct fg_residue a = fg_mul_loose(field, minus, subtract ? s->y_minus_x : s->y_plus_x);
    const struct fg_residue b = fg_mul_loose(field, plus, subtract ? s->y_plus_x : s->y_minus_x);
    const struct fg_residue c = fg_mul_loose(field, r->z, s->twice_t); /* 2 * 4 */
    const struct fg_residue d = fg_mul_loose(field, r->t, s->twice_z);
    const struct fg_residue sum = fg_add(field, d, c);        /* 4 */
    const struct fg_residue difference = fg_sub(field, d, c); /* 4 */
    const struct fg_residue e = subtract ? difference : sum;
    const struct fg_residue h = subtract ? sum : difference;
    const struct fg_residue f = fg_sub(field, b, a); /* 4 */
    const struct fg_residue g = fg_add(field, b, a); /* 4 */
    r->x = fg_mul(field, e, f);
    r->y = fg_mul(field, g, h);
    r->z = fg_mul(field, f, g);
    if (want_t)
        r->t = fg_mul(field, e, h);
}

/* Stage 1: R <- K * R for the program's exponent K. On entry R's X, Y and Z are set. */
static FG_HD void fg_ecm_stage1(const struct fg_field *field,
                                const struct FG_PROGRAM_OF(ecm_program) * program,
                                struct fg_ecm_point *r) {
    for (uint32_t i = 1; i < program->twos; i++)
        fg_ecm_double(field, r, false);
    fg_ecm_double(field, r, true);

    struct fg_ecm_addend first = fg_ecm_prepare_addend(field, r), second = first;
    for (uint32_t step = program->step_begin; step < program->step_end; step++) {
        const uint32_t flags = FG_TABLE_OF(ecm_steps)[step].flags;
        const bool next_starts = step + 1 < program->step_end &&
                                 (FG_TABLE_OF(ecm_steps)[step + 1].flags & FG_ECM_START) != 0;
        if (flags & FG_ECM_START)
            first = fg_ecm_prepare_addend(field, r);
        for (uint32_t i = 1; i < FG_TABLE_OF(ecm_steps)[step].doublings; i++)
            fg_ecm_double(field, r, false);
        fg_ecm_double(field, r, true);
        fg_ecm_add(field, r, flags & FG_ECM_USE_SECOND ? &second : &first,
                   (flags & FG_ECM_SUBTRACT) != 0, next_starts || (flags & FG_ECM_KEEP) != 0);
        if (flags & FG_ECM_KEEP)
            second = fg_ecm_prepare_addend(field, r);
    }
}

#if FG_WORDS == 2

/* Does stage 1 by windows, for long exponents: the odd multiples R, 3R, 5R ... of R without its
 * twos, as operands of additions in `multiples`, 4 residues each, and a step for each window. Not a
 * part of its caller, whose frame would have the temporaries of both ways. */
static FG_HD_APART void fg_ecm_stage1_by_windows(const struct fg_field *field,
                                                 const struct fg_wide_ecm_program *program,
                                                 struct fg_ecm_point *r,
                                                 struct fg_residue *FG_RESTRICT multiples) {
    for (uint32_t i = 1; i < program->twos; i++)
        fg_ecm_double(field, r, false);
    fg_ecm_double(field, r, true);

    struct fg_ecm_point multiple = *r, twice = *r;
    fg_ecm_double(field, &twice, true);
    const struct fg_ecm_addend next = fg_ecm_prepare_addend(field, &twice);
    for (uint32_t i = 0; i < program->window_count; i++) {
        if (i > 0)
            fg_ecm_add(field, &multiple, &next, false, true);
        const struct fg_ecm_addend addend = fg_ecm_prepare_addend(field, &multiple);
        multiples[4 * i] = addend.y_minus_x;
        multiples[4 * i + 1] = addend.y_plus_x;
        multiples[4 * i + 2] = addend.twice_t;
        multiples[4 * i + 3] = addend.twice_z;
    }
    for (uint32_t step = program->step_begin; step < program->step_end; step++) {
        const struct fg_ecm_step now = FG_TABLE_OF(ecm_steps)[step];
        const struct fg_residue *const operand =
            &multiples[4 * (now.flags >> FG_WIDE_ECM_WINDOW_SHIFT)];
        struct fg_ecm_addend addend;
        addend.y_minus_x = operand[0];
        addend.y_plus_x = operand[1];
        addend.twice_t = operand[2];
        addend.twice_z = operand[3];
        for (uint32_t i = 1; i < now.doublings; i++)
            fg_ecm_double(field, r, false);
        fg_ecm_double(field, r, true);
        fg_ecm_add(field, r, &addend, (now.flags & FG_ECM_SUBTRACT) != 0, false);
    }
}

#endif

/* An x-only point. */
struct fg_ecm_x_point {
    struct fg_residue x, z;
};

/* Returns P + Q, given P - Q = difference. Takes 6 products. */
static FG_HD struct fg_ecm_x_point
fg_ecm_differential_add(const struct fg_field *field, const struct fg_ecm_x_point *p,
                        const struct fg_ecm_x_point *q, const struct fg_ecm_x_point *difference) {
    const struct fg_residue u =
        fg_mul_loose(field, fg_sub(field, p->x, p->z), fg_add(field, q->x, q->z)); /* 4 * 4 */
    const struct fg_residue v =
        fg_mul_loose(field, fg_add(field, p->x, p->z), fg_sub(field, q->x, q->z)); /* 4 * 4 */
    const struct fg_residue sum = fg_sqr(field, fg_add(field, u, v));
    const struct fg_residue gap = fg_sqr(field, fg_sub(field, u, v));
    struct fg_ecm_x_point r;
    r.x = fg_mul(field, sum, difference->z);
    r.z = fg_mul(field, gap, difference->x);
    return r;
}

/* Returns 2P on the curve with (A + 2) / 4 = numerator / denominator. Takes 6 products. */
static FG_HD struct fg_ecm_x_point fg_ecm_x_double(const struct fg_field *field,
                                                   const struct fg_ecm_x_point *p,
                                                   struct fg_residue numerator,
                                                   struct fg_residue denominator) {
    const struct fg_residue sum = fg_sqr(field, fg_add(field, p->x, p->z));
    const struct fg_residue gap = fg_sqr(field, fg_sub(field, p->x, p->z));
    const struct fg_residue four_xz = fg_sub(field, sum, gap); /* 4 */
    const struct fg_residue scaled_gap = fg_mul(field, denominator, gap);
    const struct fg_residue inner =
        fg_add(field, scaled_gap, fg_mul_loose(field, numerator, four_xz));
    struct fg_ecm_x_point r;
    r.x = fg_mul(field, sum, scaled_gap);
    r.z = fg_mul(field, four_xz, inner); /* 4 * 4 */
    return r;
}

/*
 * (A + 2) / 4 = 1 / (1 + d) as a fraction of products, from any point (X : Y : Z) of the curve:
 * 1 + d = (X^2 + Z^2)(Y^2 - Z^2) / (X^2 Y^2). 5 products.
 */
static FG_HD void fg_ecm_a24(const struct fg_field *field, struct fg_residue x, struct fg_residue y,
                             struct fg_residue z, struct fg_residue *numerator,
                             struct fg_residue *denominator) {
    const struct fg_residue xx = fg_sqr(field, x);
    const struct fg_residue yy = fg_sqr(field, y);
    const struct fg_residue zz = fg_sqr(field, z);
    *numerator = fg_mul(field, xx, yy);
    *denominator = fg_mul(field, fg_add(field, xx, zz), fg_sub(field, yy, zz));
}

#if FG_WORDS == 2

/* A lane's curve is given by its start, below the lane's modulus. */
typedef struct fg_wide_curve fg_ecm_choice;

static FG_HD const struct fg_wide_curve *fg_ecm_start(const fg_ecm_choice *choice) {
    return choice;
}

#else

/* A lane's curve is given by its index, below FG_ECM_CURVE_COUNT. */
typedef uint32_t fg_ecm_choice;

static FG_HD const struct fg_ecm_curve *fg_ecm_start(const fg_ecm_choice *choice) {
    FG_VERIFY_CHECK(*choice < FG_ECM_CURVE_COUNT);
    return &fg_ecm_curves[*choice];
}

#endif

/*
 * Does stage 1 of a curve for each lane, and then the point steps: slots[] are the points that they
 * reach. early[i] as for fg_ecm_run_in().
 */
static FG_HD void fg_ecm_reach(const struct fg_field *field,
                               const struct FG_PROGRAM_OF(ecm_program) * program,
                               const fg_ecm_choice *curves,
                               struct fg_ecm_x_point *FG_RESTRICT slots, fg_number *early) {
    fg_number x[FG_LANES], y[FG_LANES], z[FG_LANES];
    for (uint32_t i = 0; i < FG_LANES; i++) {
        x[i] = fg_ecm_start(&curves[i])->x;
        y[i] = fg_ecm_start(&curves[i])->y;
        z[i] = fg_ecm_start(&curves[i])->z;
    }
    struct fg_ecm_point r; /* the constants as residues: all by one factor, so the same point */
    r.x = fg_load(x);
    r.y = fg_load(y);
    r.z = r.t = fg_load(z); /* T is not looked at before the first addition's doubling */
    struct fg_residue numerator, denominator;
    fg_ecm_a24(field, r.x, r.y, r.z, &numerator, &denominator);

#if FG_WORDS == 2
    if (program->window_count != 0)
        fg_ecm_stage1_by_windows(field, program, &r, (struct fg_residue *)slots);
    else
#endif
        fg_ecm_stage1(field, program, &r);
    fg_store_for_gcd(field, r.x, early);

    slots[0].x = fg_tighten(field, fg_add(field, r.z, r.y));
    slots[0].z = fg_tighten(field, fg_sub(field, r.z, r.y));
    for (uint32_t i = program->point_step_begin; i < program->point_step_end; i++) {
        const struct FG_PROGRAM_OF(ecm_point_step) step = FG_TABLE_OF(ecm_point_steps)[i];
        slots[step.out] = step.difference == FG_POINT_DOUBLE
                              ? fg_ecm_x_double(field, &slots[step.a], numerator, denominator)
                              : fg_ecm_differential_add(field, &slots[step.a], &slots[step.b],
                                                        &slots[step.difference]);
    }
}

#if !defined(FG_ECM_BLOCKS)

/*
 * Brings all points of the slots to one denominator: value i is X_i times the other points' Z.
 * Takes 4 products a point. A Z that is 0 modulo p makes every other value 0 modulo p. Returns the
 * values, which take the place of the slots: value i is written when slots i and above alone are
 * needed.
 */
static FG_HD const struct fg_residue *fg_ecm_common_denominator(const struct fg_field *field,
                                                                struct fg_ecm_x_point *slots,
                                                                uint32_t count) {
    struct fg_residue after = slots[count - 1].z; /* the product of the Z from there on */
    for (uint32_t i = count - 2; i > 0; i--) {
        slots[i].x = fg_mul(field, slots[i].x, after);
        after = fg_mul(field, after, slots[i].z);
    }
    struct fg_residue *const values = (struct fg_residue *)slots;
    struct fg_residue before = slots[0].z;
    values[0] = fg_mul(field, slots[0].x, after);
    for (uint32_t i = 1; i + 1 < count; i++) {
        const struct fg_ecm_x_point slot = slots[i];
        values[i] = fg_mul(field, slot.x, before);
        before = fg_mul(field, before, slot.z);
    }
    values[count - 1] = fg_mul(field, slots[count - 1].x, before);
    return values;
}

/*
 * One curve for the odd modulus of each lane, above FG_ECM_MIN. found[i] is a number whose gcd with
 * lane i's modulus is hoped to be a proper factor: 0 modulo each of its primes that the curve
 * finds. If that gcd is the modulus itself, all primes came at once: early[i] is the same after
 * stage 1 alone.
 *
 * slots[FG_ECM_SLOTS] is work space, which a form of many lanes has no room for on every thread's
 * stack.
 */
static FG_HD void fg_ecm_run_in(const struct fg_field *field,
                                const struct FG_PROGRAM_OF(ecm_program) * program,
                                const fg_ecm_choice *curves,
                                struct fg_ecm_x_point *FG_RESTRICT slots, fg_number *found,
                                fg_number *early) {
    fg_ecm_reach(field, program, curves, slots, early);
    const struct fg_residue *const values = fg_ecm_common_denominator(
        field, slots, (uint32_t)program->baby_count + program->giant_count);
    const struct fg_residue product =
        fg_pair_product(field, values, program->baby_count, program->giant_count, FG_ECM_PAIRS,
                        program->pair_count_begin, program->pair_slot_begin, values[0]);
    fg_store_for_gcd(field, product, found);
}

/* Runs a program as fg_ecm_run_in() does, with the work space on the stack. */
static FG_HD void fg_ecm_run(const struct fg_field *field,
                             const struct FG_PROGRAM_OF(ecm_program) * program,
                             const fg_ecm_choice *curves, fg_number *found, fg_number *early) {
    struct fg_ecm_x_point slots[FG_ECM_SLOTS];
    fg_ecm_run_in(field, program, curves, slots, found, early);
}

#endif

#endif
