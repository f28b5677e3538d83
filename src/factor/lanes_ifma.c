/*
 * lanes_ifma.c: the steps in sixteen lanes of AVX-512 IFMA: two vectors side by side, because the
 * products of one alone wait for each other. Compiled with -mavx512f -mavx512dq -mavx512cd
 * -mavx512ifma; only runs_here() may be called before it has said yes.
 *
 * Microseconds a lane on a Zen 5 core (gcc 12), one vector / two: 64-bit curve 1.99 / 1.40,
 * P-1 2.53 / 1.39; 48-bit curve 0.274 / 0.157, P-1 0.309 / 0.157; Lucas at 64 bits 0.122 / 0.084.
 */
#include "factor/lanes.h"

#include "algorithms/lucas_parameter.h"
#include "arith/gcd.h"
#include "factor/lane_steps.h"

/* Each form's headers in the order in which they stand on each other. */

#define FG_LIMBS 1
#define FG_CHAINS 2
#include "factor/residues_ifma.h"

#include "algorithms/pairs.h"

#include "algorithms/ecm.h"
#include "algorithms/pm1.h"
#include "algorithms/probable_prime.h"

#include "factor/residues_ifma_end.h"

#define FG_LIMBS 2
#define FG_CHAINS 2
#include "factor/residues_ifma.h"

#include "algorithms/pairs.h"

#include "algorithms/ecm.h"
#include "algorithms/pm1.h"
#include "algorithms/probable_prime.h"

#include "factor/residues_ifma_end.h"

static bool runs_here(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512ifma");
}

FG_PRIMALITY_STEPS(ifma1x2)
FG_PM1_STEP(ifma1x2)
FG_ECM_STEP(ifma1x2)
FG_PRIMALITY_STEPS(ifma2x2)
FG_PM1_STEP(ifma2x2)
FG_ECM_STEP(ifma2x2)

/* gcd.h's algorithm in lanes: a lane whose a is 0 has its answer in b, and keeps it. */
static __m512i gcd_vector(__m512i a, __m512i b) {
    __mmask8 left = _mm512_test_epi64_mask(a, a);
    while (left != 0) {
        const __m512i lowest = _mm512_and_si512(a, _mm512_sub_epi64(_mm512_setzero_si512(), a));
        const __m512i zeros = _mm512_sub_epi64(_mm512_set1_epi64(63), _mm512_lzcnt_epi64(lowest));
        a = _mm512_srlv_epi64(a, zeros);
        const __m512i less = _mm512_min_epu64(a, b);
        a = _mm512_maskz_sub_epi64(left, _mm512_max_epu64(a, b), less);
        b = _mm512_mask_mov_epi64(b, left, less);
        left = _mm512_test_epi64_mask(a, a);
    }
    return b;
}

static void gcd(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds) {
    for (unsigned first = 0; first < count; first += 8) {
        const __mmask8 used = (__mmask8)(count - first < 8 ? (1u << (count - first)) - 1 : 255);
        const __m512i b = _mm512_maskz_loadu_epi64(used, n + first);
        const __m512i result = gcd_vector(_mm512_maskz_loadu_epi64(used, a + first), b);
        _mm512_mask_storeu_epi64(gcds + first, used, result);
    }
}

static const struct fg_lane_form one_limb = {
    .most = (UINT64_C(1) << 50) - 1,
    .primality_lanes = 16,
    .pm1_lanes = 16,
    .ecm_lanes = 16,
    .strong_base2 = strong_base2_ifma1x2,
    .lucas = lucas_ifma1x2,
    .pm1 = pm1_ifma1x2,
    .ecm = ecm_ifma1x2,
    .gcd = gcd,
};

static const struct fg_lane_form two_limbs = {
    .most = UINT64_MAX,
    .primality_lanes = 16,
    .pm1_lanes = 16,
    .ecm_lanes = 16,
    .strong_base2 = strong_base2_ifma2x2,
    .lucas = lucas_ifma2x2,
    .pm1 = pm1_ifma2x2,
    .ecm = ecm_ifma2x2,
    .gcd = gcd,
};

const struct fg_lanes fg_lanes_ifma = {
    .name = "avx512ifma",
    .runs_here = runs_here,
    .form_count = 2,
    .forms = {&one_limb, &two_limbs},
};
