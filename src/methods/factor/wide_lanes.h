/* SPDX-License-Identifier: MIT */
/*
 * wide_lanes.h: the steps of factorisation for several numbers of two words side by side on one
 * core: lanes.h once more, with curves that are given by their start.
 */
#ifndef FG_FACTOR_WIDE_LANES_H
#define FG_FACTOR_WIDE_LANES_H

#include "algorithms/wide_curve.h"
#include "arith/wide.h"
#include "methods/factor/wide_side_primes.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No step has more lanes than this, no entry more forms. */
#define FG_WIDE_LANES_MOST 32
#define FG_WIDE_FORMS_MOST 5

/* The work space that a step computes in, the caller's: bytes, and how they are aligned. Beside it
 * a step takes less than 8 KB of stack. */
#define FG_WIDE_SPACE_BYTES (1 << 20)
#define FG_WIDE_SPACE_ALIGNMENT 64

/*
 * The steps of one form (arith/residues.h), from a file in forms/; NULL for those that it does not
 * offer. Arrays have as many entries as the form has lanes; every modulus n[i] is odd and above
 * 2^64. Lanes without a number can hold another lane's again. All functions are thread-safe.
 */
struct fg_wide_steps {
    unsigned lanes;

    /* Bit i of the result: n[i] passes the strong test to bases[i], 2 <= bases[i]
     * (algorithms/probable_prime.h). Fastest if all bases are 2. */
    uint32_t (*strong_base)(const fg_wide *n, const uint32_t *bases);

    /* The powers of witnesses for n[i] - 1 and n[i] + 1 (algorithms/witness_powers.h). */
    uint32_t (*witness_below)(const fg_wide *n, const uint32_t *bases, const fg_wide *exponents,
                              fg_wide *differences);
    uint32_t (*witness_above)(const fg_wide *n, const uint32_t *x, const uint32_t *d,
                              const fg_wide *exponents, fg_wide *differences);

    /* One step of P-1 (algorithms/pm1.h) or of ECM (algorithms/ecm.h) with one of the programs of
     * the tables, in a work space whose contents do not matter. The gcds of found[i] and n[i], and
     * of early[i] and n[i], are what the step found. */
    void (*pm1)(const fg_wide *n, uint32_t program, void *space, fg_wide *found, fg_wide *early);
    void (*ecm)(const fg_wide *n, uint32_t program, const struct fg_wide_curve *curves, void *space,
                fg_wide *found, fg_wide *early);
};

/* Forms by kind, range of moduli, and vectors or numbers side by side. */
extern const struct fg_wide_steps fg_steps_wide_full_x2, fg_steps_wide_full_x4,
    fg_steps_wide_lazy_x2, fg_steps_wide_lazy_x4;
extern const struct fg_wide_steps fg_steps_fma100_x2, fg_steps_fma100_x3;
extern const struct fg_wide_steps fg_steps_ifma76_x2, fg_steps_ifma98_x1, fg_steps_ifma98_x2,
    fg_steps_ifma98_x3, fg_steps_ifma102_x1, fg_steps_ifma102_x2, fg_steps_ifma102_x3,
    fg_steps_ifma104_x1, fg_steps_ifma104_x2, fg_steps_ifma128_x1, fg_steps_ifma128_x2;

/* The form that each step takes for moduli below 2^bits. */
struct fg_wide_form {
    unsigned bits;
    const struct fg_wide_steps *primality, *pm1, *ecm;
    /* Fewer lanes, for no more numbers than these; NULL: the others are few enough. Of the strong
     * tests only that to base 2 takes them: those to 13 bases fill lanes. */
    const struct fg_wide_steps *primality_few, *pm1_few, *ecm_few;

    /* gcds[i] = gcd(a[i], n[i]) for `count` numbers, 1 to FG_WIDE_LANES_MOST, and any a[i]. */
    void (*gcd)(const fg_wide *a, const fg_wide *n, unsigned count, fg_wide *gcds);
};

struct fg_wide_lanes {
    const char *name;
    bool (*runs_here)(void);
    /* fg_side_primes_search() */
    unsigned (*side_primes)(const struct fg_side_primes *primes, fg_wide n,
                            uint16_t hits[FG_SIDE_HITS_MOST]);
    unsigned form_count;
    const struct fg_wide_form *forms[FG_WIDE_FORMS_MOST]; /* by `bits`; the last has 128 */
};

extern const struct fg_wide_lanes fg_wide_lanes_scalar, fg_wide_lanes_avx2, fg_wide_lanes_ifma;

/* The scalar forms, which AVX2 uses for moduli that are too wide for its own. */
extern const struct fg_wide_form fg_wide_form_scalar_lazy, fg_wide_form_scalar;

/* The entries that were compiled in, best first. All can be named; not all may run here. */
extern const struct fg_wide_lanes *const fg_wide_lanes_all[];
extern const unsigned fg_wide_lanes_count;

/* Returns the entry to use. It follows the choice of cpu/cpu_variant.h, FACTOR_GPU_CPU included. */
const struct fg_wide_lanes *fg_wide_lanes_select(void);

#ifdef __cplusplus
}
#endif

#endif
