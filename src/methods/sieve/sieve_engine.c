/* SPDX-License-Identifier: MIT */
/*
 * sieve_engine.c: the method sieve: all numbers of a range by a segmented sieve.
 */
#include "methods/sieve/sieve_engine.h"

#include "arith/bits.h"
#include "batch/totals.h"
#include "cpu/cpu_variant.h"
#include "methods/factor/factor_engine.h"
#include "methods/sieve/counted_totals.h"
#include "methods/sieve/range_sieve.h"
#include "methods/sieve/rough_cofactors.h"
#include "methods/sieve/sieve_cpu.h"
#include "methods/sieve/sieve_primes.h"
#include <math.h>

static bool takes(enum fg_numbers_kind kind, unsigned words) {
    return kind == FG_NUMBERS_RANGE && words == 1;
}

/* Returns the expected time of a number of n's size on one core, in units of 0.1 ns, in a range
 * that is long enough: 3 to 22 ns. */
static uint64_t work(enum fg_method method, uint64_t n) {
    (void)method;
    return 28 + UINT64_C(3) * fg_bit_length64(n);
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

/* Returns the seconds that a number of the size of `last` takes, in lists. */
static double number_s(uint64_t last) {
    return 1e-10 * cpu_part() * (double)work(FG_METHOD_SIEVE, last);
}

/* Returns the seconds that beginning a super-segment by the primes up to `limit` takes. */
static double begin_s(double limit) {
    const double primes = primes_to(limit), small = fmin(primes, FG_BELOW_16_PRIMES);
    return FG_COST_SIEVE_BEGIN_S + FG_COST_SIEVE_MULTIPLE_S * small +
           FG_COST_SIEVE_WALK_S * cpu_part() * (primes - small);
}

/* Returns the seconds before a range up to `last` can begin: to open a sieve, unless the process
 * has one, and to make those of the primes up to `limit` that it lacks. */
static double open_s(uint64_t last, double limit) {
    const bool is_low = last <= UINT32_MAX; /* the primes below 2^16 are the sieve's own */
    const double made = fg_sieve_primes_made(), missing = primes_to(limit) - primes_to(made);
    const double open = fg_sieve_primes_are_held() ? 0
                        : is_low                   ? FG_COST_SIEVE_OPEN_LOW_S
                                                   : FG_COST_SIEVE_OPEN_S;
    return open + (is_low ? 0 : FG_COST_SIEVE_PRIME_S * fmax(missing, 0));
}

/* Returns the part of the time of lists that totals take. */
static double totals_part(const struct fg_totals *totals, size_t column_count) {
    double part = FG_COST_CPU_RANGE_MARKS;
    for (size_t k = 0; k < column_count; k++) {
        const enum fg_column column = fg_totals_entry(totals, k)->column;
        if (!fg_column_is_counted(column))
            return FG_COST_CPU_RANGE_PRODUCTS;
        if (!fg_column_is_mark(column))
            part = FG_COST_CPU_RANGE_COUNTS;
    }
    return part;
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
    const double limit = fg_rough_cofactors_limit(range->count < span ? range->count : span,
                                                  root < UINT32_MAX ? (uint32_t)root : UINT32_MAX,
                                                  fg_sieve_primes_made());
    const struct fg_work_sums sums = {
        .wide = count * (double)fg_factor_engine.work(FG_METHOD_FACTOR, last)};
    const double listed = 1.5 * (1 - log(fmax(limit, 2)) / log(root));
    return open_s(last, limit) + spans * begin_s(limit) + count * number_s(last) +
           fmax(listed, 0) * fg_factor_engine.cost(FG_ANSWER_PRIMES, &sums).cpu_s;
}

double fg_sieve_totals_cost_s(const struct fg_numbers *range, const struct fg_totals *totals,
                              size_t column_count) {
    if (range->count == 0)
        return 0;
    const uint64_t last = last_of(range);
    const double count = (double)range->count, root = fmax(sqrt((double)last), 2);
    const double spans = ceil(count / (double)fg_range_sieve_span(FG_SIEVE_BUCKET_BYTES, last));
    return open_s(last, root) + spans * begin_s(root) +
           count * number_s(last) * totals_part(totals, column_count);
}

/* With fewer numbers, a worker would walk through the primes for more than an eighth of the time
 * that it sieves. */
static size_t part_numbers(const struct fg_numbers *range, const struct fg_shared_totals *totals) {
    if (range->count == 0)
        return 1;
    const uint64_t last = last_of(range);
    const double part = totals == NULL ? 1 : totals_part(totals->totals, totals->column_count);
    const double least = 8 * begin_s(sqrt((double)last)) / (number_s(last) * part);
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
