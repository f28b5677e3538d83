/* SPDX-License-Identifier: MIT */
/*
 * progress_signal.c: the handler of SIGUSR1, and the values that it reads. It may find some of them
 * updated and others not yet: a line that is off by one block of text does no harm.
 */
#include "terminal/progress_signal.h"

#include "terminal/progress.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static pid_t owner; /* set before the handler is installed */
static _Atomic uint64_t numbers_done, bytes_done, bytes_total;
static _Atomic uint64_t recent_numbers, recent_bytes, recent_ns; /* up to: */
static _Atomic uint64_t updated_ns;
static _Atomic size_t drawn_columns; /* of the progress line */
static struct fg_recent recent;      /* not read by the handler */

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a handler cannot wait for a lock");

static void on_signal(int number) {
    (void)number;
    if (getpid() != owner)
        return;
    const int saved_errno = errno;
    static const char name[] = "factor-gpu: ";
    char line[FG_TERMINAL_ERASE_ROOM(FG_PROGRESS_ROOM) + sizeof name + FG_PROGRESS_ROOM];
    const uint64_t begin_ns = atomic_load(&updated_ns); /* read first, so not later */
    const uint64_t since_ns = fg_progress_monotonic_ns(NULL) - begin_ns;
    const struct fg_recent_work work = {.numbers = atomic_load(&recent_numbers),
                                        .bytes = atomic_load(&recent_bytes),
                                        .elapsed_ns = atomic_load(&recent_ns) + since_ns};
    const struct fg_progress_place place = {.numbers = atomic_load(&numbers_done),
                                            .bytes = atomic_load(&bytes_done),
                                            .total_bytes = atomic_load(&bytes_total),
                                            .recent = work};
    size_t size = fg_terminal_erasing(atomic_load(&drawn_columns), line);
    memcpy(line + size, name, sizeof name - 1);
    size += sizeof name - 1;
    size += fg_progress_words(&place, line + size);
    line[size++] = '\n';
    (void)!write(STDERR_FILENO, line, size); /* one write is enough: the line is short */
    errno = saved_errno;
}

void fg_progress_signal_install(void) {
    struct sigaction action;
    owner = getpid();
    fg_progress_signal_begin(0, 0, 0);
    if (sigaction(SIGUSR1, NULL, &action) != 0 || action.sa_handler == SIG_IGN)
        return;
    action = (struct sigaction){.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
}

void fg_progress_signal_ignore(void) {
    signal(SIGUSR1, SIG_IGN);
}

void fg_progress_signal_begin(uint64_t total_bytes, uint64_t numbers, uint64_t bytes) {
    const struct fg_recent_mark now = {fg_progress_monotonic_ns(NULL), numbers, bytes};
    fg_recent_start(&recent, &now);
    fg_progress_signal_update(numbers, bytes);
    atomic_store(&bytes_total, total_bytes);
}

void fg_progress_signal_note_line(size_t columns) {
    atomic_store(&drawn_columns, columns < FG_PROGRESS_ROOM ? columns : FG_PROGRESS_ROOM);
}

void fg_progress_signal_update(uint64_t numbers, uint64_t bytes) {
    const struct fg_recent_mark now = {fg_progress_monotonic_ns(NULL), numbers, bytes};
    const struct fg_recent_work work = fg_recent_advance(&recent, &now);
    atomic_store(&recent_numbers, work.numbers);
    atomic_store(&recent_bytes, work.bytes);
    atomic_store(&recent_ns, work.elapsed_ns);
    atomic_store(&updated_ns, now.at_ns);
    atomic_store(&numbers_done, numbers);
    atomic_store(&bytes_done, bytes);
}
