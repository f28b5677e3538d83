/* SPDX-License-Identifier: MIT */
/*
 * wide_factor.c: a run of numbers below 2^128, from small primes to factorisations.
 *
 * As in factor.c, a number is a state and not a call: its cofactor above 2^64 waits in the queue of
 * its next step. Parts below 2^64 wait in a list, which goes to the engine for one word when it is
 * full, and at the end.
 */
#include "methods/factor/wide_factor.h"

#include "algorithms/wide_power.h"
#include "algorithms/wide_small_primes.h"
#include "methods/factor/factor.h"
#include "methods/factor/wide_steps.h"
#include "methods/factor/wide_work.h"

/* Ends a number that is not smooth: its cofactors are dropped wherever they come up. */
static void give_up(struct fg_wide_work *work, uint16_t number) {
    work->factors[number].distinct = 0;
    work->factors[number].not_smooth = 1;
}

/* Adds prime^exponent to a number's factorisation. */
static void add_prime(struct fg_wide_work *work, uint16_t number, fg_wide prime,
                      uint32_t exponent) {
    struct fg_wide_factorization *const factors = &work->factors[number];
    if (factors->not_smooth)
        return;
    if (work->smooth_bound != 0 && prime > work->smooth_bound)
        give_up(work, number);
    else
        fg_wide_factorization_add(factors, prime, exponent);
}

/* Hands the parts below 2^64 to the engine for one word, and takes their primes. */
static void factor_narrow(struct fg_wide_work *work) {
    const enum fg_status status = fg_factor_run(work->narrow_work, work->narrow, work->narrow_count,
                                                work->cancelled, work->narrow_factors);
    if (status != FG_OK) {
        work->status = status;
        return;
    }
    for (unsigned i = 0; i < work->narrow_count; i++) {
        const struct fg_factorization *const factors = &work->narrow_factors[i];
        const struct fg_wide_narrow origin = work->origins[i];
        for (unsigned k = 0; k < factors->distinct; k++)
            add_prime(work, origin.number, factors->primes[k],
                      (uint32_t)factors->exponents[k] * origin.exponent);
    }
    work->narrow_count = 0;
}

/* Takes in a factor of a number, of which nothing is known. */
static void add_unknown(struct fg_wide_work *work, fg_wide n, uint16_t number, uint32_t exponent) {
    if (fg_wide_high(n) != 0) {
        FG_VERIFY_CHECK(exponent == 1);
        work->parts[number].n = n;
        fg_wide_push(work, &work->unproved, number);
        return;
    }
    if (n == 1)
        return;
    if (work->narrow_count == FG_FACTOR_TILE)
        factor_narrow(work);
    if (work->status != FG_OK)
        return;
    const unsigned at = work->narrow_count++;
    work->narrow[at] = fg_wide_low(n);
    work->origins[at] = (struct fg_wide_narrow){.number = number, .exponent = (uint8_t)exponent};
}

/* The number's cofactor is factor * rest, both above 1. */
static void split(struct fg_wide_work *work, uint16_t number, fg_wide factor) {
    const fg_wide n = work->parts[number].n;
    add_unknown(work, factor, number, 1);
    add_unknown(work, n / factor, number, 1);
}

/* Tests a cofactor of which nothing is known, and a composite for being a power. */
static void prove(struct fg_wide_work *work) {
    const uint16_t number = fg_wide_pop(work, &work->unproved);
    const fg_wide n = work->parts[number].n;
    if (fg_wide_passes(n)) {
        add_prime(work, number, n, 1);
        return;
    }
    uint64_t root;
    const uint32_t exponent = fg_wide_split_power(n, &root);
    if (exponent > 1)
        add_unknown(work, root, number, exponent);
    else
        fg_wide_push(work, work->options.no_curves ? &work->hopeless : &work->composites, number);
}

/* Splits a composite by rho, or by the last resort. */
static void find_factor(struct fg_wide_work *work, bool last_resort) {
    const uint16_t number = fg_wide_pop(work, last_resort ? &work->hopeless : &work->composites);
    const fg_wide n = work->parts[number].n;
    if (work->factors[number].not_smooth)
        return;
    const fg_wide factor = last_resort ? fg_wide_search_last_resort(work, n) : fg_wide_rho(work, n);
    if (factor > 1)
        split(work, number, factor);
    else if (factor == 0)
        work->status = FG_ERROR_CANCELLED;
    else if (last_resort)
        work->status = FG_ERROR_SELF_CHECK; /* a composite without factors */
    else
        fg_wide_push(work, &work->hopeless, number);
}

/* Runs one step. Returns false if nothing is left to do. */
static bool advance(struct fg_wide_work *work) {
    if (work->unproved.count > 0)
        prove(work);
    else if (work->composites.count > 0)
        find_factor(work, false);
    else if (work->hopeless.count > 0)
        find_factor(work, true);
    else if (work->narrow_count > 0)
        factor_narrow(work);
    else
        return false;
    return true;
}

/* Prepares the work space for a new run. */
static void begin(struct fg_wide_work *work, struct fg_wide_options options,
                  const struct fg_uint128 *numbers, const atomic_bool *cancelled,
                  struct fg_wide_factorization *factors) {
    work->numbers = numbers;
    work->factors = factors;
    work->cancelled = cancelled;
    work->options = options;
    work->smooth_bound = fg_wide_join(options.smooth_bound.low, options.smooth_bound.high);
    work->status = FG_OK;
    work->unproved = (struct fg_wide_queue){0, 0};
    work->composites = (struct fg_wide_queue){0, 0};
    work->hopeless = (struct fg_wide_queue){0, 0};
    work->narrow_count = 0;
}

/* Takes in a number without its small primes. */
static void add_number(struct fg_wide_work *work, uint16_t number) {
    struct fg_wide_factorization *const factors = &work->factors[number];
    const struct fg_uint128 words = work->numbers[number];
    fg_wide n = fg_wide_join(words.low, words.high);
    fg_wide_factorization_clear(factors);
    if (words.high != 0)
        n = fg_wide_small_primes_strip(n, factors);
    if (work->smooth_bound != 0 && factors->distinct > 0 &&
        factors->primes[factors->distinct - 1] > work->smooth_bound)
        give_up(work, number);
    else
        add_unknown(work, n, number, 1);
}

enum fg_status fg_wide_factor_run_with(struct fg_wide_work *work, struct fg_wide_options options,
                                       const struct fg_uint128 *numbers, size_t count,
                                       const atomic_bool *cancelled,
                                       struct fg_wide_factorization *factors) {
    FG_VERIFY_CHECK(count <= FG_WIDE_TILE);
    begin(work, options, numbers, cancelled, factors);
    for (size_t i = 0; i < count; i++)
        add_number(work, (uint16_t)i);
    do {
        if (atomic_load_explicit(cancelled, memory_order_relaxed))
            return FG_ERROR_CANCELLED;
    } while (work->status == FG_OK && advance(work));
    for (size_t i = 0; i < count && work->status == FG_OK; i++)
        if (!factors[i].not_smooth &&
            !fg_wide_factorization_product_is(&factors[i],
                                              fg_wide_join(numbers[i].low, numbers[i].high)))
            return FG_ERROR_SELF_CHECK;
    return work->status;
}

enum fg_status fg_wide_factor_run(struct fg_wide_work *work, const struct fg_uint128 *numbers,
                                  size_t count, const atomic_bool *cancelled,
                                  struct fg_wide_factorization *factors) {
    const struct fg_wide_options options = {{0, 0}, false};
    return fg_wide_factor_run_with(work, options, numbers, count, cancelled, factors);
}
