/* SPDX-License-Identifier: MIT */
/*
 * locked_file.h: a file that one run at a time has open, in which it writes what nobody else may
 * write at the same time.
 */
#ifndef FG_CLI_LOCKED_FILE_H
#define FG_CLI_LOCKED_FILE_H

#include "factor_gpu.h"

#include <sys/types.h>

/*
 * Opens the regular file, or makes it with `mode`, for reading and writing, and locks it; what it
 * holds stays. The lock ends with the process, or if it closes any descriptor of the file. On
 * failure FG_ERROR_SYSTEM, *fd is -1, and the message is the reason alone: which process has the
 * lock, or why the file cannot be opened.
 */
enum fg_status fg_locked_file_open(const char *path, mode_t mode, int *fd, struct fg_error *error);

#endif
