/* SPDX-License-Identifier: MIT */
/*
 * compare_notes.c: makes the sentences under a table from a report's numbers.
 */
#include "compare/report/compare_notes.h"

#include "compare/compare_verdict.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_power_tables.h"
#include "text/decimal.h"
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <string.h>

/* One worker is not said to beat a row by less, however sure that is. */
#define TRIFLE 1.05

static bool is_measured(const struct fg_compare_row *row) {
    return row->state == FG_COMPARE_MEASURED;
}

/* Appends the names of the measured rows for which `holds` is true; returns how many. */
static size_t append_rows(char *text, size_t size, const struct fg_compare_report *report,
                          bool (*holds)(const struct fg_compare_row *)) {
    size_t named = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (!is_measured(row) || !holds(row))
            continue;
        fg_compare_append(text, size, "%s", named++ > 0 ? ", " : "");
        fg_compare_append_row_name(text, size, row);
    }
    return named;
}

/* Returns whether each sample is a single run that is short. */
static bool is_short(const struct fg_compare_row *row) {
    return row->summary.median_s < FG_COMPARE_SHORT_RUN_S && !fg_compare_has_brief_runs(row);
}

static bool has_outlier(const struct fg_compare_row *row) {
    return fg_statistics_has_outlier(&row->summary);
}

/* How many times the median of brief runs their mean is if a note says so. */
#define LONGER_MEAN 1.2

/* Returns whether samples are medians of brief runs some of which took so long that their mean is
 * far above that, as if workers wait for a CPU. */
static bool has_longer_mean(const struct fg_compare_row *row) {
    double elapsed_s = 0, of_medians_s = 0;
    for (size_t i = 0; i < row->taken_count; i++) {
        const struct fg_compare_sample *const sample = &row->taken[i];
        if (sample->replaced)
            continue;
        elapsed_s += sample->elapsed_s;
        of_medians_s += sample->wall_s * (double)sample->run_count;
    }
    return fg_compare_has_brief_runs(row) && elapsed_s > LONGER_MEAN * of_medians_s;
}

static const struct fg_compare_row *row_of(const struct fg_compare_report *report,
                                           enum fg_method method,
                                           const struct fg_backend_properties *properties) {
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].method == method && report->rows[i].properties == properties)
            return &report->rows[i];
    return NULL;
}

/* Returns the name of the library's backend with this baseline_rank; NULL if there is none. */
static const char *baseline_of_rank(unsigned rank) {
    for (size_t i = 0; i < fg_backend_count(); i++)
        if (fg_backend_get_properties(fg_backend_name(i))->baseline_rank == rank)
            return fg_backend_name(i);
    return NULL;
}

/* Appends why a row is not the baseline: "fork was skipped", "fork is not in this comparison". */
static void append_absence(char *text, size_t size, const struct fg_compare_report *report,
                           enum fg_method method, const char *backend) {
    const struct fg_compare_row *row = row_of(report, method, fg_backend_get_properties(backend));
    if (row == NULL)
        fg_compare_append(text, size, "%s is not in this comparison", backend);
    else
        fg_compare_append(text, size, "%s %s%s", backend,
                          row->state == FG_COMPARE_FAILED ? "" : "was ",
                          fg_compare_state_name(row->state));
}

/* Returns whether a method has a measured row besides its baseline, and so a ratio. */
static bool has_ratios(const struct fg_compare_report *report,
                       const struct fg_compare_row *baseline) {
    for (size_t i = 0; i < report->row_count; i++)
        if (is_measured(&report->rows[i]) && &report->rows[i] != baseline &&
            report->rows[i].method == baseline->method)
            return true;
    return false;
}

