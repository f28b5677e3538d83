/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_products.c: how many products a number takes on its way through the wavefront
 * (kernels/factor/cofactors.h), counted by taking that way on the host with a product that counts
 * itself. What several curves at once spend on a part beyond the first that succeeds is not
 * counted: it is the schedule's, not the number's.
 */
#include "gpu_factor_products.h"

#include "counted_forms.h"

#include "algorithms/hart.h"
#include "algorithms/next_step.h"
#include "algorithms/split.h"

/* All products so far. */
static double products_now(void) {
    return (double)(fg_counted_full.products() + fg_counted_lazy.products());
}

/* Adds the products since `before`, whose number is the same in every form. */
static void add_products(struct fg_gpu_products *sum, double before, enum fg_wave_form form) {
    *(form == FG_WAVE_FULL   ? &sum->full
      : form == FG_WAVE_LAZY ? &sum->roomy
                             : &sum->doubles) += products_now() - before;
}

void fg_gpu_products_add(struct fg_gpu_products *sum, double count, struct fg_gpu_products more) {
    sum->full += count * more.full;
    sum->roomy += count * more.roomy;
    sum->doubles += count * more.doubles;
}

double fg_gpu_products_count(struct fg_gpu_products counted) {
    return counted.full + counted.roomy + counted.doubles;
}

double fg_gpu_products_ceiling(struct fg_gpu_products counted,
                               const struct fg_gpu_ceilings *ceilings) {
    const double count = fg_gpu_products_count(counted);
    if (count == 0 || ceilings->full <= 0 || ceilings->roomy <= 0 || ceilings->fma64 <= 0)
        return 0;
    return count / (counted.full / ceilings->full + counted.roomy / ceilings->roomy +
                    counted.doubles * FG_GPU_DOUBLE_PRODUCT_FP64 / ceilings->fma64);
}

/* Any odd modulus does: a program is the same for all. */
static const uint64_t some_modulus = FG_PLAN_DOUBLE_MAX - 115;

/* The form in which P-1 and curves take n. */
static enum fg_wave_form form_of(uint64_t n, bool doubles) {
    if (n >= FG_PLAN_LAZY_MAX)
        return FG_WAVE_FULL;
    return doubles && n < FG_PLAN_DOUBLE_MAX ? FG_WAVE_DOUBLE : FG_WAVE_LAZY;
}

/* The form of the counting. */
static const struct fg_counted_form *counted_form_of(uint64_t n) {
    return n < FG_PLAN_LAZY_MAX ? &fg_counted_lazy : &fg_counted_full;
}

struct fg_gpu_products fg_gpu_pm1_products(uint32_t program, enum fg_wave_form form) {
    struct fg_gpu_products products = {0};
    uint64_t found, early;
    const double before = products_now();
    counted_form_of(some_modulus)->pm1(some_modulus, program, &found, &early);
    add_products(&products, before, form);
    return products;
}

struct fg_gpu_products fg_gpu_curve_products(uint32_t program, enum fg_wave_form form) {
    struct fg_gpu_products products = {0};
    uint64_t found, early;
    const double before = products_now();
    counted_form_of(some_modulus)->curve(some_modulus, program, 0, &found, &early);
    add_products(&products, before, form);
    return products;
}

/* A factor of n, or 1, by P-1 or by the curve that is step number `step` of its plan. */
static uint64_t find_factor(uint64_t n, struct fg_next next, uint32_t step) {
    uint64_t found, early;
    if (next.kind == FG_NEXT_PM1)
        counted_form_of(n)->pm1(n, next.program, &found, &early);
    else
        counted_form_of(n)->curve(n, next.program, step - 1, &found, &early);
    return fg_split_found(n, fg_gcd64_odd(found, n), early);
}

/* The products of a number are being counted. */
struct count {
    struct fg_gpu_products products;
    bool doubles;
};

/* Proves that n is probably prime, or prime, and counts the products: in doubles or in full. */
static bool passes(struct count *count, bool (*test)(uint64_t n), uint64_t n) {
    const double before = products_now();
    const bool passed = test(n);
    const bool doubles = form_of(n, count->doubles) == FG_WAVE_DOUBLE;
    add_products(&count->products, before, doubles ? FG_WAVE_DOUBLE : FG_WAVE_FULL);
    return passed;
}

/* Takes a cofactor and its factors through all their steps. The last resort takes no products, and
 * no list here comes to it. */
static void finish(struct count *count, uint64_t n, bool whole) {
    struct fg_history history = fg_history_of(FG_KNOWN_NOTHING);
    uint64_t factor = 1, root;
    while (factor == 1) {
        const struct fg_next next = fg_next_step(n, whole, history, FG_PLAN_CURVES);
        const double before = products_now();
        switch (next.kind) {
        case FG_NEXT_BASE2:
            history.known = passes(count, fg_counted_full.strong_base2, n) ? FG_KNOWN_PROBABLE
                                                                           : FG_KNOWN_COMPOSITE;
            break;
        case FG_NEXT_LUCAS:
            history.known =
                passes(count, fg_counted_full.lucas, n) ? FG_KNOWN_PRIME : FG_KNOWN_COMPOSITE;
            break;
        case FG_NEXT_HART:
            factor = fg_hart_block(n, 1, FG_HART_STEPS);
            history.known = FG_KNOWN_HART_MISSED;
            break;
        case FG_NEXT_POWER:
            if (fg_split_power(n, &root) > 1) {
                finish(count, root, false);
                return;
            }
            history = fg_history_of_steps(0);
            break;
        case FG_NEXT_PM1:
        case FG_NEXT_ECM:
            factor = find_factor(n, next, history.steps++);
            add_products(&count->products, before, form_of(n, count->doubles));
            break;
        default:
            return;
        }
    }
    finish(count, factor, false);
    finish(count, n / factor, false);
}

struct fg_gpu_products fg_gpu_factor_products(uint64_t n, bool doubles) {
    struct count count = {.doubles = doubles};
    struct fg_factorization factors;
    bool settled;
    fg_factorization_clear(&factors);
    const uint64_t rest = fg_small_primes_strip(n, FG_PLAN_SMALL_BLOCKS, &factors, &settled);
    if (!settled)
        finish(&count, rest, rest == n);
    return count.products;
}
