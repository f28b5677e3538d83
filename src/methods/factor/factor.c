/* SPDX-License-Identifier: MIT */
/*
 * factor.c: a run of numbers, from small primes to proved factorisations.
 *
 * A number is a state, not a call. Its cofactors, called parts here, wait in the queue of their
 * next step, and a step takes as many parts as the core interleaves. So a core computes on several
 * numbers at once, although each number's own products wait for each other. algorithms/next_step.h
 * decides which step is next.
 */
#include "methods/factor/factor.h"

#include "algorithms/hart.h"
#include "algorithms/last_resort.h"
#include "algorithms/lucas_parameter.h"
#include "algorithms/next_step.h"
#include "algorithms/rho.h"
#include "algorithms/split.h"
#include "methods/factor/factor_work.h"
#include "methods/factor/queue_form.h"
#include <string.h>

/* Candidates of the last resort between two polls of the cancel flag: a few milliseconds. */
#define LAST_RESORT_BLOCK (UINT64_C(1) << 20)

/*
 * The score of the last tests of primality is above 0 if more than 3 of 5 numbers were prime: both
 * tests at once then take less time than base 2 first. Scalar code takes 0.30 us for both, 0.15 for
 * base 2 in four lanes and 0.40 for both in turn; 8 and 16 lanes of IFMA take 1.3 and 1.8 times
 * as long for both as for base 2, and 0.6 and 0.73 times as long as for both in turn. A call begins
 * with the score of the one before, because its numbers are mostly of the same kind; answers do not
 * depend on it.
 */
#define SCORE_PRIME 2
#define SCORE_COMPOSITE 3
#define SCORE_MOST 48

/* Scalar forms have no more lanes. */
#define SCALAR_LANES_MOST 4

/* For functions that decide by `known`: every caller passes a constant, so inlining removes most of
 * the decision. */
#define ALWAYS_INLINE __attribute__((always_inline)) static inline

static void add_prime(struct fg_factor_work *work, uint16_t index) {
    const struct fg_factor_part *const part = &work->parts[index];
    fg_factorization_add(&work->factors[part->number], part->n, part->exponent);
    fg_factor_push(work, &work->unused, index);
}

/* Returns the index of the first form whose modulus limit covers n. */
static unsigned form_of(const struct fg_factor_work *work, uint64_t n) {
    unsigned form = 0;
    while (n > work->lanes->forms[form]->most)
        form++;
    return form;
}

ALWAYS_INLINE struct fg_next next_of(const struct fg_factor_work *work,
                                     const struct fg_factor_part *part, enum fg_known known) {
    const struct fg_history history = {.known = known, .steps = part->step};
    return fg_next_step(part->n, part->n == work->numbers[part->number], history, FG_PLAN_CURVES);
}

/* Returns the index of the queue for a method, program and form. */
static unsigned step_queue(struct fg_next next, unsigned form) {
    const unsigned method = next.kind == FG_NEXT_PM1 ? FG_PLAN_PM1 : FG_PLAN_ECM;
    return (method * FG_ECM_PROGRAM_COUNT + next.program) * FG_LANE_FORMS_MOST + form;
}

static unsigned method_of(unsigned queue) {
    return queue / FG_LANE_FORMS_MOST / FG_ECM_PROGRAM_COUNT;
}

/* Puts a part into the queue of its next step; `known` is what is known of it. */
ALWAYS_INLINE void place(struct fg_factor_work *work, uint16_t index, enum fg_known known) {
    struct fg_factor_part *const part = &work->parts[index];
    const struct fg_next next = next_of(work, part, known);
    struct fg_factor_queue *queue;
    unsigned step;
    if (next.kind == FG_NEXT_PRIME) { /* most often, and so ahead of the others */
        add_prime(work, index);
        return;
    }
    switch (next.kind) {
    case FG_NEXT_BASE2:
        part->form = (uint8_t)form_of(work, part->n);
        queue = &work->unproved[part->form];
        break;
    case FG_NEXT_LUCAS:
        queue = &work->probable[part->form];
        break;
    case FG_NEXT_HART:
        queue = &work->small;
        break;
    case FG_NEXT_PM1:
    case FG_NEXT_ECM:
        step = step_queue(next, part->form);
        queue = &work->steps[step];
        work->awaited |= UINT64_C(1) << step;
        break;
    case FG_NEXT_LAST_RESORT:
        queue = &work->hopeless;
        break;
    default: /* take_composite() has made the power test */
        work->status = FG_ERROR_SELF_CHECK;
        return;
    }
    fg_factor_push(work, queue, index);
}