/* Notes why a method's ratios do not refer to the first choice of a baseline, if they do not. */
static void note_baseline(const struct fg_compare_report *report, enum fg_method method,
                          fg_compare_note_sink *sink, void *context) {
    char note[FG_COMPARE_SENTENCE] = "";
    const struct fg_compare_row *const baseline = fg_compare_baseline_row(report, method);
    const unsigned rank = baseline != NULL ? baseline->properties->baseline_rank : UINT_MAX;
    if (rank == 1 || (baseline != NULL && !has_ratios(report, baseline)))
        return;
    fg_compare_append(note, sizeof note, "%s: %s", fg_method_name(method),
                      baseline == NULL ? "no ratio, because " : "");
    for (unsigned better = 1; better < rank && baseline_of_rank(better) != NULL; better++) {
        fg_compare_append(note, sizeof note, "%s", better > 1 ? " and " : "");
        append_absence(note, sizeof note, report, method, baseline_of_rank(better));
    }
    if (baseline != NULL)
        fg_compare_append(note, sizeof note, ", so the ratios are to %s", baseline->backend);
    sink(context, note);
}

static void note_baselines(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                           void *context) {
    const struct fg_compare_row *last = NULL;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (!is_measured(row) || (last != NULL && last->method == row->method))
            continue;
        note_baseline(report, row->method, sink, context);
        last = row;
    }
}

/* Notes the gain of the algorithm alone: compares methods on one backend with one worker, the
 * fastest method with those that are clearly slower. */
static void note_algorithm(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                           void *context) {
    const struct fg_compare_row *fast = NULL;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (is_measured(row) && row->properties->one_worker &&
            (fast == NULL || row->summary.median_s < fast->summary.median_s))
            fast = row;
    }
    if (fast == NULL)
        return;
    char note[FG_COMPARE_SENTENCE] = "", value[FG_QUANTITY_CELL];
    size_t named = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row->properties != fast->properties || !fg_compare_is_faster(fast, row))
            continue;
        fg_format_ratio(row->summary.median_s / fast->summary.median_s, value);
        if (named++ == 0)
            fg_compare_append(note, sizeof note, "The algorithm alone: on %s, %s is %sx",
                              fast->backend, fg_method_name(fast->method), value);
        else
            fg_compare_append(note, sizeof note, " and %sx", value);
        fg_compare_append(note, sizeof note, " as fast as %s", fg_method_name(row->method));
    }
    fg_compare_append(note, sizeof note, "; the ratios of the table leave that out");
    if (named > 0)
        sink(context, note);
}

/* Returns whether one worker alone is clearly faster than a row of its method, by at least the
 * factor TRIFLE. */
static bool is_beaten_alone(const struct fg_compare_row *row, const struct fg_compare_row *alone) {
    return row->method == alone->method && fg_compare_is_faster(alone, row) &&
           row->summary.median_s >= TRIFLE * alone->summary.median_s;
}

/* Names the rows that one worker alone beats. */
static void note_one_worker(const struct fg_compare_report *report,
                            const struct fg_compare_row *alone, fg_compare_note_sink *sink,
                            void *context) {
    char note[FG_COMPARE_SENTENCE] = "";
    size_t count = 0, named = 0;
    for (size_t i = 0; i < report->row_count; i++)
        count += is_beaten_alone(&report->rows[i], alone);
    if (count == 0)
        return;
    fg_compare_append(note, sizeof note, "%s: %s, with one worker, is faster than ",
                      fg_method_name(alone->method), alone->backend);
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        char value[FG_QUANTITY_CELL];
        if (!is_beaten_alone(row, alone))
            continue;
        fg_format_ratio(row->summary.median_s / alone->summary.median_s, value);
        fg_compare_append_separator(note, sizeof note, named++, count);
        fg_compare_append(note, sizeof note, "%s (%sx)", row->backend, value);
    }
    sink(context, note);
}

static void note_one_workers(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                             void *context) {
    for (size_t i = 0; i < report->row_count; i++)
        if (is_measured(&report->rows[i]) && report->rows[i].properties->one_worker)
            note_one_worker(report, &report->rows[i], sink, context);
}

static bool lacks_runs(const struct fg_compare_report *report) {
    for (size_t i = 0; i < report->row_count; i++)
        for (size_t k = 0; k < i; k++)
            if (fg_compare_verdict_on(&report->rows[i], &report->rows[k]) ==
                FG_STATISTICS_TOO_FEW_RUNS)
                return true;
    return false;
}

