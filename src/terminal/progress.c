/* SPDX-License-Identifier: MIT */
/*
 * progress.c: draws and erases the progress line. The time left assumes that the rest of the input
 * goes as fast as the latest part.
 */
#include "terminal/progress.h"

#include <time.h>

uint64_t fg_progress_monotonic_ns(void *context) {
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void fg_progress_start(struct fg_progress *progress, FILE *out, fg_progress_clock *now_ns,
                       void *clock_context, uint64_t total_bytes) {
    *progress = (struct fg_progress){
        .out = out, .now_ns = now_ns, .clock_context = clock_context, .total_bytes = total_bytes};
    progress->drawn_ns = now_ns(clock_context);
    fg_progress_begin_at(progress, 0, 0);
}

/* Writes the digits of a number, at least `least` of them. */
static char *put_whole(char *at, uint64_t value, unsigned least) {
    char digits[20];
    unsigned count = 0;
    for (; value > 0 || count < least; value /= 10)
        digits[count++] = (char)('0' + value % 10);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}

static char *put_text(char *at, const char *text) {
    while (*text != '\0')
        *at++ = *text++;
    return at;
}

/* "45.2 k/s": three significant digits. */
static char *put_rate(char *at, double per_s) {
    static const char *const units[] = {" /s", " k/s", " M/s", " G/s"};
    size_t unit = 0;
    for (; per_s >= 999.5 && unit + 1 < sizeof units / sizeof *units; unit++)
        per_s /= 1000;
    if (per_s > 1e15)
        per_s = 1e15; /* no time has passed */
    unsigned decimals = 0;
    uint64_t scale = 1;
    for (double rounded = per_s; rounded < 99.95 && decimals < 5; rounded *= 10, decimals++)
        scale *= 10;
    uint64_t scaled = (uint64_t)(per_s * (double)scale + 0.5);
    for (; decimals > 0 && scaled % 10 == 0; decimals--, scale /= 10)
        scaled /= 10;
    at = put_whole(put_text(at, ", "), scaled / scale, 1);
    if (decimals > 0)
        at = put_whole(put_text(at, "."), scaled % scale, decimals);
    return put_text(at, units[unit]);
}

/* "0:12" or "3:04:05". */
static char *put_time(char *at, double seconds) {
    if (seconds > 100.0 * 24 * 3600)
        return put_text(at, ", over 100 days left");
    const uint64_t whole = (uint64_t)(seconds + 0.5);
    const uint64_t h = whole / 3600;
    at = put_text(at, ", ");
    if (h > 0)
        at = put_text(put_whole(at, h, 1), ":");
    at = put_text(put_whole(at, whole / 60 % 60, h > 0 ? 2 : 1), ":");
    return put_text(put_whole(at, whole % 60, 2), " left");
}

size_t fg_progress_words(const struct fg_progress_place *place, char text[FG_PROGRESS_ROOM]) {
    const struct fg_recent_work *const recent = &place->recent;
    const double elapsed_s = recent->elapsed_ns > 0 ? (double)recent->elapsed_ns * 1e-9 : 1e-9;
    const uint64_t numbers = place->numbers, bytes = place->bytes, total = place->total_bytes;
    char *at = put_whole(text, numbers, 1);
    at = put_text(at, numbers == 1 ? " number" : " numbers");
    at = put_rate(at, (double)recent->numbers / elapsed_s);
    if (total > 0 && bytes > 0) {
        /* A file may have grown since its size was taken. */
        const uint64_t left = bytes < total ? total - bytes : 0;
        at = put_whole(put_text(at, ", "),
                       (uint64_t)(100.0 * (double)bytes / (double)(bytes + left)), 1);
        at = put_text(at, " %");
        if (recent->bytes > 0)
            at = put_time(at, elapsed_s * (double)left / (double)recent->bytes);
    }
    return (size_t)(at - text);
}

void fg_progress_begin_at(struct fg_progress *progress, uint64_t numbers, uint64_t bytes) {
    const struct fg_recent_mark now = {progress->now_ns(progress->clock_context), numbers, bytes};
    fg_recent_start(&progress->recent, &now);
}

void fg_progress_update(struct fg_progress *progress, uint64_t numbers, uint64_t bytes) {
    if (progress->out == NULL)
        return;
    const uint64_t now_ns = progress->now_ns(progress->clock_context);
    const struct fg_recent_mark now = {now_ns, numbers, bytes};
    const struct fg_recent_work recent = fg_recent_advance(&progress->recent, &now);
    if (now_ns - progress->drawn_ns < FG_PROGRESS_INTERVAL_NS)
        return;
    progress->drawn_ns = now_ns;
    progress->drawn = true;
    const struct fg_progress_place place = {
        .numbers = numbers, .bytes = bytes, .total_bytes = progress->total_bytes, .recent = recent};
    char text[FG_PROGRESS_ROOM];
    const size_t size = fg_progress_words(&place, text);
    fprintf(progress->out, "\r%.*s\033[K", (int)size, text);
    fflush(progress->out);
}

void fg_progress_erase(struct fg_progress *progress) {
    if (progress->out == NULL || !progress->drawn)
        return;
    fputs("\r\033[K", progress->out);
    fflush(progress->out);
    progress->drawn = false;
}
