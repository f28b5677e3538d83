/* SPDX-License-Identifier: MIT */
/*
 * foreign_file.h: files that hold no numbers as they are, such as compressed ones, known by their
 * first bytes. Read as text each would give a message for every piece of it that is no number, and
 * an answer for every digit that happens to stand alone.
 */
#ifndef FG_CLI_FOREIGN_FILE_H
#define FG_CLI_FOREIGN_FILE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What such a file is and what to do with it; NULL for any other. */
const char *fg_foreign_file_advice(const unsigned char *bytes, size_t size);

/* Whether more bytes behind these, which alone are no such file, could make it one. */
bool fg_foreign_file_may_follow(const unsigned char *bytes, size_t size);

#ifdef __cplusplus
}
#endif

#endif
