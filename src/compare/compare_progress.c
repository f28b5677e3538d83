/* SPDX-License-Identifier: MIT */
/*
 * compare_progress.c: counts the timed runs of the rows that take part. The time left assumes that
 * each row's run takes as long as the median of its latest ones.
 */
#include "compare/compare_progress.h"

#include "measure/clock.h"
#include "terminal/message.h"
#include "terminal/progress.h"
#include "terminal/progress_json.h"

#include <math.h>
#include <string.h>

/* Count of a row's latest runs whose median is the time of the next one. */
#define LATEST 9

static uint64_t now_ns(void) {
    return fg_progress_monotonic_ns(NULL);
}

static double seconds_since(uint64_t begin_ns) {
    return fmax((double)(now_ns() - begin_ns) * 1e-9, FG_CLOCK_RESOLUTION_S);
}

static enum fg_progress_style style(const struct fg_compare_progress *progress) {
    return progress->schedule.style;
}

void fg_compare_progress_start(struct fg_compare_progress *progress,
                               const struct fg_compare_report *report, FILE *err) {
    *progress = (struct fg_compare_progress){.report = report, .line = {.out = err}};
}

/* Returns how many timed runs the rows have had, and will have as far as is known. */
static void count_runs(const struct fg_compare_report *report, uint64_t *done, uint64_t *total) {
    *done = *total = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *const row = &report->rows[i];
        const uint64_t repeat = report->request->repeat;
        const uint64_t had = row->taken_count < repeat ? row->taken_count : repeat;
        *done += had;
        *total += row->engine != NULL ? repeat : had;
    }
}

/* Returns the seconds that a run of the row takes of late: one that was stopped for a while says
 * nothing about the next. */
static double usual_run_s(const struct fg_compare_row *row) {
    double latest[LATEST], room[LATEST];
    const size_t count = row->taken_count < LATEST ? row->taken_count : LATEST;
    for (size_t i = 0; i < count; i++)
        latest[i] = row->taken[row->taken_count - 1 - i].wall_s;
    return count > 0 ? fg_statistics_summarise(latest, count, room).median_s : row->warm_up_s;
}

/* Returns how many runs may be taken again, because something else disturbed them. */
static size_t count_repeats(const struct fg_compare_row *row, unsigned repeat) {
    size_t disturbed = 0;
    if (!fg_compare_row_can_tell(row))
        return 0;
    for (size_t i = 0; i < row->taken_count; i++)
        disturbed += row->taken[i].disturbed && !row->taken[i].replaced;
    const size_t most = 2 * (size_t)repeat;
    const size_t room = row->taken_count < most ? most - row->taken_count : 0;
    return disturbed < room ? disturbed : room;
}

/* Returns the seconds that the timed runs to come will take, with the untimed ones before them;
 * after these, those of the disturbed runs that are repeated. */
static double left_s(const struct fg_compare_report *report) {
    const unsigned repeat = report->request->repeat;
    double sum_s = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *const row = &report->rows[i];
        if (row->engine == NULL)
            continue;
        const double run_s = usual_run_s(row);
        const struct fg_compare_turn turn = fg_compare_turn_of(row, row->warm_up_s, repeat);
        const bool brief = turn.brief_s > 0 && run_s < FG_COMPARE_BRIEF_RUN_S;
        const double each_s = (turn.rehearsed ? run_s : 0) + (brief ? turn.brief_s : run_s);
        /* A disturbed run is taken again in a turn of its own. */
        const bool are_repeats = row->taken_count >= repeat;
        const double left =
            are_repeats ? (double)count_repeats(row, repeat) : (double)(repeat - row->taken_count);
        sum_s += left * each_s + ceil(are_repeats ? left : left / turn.runs) * turn.warm_s;
    }
    return sum_s;
}

static void write_json(const struct fg_compare_progress *progress, const char *phase, int wait_ms) {
    uint64_t done, total;
    count_runs(progress->report, &done, &total);
    struct fg_progress_line line = {
        .phase = phase,
        .unit = "runs",
        .done = done,
        .rate = NAN,
        .eta_s = NAN,
        .elapsed_s = seconds_since(progress->schedule.begin_ns),
    };
    if (progress->row != NULL) {
        line.backend = progress->row->backend;
        line.method = fg_method_name(progress->row->method);
    }
    /* Before the runs it is not known how many rows take part. */
    if (strcmp(phase, "run") == 0 || strcmp(phase, "end") == 0)
        line.total = fg_progress_known(total);
    if (done > 0 && line.total.known)
        line.eta_s = left_s(progress->report);
    if (line.eta_s > 0 && done < total)
        line.rate = (double)(total - done) / line.eta_s;
    fg_progress_json_write(&line, progress->line.out, wait_ms);
}

static void write_whole_line(const struct fg_compare_progress *progress) {
    if (fg_terminal_takes_line(progress->line.out, 0))
        fg_message(progress->line.out, "%s", progress->text);
}

void fg_compare_progress_tick(struct fg_compare_progress *progress) {
    if (progress->row == NULL || !fg_progress_schedule_is_due(&progress->schedule, now_ns()))
        return;
    if (style(progress) == FG_PROGRESS_JSON)
        write_json(progress, progress->phase, 0);
    else if (style(progress) == FG_PROGRESS_LINES)
        write_whole_line(progress);
    else
        fg_terminal_line_draw(&progress->line, progress->text, strlen(progress->text));
}

void fg_compare_progress_note(struct fg_compare_progress *progress,
                              const struct fg_compare_row *row, const char *stage, unsigned run,
                              unsigned run_count) {
    const bool is_first = progress->row == NULL;
    if (is_first)
        fg_progress_schedule_start(&progress->schedule, progress->report->request->progress,
                                   now_ns());
    progress->row = row;
    progress->phase = run_count > 0 ? stage : "batches";
    const int size = snprintf(progress->text, sizeof progress->text, "%s/%s: %s",
                              fg_method_name(row->method), row->backend, stage);
    if (run > 0)
        snprintf(progress->text + size, sizeof progress->text - (size_t)size, " %u of %u", run,
                 run_count);
    if (style(progress) == FG_PROGRESS_REDRAWN)
        fg_terminal_line_draw(&progress->line, progress->text, strlen(progress->text));
    else if (is_first && style(progress) == FG_PROGRESS_LINES)
        write_whole_line(progress);
    else
        fg_compare_progress_tick(progress);
}

void fg_compare_progress_end(struct fg_compare_progress *progress, bool is_complete) {
    fg_terminal_line_erase(&progress->line);
    progress->row = NULL;
    if (style(progress) == FG_PROGRESS_JSON)
        write_json(progress, is_complete ? "end" : "stopped", FG_PROGRESS_LAST_WAIT_MS);
}
