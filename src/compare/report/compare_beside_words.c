/* SPDX-License-Identifier: MIT */
/*
 * compare_beside_words.c: makes the words from the pairs of rows and the differences.
 */
#include "compare/report/compare_beside_words.h"

#include "characters/printable.h"
#include "compare/report/compare_format.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *fg_beside_side_name(enum fg_beside_side side) {
    return side == FG_BESIDE_OLD ? "old" : "new";
}

/* Appends which comparison a side is. */
static void append_side(char *text, size_t size, const struct fg_exported *of) {
    char name[FG_COMPARE_SENTENCE / 2]; /* a path, which may hold anything */
    fg_printable_copy(of->name, name, sizeof name);
    fg_compare_append(text, size, "%s of %s by factor-gpu %s", name, of->date, of->version);
    if (of->git_revision != NULL)
        fg_compare_append(text, size, ", git %s", of->git_revision);
}

void fg_beside_each_field(const struct fg_beside *beside, fg_beside_field_sink *sink,
                          void *context) {
    static const char *const labels[FG_BESIDE_SIDES] = {"Old", "New"};
    const struct fg_exported *const of = beside->of[FG_BESIDE_NEW];
    char input[FG_COMPARE_SENTENCE] = "";
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        char text[FG_COMPARE_SENTENCE] = "";
        append_side(text, sizeof text, beside->of[side]);
        sink(context, labels[side], text);
    }
    fg_compare_append(input, sizeof input, "%s, %" JSON_INTEGER_FORMAT " number%s with SHA-256 %s",
                      of->input_label, of->count, of->count == 1 ? "" : "s", of->sha256);
    sink(context, "Input", input);
}

void fg_beside_append_scope(char *text, size_t size, const struct fg_beside *beside) {
    if (fg_beside_count(beside, FG_STATISTICS_CLEAR) +
            fg_beside_count(beside, FG_STATISTICS_UNCLEAR) +
            fg_beside_count(beside, FG_STATISTICS_TOO_FEW_RUNS) ==
        0) {
        fg_compare_append(text, size, "Medians of the timed runs of both.");
        return;
    }
    fg_compare_append(
        text, size,
        "Ratio Nx: the new one is N times as fast as the old one, with the range that "
        "the runs of both leave open. All verdicts on these rows are right together "
        "in at least %g %% of such pairs of comparisons. The two were measured at "
        "different times: what else changed between them (clocks, temperature, other "
        "work on the machine) is a part of the ratio. Less than %g %% is no clear difference, "
        "because so "
        "much can lie between two processes of one program.",
        100 * (1 - FG_STATISTICS_ERROR), 100 * (FG_STATISTICS_LEAST_RATIO - 1));
}

/* ---- Rows ---- */

void fg_beside_append_backend(char *text, size_t size, const struct fg_beside_row *row) {
    const struct fg_exported_row *const of = fg_beside_any(row);
    const struct fg_backend_properties *const known = fg_backend_get_properties(of->backend);
    unsigned workers = of->workers;
    if (workers == 0 && row->of[FG_BESIDE_OLD] != NULL)
        workers = row->of[FG_BESIDE_OLD]->workers;
    fg_compare_append(text, size, "%s", of->backend);
    if (workers > 0 && (known == NULL || !known->one_worker || workers > 1))
        fg_compare_append(text, size, " -j%u", workers);
}

static void append_absence(char *text, size_t size, const char *who,
                           const struct fg_exported_row *of) {
    fg_compare_append(text, size, "%s: %s", who, of->state);
    if (of->reason != NULL)
        fg_compare_append(text, size, ": %.400s", of->reason);
}

/* Returns whether the row was not measured on both sides, for the same reason. */
static bool is_equally_absent(const struct fg_beside_row *row) {
    const struct fg_exported_row *const a = row->of[FG_BESIDE_OLD];
    const struct fg_exported_row *const b = row->of[FG_BESIDE_NEW];
    return a != NULL && b != NULL && !a->measured && strcmp(a->state, b->state) == 0 &&
           strcmp(a->reason != NULL ? a->reason : "", b->reason != NULL ? b->reason : "") == 0;
}

/* Appends the ratio, or why there is none. */
static void append_ratio_or_reason(char *text, size_t size, const struct fg_beside_row *row) {
    const char *separator = "";
    if (row->has_ratio) {
        fg_compare_append_ratio(text, size, &row->ratio, row->verdict);
        return;
    }
    if (is_equally_absent(row)) {
        append_absence(text, size, "both", row->of[FG_BESIDE_NEW]);
        return;
    }
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        if (row->of[side] == NULL || row->of[side]->measured)
            continue;
        fg_compare_append(text, size, "%s", separator);
        append_absence(text, size, fg_beside_side_name(side), row->of[side]);
        separator = "; ";
    }
}

