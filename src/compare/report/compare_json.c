/* SPDX-License-Identifier: MIT */
/*
 * compare_json.c: the report as JSON, built with jansson so that escaping and number formats are
 * right by construction. What is not known is null, never 0.
 */
#include "compare/report/compare_json.h"

#include "compare/compare_break_even.h"
#include "compare/compare_power.h"
#include "compare/compare_verdict.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_conclusion.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_notes.h"
#include "compare/report/compare_power_json.h"
#include "compare/report/exported_comparison.h"
#include "measure/environment_json.h"
#include "text/decimal.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *number_string(struct fg_uint128 n) {
    char text[FG_DECIMAL_WIDE_ROOM + 1];
    *fg_decimal_write_wide(text, n) = '\0';
    return json_string(text);
}

static struct fg_json_object describe_bits(const struct fg_compare_input *input) {
    struct fg_json_object object = fg_json_object_begin(), histogram = fg_json_object_begin();
    for (unsigned bits = 0; bits <= 128; bits++) {
        char key[FG_QUANTITY_CELL];
        snprintf(key, sizeof key, "%u", bits);
        if (input->bit_histogram[bits] > 0)
            fg_json_set(&histogram, key, fg_json_integer(input->bit_histogram[bits]));
    }
    fg_json_set(&object, "min", json_integer(input->bits_min));
    fg_json_set(&object, "max", json_integer(input->bits_max));
    fg_json_set_object(&object, "histogram", histogram);
    return object;
}

static struct fg_json_object describe_input(const struct fg_compare_report *report) {
    const struct fg_compare_request *request = report->request;
    const struct fg_numbers list = fg_compare_list(request, 0, request->count);
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "label", fg_json_string(request->input_label));
    fg_json_set(&object, "count", fg_json_integer(report->input.count));
    fg_json_set_object(&object, "bits", describe_bits(&report->input));
    fg_json_set(&object, "sha256", fg_json_string(report->input.sha256));
    fg_json_set(&object, "sha256_of",
                fg_json_string("the numbers in decimal, each followed by a line feed"));
    json_t *numbers = json_null();
    if (request->count <= FG_COMPARE_JSON_NUMBERS_MAX) {
        numbers = json_array();
        for (size_t i = 0; i < request->count; i++)
            if (json_array_append_new(numbers, number_string(fg_compare_number_at(&list, i))) != 0)
                object.complete = false;
    }
    fg_json_set(&object, "numbers", numbers);
    return object;
}

static struct fg_json_object describe_settings(const struct fg_compare_report *report) {
    const struct fg_compare_request *request = report->request;
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "jobs", json_integer(report->jobs));
    fg_json_set(&object, "repeat", json_integer(request->repeat));
    fg_json_set(&object, "budget_s", fg_json_real(request->budget_s));
    fg_json_set(&object, "method", fg_json_string(fg_method_name(request->method)));
    fg_json_set(&object, "backend",
                fg_json_string(request->backend != NULL ? request->backend : "auto"));
    fg_json_set(&object, "scope",
                fg_json_string("from numbers in memory to complete, ordered answers in memory"));
    return object;
}

static struct fg_json_object describe_estimate(const struct fg_compare_estimate *estimate) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "call_s", fg_json_real(estimate->call_s));
    fg_json_set(&object, "number_s", fg_json_real(estimate->number_s));
    fg_json_set(&object, "work_s", fg_json_real(estimate->work_s));
    fg_json_set(&object, "largest_s",
                estimate->largest_s > 0 ? fg_json_real(estimate->largest_s) : json_null());
    fg_json_set(&object, "run_s", fg_json_real(estimate->run_s));
    fg_json_set(&object, "total_s", fg_json_real(estimate->total_s));
    return object;
}

