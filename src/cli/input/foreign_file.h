/* SPDX-License-Identifier: MIT */
/*
 * foreign_file.h: files that hold no numbers as they are, such as compressed ones, known by their
 * first bytes, and bytes that no text has. Read as text such a file would give a message for every
 * piece of it that is no number, and an answer for every digit that happens to stand alone.
 */
#ifndef FG_CLI_FOREIGN_FILE_H
#define FG_CLI_FOREIGN_FILE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Returns what such a file is and what to do with it; NULL for any other. */
const char *fg_foreign_file_advice(const unsigned char *bytes, size_t size);

/* Returns whether no text has this byte: NUL and the control characters but \a, \b, white space,
 * Ctrl-Z, with which DOS ended its files, and escape. */
static inline bool fg_foreign_is_binary(unsigned char byte) {
    return byte <= 6 || (byte >= 14 && byte <= 25) || (byte >= 28 && byte <= 31) || byte == 127;
}

/* Returns the first such byte; NULL if there is none. */
const unsigned char *fg_foreign_find_binary(const unsigned char *bytes, size_t size);

/* Names the file that these first bytes belong to. `binary` is a byte of them that no text has. */
void fg_foreign_describe_start(const unsigned char *bytes, size_t size, const unsigned char *binary,
                               char *text, size_t room);

/* Describes a binary byte that came after numbers. */
void fg_foreign_describe(unsigned char byte, char *text, size_t room);

/* Returns whether more bytes behind these, which alone are no such file, could make it one. */
bool fg_foreign_file_may_follow(const unsigned char *bytes, size_t size);

#ifdef __cplusplus
}
#endif

#endif