void fg_beside_append_remark(char *text, size_t size, const struct fg_beside_row *row) {
    const size_t before = strlen(text);
    append_ratio_or_reason(text, size, row);
    const char *separator = strlen(text) > before ? "; throttled: " : "throttled: ";
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        const struct fg_exported_row *const of = row->of[side];
        if (of == NULL || of->throttled_runs == 0)
            continue;
        fg_compare_append(text, size, "%s%s %zu of %zu run%s", separator, fg_beside_side_name(side),
                          of->throttled_runs, of->sample_count, of->sample_count == 1 ? "" : "s");
        separator = ", ";
    }
}

const char *fg_beside_verdict_name(const struct fg_beside_row *row) {
    assert(row->has_ratio);
    switch (row->verdict) {
    case FG_STATISTICS_CLEAR:
        return row->ratio.low > 1 ? "faster" : "slower";
    case FG_STATISTICS_UNCLEAR:
        return "no clear difference";
    case FG_STATISTICS_TOO_FEW_RUNS:
        break;
    }
    return "too few runs";
}

bool fg_beside_is_in_table(const struct fg_beside_row *row) {
    return row->of[FG_BESIDE_OLD] != NULL && row->of[FG_BESIDE_NEW] != NULL;
}

static bool is_same_method(const struct fg_beside_row *a, const struct fg_beside_row *b) {
    return strcmp(fg_beside_any(a)->method, fg_beside_any(b)->method) == 0;
}

/* Returns whether a row of the table is the first of its method. */
static bool begins_method(const struct fg_beside *beside, size_t row) {
    for (size_t i = row; i-- > 0;)
        if (fg_beside_is_in_table(&beside->rows[i]))
            return !is_same_method(&beside->rows[i], &beside->rows[row]);
    return true;
}

/* Returns the unit for the method of this row, from its largest median; its name is NULL if nothing
 * was measured. */
static struct fg_unit method_unit(const struct fg_beside *beside, size_t row) {
    double largest_s = 0;
    for (size_t i = 0; i < beside->row_count; i++) {
        const struct fg_beside_row *const other = &beside->rows[i];
        if (!fg_beside_is_in_table(other) || !is_same_method(other, &beside->rows[row]))
            continue;
        for (int side = 0; side < FG_BESIDE_SIDES; side++)
            if (fg_beside_is_measured(other, side) && other->summary[side].median_s > largest_s)
                largest_s = other->summary[side].median_s;
    }
    return largest_s > 0 ? fg_unit_for(largest_s) : (struct fg_unit){NULL, 1};
}

static struct fg_beside_cells describe_row(const struct fg_beside_row *row, struct fg_unit unit) {
    struct fg_beside_cells cells = {.backend = ""};
    fg_beside_append_backend(cells.backend, sizeof cells.backend, row);
    fg_beside_append_remark(cells.remark, sizeof cells.remark, row);
    for (int side = 0; side < FG_BESIDE_SIDES; side++)
        if (fg_beside_is_measured(row, side))
            fg_format_time(row->summary[side].median_s, unit, cells.time[side]);
    return cells;
}

void fg_beside_each_row(const struct fg_beside *beside, const struct fg_beside_table_sink *sink,
                        void *context) {
    struct fg_unit unit = {NULL, 1};
    for (size_t i = 0; i < beside->row_count; i++) {
        const struct fg_beside_row *const row = &beside->rows[i];
        if (!fg_beside_is_in_table(row))
            continue;
        if (begins_method(beside, i)) {
            unit = method_unit(beside, i);
            sink->begin_method(context, fg_beside_any(row)->method, unit.name);
        }
        const struct fg_beside_cells cells = describe_row(row, unit);
        sink->put_row(context, &cells);
    }
}

/* ---- Differences ---- */

/* Appends an object by its name, and any other value of several parts as JSON. */
static void append_parts(char *text, size_t size, const json_t *value) {
    const char *const name = json_string_value(json_object_get(value, "name"));
    char *const dump = name == NULL ? json_dumps(value, JSON_COMPACT) : NULL;
    fg_compare_append(text, size, "%.400s", name != NULL ? name : dump != NULL ? dump : "?");
    free(dump);
}

