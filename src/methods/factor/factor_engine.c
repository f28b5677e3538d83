/* SPDX-License-Identifier: MIT */
/*
 * factor_engine.c: the method factor: small primes, proofs of primality, Hart, P-1 and elliptic
 * curves, and divisors from the factorisation.
 */
#include "methods/factor/factor_engine.h"

#include "arith/bits.h"
#include "methods/factor/factor_cpu.h"
#ifdef FG_HAVE_CUDA
#include "methods/factor/factor_device.h"
#endif

static bool takes(enum fg_numbers_kind kind, unsigned words) {
    return kind == FG_NUMBERS_LIST && words == 1;
}

/*
 * Returns the expected time of a number of n's size on one core, in units of 0.1 ns. It is within a
 * half of the measured times of random numbers of 24 to 64 bits (bench/README.md).
 */
static uint64_t work(enum fg_method method, uint64_t n) {
    (void)method;
    const uint64_t bits = fg_bit_length64(n);
    return 300 + bits * bits * bits * 9 / 100;
}

const struct fg_method_engine fg_factor_engine = {
    .takes = takes,
    .work = work,
    .max_values = fg_divisor_bound,
    .answers_primes = true,
    .brief = true,
    .open = fg_factor_open,
    .run = fg_factor_answer,
    .close = fg_factor_close,
#ifdef FG_HAVE_CUDA
    .gpu = &fg_factor_device,
#endif
};
