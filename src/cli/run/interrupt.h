/* SPDX-License-Identifier: MIT */
/*
 * interrupt.h: SIGINT, SIGTERM and SIGHUP end a run in order: no more is read, what is being
 * answered is finished, or cancelled after two seconds, what was answered is written, and the exit
 * status names the signal. A second signal ends the run at once.
 */
#ifndef FG_CLI_INTERRUPT_H
#define FG_CLI_INTERRUPT_H

#include "factor_gpu.h"

/*
 * Starts catching the signals, but for those that the program was started with ignored (nohup).
 * *fd becomes a file descriptor that can be read from once a signal has come.
 */
enum fg_status fg_interrupt_install(int *fd, struct fg_error *error);

/* The engine to cancel two seconds after a signal; NULL for none, before it is closed. */
void fg_interrupt_watch(struct fg_engine *engine);

/* Makes the file descriptor readable without a signal: a wait for input beside it ends. */
void fg_interrupt_stop_waiting(void);

/* The signal that came; 0 for none. */
int fg_interrupt_signal(void);

#endif
