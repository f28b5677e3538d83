/* SPDX-License-Identifier: MIT */
/*
 * output.h: where the text goes: whole pieces to a file descriptor, whatever the writes make of
 * them, and what went wrong.
 */
#ifndef FG_CLI_OUTPUT_H
#define FG_CLI_OUTPUT_H

#include "factor_gpu.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fg_output {
    int fd;                /* stays the caller's */
    const char *name;      /* what it is called in messages; stays the caller's */
    struct fg_error error; /* of the first write that failed; nothing is written after it */
    uint64_t bytes;        /* written so far; what begins with more than 0 goes on with a text */
};

/* The functions below that return a status return output->error.status: once the output has failed
 * it stays so. One thread at a time. */

/* Notes that the output has failed for the reason in errno, unless it had failed before: with
 * FG_ERROR_CANCELLED if its reader has closed it, FG_ERROR_MEMORY for want of memory, else
 * FG_ERROR_SYSTEM. */
enum fg_status fg_output_fail(struct fg_output *output);

/* Writes all of it; waits while a pipe is full. */
enum fg_status fg_output_write(struct fg_output *output, const char *text, size_t size);

/* Whether what is written can be replaced later: a regular file, not opened for appending, that
 * holds so many bytes and is written on behind them. */
bool fg_output_is_rewritable(const struct fg_output *output, uint64_t size);

/* How many bytes the output's file holds. */
enum fg_status fg_output_size(struct fg_output *output, uint64_t *size);

/* Replaces the first bytes of the output's file. */
enum fg_status fg_output_rewrite(struct fg_output *output, const char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
