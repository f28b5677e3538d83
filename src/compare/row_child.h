/* SPDX-License-Identifier: MIT */
/*
 * row_child.h: the process of a row: opens an engine and serves requests over a socket, one request
 * and one reply at a time.
 */
#ifndef FG_COMPARE_ROW_CHILD_H
#define FG_COMPARE_ROW_CHILD_H

#include "compare/row_common.h"
#include <sys/types.h>

enum fg_row_task {
    FG_ROW_OPEN,
    FG_ROW_PROBE,
    FG_ROW_RUN,
    FG_ROW_CHECK,
    FG_ROW_TIMING,
    FG_ROW_PEAK,
    FG_ROW_ENERGY
};

struct fg_row_request {
    enum fg_row_task task;
    struct fg_compare_batch batch;
    bool runs_for_energy;
};

struct fg_row_reply {
    enum fg_status status;
    struct fg_error error;
    unsigned jobs;
    struct fg_compare_sample sample;
    struct fg_compare_check check;
    struct fg_timing timing;
    uint64_t peak_bytes;
    struct fg_compare_energy energy;
    char sensor_reason[320];
};

/* Serves requests in a process that was forked for this, until the other end of the socket is
 * closed or the parent dies. */
_Noreturn void fg_row_child_serve(const struct fg_row_common *common,
                                  const struct fg_config *config, pid_t parent, int socket);

#endif
