/* SPDX-License-Identifier: MIT */
/*
 * compare_format.c: puts rows into words. All buffers are bounded, because names and messages come
 * from drivers and file systems and may be of any length.
 */
#include "compare/report/compare_format.h"

#include "compare/compare_power.h"
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

void fg_compare_append(char *text, size_t size, const char *format, ...) {
    const size_t used = strlen(text);
    assert(used < size);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

struct fg_unit fg_compare_method_unit(const struct fg_compare_report *report,
                                      enum fg_method method) {
    struct fg_unit unit = {NULL, 1};
    double largest_s = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row->state != FG_COMPARE_MEASURED || row->method != method ||
            row->summary.median_s < largest_s)
            continue;
        largest_s = row->summary.median_s;
        unit = fg_unit_for(largest_s);
    }
    return unit;
}

void fg_compare_append_separator(char *text, size_t size, size_t index, size_t count) {
    fg_compare_append(text, size, "%s", index == 0 ? "" : index == count - 1 ? " and " : ", ");
}

void fg_compare_append_row_name(char *text, size_t size, const struct fg_compare_row *row) {
    fg_compare_append(text, size, "%s/%s", fg_method_name(row->method), row->backend);
}

void fg_compare_append_ratio(char *text, size_t size, const struct fg_statistics_ratio *ratio,
                             enum fg_statistics_verdict verdict) {
    char value[FG_QUANTITY_CELL], low[FG_QUANTITY_CELL], high[FG_QUANTITY_CELL];
    fg_format_ratio(ratio->value, value);
    fg_format_ratio(ratio->low, low);
    fg_format_ratio(ratio->high, high);
    switch (verdict) {
    case FG_STATISTICS_CLEAR:
        fg_compare_append(text, size, "%sx (%s to %s)", value, low, high);
        break;
    case FG_STATISTICS_UNCLEAR:
        fg_compare_append(text, size, "no clear difference (%s to %s)", low, high);
        break;
    case FG_STATISTICS_TOO_FEW_RUNS:
        fg_compare_append(text, size, "too few runs to tell (%sx)", value);
        break;
    }
}

static void append_skip(char *text, size_t size, const struct fg_compare_report *report,
                        const struct fg_compare_row *row) {
    const double total_s =
        row->warmed_up ? (1.0 + report->request->repeat) * row->warm_up_s : row->estimate.total_s;
    char estimate[FG_QUANTITY_CELL];
    fg_format_duration(total_s, FG_ESTIMATE_DIGITS, estimate);
    fg_compare_append(text, size, "skipped: about %s%s (--budget %.6g s)", estimate,
                      row->warmed_up ? ", judging by its warm-up" : "", report->request->budget_s);
}

/* Appends how many runs were throttled behind what stands in the remark from `before` on. */
static void append_throttling(char *text, size_t size, const struct fg_compare_row *row,
                              size_t before) {
    uint64_t limits;
    const size_t count = fg_compare_throttled_count(row, &limits);
    if (count > 0)
        fg_compare_append(text, size, "%sthrottled in %zu of %zu run%s",
                          strlen(text) > before ? "; " : "", count, row->sample_count,
                          row->sample_count == 1 ? "" : "s");
}

void fg_compare_append_remark(char *text, size_t size, const struct fg_compare_report *report,
                              const struct fg_compare_row *row) {
    const size_t before = strlen(text);
    switch (row->state) {
    case FG_COMPARE_MEASURED:
        if (row->differs)
            fg_compare_append(text, size, "other answers");
        else if (row->has_ratio && &report->rows[row->baseline] == row)
            fg_compare_append(text, size, "baseline");
        else if (row->has_ratio)
            fg_compare_append_ratio(text, size, &row->ratio, row->verdict);
        append_throttling(text, size, row, before);
        break;
    case FG_COMPARE_SKIPPED:
        append_skip(text, size, report, row);
        break;
    case FG_COMPARE_NOT_RUN:
    case FG_COMPARE_FAILED:
        fg_compare_append(text, size, "%s: %s", fg_compare_state_name(row->state), row->reason);
        break;
    }
}

/* Appends the sizes first .. last of a break-even: "1 number", "30 numbers", "30 to 300 numbers".
 */
static void append_sizes(char *text, size_t size, const struct fg_compare_break_even *found,
                         size_t first, size_t last) {
    if (first < last)
        fg_compare_append(text, size, "%zu to ", found->leads[first].size);
    fg_compare_append(text, size, "%zu number%s", found->leads[last].size,
                      found->leads[last].size == 1 ? "" : "s");
}