static struct fg_json_object describe_ratio(const struct fg_compare_report *report,
                                            const struct fg_compare_row *row) {
    struct fg_json_object object = fg_json_object_begin();
    char baseline[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_row_name(baseline, sizeof baseline, &report->rows[row->baseline]);
    fg_json_set(&object, "baseline", fg_json_string(baseline));
    fg_json_set(&object, "value", fg_json_real(row->ratio.value));
    const bool spread = isfinite(row->ratio.high);
    fg_json_set(&object, "low", spread ? fg_json_real(row->ratio.low) : json_null());
    fg_json_set(&object, "high", spread ? fg_json_real(row->ratio.high) : json_null());
    fg_json_set(&object, "clear_difference",
                row->verdict == FG_STATISTICS_TOO_FEW_RUNS
                    ? json_null()
                    : json_boolean(row->verdict == FG_STATISTICS_CLEAR));
    return object;
}

static struct fg_json_object describe_timing(const struct fg_compare_row *row) {
    const struct fg_timing *timing = &row->timing;
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "start_up_s", fg_json_real((double)timing->start_up_ns * 1e-9));
    fg_json_set(&object, "copy_in_per_run_s",
                fg_json_real(fg_compare_per_run_s(row, timing->copy_in_ns)));
    fg_json_set(&object, "kernels_per_run_s",
                fg_json_real(fg_compare_per_run_s(row, timing->kernels_ns)));
    fg_json_set(&object, "copy_out_per_run_s",
                fg_json_real(fg_compare_per_run_s(row, timing->copy_out_ns)));
    fg_json_set(&object, "host_per_run_s",
                fg_json_real(fg_compare_per_run_s(row, timing->host_ns)));
    fg_json_set(&object, "launches", fg_json_integer(timing->launch_count));
    fg_json_set(&object, "reruns", fg_json_integer(timing->rerun_count));
    return object;
}

/* Sets an object if there is one to describe, else null. */
#define SET_OBJECT_IF(object, key, condition, description)                                         \
    do {                                                                                           \
        if (condition)                                                                             \
            fg_json_set_object(object, key, description);                                          \
        else                                                                                       \
            fg_json_set(object, key, json_null());                                                 \
    } while (0)

/* A timed run, one that no longer counts too. */
static struct fg_json_object describe_run(const struct fg_compare_sample *sample) {
    const struct fg_usage *const usage = &sample->usage;
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "wall_s", fg_json_real(sample->wall_s));
    fg_json_set(&object, "median_of", fg_json_integer(sample->run_count));
    fg_json_set(&object, "elapsed_s", fg_json_real(sample->elapsed_s));
    fg_json_set(&object, "cpu_s", fg_json_real(usage->cpu_s));
    fg_json_set(&object, "waiting_s",
                usage->knows_waiting ? fg_json_real(usage->waiting_s) : json_null());
    fg_json_set(&object, "migrations",
                usage->knows_waiting ? fg_json_integer(usage->migrations) : json_null());
    fg_json_set(&object, "voluntary_switches", fg_json_integer(usage->voluntary));
    fg_json_set(&object, "involuntary_switches", fg_json_integer(usage->involuntary));
    fg_json_set(&object, "machine_cpu_s",
                usage->knows_machine ? fg_json_real(usage->machine_s) : json_null());
    fg_json_set(&object, "disturbed",
                sample->knows_disturbed ? json_boolean(sample->disturbed) : json_null());
    fg_json_set(&object, "counts", json_boolean(!sample->replaced));
    SET_OBJECT_IF(&object, "energy", sample->energy.run_count > 0,
                  fg_compare_energy_json(&sample->energy));
    SET_OBJECT_IF(&object, "gpu", sample->gpu.known, fg_compare_gpu_json(&sample->gpu));
    fg_json_set(&object, "throttled",
                sample->gpu.knows_limits ? json_boolean(fg_compare_is_throttled(sample))
                                         : json_null());
    return object;
}