/* Appends that `runs` are too few, and how far apart `what` must be. */
static void append_too_few_runs(char *note, size_t size, size_t runs, double gap,
                                const char *of_what, const char *what) {
    char least[FG_QUANTITY_CELL];
    if (runs == 1) {
        fg_compare_append(note, size, "Too few runs: one of %s tells no %s apart", of_what, what);
        return;
    }
    fg_format_ratio(fmax(gap, FG_STATISTICS_LEAST_RATIO), least);
    fg_compare_append(note, size,
                      "Too few runs: %zu of %s tell %s apart only if they are over %sx apart in "
                      "every run",
                      runs, of_what, what, least);
}

static void append_enough_runs(char *note, size_t size, double error) {
    fg_compare_append(note, size, "; --repeat=%zu would do", fg_statistics_runs_for(error));
}

static void note_runs(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                      void *context) {
    if (!lacks_runs(report))
        return;
    const size_t runs = fg_compare_run_count(report);
    const double error = fg_compare_row_error(report);
    const double margin = runs == 1 ? 0 : fg_statistics_margin(runs, error);
    char note[FG_COMPARE_SENTENCE] = "";
    append_too_few_runs(note, sizeof note, runs, margin * margin, "each row", "rows");
    append_enough_runs(note, sizeof note, error);
    sink(context, note);
}

static void note_noise(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                       void *context) {
    char note[FG_COMPARE_SENTENCE] = "Medians under 5 ms: timer and scheduler noise weigh (";
    if (append_rows(note, sizeof note, report, is_short) > 0) {
        fg_compare_append(note, sizeof note, ")");
        sink(context, note);
    }
    char longer[FG_COMPARE_SENTENCE] =
        "Medians of brief runs: their mean is over 1.2 times as long (";
    if (append_rows(longer, sizeof longer, report, has_longer_mean) > 0) {
        fg_compare_append(longer, sizeof longer, ")");
        sink(context, longer);
    }
    char outliers[FG_COMPARE_SENTENCE] = "Outliers: the slowest run took over twice the median (";
    if (append_rows(outliers, sizeof outliers, report, has_outlier) > 0) {
        fg_compare_append(outliers, sizeof outliers, ")");
        sink(context, outliers);
    }
}

static void note_gpu(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                     void *context) {
    uint64_t rerun_count = 0;
    bool has_stages = false;
    for (size_t i = 0; i < report->row_count; i++) {
        if (!is_measured(&report->rows[i]) || !report->rows[i].timing.known)
            continue;
        has_stages = has_stages || fg_compare_uses_gpu(&report->rows[i]);
        rerun_count += report->rows[i].timing.rerun_count;
    }
    if (has_stages)
        sink(context, "cuda: start-up is paid once and is not in the times; copies and kernels are "
                      "means per run on the GPU's clock and overlap, so that they need not add up");
    else if (fg_compare_has_gpu_times(report))
        sink(context, "cuda: start-up is paid once and is not in the times");
    if (rerun_count > 0) {
        char note[FG_COMPARE_SENTENCE] = "";
        fg_compare_append(note, sizeof note,
                          "cuda: %" PRIu64 " kernel launches of the timed runs were repeated, as "
                          "their buffer of hits was too small",
                          rerun_count);
        sink(context, note);
    }
}

void fg_compare_each_note(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                          void *context) {
    if (!report->disagreement) {
        note_runs(report, sink, context);
        note_baselines(report, sink, context);
        note_algorithm(report, sink, context);
        note_one_workers(report, sink, context);
    }
    note_noise(report, sink, context);
    note_gpu(report, sink, context);
    fg_compare_each_power_note(report, sink, context);
}

/* ---- The curve ---- */

/* Returns the least count of runs that were too few to tell two backends apart; 0 if all leads are
 * told. */
static size_t least_too_few(const struct fg_compare_break_even *found, size_t count) {
    size_t least = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < found[i].count; k++) {
            const struct fg_compare_lead *lead = &found[i].leads[k];
            if (lead->leader == FG_COMPARE_TOO_FEW_RUNS && (least == 0 || lead->runs < least))
                least = lead->runs;
        }
    }
    return least;
}

