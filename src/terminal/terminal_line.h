/* SPDX-License-Identifier: MIT */
/*
 * terminal_line.h: the one line of a terminal that is drawn again and again, and what the terminal
 * can do for that.
 *
 * The line is drawn over by a carriage return and blanks. No escape sequence is ever written, so
 * that NO_COLOR and terminals that know none need no care.
 */
#ifndef FG_TERMINAL_LINE_H
#define FG_TERMINAL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Returns whether the stream is a terminal on which a carriage return goes back to the start of
 * the line: one whose TERM is neither missing nor empty nor "dumb" nor "unknown". */
bool fg_terminal_redraws(FILE *out);

/* Returns how many columns the terminal has at this moment: what it says of itself or what COLUMNS
 * says, whichever is less; 80 if neither says anything. At least 1. */
size_t fg_terminal_columns(FILE *out);

/* Returns whether the stream takes a line at this moment, or at the latest in `wait_ms`. False for
 * a full pipe that nobody reads, a terminal that was stopped by Ctrl-S, and a pipe that nobody can
 * read any more. */
bool fg_terminal_takes_line(FILE *out, int wait_ms);

/* Returns how many bytes of the text fit into so many columns. Only whole parts, which end before a
 * comma, are shown; of the first part only whole words, so that no number loses digits. The text is
 * ASCII: a byte is a column. */
size_t fg_terminal_fit(const char *text, size_t size, size_t columns);

struct fg_terminal_line {
    FILE *out;
    size_t drawn_columns; /* that the line covers at this moment; 0: there is none */
};

/* Draws the text in place of the line, cut to the terminal's width. Draws nothing if the terminal
 * does not take it, or if the process is in the background: the line under the cursor is then the
 * shell's. */
void fg_terminal_line_draw(struct fg_terminal_line *line, const char *text, size_t size);

/* Erases the line, if there is one. */
void fg_terminal_line_erase(struct fg_terminal_line *line);

/* Capacity for the text that erases a line of so many columns. */
#define FG_TERMINAL_ERASE_ROOM(columns) ((columns) + 2)

/* Makes the text that erases a line; returns its size. May be called from a signal handler. */
size_t fg_terminal_erasing(size_t columns, char *text);

#ifdef __cplusplus
}
#endif

#endif
