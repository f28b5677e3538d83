/* SPDX-License-Identifier: MIT */
/*
 * expected_costs.h: what a number is expected to take, by which "auto" decides whether a GPU pays.
 *
 * This is the one table of that decision, besides gpu/predicted_rates.h, which a model writes. The
 * first run on a GPU corrects what is a prediction:
 *
 *     constant                    source                                corrected by (gpu-first)
 *     FG_PREDICTED_...            prediction: model of the kernels      steps rates, trial
 *     FG_AUTO_START_UP_S          prediction: context and self-test     step start, "first answer"
 *     FG_AUTO_MULTIPROCESSORS     assumption: H100; asked for later     device
 *     FG_AUTO_CLOCK_HZ            assumption: H100                      device, under load
 *     FG_COST_HOST_...            measured: answers_bench (Zen 4)       steps batch, "host"
 *     FG_COST_HOST_CANDIDATES_S   assumption                            step trial
 *     FG_COST_CPU_...             measured, bench/README.md (Zen 5)     -
 */
#ifndef FG_METHODS_CONTRACT_EXPECTED_COSTS_H
#define FG_METHODS_CONTRACT_EXPECTED_COSTS_H

/* The seconds that a GPU takes to start. The tests compile the decision with a smaller value. */
#ifndef FG_AUTO_START_UP_S
#define FG_AUTO_START_UP_S 0.5
#endif
/* The GPU of which "auto" thinks before it has asked for the one that is here. */
#define FG_AUTO_MULTIPROCESSORS 132
#define FG_AUTO_CLOCK_HZ 1.755e9

/* Time of a core of a GPU's host for an answer, which is checked and copied: for primes; for
 * divisors, of which a number has more the more bits it has; and for the hits of `trial` and
 * `exhaustive`. */
#define FG_COST_HOST_PRIMES_S 20e-9
#define FG_COST_HOST_DIVISORS_S 12e-9
#define FG_COST_HOST_DIVISORS_BIT_S 1.86e-9
#define FG_COST_HOST_CANDIDATES_S 440e-9

/* Method factor on the CPU, in parts of fg_work(), which counts 0.1 ns of the scalar lanes; for
 * AVX-512, AVX2 and neither. */
#define FG_COST_CPU_FACTOR_AVX512 0.32
#define FG_COST_CPU_FACTOR_AVX2 0.66
#define FG_COST_CPU_FACTOR_PORTABLE 0.82
/* Its divisors besides, for each bit of the number. */
#define FG_COST_CPU_DIVISORS_BIT_S 4e-9
/* The least time of a number in a list, with AVX-512 (family 6, model 207): of numbers of 13 to 20
 * bits. */
#define FG_COST_CPU_LISTED_S 55e-9
/* The time of the numbers of a range in a list over what fg_work() expects (the same CPU): with
 * AVX-512, and with AVX2 for numbers of FG_COST_CPU_LISTED_LEAST_BITS to
 * FG_COST_CPU_LISTED_MOST_BITS bits. */
#define FG_COST_CPU_LISTED_AVX512 1.15
#define FG_COST_CPU_LISTED_AVX2 0.68
#define FG_COST_CPU_LISTED_LEAST_BITS 24
#define FG_COST_CPU_LISTED_MOST_BITS 52

/* Method sieve on the CPU, in parts of fg_work(), which counts 0.1 ns with AVX-512; for AVX-512,
 * AVX2 and neither. */
#define FG_COST_CPU_SIEVE_AVX512 1.0
#define FG_COST_CPU_SIEVE_AVX2 1.5
#define FG_COST_CPU_SIEVE_PORTABLE 2.5
/* Totals of a range, in parts of the time of its lists: of mobius and squarefree, by the byte
 * sieve; of counts, by two bytes a number; and of products. */
#define FG_COST_CPU_RANGE_MARKS 0.05
#define FG_COST_CPU_RANGE_COUNTS 0.1
#define FG_COST_CPU_RANGE_PRODUCTS 0.3
/* Seconds to open a sieve in a process that has none, below 2^32 and above; to make a sieving
 * prime, once in a process; to begin a super-segment; and for that, to find a multiple of a prime
 * below 2^16, and to walk over any other. */
#define FG_COST_SIEVE_OPEN_LOW_S 130e-6
#define FG_COST_SIEVE_OPEN_S 270e-6
#define FG_COST_SIEVE_PRIME_S 2e-9
#define FG_COST_SIEVE_BEGIN_S 3e-6
#define FG_COST_SIEVE_MULTIPLE_S 9e-9
#define FG_COST_SIEVE_WALK_S 1.2e-9

/* A candidate of `trial` or `exhaustive` on the CPU: of a number below 2^32, and of others. */
#define FG_COST_CPU_CANDIDATE32_AVX512_S 30e-12
#define FG_COST_CPU_CANDIDATE32_AVX2_S 68e-12
#define FG_COST_CPU_CANDIDATE32_PORTABLE_S 574e-12
#define FG_COST_CPU_CANDIDATE64_AVX512_S 50e-12
#define FG_COST_CPU_CANDIDATE64_AVX2_S 90e-12
#define FG_COST_CPU_CANDIDATE64_PORTABLE_S 563e-12

/* The work() of numbers, apart for those below 2^32, with how many they are and their bits
 * together. */
struct fg_work_sums {
    double narrow, wide;
    double count, bits;
};

/* The expected cost of some numbers, on the CPU and on a GPU. */
struct fg_method_cost {
    double cpu_s;      /* of one core */
    double gpu_clocks; /* of one of the GPU's schedulers: gpu/predicted_rates.h */
    double host_s;     /* of one core of the GPU's host */
};

#endif
