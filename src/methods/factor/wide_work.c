/* SPDX-License-Identifier: MIT */
/*
 * wide_work.c: the work space's memory and its queues.
 */
#include "methods/factor/wide_work.h"

#include <stdlib.h>

enum fg_status fg_wide_work_open(struct fg_wide_work **work, struct fg_error *error) {
    *work = aligned_alloc(alignof(struct fg_wide_work), sizeof **work);
    if (*work == NULL)
        return fg_fail_memory(error, sizeof **work);
    (*work)->claims_begun = 0;
    (*work)->chosen_lanes = fg_wide_lanes_select();
    const enum fg_status status = fg_factor_work_open(&(*work)->narrow_work, error);
    if (status != FG_OK) {
        free(*work);
        *work = NULL;
    }
    return status;
}

void fg_wide_work_close(struct fg_wide_work *work) {
    if (work != NULL)
        fg_factor_work_close(work->narrow_work);
    free(work);
}

bool fg_wide_is_cancelled(const struct fg_wide_work *work) {
    return atomic_load_explicit(work->cancelled, memory_order_relaxed) ||
           (work->options.stop != NULL && work->options.stop(work->options.context));
}

void fg_wide_push(struct fg_wide_work *work, unsigned queue, uint16_t part) {
    struct fg_wide_queue *const to = &work->queues[queue];
    struct fg_wide_part *const pushed = &work->parts[part];
    FG_VERIFY_CHECK(pushed->queue == 0);
    pushed->queue = (uint16_t)(queue + 1);
    pushed->before = 0;
    pushed->next = to->top;
    if (to->top != 0)
        work->parts[to->top - 1].before = (uint16_t)(part + 1);
    to->top = (uint16_t)(part + 1);
    to->count++;
}

void fg_wide_remove(struct fg_wide_work *work, uint16_t part) {
    struct fg_wide_part *const removed = &work->parts[part];
    if (removed->queue == 0)
        return;
    struct fg_wide_queue *const from = &work->queues[removed->queue - 1];
    if (removed->before != 0)
        work->parts[removed->before - 1].next = removed->next;
    else
        from->top = removed->next;
    if (removed->next != 0)
        work->parts[removed->next - 1].before = removed->before;
    from->count--;
    removed->queue = 0;
}

uint16_t fg_wide_pop(struct fg_wide_work *work, unsigned queue) {
    FG_VERIFY_CHECK(work->queues[queue].count > 0);
    const uint16_t part = (uint16_t)(work->queues[queue].top - 1);
    fg_wide_remove(work, part);
    return part;
}
