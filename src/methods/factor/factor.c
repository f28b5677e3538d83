/*
 * factor.c: a run of numbers, from small primes to proved factorisations.
 *
 * A number is a state, not a call: what is left of it waits as a "part" in the queue of its next
 * step, and each step takes as many parts as the core interleaves. So a core computes on several
 * numbers at once although each number's own products wait for each other.
 *
 *     small primes -> unproved -> base 2 -> Lucas -> prime
 *                        ^          |         |
 *                        |          v         v
 *                     factors <- composite: powers, or a queue of Hart, P-1 or ECM
 */
#include "methods/factor/factor.h"

#include "algorithms/hart.h"
#include "algorithms/last_resort.h"
#include "algorithms/lucas_parameter.h"
#include "algorithms/primality.h"
#include "algorithms/rho.h"
#include "algorithms/small_primes.h"
#include "algorithms/split.h"
#include "algorithms/split_plan.h"
#include "methods/factor/hart_batch.h"
#include "methods/factor/lanes.h"
#include "methods/factor/strip.h"
#include <assert.h>
#include <string.h>

/* What has no prime below 2^10 has at most six primes, so a number has fewer parts than this. */
#define PARTS (FG_FACTOR_RUN * 8)

/* Candidates of the last resort between two looks at the cancel flag: a few milliseconds. */
#define LAST_RESORT_BLOCK (UINT64_C(1) << 20)

/* What is left of a number, or a factor of it. */
struct part {
    uint64_t n;
    uint16_t number;    /* which of the run */
    uint16_t next;      /* the part behind it in its queue */
    uint8_t exponent;   /* the number holds it this often */
    uint8_t plan, step; /* a composite: where it is in its plan */
};

/* Parts in waiting, last in first out. */
struct queue {
    uint16_t top; /* index of a part + 1; 0: empty */
    uint16_t count;
};

/* P-1 and ECM, which have as many programs, each for every form. */
#define STEP_QUEUES (2 * FG_ECM_PROGRAM_COUNT * FG_LANE_FORMS_MOST)
static_assert(STEP_QUEUES <= 64, "every queue of steps has a bit");
static_assert((int)FG_PM1_PROGRAM_COUNT == (int)FG_ECM_PROGRAM_COUNT, "every step has a queue");

struct run {
    struct fg_factorization *factors;
    const atomic_bool *cancelled;
    enum fg_status status;
    const struct fg_lanes *lanes;
    fg_hart_batch_function *hart_batch;
    struct queue unused, unproved[FG_LANE_FORMS_MOST], probable[FG_LANE_FORMS_MOST]; /* [form] */
    struct queue small;              /* composites for Hart */
    struct queue steps[STEP_QUEUES]; /* (method * FG_ECM_PROGRAM_COUNT + program), form */
    uint64_t awaited;                /* bit i: steps[i] may have something in it */
    unsigned parts_begun;            /* parts that have been in use; those behind them never were */
    uint64_t prime_limit;            /* what has no small factor and is below this is prime */
    struct part parts[PARTS];
};

static void push(struct run *run, struct queue *queue, uint16_t part) {
    run->parts[part].next = queue->top;
    queue->top = (uint16_t)(part + 1);
    queue->count++;
}

static uint16_t pop(struct run *run, struct queue *queue) {
    FG_VERIFY_CHECK(queue->count > 0);
    const uint16_t part = (uint16_t)(queue->top - 1);
    queue->top = run->parts[part].next;
    queue->count--;
    return part;
}

static void add_prime(struct run *run, uint16_t index) {
    const struct part *const part = &run->parts[index];
    fg_factorization_add(&run->factors[part->number], part->n, part->exponent);
    push(run, &run->unused, index);
}

/* Which form of a step n takes: the first that has room for it. */
static unsigned form_of(const struct run *run, uint64_t n) {
    unsigned form = 0;
    while (n > run->lanes->forms[form]->most)
        form++;
    return form;
}

/* A factor of which nothing is known but that it has no small primes. */
static void add_unknown(struct run *run, uint64_t n, uint16_t number, unsigned exponent) {
    FG_VERIFY_CHECK(run->unused.count > 0 || run->parts_begun < PARTS);
    const uint16_t index =
        run->unused.count > 0 ? pop(run, &run->unused) : (uint16_t)run->parts_begun++;
    run->parts[index] = (struct part){.n = n, .number = number, .exponent = (uint8_t)exponent};
    if (n < run->prime_limit)
        add_prime(run, index);
    else
        push(run, &run->unproved[form_of(run, n)], index);
}