void fg_beside_append_value(char *text, size_t size, const json_t *value) {
    if (value == NULL)
        fg_compare_append(text, size, "not stated");
    else if (json_is_null(value))
        fg_compare_append(text, size, "none");
    else if (json_is_string(value))
        fg_compare_append(text, size, "%.400s", json_string_value(value));
    else if (json_is_integer(value))
        fg_compare_append(text, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        fg_compare_append(text, size, "%.10g", json_real_value(value));
    else if (json_is_boolean(value))
        fg_compare_append(text, size, "%s", json_is_true(value) ? "yes" : "no");
    else
        append_parts(text, size, value);
}

void fg_beside_each_difference(const struct fg_beside *beside, fg_beside_sink *sink,
                               void *context) {
    for (size_t i = 0; i < beside->difference_count; i++) {
        const struct fg_beside_difference *const difference = &beside->differences[i];
        char text[FG_COMPARE_SENTENCE] = "";
        fg_compare_append(text, sizeof text, "%s: old ", difference->path);
        fg_beside_append_value(text, sizeof text, difference->value[FG_BESIDE_OLD]);
        fg_compare_append(text, sizeof text, ", new ");
        fg_beside_append_value(text, sizeof text, difference->value[FG_BESIDE_NEW]);
        sink(context, text);
    }
}

/* ---- Notes and conclusion ---- */

static void append_row(char *text, size_t size, const struct fg_beside_row *row) {
    fg_compare_append(text, size, "%s/", fg_beside_any(row)->method);
    fg_beside_append_backend(text, size, row);
}

/* Returns whether the row is one that only `side` has. */
static bool is_only_in(const struct fg_beside_row *row, enum fg_beside_side side) {
    return row->of[FG_BESIDE_OLD + FG_BESIDE_NEW - side] == NULL;
}

static bool lacks_runs(const struct fg_beside_row *row, enum fg_beside_side side) {
    (void)side;
    return row->has_ratio && row->verdict == FG_STATISTICS_TOO_FEW_RUNS;
}

/* Appends the names of the rows for which `holds` is true; returns how many. */
static size_t append_rows(char *text, size_t size, const struct fg_beside *beside,
                          bool (*holds)(const struct fg_beside_row *, enum fg_beside_side),
                          enum fg_beside_side side) {
    size_t named = 0;
    for (size_t i = 0; i < beside->row_count; i++) {
        if (!holds(&beside->rows[i], side))
            continue;
        fg_compare_append(text, size, "%s", named++ > 0 ? ", " : "");
        append_row(text, size, &beside->rows[i]);
    }
    return named;
}

void fg_beside_each_note(const struct fg_beside *beside, fg_beside_sink *sink, void *context) {
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        char note[FG_COMPARE_SENTENCE] = "";
        if (!beside->of[side]->disagreement)
            continue;
        fg_compare_append(note, sizeof note,
                          "The rows of the %s one did not give the same answers, so no ratio is "
                          "shown",
                          fg_beside_side_name(side));
        sink(context, note);
    }
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        char note[FG_COMPARE_SENTENCE] = "";
        fg_compare_append(note, sizeof note, "Only the %s one has ", fg_beside_side_name(side));
        if (append_rows(note, sizeof note, beside, is_only_in, side) > 0)
            sink(context, note);
    }
    char note[FG_COMPARE_SENTENCE] = "Too few runs to tell: ";
    if (append_rows(note, sizeof note, beside, lacks_runs, FG_BESIDE_NEW) == 0)
        return;
    fg_compare_append(note, sizeof note, "; --repeat=%zu would do, in both",
                      fg_statistics_runs_for(fg_beside_error(beside)));
    sink(context, note);
}

/* Appends "2 rows are clearly faster in the new one"; nothing for none. */
static void append_count(char *text, size_t size, size_t count, const char *one, const char *many,
                         size_t *named) {
    if (count == 0)
        return;
    fg_compare_append(text, size, "%s%zu %s", (*named)++ > 0 ? ", " : "", count,
                      count == 1 ? one : many);
}

void fg_beside_append_conclusion(char *text, size_t size, const struct fg_beside *beside) {
    const size_t clear = fg_beside_count(beside, FG_STATISTICS_CLEAR);
    size_t faster = 0, named = 0;
    for (size_t i = 0; i < beside->row_count; i++)
        faster += beside->rows[i].has_ratio && beside->rows[i].verdict == FG_STATISTICS_CLEAR &&
                  beside->rows[i].ratio.low > 1;
    if (beside->pair_count == 0) {
        fg_compare_append(text, size, "No row was measured in both.");
        return;
    }
    fg_compare_append(text, size, "Of %zu row%s measured in both: ", beside->pair_count,
                      beside->pair_count == 1 ? "" : "s");
    append_count(text, size, faster, "is faster in the new one", "are faster in the new one",
                 &named);
    append_count(text, size, clear - faster, "is slower", "are slower", &named);
    append_count(text, size, fg_beside_count(beside, FG_STATISTICS_UNCLEAR),
                 "shows no clear difference", "show no clear difference", &named);
    append_count(text, size, fg_beside_count(beside, FG_STATISTICS_TOO_FEW_RUNS),
                 "has too few runs to tell", "have too few runs to tell", &named);
    fg_compare_append(text, size, "%s.", named == 0 ? "no ratio is shown" : "");
}
