/* SPDX-License-Identifier: MIT */
/*
 * wide_batches_run.h: looks at calls that a run of numbers of two words on a device makes, and
 * spoils some. In C, because the structs of a run have atomic members.
 */
#ifndef FG_TESTS_WIDE_BATCHES_RUN_H
#define FG_TESTS_WIDE_BATCHES_RUN_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Faults for the next runs, and counts of what they did. */
struct fg_test_wide_calls {
    uint64_t replaced_limit; /* not 0: of a run's values, in place of the backend's */
    unsigned cancel_at;      /* not 0: which call that appends answers cancels the engine */
    struct fg_engine *engine;
    bool no_memory;        /* for lists of factorisations */
    uint64_t rest_change;  /* added to what is left of a batch's first number */
    uint64_t value_change; /* added to the last value of answers that were appended */
    bool awaits_helper;  /* the engine's own thread completes nothing before another has begun to */
    bool cancels_block;  /* the first block that is completed cancels the engine */
    bool stops_at_offer; /* a batch that is given to the workers stops fg_test_wide_go_on()'s run */
    bool stops_at_rest;  /* and so does a device that has nothing under way */

    uint64_t value_limit; /* the last that the backend gave */
    unsigned appends;     /* calls that append answers */
    size_t most_appended; /* numbers of one such call, at most */
    unsigned blocks;      /* that were completed by the CPU's engine, by all threads */
    unsigned by_helpers;  /* by other threads than the engine's */
};
extern struct fg_test_wide_calls fg_test_wide_calls;

/* Forgets all of that; the calling thread is the engine's from now on. */
void fg_test_wide_reset(void);

/* Stops a device when its batch is with the workers, of which there are none, and when the complete
 * batch waits for its turn. Says whether the workers had a batch after either, and appends the
 * number's primes by a third run of the device. */
enum fg_status fg_test_wide_go_on(const struct fg_uint128 *number, bool *kept,
                                  struct fg_results *results, struct fg_error *error);

/* Returns whether a device's state that is forgotten in a forked child keeps no list. */
bool fg_test_wide_forget(void);

#ifdef __cplusplus
}
#endif

#endif
