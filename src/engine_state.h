/* SPDX-License-Identifier: MIT */
/*
 * engine_state.h: what an engine holds, shared by the files that make it: engine.c (opening,
 * closing, the choice of a backend), engine_batch.c (a batch's way through it) and engine_page.c
 * (its pages).
 */
#ifndef FG_ENGINE_STATE_H
#define FG_ENGINE_STATE_H

#include "backends/backend.h"
#include "device_choice.h"
#include "owner_process.h"

/* Values that the answer to a number is expected to have, at least and at first: half of what the
 * 1 / 64 of page_values that backend.h promises has capacity for. */
#define FG_MIN_MEAN_VALUES 32

struct fg_engine {
    enum fg_method method; /* as the caller has it: FG_METHOD_AUTO too */
    const struct fg_method_engine *method_engine;
    enum fg_answer answer; /* what the caller wants; a backend may be asked for divisors instead */
    unsigned jobs;
    int *devices;
    size_t device_count;
    size_t value_limit; /* SIZE_MAX: none */
    bool allow_zeros;
    struct fg_uint128 smooth_bound;            /* 0: none */
    fg_certificate_consumer *take_certificate; /* fg_config's */
    void *certificate_context;

    struct fg_owner_process owner; /* the process that opened it */
    atomic_bool busy;
    atomic_bool cancelled;
    atomic_uint used; /* the methods that have been given numbers: a bit for each enumerator */

    const struct fg_backend *backend;
    void *state;             /* the backend's; NULL after a failure or a cancel */
    struct fg_error failure; /* the first after which there is no other batch; status FG_OK: none */
    bool automatic;          /* opened with "auto" */
    /* "auto" with a GPU sieves ranges by the CPU's threads. If `is_aside`, these are the current
     * backend, and the GPU waits here; if not, they do, once they were opened. */
    bool is_aside;
    const struct fg_backend *waiting_backend;
    void *waiting_state;
    bool undecided;                 /* "auto", and the GPU has not been tried yet */
    struct fg_device_choice choice; /* what "auto" decides by */
    char reason[160];               /* the text of fg_engine_reason() */
    double mean_values;             /* how many values a number's answer held in the last page */
    struct fg_results passing;      /* what run() has gathered for a consumer */
    /* NULL, or FG_PAGE_NUMBERS: a page with 1 in place of each 0, of one word and of two. The first
     * `page_range` entries are a range's numbers from `page_first` on. */
    uint64_t *page;
    struct fg_uint128 *wide_page;
    uint64_t page_first;
    size_t page_range;
    struct fg_timing timing_before; /* until the backend was opened again */
    char *notice;                   /* waiting to be taken */
    char *taken;                    /* the caller is reading it */
};

/* Returns what the backend is asked for. */
enum fg_answer fg_engine_backend_answer(const struct fg_engine *engine);

/* Makes the backend that takes these numbers the current one. Opens it if it is closed and may be
 * opened again; lets "auto" take the GPU once the work seen so far, with this batch, is worth it.
 * *listed says whether the numbers of a range, of which `wanted` are asked for, are to be answered
 * in lists. `totals`, if it is not NULL, are all that is asked for. If the engine has failed
 * before, fails with the status of that failure. */
enum fg_status fg_engine_prepare(struct fg_engine *engine, const struct fg_numbers *numbers,
                                 size_t wanted, const struct fg_shared_totals *totals, bool *listed,
                                 struct fg_error *error);

/* Returns whether a range's numbers, of which `wanted` are asked for, are to be answered in lists:
 * because the method or the backend takes no ranges, or because that is sooner. False for a list.
 */
bool fg_engine_lists(const struct fg_engine *engine, const struct fg_numbers *numbers,
                     size_t wanted);

/* Takes numbers of a batch out of the work seen so far, because the caller will give them again;
 * `totals` as above. */
void fg_engine_forget_work(struct fg_engine *engine, const struct fg_numbers *numbers,
                           const struct fg_shared_totals *totals);

/* Returns whether another backend should answer what this one failed at: "auto" chose the GPU. */
bool fg_engine_may_fall_back(const struct fg_engine *engine, enum fg_status status);

/* Changes to the CPU's threads for good, and leaves a notice with the reason. */
enum fg_status fg_engine_fall_back(struct fg_engine *engine, const struct fg_error *reason,
                                   struct fg_error *error);

/* Keeps the account of the current backend, which will be closed and opened again. */
void fg_engine_keep_timing(struct fg_engine *engine);

void fg_engine_close_backend(struct fg_engine *engine);

#endif
