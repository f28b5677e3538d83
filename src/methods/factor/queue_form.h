/* SPDX-License-Identifier: MIT */
/*
 * queue_form.h: which form takes the parts of a queue: one whose lanes they nearly fill.
 */
#ifndef FG_METHODS_FACTOR_QUEUE_FORM_H
#define FG_METHODS_FACTOR_QUEUE_FORM_H

#include "methods/factor/factor_work.h"
#include "methods/factor/lanes.h"

/* In a run of more numbers than FG_QUEUE_FEW_NUMBERS, parts for at most a lane in
 * FG_QUEUE_FEW_PART_PM1 go on without P-1. It takes 5 us for each of 2 to 4 parts in scalar code,
 * and 1.6 us in one of 32 lanes; a curve in a lane that would be empty takes 2.7 us (Sapphire
 * Rapids). */
#define FG_QUEUE_FEW_NUMBERS 8
#define FG_QUEUE_FEW_PART_PM1 8

/* In a run of more than FG_QUEUE_MANY_NUMBERS, up to FG_QUEUE_FEW_OF_16 parts go on without P-1 in
 * 16 lanes. */
#define FG_QUEUE_MANY_NUMBERS 16
#define FG_QUEUE_FEW_OF_16 10

/* Returns the form for the parts of a queue that is not empty. */
static inline const struct fg_lane_form *fg_queue_form(const struct fg_factor_work *work,
                                                       const struct fg_factor_queue *queue,
                                                       unsigned form) {
    return fg_lane_form_for(work->lanes->forms[form], queue->count, work->parts[queue->top - 1].n);
}

/* Returns whether the part of a queue that is taken next can need both tests: below 2^32 the first
 * is nearly always a proof. */
static inline bool fg_queue_can_need_both(const struct fg_factor_work *work,
                                          const struct fg_factor_queue *queue) {
    return work->parts[queue->top - 1].n > UINT32_MAX;
}

/* Returns the form that tests the parts of a queue that is not empty. */
static inline const struct fg_lane_form *fg_queue_test_form(const struct fg_factor_work *work,
                                                            const struct fg_factor_queue *queue,
                                                            unsigned form) {
    const struct fg_lane_form *const forms = work->lanes->forms[form];
    const uint64_t n = work->parts[queue->top - 1].n;
    if (!fg_queue_can_need_both(work, queue))
        return fg_lane_form_for(forms, queue->count, n);
    return fg_lane_test_for(forms, queue->count, n, work->prime_score > 0);
}

/* Returns the form of P-1 for the parts of a queue. Instead of all lanes and then some, twice those
 * of `few`, if they suffice for the run: 24 lanes take 42 us, 32 lanes 52 and 8 lanes 28. */
static inline const struct fg_lane_form *fg_queue_pm1_form(const struct fg_factor_work *work,
                                                           const struct fg_factor_queue *queue,
                                                           unsigned form) {
    const struct fg_lane_form *const all = work->lanes->forms[form], *const few = all->few;
    const unsigned most = all->pm1->lanes + all->pm1->lanes / FG_QUEUE_FEW_PART_PM1;
    if (queue->count > most && few != NULL && few->pm1 != NULL &&
        work->count <= 2 * few->pm1->lanes)
        return few;
    const struct fg_lane_form *const usual = fg_queue_form(work, queue, form);
    const bool spares_more = work->count > FG_QUEUE_FEW_NUMBERS && usual->few_more_pm1 > 0 &&
                             queue->count <= usual->few_most + usual->few_more_pm1;
    return spares_more ? usual->few : usual;
}

/* Returns whether the parts of a queue, which do not fill the lanes of a form, go on without P-1.
 */
static inline bool fg_queue_spares_pm1(const struct fg_factor_work *work,
                                       const struct fg_factor_queue *queue, unsigned form,
                                       const struct fg_lane_steps *steps) {
    const unsigned lanes = work->lanes->forms[form]->pm1->lanes;
    if (work->count > FG_QUEUE_MANY_NUMBERS && queue->count <= FG_QUEUE_FEW_OF_16 &&
        steps->lanes == 16)
        return true;
    return work->count > FG_QUEUE_FEW_NUMBERS && queue->count * FG_QUEUE_FEW_PART_PM1 <= lanes;
}

#endif