/* Takes in a factor of which nothing is known but that it has no small primes. */
static void add_unknown(struct fg_factor_work *work, uint64_t n, uint16_t number,
                        unsigned exponent) {
    FG_VERIFY_CHECK(work->unused.count > 0 || work->parts_begun < FG_FACTOR_PARTS);
    const uint16_t index =
        work->unused.count > 0 ? fg_factor_pop(work, &work->unused) : (uint16_t)work->parts_begun++;
    work->parts[index] =
        (struct fg_factor_part){.n = n, .number = number, .exponent = (uint8_t)exponent};
    place(work, index, FG_KNOWN_NOTHING);
}

/* The part is factor * cofactor, both above 1. */
static void split(struct fg_factor_work *work, uint16_t index, uint64_t factor) {
    const struct fg_factor_part part = work->parts[index];
    fg_factor_push(work, &work->unused, index);
    add_unknown(work, factor, part.number, part.exponent);
    add_unknown(work, part.n / factor, part.number, part.exponent);
}

static bool split_power(struct fg_factor_work *work, uint16_t index) {
    const struct fg_factor_part part = work->parts[index];
    uint64_t root;
    const uint32_t exponent = fg_split_power(part.n, &root);
    if (exponent == 1)
        return false;
    fg_factor_push(work, &work->unused, index);
    add_unknown(work, root, part.number, part.exponent * exponent);
    return true;
}

/* Tries rho, and trial division if rho fails. */
static void use_last_resort(struct fg_factor_work *work) {
    const uint16_t index = fg_factor_pop(work, &work->hopeless);
    const uint64_t n = work->parts[index].n;
    const uint64_t by_rho = fg_rho_factor(n);
    if (by_rho > 1) {
        split(work, index, by_rho);
        return;
    }
    for (uint64_t begin = 3;; begin += LAST_RESORT_BLOCK) {
        if (atomic_load_explicit(work->cancelled, memory_order_relaxed)) {
            work->status = FG_ERROR_CANCELLED;
            return;
        }
        const uint64_t factor = fg_last_resort_block(n, begin, begin + LAST_RESORT_BLOCK);
        if (factor > 1) {
            split(work, index, factor);
            return;
        }
        if (begin > UINT32_MAX) { /* no divisor up to the root */
            place(work, index, FG_KNOWN_ALL_MISSED);
            return;
        }
    }
}

static void take_composite(struct fg_factor_work *work, uint16_t index) {
    const struct fg_factor_part *const part = &work->parts[index];
    if (next_of(work, part, FG_KNOWN_COMPOSITE).kind != FG_NEXT_POWER)
        place(work, index, FG_KNOWN_COMPOSITE);
    else if (!split_power(work, index))
        place(work, index, FG_KNOWN_NO_POWER);
}

/*
 * Takes parts for the lanes of a step from a queue that is not empty, and returns how many. If
 * there are fewer parts than lanes, each fills several lanes: n[i] is that of parts[i % count].
 */
static unsigned fill_lanes(struct fg_factor_work *work, struct fg_factor_queue *queue,
                           unsigned lanes, uint16_t *parts, uint64_t *n) {
    unsigned count = 0;
    FG_VERIFY_CHECK(queue->count > 0 && lanes <= FG_LANES_MOST);
    do
        parts[count++] = fg_factor_pop(work, queue);
    while (count < lanes && queue->count > 0);
    unsigned i = 0;
    do
        n[i] = i < count ? work->parts[parts[i]].n : n[i - count];
    while (++i < lanes);
    return count;
}

/* Counts tests in the score. */
static void note_tests(struct fg_factor_work *work, unsigned primes, unsigned composites) {
    int score = work->prime_score;
    score += SCORE_PRIME * (int)primes - SCORE_COMPOSITE * (int)composites;
    score = score > SCORE_MOST ? SCORE_MOST : score;
    work->prime_score = score < -SCORE_MOST ? -SCORE_MOST : score;
}