static void note_lead_runs(const struct fg_compare_report *report,
                           const struct fg_compare_break_even *found, size_t count,
                           fg_compare_note_sink *sink, void *context) {
    const size_t runs = least_too_few(found, count);
    if (runs == 0)
        return;
    const bool all = runs == report->curve.runs;
    const double error = fg_compare_lead_error(found, count);
    char note[FG_COMPARE_SENTENCE] = "";
    append_too_few_runs(note, sizeof note, runs, runs == 1 ? 0 : fg_statistics_margin(runs, error),
                        all ? "each size" : "a size", "backends");
    if (all)
        append_enough_runs(note, sizeof note, error);
    sink(context, note);
}

/* Notes how many batches of a line something else disturbed; none of them is repeated. */
static void note_disturbed_line(const struct fg_compare_report *report,
                                const struct fg_compare_curve_line *line,
                                fg_compare_note_sink *sink, void *context) {
    size_t known = 0, disturbed = 0;
    for (size_t k = 0; k < line->point_count; k++) {
        known += line->points[k].known_count;
        disturbed += line->points[k].disturbed_count;
    }
    if (disturbed == 0)
        return;
    char note[FG_COMPARE_SENTENCE] = "";
    fg_compare_append(note, sizeof note,
                      "%s: something else took CPU time in %zu of the %zu run%s that can tell",
                      report->rows[line->row].backend, disturbed, known, known == 1 ? "" : "s");
    sink(context, note);
}

/* Notes from which size on runs are missing: the budget had no room for them, or one failed. */
static void note_missing_runs(const struct fg_compare_report *report,
                              const struct fg_compare_curve_line *line, fg_compare_note_sink *sink,
                              void *context) {
    char note[FG_COMPARE_SENTENCE] = "";
    size_t first = 0;
    while (first < line->point_count && line->points[first].sample_count == report->curve.runs)
        first++;
    if (first == line->point_count)
        return;
    fg_compare_append(note, sizeof note, "%s: batches of %zu and more have fewer than %u runs",
                      report->rows[line->row].backend, line->points[first].size,
                      report->curve.runs);
    if (line->reason[0] == '\0')
        fg_compare_append(note, sizeof note, ", as --budget %.6g s has no room for all",
                          report->request->budget_s);
    sink(context, note);
}

/* Notes why a line ends early or is missing. */
static void note_line(const struct fg_compare_report *report,
                      const struct fg_compare_curve_line *line, fg_compare_note_sink *sink,
                      void *context) {
    const struct fg_compare_row *row = &report->rows[line->row];
    char note[FG_COMPARE_SENTENCE] = "";
    fg_compare_append(note, sizeof note, "%s: ", row->backend);
    if (line->reason[0] != '\0')
        fg_compare_append(note, sizeof note, "%s: %s", fg_compare_state_name(FG_COMPARE_FAILED),
                          line->reason);
    else if (line->stopped_before > 0)
        fg_compare_append(note, sizeof note,
                          "batches of %zu and more are left out, as --budget %.6g s has no room "
                          "for them",
                          line->stopped_before, report->request->budget_s);
    else if (line->point_count == 0 && row->state != FG_COMPARE_MEASURED)
        fg_compare_append_remark(note, sizeof note, report, row);
    else
        return;
    sink(context, note);
}

void fg_compare_each_curve_note(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                                void *context) {
    if (!report->curve.measured)
        return;
    struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
    const size_t count = fg_compare_break_evens(report, found);
    for (size_t i = 0; i < count; i++) {
        char note[FG_COMPARE_SENTENCE] = "";
        fg_compare_append_break_even(note, sizeof note, &found[i]);
        sink(context, note);
    }
    note_lead_runs(report, found, count, sink, context);
    const struct fg_compare_curve_line *gpu = fg_compare_curve_find(report, fg_compare_is_gpu);
    if (gpu != NULL) {
        char note[FG_COMPARE_SENTENCE] = "", start[FG_QUANTITY_CELL];
        fg_format_duration(report->rows[gpu->row].open_s, FG_MEASURED_DIGITS, start);
        fg_compare_append(note, sizeof note,
                          "cuda: the start-up of %s is paid once and is not in these times", start);
        sink(context, note);
    }
    for (size_t i = 0; i < report->curve.line_count; i++)
        note_disturbed_line(report, &report->curve.lines[i], sink, context);
    fg_compare_each_curve_power_note(report, sink, context);
    for (size_t i = 0; i < report->curve.line_count; i++) {
        note_missing_runs(report, &report->curve.lines[i], sink, context);
        note_line(report, &report->curve.lines[i], sink, context);
    }
}

