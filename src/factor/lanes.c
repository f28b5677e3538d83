/*
 * lanes.c: the forms of arith/residues.h that a core works in: two lanes for ECM, whose own
 * products overlap already, four for the others, which are one or two dependent chains.
 */
#include "factor/lanes.h"

#include "algorithms/lucas_parameter.h"

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

uint32_t fg_lanes_strong_base2(const uint64_t n[FG_PRIMALITY_LANES]) {
    const struct fg_field_x4h0 field = fg_prepare_x4h0(n);
    return fg_strong_base2_x4h0(&field);
}

uint32_t fg_lanes_lucas(const uint64_t n[FG_LUCAS_LANES],
                        const uint32_t parameters[FG_LUCAS_LANES]) {
    const struct fg_field_x4h0 field = fg_prepare_x4h0(n);
    return fg_lucas_x4h0(&field, parameters);
}

void fg_lanes_pm1(const uint64_t n[FG_PM1_LANES], uint32_t program, bool roomy,
                  uint64_t found[FG_PM1_LANES], uint64_t early[FG_PM1_LANES]) {
    if (roomy) {
        const struct fg_field_x4h6 field = fg_prepare_x4h6(n);
        fg_pm1_x4h6(&field, &fg_pm1_programs[program], found, early);
    } else {
        const struct fg_field_x4h0 field = fg_prepare_x4h0(n);
        fg_pm1_x4h0(&field, &fg_pm1_programs[program], found, early);
    }
}

void fg_lanes_ecm(const uint64_t n[FG_ECM_LANES], uint32_t program, bool roomy,
                  const uint32_t curves[FG_ECM_LANES], uint64_t found[FG_ECM_LANES],
                  uint64_t early[FG_ECM_LANES]) {
    if (roomy) {
        const struct fg_field_x2h6 field = fg_prepare_x2h6(n);
        fg_ecm_curve_x2h6(&field, &fg_ecm_programs[program], curves, found, early);
    } else {
        const struct fg_field_x2h0 field = fg_prepare_x2h0(n);
        fg_ecm_curve_x2h0(&field, &fg_ecm_programs[program], curves, found, early);
    }
}
