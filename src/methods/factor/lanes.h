/* SPDX-License-Identifier: MIT */
/*
 * lanes.h: the steps of factorisation for several numbers side by side on one core.
 *
 * One table entry for each instruction set; all do the same, in as many lanes as suit it. An entry
 * has a form of the steps for each range of moduli that has a cheaper product.
 */
#ifndef FG_FACTOR_LANES_H
#define FG_FACTOR_LANES_H

#include <stdbool.h>
#include <stdint.h>

/* No step has more lanes than this, no entry more forms. */
#define FG_LANES_MOST 32
#define FG_LANE_FORMS_MOST 4

/* The work space that a step computes in: bytes, and how they are aligned. It is the caller's
 * because a thread can have a small stack: beside it a step takes less than 8 KB. The largest is
 * P-1's for 64 bits in AVX-512, 57344 bytes. */
#define FG_LANE_SPACE_BYTES (1 << 16)
#define FG_LANE_SPACE_ALIGNMENT 64

/*
 * The steps of one form (arith/residues.h), from a file in forms/; NULL for those that it does not
 * offer. Arrays have as many entries as the form has lanes; every modulus n[i] is odd and at least
 * 9. All functions are thread-safe.
 */
struct fg_lane_steps {
    unsigned lanes;

    /* Bit i of the result: n[i] passes (algorithms/probable_prime.h). */
    uint32_t (*strong_base2)(const uint64_t *n);
    uint32_t (*lucas)(const uint64_t *n, const uint32_t *parameters);
    /* Both at once, if n[i] may need both; NULL in forms of many lanes, which gain nothing. */
    uint32_t (*both_tests)(const uint64_t *n, const uint32_t *parameters);

    /* One step of P-1 (algorithms/pm1.h) or ECM (algorithms/ecm.h, n[i] above FG_ECM_MIN) with one
     * of the programs of ecm_tables.h, in a work space whose contents do not matter. */
    void (*pm1)(const uint64_t *n, uint32_t program, void *space, uint64_t *found, uint64_t *early);
    void (*ecm)(const uint64_t *n, uint32_t program, const uint32_t *curves, void *space,
                uint64_t *found, uint64_t *early);
};

/* Forms by kind, range of moduli, and vectors or words side by side. */
extern const struct fg_lane_steps fg_steps_scalar_full_x1, fg_steps_scalar_full_x2,
    fg_steps_scalar_full_x4;
extern const struct fg_lane_steps fg_steps_scalar_lazy_x1, fg_steps_scalar_lazy_x2,
    fg_steps_scalar_lazy_x4;
extern const struct fg_lane_steps fg_steps_fma48_x2, fg_steps_fma48_x4, fg_steps_fma48_x8;
extern const struct fg_lane_steps fg_steps_fma51_x2, fg_steps_fma51_x4, fg_steps_fma51_x8;
extern const struct fg_lane_steps fg_steps_ifma48_x1, fg_steps_ifma48_x2, fg_steps_ifma48_x3,
    fg_steps_ifma48_x4;
extern const struct fg_lane_steps fg_steps_ifma50_x1, fg_steps_ifma50_x2, fg_steps_ifma50_x3,
    fg_steps_ifma50_x4;
extern const struct fg_lane_steps fg_steps_ifma64_x1, fg_steps_ifma64_x2, fg_steps_ifma64_x3,
    fg_steps_ifma64_x4;

/* The form that each step takes for moduli up to `most`. */
struct fg_lane_form {
    uint64_t most;
    const struct fg_lane_steps *primality, *ecm;
    const struct fg_lane_steps *pm1; /* NULL: so few numbers gain more by a curve */

    /* gcds[i] = gcd(a[i], n[i]) for `count` numbers, 1 to FG_LANES_MOST, where a[i] is what pm1(),
     * ecm() or Hart's method (factor/hart_batch.h) found: any number if `most` has 64 bits, else at
     * most 2 * most. */
    void (*gcd)(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds);

    /* The form for the same moduli if no more than `few_most` numbers wait for a step: fewer lanes
     * take less time, and lanes without a number of their own do no good. NULL and 0: none. */
    const struct fg_lane_form *few;
    unsigned few_most;
    /* So many more can wait for a test of primality that both tests may be needed for: calls that
     * fill the lanes of `few`, or of one lane, then take less time than one with empty lanes. */
    unsigned few_more_tests;
    unsigned few_more_primes; /* in place of these if most numbers tested before were prime */
    /* So many more can wait for P-1 in a run of more than 8 numbers: those that are left then go on
     * without it. `few` has P-1, unless this is 0. */
    unsigned few_more_pm1;
};

/* Of few_more_primes: any number can wait. */
#define FG_LANE_ANY_COUNT (1u << 16)

/* Returns the form of a step for which `count` numbers wait, the next of them n. */
static inline const struct fg_lane_form *fg_lane_form_for(const struct fg_lane_form *form,
                                                          unsigned count, uint64_t n) {
    while (count <= form->few_most && n <= form->few->most)
        form = form->few;
    return form;
}

/* Returns the form of a test of primality for which `count` numbers wait, the next of them n, which
 * is above 2^32. `primes`: most numbers tested before were prime. */
static inline const struct fg_lane_form *fg_lane_test_for(const struct fg_lane_form *form,
                                                          unsigned count, uint64_t n, bool primes) {
    while (count <= form->few_most + (primes ? form->few_more_primes : form->few_more_tests) &&
           n <= form->few->most)
        form = form->few;
    return form;
}

struct fg_lanes {
    const char *name;
    bool (*runs_here)(void);
    unsigned form_count;
    const struct fg_lane_form *forms[FG_LANE_FORMS_MOST]; /* by `most`; the last takes them all */
};

extern const struct fg_lanes fg_lanes_scalar, fg_lanes_avx2, fg_lanes_ifma;

/* The scalar forms: for moduli with headroom, and for all. Other instruction sets use them for
 * moduli that are too wide for their own. */
extern const struct fg_lane_form fg_lane_form_scalar_lazy, fg_lane_form_scalar;

/* The entries that were compiled in, best first. All can be named; not all may run here. */
extern const struct fg_lanes *const fg_lanes_all[];
extern const unsigned fg_lanes_count;

/* Returns the entry to use. It follows the choice of cpu/cpu_variant.h, FACTOR_GPU_CPU included. */
const struct fg_lanes *fg_lanes_select(void);

#endif
