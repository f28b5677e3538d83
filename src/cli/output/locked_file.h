/* SPDX-License-Identifier: MIT */
/*
 * locked_file.h: a file that only one run at a time may open and write to.
 */
#ifndef FG_CLI_LOCKED_FILE_H
#define FG_CLI_LOCKED_FILE_H

#include "factor_gpu.h"

#include <sys/types.h>

/*
 * Opens the regular file for reading and writing, creating it with `mode` if needed, and locks it.
 * Its contents stay. The lock ends when the process ends or closes any descriptor of the file. On
 * failure returns FG_ERROR_SYSTEM, *fd is -1, and the message is only the reason: which process has
 * the lock, or why the file cannot be opened.
 */
enum fg_status fg_locked_file_open(const char *path, mode_t mode, int *fd, struct fg_error *error);

#endif
