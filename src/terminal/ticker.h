/* SPDX-License-Identifier: MIT */
/*
 * ticker.h: a thread that calls a function again and again, so that progress is shown in the middle
 * of a hard number, too.
 */
#ifndef FG_TERMINAL_TICKER_H
#define FG_TERMINAL_TICKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All zero: not started. */
struct fg_ticker {
    void (*call)(void *context);
    void *context;
    uint64_t interval_ns;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopping;
    bool is_started, is_stopping;
};

/* Starts the thread. If none can be created there are no calls, which is no error. */
void fg_ticker_start(struct fg_ticker *ticker, void (*call)(void *context), void *context,
                     uint64_t interval_ns);

/* Waits until the last call has returned. Does nothing if the ticker was not started. */
void fg_ticker_stop(struct fg_ticker *ticker);

#ifdef __cplusplus
}
#endif

#endif
