/* SPDX-License-Identifier: MIT */
/*
 * scripted_backend.c: answers by trial division, as far as the script lets it.
 */
#include "scripted_backend.h"

#include "backends/backend.h"
#include <string.h>

struct scripted_backend scripted_backend;

static enum fg_status scripted_open(const struct fg_setup *setup, void **state,
                                    struct fg_error *error) {
    (void)error;
    scripted_backend.answer = setup->method.answer;
    *state = &scripted_backend;
    return FG_OK;
}

static void scripted_close(void *state) {
    (void)state;
}

/* From 2^63 on a number stands for one with most divisors, below it and from 2^20 on for a prime.
 */
static size_t list_answer(uint64_t n, uint64_t *list) {
    size_t count = 0;
    if (n >= UINT64_C(1) << 63) {
        for (; count < FG_MAX_DIVISORS; count++)
            list[count] = n;
        return count;
    }
    if (n >= UINT64_C(1) << 20) {
        if (scripted_backend.answer == FG_ANSWER_DIVISORS)
            list[count++] = 1;
        list[count++] = n;
        return count;
    }
    if (scripted_backend.answer == FG_ANSWER_DIVISORS) {
        for (uint64_t d = 1; d <= n; d++)
            if (n % d == 0)
                list[count++] = d;
        return count;
    }
    for (uint64_t p = 2; n > 1; p++)
        for (; n % p == 0; n /= p)
            list[count++] = p;
    return count;
}

static enum fg_status scripted_run(void *state, const struct fg_numbers *page,
                                   struct fg_results *results, struct fg_error *error) {
    const uint64_t *const numbers = page->list;
    const size_t count = page->count;
    static uint64_t list[FG_MAX_DIVISORS];
    struct scripted_backend *const script = state;
    if (script->call_count < SCRIPTED_CALLS)
        script->call_numbers[script->call_count] = count;
    script->call_count++;
    size_t used = 0;
    for (size_t i = 0; i < count + script->one_too_many; i++) {
        const size_t value_count = list_answer(i < count ? numbers[i] : 1, list);
        if (used + value_count > script->room && (i > 0 || script->room_for_none))
            break;
        uint64_t *room;
        const enum fg_status status = fg_results_reserve(results, value_count, &room, error);
        if (status != FG_OK)
            return status;
        if (value_count > 0)
            memcpy(room, list, value_count * sizeof *list);
        if (value_count > 0 && script->wrong)
            room[value_count - 1]++;
        fg_results_commit(results, value_count);
        used += value_count;
    }
    return FG_OK;
}

static const struct fg_backend unchecked = {
    .name = "threads",
    .summary = "as the test says",
    .properties = {.size = sizeof(struct fg_backend_properties), .uses_threads = true},
    .page_values = SCRIPTED_CHUNK_VALUES,
    .open = scripted_open,
    .run = scripted_run,
    .close = scripted_close,
    .forget = scripted_close,
};
static const struct fg_backend checked = {
    .name = "serial",
    .summary = "as the test says, and vouches for it",
    .properties = {.size = sizeof(struct fg_backend_properties), .one_worker = true},
    .page_values = SCRIPTED_CHUNK_VALUES,
    .checks_answers = true,
    .open = scripted_open,
    .run = scripted_run,
    .close = scripted_close,
    .forget = scripted_close,
};

const struct fg_backend *const fg_backends[] = {&unchecked, &checked};
const size_t fg_backends_count = sizeof fg_backends / sizeof fg_backends[0];

const struct fg_backend *fg_backend_find(const char *name) {
    return strcmp(name, "serial") == 0    ? &checked
           : strcmp(name, "threads") == 0 ? &unchecked
                                          : NULL;
}