static void set_runs(struct fg_json_object *object, const struct fg_compare_row *row) {
    json_t *const runs = json_array();
    for (size_t i = 0; i < row->taken_count; i++)
        fg_json_append_object(object, runs, describe_run(&row->taken[i]));
    fg_json_set(object, "runs", runs);
}

/* Sets energy and throttling of a row. */
static void set_power(struct fg_json_object *object, const struct fg_compare_report *report,
                      const struct fg_compare_row *row) {
    uint64_t limits;
    const struct fg_compare_joules joules = fg_compare_row_joules(row, report->input.count);
    fg_json_set(object, "cpu_j_per_million", fg_json_real(joules.cpu));
    fg_json_set(object, "gpu_j_per_million", fg_json_real(joules.gpu));
    SET_OBJECT_IF(object, "energy", row->energy.run_count > 0,
                  fg_compare_energy_json(&row->energy));
    fg_json_set(object, "throttled_runs",
                fg_compare_knows_limits(row)
                    ? fg_json_integer(fg_compare_throttled_count(row, &limits))
                    : json_null());
    fg_json_set(object, "sensor_reason",
                row->sensor_reason[0] != '\0' ? fg_json_string(row->sensor_reason) : json_null());
}

static struct fg_json_object describe_row(const struct fg_compare_report *report,
                                          const struct fg_compare_row *row) {
    const bool measured = row->state == FG_COMPARE_MEASURED;
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "method", fg_json_string(fg_method_name(row->method)));
    fg_json_set(&object, "backend", fg_json_string(row->backend));
    fg_json_set(&object, "state", fg_json_string(fg_compare_state_name(row->state)));
    fg_json_set(&object, "reason",
                row->reason[0] != '\0' ? fg_json_string(row->reason) : json_null());
    fg_json_set(&object, "work", fg_json_real(row->work.total));
    fg_json_set(&object, "work_largest", fg_json_real(row->work.largest));
    /* A GPU's threads are no workers, and the CPU's jobs are not what its row ran on. */
    const bool has_workers = row->jobs > 0 && !fg_compare_uses_gpu(row);
    fg_json_set(&object, "workers", has_workers ? json_integer(row->jobs) : json_null());
    fg_json_set(&object, "start_up_s", row->open_s > 0 ? fg_json_real(row->open_s) : json_null());
    SET_OBJECT_IF(&object, "estimate", row->estimate.known, describe_estimate(&row->estimate));
    fg_json_set(&object, "warm_up_s", row->warmed_up ? fg_json_real(row->warm_up_s) : json_null());
    fg_json_set(&object, "first_answer_s",
                row->warmed_up ? fg_json_real(row->first_answer_s) : json_null());
    fg_json_set_reals(&object, "samples_s", row->samples_s, row->sample_count);
    fg_json_set(&object, "runs_together",
                measured ? fg_json_integer(fg_compare_runs_together(report, row)) : json_null());
    fg_json_set(&object, "median_s", measured ? fg_json_real(row->summary.median_s) : json_null());
    fg_json_set(&object, "min_s", measured ? fg_json_real(row->summary.min_s) : json_null());
    fg_json_set(&object, "max_s", measured ? fg_json_real(row->summary.max_s) : json_null());
    const bool bounded = measured && isfinite(row->interval.high);
    fg_json_set(&object, "median_low_s", bounded ? fg_json_real(row->interval.low) : json_null());
    fg_json_set(&object, "median_high_s", bounded ? fg_json_real(row->interval.high) : json_null());
    fg_json_set(&object, "cpu_s", measured ? fg_json_real(row->cpu_s) : json_null());
    fg_json_set(&object, "busy_cpus", measured ? fg_json_real(row->busy_cpus) : json_null());
    fg_json_set(&object, "peak_bytes",
                row->peak_bytes > 0 ? fg_json_integer(row->peak_bytes) : json_null());
    set_runs(&object, row);
    set_power(&object, report, row);
    fg_json_set(&object, "answers_agree",
                row->warmed_up ? json_boolean(!row->differs) : json_null());
    SET_OBJECT_IF(&object, "ratio", row->has_ratio, describe_ratio(report, row));
    SET_OBJECT_IF(&object, "timing", measured && row->timing.known, describe_timing(row));
    return object;
}

