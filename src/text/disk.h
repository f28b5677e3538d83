/* SPDX-License-Identifier: MIT */
/*
 * disk.h: writes bytes, brings files to the disk, tells which file a path names, and what helps if
 * one cannot be opened.
 */
#ifndef FG_TEXT_DISK_H
#define FG_TEXT_DISK_H

#include <stdbool.h>
#include <stddef.h>

/* Writes bytes to a descriptor until all are written. False with errno set. */
bool fg_disk_write(int fd, const void *bytes, size_t size);

/* Returns what helps against a failed open() of a file to write, to follow the reason: "; name a
 * file that you may write". "" if nothing is known. */
const char *fg_disk_advice(int error_number);

/* Syncs a file to the disk. True also if the file system cannot sync. False with errno set if the
 * disk may lack some of the file. */
bool fg_disk_sync(int fd);

/* Does the same without the attributes that reading does not need. */
bool fg_disk_sync_data(int fd);

/* Syncs the name of a file to the disk. Ignores errors, because some file systems cannot sync a
 * folder. */
void fg_disk_sync_name(const char *path);

/* Returns whether the path, without following a link, names the open file. */
bool fg_disk_names(const char *path, int fd);

/* Returns the path of the folder that holds `path`, for the caller to free; NULL if memory is
 * short. */
char *fg_disk_folder(const char *path);

/* Returns the path of the file that open() would open or make, behind the symbolic links that the
 * last name may be, for the caller to free; NULL if memory is short. */
char *fg_disk_behind_links(const char *path);

#endif
