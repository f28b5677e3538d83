// SPDX-License-Identifier: MIT
/*
 * residue_bounds_test.cpp: the proof that the algorithms keep to the ranges of
 * arith/residues_double.h, for every modulus below 2^49. Their programs do not depend on the
 * modulus but for its bits, so one run over bounds in place of residues covers all moduli.
 */
#include "support/internals.h"

#include "algorithms/ecm_tables.h"
#include "algorithms/lucas_parameter.h"
#include "arith/montgomery.h"

#define FG_RESIDUES "algorithms/residue_bounds.h"
#define FG_LANES 1
namespace bounds {
#include "algorithms/ecm.h"
#include "algorithms/pm1.h"
#include "algorithms/probable_prime.h"
} // namespace bounds

#include <gtest/gtest.h>

namespace {

/* The header's limit, and the largest product of factors that it says the algorithms have. */
constexpr double most_factors = 3.99, reached_factors = 3.72;

bounds::fg_field field_of(uint64_t n) {
    return bounds::fg_prepare(&n);
}

class ResidueBounds : public testing::Test {
  protected:
    void SetUp() override {
        bounds::fg_clear_extremes();
        bounds::loaded_bound = 1; /* the curves' constants are below every modulus */
    }

    static void expect_within_ranges() {
        EXPECT_GT(bounds::extremes.factors, 1); /* something was computed */
        EXPECT_LE(bounds::extremes.factors, reached_factors);
        EXPECT_LE(reached_factors, most_factors);
        EXPECT_LE(bounds::extremes.sum, 16);
        EXPECT_LE(bounds::extremes.tightened, 8);
        EXPECT_LE(bounds::extremes.stored, 16);
    }
};

TEST_F(ResidueBounds, OfEveryProgramOfEcm) {
    const bounds::fg_field field = field_of(FG_ECM_MIN + 1);
    const uint32_t curve = 0;
    for (const fg_ecm_program &program : fg_ecm_programs) {
        uint64_t found = 0, early = 0;
        bounds::fg_ecm_run(&field, &program, &curve, &found, &early);
        expect_within_ranges();
    }
}

TEST_F(ResidueBounds, OfEveryProgramOfPm1) {
    const bounds::fg_field field = field_of(FG_ECM_MIN + 1);
    for (const fg_pm1_program &program : fg_pm1_programs) {
        uint64_t found = 0, early = 0;
        bounds::fg_pm1_run(&field, &program, &found, &early);
        expect_within_ranges();
    }
}

/* Moduli with the longest exponents, and those with the most twos beside them. Lucas' parameter is
 * the least one with a property of every second; every modulus is more than twice as large. */
TEST_F(ResidueBounds, OfBothTestsOfAProof) {
    bounds::loaded_bound = 0.5;
    const uint64_t end = UINT64_C(1) << 49;
    for (unsigned twos = 1; twos < 49; twos++) {
        const bounds::fg_field below = field_of(end - (UINT64_C(1) << twos) + 1);
        bounds::fg_strong_base2(&below);
        const bounds::fg_field above = field_of(end - (UINT64_C(1) << twos) - 1);
        const uint32_t parameter = 3;
        bounds::fg_lucas(&above, &parameter);
    }
    expect_within_ranges();
}

} // namespace
