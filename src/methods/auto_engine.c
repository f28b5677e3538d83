/* SPDX-License-Identifier: MIT */
/*
 * auto_engine.c: lists by the method factor, ranges by the method sieve if it pays.
 *
 * A worker has the states of both, so that one pool of threads answers either kind. The sieve's is
 * opened with the first range.
 */
#include "methods/auto_engine.h"

#include "arith/bits.h"
#include "cpu/cpu_variant.h"
#include "methods/contract/method_engine.h"
#include "methods/factor/factor_engine.h"
#include "methods/sieve/sieve_engine.h"
#include <math.h>
#include <stdlib.h>
#ifdef FG_HAVE_CUDA
#include "methods/factor/factor_device.h"
#include "methods/sieve/totals_device.h"
#endif

struct auto_worker {
    struct fg_method_setup setup;
    void *factor;
    void *sieve; /* NULL before the first range */
};

static bool takes(enum fg_numbers_kind kind, unsigned words) {
    return fg_factor_engine.takes(kind, words) || fg_sieve_engine.takes(kind, words);
}

static uint64_t work(enum fg_method method, uint64_t n) {
    return fg_factor_engine.work(method, n);
}

static uint64_t wide_work(enum fg_method method, struct fg_uint128 n) {
    return fg_factor_engine.wide_work(method, n);
}

static struct fg_method_cost cost(enum fg_answer answer, const struct fg_work_sums *sums) {
    return fg_factor_engine.cost(answer, sums);
}

static void close_worker(void *state) {
    struct auto_worker *const worker = state;
    if (worker->factor != NULL)
        fg_factor_engine.close(worker->factor);
    if (worker->sieve != NULL)
        fg_sieve_engine.close(worker->sieve);
    free(worker);
}

static enum fg_status open_worker(const struct fg_method_setup *setup, void **state,
                                  struct fg_error *error) {
    struct auto_worker *const worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return fg_fail_memory(error, sizeof *worker);
    worker->setup = *setup;
    const enum fg_status status = fg_factor_engine.open(setup, &worker->factor, error);
    if (status != FG_OK) {
        close_worker(worker);
        return status;
    }
    *state = worker;
    return FG_OK;
}

static enum fg_status have_sieve(struct auto_worker *worker, struct fg_error *error) {
    return worker->sieve != NULL ? FG_OK
                                 : fg_sieve_engine.open(&worker->setup, &worker->sieve, error);
}

static enum fg_status run(void *state, const struct fg_numbers *numbers, size_t value_limit,
                          struct fg_results *results, struct fg_error *error) {
    struct auto_worker *const worker = state;
    if (numbers->kind == FG_NUMBERS_LIST)
        return fg_factor_engine.run(worker->factor, numbers, value_limit, results, error);
    FG_TRY(have_sieve(worker, error));
    return fg_sieve_engine.run(worker->sieve, numbers, value_limit, results, error);
}

/* ---- Ranges ---- */

static double cost_s(const struct fg_numbers *range) {
    return fg_sieve_engine.ranges->cost_s(range);
}

static size_t part_numbers(const struct fg_numbers *range, const struct fg_shared_totals *totals) {
    return fg_sieve_engine.ranges->part_numbers(range, totals);
}

/* Returns the time of numbers of so many bits in a list over what fg_work() expects. */
static double listed_ratio(unsigned bits) {
    const enum fg_cpu_level cpu = fg_cpu_select();
    if (cpu == FG_CPU_AVX512)
        return FG_COST_CPU_LISTED_AVX512;
    const bool is_less = cpu == FG_CPU_AVX2 && bits >= FG_COST_CPU_LISTED_LEAST_BITS &&
                         bits <= FG_COST_CPU_LISTED_MOST_BITS;
    return is_less ? FG_COST_CPU_LISTED_AVX2 : 1;
}

/* Returns the seconds that `count` numbers up to `last` take in lists. */
static double listed_s(uint64_t last, size_t count) {
    const struct fg_work_sums sums = {.wide = (double)count * (double)work(FG_METHOD_FACTOR, last)};
    return fmax(listed_ratio(fg_bit_length64(last)) * cost(FG_ANSWER_PRIMES, &sums).cpu_s,
                (double)count * FG_COST_CPU_LISTED_S);
}

/* Compares the times of all workers together, of which each begins a part. Making divisors of
 * primes takes as long in both ways. */
static bool pays(const struct fg_numbers *range, size_t wanted, unsigned workers) {
    if (range->count == 0)
        return false;
    const uint64_t last = range->begin.low + (range->count - 1);
    const size_t worth = range->count / part_numbers(range, NULL) + 1;
    const size_t parts = worth < workers ? worth : workers;
    const size_t length = range->count / parts;
    const struct fg_numbers part = fg_numbers_part(range, range->count - length, length);
    return (double)parts * cost_s(&part) < listed_s(last, wanted);
}

static enum fg_status columns(void *state, const struct fg_numbers *range,
                              const struct fg_column_request *requests, size_t request_count,
                              size_t at, struct fg_error *error) {
    struct auto_worker *const worker = state;
    FG_TRY(have_sieve(worker, error));
    return fg_sieve_engine.ranges->columns(worker->sieve, range, requests, request_count, at,
                                           error);
}

static enum fg_status totals(void *state, const struct fg_numbers *range, struct fg_totals *sums,
                             size_t column_count, struct fg_error *error) {
    struct auto_worker *const worker = state;
    FG_TRY(have_sieve(worker, error));
    return fg_sieve_engine.ranges->totals(worker->sieve, range, sums, column_count, error);
}

static const struct fg_method_ranges ranges = {
    .cost_s = cost_s,
    .part_numbers = part_numbers,
    .pays = pays,
    .columns = columns,
    .totals = totals,
};

const struct fg_method_engine fg_auto_engine = {
    .takes = takes,
    .work = work,
    .wide_work = wide_work,
    .cost = cost,
    .max_values = fg_divisor_bound,
    .answers_primes = true,
    .brief = true,
    .open = open_worker,
    .run = run,
    .close = close_worker,
    .ranges = &ranges,
#ifdef FG_HAVE_CUDA
    .gpu = &fg_factor_device,
    .gpu_totals = &fg_totals_device,
#endif
};
