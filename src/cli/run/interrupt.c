/* SPDX-License-Identifier: MIT */
/*
 * interrupt.c: the signal handler. It may run in any thread. Child processes of the backends
 * inherit it, and also get the terminal's signals. The first signal does nothing there, because the
 * parent lets them finish or ends them.
 */
#include "cli/run/interrupt.h"

#include "text/failure.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
#define SIGNAL_COUNT (sizeof signals / sizeof *signals)

/* Seconds from the signal until the batch in progress is cancelled. */
#define GRACE_S 2

/* All data that the handler shares with the program. `owner` and `event_fd` are set before it is
 * installed. */
static atomic_int received; /* written and read by any thread */
static atomic_uint arrivals;
static atomic_bool grace_over;
static _Atomic(struct fg_engine *) watched;
static pid_t owner;
static int event_fd = -1;

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a handler cannot wait for a lock");

static void on_signal(int number);

void fg_interrupt_stop_waiting(void) {
    const uint64_t one = 1;
    /* A failure does not matter: a full counter is readable already. */
    const ssize_t written = write(event_fd, &one, sizeof one);
    (void)written;
}

/* Restores the default action of the caught signals. */
static void release_signals(void) {
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        struct sigaction action;
        if (sigaction(signals[i], NULL, &action) == 0 && action.sa_handler == on_signal) {
            action.sa_handler = SIG_DFL;
            sigaction(signals[i], &action, NULL);
        }
    }
}

/* Cancels the engine when the grace period is over. */
static void on_alarm(int number) {
    (void)number;
    atomic_store(&grace_over, true);
    struct fg_engine *const engine = atomic_load(&watched);
    if (engine != NULL)
        fg_engine_cancel(engine);
}

/* Installs the alarm's handler only now, so that an alarm that was set elsewhere keeps its usual
 * effect until then. */
static void start_grace(void) {
    struct sigaction action = {.sa_handler = on_alarm};
    sigfillset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    alarm(GRACE_S);
}

static void on_signal(int number) {
    const int saved_errno = errno;
    release_signals();
    /* Two signals that come at once may run this in two threads: the later one ends the program. */
    if (atomic_fetch_add(&arrivals, 1) > 0) {
        raise(number); /* delivered when the handler returns */
    } else if (getpid() == owner) {
        atomic_store(&received, number);
        fg_interrupt_stop_waiting();
        start_grace();
    }
    errno = saved_errno;
}

enum fg_status fg_interrupt_install(int *fd, struct fg_error *error) {
    event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event_fd < 0)
        return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot catch signals: %s", strerror(errno));
    owner = getpid();
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        struct sigaction action;
        if (sigaction(signals[i], NULL, &action) != 0 || action.sa_handler == SIG_IGN)
            continue;
        action = (struct sigaction){.sa_handler = on_signal};
        sigfillset(&action.sa_mask);
        sigaction(signals[i], &action, NULL);
    }
    *fd = event_fd;
    return FG_OK;
}

void fg_interrupt_watch(struct fg_engine *engine) {
    atomic_store(&watched, engine);
}

bool fg_interrupt_is_grace_over(void) {
    return atomic_load(&grace_over);
}

int fg_interrupt_signal(void) {
    return atomic_load(&received);
}
