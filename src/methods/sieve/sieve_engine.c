/* SPDX-License-Identifier: MIT */
/*
 * sieve_engine.c: the method sieve: all numbers of a range by a segmented sieve.
 */
#include "methods/sieve/sieve_engine.h"

#include "arith/bits.h"
#include "cpu/cpu_variant.h"
#include "methods/factor/factor_engine.h"
#include "methods/sieve/range_sieve.h"
#include "methods/sieve/rough_cofactors.h"
#include "methods/sieve/sieve_cpu.h"
#include <math.h>

static bool takes(enum fg_numbers_kind kind, unsigned words) {
    return kind == FG_NUMBERS_RANGE && words == 1;
}

/* Returns the expected time of a number of n's size on one core, in units of 0.1 ns, in a range
 * that is long enough: 6 to 20 ns. */
static uint64_t work(enum fg_method method, uint64_t n) {
    (void)method;
    return 50 + UINT64_C(5) * fg_bit_length64(n) / 2;
}

/* Returns the part of work() that this CPU takes. */
static double cpu_part(void) {
    switch (fg_cpu_select()) {
    case FG_CPU_AVX512:
        return FG_COST_CPU_SIEVE_AVX512;
    case FG_CPU_AVX2:
        return FG_COST_CPU_SIEVE_AVX2;
    default:
        return FG_COST_CPU_SIEVE_PORTABLE;
    }
}

/* No GPU sieves. */
static struct fg_method_cost cost(enum fg_answer answer, const struct fg_work_sums *sums) {
    struct fg_method_cost cost = {.cpu_s = 1e-10 * (sums->narrow + sums->wide) * cpu_part()};
    if (answer == FG_ANSWER_DIVISORS)
        cost.cpu_s += FG_COST_CPU_DIVISORS_BIT_S * sums->bits;
    return cost;
}

/* ---- Ranges ---- */

static uint64_t last_of(const struct fg_numbers *range) {
    return range->begin.low + (range->count - 1);
}

/* Returns about how many primes there are up to `limit`. */
static double primes_to(double limit) {
    return limit < 17 ? 7 : limit / (log(limit) - 1.08);
}

/*
 * The walk through the primes comes once for each super-segment, and making them once. What a short
 * range leaves to the engine for lists is measured: about 1.5 times what that takes, times the part
 * of the root's logarithm that was not sieved (260 ns at 2^64 with primes to 2^28, Zen 4).
 */
static double cost_s(const struct fg_numbers *range) {
    if (range->count == 0)
        return 0;
    const uint64_t last = last_of(range);
    const double count = (double)range->count, root = fmax(sqrt((double)last), 2);
    const uint64_t span = fg_range_sieve_span(FG_SIEVE_BUCKET_BYTES, last);
    const double spans = ceil(count / (double)span);
    const double limit =
        fg_rough_cofactors_limit(range->count < span ? range->count : span,
                                 root < UINT32_MAX ? (uint32_t)root : UINT32_MAX, 0);
    const struct fg_work_sums sums = {
        .wide = count * (double)fg_factor_engine.work(FG_METHOD_FACTOR, last)};
    const double listed = 1.5 * (1 - log(fmax(limit, 2)) / log(root));
    return FG_COST_SIEVE_PRIME_S * primes_to(limit) +
           spans * (FG_COST_SIEVE_BEGIN_S + FG_COST_SIEVE_WALK_S * primes_to(limit)) +
           1e-10 * cpu_part() * count * (double)work(FG_METHOD_SIEVE, last) +
           fmax(listed, 0) * fg_factor_engine.cost(FG_ANSWER_PRIMES, &sums).cpu_s;
}

/* With fewer numbers, a worker would walk through the primes for more than a quarter of the time
 * that it sieves. */
static size_t part_numbers(const struct fg_numbers *range) {
    if (range->count == 0)
        return 1;
    const uint64_t last = last_of(range);
    const double begin_s =
        FG_COST_SIEVE_BEGIN_S + FG_COST_SIEVE_WALK_S * primes_to(sqrt((double)last));
    const double number_s = 1e-10 * cpu_part() * (double)work(FG_METHOD_SIEVE, last);
    const double least = 4 * begin_s / number_s;
    const double span = (double)fg_range_sieve_span(FG_SIEVE_BUCKET_BYTES, last);
    const double segments = ceil(fmin(least, span) / FG_SEGMENT);
    return (size_t)segments * FG_SEGMENT;
}

static const struct fg_method_ranges ranges = {
    .cost_s = cost_s,
    .part_numbers = part_numbers,
    .columns = fg_sieve_columns,
    .totals = fg_sieve_range_totals,
};

const struct fg_method_engine fg_sieve_engine = {
    .takes = takes,
    .work = work,
    .cost = cost,
    .max_values = fg_divisor_bound,
    .answers_primes = true,
    .brief = true,
    .open = fg_sieve_open,
    .run = fg_sieve_answer,
    .close = fg_sieve_close,
    .ranges = &ranges,
};
