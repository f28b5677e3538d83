/*
 * interrupt.h: SIGINT, SIGTERM and SIGHUP end a run in order: the engine is cancelled, what was
 * answered is written, and the exit status names the signal. A second signal ends it at once.
 */
#ifndef FG_CLI_INTERRUPT_H
#define FG_CLI_INTERRUPT_H

#include "factor_gpu.h"

/*
 * Starts catching the signals, but for those that the program was started with ignored (nohup).
 * Returns a file descriptor that can be read from once a signal has come, -1 with errno set.
 */
int fg_interrupt_install(void);

/* The engine to cancel when a signal comes; NULL for none, before it is closed. */
void fg_interrupt_watch(struct fg_engine *engine);

/* The signal that came; 0 for none. */
int fg_interrupt_signal(void);

#endif
