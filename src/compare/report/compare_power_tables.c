/* SPDX-License-Identifier: MIT */
/*
 * compare_power_tables.c: energy, clocks and throttling in words and cells.
 */
#include "compare/report/compare_power_tables.h"

#include "compare/compare_power.h"
#include "compare/report/compare_format.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Energy ---- */

static void put_joules(double joules, char cell[FG_QUANTITY_CELL]) {
    if (isnan(joules))
        snprintf(cell, FG_QUANTITY_CELL, "-");
    else
        fg_format_ratio(joules, cell);
}

static bool add_energy(const struct fg_compare_report *report, const struct fg_compare_row *row,
                       struct fg_compare_power_line *line) {
    const struct fg_compare_joules joules = fg_compare_row_joules(row, report->input.count);
    if (isnan(joules.cpu) && isnan(joules.gpu))
        return false;
    fg_compare_append_row_name(line->name, sizeof line->name, row);
    put_joules(joules.cpu, line->cells[0]);
    put_joules(joules.gpu, line->cells[1]);
    return true;
}

static void fill_energy(const struct fg_compare_report *report,
                        struct fg_compare_power_table *table) {
    *table = (struct fg_compare_power_table){
        .title = "Energy, joules for a million numbers",
        .legend =
            "CPU: what all CPU packages used, with all else that ran on them and what they use at "
            "rest. GPU: what the row's GPUs used. Rows with runs too short for the counters ran "
            "over and over for this, untimed.",
        .column_count = 2,
        .columns = {"CPU", "GPU"},
        .lines = table->lines,
    };
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].state == FG_COMPARE_MEASURED &&
            add_energy(report, &report->rows[i], &table->lines[table->line_count]))
            table->line_count++;
}

/* ---- The GPU's state ---- */

/* The quantities of a reading; a line each. */
static const struct {
    const char *name;
    size_t offset; /* of a double in struct fg_gpu_reading */
} quantities[] = {{"SM clock, MHz", offsetof(struct fg_gpu_reading, sm_mhz)},
                  {"memory clock, MHz", offsetof(struct fg_gpu_reading, memory_mhz)},
                  {"temperature, C", offsetof(struct fg_gpu_reading, temperature_c)},
                  {"power, W", offsetof(struct fg_gpu_reading, power_w)}};
#define QUANTITY_COUNT (sizeof quantities / sizeof quantities[0])

static double quantity_of(const struct fg_gpu_reading *reading, size_t which) {
    double value;
    memcpy(&value, (const char *)reading + quantities[which].offset, sizeof value);
    return value;
}

/* Fills in a row's lines; returns how many. */
static size_t add_state(const struct fg_compare_row *row, struct fg_compare_power_line *lines) {
    struct fg_gpu_reading readings[FG_COMPARE_MOMENT_COUNT];
    size_t count = 0;
    for (int moment = 0; moment < FG_COMPARE_MOMENT_COUNT; moment++)
        readings[moment] = fg_compare_row_reading(row, (enum fg_compare_moment)moment);
    for (size_t k = 0; k < QUANTITY_COUNT; k++) {
        struct fg_compare_power_line *const line = &lines[count];
        bool any = false;
        for (int moment = 0; moment < FG_COMPARE_MOMENT_COUNT; moment++) {
            const double value = quantity_of(&readings[moment], k);
            any = any || !isnan(value);
            snprintf(line->cells[moment], FG_QUANTITY_CELL, isnan(value) ? "-" : "%.0f", value);
        }
        if (!any)
            continue;
        fg_compare_append_row_name(line->name, sizeof line->name, row);
        fg_compare_append(line->name, sizeof line->name, ": %s", quantities[k].name);
        count++;
    }
    return count;
}

static void fill_state(const struct fg_compare_report *report,
                       struct fg_compare_power_table *table) {
    *table = (struct fg_compare_power_table){
        .title = "The GPU before, during and after a run",
        .legend = "Medians over the timed runs; during: the means over a run. A run of a few "
                  "milliseconds has no reading during it. Of several GPUs the lowest clock, the "
                  "highest temperature and the sum of the power.",
        .column_count = FG_COMPARE_MOMENT_COUNT,
        .columns = {"before", "during", "after"},
        .lines = table->lines,
    };
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].state == FG_COMPARE_MEASURED && fg_compare_uses_gpu(&report->rows[i]))
            table->line_count += add_state(&report->rows[i], &table->lines[table->line_count]);
}

