/*
 * lanes_scalar.c: the forms of arith/residues.h that a core works in: two lanes for ECM, whose own
 * products overlap already, four for the others, which are one or two dependent chains.
 */
#include "methods/factor/lanes.h"

#include "algorithms/lucas_parameter.h"
#include "algorithms/split_plan.h"
#include "arith/gcd.h"
#include "methods/factor/lane_steps.h"

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

FG_PRIMALITY_STEPS(x4h0)
FG_PM1_STEP(x4h0)
FG_PM1_STEP(x4h6)
FG_ECM_STEP(x2h0)
FG_ECM_STEP(x2h6)

static void gcd(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds) {
    for (unsigned i = 0; i < count; i++)
        gcds[i] = fg_gcd64_odd(a[i], n[i]);
}

/* The form with headroom saves corrections that a proof needs in any case. */
const struct fg_lane_form fg_lane_form_scalar_roomy = {
    .most = FG_PLAN_ROOMY_MAX - 1,
    .primality_lanes = 4,
    .pm1_lanes = 4,
    .ecm_lanes = 2,
    .strong_base2 = strong_base2_x4h0,
    .lucas = lucas_x4h0,
    .pm1 = pm1_x4h6,
    .ecm = ecm_x2h6,
    .gcd = gcd,
};

const struct fg_lane_form fg_lane_form_scalar = {
    .most = UINT64_MAX,
    .primality_lanes = 4,
    .pm1_lanes = 4,
    .ecm_lanes = 2,
    .strong_base2 = strong_base2_x4h0,
    .lucas = lucas_x4h0,
    .pm1 = pm1_x4h0,
    .ecm = ecm_x2h0,
    .gcd = gcd,
};

static bool runs_here(void) {
    return true;
}

const struct fg_lanes fg_lanes_scalar = {
    .name = "scalar",
    .runs_here = runs_here,
    .form_count = 2,
    .forms = {&fg_lane_form_scalar_roomy, &fg_lane_form_scalar},
};
