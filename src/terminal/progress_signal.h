/* SPDX-License-Identifier: MIT */
/*
 * progress_signal.h: SIGUSR1 has a run say on standard error how far it is, in the words of the
 * progress line.
 *
 * The signal's handler says it itself, without a lock or a thread of its own: at once, whatever the
 * program waits for or computes, and with --jobs=1 too. Child processes say nothing.
 */
#ifndef FG_CLI_PROGRESS_SIGNAL_H
#define FG_CLI_PROGRESS_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

/* From now on, unless the program was started with the signal ignored. */
void fg_progress_signal_install(void);

/* From now on the signal does nothing. */
void fg_progress_signal_ignore(void);

/* The clock starts. `total_bytes` is the size of the input, 0 where it is not known, of which
 * `bytes` with `numbers` numbers are answered already. A line that has to be erased may be drawn.
 */
void fg_progress_signal_begin(uint64_t total_bytes, uint64_t numbers, uint64_t bytes, bool erases);

/* So far; one thread at a time. */
void fg_progress_signal_update(uint64_t numbers, uint64_t bytes);

#endif
