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
/* Sizes whose runs take less than this share of the budget, with all smaller ones, are always run.
 */
#define BUDGET_SMALL 0.1

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

/* Returns the place of a run among run_count >= 2 places, such that the first few runs are spread
 * over all of them, too: steps of about 2/5 go round and meet each place once. */
static unsigned place_of(unsigned run, unsigned run_count) {
    unsigned step = run_count * 2 / 5;
    for (unsigned a = 0, b = 0; a != 1;) {
        step++;
        for (a = step, b = run_count; b != 0;) {
            const unsigned remainder = a % b;
            a = b;
            b = remainder;
        }
    }
    return run * step % run_count;
}

size_t fg_compare_curve_first(size_t count, size_t size, unsigned run, unsigned run_count) {
    if (size >= count || run_count <= 1)
        return 0;
    /* The middle of one of run_count equal parts of all places, the last of which is count - size.
     */
    const double places = (double)(count - size) + 1;
    return (size_t)(places * (2.0 * place_of(run, run_count) + 1) / (2.0 * run_count));
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
        line->grows = status == FG_OK;
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
    return fmin(probed_s, line->points[line->point_count - 1].warm_up_s * growth);
}

/* Returns how many divisors the answers to a batch of the repeated input have; 0 if no row has
 * answered the input. */
static double cycled_divisors(const struct side *side, size_t size) {
    return (double)side->reference->value_count / (double)side->report->request->count *
           (double)size;
}

/* Returns the mean seconds of a size's runs so far. */
static double mean_s(const struct fg_compare_curve_point *point) {
    double sum_s = 0;
    for (size_t i = 0; i < point->sample_count; i++)
        sum_s += point->samples_s[i];
    return point->sample_count > 0 ? sum_s / (double)point->sample_count : point->warm_up_s;
}

/* Returns the seconds of the runs that are left at the line's smallest `count` sizes, from this
 * round on. */
static double left_s(const struct side *side, const struct fg_compare_curve_line *line,
                     size_t count, unsigned round) {
    double sum_s = 0;
    for (size_t i = 0; i < count; i++)
        sum_s += (side->report->curve.runs - round) * mean_s(&line->points[i]);
    return sum_s;
}

/* Returns the seconds that the line will have spent with `runs` more runs of run_s at the size that
 * follows its last one. */
static double planned_s(const struct side *side, const struct fg_compare_curve_line *line,
                        unsigned runs, double run_s) {
    return line->spent_s + left_s(side, line, line->point_count, 0) + runs * run_s;
}

