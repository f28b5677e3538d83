/* SPDX-License-Identifier: MIT */
/*
 * gpu_plan.c: the grouping is one counting sort on a coarse logarithm of the candidate count
 * (eight steps an octave), which is enough for tiles to end within 12 % of each other and costs a
 * few nanoseconds a number.
 */
#include "methods/candidates/gpu_plan.h"

#include "arith/bits.h"
#include "kernels/candidates/window_launch.h"
#include "methods/candidates/candidate_methods.h"
#include <stdlib.h>

/* Candidate tests in a window: enough that a launch's few microseconds do not show, not so many
 * that a launch outlasts a display's watchdog or that devices wait for each other at the end. */
#define FG_LEAST_WINDOW_TESTS 16777216.0
#define FG_MOST_WINDOW_TESTS 17179869184.0
/* A batch is cut into at least this many windows per stream if that leaves them large enough. */
#define FG_WINDOWS_PER_SLOT 4

enum { steps_per_octave = 8, key_count = 2 * 65 * steps_per_octave };

void fg_gpu_plan_init(struct fg_gpu_plan *plan) {
    *plan = (struct fg_gpu_plan){0};
    pthread_mutex_init(&plan->lock, NULL);
}

void fg_gpu_plan_free(struct fg_gpu_plan *plan) {
    free(plan->dividends);
    free(plan->counts);
    free(plan->indices);
    pthread_mutex_destroy(&plan->lock);
}

static enum fg_status make_room(struct fg_gpu_plan *plan, size_t count, struct fg_error *error) {
    if (count <= plan->capacity)
        return FG_OK;
    free(plan->dividends);
    free(plan->counts);
    free(plan->indices);
    plan->dividends = malloc(count * sizeof *plan->dividends);
    plan->counts = malloc(count * sizeof *plan->counts);
    plan->indices = malloc(count * sizeof *plan->indices);
    const bool ok = plan->dividends != NULL && plan->counts != NULL && plan->indices != NULL;
    plan->capacity = ok ? count : 0;
    return ok ? FG_OK : fg_fail_memory(error, count * 2 * sizeof(uint64_t));
}

/* Returns a key that sorts wide before narrow and many candidates before few. */
static unsigned sort_key(struct fg_candidates candidates) {
    const uint32_t bits = fg_bit_length64(candidates.count);
    const uint64_t top = bits > 4 ? candidates.count >> (bits - 4) : candidates.count << (4 - bits);
    const unsigned size = bits * steps_per_octave + (unsigned)(top & 7);
    const bool wide = candidates.dividend > UINT32_MAX;
    return (unsigned)key_count - 1 - (size + (wide ? 65 * steps_per_octave : 0));
}

enum fg_status fg_gpu_plan_fill(struct fg_gpu_plan *plan, enum fg_method method,
                                const uint64_t *numbers, size_t count, unsigned slot_count,
                                uint32_t group_limit, struct fg_error *error) {
    FG_TRY(make_room(plan, count, error));
    size_t place[key_count + 1] = {0};
    double tests = 0;
    for (size_t i = 0; i < count; i++) {
        const struct fg_candidates candidates = fg_method_candidates(method, numbers[i]);
        place[sort_key(candidates) + 1]++;
        tests += (double)candidates.count;
    }
    for (unsigned key = 0; key < key_count; key++)
        place[key + 1] += place[key];
    plan->wide_count = place[65 * steps_per_octave];
    for (size_t i = 0; i < count; i++) {
        const struct fg_candidates candidates = fg_method_candidates(method, numbers[i]);
        const size_t at = place[sort_key(candidates)]++;
        plan->dividends[at] = candidates.dividend;
        plan->counts[at] = candidates.count;
        plan->indices[at] = (uint32_t)i;
    }
    plan->number_count = count;
    plan->group_limit = group_limit;
    plan->window_tests = tests / ((double)slot_count * FG_WINDOWS_PER_SLOT);
    if (plan->window_tests < FG_LEAST_WINDOW_TESTS)
        plan->window_tests = FG_LEAST_WINDOW_TESTS;
    if (plan->window_tests > FG_MOST_WINDOW_TESTS)
        plan->window_tests = FG_MOST_WINDOW_TESTS;
    plan->group_first = 0;
    plan->group_begin = 0;
    return FG_OK;
}

/* Cuts a window from the current group: its numbers that have candidates from group_begin on. */
static bool cut_window(const struct fg_gpu_plan *plan, size_t group_end,
                       struct fg_gpu_window *window) {
    uint64_t most = 0;
    size_t last = plan->group_first;
    for (size_t i = plan->group_first; i < group_end; i++) {
        if (plan->counts[i] <= plan->group_begin)
            continue;
        last = i;
        if (plan->counts[i] > most)
            most = plan->counts[i];
    }
    if (most == 0)
        return false;
    const uint32_t count = (uint32_t)(last - plan->group_first) + 1;
    uint64_t blocks = (uint64_t)(plan->window_tests / count / FG_BLOCK_CANDIDATES) + 1;
    if (blocks > UINT64_C(1) << 30)
        blocks = UINT64_C(1) << 30;
    const uint64_t length = blocks * FG_BLOCK_CANDIDATES;
    const uint64_t left = most - plan->group_begin;
    *window = (struct fg_gpu_window){
        .first = plan->group_first,
        .count = count,
        .begin = plan->group_begin,
        .end = left < length ? most : plan->group_begin + length,
        .wide = plan->group_first < plan->wide_count,
    };
    return true;
}

bool fg_gpu_plan_next(struct fg_gpu_plan *plan, struct fg_gpu_window *window) {
    pthread_mutex_lock(&plan->lock);
    bool found = false;
    while (!found && plan->group_first < plan->number_count) {
        /* A group is of one width and no longer than a slot's buffers. */
        size_t group_end = plan->group_first + plan->group_limit;
        if (plan->group_first < plan->wide_count && group_end > plan->wide_count)
            group_end = plan->wide_count;
        if (group_end > plan->number_count)
            group_end = plan->number_count;
        found = cut_window(plan, group_end, window);
        if (found) {
            plan->group_begin = window->end;
        } else {
            plan->group_first = group_end;
            plan->group_begin = 0;
        }
    }
    pthread_mutex_unlock(&plan->lock);
    return found;
}
