/* SPDX-License-Identifier: MIT */
/*
 * compare_curve.c: decides which batches are timed on which backend, and when a line ends.
 *
 * A batch is timed only if the estimates of the backend's row say that it fits into the rest of the
 * budget: the first number of a list may already take a century by exhaustive search.
 */
#include "compare/compare_curve.h"

#include "compare/compare_power.h"
#include "measure/turns.h"
#include "text/failure.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A size is dropped after its warm-up only if the warm-up says that it takes this many times what
 * the budget allows. */
#define BUDGET_OVERDRAFT 2.0

/* One side's lines being measured. */
struct side {
    const struct fg_compare_operations *operations;
    struct fg_compare_report *report;
    const struct fg_compare_reference *reference;
    bool on_gpu;
    struct fg_compare_work work, work_before; /* at this size and at the one before */
};

size_t fg_compare_curve_sizes(size_t count, size_t sizes[FG_COMPARE_CURVE_SIZES_MAX]) {
    size_t found = 0, decade = 1;
    bool three = false;
    for (;;) {
        const size_t size = three ? 3 * decade : decade;
        if (size > count && (found == 0 || sizes[found - 1] < count))
            sizes[found++] = count;
        if (size > count && size > FG_COMPARE_CURVE_CYCLED_MAX)
            return found;
        if (found == 0 || sizes[found - 1] < size)
            sizes[found++] = size;
        if (size > SIZE_MAX / 10) { /* the next one might not fit */
            if (sizes[found - 1] < count)
                sizes[found++] = count;
            return found;
        }
        decade = three ? decade * 10 : decade;
        three = !three;
    }
}

size_t fg_compare_curve_first(size_t count, size_t size, unsigned run, unsigned run_count) {
    if (size >= count || run_count <= 1)
        return 0;
    return (size_t)((double)(count - size) * run / (run_count - 1));
}

enum fg_status fg_compare_curve_list(struct fg_compare_report *report, struct fg_error *error) {
    struct fg_compare_curve *curve = &report->curve;
    const struct fg_compare_request *request = report->request;
    curve->lines = calloc(fg_backend_count(), sizeof curve->lines[0]);
    if (curve->lines == NULL)
        return fg_program_fail_memory(error);
    curve->measured = true;
    curve->method = fg_method_resolve(request->method);
    curve->runs =
        request->repeat < FG_COMPARE_CURVE_RUNS_MAX ? request->repeat : FG_COMPARE_CURVE_RUNS_MAX;
    curve->size_count = fg_compare_curve_sizes(request->count, curve->sizes);
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].method == curve->method)
            curve->lines[curve->line_count++].row = i;
    return FG_OK;
}

static struct fg_compare_row *row_of(const struct side *side,
                                     const struct fg_compare_curve_line *line) {
    return &side->report->rows[line->row];
}

static void close_line(const struct side *side, struct fg_compare_curve_line *line) {
    if (line->engine != NULL)
        side->operations->close(side->operations->context, line->engine);
    line->engine = NULL;
}

static void fail_line(const struct side *side, struct fg_compare_curve_line *line,
                      enum fg_status status, const struct fg_error *error) {
    line->status = status;
    snprintf(line->reason, sizeof line->reason, "%s",
             error->message[0] != '\0' ? error->message : fg_strerror(status));
    close_line(side, line);
}

/* Returns whether a row's line can be measured. A row that failed or cannot run would fail again;
 * without an estimate there is no bound on the time. */
static bool is_worth_opening(const struct fg_compare_row *row) {
    return row->estimate.known &&
           (row->state == FG_COMPARE_MEASURED || row->state == FG_COMPARE_SKIPPED);
}

static void open_lines(const struct side *side) {
    struct fg_compare_curve *curve = &side->report->curve;
    for (size_t i = 0; i < curve->line_count; i++) {
        struct fg_compare_curve_line *line = &curve->lines[i];
        const struct fg_compare_row *row = row_of(side, line);
        struct fg_error error = {FG_OK, ""};
        if (fg_compare_uses_gpu(row) != side->on_gpu || !is_worth_opening(row))
            continue;
        const enum fg_status status = side->operations->open(side->operations->context, row->method,
                                                             row->backend, &line->engine, &error);
        if (status != FG_OK) {
            line->engine = NULL;
            fail_line(side, line, status, &error);
        }
    }
}

/* Returns the batch of run `run` at this size. */
static struct fg_compare_batch batch_of(const struct side *side, size_t size, unsigned run) {
    const struct fg_compare_report *report = side->report;
    return (struct fg_compare_batch){
        .first = fg_compare_curve_first(report->request->count, size, run, report->curve.runs),
        .count = size};
}

