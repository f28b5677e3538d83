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

#include "text/file_claims.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Suffix of the path: FILE.part. */
#define FG_OUTPUT_PART ".part"

struct fg_output_file {
    int fd;          /* to write to, from the first byte on; -1: not open */
    char *path;      /* links followed; absolute unless it is written to directly */
    char *part_path; /* NULL: written to directly */
    bool made_part;  /* FILE.part did not exist */
    int lock_error;  /* errno of a file system that has no locks; 0: FILE.part is locked */
    bool existed;    /* FILE existed, with this mode and owner: */
    mode_t mode;
    uid_t owner;
    gid_t group;
    int mode_error; /* errno of what kept the new FILE from getting the old one's mode; or 0 */
};

/*
 * Opens FILE.part for reading and writing, creating it if needed, and locks it against other runs.
 * Its contents stay. Claims both names first, and checks, as far as that can be known, that
 * FILE.part can be renamed to FILE at the end. FG_ERROR_ARGUMENT if the run uses one of the names
 * otherwise, FG_ERROR_SYSTEM if there is a directory of that name, no permission, or another run,
 * FG_ERROR_MEMORY.
 */
enum fg_status fg_output_file_open(struct fg_output_file *file, const char *path,
                                   struct fg_file_claims *claims, struct fg_error *error);

/*
 * Syncs the complete text to the disk, and renames it to FILE. If that fails, with FG_ERROR_SYSTEM,
 * FILE stays as it was, and the text stays at file->part_path: FILE.part, or, if that was renamed
 * or removed meanwhile, wherever it is or could be copied to; NULL if nowhere.
 */
enum fg_status fg_output_file_finish(struct fg_output_file *file, struct fg_error *error);

/* Removes FILE.part. */
void fg_output_file_discard(struct fg_output_file *file);

/* Removes FILE.part if it is empty and no other run can have made it. */
void fg_output_file_tidy(struct fg_output_file *file);

/* Closes the file and frees the names; written text stays. Allowed if all members are zero and fd
 * is -1. */
void fg_output_file_close(struct fg_output_file *file);

#ifdef __cplusplus
}
#endif

#endif
