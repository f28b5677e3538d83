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
 *                     factors <- composite: powers, Hart, or a queue of P-1 or ECM
 */
#include "factor/factor.h"

#include "algorithms/hart.h"
#include "algorithms/last_resort.h"
#include "algorithms/lucas_parameter.h"
#include "algorithms/primality.h"
#include "algorithms/rho.h"
#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
#include "arith/gcd.h"
#include "arith/iroot.h"
#include "factor/lanes.h"
#include "factor/strip.h"
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

/* P-1 and ECM, each with as many programs, for roomy moduli and for others. */
#define STEP_QUEUES (2 * FG_ECM_PROGRAM_COUNT * 2)

struct run {
    struct fg_factorization *factors;
    const atomic_bool *cancelled;
    enum fg_status status;
    struct queue unused, unproved, probable, steps[STEP_QUEUES];
    unsigned parts_begun; /* parts that have been in use; those behind them never were */
    uint64_t prime_limit; /* what has no small factor and is below this is prime */
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

/* Up to `lanes` parts from a queue; returns how many there were. */
static unsigned pop_lanes(struct run *run, struct queue *queue, unsigned lanes, uint16_t *parts) {
    unsigned count = 0;
    while (count < lanes && queue->count > 0)
        parts[count++] = pop(run, queue);
    return count;
}

static void add_prime(struct run *run, uint16_t index) {
    const struct part *const part = &run->parts[index];
    fg_factorization_add(&run->factors[part->number], part->n, part->exponent);
    push(run, &run->unused, index);
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
        push(run, &run->unproved, index);
}

/* The part is factor * cofactor, both above 1. */
static void split(struct run *run, uint16_t index, uint64_t factor) {
    const struct part part = run->parts[index];
    push(run, &run->unused, index);
    add_unknown(run, factor, part.number, part.exponent);
    add_unknown(run, part.n / factor, part.number, part.exponent);
}

/* n = root^exponent for an exponent of 2, 3 or 5; others cannot be, with primes above 2^10. Below
 * Hart's limit only squares need this: a cube p * p^2 is a product like others to his method. */
static bool split_power(struct run *run, uint16_t index) {
    static const struct {
        uint64_t least;
        uint32_t exponent;
    } powers[] = {{0, 2}, {FG_PLAN_HART_MAX, 3}, {UINT64_C(1) << 50, 5}};
    const struct part part = run->parts[index];
    for (size_t i = 0; i < sizeof powers / sizeof *powers && part.n >= powers[i].least; i++) {
        const uint32_t exponent = powers[i].exponent;
        const uint64_t root = exponent == 2 ? fg_isqrt64(part.n) : fg_iroot64(part.n, exponent);
        uint64_t power = root;
        for (uint32_t e = 1; e < exponent; e++)
            power *= root;
        if (power == part.n) {
            push(run, &run->unused, index);
            add_unknown(run, root, part.number, part.exponent * exponent);
            return true;
        }
    }
    return false;
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
    const bool roomy = part->n < FG_PLAN_ROOMY_MAX;
    push(run, &run->steps[(step.method * FG_ECM_PROGRAM_COUNT + step.program) * 2 + roomy], index);
}

static void take_composite(struct run *run, uint16_t index, const uint64_t *numbers) {
    struct part *const part = &run->parts[index];
    if (split_power(run, index))
        return;
    if (part->n < FG_PLAN_HART_MAX) {
        const uint64_t factor = fg_hart_block(part->n, 1, FG_HART_STEPS);
        if (factor > 1)
            split(run, index, factor);
        else
            use_last_resort(run, index);
        return;
    }
    FG_VERIFY_CHECK(part->n >= FG_ECM_MIN);
    part->plan = (uint8_t)fg_plan_of(part->n, part->n == numbers[part->number]);
    part->step = 0;
    await_step(run, index);
}

/* The strong test to base 2 for as many parts as there are lanes. */
static void test_base2(struct run *run, const uint64_t *numbers) {
    uint16_t parts[FG_PRIMALITY_LANES] = {0};
    uint64_t n[FG_PRIMALITY_LANES];
    const unsigned count = pop_lanes(run, &run->unproved, FG_PRIMALITY_LANES, parts);
    for (unsigned i = 0; i < FG_PRIMALITY_LANES; i++)
        n[i] = run->parts[parts[i < count ? i : 0]].n;
    const uint32_t passed = fg_lanes_strong_base2(n);
    for (unsigned i = 0; i < count; i++) {
        if (passed >> i & 1)
            push(run, &run->probable, parts[i]);
        else
            take_composite(run, parts[i], numbers);
    }
}

/* The Lucas test for those that passed. */
static void test_lucas(struct run *run, const uint64_t *numbers) {
    uint16_t parts[FG_LUCAS_LANES] = {0};
    uint64_t n[FG_LUCAS_LANES];
    uint32_t parameters[FG_LUCAS_LANES];
    const unsigned count = pop_lanes(run, &run->probable, FG_LUCAS_LANES, parts);
    for (unsigned i = 0; i < FG_LUCAS_LANES; i++) {
        n[i] = run->parts[parts[i < count ? i : 0]].n;
        parameters[i] = fg_lucas_parameter(n[i]);
    }
    const uint32_t passed = fg_lanes_lucas(n, parameters);
    for (unsigned i = 0; i < count; i++) {
        if (parameters[i] != 0 && passed >> i & 1)
            add_prime(run, parts[i]);
        else
            take_composite(run, parts[i], numbers);
    }
}

/* What a step found for one lane: a proper factor, or 1. */
static uint64_t factor_found(uint64_t n, uint64_t found, uint64_t early) {
    const uint64_t factor = fg_gcd64_odd(found, n);
    if (factor != n)
        return factor;
    const uint64_t first = fg_gcd64_odd(early, n);
    return first != n ? first : 1;
}

static void run_pm1(struct run *run, struct queue *queue, unsigned program, bool roomy) {
    uint16_t parts[FG_PM1_LANES] = {0};
    uint64_t n[FG_PM1_LANES], found[FG_PM1_LANES], early[FG_PM1_LANES];
    const unsigned count = pop_lanes(run, queue, FG_PM1_LANES, parts);
    for (unsigned i = 0; i < FG_PM1_LANES; i++)
        n[i] = run->parts[parts[i < count ? i : 0]].n;
    fg_lanes_pm1(n, program, roomy, found, early);
    for (unsigned i = 0; i < count; i++) {
        const uint64_t factor = factor_found(n[i], found[i], early[i]);
        if (factor > 1) {
            split(run, parts[i], factor);
        } else {
            run->parts[parts[i]].step++;
            await_step(run, parts[i]);
        }
    }
}

/* One curve for every lane. A lane without a number of its own takes the first one's next curve. */
static void run_ecm(struct run *run, struct queue *queue, unsigned program, bool roomy) {
    uint16_t parts[FG_ECM_LANES] = {0};
    uint64_t n[FG_ECM_LANES], found[FG_ECM_LANES], early[FG_ECM_LANES];
    uint32_t curves[FG_ECM_LANES];
    const unsigned count = pop_lanes(run, queue, FG_ECM_LANES, parts);
    for (unsigned i = 0; i < FG_ECM_LANES; i++) {
        const struct part *const part = &run->parts[parts[i < count ? i : 0]];
        n[i] = part->n;
        curves[i] = (part->step - 1 + (i < count ? 0 : i - count + 1)) % FG_ECM_CURVE_COUNT;
    }
    fg_lanes_ecm(n, program, roomy, curves, found, early);
    uint64_t spare_factor = 1;
    for (unsigned i = count; i < FG_ECM_LANES && spare_factor == 1; i++)
        spare_factor = factor_found(n[i], found[i], early[i]);
    for (unsigned i = 0; i < count; i++) {
        uint64_t factor = factor_found(n[i], found[i], early[i]);
        if (factor == 1 && i == 0)
            factor = spare_factor;
        if (factor > 1) {
            split(run, parts[i], factor);
        } else {
            run->parts[parts[i]].step += (uint8_t)(i == 0 ? 1 + FG_ECM_LANES - count : 1);
            await_step(run, parts[i]);
        }
    }
}

/* Takes the fullest queue of steps. False where all are empty. */
static bool run_step(struct run *run) {
    unsigned fullest = 0;
    for (unsigned i = 1; i < STEP_QUEUES; i++)
        if (run->steps[i].count > run->steps[fullest].count)
            fullest = i;
    struct queue *const queue = &run->steps[fullest];
    if (queue->count == 0)
        return false;
    const unsigned method = fullest / 2 / FG_ECM_PROGRAM_COUNT;
    const unsigned program = fullest / 2 % FG_ECM_PROGRAM_COUNT;
    if (method == FG_PLAN_PM1)
        run_pm1(run, queue, program, fullest % 2 != 0);
    else
        run_ecm(run, queue, program, fullest % 2 != 0);
    return true;
}

/* One step of the run: full lanes first. False where nothing is left to do. */
static bool advance(struct run *run, const uint64_t *numbers) {
    if (run->unproved.count >= FG_PRIMALITY_LANES)
        test_base2(run, numbers);
    else if (run->probable.count >= FG_LUCAS_LANES)
        test_lucas(run, numbers);
    else if (run->unproved.count > 0)
        test_base2(run, numbers);
    else if (run->probable.count > 0)
        test_lucas(run, numbers);
    else
        return run_step(run);
    return true;
}

enum fg_status fg_factor_run(const uint64_t *numbers, size_t count, const atomic_bool *cancelled,
                             struct fg_factorization *factors) {
    FG_VERIFY_CHECK(count <= FG_FACTOR_RUN);
    struct run run;
    run.factors = factors;
    run.cancelled = cancelled;
    run.status = FG_OK;
    run.unused = run.unproved = run.probable = (struct queue){0, 0};
    memset(run.steps, 0, sizeof run.steps);
    const uint64_t bound = fg_small_primes_bound(FG_PLAN_SMALL_BLOCKS);
    run.prime_limit = bound * bound;
    run.parts_begun = 0;
    fg_strip_function *const strip = fg_strip_select();

    for (size_t i = 0; i < count; i++) {
        bool settled;
        fg_factorization_clear(&factors[i]);
        const uint64_t rest = strip(numbers[i], &factors[i], &settled);
        if (!settled)
            add_unknown(&run, rest, (uint16_t)i, 1);
        else if (rest > 1)
            fg_factorization_append(&factors[i], rest, 1);
    }
    do {
        if (atomic_load_explicit(cancelled, memory_order_relaxed))
            return FG_ERROR_CANCELLED;
    } while (run.status == FG_OK && advance(&run, numbers));

    for (size_t i = 0; i < count && run.status == FG_OK; i++)
        if (!fg_factorization_product_is(&factors[i], numbers[i]))
            return FG_ERROR_SELF_CHECK;
    return run.status;
}
