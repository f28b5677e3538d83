/* SPDX-License-Identifier: MIT */
/*
 * locked_file.h: a file that only one run at a time may open and write to.
 */
#ifndef FG_CLI_LOCKED_FILE_H
#define FG_CLI_LOCKED_FILE_H

#include "factor_gpu.h"

#include <stdbool.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fg_locked_file {
    int fd;         /* -1: not open */
    bool created;   /* by this run */
    int lock_error; /* errno of a file system that has no locks: nothing keeps another run from
                       writing to the file. 0: locked */
};

/*
 * Opens the regular file for reading and writing, creating it with `mode` if needed, and locks it.
 * Its contents stay. The lock ends when the process ends or closes any descriptor of the file. If a
 * process that was killed still has it, waits up to 10 seconds for the process to be gone. On
 * failure returns FG_ERROR_SYSTEM, file->fd is -1, a file that was created is removed again, and
 * the message is only the reason and what to do: which process has the lock, or why the file cannot
 * be opened.
 */
enum fg_status fg_locked_file_open(const char *path, mode_t mode, struct fg_locked_file *file,
                                   struct fg_error *error);

/* Opens and locks a file that serves only as a lock, and is empty. Refuses one that holds
 * something, and leaves it as it is. */
enum fg_status fg_locked_file_open_empty(const char *path, struct fg_locked_file *file,
                                         struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
