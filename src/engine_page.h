/* SPDX-License-Identifier: MIT */
/*
 * engine_page.h: the pages into which an engine cuts a batch, as its backend takes them.
 */
#ifndef FG_ENGINE_PAGE_H
#define FG_ENGINE_PAGE_H

#include "engine_state.h"

/* A batch that an engine works on. */
struct fg_engine_batch {
    const struct fg_numbers *numbers;
    bool zeros; /* some of them are 0 */
};

/* Looks at the numbers, which are a batch that the engine takes, and forgets the page before. */
struct fg_engine_batch fg_engine_batch_of(struct fg_engine *engine,
                                          const struct fg_numbers *numbers);

/*
 * Makes `next` the numbers of the next page at most, from number `done` on, with 1 in place of each
 * 0. A range is made a list of consecutive numbers if the backend does not take it as it is. Valid
 * until the next call.
 */
enum fg_status fg_engine_next_page(struct fg_engine *engine, const struct fg_engine_batch *batch,
                                   size_t done, struct fg_numbers *next, struct fg_error *error);

#endif
