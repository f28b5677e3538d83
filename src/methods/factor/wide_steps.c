/* SPDX-License-Identifier: MIT */
/*
 * wide_steps.c: takes parts out of a queue into the lanes of a form, and hands on what a step has
 * found.
 */
#include "methods/factor/wide_steps.h"

#include "algorithms/ecm_family.h"
#include "algorithms/small_primes.h"
#include "algorithms/wide_last_resort.h"
#include "algorithms/wide_split.h"
#include "methods/factor/wide_flow.h"

/* Steps of the last resort between two polls: a few milliseconds. */
#define LAST_RESORT_BLOCK (1 << 16)

/* For numbers for at most half of the lanes P-1 is left out, because a number in several lanes
 * gains nothing from it: 8 semiprimes of 96 bits a call then take 0.9 times as long. */
#define FEW_PART_PM1 2

/* The parts of one step's lanes. */
struct lanes {
    unsigned count;                      /* parts */
    unsigned lanes;                      /* of the step */
    uint16_t owners[FG_WIDE_LANES_MOST]; /* [count] */
    fg_wide n[FG_WIDE_LANES_MOST];       /* [lanes]: n[i] is that of part i % count */
};

/* Takes parts from a queue that is not empty. If there are fewer parts than lanes, each fills
 * several. */
static struct lanes fill_lanes(struct fg_wide_work *work, unsigned queue, unsigned lanes) {
    struct lanes filled;
    FG_VERIFY_CHECK(work->queues[queue].count > 0 && lanes <= FG_WIDE_LANES_MOST);
    filled.count = 0;
    filled.lanes = lanes;
    do
        filled.owners[filled.count++] = fg_wide_pop(work, queue);
    while (filled.count < lanes && work->queues[queue].count > 0);
    unsigned i = 0;
    do
        filled.n[i] =
            i < filled.count ? work->parts[filled.owners[i]].n : filled.n[i - filled.count];
    while (++i < lanes);
    return filled;
}

/* Returns the steps for the parts of a queue: `few`, if it is not NULL and has lanes enough. */
static const struct fg_wide_steps *steps_for(const struct fg_wide_work *work, unsigned queue,
                                             const struct fg_wide_steps *few,
                                             const struct fg_wide_steps *more) {
    return few != NULL && work->queues[queue].count <= few->lanes ? few : more;
}

/* Runs the strong tests of parts to the bases from number `first_base` of the list on, which prove
 * those that pass prime. Each lane has a part and a base, so that one part fills lanes too. */
static void prove_by_bases(struct fg_wide_work *work, const struct fg_wide_steps *steps,
                           const struct lanes *parts, unsigned first_base) {
    const unsigned bases_each = FG_PROOF_BASE_COUNT - first_base;
    const unsigned tests = parts->count * bases_each;
    uint32_t failed = 0; /* bit i: part i */
    for (unsigned first = 0; first < tests; first += steps->lanes) {
        fg_wide n[FG_WIDE_LANES_MOST];
        uint32_t bases[FG_WIDE_LANES_MOST];
        for (unsigned i = 0; i < steps->lanes; i++) { /* the last ones more than once */
            const unsigned test = first + i < tests ? first + i : tests - 1;
            n[i] = parts->n[test / bases_each];
            bases[i] = fg_proof_base_value(first_base + test % bases_each);
        }
        const uint32_t passed = steps->strong_base(n, bases);
        for (unsigned i = 0; i < steps->lanes && first + i < tests; i++)
            failed |= (~passed >> i & 1) << (first + i) / bases_each;
    }
    for (unsigned i = 0; i < parts->count; i++) {
        if (failed >> i & 1)
            fg_wide_take_composite(work, parts->owners[i]);
        else
            fg_wide_take_prime(work, parts->owners[i]);
    }
}

/* Returns whether one call tests a part to all bases that prove it prime. A call for a part alone
 * takes no longer for 13 bases than for base 2, up to 0.4 us. */
static bool fits_all_bases(const struct lanes *parts, const struct fg_wide_steps *steps) {
    return parts->count == 1 && FG_PROOF_BASE_COUNT <= steps->lanes &&
           parts->n[0] < FG_PROOF_BASES_END;
}

void fg_wide_test_base2(struct fg_wide_work *work, unsigned form) {
    const struct fg_wide_form *const chosen = work->lanes->forms[form];
    const unsigned queue = FG_WIDE_UNPROVED + form;
    const struct fg_wide_steps *const steps =
        steps_for(work, queue, chosen->primality_few, chosen->primality);
    const struct lanes lanes = fill_lanes(work, queue, steps->lanes);
    if (fits_all_bases(&lanes, steps)) {
        prove_by_bases(work, steps, &lanes, 0);
        return;
    }
    uint32_t bases[FG_WIDE_LANES_MOST];
    for (unsigned i = 0; i < lanes.lanes; i++)
        bases[i] = 2;
    const uint32_t passed = steps->strong_base(lanes.n, bases);
    for (unsigned i = 0; i < lanes.count; i++) {
        if (passed >> i & 1)
            fg_wide_take_probable(work, lanes.owners[i]);
        else
            fg_wide_take_composite(work, lanes.owners[i]);
    }
}

void fg_wide_test_bases(struct fg_wide_work *work, unsigned form) {
    const struct fg_wide_steps *const steps = work->lanes->forms[form]->primality;
    const struct lanes parts = fill_lanes(work, FG_WIDE_BASES + form, steps->lanes);
    prove_by_bases(work, steps, &parts, 1);
}

/* Fills factors[i] with a proper factor of n[i], or 1, from what a step has found. If the gcd is
 * n[i], every prime was found; the stage-1 residue may separate them, or else the small size of
 * one. */
