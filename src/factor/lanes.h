/*
 * lanes.h: the steps of factorisation for several numbers side by side on one core.
 */
#ifndef FG_FACTOR_LANES_H
#define FG_FACTOR_LANES_H

#include <stdbool.h>
#include <stdint.h>

/* How many numbers each step interleaves: bench/README.md has the measurements. */
#define FG_PRIMALITY_LANES 4
#define FG_LUCAS_LANES 4
#define FG_PM1_LANES 4
#define FG_ECM_LANES 2

/* Bit i of the result: n[i], odd and at least 3, passes (algorithms/probable_prime.h). */
uint32_t fg_lanes_strong_base2(const uint64_t n[FG_PRIMALITY_LANES]);
uint32_t fg_lanes_lucas(const uint64_t n[FG_LUCAS_LANES],
                        const uint32_t parameters[FG_LUCAS_LANES]);

/* One step of P-1 (algorithms/pm1.h) or ECM (algorithms/ecm.h) with one of the programs of
 * ecm_tables.h. `roomy`: every modulus is below 2^58. */
void fg_lanes_pm1(const uint64_t n[FG_PM1_LANES], uint32_t program, bool roomy,
                  uint64_t found[FG_PM1_LANES], uint64_t early[FG_PM1_LANES]);
void fg_lanes_ecm(const uint64_t n[FG_ECM_LANES], uint32_t program, bool roomy,
                  const uint32_t curves[FG_ECM_LANES], uint64_t found[FG_ECM_LANES],
                  uint64_t early[FG_ECM_LANES]);

#endif