bool fg_compare_each_power_table(const struct fg_compare_report *report, fg_compare_power_put *put,
                                 FILE *out) {
    static void (*const fills[])(const struct fg_compare_report *report,
                                 struct fg_compare_power_table *table) = {fill_energy, fill_state};
    for (size_t i = 0; i < sizeof fills / sizeof fills[0]; i++) {
        struct fg_compare_power_table table = {
            .lines = calloc(QUANTITY_COUNT * report->row_count + 1, sizeof *table.lines)};
        if (table.lines == NULL)
            return false;
        fills[i](report, &table);
        if (table.line_count > 0)
            put(out, &table);
        free(table.lines);
    }
    return true;
}

/* ---- Throttling ---- */

/* Appends what held the clocks down: "power cap, heat". */
static void append_causes(char *text, size_t size, uint64_t limits) {
    const char *separator = "";
    for (unsigned bit = 0; bit < FG_GPU_LIMITS_MAX; bit++) {
        const uint64_t limit = limits & UINT64_C(1) << bit;
        if (!fg_gpu_limits_throttle(limit))
            continue;
        fg_compare_append(text, size, "%s%s", separator, fg_gpu_limit_words(bit));
        separator = ", ";
    }
}

static void note_throttled_row(const struct fg_compare_row *row, fg_compare_note_sink *sink,
                               void *context) {
    uint64_t limits;
    char note[FG_COMPARE_SENTENCE] = "";
    const size_t count = fg_compare_throttled_count(row, &limits);
    if (count == 0)
        return;
    fg_compare_append_row_name(note, sizeof note, row);
    fg_compare_append(note, sizeof note, " was throttled in %zu of %zu timed run%s (", count,
                      row->sample_count, row->sample_count == 1 ? "" : "s");
    append_causes(note, sizeof note, limits);
    fg_compare_append(note, sizeof note,
                      "): the GPU's clocks were held down, and its times are longer for it");
    sink(context, note);
}

/* Notes why the state of a row's GPU is unknown, unless an earlier row has said so. */
static void note_reason(const struct fg_compare_report *report, size_t index,
                        fg_compare_note_sink *sink, void *context) {
    const struct fg_compare_row *const row = &report->rows[index];
    char note[FG_COMPARE_SENTENCE] = "";
    if (row->sensor_reason[0] == '\0')
        return;
    for (size_t i = 0; i < index; i++)
        if (strcmp(report->rows[i].sensor_reason, row->sensor_reason) == 0)
            return;
    fg_compare_append(note, sizeof note, "%s: %s: %s", row->backend,
                      fg_compare_uses_gpu(row) ? "clocks, power and energy of the GPU are unknown"
                                               : "energy is unknown",
                      row->sensor_reason);
    sink(context, note);
}

void fg_compare_each_power_note(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                                void *context) {
    for (size_t i = 0; i < report->row_count; i++)
        note_throttled_row(&report->rows[i], sink, context);
    if (report->cpu_energy_reason[0] != '\0') {
        char note[FG_COMPARE_SENTENCE] = "";
        fg_compare_append(note, sizeof note, "The energy of the CPU is unknown: %s",
                          report->cpu_energy_reason);
        sink(context, note);
    }
    for (size_t i = 0; i < report->row_count; i++)
        note_reason(report, i, sink, context);
}

void fg_compare_each_curve_power_note(const struct fg_compare_report *report,
                                      fg_compare_note_sink *sink, void *context) {
    for (size_t i = 0; i < report->curve.line_count; i++) {
        const struct fg_compare_curve_line *const line = &report->curve.lines[i];
        size_t runs = 0, throttled = 0;
        for (size_t k = 0; k < line->point_count; k++) {
            runs += line->points[k].sample_count;
            throttled += line->points[k].throttled_count;
        }
        if (throttled == 0)
            continue;
        char note[FG_COMPARE_SENTENCE] = "";
        fg_compare_append(note, sizeof note,
                          "%s: throttled in %zu of the %zu runs of these batches: the GPU's clocks "
                          "were held down",
                          report->rows[line->row].backend, throttled, runs);
        sink(context, note);
    }
}