static struct fg_json_object describe_disagreement(const struct fg_compare_report *report) {
    const struct fg_compare_difference *difference = &report->difference;
    struct fg_json_object object = fg_json_object_begin();
    char name[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_row_name(name, sizeof name, &report->rows[difference->reference_row]);
    fg_json_set(&object, "reference", fg_json_string(name));
    name[0] = '\0';
    fg_compare_append_row_name(name, sizeof name, &report->rows[difference->row]);
    fg_json_set(&object, "row", fg_json_string(name));
    fg_json_set(&object, "index", fg_json_integer(difference->index));
    fg_json_set(&object, "number", number_string(difference->number));
    fg_json_set(&object, "reference_said", fg_json_string(difference->reference_said));
    fg_json_set(&object, "row_said", fg_json_string(difference->row_said));
    return object;
}

static struct fg_json_object describe_point(const struct fg_compare_report *report,
                                            const struct fg_compare_curve_point *point) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "count", fg_json_integer(point->size));
    fg_json_set(&object, "repeats_input",
                json_boolean(fg_compare_repeats_input(report, point->size)));
    fg_json_set_reals(&object, "samples_s", point->samples_s, point->sample_count);
    fg_json_set(&object, "median_s", fg_json_real(point->summary.median_s));
    json_t *const median_of = json_array();
    for (size_t i = 0; i < point->sample_count; i++)
        if (json_array_append_new(median_of, fg_json_integer(point->run_counts[i])) != 0)
            object.complete = false;
    fg_json_set(&object, "median_of", median_of);
    fg_json_set(&object, "throttled_runs", fg_json_integer(point->throttled_count));
    fg_json_set(&object, "known_runs", fg_json_integer(point->known_count));
    fg_json_set(&object, "disturbed_runs", fg_json_integer(point->disturbed_count));
    return object;
}

static struct fg_json_object describe_line(const struct fg_compare_report *report,
                                           const struct fg_compare_curve_line *line) {
    struct fg_json_object object = fg_json_object_begin();
    json_t *points = json_array();
    for (size_t i = 0; i < line->point_count; i++)
        fg_json_append_object(&object, points, describe_point(report, &line->points[i]));
    fg_json_set(&object, "backend", fg_json_string(report->rows[line->row].backend));
    fg_json_set(&object, "points", points);
    fg_json_set(&object, "over_budget_at",
                line->stopped_before > 0 ? fg_json_integer(line->stopped_before) : json_null());
    fg_json_set(&object, "reason",
                line->reason[0] != '\0' ? fg_json_string(line->reason) : json_null());
    return object;
}

static void append_note(void *context, const char *note) {
    struct fg_json_object *notes = context;
    if (json_array_append_new(notes->json, fg_json_string(note)) != 0)
        notes->complete = false;
}

