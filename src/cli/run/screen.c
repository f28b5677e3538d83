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
    pthread_mutex_destroy(&screen->lock);
}

/* Tells the handler of SIGUSR1 what it finds on the terminal. Under the lock. */
static void note_line(const struct fg_screen *screen) {
    fg_progress_signal_note_line(screen->progress.line.drawn_columns);
}

__attribute__((format(printf, 2, 0))) static void show(struct fg_screen *screen, const char *format,
                                                       va_list arguments) {
    pthread_mutex_lock(&screen->lock);
    fg_progress_erase(&screen->progress);
    note_line(screen);
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

static void tick(void *context) {
    struct fg_screen *const screen = context;
    pthread_mutex_lock(&screen->lock);
    fg_progress_tick(&screen->progress);
    note_line(screen);
    pthread_mutex_unlock(&screen->lock);
}

void fg_screen_start(struct fg_screen *screen, const struct fg_screen_start *start) {
    const struct fg_progress_config config = {.out = stderr,
                                              .style = start->style,
                                              .now_ns = fg_progress_monotonic_ns,
                                              .total_numbers = start->total_numbers,
                                              .total_bytes = start->total_bytes,
                                              .begin_numbers = start->begin_numbers,
                                              .begin_bytes = start->begin_bytes,
                                              .method = start->method};
    pthread_mutex_lock(&screen->lock);
    screen->begin_numbers = start->begin_numbers;
    fg_progress_start(&screen->progress, &config);
    fg_progress_signal_begin(start->total_bytes, start->begin_numbers, start->begin_bytes);
    pthread_mutex_unlock(&screen->lock);
    if (start->style != FG_PROGRESS_NONE)
        fg_ticker_start(&screen->ticker, tick, screen, FG_PROGRESS_REDRAWN_NS);
}

void fg_screen_note_backend(struct fg_screen *screen, const char *backend) {
    pthread_mutex_lock(&screen->lock);
    screen->progress.backend = backend;
    pthread_mutex_unlock(&screen->lock);
}

void fg_screen_advance(struct fg_screen *screen, uint64_t numbers, uint64_t end_byte) {
    pthread_mutex_lock(&screen->lock);
    screen->answered += numbers;
    const uint64_t in_all = screen->begin_numbers + screen->answered;
    fg_progress_signal_update(in_all, end_byte);
    fg_progress_update(&screen->progress, in_all, end_byte);
    note_line(screen);
    pthread_mutex_unlock(&screen->lock);
}

void fg_screen_end(struct fg_screen *screen, bool is_complete) {
    fg_ticker_stop(&screen->ticker);
    pthread_mutex_lock(&screen->lock);
    fg_progress_end(&screen->progress, is_complete);
    note_line(screen);
    pthread_mutex_unlock(&screen->lock);
}
