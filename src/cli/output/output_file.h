/* SPDX-License-Identifier: MIT */
/*
 * output_file.h: the file of --output. A text grows under a name beside it, FILE.part, and gets its
 * own only when it is complete: a FILE that is found is whole, the old one or the new.
 *
 * Symbolic links are followed, as a redirection does. What is no regular file (/dev/null, a named
 * pipe) has no contents to protect and is written to directly.
 */
#ifndef FG_CLI_OUTPUT_FILE_H
#define FG_CLI_OUTPUT_FILE_H

#include "cli/output/output.h"
#include "text/file_claims.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fg_output_file {
    int fd;          /* to write to, from the first byte on; -1: not open */
    char *path;      /* links followed */
    char *part_path; /* NULL: written to directly */
    bool existed;    /* FILE, with: */
    mode_t mode;
    uid_t owner;
    gid_t group;
};

/*
 * Opens FILE.part, or makes it, for reading and writing, and keeps other runs from it; what it
 * holds stays. Claims both names first. FG_ERROR_ARGUMENT if the run has another use for one of
 * them, FG_ERROR_SYSTEM if there is a directory of that name, no permission, or another run,
 * FG_ERROR_MEMORY.
 */
enum fg_status fg_output_file_open(struct fg_output_file *file, const char *path,
                                   struct fg_file_claims *claims, struct fg_error *error);

/*
 * Makes sure that the text, which is complete, is on the disk, and gives it its name. If that fails
 * FILE is as it was, and `output`, which wrote the text, has failed too.
 */
enum fg_status fg_output_file_finish(struct fg_output_file *file, struct fg_output *output);

/* Removes FILE.part. */
void fg_output_file_discard(struct fg_output_file *file);

/* Closes what is open and frees the names; what is written stays. All zero but fd = -1 is allowed.
 */
void fg_output_file_close(struct fg_output_file *file);

#ifdef __cplusplus
}
#endif

#endif
