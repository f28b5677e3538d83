/* SPDX-License-Identifier: MIT */
/*
 * engine_page.h: the pages into which an engine cuts a batch, as its backend takes them.
 */
#ifndef FG_ENGINE_PAGE_H
#define FG_ENGINE_PAGE_H

#include "batch/totals.h"
#include "engine_state.h"

/* A batch that an engine works on. */
struct fg_engine_batch {
    const struct fg_numbers *numbers; /* the caller's, or `range` */
    bool zeros;                       /* some of them are 0 */
    bool listed;                      /* a range that is answered in lists */
    size_t wanted;                    /* how many numbers the caller has */
    struct fg_numbers range;          /* the caller's list as a range, if it is dense */
    /* NULL, or the caller's list: the answers to its numbers are picked from those to the range. */
    const struct fg_numbers *picked;
    /* Totals that the backend may add to; NULL also if they are not those of all `numbers`. */
    struct fg_shared_totals *totals;
};

/* The function that is handed the answers to a batch. */
struct fg_engine_consumer {
    fg_consumer *consume;
    void *context;
    /* Columns that `consume` fills; with a method that can, they are filled without it. NULL: it
     * does something else. */
    const struct fg_column_request *requests;
    size_t request_count;
    /* Totals that `consume` adds to, in the same way; NULL: it does something else. */
    struct fg_shared_totals *totals;
};

/* Looks at the numbers, which are a batch that the engine takes, and forgets the page before. With
 * FG_METHOD_AUTO a list of consecutive numbers becomes a range, and with `picks` also one that
 * leaves few numbers out, if the range is answered sooner. */
void fg_engine_batch_begin(struct fg_engine *engine, const struct fg_numbers *numbers, bool picks,
                           struct fg_engine_batch *batch);

/* Keeps of the answers to a range's numbers, from number `first` on, those to numbers of the list,
 * which ascends and lies within the range. Returns the index in the list of the first that is
 * kept. */
size_t fg_engine_pick(const struct fg_numbers *list, const struct fg_numbers *range, size_t first,
                      struct fg_results *results);

/*
 * Makes `next` the numbers of the next page at most, from number `done` on, with 1 in place of each
 * 0 of a list. A range that is listed becomes a list of consecutive numbers, and any other is cut
 * to `most` numbers in place of a page's. Valid until the next call.
 */
enum fg_status fg_engine_next_page(struct fg_engine *engine, const struct fg_engine_batch *batch,
                                   size_t done, size_t most, struct fg_numbers *next,
                                   struct fg_error *error);

/* Does what fg_factor_numbers_to() does. */
enum fg_status fg_engine_numbers_to(struct fg_engine *engine, const struct fg_numbers *numbers,
                                    const struct fg_engine_consumer *consumer,
                                    struct fg_error *error);

/*
 * Appends the answers to a range that is not listed to `results`, in order, with a backend that
 * hands answers over in any order. A part is as long as the caller's limit allows.
 */
enum fg_status fg_engine_gather_range(struct fg_engine *engine, const struct fg_numbers *range,
                                      struct fg_results *results, struct fg_error *error);

#endif
