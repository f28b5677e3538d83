/* SPDX-License-Identifier: MIT */
/*
 * screen.c: one lock around standard error, so that no message ends up inside the progress line.
 */
#include "cli/run/screen.h"

#include "terminal/message.h"
#include "terminal/progress_signal.h"

#include <stdarg.h>

void fg_screen_open(struct fg_screen *screen, bool quiet) {
    *screen = (struct fg_screen){.quiet = quiet};
    pthread_mutex_init(&screen->lock, NULL); /* with default attributes it cannot fail */
}

void fg_screen_close(struct fg_screen *screen) {
    fg_screen_clear(screen);
    pthread_mutex_destroy(&screen->lock);
}

__attribute__((format(printf, 2, 0))) static void show(struct fg_screen *screen, const char *format,
                                                       va_list arguments) {
    pthread_mutex_lock(&screen->lock);
    fg_progress_erase(&screen->progress);
    fg_message_list(stderr, format, arguments);
    pthread_mutex_unlock(&screen->lock);
}

void fg_screen_say(struct fg_screen *screen, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    show(screen, format, arguments);
    va_end(arguments);
}

void fg_screen_note(struct fg_screen *screen, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (!screen->quiet)
        show(screen, format, arguments);
    va_end(arguments);
}

void fg_screen_report_input(void *screen, const char *message) {
    struct fg_screen *const own = screen;
    if (!own->mutes_input)
        fg_screen_say(own, "%s", message);
}

void fg_screen_start(struct fg_screen *screen, bool draws, uint64_t total_bytes, uint64_t numbers,
                     uint64_t bytes) {
    screen->begin_numbers = numbers;
    if (draws) {
        fg_progress_start(&screen->progress, stderr, fg_progress_monotonic_ns, NULL, total_bytes);
        fg_progress_begin_at(&screen->progress, numbers, bytes);
    }
    fg_progress_signal_begin(total_bytes, numbers, bytes, draws);
}

void fg_screen_advance(struct fg_screen *screen, uint64_t numbers, uint64_t end_byte) {
    pthread_mutex_lock(&screen->lock);
    screen->answered += numbers;
    const uint64_t in_all = screen->begin_numbers + screen->answered;
    fg_progress_signal_update(in_all, end_byte);
    fg_progress_update(&screen->progress, in_all, end_byte);
    pthread_mutex_unlock(&screen->lock);
}

void fg_screen_clear(struct fg_screen *screen) {
    pthread_mutex_lock(&screen->lock);
    fg_progress_erase(&screen->progress);
    pthread_mutex_unlock(&screen->lock);
}
