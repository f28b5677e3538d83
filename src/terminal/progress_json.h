/* SPDX-License-Identifier: MIT */
/*
 * progress_json.h: a line of --progress=json. A run and a comparison have the same keys, which the
 * manual page describes one by one.
 */
#ifndef FG_TERMINAL_PROGRESS_JSON_H
#define FG_TERMINAL_PROGRESS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A count that may not be known. */
struct fg_progress_count {
    bool known;
    uint64_t value;
};

/* A text is NULL, and a time or rate no finite number, if it is not known. */
struct fg_progress_line {
    const char *phase;
    const char *unit; /* of the counts and of the rate */
    uint64_t done;
    struct fg_progress_count total;
    struct fg_progress_count bytes_done, bytes_total;
    double rate; /* units a second, of late */
    double eta_s, elapsed_s;
    const char *backend, *method;
};

/* Returns a count that is known. */
struct fg_progress_count fg_progress_known(uint64_t value);

/* Writes the line in one piece. If the stream takes none in `wait_ms`, leaves it out: a run does
 * not wait for whoever reads its progress. */
void fg_progress_json_write(const struct fg_progress_line *line, FILE *out, int wait_ms);

/* The longest wait of the last line for room in a pipe. */
#define FG_PROGRESS_LAST_WAIT_MS 2000

#ifdef __cplusplus
}
#endif

#endif
