/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_products.c: how many Montgomery products a number takes on its way through the
 * wavefront (kernels/factor/cofactors.h), counted by taking that way on the host with a product
 * that counts itself. What several curves at once spend on a part beyond the first that succeeds is
 * not counted: it is the schedule's, not the number's.
 */
#include "gpu_factor_products.h"

#include "counted_forms.h"

#include "algorithms/hart.h"
#include "algorithms/next_step.h"
#include "algorithms/split.h"

/* All so far. */
static struct fg_gpu_products products_now(void) {
    return (struct fg_gpu_products){(double)fg_counted_full.products(),
                                    (double)fg_counted_lazy.products()};
}

/* Those since then. */
static struct fg_gpu_products products_since(struct fg_gpu_products before) {
    const struct fg_gpu_products now = products_now();
    return (struct fg_gpu_products){now.full - before.full, now.roomy - before.roomy};
}

void fg_gpu_products_add(struct fg_gpu_products *sum, double count, struct fg_gpu_products more) {
    sum->full += count * more.full;
    sum->roomy += count * more.roomy;
}

double fg_gpu_products_count(struct fg_gpu_products counted) {
    return counted.full + counted.roomy;
}

double fg_gpu_products_ceiling(struct fg_gpu_products counted,
                               const struct fg_gpu_ceilings *ceilings) {
    const double count = fg_gpu_products_count(counted);
    if (count == 0 || ceilings->full <= 0 || ceilings->roomy <= 0)
        return 0;
    return count / (counted.full / ceilings->full + counted.roomy / ceilings->roomy);
}

/* Any odd moduli do: a program is the same for all. */
static const uint64_t full_modulus = UINT64_MAX - 58, roomy_modulus = FG_PLAN_LAZY_MAX - 27;

static const struct fg_counted_form *form_of(uint64_t n) {
    return n < FG_PLAN_LAZY_MAX ? &fg_counted_lazy : &fg_counted_full;
}

struct fg_gpu_products fg_gpu_pm1_products(uint32_t program, bool roomy) {
    uint64_t found, early;
    const struct fg_gpu_products before = products_now();
    const uint64_t n = roomy ? roomy_modulus : full_modulus;
    form_of(n)->pm1(n, program, &found, &early);
    return products_since(before);
}

struct fg_gpu_products fg_gpu_curve_products(uint32_t program, bool roomy) {
    uint64_t found, early;
    const struct fg_gpu_products before = products_now();
    const uint64_t n = roomy ? roomy_modulus : full_modulus;
    form_of(n)->curve(n, program, 0, &found, &early);
    return products_since(before);
}

/* A factor of n, or 1, by P-1 or by the curve that is step number `step` of its plan. */
static uint64_t find_factor(uint64_t n, struct fg_next next, uint32_t step) {
    uint64_t found, early;
    if (next.kind == FG_NEXT_PM1)
        form_of(n)->pm1(n, next.program, &found, &early);
    else
        form_of(n)->curve(n, next.program, step - 1, &found, &early);
    return fg_split_found(n, fg_gcd64_odd(found, n), early);
}

/* Takes a cofactor and its factors through all their steps. The last resort takes no products, and
 * no list here comes to it. */
static void finish(uint64_t n, bool whole) {
    struct fg_history history = fg_history_of(FG_KNOWN_NOTHING);
    uint64_t factor = 1, root;
    while (factor == 1) {
        const struct fg_next next = fg_next_step(n, whole, history, FG_PLAN_CURVES);
        switch (next.kind) {
        case FG_NEXT_BASE2:
            history.known =
                fg_counted_full.strong_base2(n) ? FG_KNOWN_PROBABLE : FG_KNOWN_COMPOSITE;
            break;
        case FG_NEXT_LUCAS:
            history.known = fg_counted_full.lucas(n) ? FG_KNOWN_PRIME : FG_KNOWN_COMPOSITE;
            break;
        case FG_NEXT_HART:
            factor = fg_hart_block(n, 1, FG_HART_STEPS);
            history.known = FG_KNOWN_HART_MISSED;
            break;
        case FG_NEXT_POWER:
            if (fg_split_power(n, &root) > 1) {
                finish(root, false);
                return;
            }
            history = fg_history_of_steps(0);
            break;
        case FG_NEXT_PM1:
        case FG_NEXT_ECM:
            factor = find_factor(n, next, history.steps++);
            break;
        default:
            return;
        }
    }
    finish(factor, false);
    finish(n / factor, false);
}

struct fg_gpu_products fg_gpu_factor_products(uint64_t n) {
    struct fg_factorization factors;
    bool settled;
    const struct fg_gpu_products before = products_now();
    fg_factorization_clear(&factors);
    const uint64_t rest = fg_small_primes_strip(n, FG_PLAN_SMALL_BLOCKS, &factors, &settled);
    if (!settled)
        finish(rest, rest == n);
    return products_since(before);
}
