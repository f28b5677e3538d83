/* SPDX-License-Identifier: MIT */
/*
 * progress.c: shows the progress of a run. The time left assumes that the rest of the input goes as
 * fast as the latest part.
 */
#include "terminal/progress.h"

#include "terminal/message.h"
#include "terminal/progress_json.h"

#include <math.h>
#include <time.h>

uint64_t fg_progress_monotonic_ns(void *context) {
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
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

/* Returns how many bytes of the input are left. A file may have grown since its size was taken. */
static uint64_t bytes_left(const struct fg_progress_place *place) {
    return place->bytes < place->total_bytes ? place->total_bytes - place->bytes : 0;
}

static double recent_s(const struct fg_recent_work *recent) {
    return recent->elapsed_ns > 0 ? (double)recent->elapsed_ns * 1e-9 : 1e-9;
}

/* Returns the time left; not a number if it is not known. */
static double seconds_left(const struct fg_progress_place *place) {
    if (place->total_bytes == 0 || place->recent.bytes == 0)
        return NAN;
    return recent_s(&place->recent) * (double)bytes_left(place) / (double)place->recent.bytes;
}

size_t fg_progress_words(const struct fg_progress_place *place, char text[FG_PROGRESS_ROOM]) {
    const uint64_t numbers = place->numbers, bytes = place->bytes;
    char *at = put_whole(text, numbers, 1);
    at = put_text(at, numbers == 1 ? " number" : " numbers");
    at = put_rate(at, (double)place->recent.numbers / recent_s(&place->recent));
    if (place->total_bytes > 0 && bytes > 0) {
        const double in_all = (double)(bytes + bytes_left(place));
        at = put_whole(put_text(at, ", "), (uint64_t)(100.0 * (double)bytes / in_all), 1);
        at = put_text(at, " %");
        const double left_s = seconds_left(place);
        if (!isnan(left_s))
            at = put_time(at, left_s);
    }
    return (size_t)(at - text);
}

static uint64_t now_ns(const struct fg_progress *progress) {
    return progress->config.now_ns(progress->config.clock_context);
}

void fg_progress_start(struct fg_progress *progress, const struct fg_progress_config *config) {
    *progress = (struct fg_progress){.config = *config,
                                     .line = {.out = config->out},
                                     .numbers = config->begin_numbers,
                                     .bytes = config->begin_bytes};
    if (config->style == FG_PROGRESS_NONE)
        return;
    const struct fg_recent_mark now = {now_ns(progress), progress->numbers, progress->bytes};
    fg_progress_schedule_start(&progress->schedule, config->style, now.at_ns);
    fg_recent_start(&progress->recent, &now);
}

static struct fg_progress_count known_unless_zero(uint64_t value) {
    return (struct fg_progress_count){value > 0, value};
}

/* Returns the line as it is at a place, `at_ns`. */
static struct fg_progress_line json_line(const struct fg_progress *progress,
                                         const struct fg_progress_place *place, uint64_t at_ns) {
    return (struct fg_progress_line){
        .phase = "answer",
        .unit = "numbers",
        .done = place->numbers,
        .total = known_unless_zero(progress->config.total_numbers),
        .bytes_done = fg_progress_known(place->bytes),
        .bytes_total = known_unless_zero(place->total_bytes),
        .rate = (double)place->recent.numbers / recent_s(&place->recent),
        .eta_s = seconds_left(place),
        .elapsed_s = (double)(at_ns - progress->schedule.begin_ns) * 1e-9,
        .backend = progress->backend,
        .method = progress->config.method,
    };
}

static void show(struct fg_progress *progress, const struct fg_progress_place *place,
                 uint64_t at_ns) {
    FILE *const out = progress->config.out;
    char text[FG_PROGRESS_ROOM];
    if (progress->config.style == FG_PROGRESS_JSON) {
        const struct fg_progress_line line = json_line(progress, place, at_ns);
        fg_progress_json_write(&line, out, 0);
        return;
    }
    const size_t size = fg_progress_words(place, text);
    if (progress->config.style == FG_PROGRESS_REDRAWN)
        fg_terminal_line_draw(&progress->line, text, size);
    else if (fg_terminal_takes_line(out, 0))
        fg_message(out, "%.*s", (int)size, text);
}

void fg_progress_update(struct fg_progress *progress, uint64_t numbers, uint64_t bytes) {
    if (progress->config.style == FG_PROGRESS_NONE)
        return;
    progress->numbers = numbers;
    progress->bytes = bytes;
    const struct fg_recent_mark now = {now_ns(progress), numbers, bytes};
    const struct fg_progress_place place = {
        .numbers = numbers,
        .bytes = bytes,
        .total_bytes = progress->config.total_bytes,
        .recent = fg_recent_advance(&progress->recent, &now),
    };
    if (fg_progress_schedule_is_due(&progress->schedule, now.at_ns))
        show(progress, &place, now.at_ns);
}

void fg_progress_tick(struct fg_progress *progress) {
    fg_progress_update(progress, progress->numbers, progress->bytes);
}

void fg_progress_erase(struct fg_progress *progress) {
    fg_terminal_line_erase(&progress->line);
}

/* Writes the last JSON line, with the rate of the whole run. */
static void write_last(const struct fg_progress *progress, bool is_complete) {
    const struct fg_progress_config *const config = &progress->config;
    const uint64_t at_ns = now_ns(progress);
    const struct fg_progress_place place = {
        .numbers = progress->numbers,
        .bytes = progress->bytes,
        .total_bytes = config->total_bytes,
        .recent = {.numbers = progress->numbers - config->begin_numbers,
                   .bytes = progress->bytes - config->begin_bytes,
                   .elapsed_ns = at_ns - progress->schedule.begin_ns},
    };
    struct fg_progress_line line = json_line(progress, &place, at_ns);
    line.phase = is_complete ? "end" : "stopped";
    line.eta_s = is_complete ? 0 : NAN;
    if (is_complete)
        line.total = fg_progress_known(progress->numbers);
    if (is_complete && config->total_bytes > 0) /* with what comes after the last number */
        line.bytes_done = line.bytes_total;
    fg_progress_json_write(&line, config->out, FG_PROGRESS_LAST_WAIT_MS);
}

void fg_progress_end(struct fg_progress *progress, bool is_complete) {
    fg_progress_erase(progress);
    if (progress->config.style == FG_PROGRESS_JSON)
        write_last(progress, is_complete);
    progress->config.style = FG_PROGRESS_NONE;
}
