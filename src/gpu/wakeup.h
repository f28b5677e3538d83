/* SPDX-License-Identifier: MIT */
/*
 * wakeup.h: lets a thread sleep until an event that it waits for may have happened.
 *
 * A wakeup counts how often it was raised. A thread reads the count, then checks everything that it
 * waits for, and sleeps only if the count is still the same. So it misses no event in between, and
 * holds no lock while it checks.
 */
#ifndef FG_GPU_WAKEUP_H
#define FG_GPU_WAKEUP_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Max time that a thread sleeps. Cancellation comes from a signal handler, which cannot raise a
 * wakeup, and a device that has failed raises none: both are noticed after this time. */
#define FG_WAKEUP_MAX_MS 5

struct fg_wakeup {
    pthread_mutex_t lock;
    pthread_cond_t raised;
    uint64_t count;
};

/* It holds nothing that must be released; to destroy its condition in a forked child would wait for
 * the parent's threads. */
void fg_wakeup_init(struct fg_wakeup *wakeup);

uint64_t fg_wakeup_count(struct fg_wakeup *wakeup);

/* Wakes every thread that waits. */
void fg_wakeup_raise(struct fg_wakeup *wakeup);

/* Waits until the count is no longer `seen`; false if FG_WAKEUP_MAX_MS passed without that. */
bool fg_wakeup_wait(struct fg_wakeup *wakeup, uint64_t seen);

#endif
