/* SPDX-License-Identifier: MIT */
/*
 * line_file.h: a text file to which runs append whole lines, several of them at the same time.
 */
#ifndef FG_TEXT_LINE_FILE_H
#define FG_TEXT_LINE_FILE_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The functions below fail with FG_ERROR_SYSTEM, and the option, the file's name and the reason in
 * the message, or FG_ERROR_MEMORY. `option` is such as "--manifest".
 */

/* Checks that lines can be appended, as far as that can be known. Makes no file. */
enum fg_status fg_line_file_check(const char *option, const char *path, struct fg_error *error);

/*
 * Appends the lines, each of which ends with a newline, in one piece, and syncs them to the disk.
 * Makes the file if there is none. Half a line that a killed run has left gets a newline first.
 */
enum fg_status fg_line_file_append(const char *option, const char *path, const char *lines,
                                   size_t length, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