/* Counts the tests of `count` numbers; bit i of `passed`: number i is prime. */
static void note_answers(struct fg_factor_work *work, uint32_t passed, unsigned count) {
    const unsigned primes = (unsigned)__builtin_popcount(passed & UINT32_MAX >> (32 - count));
    note_tests(work, primes, count - primes);
}

/* Fills the parameters of the Lucas test; those of lanes without a part of their own are another
 * lane's. */
static void fill_parameters(const uint64_t *n, unsigned count, unsigned lanes,
                            uint32_t *parameters) {
    FG_VERIFY_CHECK(count > 0);
    for (unsigned lane = 0; lane < count; lane++)
        parameters[lane] = fg_lucas_parameter(n[lane]);
    for (unsigned lane = count; lane < lanes; lane++)
        parameters[lane] = parameters[lane - count];
}

/* Takes the answers of Lucas tests; a strong test came before or was made at once. */
static void take_answers(struct fg_factor_work *work, const uint16_t *parts,
                         const uint32_t *parameters, uint32_t passed, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        if (parameters[i] != 0 && passed >> i & 1)
            place(work, parts[i], FG_KNOWN_PRIME);
        else
            take_composite(work, parts[i]);
    }
}

/* Both tests of primality for the next part of a queue. */
static void test_alone(struct fg_factor_work *work, struct fg_factor_queue *queue,
                       const struct fg_lane_steps *steps) {
    const uint16_t index = fg_factor_pop(work, queue);
    const uint64_t n = work->parts[index].n;
    const uint32_t parameter = fg_lucas_parameter(n);
    if (parameter != 0 && steps->both_tests(&n, &parameter) != 0) {
        note_tests(work, 1, 0);
        place(work, index, FG_KNOWN_PRIME);
    } else {
        note_tests(work, 0, 1);
        take_composite(work, index);
    }
}

/* Both tests of primality for as many parts as there are lanes. */
static void test_both(struct fg_factor_work *work, struct fg_factor_queue *queue,
                      const struct fg_lane_steps *steps) {
    uint16_t parts[FG_LANES_MOST];
    uint64_t n[FG_LANES_MOST];
    uint32_t parameters[FG_LANES_MOST];
    const unsigned count = fill_lanes(work, queue, steps->lanes, parts, n);
    fill_parameters(n, count, steps->lanes, parameters);
    const uint32_t passed = steps->both_tests(n, parameters);
    note_answers(work, passed, count);
    take_answers(work, parts, parameters, passed, count);
}

/* The strong test to base 2 for as many parts as there are lanes. */
static void test_base2(struct fg_factor_work *work, unsigned form) {
    struct fg_factor_queue *const queue = &work->unproved[form];
    const struct fg_lane_form *const steps = fg_queue_test_form(work, queue, form);
    if (steps->primality->both_tests != NULL && fg_queue_can_need_both(work, queue)) {
        if (steps->primality->lanes == 1) {
            test_alone(work, queue, steps->primality);
            return;
        }
        if (work->prime_score > 0) {
            test_both(work, queue, steps->primality);
            return;
        }
    }
    uint16_t parts[FG_LANES_MOST];
    uint64_t n[FG_LANES_MOST];
    const unsigned count = fill_lanes(work, queue, steps->primality->lanes, parts, n);
    const uint32_t passed = steps->primality->strong_base2(n);
    note_answers(work, passed, count);
    for (unsigned i = 0; i < count; i++) {
        if (passed >> i & 1)
            place(work, parts[i], FG_KNOWN_PROBABLE);
        else
            take_composite(work, parts[i]);
    }
}

/* The Lucas test for those that passed. */
static void test_lucas(struct fg_factor_work *work, unsigned form) {
    struct fg_factor_queue *const queue = &work->probable[form];
    const struct fg_lane_form *const steps = fg_queue_form(work, queue, form);
    uint16_t parts[FG_LANES_MOST];
    uint64_t n[FG_LANES_MOST];
    uint32_t parameters[FG_LANES_MOST];
    const unsigned lanes = steps->primality->lanes;
    const unsigned count = fill_lanes(work, queue, lanes, parts, n);
    fill_parameters(n, count, lanes, parameters);
    const uint32_t passed = steps->primality->lucas(n, parameters);
    take_answers(work, parts, parameters, passed, count);
}

