/* SPDX-License-Identifier: MIT */
/*
 * ticker.c: the thread waits on a condition, so that it ends at once when it is stopped.
 */
#include "terminal/ticker.h"

#include <time.h>

/* Returns the time that lies an interval after `from`. */
static struct timespec later(struct timespec from, uint64_t interval_ns) {
    const uint64_t ns = (uint64_t)from.tv_nsec + interval_ns;
    from.tv_sec += (time_t)(ns / 1000000000);
    from.tv_nsec = (long)(ns % 1000000000);
    return from;
}

static void *tick(void *argument) {
    struct fg_ticker *const ticker = argument;
    pthread_mutex_lock(&ticker->lock);
    while (!ticker->is_stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until = later(until, ticker->interval_ns);
        int waited = 0;
        while (!ticker->is_stopping && waited == 0)
            waited = pthread_cond_timedwait(&ticker->stopping, &ticker->lock, &until);
        if (ticker->is_stopping)
            break;
        pthread_mutex_unlock(&ticker->lock);
        ticker->call(ticker->context);
        pthread_mutex_lock(&ticker->lock);
    }
    pthread_mutex_unlock(&ticker->lock);
    return NULL;
}

void fg_ticker_start(struct fg_ticker *ticker, void (*call)(void *context), void *context,
                     uint64_t interval_ns) {
    pthread_condattr_t clock;
    *ticker = (struct fg_ticker){.call = call, .context = context, .interval_ns = interval_ns};
    pthread_mutex_init(&ticker->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&ticker->stopping, &clock);
    pthread_condattr_destroy(&clock);
    ticker->is_started = pthread_create(&ticker->thread, NULL, tick, ticker) == 0;
}

void fg_ticker_stop(struct fg_ticker *ticker) {
    if (!ticker->is_started)
        return;
    pthread_mutex_lock(&ticker->lock);
    ticker->is_stopping = true;
    pthread_cond_signal(&ticker->stopping);
    pthread_mutex_unlock(&ticker->lock);
    pthread_join(ticker->thread, NULL);
    pthread_cond_destroy(&ticker->stopping);
    pthread_mutex_destroy(&ticker->lock);
    ticker->is_started = false;
}
