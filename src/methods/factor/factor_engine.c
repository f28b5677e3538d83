/* SPDX-License-Identifier: MIT */
/*
 * factor_engine.c: the method factor: small primes, proofs of primality, Hart, P-1 and elliptic
 * curves, and divisors from the factorisation.
 */
#include "methods/factor/factor_engine.h"

#include "arith/bits.h"
#include "cpu/cpu_variant.h"
#include "gpu/predicted_rates.h"
#include "methods/factor/factor_cpu.h"
#ifdef FG_HAVE_CUDA
#include "methods/factor/factor_device.h"
#endif

static bool takes(enum fg_numbers_kind kind, unsigned words) {
    return kind == FG_NUMBERS_LIST && (words == 1 || words == 2);
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

/*
 * The same for numbers of two words: of 64, 72, .. 128 bits, and on a line between them. Measured:
 * a random number of 128 bits takes 18 times as long as one of 96 bits, and that 8 times as long as
 * one of 64 (lanes with AVX-512, Zen 4).
 */
static uint64_t wide_work(enum fg_method method, struct fg_uint128 n) {
    static const uint32_t steps[] = {23892,  37700,  62600,   109000, 199000,
                                     382000, 769000, 1630000, 3610000};
    if (n.high == 0)
        return work(method, n.low);
    const uint32_t above = fg_bit_length64(n.high), step = above / 8, part = above % 8;
    return step == 8 ? steps[8] : (steps[step] * (8 - part) + steps[step + 1] * part) / 8;
}

/* Returns the part of work() that this CPU takes. */
static double cpu_part(void) {
    switch (fg_cpu_select()) {
    case FG_CPU_AVX512:
        return FG_COST_CPU_FACTOR_AVX512;
    case FG_CPU_AVX2:
        return FG_COST_CPU_FACTOR_AVX2;
    default:
        return FG_COST_CPU_FACTOR_PORTABLE;
    }
}

/* Takes the prediction for random numbers of 64 bits for other sizes too, in the ratio of their
 * work(). */
static struct fg_method_cost cost(enum fg_answer answer, const struct fg_work_sums *sums) {
    const double units = sums->narrow + sums->wide;
    struct fg_method_cost cost = {
        .cpu_s = 1e-10 * units * cpu_part(),
        .gpu_clocks =
            FG_PREDICTED_RANDOM64_CLOCKS * units / (double)work(FG_METHOD_FACTOR, UINT64_MAX),
        .host_s = sums->count * FG_COST_HOST_PRIMES_S,
    };
    if (answer == FG_ANSWER_DIVISORS) {
        cost.cpu_s += FG_COST_CPU_DIVISORS_BIT_S * sums->bits;
        cost.host_s =
            FG_COST_HOST_DIVISORS_S * sums->count + FG_COST_HOST_DIVISORS_BIT_S * sums->bits;
    }
    return cost;
}

const struct fg_method_engine fg_factor_engine = {
    .takes = takes,
    .work = work,
    .wide_work = wide_work,
    .cost = cost,
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