/* Fills factors[i] with a proper factor of n[i], or 1, from what a step has found. If the gcd is
 * n[i], every prime was found; the stage-1 residue may separate them. This is fg_split_found() in
 * lanes. */
static void find_factors(const struct fg_lane_form *steps, const uint64_t *n, unsigned lanes,
                         const uint64_t *found, const uint64_t *early, uint64_t *factors) {
    uint64_t numbers[FG_LANES_MOST], earlies[FG_LANES_MOST], firsts[FG_LANES_MOST];
    unsigned where[FG_LANES_MOST], at_once = 0;
    steps->gcd(found, n, lanes, factors);
    for (unsigned i = 0; i < lanes; i++)
        if (factors[i] == n[i]) {
            where[at_once] = i;
            numbers[at_once] = n[i];
            earlies[at_once++] = early[i];
        }
    if (at_once == 0)
        return;
    steps->gcd(earlies, numbers, at_once, firsts);
    for (unsigned k = 0; k < at_once; k++)
        factors[where[k]] = firsts[k] != numbers[k] ? firsts[k] : 1;
}

/* Moves the parts of a queue of P-1 on to their first curve. */
static void skip_pm1(struct fg_factor_work *work, struct fg_factor_queue *queue) {
    while (queue->count > 0) {
        const uint16_t index = fg_factor_pop(work, queue);
        work->parts[index].step++;
        place(work, index, FG_KNOWN_NO_POWER);
    }
}

static void run_pm1(struct fg_factor_work *work, struct fg_factor_queue *queue, unsigned program,
                    const struct fg_lane_form *steps) {
    uint16_t parts[FG_LANES_MOST];
    uint64_t n[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST], factors[FG_LANES_MOST];
    const unsigned count = fill_lanes(work, queue, steps->pm1->lanes, parts, n);
    steps->pm1->pm1(n, program, work->lane_space, found, early);
    find_factors(steps, n, count, found, early, factors);
    for (unsigned i = 0; i < count; i++) {
        if (factors[i] > 1) {
            split(work, parts[i], factors[i]);
        } else {
            work->parts[parts[i]].step++;
            place(work, parts[i], FG_KNOWN_NO_POWER);
        }
    }
}

/* The curve of each lane: step 1 is the first one. */
static inline void choose_curves(const struct fg_factor_work *work, const uint16_t *parts,
                                 unsigned count, unsigned lanes, uint32_t *curves) {
    for (unsigned i = 0; i < count; i++)
        curves[i] = (work->parts[parts[i]].step - UINT32_C(1)) % FG_ECM_CURVE_COUNT;
    for (unsigned i = count; i < lanes; i++)
        curves[i] = (curves[i - count] + 1) % FG_ECM_CURVE_COUNT;
}

/* One curve in every lane; a part that is in several lanes gets as many curves. */
static void run_ecm(struct fg_factor_work *work, struct fg_factor_queue *queue, unsigned program,
                    const struct fg_lane_form *steps) {
    uint16_t parts[FG_LANES_MOST];
    uint64_t n[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST], factors[FG_LANES_MOST];
    uint32_t curves[FG_LANES_MOST];
    const unsigned lanes = steps->ecm->lanes;
    const unsigned count = fill_lanes(work, queue, lanes, parts, n);
    FG_VERIFY_CHECK(count > 0);
    choose_curves(work, parts, count, lanes, curves);
    steps->ecm->ecm(n, program, curves, work->lane_space, found, early);
    find_factors(steps, n, lanes, found, early, factors);
    for (unsigned i = 0; i < count; i++) {
        uint64_t factor = 1;
        unsigned tried = 0;
        for (unsigned lane = i; lane < lanes && factor == 1; lane += count, tried++)
            factor = factors[lane];
        if (factor > 1) {
            split(work, parts[i], factor);
        } else {
            work->parts[parts[i]].step = (uint8_t)(work->parts[parts[i]].step + tried);
            place(work, parts[i], FG_KNOWN_NO_POWER);
        }
    }
}