static struct fg_compare_work work_of_list(const struct fg_compare_request *request,
                                           enum fg_method method, size_t first, size_t count) {
    const struct fg_numbers list = fg_compare_list(request, first, count);
    return fg_compare_work_of(method, &list);
}

/* Returns the work of a batch, which may be larger than the input. */
static struct fg_compare_work work_of(const struct side *side,
                                      const struct fg_compare_batch *batch) {
    const struct fg_compare_request *request = side->report->request;
    const enum fg_method method = side->report->curve.method;
    if (batch->count <= request->count)
        return work_of_list(request, method, batch->first, batch->count);
    struct fg_compare_work sum = work_of_list(request, method, 0, request->count);
    const size_t whole = batch->count / request->count;
    sum.total = sum.total * (double)whole +
                work_of_list(request, method, 0, batch->count % request->count).total;
    sum.count = batch->count;
    return sum;
}

/* Returns the max work of a batch of this size, and the max work of one number in it. */
static struct fg_compare_work most_work(const struct side *side, size_t size) {
    struct fg_compare_work most = {size, 0, 0};
    for (unsigned run = 0; run < side->report->curve.runs; run++) {
        const struct fg_compare_batch batch = batch_of(side, size, run);
        const struct fg_compare_work work = work_of(side, &batch);
        most.total = fmax(most.total, work.total);
        most.largest = fmax(most.largest, work.largest);
        if (size >= side->report->request->count)
            break; /* all runs have the same numbers */
    }
    return most;
}

/* Returns the work on the longest path, in units that all workers do together, as many as have a
 * CPU: one worker may have to do the largest number alone. */
static double longest_work(const struct side *side, const struct fg_compare_work *work,
                           const struct fg_compare_row *row) {
    const double cpus = side->report->environment.cpus.usable;
    return fmax(work->total, work->largest * fmax(fmin(row->jobs, cpus), 1));
}

/*
 * Returns the max time that a run with side->work should take: by the probes of the line's row or,
 * if that is less, by growth from the size before. For the method factor, the probes' rate includes
 * a cost for each call, which does not grow with the batch.
 */
static double expected_s(const struct side *side, const struct fg_compare_curve_line *line) {
    const struct fg_compare_row *row = row_of(side, line);
    const struct fg_compare_estimate *estimate = &row->estimate;
    const struct fg_compare_work *work = &side->work, *before = &side->work_before;
    const double probed_s = estimate->call_s + (double)work->count * estimate->number_s +
                            estimate->work_s * longest_work(side, work, row);
    if (line->point_count == 0)
        return probed_s;
    const double growth =
        fmax(fmax(work->total / before->total,
                  longest_work(side, work, row) / longest_work(side, before, row)),
             (double)work->count / (double)before->count);
    return fmin(probed_s, line->points[line->point_count - 1].summary.max_s * growth);
}

/* Returns how many divisors the answers to a batch of the repeated input have; 0 if no row has
 * answered the input. */
static double cycled_divisors(const struct side *side, size_t size) {
    return (double)side->reference->value_count / (double)side->report->request->count *
           (double)size;
}

static bool has_room(const struct side *side, struct fg_compare_curve_line *line, size_t size,
                     double run_s) {
    const struct fg_compare_request *request = side->report->request;
    /* Repeated, a range is none. */
    if (size > request->count && !fg_method_takes(side->report->curve.method, FG_NUMBERS_LIST, 1))
        return false;
    if (size > request->count)
        return run_s <= FG_COMPARE_CURVE_CYCLED_S &&
               cycled_divisors(side, size) <= FG_COMPARE_CURVE_CYCLED_DIVISORS &&
               line->spent_s + (1.0 + side->report->curve.runs) * run_s <= request->budget_s;
    if (line->spent_s + (1.0 + side->report->curve.runs) * run_s <= request->budget_s)
        return true;
    line->stopped_before = size;
    return false;
}

/* Compares the answers with those of the comparison; notes a difference in the report. */
static enum fg_status check_answers(const struct side *side, struct fg_compare_curve_line *line,
                                    const struct fg_compare_batch *batch, struct fg_error *error) {
    struct fg_compare_report *report = side->report;
    struct fg_compare_check check = {0};
    if (!side->reference->known)
        return FG_OK;
    FG_TRY(side->operations->check(side->operations->context, line->engine, batch->first, &check,
                                   error));
    if (check.differs)
        fg_compare_note_difference(report, side->reference->row, line->row, &check.difference);
    return FG_OK;
}

