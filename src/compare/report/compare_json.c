/* SPDX-License-Identifier: MIT */
/*
 * compare_json.c: the report as JSON, built with jansson so that escaping and number formats are
 * right by construction. What is not known is null, never 0.
 */
#include "compare/report/compare_json.h"

#include "characters/printable.h"
#include "compare/compare_break_even.h"
#include "compare/compare_verdict.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_notes.h"
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Enough to tell nanoseconds apart in 10^4 seconds. */
#define REAL_DIGITS 14

/* Every setter passes its value's ownership on; a NULL value (no memory) makes the object false. */
struct object {
    json_t *json;
    bool complete;
};

static struct object object_begin(void) {
    struct object object = {json_object(), true};
    object.complete = object.json != NULL;
    return object;
}

static void set(struct object *object, const char *key, json_t *value) {
    if (json_object_set_new(object->json, key, value) != 0)
        object->complete = false;
}

static void set_object(struct object *object, const char *key, struct object value) {
    object->complete = object->complete && value.complete;
    set(object, key, value.json);
}

/* JSON has no infinity. */
static json_t *real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *integer(uint64_t value) {
    return value <= INT64_MAX ? json_integer((json_int_t)value) : json_real((double)value);
}

/* A string, as printable.h shows it: JSON has no bytes that are not UTF-8, and a script may print
 * what it reads. */
static json_t *string(const char *text) {
    if (text == NULL)
        return json_null();
    const size_t room = FG_PRINTABLE_ESCAPE_BYTES * strlen(text) + 1;
    char *const shown = malloc(room);
    if (shown == NULL)
        return NULL;
    fg_printable_copy(text, shown, room);
    json_t *const value = json_string(shown);
    free(shown);
    return value;
}

static json_t *number_string(uint64_t n) {
    char text[FG_QUANTITY_CELL];
    snprintf(text, sizeof text, "%" PRIu64, n);
    return json_string(text);
}

static struct object describe_program(const struct fg_build_info *build) {
    struct object object = object_begin();
    set(&object, "name", string("factor-gpu"));
    set(&object, "version", string(build->version));
    set(&object, "git_revision", string(build->git_revision));
    set(&object, "compiler", string(build->compiler));
    set(&object, "build_type", string(build->build_type));
    set(&object, "cuda_toolkit", string(build->cuda_toolkit));
    set(&object, "cuda_architectures", string(build->cuda_architectures));
    return object;
}

static struct object describe_device(const struct fg_device *device) {
    struct object object = object_begin();
    char capability[FG_QUANTITY_CELL];
    snprintf(capability, sizeof capability, "%d.%d", device->capability_major,
             device->capability_minor);
    set(&object, "index", json_integer(device->index));
    set(&object, "name", string(device->name));
    set(&object, "capability", string(capability));
    set(&object, "multiprocessors", json_integer(device->multiprocessor_count));
    set(&object, "memory_bytes", integer(device->memory_bytes));
    set(&object, "driver_version", json_integer(device->driver_version));
    set(&object, "runtime_version", json_integer(device->runtime_version));
    set(&object, "usable", json_boolean(device->usable));
    set(&object, "reason", device->usable ? json_null() : string(device->reason));
    return object;
}

static struct object describe_environment(const struct fg_environment *environment) {
    struct object object = object_begin();
    set(&object, "cpu", string(environment->cpu_model));
    set(&object, "usable_cpus", json_integer(environment->usable_cpus));
    set(&object, "cpu_scan", string(environment->cpu_variant));
    set(&object, "system", string(environment->system));
    json_t *devices = json_array();
    for (size_t i = 0; i < environment->device_count; i++) {
        const struct object device = describe_device(&environment->devices[i]);
        object.complete = object.complete && device.complete;
        if (json_array_append_new(devices, device.json) != 0)
            object.complete = false;
    }
    set(&object, "gpus", devices);
    set(&object, "gpu_reason",
        environment->device_count > 0 ? json_null() : string(environment->gpu_reason));
    return object;
}

static struct object describe_bits(const struct fg_compare_input *input) {
    struct object object = object_begin(), histogram = object_begin();
    for (unsigned bits = 0; bits <= 64; bits++) {
        char key[FG_QUANTITY_CELL];
        snprintf(key, sizeof key, "%u", bits);
        if (input->bit_histogram[bits] > 0)
            set(&histogram, key, integer(input->bit_histogram[bits]));
    }
    set(&object, "min", json_integer(input->bits_min));
    set(&object, "max", json_integer(input->bits_max));
    set_object(&object, "histogram", histogram);
    return object;
}

