/* SPDX-License-Identifier: MIT */
/*
 * progress_signal.h: on SIGUSR1 a run writes its progress on standard error, in the words of the
 * progress line.
 *
 * The signal handler writes the line itself, without a lock or a thread of its own. So it appears
 * at once, whatever the program does, and with --jobs=1 too. Child processes write nothing.
 */
#ifndef FG_CLI_PROGRESS_SIGNAL_H
#define FG_CLI_PROGRESS_SIGNAL_H

#include <stddef.h>
#include <stdint.h>

/* Installs the handler, unless the program was started with the signal ignored. */
void fg_progress_signal_install(void);

/* Ignores the signal from now on. */
void fg_progress_signal_ignore(void);

/* Starts the clock. `total_bytes` is the size of the input, 0 if it is not known; `bytes` of it
 * with `numbers` numbers are answered already. */
void fg_progress_signal_begin(uint64_t total_bytes, uint64_t numbers, uint64_t bytes);

/* Notes how many columns the progress line has now, which the handler erases first. */
void fg_progress_signal_note_line(size_t columns);

/* Notes what is answered so far; one thread at a time. */
void fg_progress_signal_update(uint64_t numbers, uint64_t bytes);

#endif
