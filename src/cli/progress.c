/*
 * progress.c: draws and erases the progress line. The time left assumes that what is left of the
 * input goes as what came before it.
 */
#include "cli/progress.h"

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
    progress->start_ns = progress->drawn_ns = now_ns(clock_context);
}

/* "45.2 k/s": three digits that matter. */
static void draw_rate(FILE *out, double per_s) {
    static const char *const prefixes[] = {"", "k", "M", "G"};
    size_t prefix = 0;
    for (; per_s >= 999.5 && prefix + 1 < sizeof prefixes / sizeof *prefixes; prefix++)
        per_s /= 1000;
    fprintf(out, ", %.3g %s/s", per_s, prefixes[prefix]);
}

/* "0:12" or "3:04:05". */
static void draw_time(FILE *out, double seconds) {
    if (seconds > 100.0 * 24 * 3600) {
        fputs(", over 100 days left", out);
        return;
    }
    const uint64_t whole = (uint64_t)(seconds + 0.5);
    const unsigned s = (unsigned)(whole % 60), m = (unsigned)(whole / 60 % 60);
    const unsigned h = (unsigned)(whole / 3600);
    if (h > 0)
        fprintf(out, ", %u:%02u:%02u left", h, m, s);
    else
        fprintf(out, ", %u:%02u left", m, s);
}

void fg_progress_update(struct fg_progress *progress, uint64_t numbers, uint64_t bytes) {
    if (progress->out == NULL)
        return;
    const uint64_t now_ns = progress->now_ns(progress->clock_context);
    if (now_ns - progress->drawn_ns < FG_PROGRESS_INTERVAL_NS)
        return;
    progress->drawn_ns = now_ns;
    progress->drawn = true;

    FILE *const out = progress->out;
    const double elapsed_s = (double)(now_ns - progress->start_ns) * 1e-9;
    fprintf(out, "\r%ju number%s", (uintmax_t)numbers, numbers == 1 ? "" : "s");
    draw_rate(out, (double)numbers / elapsed_s);
    if (progress->total_bytes > 0 && bytes > 0) {
        /* A file may have grown since its size was taken. */
        const uint64_t left = bytes < progress->total_bytes ? progress->total_bytes - bytes : 0;
        fprintf(out, ", %u %%", (unsigned)(100.0 * (double)bytes / (double)(bytes + left)));
        draw_time(out, elapsed_s * (double)left / (double)bytes);
    }
    fputs("\033[K", out);
    fflush(out);
}

void fg_progress_erase(struct fg_progress *progress) {
    if (progress->out == NULL || !progress->drawn)
        return;
    fputs("\r\033[K", progress->out);
    fflush(progress->out);
    progress->drawn = false;
}
