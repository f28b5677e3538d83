/* SPDX-License-Identifier: MIT */
/*
 * manifest.h: the file of --manifest: a JSON object on a line for each run or part of one, with
 * what it read, what it wrote, and how it ended.
 *
 * Lines are only ever appended, whole and one at a time, so that the parts of a whole can share a
 * manifest.
 */
#ifndef FG_CLI_MANIFEST_H
#define FG_CLI_MANIFEST_H

#include "text/digest.h"

#include "factor_gpu.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One operand. */
struct fg_manifest_input {
    const char *name;
    uint64_t bytes;
    char sha256[FG_DIGEST_HEX]; /* of these bytes; "": not known, as of a pipe, nor how many */
};

/* One run. Strings are the caller's. */
struct fg_manifest_run {
    struct fg_manifest_input *inputs;
    size_t input_count;
    unsigned part, of;            /* 1 and 1 for a whole input */
    uint64_t numbers;             /* answered */
    const char *numbers_sha256;   /* of these, each as eight bytes, the lowest first */
    const char *output;           /* NULL: standard output */
    uint64_t bytes;               /* of text */
    const char *output_sha256;    /* "": the output is not whole */
    const char *options;          /* those that shape the text, but not the part */
    const char *method, *backend; /* backend NULL: the run ended before it had one */
    unsigned used_methods;        /* that have answered numbers: a bit for each fg_method */
    unsigned jobs;                /* 0: not known */
    double seconds;
    int exit_status;
};

/*
 * The functions below fail with FG_ERROR_SYSTEM, and the file's name and the reason in the message,
 * or FG_ERROR_MEMORY.
 */

/* Checks that a line can be appended, as far as that can be known. Makes no file. */
enum fg_status fg_manifest_check(const char *path, struct fg_error *error);

/* Appends the run's line, and syncs it to the disk. */
enum fg_status fg_manifest_append(const char *path, const struct fg_manifest_run *run,
                                  struct fg_error *error);

/*
 * Reads a line into `run` and the members of `object`, which owns the strings; the caller frees it
 * with json_decref(), and run->inputs. Returns NULL, or what is wrong with the line; then there is
 * nothing to free.
 */
const char *fg_manifest_parse(const char *line, struct fg_manifest_run *run, json_t **object);

#ifdef __cplusplus
}
#endif

#endif