static void run_hart(struct fg_factor_work *work) {
    const struct fg_lane_form *const steps = work->lanes->forms[0]; /* of the smallest numbers */
    uint16_t parts[FG_HART_BATCH];
    uint64_t n[FG_HART_BATCH], found[FG_HART_BATCH], factors[FG_HART_BATCH];
    unsigned count = 0;
    for (; count < FG_HART_BATCH && work->small.count > 0; count++) {
        parts[count] = fg_factor_pop(work, &work->small);
        n[count] = work->parts[parts[count]].n;
    }
    work->hart_batch(n, count, found);
    for (unsigned first = 0; first < count; first += FG_LANES_MOST)
        steps->gcd(found + first, n + first,
                   count - first < FG_LANES_MOST ? count - first : FG_LANES_MOST, factors + first);
    for (unsigned i = 0; i < count; i++) {
        if (factors[i] == 1 || factors[i] == n[i])
            factors[i] = fg_hart_block(n[i], 1, FG_HART_STEPS);
        if (factors[i] > 1)
            split(work, parts[i], factors[i]);
        else
            place(work, parts[i], FG_KNOWN_HART_MISSED);
    }
}

/* Moves all parts that wait for a curve in a form to the largest program among theirs, so that
 * fewer vectors have lanes without a part of their own. Returns the index of its queue. These parts
 * are the last of a run: calls of 17 to 64 semiprimes of 64 bits take 0.95 to 0.99 times as long,
 * random numbers 0.91 to 0.97 times. */
static unsigned join_curves(struct fg_factor_work *work, unsigned form) {
    const unsigned first = FG_PLAN_ECM * FG_ECM_PROGRAM_COUNT * FG_LANE_FORMS_MOST + form;
    unsigned last = first;
    for (unsigned program = 1; program < FG_ECM_PROGRAM_COUNT; program++)
        if (work->steps[first + program * FG_LANE_FORMS_MOST].count > 0)
            last = first + program * FG_LANE_FORMS_MOST;
    for (unsigned i = first; i < last; i += FG_LANE_FORMS_MOST)
        while (work->steps[i].count > 0)
            fg_factor_push(work, &work->steps[last], fg_factor_pop(work, &work->steps[i]));
    return last;
}

/* Returns the queue of the next step; *count: its parts. With `full` it is the fullest that fills
 * the step's lanes, else the fullest of P-1, and of curves only if P-1 has none: curves in few
 * lanes then have more parts. */
static unsigned next_step(struct fg_factor_work *work, bool full, unsigned *count) {
    unsigned fullest = 0, most = 0;
    bool is_pm1 = false;
    for (uint64_t left = work->awaited; left != 0; left &= left - 1) {
        const unsigned i = fg_trailing_zeros64(left), parts = work->steps[i].count;
        const struct fg_lane_form *const steps = work->lanes->forms[i % FG_LANE_FORMS_MOST];
        const bool pm1 = method_of(i) == FG_PLAN_PM1;
        const unsigned lanes = pm1 ? steps->pm1->lanes : steps->ecm->lanes;
        if (parts == 0)
            work->awaited &= ~(UINT64_C(1) << i);
        else if (full ? parts > most && parts >= lanes
                      : pm1 > is_pm1 || (pm1 == is_pm1 && parts > most)) {
            most = parts;
            fullest = i;
            is_pm1 = pm1;
        }
    }
    *count = most;
    return fullest;
}

/* Runs the next step; with `full`, only one whose parts fill its lanes. Returns false if there is
 * none. */
static bool run_step(struct fg_factor_work *work, bool full) {
    unsigned count;
    const unsigned next = next_step(work, full, &count);
    if (count == 0)
        return false;
    const unsigned form = next % FG_LANE_FORMS_MOST;
    const bool is_ecm = method_of(next) == FG_PLAN_ECM;
    const bool has_vectors = work->lanes->forms[form]->ecm->lanes > SCALAR_LANES_MOST;
    const unsigned step = is_ecm && !full && has_vectors ? join_curves(work, form) : next;
    struct fg_factor_queue *const queue = &work->steps[step];
    const unsigned program = step / FG_LANE_FORMS_MOST % FG_ECM_PROGRAM_COUNT;
    const struct fg_lane_form *const steps =
        is_ecm ? fg_queue_form(work, queue, form) : fg_queue_pm1_form(work, queue, form);
    if (is_ecm)
        run_ecm(work, queue, program, steps);
    else if (steps->pm1 != NULL && (full || !fg_queue_spares_pm1(work, queue, form, steps->pm1)))
        run_pm1(work, queue, program, steps);
    else
        skip_pm1(work, queue);
    return true;
}