static struct fg_json_object describe_curve(const struct fg_compare_report *report) {
    const struct fg_compare_curve *curve = &report->curve;
    struct fg_json_object object = fg_json_object_begin();
    json_t *lines = json_array();
    for (size_t i = 0; i < curve->line_count; i++)
        fg_json_append_object(&object, lines, describe_line(report, &curve->lines[i]));
    fg_json_set(&object, "method", fg_json_string(fg_method_name(curve->method)));
    fg_json_set(&object, "runs", json_integer(curve->runs));
    fg_json_set(&object, "lines", lines);
    struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
    const size_t count = fg_compare_break_evens(report, found);
    json_t *sentences = json_array();
    for (size_t i = 0; i < count; i++) {
        char sentence[FG_COMPARE_SENTENCE] = "";
        fg_compare_append_break_even(sentence, sizeof sentence, &found[i]);
        if (json_array_append_new(sentences, fg_json_string(sentence)) != 0)
            object.complete = false;
    }
    fg_json_set(&object, "break_even", sentences);
    struct fg_json_object notes = {json_array(), true};
    fg_compare_each_curve_note(report, append_note, &notes);
    fg_json_set_object(&object, "notes", notes);
    char batches[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_batches(batches, sizeof batches, report);
    fg_json_set(&object, "batches", fg_json_string(batches));
    return object;
}

/* Describes how the verdicts come about, and how often they may be wrong. */
static struct fg_json_object describe_verdicts(const struct fg_compare_report *report) {
    struct fg_json_object object = fg_json_object_begin();
    const bool any = fg_compare_run_count(report) > 0;
    fg_json_set(&object, "error_rate", fg_json_real(FG_STATISTICS_ERROR));
    fg_json_set(
        &object, "error_rate_of",
        fg_json_string(
            "at least one wrong verdict between any two rows of all tables; likewise of the "
            "curve"));
    fg_json_set(
        &object, "method",
        fg_json_string(
            "disjoint intervals of the rows' medians from order statistics, Bonferroni over "
            "rows; for the curve, of the median ratio of paired runs, over sizes and pairs"));
    fg_json_set(&object, "least_ratio", fg_json_real(FG_STATISTICS_LEAST_RATIO));
    fg_json_set(&object, "enough_runs",
                any ? fg_json_integer(fg_statistics_runs_for(fg_compare_row_error(report)))
                    : json_null());
    return object;
}

/* Describes whether the energy of the CPU packages could be read. */
static struct fg_json_object describe_cpu_energy(const struct fg_compare_report *report) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "packages", fg_json_integer(report->cpu_packages));
    fg_json_set(&object, "reason",
                report->cpu_energy_reason[0] != '\0' ? fg_json_string(report->cpu_energy_reason)
                                                     : json_null());
    return object;
}

struct fg_json_object fg_compare_json(const struct fg_compare_report *report) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "format", json_integer(FG_EXPORTED_FORMAT));
    fg_json_set(&object, "kind", fg_json_string(FG_EXPORTED_KIND));
    fg_json_set_object(&object, "program", fg_build_json(report->environment.build));
    fg_json_set(&object, "date", fg_json_string(report->environment.date));
    fg_json_set_object(&object, "environment", fg_environment_json(&report->environment));
    fg_json_set_object(&object, "cpu_energy", describe_cpu_energy(report));
    fg_json_set_object(&object, "input", describe_input(report));
    fg_json_set_object(&object, "settings", describe_settings(report));
    json_t *rows = json_array();
    for (size_t i = 0; i < report->row_count; i++)
        fg_json_append_object(&object, rows, describe_row(report, &report->rows[i]));
    fg_json_set(&object, "rows", rows);
    fg_json_set_object(&object, "verdicts", describe_verdicts(report));
    SET_OBJECT_IF(&object, "disagreement", report->disagreement, describe_disagreement(report));
    SET_OBJECT_IF(&object, "curve", report->curve.measured, describe_curve(report));
    struct fg_json_object notes = {json_array(), true};
    fg_compare_each_note(report, append_note, &notes);
    fg_json_set_object(&object, "notes", notes);
    char conclusion[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_conclusion(conclusion, sizeof conclusion, report);
    fg_json_set(&object, "conclusion", fg_json_string(conclusion));
    SET_OBJECT_IF(&object, "compared_with", report->beside != NULL, fg_beside_json(report->beside));
    return object;
}

bool fg_compare_write_json(const struct fg_compare_report *report, FILE *out) {
    const struct fg_json_object root = fg_compare_json(report);
    const bool written = fg_json_write(&root, out);
    json_decref(root.json);
    return written;
}
