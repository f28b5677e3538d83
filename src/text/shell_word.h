/* SPDX-License-Identifier: MIT */
/*
 * shell_word.h: a path as a word of a command that a user can copy from a message into a shell.
 */
#ifndef FG_TEXT_SHELL_WORD_H
#define FG_TEXT_SHELL_WORD_H

#ifdef __cplusplus
extern "C" {
#endif

/* Returns the word, for the caller to free: as it is if no shell changes it, in quotes, or, with
 * characters that a message does not show as they are, as bash's $'\x1b'. NULL if memory is
 * short. */
char *fg_shell_word(const char *text);

#ifdef __cplusplus
}
#endif

#endif
