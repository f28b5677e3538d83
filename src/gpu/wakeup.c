/* SPDX-License-Identifier: MIT */
/*
 * wakeup.c: a counter, a lock and a condition.
 */
#include "gpu/wakeup.h"

#include <time.h>

void fg_wakeup_init(struct fg_wakeup *wakeup) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&wakeup->lock, NULL);
    pthread_cond_init(&wakeup->raised, &attributes);
    pthread_condattr_destroy(&attributes);
    wakeup->count = 0;
}

uint64_t fg_wakeup_count(struct fg_wakeup *wakeup) {
    pthread_mutex_lock(&wakeup->lock);
    const uint64_t count = wakeup->count;
    pthread_mutex_unlock(&wakeup->lock);
    return count;
}

void fg_wakeup_raise(struct fg_wakeup *wakeup) {
    pthread_mutex_lock(&wakeup->lock);
    wakeup->count++;
    pthread_cond_broadcast(&wakeup->raised);
    pthread_mutex_unlock(&wakeup->lock);
}

/* Returns the time at which a thread that begins to wait now gives up. */
static struct timespec latest_end(void) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += FG_WAKEUP_MAX_MS * 1000000L;
    if (end.tv_nsec >= 1000000000L) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000L;
    }
    return end;
}

bool fg_wakeup_wait(struct fg_wakeup *wakeup, uint64_t seen) {
    const struct timespec end = latest_end();
    int failure = 0;
    pthread_mutex_lock(&wakeup->lock);
    while (wakeup->count == seen && failure == 0)
        failure = pthread_cond_timedwait(&wakeup->raised, &wakeup->lock, &end);
    const bool raised = wakeup->count != seen;
    pthread_mutex_unlock(&wakeup->lock);
    return raised;
}