static void find_factors(const struct fg_wide_form *form, const fg_wide *n, unsigned lanes,
                         const fg_wide *found, const fg_wide *early, fg_wide *factors) {
    fg_wide numbers[FG_WIDE_LANES_MOST], earlies[FG_WIDE_LANES_MOST], firsts[FG_WIDE_LANES_MOST];
    unsigned where[FG_WIDE_LANES_MOST], at_once = 0;
    form->gcd(found, n, lanes, factors);
    for (unsigned i = 0; i < lanes; i++)
        if (factors[i] == n[i]) {
            where[at_once] = i;
            numbers[at_once] = n[i];
            earlies[at_once++] = early[i];
        }
    if (at_once == 0)
        return;
    form->gcd(earlies, numbers, at_once, firsts);
    for (unsigned k = 0; k < at_once; k++)
        factors[where[k]] = firsts[k] != numbers[k] ? firsts[k] : fg_wide_tiny_factor(numbers[k]);
}

/* Splits part i if one of its lanes has a factor. If not, `tried` steps have missed. */
static void take_factors(struct fg_wide_work *work, const struct lanes *lanes, unsigned i,
                         const fg_wide *factors, unsigned tried) {
    const uint16_t owner = lanes->owners[i];
    for (unsigned lane = i; lane < lanes->lanes; lane += lanes->count)
        if (factors[lane] > 1) {
            fg_wide_split(work, owner, factors[lane]);
            return;
        }
    work->parts[owner].step = (uint16_t)(work->parts[owner].step + tried);
    fg_wide_take_next_step(work, owner);
}

static void run_pm1(struct fg_wide_work *work, unsigned queue, unsigned program,
                    const struct fg_wide_form *form) {
    const struct fg_wide_steps *const steps = steps_for(work, queue, form->pm1_few, form->pm1);
    if (work->queues[queue].count * FEW_PART_PM1 <= steps->lanes) {
        while (work->queues[queue].count > 0) {
            const uint16_t owner = fg_wide_pop(work, queue);
            work->parts[owner].step++;
            fg_wide_take_next_step(work, owner);
        }
        return;
    }
    const struct lanes lanes = fill_lanes(work, queue, steps->lanes);
    fg_wide found[FG_WIDE_LANES_MOST], early[FG_WIDE_LANES_MOST], factors[FG_WIDE_LANES_MOST];
    steps->pm1(lanes.n, program, work->lane_space, found, early);
    find_factors(form, lanes.n, lanes.lanes, found, early, factors);
    for (unsigned i = 0; i < lanes.count; i++)
        take_factors(work, &lanes, i, factors, 1);
}

/* One curve in every lane; a part that is in several lanes gets as many curves. Step 1 is the
 * first one. */
static void run_ecm(struct fg_wide_work *work, unsigned queue, unsigned program,
                    const struct fg_wide_form *form) {
    const struct fg_wide_steps *const steps = steps_for(work, queue, form->ecm_few, form->ecm);
    const struct lanes lanes = fill_lanes(work, queue, steps->lanes);
    fg_wide found[FG_WIDE_LANES_MOST], early[FG_WIDE_LANES_MOST], factors[FG_WIDE_LANES_MOST];
    struct fg_wide_curve curves[FG_WIDE_LANES_MOST];
    for (unsigned i = 0; i < lanes.count; i++) {
        struct fg_ecm_family family = {.k = 0};
        uint32_t step = work->parts[lanes.owners[i]].step;
        for (unsigned lane = i; lane < lanes.lanes; lane += lanes.count)
            curves[lane] = fg_wide_curve_of_step(&family, lanes.n[i], step++);
    }
    steps->ecm(lanes.n, program, curves, work->lane_space, found, early);
    find_factors(form, lanes.n, lanes.lanes, found, early, factors);
    for (unsigned i = 0; i < lanes.count; i++)
        take_factors(work, &lanes, i, factors, (lanes.lanes - i - 1) / lanes.count + 1);
}

unsigned fg_wide_step_lanes(const struct fg_wide_work *work, unsigned step) {
    const struct fg_wide_form *const form = work->lanes->forms[step % FG_WIDE_FORMS_MOST];
    const bool pm1 = step / FG_WIDE_FORMS_MOST < FG_WIDE_PROGRAMS;
    return pm1 ? form->pm1->lanes : form->ecm->lanes;
}

void fg_wide_run_step(struct fg_wide_work *work, unsigned step) {
    const struct fg_wide_form *const form = work->lanes->forms[step % FG_WIDE_FORMS_MOST];
    const unsigned program = step / FG_WIDE_FORMS_MOST;
    if (program < FG_WIDE_PROGRAMS)
        run_pm1(work, FG_WIDE_STEPS + step, program, form);
    else
        run_ecm(work, FG_WIDE_STEPS + step, program - FG_WIDE_PROGRAMS, form);
}

void fg_wide_use_last_resort(struct fg_wide_work *work) {
    const uint16_t owner = fg_wide_pop(work, FG_WIDE_HOPELESS);
    struct fg_wide_last_resort search = fg_wide_last_resort_begin(work->parts[owner].n);
    while (!fg_wide_last_resort_ended(&search)) {
        const fg_wide factor = fg_wide_last_resort_block(&search, LAST_RESORT_BLOCK);
        if (factor > 1) {
            fg_wide_split(work, owner, factor);
            return;
        }
        if (fg_wide_is_cancelled(work)) {
            work->status = FG_ERROR_CANCELLED;
            return;
        }
    }
    work->status = FG_ERROR_SELF_CHECK; /* a composite without factors */
}
