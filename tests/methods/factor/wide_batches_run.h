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

/* What the next runs do, and what was seen of them. */
struct fg_test_wide_calls {
    uint64_t replaced_limit; /* not 0: of a run's values, in place of the backend's */
    unsigned cancel_at;      /* not 0: which call that appends answers cancels the engine */
    struct fg_engine *engine;
    bool no_memory;       /* for lists of factorisations */
    uint64_t rest_change; /* added to what is left of a batch's first number */

    uint64_t value_limit; /* the last that the backend gave */
    unsigned appends;     /* calls that append answers */
    size_t most_appended; /* numbers of one such call, at most */
};
extern struct fg_test_wide_calls fg_test_wide_calls;

/* Returns whether a device's state that is forgotten in a forked child keeps no list. */
bool fg_test_wide_forget(void);

#ifdef __cplusplus
}
#endif

#endif
