/* SPDX-License-Identifier: MIT */
/*
 * pm1.h: Pollard's P-1 method as one fixed step, in one form of arith/residues.h.
 *
 * It finds p if p-1 is smooth but for one prime; it comes before the curves because it costs less
 * than half of one.
 * Stage 1 raises 2 to the program's exponent (a multiplication by the base is a doubling). Stage 2
 * compares x^(j^2) with x^((iD)^2), which takes no inversion: they are equal modulo p exactly when
 * (iD - j)(iD + j) is a multiple of the order of x. The powers come by second differences.
 * Sources: J. Pollard (1974); P. Montgomery (1987, see ecm.h), section 4.
 */
#ifndef FG_ALGORITHMS_PM1_H
#define FG_ALGORITHMS_PM1_H

#include "algorithms/program_tables.h"
#include "arith/residues.h"
#if FG_WORDS == 2
#include "algorithms/pm1_wide_tables.h"
#endif
#if !defined(FG_ECM_BLOCKS)
#include "algorithms/pairs.h"
#endif

/* Stage 1: returns 2 to the program's exponent. early[i] as for fg_ecm_run_in(). */
static FG_HD struct fg_residue fg_pm1_stage1(const struct fg_field *field,
                                             const struct FG_PROGRAM_OF(pm1_program) * program,
                                             struct fg_residue one, fg_number *early) {
    struct fg_residue x = fg_tighten(field, fg_add(field, one, one)); /* the top bit */
    for (uint32_t bit = program->exponent_bits - UINT32_C(1); bit-- > 0;) {
        const uint64_t word =
            FG_PM1_TABLE_OF(pm1_exponents)[program->exponent_word_begin + bit / 64];
        x = fg_sqr(field, x); /* below 4: 16 */
        if (word >> bit % 64 & 1)
            x = fg_add(field, x, x); /* 4 */
    }
    x = fg_tighten(field, x);
    fg_store_for_gcd(field, fg_sub(field, x, one), early);
    return x;
}

/* Fills values[] with x^(j^2) for the program's babies j. */
static FG_HD void fg_pm1_make_babies(const struct fg_field *field,
                                     const struct FG_PROGRAM_OF(pm1_program) * program,
                                     struct fg_residue x, struct fg_residue *FG_RESTRICT values) {
    /* For j = 1, 3, 5 ... the ratio to the next is x^(4j + 4), which grows by x^8. */
    struct fg_residue x8 = fg_sqr(field, x);
    x8 = fg_sqr(field, x8);
    x8 = fg_sqr(field, x8);
    struct fg_residue value = x, ratio = x8;
    uint32_t j = 1;
    for (uint32_t slot = 0; slot < program->baby_count; slot++) {
        for (; j < FG_PM1_TABLE_OF(pm1_babies)[program->baby_begin + slot]; j += 2) {
            value = fg_mul(field, value, ratio);
            ratio = fg_mul(field, ratio, x8);
        }
        values[slot] = value;
    }
}

/* A giant, y^(i^2) with y = x^(D^2), and what leads to the next: the ratio is y^(2i + 1), which
 * grows by y^2. */
struct fg_pm1_giant {
    struct fg_residue value, ratio, yy;
};

static FG_HD void fg_pm1_next_giant(const struct fg_field *field, struct fg_pm1_giant *giant) {
    giant->value = fg_mul(field, giant->value, giant->ratio);
    giant->ratio = fg_mul(field, giant->ratio, giant->yy);
}

/* Returns the program's first giant. */
static FG_HD struct fg_pm1_giant
fg_pm1_first_giant(const struct fg_field *field, const struct FG_PROGRAM_OF(pm1_program) * program,
                   struct fg_residue one, struct fg_residue x) {
    struct fg_residue y = one, power = x;
    for (uint32_t square = (uint32_t)program->baby_step * program->baby_step; square > 0;
         square >>= 1) {
        if (square & 1)
            y = fg_mul(field, y, power);
        power = fg_sqr(field, power);
    }
    struct fg_pm1_giant giant;
    giant.yy = fg_sqr(field, y);
    giant.value = y;
    giant.ratio = fg_mul(field, giant.yy, y);
    for (uint32_t i = 1; i < program->first_giant; i++)
        fg_pm1_next_giant(field, &giant);
    return giant;
}

#if !defined(FG_ECM_BLOCKS)

/*
 * P-1 for the odd modulus of each lane. found[i] and early[i] as for
 * fg_ecm_run(); values[FG_PM1_SLOTS] is work space.
 */
static FG_HD void fg_pm1_run_in(const struct fg_field *field,
                                const struct FG_PROGRAM_OF(pm1_program) * program,
                                struct fg_residue *FG_RESTRICT values, fg_number *found,
                                fg_number *early) {
    const struct fg_residue one = fg_one(field);
    const struct fg_residue x = fg_pm1_stage1(field, program, one, early);
    fg_pm1_make_babies(field, program, x, values);
    struct fg_pm1_giant giant = fg_pm1_first_giant(field, program, one, x);
    for (uint32_t slot = 0; slot < program->giant_count; slot++) {
        values[program->baby_count + slot] = giant.value;
        fg_pm1_next_giant(field, &giant);
    }
    const struct fg_residue product =
        fg_pair_product(field, values, program->baby_count, program->giant_count, FG_PM1_PAIRS,
                        program->pair_count_begin, program->pair_slot_begin, x);
    fg_store_for_gcd(field, product, found);
}

/* Runs fg_pm1_run_in() with an array on the stack. */
static FG_HD void fg_pm1_run(const struct fg_field *field,
                             const struct FG_PROGRAM_OF(pm1_program) * program, fg_number *found,
                             fg_number *early) {
    struct fg_residue values[FG_PM1_SLOTS];
    fg_pm1_run_in(field, program, values, found, early);
}

#endif

#endif
