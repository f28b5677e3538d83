/*
 * lanes_scalar.c: the forms of arith/residues.h that a core works in: two lanes for ECM, whose own
 * products overlap already, four for the others, which are one or two dependent chains.
 */
#include "factor/lanes.h"

#include "algorithms/lucas_parameter.h"
#include "algorithms/split_plan.h"
#include "arith/gcd.h"

/* Each form's headers in the order in which they stand on each other. */

#define FG_LANES 2
#define FG_HEADROOM 0
#include "arith/residues.h"

#include "algorithms/pairs.h"

#include "algorithms/ecm.h"

#include "arith/residues_end.h"

#define FG_LANES 2
#define FG_HEADROOM 6
#include "arith/residues.h"

#include "algorithms/pairs.h"

#include "algorithms/ecm.h"

#include "arith/residues_end.h"

#define FG_LANES 4
#define FG_HEADROOM 0
#include "arith/residues.h"

#include "algorithms/pairs.h"

#include "algorithms/pm1.h"
#include "algorithms/probable_prime.h"

#include "arith/residues_end.h"

#define FG_LANES 4
#define FG_HEADROOM 6
#include "arith/residues.h"

#include "algorithms/pairs.h"

#include "algorithms/pm1.h"

#include "arith/residues_end.h"

static bool runs_here(void) {
    return true;
}

/* The form with headroom saves corrections that a proof needs in any case. */
static uint32_t strong_base2(const uint64_t *n, bool roomy) {
    (void)roomy;
    const struct fg_field_x4h0 field = fg_prepare_x4h0(n);
    return fg_strong_base2_x4h0(&field);
}

static uint32_t lucas(const uint64_t *n, const uint32_t *parameters, bool roomy) {
    (void)roomy;
    const struct fg_field_x4h0 field = fg_prepare_x4h0(n);
    return fg_lucas_x4h0(&field, parameters);
}

static void pm1(const uint64_t *n, uint32_t program, bool roomy, uint64_t *found, uint64_t *early) {
    if (roomy) {
        const struct fg_field_x4h6 field = fg_prepare_x4h6(n);
        fg_pm1_x4h6(&field, &fg_pm1_programs[program], found, early);
    } else {
        const struct fg_field_x4h0 field = fg_prepare_x4h0(n);
        fg_pm1_x4h0(&field, &fg_pm1_programs[program], found, early);
    }
}

static void ecm(const uint64_t *n, uint32_t program, bool roomy, const uint32_t *curves,
                uint64_t *found, uint64_t *early) {
    if (roomy) {
        const struct fg_field_x2h6 field = fg_prepare_x2h6(n);
        fg_ecm_curve_x2h6(&field, &fg_ecm_programs[program], curves, found, early);
    } else {
        const struct fg_field_x2h0 field = fg_prepare_x2h0(n);
        fg_ecm_curve_x2h0(&field, &fg_ecm_programs[program], curves, found, early);
    }
}

static void gcd(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds) {
    for (unsigned i = 0; i < count; i++)
        gcds[i] = fg_gcd64_odd(a[i], n[i]);
}

const struct fg_lanes fg_lanes_scalar = {
    .name = "scalar",
    .runs_here = runs_here,
    .roomy_max = FG_PLAN_ROOMY_MAX,
    .primality_lanes = 4,
    .pm1_lanes = 4,
    .ecm_lanes = 2,
    .strong_base2 = strong_base2,
    .lucas = lucas,
    .pm1 = pm1,
    .ecm = ecm,
    .gcd = gcd,
};
