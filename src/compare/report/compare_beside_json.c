/* SPDX-License-Identifier: MIT */
/*
 * compare_beside_json.c: two comparisons side by side as JSON; doc/compare.schema.json describes
 * it.
 */
#include "compare/report/compare_beside_words.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_format.h"
#include <math.h>

static struct fg_json_object describe_side(const struct fg_exported *of) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "name", fg_json_string(of->name));
    fg_json_set(&object, "format", json_integer(of->format));
    fg_json_set(&object, "date", fg_json_string(of->date));
    fg_json_set(&object, "version", fg_json_string(of->version));
    fg_json_set(&object, "git_revision", fg_json_string(of->git_revision));
    fg_json_set(&object, "disagreement", json_boolean(of->disagreement));
    return object;
}

static struct fg_json_object describe_input(const struct fg_exported *of) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "count", json_integer(of->count));
    fg_json_set(&object, "sha256", fg_json_string(of->sha256));
    return object;
}

static struct fg_json_object describe_side_of_row(const struct fg_beside_row *row,
                                                  enum fg_beside_side side) {
    const struct fg_exported_row *const of = row->of[side];
    const bool bounded = row->has_ratio && isfinite(row->interval[side].high);
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "state", fg_json_string(of->state));
    fg_json_set(&object, "reason", fg_json_string(of->reason));
    fg_json_set(&object, "workers", of->workers > 0 ? json_integer(of->workers) : json_null());
    fg_json_set(&object, "run_count", fg_json_integer(of->sample_count));
    fg_json_set(&object, "throttled_runs",
                of->knows_throttled ? fg_json_integer(of->throttled_runs) : json_null());
    fg_json_set(&object, "median_s",
                of->measured ? fg_json_real(row->summary[side].median_s) : json_null());
    fg_json_set(&object, "median_low_s",
                bounded ? fg_json_real(row->interval[side].low) : json_null());
    fg_json_set(&object, "median_high_s",
                bounded ? fg_json_real(row->interval[side].high) : json_null());
    return object;
}

static struct fg_json_object describe_ratio(const struct fg_beside_row *row) {
    const bool bounded = isfinite(row->ratio.high);
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "value", fg_json_real(row->ratio.value));
    fg_json_set(&object, "low", bounded ? fg_json_real(row->ratio.low) : json_null());
    fg_json_set(&object, "high", bounded ? fg_json_real(row->ratio.high) : json_null());
    fg_json_set(&object, "verdict", fg_json_string(fg_beside_verdict_name(row)));
    return object;
}

static struct fg_json_object describe_row(const struct fg_beside_row *row) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "method", fg_json_string(fg_beside_any(row)->method));
    fg_json_set(&object, "backend", fg_json_string(fg_beside_any(row)->backend));
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        if (row->of[side] != NULL)
            fg_json_set_object(&object, fg_beside_side_name(side), describe_side_of_row(row, side));
        else
            fg_json_set(&object, fg_beside_side_name(side), json_null());
    }
    if (row->has_ratio)
        fg_json_set_object(&object, "ratio", describe_ratio(row));
    else
        fg_json_set(&object, "ratio", json_null());
    return object;
}

/* Returns a plain value as it is, and one of several parts in words. */
static json_t *describe_value(const json_t *value) {
    char text[FG_COMPARE_SENTENCE] = "";
    if (value == NULL || json_is_null(value))
        return json_null();
    if (json_is_number(value) || json_is_boolean(value))
        return json_deep_copy(value);
    fg_beside_append_value(text, sizeof text, value);
    return fg_json_string(text);
}

static struct fg_json_object describe_difference(const struct fg_beside_difference *difference) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "path", fg_json_string(difference->path));
    for (int side = 0; side < FG_BESIDE_SIDES; side++)
        fg_json_set(&object, fg_beside_side_name(side), describe_value(difference->value[side]));
    return object;
}

static struct fg_json_object describe_verdicts(const struct fg_beside *beside) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "error_rate", fg_json_real(FG_STATISTICS_ERROR));
    fg_json_set(&object, "error_rate_of",
                fg_json_string("at least one wrong verdict on any row of such a pair of "
                               "comparisons"));
    fg_json_set(&object, "method",
                fg_json_string("disjoint intervals of the two medians from order statistics, "
                               "Bonferroni over both medians of all rows measured in both"));
    fg_json_set(&object, "least_ratio", fg_json_real(FG_STATISTICS_LEAST_RATIO));
    fg_json_set(&object, "enough_runs",
                beside->pair_count > 0
                    ? fg_json_integer(fg_statistics_runs_for(fg_beside_error(beside)))
                    : json_null());
    return object;
}

static void append_note(void *context, const char *note) {
    struct fg_json_object *const notes = context;
    if (json_array_append_new(notes->json, fg_json_string(note)) != 0)
        notes->complete = false;
}

static void set_all(struct fg_json_object *object, const struct fg_beside *beside) {
    char conclusion[FG_COMPARE_SENTENCE] = "";
    json_t *const rows = json_array();
    json_t *const differences = json_array();
    struct fg_json_object notes = {json_array(), true};
    for (int side = 0; side < FG_BESIDE_SIDES; side++)
        fg_json_set_object(object, fg_beside_side_name(side), describe_side(beside->of[side]));
    fg_json_set_object(object, "input", describe_input(beside->of[FG_BESIDE_NEW]));
    for (size_t i = 0; i < beside->row_count; i++)
        fg_json_append_object(object, rows, describe_row(&beside->rows[i]));
    fg_json_set(object, "rows", rows);
    fg_json_set_object(object, "verdicts", describe_verdicts(beside));
    for (size_t i = 0; i < beside->difference_count; i++)
        fg_json_append_object(object, differences, describe_difference(&beside->differences[i]));
    fg_json_set(object, "differences", differences);
    fg_beside_each_note(beside, append_note, &notes);
    fg_json_set_object(object, "notes", notes);
    fg_beside_append_conclusion(conclusion, sizeof conclusion, beside);
    fg_json_set(object, "conclusion", fg_json_string(conclusion));
}

struct fg_json_object fg_beside_json(const struct fg_beside *beside) {
    struct fg_json_object object = fg_json_object_begin();
    set_all(&object, beside);
    return object;
}

bool fg_beside_write_json_document(const struct fg_beside *beside, FILE *out) {
    struct fg_json_object root = fg_json_object_begin();
    fg_json_set(&root, "format", json_integer(FG_EXPORTED_FORMAT));
    fg_json_set(&root, "kind", fg_json_string(FG_EXPORTED_KIND_BESIDE));
    set_all(&root, beside);
    const bool written = fg_json_write(&root, out);
    json_decref(root.json);
    return written;
}