/* Appends how many times as fast the leader of these sizes is: " (5.12x)", " (up to 612x)". */
static void append_lead(char *text, size_t size, const struct fg_compare_break_even *found,
                        size_t first, size_t last) {
    double most = 0;
    char value[FG_QUANTITY_CELL];
    for (size_t i = first; i <= last; i++)
        most = fmax(most, found->leads[i].ratio);
    fg_format_ratio(most, value);
    fg_compare_append(text, size, " (%s%sx)", first < last ? "up to " : "", value);
}

/* Describes the largest sizes that all have the same leader. */
static void append_largest_sizes(char *text, size_t size,
                                 const struct fg_compare_break_even *found) {
    const size_t first = found->last, last = found->count - 1;
    const enum fg_compare_leader leader = found->leads[last].leader;
    if (leader == FG_COMPARE_NO_LEADER || leader == FG_COMPARE_TOO_FEW_RUNS) {
        fg_compare_append(text, size,
                          leader == FG_COMPARE_NO_LEADER
                              ? "no clear difference between %s and %s with "
                              : "too few runs to tell %s and %s apart with ",
                          found->backend, found->rival);
        append_sizes(text, size, found, first, last);
        fg_compare_append(text, size, ", the most that both were timed with");
        return;
    }
    const bool ahead = leader == FG_COMPARE_LEADS;
    fg_compare_append(text, size, "%s is faster than %s ", ahead ? found->backend : found->rival,
                      ahead ? found->rival : found->backend);
    if (first == last) {
        fg_compare_append(text, size, "with ");
        append_sizes(text, size, found, last, last);
        fg_compare_append(text, size, ", the most that both were timed with");
    } else if (first == 0) {
        fg_compare_append(text, size, "at every size that both were timed with, ");
        append_sizes(text, size, found, first, last);
    } else {
        fg_compare_append(text, size, "from %zu numbers on, as far as both were timed, %zu",
                          found->leads[first].size, found->leads[last].size);
    }
    append_lead(text, size, found, first, last);
}

void fg_compare_append_break_even(char *text, size_t size,
                                  const struct fg_compare_break_even *found) {
    append_largest_sizes(text, size, found);
    for (size_t first = 0, last; first < found->last; first = last + 1) {
        const enum fg_compare_leader leader = found->leads[first].leader;
        for (last = first; last + 1 < found->last && found->leads[last + 1].leader == leader;)
            last++;
        fg_compare_append(text, size, "; with ");
        append_sizes(text, size, found, first, last);
        switch (leader) {
        case FG_COMPARE_LEADS:
        case FG_COMPARE_RIVAL_LEADS:
            fg_compare_append(text, size, " %s is faster",
                              leader == FG_COMPARE_LEADS ? found->backend : found->rival);
            append_lead(text, size, found, first, last);
            break;
        case FG_COMPARE_NO_LEADER:
            fg_compare_append(text, size, " there is no clear difference");
            break;
        case FG_COMPARE_TOO_FEW_RUNS:
            fg_compare_append(text, size, " the runs are too few to tell");
            break;
        }
    }
}

static size_t count_measured(const struct fg_compare_report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->row_count; i++)
        count += report->rows[i].state == FG_COMPARE_MEASURED;
    return count;
}

static bool has_brief_row(const struct fg_compare_report *report) {
    for (size_t i = 0; i < report->row_count; i++)
        if (fg_compare_has_brief_runs(&report->rows[i]))
            return true;
    return false;
}

void fg_compare_append_scope(char *text, size_t size, const struct fg_compare_report *report) {
    const size_t measured = count_measured(report);
    fg_compare_append(text, size, "From numbers in memory to complete, ordered answers in memory");
    if (measured > 0)
        fg_compare_append(text, size, "; %u timed run%s of each row after a warm-up",
                          report->request->repeat, report->request->repeat == 1 ? "" : "s");
    fg_compare_append(text, size, ".");
    if (has_brief_row(report))
        fg_compare_append(text, size,
                          " Where a run on the CPU takes less than %g ms, the median of the runs "
                          "in %g ms stands for one.",
                          FG_COMPARE_BRIEF_RUN_S * 1e3, FG_COMPARE_BRIEF_S * 1e3);
    if (!report->disagreement && measured > 1)
        fg_compare_append(text, size,
                          " Ratio Nx: N times as fast as the method's baseline, with the range "
                          "that the runs leave open. All verdicts of the tables (a ratio, "
                          "\"faster\", \"fastest\") are right together in at least %g %% of "
                          "comparisons. Rows less than %g %% apart are not told apart: so much can "
                          "lie between two processes of one program.",
                          100 * (1 - FG_STATISTICS_ERROR), 100 * (FG_STATISTICS_LEAST_RATIO - 1));
}

