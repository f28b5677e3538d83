/* SPDX-License-Identifier: MIT */
/*
 * task_consumer.h: who takes the answers of a queue's workers.
 */
#ifndef FG_BACKENDS_TASK_CONSUMER_H
#define FG_BACKENDS_TASK_CONSUMER_H

#include "batch/results.h"
#include "batch/totals.h"

/*
 * Who is handed the answers by the workers that find them, number i's as number first + i, so that
 * nothing is gathered. Only if numbers are never cut, and for workers in one process. Either a
 * function, or columns or totals that the workers fill, of a range that the method takes.
 */
struct fg_task_consumer {
    size_t first;
    fg_consumer *consume;
    void *context;
    const struct fg_column_request *requests; /* NULL: `consume` is called */
    size_t request_count;
    struct fg_shared_totals *totals; /* NULL, or what the workers add to, in the same way */
};

#endif