/* The part is factor * cofactor, both above 1. */
static void split(struct run *run, uint16_t index, uint64_t factor) {
    const struct part part = run->parts[index];
    push(run, &run->unused, index);
    add_unknown(run, factor, part.number, part.exponent);
    add_unknown(run, part.n / factor, part.number, part.exponent);
}

static bool split_power(struct run *run, uint16_t index) {
    const struct part part = run->parts[index];
    uint64_t root;
    const uint32_t exponent = fg_split_power(part.n, &root);
    if (exponent == 1)
        return false;
    push(run, &run->unused, index);
    add_unknown(run, root, part.number, part.exponent * exponent);
    return true;
}

/* Rho, and trial division where even that fails. */
static void use_last_resort(struct run *run, uint16_t index) {
    const uint64_t n = run->parts[index].n;
    const uint64_t by_rho = fg_rho_factor(n);
    if (by_rho > 1) {
        split(run, index, by_rho);
        return;
    }
    for (uint64_t begin = 3;; begin += LAST_RESORT_BLOCK) {
        if (atomic_load_explicit(run->cancelled, memory_order_relaxed)) {
            run->status = FG_ERROR_CANCELLED;
            return;
        }
        const uint64_t factor = fg_last_resort_block(n, begin, begin + LAST_RESORT_BLOCK);
        if (factor > 1) {
            split(run, index, factor);
            return;
        }
        if (begin > UINT32_MAX) { /* no divisor up to the root: the proof has failed */
            run->status = FG_ERROR_SELF_CHECK;
            return;
        }
    }
}

/* Puts a composite into the queue of its next step. */
static void await_step(struct run *run, uint16_t index) {
    const struct part *const part = &run->parts[index];
    const struct fg_plan_step step = fg_plan_at(part->plan, part->step);
    if (step.method == FG_PLAN_LAST_RESORT) {
        use_last_resort(run, index);
        return;
    }
    const unsigned form = form_of(run, part->n);
    const unsigned queue =
        (step.method * FG_ECM_PROGRAM_COUNT + step.program) * FG_LANE_FORMS_MOST + form;
    push(run, &run->steps[queue], index);
    run->awaited |= UINT64_C(1) << queue;
}

static void take_composite(struct run *run, uint16_t index, const uint64_t *numbers) {
    struct part *const part = &run->parts[index];
    if (part->n < FG_PLAN_HART_MAX) { /* who finds the roots of squares as well */
        push(run, &run->small, index);
        return;
    }
    if (split_power(run, index))
        return;
    FG_VERIFY_CHECK(part->n >= FG_ECM_MIN);
    part->plan = (uint8_t)fg_plan_of(part->n, part->n == numbers[part->number]);
    part->step = 0;
    await_step(run, index);
}

/*
 * Takes parts for the lanes of a step from a queue that is not empty. Where there are fewer parts
 * than lanes they take turns in all of them: n[i] is that of parts[i % count].
 */
static unsigned fill_lanes(struct run *run, struct queue *queue, unsigned lanes, uint16_t *parts,
                           uint64_t *n) {
    unsigned count = 0;
    FG_VERIFY_CHECK(queue->count > 0 && lanes <= FG_LANES_MOST);
    do
        parts[count++] = pop(run, queue);
    while (count < lanes && queue->count > 0);
    for (unsigned i = 0; i < lanes; i++)
        n[i] = i < count ? run->parts[parts[i]].n : n[i - count];
    return count;
}

/* The strong test to base 2 for as many parts as there are lanes. */
static void test_base2(struct run *run, unsigned form, const uint64_t *numbers) {
    const struct fg_lane_form *const steps = run->lanes->forms[form];
    uint16_t parts[FG_LANES_MOST];
    uint64_t n[FG_LANES_MOST];
    const unsigned lanes = steps->primality_lanes;
    const unsigned count = fill_lanes(run, &run->unproved[form], lanes, parts, n);
    const uint32_t passed = steps->strong_base2(n);
    for (unsigned i = 0; i < count; i++) {
        if ((passed >> i & 1) == 0)
            take_composite(run, parts[i], numbers);
        else if (fg_base2_proves(n[i]))
            add_prime(run, parts[i]);
        else
            push(run, &run->probable[form], parts[i]);
    }
}

