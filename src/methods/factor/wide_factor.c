/* SPDX-License-Identifier: MIT */
/*
 * wide_factor.c: a run of numbers below 2^128, from small primes to proved factorisations.
 *
 * As in factor.c, a number is a state and not a call. Its cofactor above 2^64 waits in the queue of
 * its next step (wide_flow.c), and a step takes as many as a form has lanes (wide_steps.c). Parts
 * below 2^64 wait in a list, which goes to the engine for one word when it is full, when proofs
 * wait for its answers, and at the end.
 */
#include "methods/factor/wide_factor.h"

#include "algorithms/wide_small_primes.h"
#include "methods/factor/wide_flow.h"
#include "methods/factor/wide_proofs.h"
#include "methods/factor/wide_steps.h"
#include "methods/factor/wide_work.h"
#include <string.h>

/* Urgent parts below 2^64 that are factored before any P-1 or curve: enough to fill the lanes of
 * the engine for one word, which then takes less for one of them than a curve. */
#define NARROW_EARLY 32

/* Proofs with something new that are taken up before any other step: enough to fill the lanes in
 * which their witnesses are tried. */
#define PROOFS_EARLY 24

/*
 * Runs the cheapest step that has parts; with `full`, that has parts for all of its lanes. Returns
 * false if there is none. The cheapest first, because a proof ends with the first of its two sides:
 * what is found by a small program on one side spares a large one on the other.
 */
static bool run_step(struct fg_wide_work *work, bool full) {
    for (uint64_t left = work->awaited; left != 0; left &= left - 1) {
        const unsigned step = fg_trailing_zeros64(left);
        const unsigned count = work->queues[FG_WIDE_STEPS + step].count;
        if (count == 0)
            work->awaited &= ~(UINT64_C(1) << step);
        if (count >= (full ? fg_wide_step_lanes(work, step) : 1)) {
            fg_wide_run_step(work, step);
            return true;
        }
    }
    return false;
}

/* Runs a strong test; with `full`, only if its queue fills the lanes. Returns false if there is
 * none. */
static bool test_primality(struct fg_wide_work *work, bool full) {
    for (unsigned form = 0; form < work->lanes->form_count; form++) {
        const unsigned least = full ? work->lanes->forms[form]->primality->lanes : 1;
        if (work->queues[FG_WIDE_UNPROVED + form].count >= least) {
            fg_wide_test_base2(work, form);
            return true;
        }
        if (work->queues[FG_WIDE_BASES + form].count >= least) {
            fg_wide_test_bases(work, form);
            return true;
        }
    }
    return false;
}

/* Runs one step: a step that fills its lanes before one that does not, proofs before the others.
 * Returns false if nothing is left to do. */
static bool advance(struct fg_wide_work *work) {
    for (unsigned turn = 0; turn < 2; turn++) {
        const bool full = turn == 0;
        if (work->ready_count >= (full ? PROOFS_EARLY : 1) && fg_wide_proofs_advance(work))
            return true;
        if (test_primality(work, full) || (!full && fg_wide_proofs_begin(work)))
            return true;
        if (work->narrow_urgent >= (full ? NARROW_EARLY : 1)) {
            fg_wide_factor_narrow(work);
            return true;
        }
        if (run_step(work, full))
            return true;
    }
    if (work->queues[FG_WIDE_HOPELESS].count > 0)
        fg_wide_use_last_resort(work);
    else if (work->narrow_count > 0)
        fg_wide_factor_narrow(work);
    else
        return false;
    return true;
}

/* Prepares the work space for a new run. */
static void begin(struct fg_wide_work *work, struct fg_wide_options options,
                  const struct fg_uint128 *numbers, size_t count, const atomic_bool *cancelled,
                  struct fg_wide_factorization *factors) {
    work->numbers = numbers;
    work->factors = factors;
    work->cancelled = cancelled;
    work->options = options;
    work->smooth_bound = fg_wide_join(options.smooth_bound.low, options.smooth_bound.high);
    work->status = FG_OK;
    work->lanes = options.lanes != NULL ? options.lanes : fg_wide_lanes_select();
    work->awaited = 0;
    memset(work->queues, 0, sizeof work->queues);
    for (size_t i = 0; i < count; i++)
        work->parts[i].queue = 0;
    for (unsigned i = FG_WIDE_TILE; i < FG_WIDE_OWNERS; i++)
        work->parts[i].queue = 0;
    fg_wide_proofs_reset(work);
    work->narrow_count = work->narrow_urgent = 0;
}

/* Returns whether a number is seen not to be smooth: by a small prime, or because the bound is
 * below all primes that the cofactor n can have. */
static bool has_large_prime(const struct fg_wide_work *work,
                            const struct fg_wide_factorization *factors, fg_wide n) {
    if (work->smooth_bound == 0)
        return false;
    return (factors->distinct > 0 && factors->primes[factors->distinct - 1] > work->smooth_bound) ||
           (fg_wide_high(n) != 0 && work->smooth_bound < fg_small_primes_bound(FG_SMALL_BLOCKS));
}

/* Takes in a number without its small primes. */
static void add_number(struct fg_wide_work *work, uint16_t number) {
    struct fg_wide_factorization *const factors = &work->factors[number];
    const struct fg_uint128 words = work->numbers[number];
    fg_wide n = fg_wide_join(words.low, words.high);
    fg_wide_factorization_clear(factors);
    if (words.high != 0)
        n = fg_wide_small_primes_strip(n, factors);
    if (has_large_prime(work, factors, n))
        fg_wide_give_up(work, number);
    else
        fg_wide_add_unknown(work, n, number, 1, 0);
}

enum fg_status fg_wide_factor_run_with(struct fg_wide_work *work, struct fg_wide_options options,
                                       const struct fg_uint128 *numbers, size_t count,
                                       const atomic_bool *cancelled,
                                       struct fg_wide_factorization *factors) {
    FG_VERIFY_CHECK(count <= FG_WIDE_TILE);
    begin(work, options, numbers, count, cancelled, factors);
    for (size_t i = 0; i < count; i++)
        add_number(work, (uint16_t)i);
    do {
        if (fg_wide_is_cancelled(work))
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
    const struct fg_wide_options options = {.lanes = NULL};
    return fg_wide_factor_run_with(work, options, numbers, count, cancelled, factors);
}
