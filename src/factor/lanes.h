/*
 * lanes.h: the steps of factorisation for several numbers side by side on one core.
 *
 * One table entry for each instruction set; all do the same, in as many lanes as suit it.
 */
#ifndef FG_FACTOR_LANES_H
#define FG_FACTOR_LANES_H

#include <stdbool.h>
#include <stdint.h>

/* No step has more lanes than this. */
#define FG_LANES_MOST 16

/*
 * Arrays have as many entries as the step has lanes. Every modulus n[i] is odd and at least 9;
 * `roomy`: all are below roomy_max, which has a cheaper form. All functions are thread-safe.
 */
struct fg_lanes {
    const char *name;
    bool (*runs_here)(void);
    uint64_t roomy_max;
    unsigned primality_lanes, pm1_lanes, ecm_lanes;

    /* Bit i of the result: n[i] passes (algorithms/probable_prime.h). */
    uint32_t (*strong_base2)(const uint64_t *n, bool roomy);
    uint32_t (*lucas)(const uint64_t *n, const uint32_t *parameters, bool roomy);

    /* One step of P-1 (algorithms/pm1.h) or ECM (algorithms/ecm.h, n[i] above FG_ECM_MIN) with one
     * of the programs of ecm_tables.h. */
    void (*pm1)(const uint64_t *n, uint32_t program, bool roomy, uint64_t *found, uint64_t *early);
    void (*ecm)(const uint64_t *n, uint32_t program, bool roomy, const uint32_t *curves,
                uint64_t *found, uint64_t *early);

    /* gcds[i] = gcd(a[i], n[i]) for `count` numbers, at most FG_LANES_MOST. */
    void (*gcd)(const uint64_t *a, const uint64_t *n, unsigned count, uint64_t *gcds);
};

extern const struct fg_lanes fg_lanes_scalar, fg_lanes_ifma;

/* What was compiled in, best first. All can be named; not all may run here. */
extern const struct fg_lanes *const fg_lanes_all[];
extern const unsigned fg_lanes_count;

/* The entry to use: it follows the scan's choice (scan/scan.h), FACTOR_GPU_CPU included. */
const struct fg_lanes *fg_lanes_select(void);

#endif