static struct object describe_input(const struct fg_compare_report *report) {
    const struct fg_compare_request *request = report->request;
    struct object object = object_begin();
    set(&object, "label", string(request->input_label));
    set(&object, "count", integer(report->input.count));
    set_object(&object, "bits", describe_bits(&report->input));
    set(&object, "sha256", string(report->input.sha256));
    set(&object, "sha256_of", string("the numbers in decimal, each followed by a line feed"));
    json_t *numbers = json_null();
    if (request->count <= FG_COMPARE_JSON_NUMBERS_MAX) {
        numbers = json_array();
        for (size_t i = 0; i < request->count; i++)
            if (json_array_append_new(numbers, number_string(request->numbers[i])) != 0)
                object.complete = false;
    }
    set(&object, "numbers", numbers);
    return object;
}

static struct object describe_settings(const struct fg_compare_report *report) {
    const struct fg_compare_request *request = report->request;
    struct object object = object_begin();
    set(&object, "jobs", json_integer(report->jobs));
    set(&object, "repeat", json_integer(request->repeat));
    set(&object, "budget_s", real(request->budget_s));
    set(&object, "method", string(fg_method_name(request->method)));
    set(&object, "backend", string(request->backend != NULL ? request->backend : "auto"));
    set(&object, "scope", string("from numbers in memory to complete, ordered answers in memory"));
    return object;
}

static struct object describe_estimate(const struct fg_compare_estimate *estimate) {
    struct object object = object_begin();
    set(&object, "call_s", real(estimate->call_s));
    set(&object, "number_s", real(estimate->number_s));
    set(&object, "work_s", real(estimate->work_s));
    set(&object, "largest_s", estimate->largest_s > 0 ? real(estimate->largest_s) : json_null());
    set(&object, "run_s", real(estimate->run_s));
    set(&object, "total_s", real(estimate->total_s));
    return object;
}