static bool has_brief_point(const struct fg_compare_curve *curve) {
    for (size_t i = 0; i < curve->line_count; i++)
        for (size_t k = 0; k < curve->lines[i].point_count; k++)
            for (size_t run = 0; run < curve->lines[i].points[k].sample_count; run++)
                if (curve->lines[i].points[k].run_counts[run] > 1)
                    return true;
    return false;
}

/* Returns the largest size at which any line was timed; 0 if there is none. */
static size_t largest_size(const struct fg_compare_curve *curve) {
    size_t points = 0;
    for (size_t i = 0; i < curve->line_count; i++)
        points = curve->lines[i].point_count > points ? curve->lines[i].point_count : points;
    return points > 0 ? curve->sizes[points - 1] : 0;
}

/* Returns the least count of timed runs that a point of the curve has. */
static size_t least_runs(const struct fg_compare_curve *curve) {
    size_t least = curve->runs;
    for (size_t i = 0; i < curve->line_count; i++)
        for (size_t k = 0; k < curve->lines[i].point_count; k++)
            if (curve->lines[i].points[k].sample_count < least)
                least = curve->lines[i].points[k].sample_count;
    return least;
}

void fg_compare_append_batches(char *text, size_t size, const struct fg_compare_report *report) {
    const struct fg_compare_curve *curve = &report->curve;
    const size_t whole = report->input.count, largest = largest_size(curve);
    if (largest == 0) {
        fg_compare_append(text, size, "No batch of any size was timed with the method %s.",
                          fg_method_name(curve->method));
        return;
    }
    fg_compare_append(text, size, "Time of one batch with the method %s, the median of ",
                      fg_method_name(curve->method));
    if (least_runs(curve) < curve->runs)
        fg_compare_append(text, size, "%zu to ", least_runs(curve));
    fg_compare_append(text, size, "%u run%s after a warm-up%s.", curve->runs,
                      curve->runs == 1 ? "" : "s",
                      curve->runs == 1 ? "" : ", each in a turn of its own");
    if (has_brief_point(curve))
        fg_compare_append(text, size,
                          " Where a batch on the CPU takes less than %g ms, the median of those in "
                          "%g ms stands for one run.",
                          FG_COMPARE_BRIEF_RUN_S * 1e3, FG_COMPARE_BRIEF_S * 1e3);
    if (curve->sizes[0] < whole && curve->runs == 1)
        fg_compare_append(text, size, " The batches are the input's first numbers.");
    else if (curve->sizes[0] < whole)
        fg_compare_append(text, size,
                          " The runs of a batch shorter than the input's %zu numbers begin at "
                          "places spread evenly over it, the same for every backend.",
                          whole);
    if (largest > whole)
        fg_compare_append(text, size,
                          " Batches of more than the input's %zu number%s repeat the input.", whole,
                          whole == 1 ? "" : "s");
}

void fg_compare_describe_disagreement(const struct fg_compare_report *report,
                                      struct fg_compare_disagreement_words *words) {
    const struct fg_compare_difference *difference = &report->difference;
    char number[FG_DECIMAL_WIDE_ROOM + 1];
    *fg_decimal_write_wide(number, difference->number) = '\0';
    memset(words, 0, sizeof *words);
    fg_compare_append(words->where, sizeof words->where,
                      "The first difference is in number %zu of the input, %s",
                      difference->index + 1, number);
    fg_compare_append_row_name(words->reference, sizeof words->reference,
                               &report->rows[difference->reference_row]);
    fg_compare_append(words->reference, sizeof words->reference, " said: %s",
                      difference->reference_said);
    fg_compare_append_row_name(words->row, sizeof words->row, &report->rows[difference->row]);
    fg_compare_append(words->row, sizeof words->row, " said: %s", difference->row_said);
}
