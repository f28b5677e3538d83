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

/* Returns how many proofs with something new are taken up, and how many urgent parts below 2^64
 * are factored, before any P-1 or curve, because one may then be spared: enough to fill the lanes
 * of vectors, but at most a quarter of the proofs, because more are long in coming: 16 primes of
 * 128 bits a call take 0.87 times as long as if they waited for full lanes, 12 with AVX2 0.8 times.
 * Scalar code gains nothing by more than one. */
static unsigned early(const struct fg_wide_work *work) {
    const unsigned lanes = work->lanes->forms[0]->primality->lanes;
    const unsigned part = work->proofs_running / 4;
    if (lanes <= 4 || part < 1)
        return 1;
    return part < lanes ? part : lanes;
}

/* Kinds of steps: P-1 with each program, then curves with each. */
#define PM1(name) FG_WIDE_PM1_##name
#define ECM(name) (FG_WIDE_PROGRAMS + FG_WIDE_ECM_##name)

/* The kinds of steps, from the cheapest to the one that takes longest: 3, 5, 9, 11, 24, 45, 54, 90,
 * 125 and 148 thousand products in a lane. */
static const uint8_t kinds[FG_WIDE_STEP_METHODS * FG_WIDE_PROGRAMS] = {
    PM1(A), ECM(A), PM1(B), ECM(B), ECM(C), PM1(C), ECM(D), PM1(D), PM1(E), ECM(E)};

/* Which of the steps are run in a pass: the first so many of kinds[], if they fill their lanes, or
 * if not. */
struct pass {
    bool full;
    uint8_t kinds;
};

/* Runs the cheapest step of a pass that has parts. Returns false if there is none. */
static bool run_step(struct fg_wide_work *work, struct pass pass) {
    for (unsigned i = 0; i < pass.kinds * (unsigned)FG_WIDE_FORMS_MOST; i++) {
        const unsigned step =
            kinds[i / FG_WIDE_FORMS_MOST] * (unsigned)FG_WIDE_FORMS_MOST + i % FG_WIDE_FORMS_MOST;
        const unsigned count = work->queues[FG_WIDE_STEPS + step].count;
        if (count > 0 && count >= (pass.full ? fg_wide_step_lanes(work, step) : 1)) {
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

/* Runs what a pass has to do: proofs before the other numbers. Returns false if that is nothing. */
static bool run_pass(struct fg_wide_work *work, struct pass pass) {
    const unsigned least = pass.full ? early(work) : 1;
    if (work->ready_count >= least && fg_wide_proofs_advance(work))
        return true;
    if (test_primality(work, pass.full) || (!pass.full && fg_wide_proofs_begin(work)))
        return true;
    if (work->narrow_urgent >= least) {
        fg_wide_factor_narrow(work);
        return true;
    }
    return run_step(work, pass);
}

/*
 * Runs one step: in full lanes before others, and the cheapest first. A proof ends with the first
 * of its two sides: what is found by a small program on one side spares a large one on the other.
 * So while there are proofs, cheap steps do not wait for full lanes until larger ones are done:
 * lists of primes of 128 bits then take 0.7 times as long. Returns false if nothing is left to do.
 */
static bool advance(struct fg_wide_work *work) {
    static const struct pass passes[] = {{true, 4}, {false, 2}, {true, 6},  {false, 4},
                                         {true, 7}, {false, 6}, {true, 10}, {false, 10}};
    enum { count = sizeof passes / sizeof passes[0] };
    const bool proofs = work->proofs_running > 0 || work->queues[FG_WIDE_CLAIMS].count > 0;
    for (unsigned i = 0; i < count; i++)
        if ((passes[i].full || proofs || i + 1 == count) && run_pass(work, passes[i]))
            return true;
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
    work->lanes = options.lanes != NULL ? options.lanes : work->chosen_lanes;
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
