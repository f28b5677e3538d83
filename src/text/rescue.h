/* SPDX-License-Identifier: MIT */
/*
 * rescue.h: a new file for what took long to make and cannot be written where it was wanted.
 */
#ifndef FG_TEXT_RESCUE_H
#define FG_TEXT_RESCUE_H

#include <stdbool.h>

/* Writes everything to the file. False with errno set. */
typedef bool fg_rescue_write(void *context, int fd);

/*
 * Makes a file with a name of its own, writes it and syncs it: beside `wanted`, or, if that fails,
 * in the folder of TMPDIR or in /tmp. Returns its path, for the caller to free, and its open
 * descriptor in *fd; NULL with errno set if it can be written nowhere. Only this user can read it.
 */
char *fg_rescue(const char *wanted, fg_rescue_write *write, void *context, int *fd);

#endif
