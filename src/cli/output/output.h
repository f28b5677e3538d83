/*
 * output.h: where the text goes: whole pieces to a file descriptor, whatever the writes make of
 * them, and what went wrong.
 */
#ifndef FG_CLI_OUTPUT_H
#define FG_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fg_output {
    int fd;         /* stays the caller's */
    int error;      /* errno of the first write that failed; nothing is written after it */
    uint64_t bytes; /* written so far; what begins with more than 0 goes on with a text */
};

/* Writes all of it, waiting where a pipe is full. False once a write has failed. One thread at a
 * time. */
bool fg_output_write(struct fg_output *output, const char *text, size_t size);

/* Whether what is written can be replaced later: a regular file, not opened for appending, that
 * holds so many bytes and is written on behind them. */
bool fg_output_is_rewritable(const struct fg_output *output, uint64_t size);

/* How many bytes the output's file holds. False where that fails. */
bool fg_output_size(struct fg_output *output, uint64_t *size);

/* Replaces the first bytes of the output's file. False once a write has failed. */
bool fg_output_rewrite(struct fg_output *output, const char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
