/* SPDX-License-Identifier: MIT */
/*
 * output_file.h: the file of --output. Text is written to FILE.part beside it, which is renamed to
 * FILE only when it is complete. So FILE is always complete: the old one or the new one.
 *
 * Symbolic links are followed, as a redirection does. Anything but a regular file (/dev/null, a
 * named pipe) has no contents to protect and is written to directly.
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
    bool existed;    /* FILE existed, with this mode and owner: */
    mode_t mode;
    uid_t owner;
    gid_t group;
};

/*
 * Opens FILE.part for reading and writing, creating it if needed, and locks it against other runs.
 * Its contents stay. Claims both names first. FG_ERROR_ARGUMENT if the run uses one of the names
 * otherwise, FG_ERROR_SYSTEM if there is a directory of that name, no permission, or another run,
 * FG_ERROR_MEMORY.
 */
enum fg_status fg_output_file_open(struct fg_output_file *file, const char *path,
                                   struct fg_file_claims *claims, struct fg_error *error);

/*
 * Syncs the complete text to the disk, and renames it to FILE. If that fails, FILE stays as it was,
 * and `output`, which wrote the text, has failed too.
 */
enum fg_status fg_output_file_finish(struct fg_output_file *file, struct fg_output *output);

/* Removes FILE.part. */
void fg_output_file_discard(struct fg_output_file *file);

/* Closes the file and frees the names; written text stays. Allowed if all members are zero and fd
 * is -1. */
void fg_output_file_close(struct fg_output_file *file);

#ifdef __cplusplus
}
#endif

#endif