void fg_compare_append_input(char *text, size_t size, const struct fg_compare_input *input) {
    fg_compare_append(text, size, "%zu number%s of %u", input->count, input->count == 1 ? "" : "s",
                      input->bits_min);
    if (input->bits_max != input->bits_min)
        fg_compare_append(text, size, " to %u", input->bits_max);
    fg_compare_append(text, size, " bit%s", input->bits_max == 1 ? "" : "s");
}

/* Appends the CPU, how much of it was used, and which scan. */
static void append_cpu(char *text, size_t size, const struct fg_compare_report *report) {
    const struct fg_environment *environment = &report->environment;
    const struct fg_cpu_count *cpus = &environment->cpus;
    fg_compare_append(text, size, "%s; %u usable CPU%s", environment->cpu_model, cpus->usable,
                      cpus->usable == 1 ? "" : "s");
    if (cpus->quota > 0)
        fg_compare_append(text, size, " (a quota of %.3g of %u CPU%s)", cpus->quota, cpus->allowed,
                          cpus->allowed == 1 ? "" : "s");
    fg_compare_append(text, size, ", %u job%s, %s scan", report->jobs, report->jobs == 1 ? "" : "s",
                      environment->cpu_variant);
}

/* Returns the device that the library uses if none is named; the first device if none is usable. */
static const struct fg_device *default_device(const struct fg_environment *environment) {
    for (size_t i = 0; i < environment->device_count; i++)
        if (environment->devices[i].usable)
            return &environment->devices[i];
    return &environment->devices[0];
}

static bool device_is_used(const struct fg_compare_report *report, const struct fg_device *device) {
    const struct fg_compare_request *request = report->request;
    if (request->devices == NULL)
        return device == default_device(&report->environment);
    for (size_t i = 0; i < request->device_count; i++)
        if (request->devices[i] == device->index)
            return true;
    return false;
}

void fg_compare_append_gpu(char *text, size_t size, const struct fg_compare_report *report) {
    const struct fg_environment *environment = &report->environment;
    const char *separator = "";
    for (size_t i = 0; i < environment->device_count; i++) {
        const struct fg_device *device = &environment->devices[i];
        if (!device_is_used(report, device))
            continue;
        fg_compare_append(text, size, "%s%d: %s, driver for CUDA %d.%d", separator, device->index,
                          device->name, device->driver_version / 1000,
                          device->driver_version % 1000 / 10);
        if (!device->usable)
            fg_compare_append(text, size, " (not usable: %s)", device->reason);
        separator = "; ";
    }
    if (environment->device_count == 0) {
        static const char said[] = "no GPU: "; /* "none" says this already */
        const bool twice = strncmp(environment->gpu_reason, said, strlen(said)) == 0;
        fg_compare_append(text, size, "none: %s",
                          environment->gpu_reason + (twice ? strlen(said) : 0));
    } else if (separator[0] == '\0') {
        fg_compare_append(text, size, "none of the devices asked for is among the %zu found",
                          environment->device_count);
    }
}

/* Appends version, revision, compiler, build type and CUDA toolkit. */
static void append_build(char *text, size_t size, const struct fg_compare_report *report) {
    const struct fg_build_info *build = report->environment.build;
    fg_compare_append(text, size, "factor-gpu %s, git %s, %s, %s, ", build->version,
                      build->git_revision, build->compiler, build->build_type);
    if (build->cuda_toolkit != NULL)
        fg_compare_append(text, size, "CUDA toolkit %s", build->cuda_toolkit);
    else
        fg_compare_append(text, size, "without CUDA");
}

bool fg_compare_has_gpu_times(const struct fg_compare_report *report) {
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].state == FG_COMPARE_MEASURED && fg_compare_uses_gpu(&report->rows[i]))
            return true;
    return false;
}

double fg_compare_per_run_s(const struct fg_compare_row *row, uint64_t total_ns) {
    assert(row->timing_runs >= 1);
    return (double)total_ns * 1e-9 / (double)row->timing_runs;
}

void fg_compare_put_environment(FILE *out, const struct fg_compare_report *report,
                                void (*put)(FILE *out, const char *label, const char *text)) {
    static const struct {
        const char *label;
        void (*append)(char *text, size_t size, const struct fg_compare_report *report);
    } parts[] = {{"CPU", append_cpu}, {"GPU", fg_compare_append_gpu}, {"Build", append_build}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char text[FG_COMPARE_SENTENCE] = "";
        parts[i].append(text, sizeof text, report);
        put(out, parts[i].label, text);
    }
    put(out, "System", report->environment.system);
    put(out, "Date", report->environment.date);
}