/* The Lucas test for those that passed. */
static void test_lucas(struct run *run, unsigned form, const uint64_t *numbers) {
    const struct fg_lane_form *const steps = run->lanes->forms[form];
    uint16_t parts[FG_LANES_MOST];
    uint64_t n[FG_LANES_MOST];
    uint32_t parameters[FG_LANES_MOST];
    const unsigned lanes = steps->primality_lanes;
    const unsigned count = fill_lanes(run, &run->probable[form], lanes, parts, n);
    FG_VERIFY_CHECK(count > 0);
    for (unsigned i = 0; i < lanes; i++)
        parameters[i] = i < count ? fg_lucas_parameter(n[i]) : parameters[i - count];
    const uint32_t passed = steps->lucas(n, parameters);
    for (unsigned i = 0; i < count; i++) {
        if (parameters[i] != 0 && passed >> i & 1)
            add_prime(run, parts[i]);
        else
            take_composite(run, parts[i], numbers);
    }
}

/* What a step found in each lane: a proper factor, or 1. Where all primes came at once they may not
 * have after the first stage: fg_split_found(), in lanes. */
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

static void run_pm1(struct run *run, struct queue *queue, unsigned program,
                    const struct fg_lane_form *steps) {
    uint16_t parts[FG_LANES_MOST];
    uint64_t n[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST], factors[FG_LANES_MOST];
    const unsigned count = fill_lanes(run, queue, steps->pm1_lanes, parts, n);
    steps->pm1(n, program, found, early);
    find_factors(steps, n, count, found, early, factors);
    for (unsigned i = 0; i < count; i++) {
        if (factors[i] > 1) {
            split(run, parts[i], factors[i]);
        } else {
            run->parts[parts[i]].step++;
            await_step(run, parts[i]);
        }
    }
}

/* One curve in every lane; a part that is in several lanes gets as many curves. */
static void run_ecm(struct run *run, struct queue *queue, unsigned program,
                    const struct fg_lane_form *steps) {
    uint16_t parts[FG_LANES_MOST];
    uint64_t n[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST], factors[FG_LANES_MOST];
    uint32_t curves[FG_LANES_MOST];
    const unsigned lanes = steps->ecm_lanes;
    const unsigned count = fill_lanes(run, queue, lanes, parts, n);
    FG_VERIFY_CHECK(count > 0);
    for (unsigned i = 0; i < lanes; i++) /* step 1 is the first curve */
        curves[i] = i < count ? (run->parts[parts[i]].step - UINT32_C(1)) % FG_ECM_CURVE_COUNT
                              : (curves[i - count] + 1) % FG_ECM_CURVE_COUNT;
    steps->ecm(n, program, curves, found, early);
    find_factors(steps, n, lanes, found, early, factors);
    for (unsigned i = 0; i < count; i++) {
        uint64_t factor = 1;
        unsigned tried = 0;
        for (unsigned lane = i; lane < lanes && factor == 1; lane += count, tried++)
            factor = factors[lane];
        if (factor > 1) {
            split(run, parts[i], factor);
        } else {
            run->parts[parts[i]].step = (uint8_t)(run->parts[parts[i]].step + tried);
            await_step(run, parts[i]);
        }
    }
}

static void run_hart(struct run *run) {
    const struct fg_lane_form *const steps = run->lanes->forms[0]; /* of the smallest numbers */
    uint16_t parts[FG_HART_BATCH];
    uint64_t n[FG_HART_BATCH], found[FG_HART_BATCH], factors[FG_HART_BATCH];
    unsigned count = 0;
    for (; count < FG_HART_BATCH && run->small.count > 0; count++) {
        parts[count] = pop(run, &run->small);
        n[count] = run->parts[parts[count]].n;
    }
    run->hart_batch(n, count, found);
    for (unsigned first = 0; first < count; first += FG_LANES_MOST)
        steps->gcd(found + first, n + first,
                   count - first < FG_LANES_MOST ? count - first : FG_LANES_MOST, factors + first);
    for (unsigned i = 0; i < count; i++) {
        if (factors[i] == 1 || factors[i] == n[i])
            factors[i] = fg_hart_block(n[i], 1, FG_HART_STEPS);
        if (factors[i] > 1)
            split(run, parts[i], factors[i]);
        else
            use_last_resort(run, parts[i]);
    }
}

