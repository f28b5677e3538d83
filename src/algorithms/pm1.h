/*
 * pm1.h: Pollard's P-1 method as one fixed step, in one form of arith/residues.h.
 *
 * Included once for each form, behind arith/residues.h and algorithms/pairs.h. It finds p where p-1
 * is smooth but for one prime; it comes before the curves because it costs less than half of one.
 * Stage 1 raises 2 to the program's exponent (a multiplication by the base is a doubling). Stage 2
 * compares x^(j^2) with x^((iD)^2), which takes no inversion: they are equal modulo p exactly when
 * (iD - j)(iD + j) is a multiple of the order of x. The powers come by second differences.
 * Sources: J. Pollard (1974); P. Montgomery (1987, see ecm.h), section 4.
 */
#include "algorithms/ecm_tables.h"

#define FG_PM1_SLOTS 112

/*
 * P-1 for the odd modulus of each lane. found[i] and early[i] as for ecm_curve().
 */
static FG_HD void FG_FORM(pm1)(const FG_FIELD *field, const struct fg_pm1_program *program,
                               uint64_t *found, uint64_t *early) {
    const FG_WORD one = FG_FORM(one)(field);
    FG_WORD x = FG_FORM(tighten)(field, FG_FORM(add)(field, one, one)); /* the top bit */
    for (uint32_t bit = program->exponent_bits - UINT32_C(1); bit-- > 0;) {
        const uint64_t word = fg_pm1_exponents[program->exponent_word_begin + bit / 64];
        x = FG_FORM(sqr)(field, x); /* below 4: 16 */
        if (word >> bit % 64 & 1)
            x = FG_FORM(add)(field, x, x); /* 4 */
    }
    x = FG_FORM(tighten)(field, x);
    FG_FORM(store_for_gcd)(field, FG_FORM(sub)(field, x, one), early);

    /* x^(j^2) for j = 1, 3, 5 ...: the ratio to the next is x^(4j + 4), which grows by x^8. */
    FG_WORD values[FG_PM1_SLOTS];
    FG_WORD x8 = FG_FORM(sqr)(field, x);
    x8 = FG_FORM(sqr)(field, x8);
    x8 = FG_FORM(sqr)(field, x8);
    FG_WORD value = x, ratio = x8;
    uint32_t j = 1;
    for (uint32_t slot = 0; slot < program->baby_count; slot++) {
        for (; j < fg_pm1_babies[program->baby_begin + slot]; j += 2) {
            value = FG_FORM(mul)(field, value, ratio);
            ratio = FG_FORM(mul)(field, ratio, x8);
        }
        values[slot] = value;
    }

    /* y = x^(D^2); y^(i^2) for i = 1, 2, 3 ...: the ratio is y^(2i + 1), which grows by y^2. */
    FG_WORD y = one, power = x;
    for (uint32_t square = (uint32_t)program->baby_step * program->baby_step; square > 0;
         square >>= 1) {
        if (square & 1)
            y = FG_FORM(mul)(field, y, power);
        power = FG_FORM(sqr)(field, power);
    }
    const FG_WORD yy = FG_FORM(sqr)(field, y);
    value = y;
    ratio = FG_FORM(mul)(field, yy, y);
    for (uint32_t i = 1; i < program->first_giant; i++) {
        value = FG_FORM(mul)(field, value, ratio);
        ratio = FG_FORM(mul)(field, ratio, yy);
    }
    for (uint32_t slot = 0; slot < program->giant_count; slot++) {
        values[program->baby_count + slot] = value;
        value = FG_FORM(mul)(field, value, ratio);
        ratio = FG_FORM(mul)(field, ratio, yy);
    }
    const FG_WORD product =
        FG_FORM(pair_product)(field, values, program->baby_count, program->giant_count,
                              program->pair_count_begin, program->pair_slot_begin, x);
    FG_FORM(store_for_gcd)(field, product, found);
}