static struct object describe_ratio(const struct fg_compare_report *report,
                                    const struct fg_compare_row *row) {
    struct object object = object_begin();
    char baseline[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_row_name(baseline, sizeof baseline, &report->rows[row->baseline]);
    set(&object, "baseline", string(baseline));
    set(&object, "value", real(row->ratio.value));
    const bool spread = isfinite(row->ratio.high);
    set(&object, "low", spread ? real(row->ratio.low) : json_null());
    set(&object, "high", spread ? real(row->ratio.high) : json_null());
    set(&object, "clear_difference",
        row->verdict == FG_STATISTICS_TOO_FEW_RUNS
            ? json_null()
            : json_boolean(row->verdict == FG_STATISTICS_CLEAR));
    return object;
}

static struct object describe_timing(const struct fg_compare_row *row) {
    const struct fg_timing *timing = &row->timing;
    struct object object = object_begin();
    set(&object, "start_up_s", real((double)timing->start_up_ns * 1e-9));
    set(&object, "copy_in_per_run_s", real(fg_compare_per_run_s(row, timing->copy_in_ns)));
    set(&object, "kernels_per_run_s", real(fg_compare_per_run_s(row, timing->kernels_ns)));
    set(&object, "copy_out_per_run_s", real(fg_compare_per_run_s(row, timing->copy_out_ns)));
    set(&object, "host_per_run_s", real(fg_compare_per_run_s(row, timing->host_ns)));
    set(&object, "launches", integer(timing->launch_count));
    set(&object, "reruns", integer(timing->rerun_count));
    return object;
}

/* An object where there is one to describe, else null. */
#define SET_OBJECT_IF(object, key, condition, description)                                         \
    do {                                                                                           \
        if (condition)                                                                             \
            set_object(object, key, description);                                                  \
        else                                                                                       \
            set(object, key, json_null());                                                         \
    } while (0)

/* A timed run, one that no longer counts too. */
static struct object describe_run(const struct fg_compare_sample *sample) {
    const struct fg_usage *const usage = &sample->usage;
    struct object object = object_begin();
    set(&object, "wall_s", real(sample->wall_s));
    set(&object, "cpu_s", real(usage->cpu_s));
    set(&object, "waiting_s", usage->knows_waiting ? real(usage->waiting_s) : json_null());
    set(&object, "migrations", usage->knows_waiting ? integer(usage->migrations) : json_null());
    set(&object, "voluntary_switches", integer(usage->voluntary));
    set(&object, "involuntary_switches", integer(usage->involuntary));
    set(&object, "machine_cpu_s", usage->knows_machine ? real(usage->machine_s) : json_null());
    set(&object, "disturbed", json_boolean(sample->disturbed));
    set(&object, "counts", json_boolean(!sample->replaced));
    return object;
}

static json_t *describe_runs(const struct fg_compare_row *row, bool *complete) {
    json_t *const runs = json_array();
    for (size_t i = 0; i < row->taken_count; i++) {
        const struct object run = describe_run(&row->taken[i]);
        *complete = json_array_append_new(runs, run.json) == 0 && run.complete && *complete;
    }
    return runs;
}

static struct object describe_row(const struct fg_compare_report *report,
                                  const struct fg_compare_row *row) {
    const bool measured = row->state == FG_COMPARE_MEASURED;
    struct object object = object_begin();
    set(&object, "method", string(fg_method_name(row->method)));
    set(&object, "backend", string(row->backend));
    set(&object, "state", string(fg_compare_state_name(row->state)));
    set(&object, "reason", row->reason[0] != '\0' ? string(row->reason) : json_null());
    set(&object, "work", real(row->work.total));
    set(&object, "work_largest", real(row->work.largest));
    /* A GPU's threads are no workers, and the CPU's jobs are not what its row ran on. */
    const bool has_workers = row->jobs > 0 && !fg_compare_uses_gpu(row);
    set(&object, "workers", has_workers ? json_integer(row->jobs) : json_null());
    set(&object, "start_up_s", row->open_s > 0 ? real(row->open_s) : json_null());
    SET_OBJECT_IF(&object, "estimate", row->estimate.known, describe_estimate(&row->estimate));
    set(&object, "warm_up_s", row->warmed_up ? real(row->warm_up_s) : json_null());
    set(&object, "first_answer_s", row->warmed_up ? real(row->first_answer_s) : json_null());
    json_t *samples = json_array();
    for (size_t i = 0; i < row->sample_count; i++)
        if (json_array_append_new(samples, real(row->samples_s[i])) != 0)
            object.complete = false;
    set(&object, "samples_s", samples);
    set(&object, "median_s", measured ? real(row->summary.median_s) : json_null());
    set(&object, "min_s", measured ? real(row->summary.min_s) : json_null());
    set(&object, "max_s", measured ? real(row->summary.max_s) : json_null());
    const bool bounded = measured && isfinite(row->interval.high);
    set(&object, "median_low_s", bounded ? real(row->interval.low) : json_null());
    set(&object, "median_high_s", bounded ? real(row->interval.high) : json_null());
    set(&object, "cpu_s", measured ? real(row->cpu_s) : json_null());
    set(&object, "peak_bytes", row->peak_bytes > 0 ? integer(row->peak_bytes) : json_null());
    set(&object, "runs", describe_runs(row, &object.complete));
    set(&object, "answers_agree", row->warmed_up ? json_boolean(!row->differs) : json_null());
    SET_OBJECT_IF(&object, "ratio", row->has_ratio, describe_ratio(report, row));
    SET_OBJECT_IF(&object, "timing", measured && row->timing.known, describe_timing(row));
    return object;
}

static struct object describe_disagreement(const struct fg_compare_report *report) {
    const struct fg_compare_difference *difference = &report->difference;
    struct object object = object_begin();
    char name[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_row_name(name, sizeof name, &report->rows[difference->reference_row]);
    set(&object, "reference", string(name));
    name[0] = '\0';
    fg_compare_append_row_name(name, sizeof name, &report->rows[difference->row]);
    set(&object, "row", string(name));
    set(&object, "index", integer(difference->index));
    set(&object, "number", number_string(difference->number));
    set(&object, "reference_said", string(difference->reference_said));
    set(&object, "row_said", string(difference->row_said));
    return object;
}

static struct object describe_point(const struct fg_compare_report *report,
                                    const struct fg_compare_curve_point *point) {
    struct object object = object_begin();
    json_t *samples = json_array();
    for (size_t i = 0; i < point->sample_count; i++)
        if (json_array_append_new(samples, real(point->samples_s[i])) != 0)
            object.complete = false;
    set(&object, "count", integer(point->size));
    set(&object, "repeats_input", json_boolean(fg_compare_repeats_input(report, point->size)));
    set(&object, "samples_s", samples);
    set(&object, "median_s", real(point->summary.median_s));
    return object;
}

static struct object describe_line(const struct fg_compare_report *report,
                                   const struct fg_compare_curve_line *line) {
    struct object object = object_begin();
    json_t *points = json_array();
    for (size_t i = 0; i < line->point_count; i++) {
        const struct object point = describe_point(report, &line->points[i]);
        object.complete = object.complete && point.complete;
        if (json_array_append_new(points, point.json) != 0)
            object.complete = false;
    }
    set(&object, "backend", string(report->rows[line->row].backend));
    set(&object, "points", points);
    set(&object, "over_budget_at",
        line->stopped_before > 0 ? integer(line->stopped_before) : json_null());
    set(&object, "reason", line->reason[0] != '\0' ? string(line->reason) : json_null());
    return object;
}

static void append_note(void *context, const char *note) {
    struct object *notes = context;
    if (json_array_append_new(notes->json, string(note)) != 0)
        notes->complete = false;
}

static struct object describe_curve(const struct fg_compare_report *report) {
    const struct fg_compare_curve *curve = &report->curve;
    struct object object = object_begin();
    json_t *lines = json_array();
    for (size_t i = 0; i < curve->line_count; i++) {
        const struct object line = describe_line(report, &curve->lines[i]);
        object.complete = object.complete && line.complete;
        if (json_array_append_new(lines, line.json) != 0)
            object.complete = false;
    }
    set(&object, "method", string(fg_method_name(curve->method)));
    set(&object, "runs", json_integer(curve->runs));
    set(&object, "lines", lines);
    struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX];
    const size_t count = fg_compare_break_evens(report, found);
    json_t *sentences = json_array();
    for (size_t i = 0; i < count; i++) {
        char sentence[FG_COMPARE_SENTENCE] = "";
        fg_compare_append_break_even(sentence, sizeof sentence, &found[i]);
        if (json_array_append_new(sentences, string(sentence)) != 0)
            object.complete = false;
    }
    set(&object, "break_even", sentences);
    struct object notes = {json_array(), true};
    fg_compare_each_curve_note(report, append_note, &notes);
    set_object(&object, "notes", notes);
    char batches[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_batches(batches, sizeof batches, report);
    set(&object, "batches", string(batches));
    return object;
}

/* How the verdicts come about, and how often they may be wrong. */
static struct object describe_verdicts(const struct fg_compare_report *report) {
    struct object object = object_begin();
    const bool any = fg_compare_run_count(report) > 0;
    set(&object, "error_rate", real(FG_STATISTICS_ERROR));
    set(&object, "error_rate_of",
        string("at least one wrong verdict between any two rows of all tables; likewise of the "
               "curve"));
    set(&object, "method",
        string("disjoint intervals of the rows' medians from order statistics, Bonferroni over "
               "rows; for the curve, of the median ratio of paired runs, over sizes and pairs"));
    set(&object, "enough_runs",
        any ? integer(fg_statistics_runs_for(fg_compare_row_error(report))) : json_null());
    return object;
}

static struct object describe_report(const struct fg_compare_report *report) {
    struct object object = object_begin();
    set(&object, "format", json_integer(1));
    set_object(&object, "program", describe_program(report->environment.build));
    set(&object, "date", string(report->environment.date));
    set_object(&object, "environment", describe_environment(&report->environment));
    set_object(&object, "input", describe_input(report));
    set_object(&object, "settings", describe_settings(report));
    json_t *rows = json_array();
    for (size_t i = 0; i < report->row_count; i++) {
        const struct object row = describe_row(report, &report->rows[i]);
        object.complete = object.complete && row.complete;
        if (json_array_append_new(rows, row.json) != 0)
            object.complete = false;
    }
    set(&object, "rows", rows);
    set_object(&object, "verdicts", describe_verdicts(report));
    SET_OBJECT_IF(&object, "disagreement", report->disagreement, describe_disagreement(report));
    SET_OBJECT_IF(&object, "curve", report->curve.measured, describe_curve(report));
    struct object notes = {json_array(), true};
    fg_compare_each_note(report, append_note, &notes);
    set_object(&object, "notes", notes);
    char conclusion[FG_COMPARE_SENTENCE] = "";
    fg_compare_append_conclusion(conclusion, sizeof conclusion, report);
    set(&object, "conclusion", string(conclusion));
    return object;
}

bool fg_compare_write_json(const struct fg_compare_report *report, FILE *out) {
    const struct object root = describe_report(report);
    const bool written =
        root.complete &&
        json_dumpf(root.json, out, JSON_INDENT(2) | JSON_REAL_PRECISION(REAL_DIGITS)) == 0 &&
        putc('\n', out) != EOF;
    json_decref(root.json);
    return written;
}