/* Runs a batch once; ends the line if that fails. */
static bool run_line(const struct side *side, struct fg_compare_curve_line *line, size_t size,
                     unsigned run, bool is_first, struct fg_compare_sample *sample) {
    const struct fg_compare_operations *operations = side->operations;
    struct fg_error error = {FG_OK, ""};
    *sample = (struct fg_compare_sample){0};
    struct fg_compare_batch batch = batch_of(side, size, run);
    batch.rehearsed = line->turn.rehearsed;
    batch.warm_s = is_first ? line->turn.warm_s : 0;
    batch.brief_s = line->turn.brief_s;
    enum fg_status status =
        operations->run(operations->context, line->engine, &batch, sample, &error);
    line->spent_s += sample->wall_s;
    if (status == FG_OK)
        status = check_answers(side, line, &batch, &error);
    if (status == FG_OK)
        return true;
    fail_line(side, line, status, &error);
    return false;
}

/* Returns whether the line goes on at this size: by the estimate, and then by an untimed run. */
static bool warm_up(const struct side *side, struct fg_compare_curve_line *line, size_t size) {
    const struct fg_compare_row *row = row_of(side, line);
    const double budget_s = side->report->request->budget_s;
    char stage[64];
    struct fg_compare_sample sample;
    if (!has_room(side, line, size, expected_s(side, line))) {
        close_line(side, line);
        return false;
    }
    snprintf(stage, sizeof stage, "batches of %zu", size);
    if (side->operations->progress != NULL)
        side->operations->progress(side->operations->context, row, stage, 0, 0);
    line->turn = (struct fg_compare_turn){.runs = 1};
    if (!run_line(side, line, size, 0, true, &sample))
        return false;
    const double seconds = sample.wall_s;
    line->turn = fg_compare_turn_of(row, seconds, side->report->curve.runs, FG_COMPARE_CURVE_TURNS);
    if (line->spent_s + side->report->curve.runs * seconds <= BUDGET_OVERDRAFT * budget_s)
        return true;
    if (size <= side->report->request->count)
        line->stopped_before = size;
    close_line(side, line);
    return false;
}

struct sized_side {
    const struct side *side;
    size_t size;
};

/* Times the batches of an open line's turn. If that fails, the other lines go on. */
static bool take_turn(void *context, size_t index, unsigned round) {
    const struct sized_side *const sized = context;
    const struct fg_compare_curve *const curve = &sized->side->report->curve;
    struct fg_compare_curve_line *const line = &curve->lines[index];
    struct fg_compare_curve_point *const point = &line->points[line->point_count];
    if (line->engine == NULL || round % line->turn.runs != 0)
        return true;
    for (unsigned i = round; i < round + line->turn.runs && i < curve->runs; i++) {
        struct fg_compare_sample sample;
        if (!run_line(sized->side, line, sized->size, i, i == round, &sample))
            break;
        point->run_counts[point->sample_count] = sample.run_count;
        point->samples_s[point->sample_count++] = sample.wall_s;
        point->throttled_count += fg_compare_is_throttled(&sample);
        point->known_count += sample.knows_disturbed;
        point->disturbed_count += sample.disturbed;
    }
    return true;
}

/* Measures the lines that are still open at one size. */
static void measure_size(const struct side *side, size_t size) {
    struct fg_compare_curve *curve = &side->report->curve;
    struct fg_compare_curve_line *const end = curve->lines + curve->line_count;
    for (struct fg_compare_curve_line *line = curve->lines; line < end; line++)
        if (line->engine != NULL && warm_up(side, line, size))
            line->points[line->point_count].size = size;
    fg_take_turns(curve->line_count, curve->runs, take_turn, &(struct sized_side){side, size});
    for (struct fg_compare_curve_line *line = curve->lines; line < end; line++) {
        double sorted_s[FG_COMPARE_CURVE_RUNS_MAX];
        if (line->engine == NULL)
            continue;
        struct fg_compare_curve_point *point = &line->points[line->point_count++];
        point->summary = fg_statistics_summarise(point->samples_s, point->sample_count, sorted_s);
    }
}

static bool any_open(const struct fg_compare_curve *curve) {
    for (size_t i = 0; i < curve->line_count; i++)
        if (curve->lines[i].engine != NULL)
            return true;
    return false;
}

void fg_compare_curve_measure(const struct fg_compare_operations *operations,
                              struct fg_compare_report *report,
                              const struct fg_compare_reference *reference, bool on_gpu) {
    struct fg_compare_curve *curve = &report->curve;
    struct side side = {
        .operations = operations, .report = report, .reference = reference, .on_gpu = on_gpu};
    open_lines(&side);
    for (size_t i = 0; i < curve->size_count && any_open(curve); i++) {
        side.work_before = side.work;
        side.work = most_work(&side, curve->sizes[i]);
        measure_size(&side, curve->sizes[i]);
    }
    for (size_t i = 0; i < curve->line_count; i++)
        close_line(&side, &curve->lines[i]);
}
