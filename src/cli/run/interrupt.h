/* SPDX-License-Identifier: MIT */
/*
 * interrupt.h: SIGINT, SIGTERM and SIGHUP end a run in order. Reading stops; the batch in progress
 * is finished, or cancelled after two seconds; what was answered is written; the exit status names
 * the signal. A second signal ends the run at once.
 */
#ifndef FG_CLI_INTERRUPT_H
#define FG_CLI_INTERRUPT_H

#include "factor_gpu.h"

#include <stdbool.h>

/*
 * Starts catching the signals, except those that were ignored when the program started (nohup). *fd
 * becomes a file descriptor that is readable once a signal has come.
 */
enum fg_status fg_interrupt_install(int *fd, struct fg_error *error);

/* Sets the engine to cancel two seconds after a signal; set NULL before closing it. */
void fg_interrupt_watch(struct fg_engine *engine);

/* Makes the file descriptor readable without a signal, so that a wait for input ends. */
void fg_interrupt_stop_waiting(void);

/* Returns whether a signal came two seconds ago or earlier: what is in progress is given up. Any
 * thread. */
bool fg_interrupt_is_grace_over(void);

/* Returns the signal that came; 0 if none came. */
int fg_interrupt_signal(void);

#endif