static bool has_room(const struct side *side, struct fg_compare_curve_line *line, size_t size,
                     double run_s) {
    const struct fg_compare_request *request = side->report->request;
    const bool fits =
        planned_s(side, line, 1 + side->report->curve.runs, run_s) <= request->budget_s;
    /* Repeated, a range is none. */
    if (size > request->count)
        return fits && fg_method_takes(side->report->curve.method, FG_NUMBERS_LIST, 1) &&
               run_s <= FG_COMPARE_CURVE_CYCLED_S &&
               cycled_divisors(side, size) <= FG_COMPARE_CURVE_CYCLED_DIVISORS;
    if (!fits)
        line->stopped_before = size;
    return fits;
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
                     unsigned run, const struct fg_compare_turn *turn,
                     struct fg_compare_sample *sample) {
    const struct fg_compare_operations *operations = side->operations;
    struct fg_error error = {FG_OK, ""};
    *sample = (struct fg_compare_sample){0};
    struct fg_compare_batch batch = batch_of(side, size, run);
    batch.rehearsed = turn->rehearsed;
    batch.warm_s = turn->warm_s;
    batch.brief_s = turn->brief_s;
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

static void show_progress(const struct side *side, const struct fg_compare_curve_line *line,
                          const char *stage) {
    if (side->operations->progress != NULL)
        side->operations->progress(side->operations->context, row_of(side, line), stage, 0, 0);
}

/* Adds the next size to an open line: by the estimate, and then by untimed runs. The first of them
 * is slower than others, and says nothing of them if it is short. */
static void warm_up(const struct side *side, struct fg_compare_curve_line *line, size_t size) {
    const double budget_s = side->report->request->budget_s;
    char stage[64];
    struct fg_compare_sample sample;
    line->grows = has_room(side, line, size, expected_s(side, line));
    if (!line->grows)
        return;
    snprintf(stage, sizeof stage, "batches of %zu", size);
    show_progress(side, line, stage);
    const struct fg_compare_turn cold = {.runs = 1};
    if (!run_line(side, line, size, 0, &cold, &sample))
        return;
    if (sample.wall_s < FG_COMPARE_SHORT_TURN_S && !run_line(side, line, size, 0, &cold, &sample))
        return;
    line->grows = planned_s(side, line, side->report->curve.runs, sample.wall_s) <=
                  BUDGET_OVERDRAFT * budget_s;
    if (line->grows)
        line->points[line->point_count++] =
            (struct fg_compare_curve_point){.size = size, .warm_up_s = sample.wall_s};
    else if (size <= side->report->request->count)
        line->stopped_before = size;
}

/* Returns how a batch is timed in a turn. One of another size came before it, on a GPU too, so it
 * is rehearsed if it is short. */
static struct fg_compare_turn turn_at(const struct side *side,
                                      const struct fg_compare_curve_line *line,
                                      const struct fg_compare_curve_point *point) {
    struct fg_compare_turn turn =
        fg_compare_turn_of(row_of(side, line), point->warm_up_s, side->report->curve.runs);
    assert(turn.runs == 1);
    turn.rehearsed = point->warm_up_s < FG_COMPARE_SHORT_TURN_S;
    return turn;
}

static void add_sample(struct fg_compare_curve_point *point,
                       const struct fg_compare_sample *sample) {
    point->run_counts[point->sample_count] = sample->run_count;
    point->samples_s[point->sample_count++] = sample->wall_s;
    point->throttled_count += fg_compare_is_throttled(sample);
    point->known_count += sample->knows_disturbed;
    point->disturbed_count += sample->disturbed;
}

/* Returns whether the budget has no room for a line's size any more, beside the runs that are left
 * at smaller ones. */
static bool is_over_budget(const struct side *side, const struct fg_compare_curve_line *line,
                           size_t index, unsigned round) {
    const double budget_s = side->report->request->budget_s;
    return line->spent_s + mean_s(&line->points[index]) + left_s(side, line, index, round) >
               budget_s &&
           left_s(side, line, index + 1, 0) > BUDGET_SMALL * budget_s;
}

/* Opens a line again that failed with a large batch: its smaller ones can be timed. */
static void reopen(const struct side *side, struct fg_compare_curve_line *line) {
    const struct fg_compare_row *const row = row_of(side, line);
    struct fg_error error;
    if (side->operations->open(side->operations->context, row->method, row->backend, &line->engine,
                               &error) != FG_OK)
        line->engine = NULL;
}

/* Times each size of an open line once, the largest first. A size that is over the budget or fails,
 * and larger ones, have had their last run. */
static bool take_turn(void *context, size_t index, unsigned round) {
    const struct side *const side = context;
    struct fg_compare_curve_line *const line = &side->report->curve.lines[index];
    char stage[64];
    bool is_warm = false;
    if (line->engine == NULL)
        return true;
    snprintf(stage, sizeof stage, "batches of all sizes, turn %u of %u", round + 1,
             side->report->curve.runs);
    show_progress(side, line, stage);
    for (size_t k = line->open_count; k-- > 0 && line->engine != NULL;) {
        struct fg_compare_curve_point *const point = &line->points[k];
        struct fg_compare_sample sample;
        if (is_over_budget(side, line, k, round)) {
            line->open_count = k;
            continue;
        }
        struct fg_compare_turn turn = turn_at(side, line, point);
        if (is_warm)
            turn.warm_s = 0;
        is_warm = is_warm || turn.warm_s > 0;
        if (run_line(side, line, point->size, round, &turn, &sample)) {
            add_sample(point, &sample);
        } else {
            line->open_count = k;
            is_warm = false;
            if (k > 0)
                reopen(side, line);
        }
    }
    return true;
}

/* Warms the open lines up with batches of growing size, as far as each goes. */
static void grow_lines(struct side *side) {
    const struct fg_compare_curve *curve = &side->report->curve;
    bool any = true;
    for (size_t i = 0; i < curve->size_count && any; i++) {
        any = false;
        side->work_before = side->work;
        side->work = most_work(side, curve->sizes[i]);
        for (size_t k = 0; k < curve->line_count; k++) {
            struct fg_compare_curve_line *const line = &curve->lines[k];
            if (line->engine != NULL && line->grows)
                warm_up(side, line, curve->sizes[i]);
            any = any || (line->engine != NULL && line->grows);
        }
    }
}

/* Completes the points of a line; those without a sample are left out. */
static void finish_line(const struct side *side, struct fg_compare_curve_line *line) {
    double sorted_s[FG_COMPARE_CURVE_RUNS_MAX];
    size_t count = 0;
    for (; count < line->point_count && line->points[count].sample_count > 0; count++) {
        struct fg_compare_curve_point *const point = &line->points[count];
        point->summary = fg_statistics_summarise(point->samples_s, point->sample_count, sorted_s);
    }
    if (line->status == FG_OK && count < line->point_count &&
        line->points[count].size <= side->report->request->count)
        line->stopped_before = line->points[count].size;
    line->point_count = count;
    close_line(side, line);
}

void fg_compare_curve_measure(const struct fg_compare_operations *operations,
                              struct fg_compare_report *report,
                              const struct fg_compare_reference *reference, bool on_gpu) {
    const struct fg_compare_curve *curve = &report->curve;
    struct side side = {
        .operations = operations, .report = report, .reference = reference, .on_gpu = on_gpu};
    open_lines(&side);
    grow_lines(&side);
    for (size_t i = 0; i < curve->line_count; i++) {
        struct fg_compare_curve_line *const line = &curve->lines[i];
        if (fg_compare_uses_gpu(row_of(&side, line)) != on_gpu)
            continue;
        line->open_count = line->point_count;
        if (line->status != FG_OK && line->point_count > 0)
            reopen(&side, line);
    }
    fg_take_turns(curve->line_count, curve->runs, take_turn, &side);
    for (size_t i = 0; i < curve->line_count; i++)
        if (fg_compare_uses_gpu(row_of(&side, &curve->lines[i])) == on_gpu)
            finish_line(&side, &curve->lines[i]);
}
