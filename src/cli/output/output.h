/* SPDX-License-Identifier: MIT */
/*
 * output.h: writes text completely to a file descriptor, even if single writes are partial, and
 * keeps the first error.
 */
#ifndef FG_CLI_OUTPUT_H
#define FG_CLI_OUTPUT_H

#include "factor_gpu.h"
#include "text/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fg_output {
    int fd;                   /* belongs to the caller */
    const char *name;         /* its name in messages; belongs to the caller */
    struct fg_error error;    /* of the first write that failed; nothing is written after it */
    struct fg_digest *digest; /* of what is written; the caller's; NULL: not asked for */
    uint64_t bytes; /* written so far; more than 0 at the beginning if a text is continued */
};

/* The functions below that return a status return output->error.status: once the output has failed,
 * it stays failed. One thread at a time. */

/* Notes that the output has failed for the reason in errno, unless it had failed before. The status
 * is FG_ERROR_CANCELLED if its reader has closed it, FG_ERROR_MEMORY if memory is short, else
 * FG_ERROR_SYSTEM. */
enum fg_status fg_output_fail(struct fg_output *output);

/* Writes the whole text; waits while a pipe is full. */
enum fg_status fg_output_write(struct fg_output *output, const char *text, size_t size);

/* Returns whether written text can be replaced later: the output is a regular file, not opened for
 * appending, that holds `size` bytes, and the next write goes after them. */
bool fg_output_is_rewritable(const struct fg_output *output, uint64_t size);

/* Sets *size to how many bytes the output's file holds. */
enum fg_status fg_output_size(struct fg_output *output, uint64_t *size);

/* Replaces the first bytes of the output's file. */
enum fg_status fg_output_rewrite(struct fg_output *output, const char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