/* Runs one step: a step that fills its lanes before one that does not, proofs before the others.
 * Returns false if nothing is left to do. */
static bool advance(struct fg_factor_work *work) {
    for (unsigned turn = 0; turn < 2; turn++) {
        const bool full = turn == 0;
        for (unsigned form = 0; form < work->lanes->form_count; form++) {
            const unsigned least = full ? work->lanes->forms[form]->primality->lanes : 1;
            if (work->unproved[form].count >= least) {
                test_base2(work, form);
                return true;
            }
            if (work->probable[form].count >= least) {
                test_lucas(work, form);
                return true;
            }
        }
        if (work->small.count >= (full ? FG_HART_BATCH : 1)) {
            run_hart(work);
            return true;
        }
        if (run_step(work, full))
            return true;
    }
    if (work->hopeless.count == 0)
        return false;
    use_last_resort(work);
    return true;
}

/* Prepares the work space for a new run. */
static void begin(struct fg_factor_work *work, const uint64_t *numbers, size_t count,
                  const atomic_bool *cancelled, struct fg_factorization *factors) {
    work->numbers = numbers;
    work->count = (unsigned)count;
    work->factors = factors;
    work->cancelled = cancelled;
    work->status = FG_OK;
    work->unused = (struct fg_factor_queue){0, 0};
    memset(work->unproved, 0, sizeof work->unproved);
    memset(work->probable, 0, sizeof work->probable);
    work->small = (struct fg_factor_queue){0, 0};
    memset(work->steps, 0, sizeof work->steps);
    work->hopeless = (struct fg_factor_queue){0, 0};
    work->awaited = 0;
    work->parts_begun = 0;
}

/* Gives up the numbers that have a prime above the bound: a small one, or, if the bound is below
 * all others, any other. */
static void give_up(struct fg_factor_work *work, size_t count, uint64_t bound) {
    const bool no_others = bound < fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    for (size_t i = 0; i < count; i++) {
        struct fg_factorization *const factors = &work->factors[i];
        const uint64_t largest = factors->distinct > 0 ? factors->primes[factors->distinct - 1] : 1;
        if (largest > bound || (no_others && work->rests[i] > 1)) {
            fg_factorization_give_up(factors);
            work->rests[i] = 1;
        }
    }
}

enum fg_status fg_factor_run_smooth(struct fg_factor_work *work, const uint64_t *numbers,
                                    size_t count, uint64_t bound, const atomic_bool *cancelled,
                                    struct fg_factorization *factors) {
    FG_VERIFY_CHECK(count <= FG_FACTOR_TILE);
    begin(work, numbers, count, cancelled, factors);
    fg_small_primes_of(work)(numbers, count, factors, work->rests);
    if (bound < UINT64_MAX)
        give_up(work, count, bound);
    unsigned unknown_count = 0;
    for (size_t i = 0; i < count; i++) { /* without a branch, which would be unpredictable */
        work->unknown[unknown_count] = (uint16_t)i;
        unknown_count += work->rests[i] > 1;
    }
    for (unsigned i = 0; i < unknown_count; i++)
        add_unknown(work, work->rests[work->unknown[i]], work->unknown[i], 1);
    do {
        if (atomic_load_explicit(cancelled, memory_order_relaxed))
            return FG_ERROR_CANCELLED;
    } while (work->status == FG_OK && advance(work));

    for (size_t i = 0; i < count && work->status == FG_OK; i++)
        if (!fg_factorization_is_plainly(&factors[i], numbers[i]) &&
            !fg_factorization_product_is(&factors[i], numbers[i]) &&
            !(bound < UINT64_MAX && fg_factorization_is_given_up(&factors[i])))
            return FG_ERROR_SELF_CHECK;
    return work->status;
}

enum fg_status fg_factor_run(struct fg_factor_work *work, const uint64_t *numbers, size_t count,
                             const atomic_bool *cancelled, struct fg_factorization *factors) {
    return fg_factor_run_smooth(work, numbers, count, UINT64_MAX, cancelled, factors);
}