static unsigned method_of(unsigned queue) {
    return queue / FG_LANE_FORMS_MOST / FG_ECM_PROGRAM_COUNT;
}

/* Takes the fullest queue of steps; where `full`, of those that fill their lanes. False where there
 * is none. */
static bool run_step(struct run *run, bool full) {
    unsigned fullest = 0, most = 0;
    for (uint64_t left = run->awaited; left != 0; left &= left - 1) {
        const unsigned i = fg_trailing_zeros64(left), count = run->steps[i].count;
        const struct fg_lane_form *const steps = run->lanes->forms[i % FG_LANE_FORMS_MOST];
        const unsigned lanes = method_of(i) == FG_PLAN_PM1 ? steps->pm1_lanes : steps->ecm_lanes;
        if (count == 0)
            run->awaited &= ~(UINT64_C(1) << i);
        if (count > most && (count >= lanes || !full)) {
            most = count;
            fullest = i;
        }
    }
    if (most == 0)
        return false;
    struct queue *const queue = &run->steps[fullest];
    const struct fg_lane_form *const steps = run->lanes->forms[fullest % FG_LANE_FORMS_MOST];
    const unsigned program = fullest / FG_LANE_FORMS_MOST % FG_ECM_PROGRAM_COUNT;
    if (method_of(fullest) == FG_PLAN_PM1)
        run_pm1(run, queue, program, steps);
    else
        run_ecm(run, queue, program, steps);
    return true;
}

/* One step of the run: what fills its lanes before what does not, proofs before the rest. False
 * where nothing is left to do. */
static bool advance(struct run *run, const uint64_t *numbers) {
    for (unsigned turn = 0; turn < 2; turn++) {
        const bool full = turn == 0;
        for (unsigned form = 0; form < run->lanes->form_count; form++) {
            const unsigned least = full ? run->lanes->forms[form]->primality_lanes : 1;
            if (run->unproved[form].count >= least) {
                test_base2(run, form, numbers);
                return true;
            }
            if (run->probable[form].count >= least) {
                test_lucas(run, form, numbers);
                return true;
            }
        }
        if (run->small.count >= (full ? FG_HART_BATCH : 1)) {
            run_hart(run);
            return true;
        }
        if (run_step(run, full))
            return true;
    }
    return false;
}

enum fg_status fg_factor_run(const uint64_t *numbers, size_t count, const atomic_bool *cancelled,
                             struct fg_factorization *factors) {
    FG_VERIFY_CHECK(count <= FG_FACTOR_RUN);
    struct run run;
    run.factors = factors;
    run.cancelled = cancelled;
    run.status = FG_OK;
    /* A number alone has no use for many lanes: with AVX-512 25 us instead of 42 for a 64-bit
     * semiprime, 1.2 instead of 3.1 for a prime. */
    run.lanes = count == 1 ? &fg_lanes_scalar : fg_lanes_select();
    run.hart_batch = fg_hart_batch_select();
    run.unused = (struct queue){0, 0};
    memset(run.unproved, 0, sizeof run.unproved);
    memset(run.probable, 0, sizeof run.probable);
    run.small = (struct queue){0, 0};
    memset(run.steps, 0, sizeof run.steps);
    run.awaited = 0;
    const uint64_t bound = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    run.prime_limit = bound * bound;
    run.parts_begun = 0;

    uint64_t rests[FG_FACTOR_RUN];
    fg_strip_select()(numbers, count, factors, rests);
    uint16_t unknown[FG_FACTOR_RUN];
    unsigned unknown_count = 0;
    for (size_t i = 0; i < count; i++) { /* a branch could not be foretold */
        unknown[unknown_count] = (uint16_t)i;
        unknown_count += rests[i] > 1;
    }
    for (unsigned i = 0; i < unknown_count; i++)
        add_unknown(&run, rests[unknown[i]], unknown[i], 1);
    do {
        if (atomic_load_explicit(cancelled, memory_order_relaxed))
            return FG_ERROR_CANCELLED;
    } while (run.status == FG_OK && advance(&run, numbers));

    for (size_t i = 0; i < count && run.status == FG_OK; i++)
        if (!fg_factorization_is_plainly(&factors[i], numbers[i]) &&
            !fg_factorization_product_is(&factors[i], numbers[i]))
            return FG_ERROR_SELF_CHECK;
    return run.status;
}
