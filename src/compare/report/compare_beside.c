/* SPDX-License-Identifier: MIT */
/*
 * compare_beside.c: pairs the rows of two exports, judges the pairs, and walks through what the
 * exports say of program, machine, input and settings.
 */
#include "compare/report/compare_beside.h"

#include "text/failure.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool fg_beside_is_measured(const struct fg_beside_row *row, enum fg_beside_side side) {
    return row->of[side] != NULL && row->of[side]->measured;
}

const struct fg_exported_row *fg_beside_any(const struct fg_beside_row *row) {
    return row->of[FG_BESIDE_NEW] != NULL ? row->of[FG_BESIDE_NEW] : row->of[FG_BESIDE_OLD];
}

double fg_beside_error(const struct fg_beside *beside) {
    assert(beside->pair_count > 0);
    return FG_STATISTICS_ERROR / (double)(FG_BESIDE_SIDES * beside->pair_count);
}

size_t fg_beside_count(const struct fg_beside *beside, enum fg_statistics_verdict verdict) {
    size_t count = 0;
    for (size_t i = 0; i < beside->row_count; i++)
        count += beside->rows[i].has_ratio && beside->rows[i].verdict == verdict;
    return count;
}

/* ---- Rows ---- */

static bool is_same(const struct fg_exported_row *a, const struct fg_exported_row *b,
                    bool any_workers) {
    return strcmp(a->method, b->method) == 0 && strcmp(a->backend, b->backend) == 0 &&
           (a->workers == b->workers || (any_workers && (a->workers == 0 || b->workers == 0)));
}

/* Gives each new row without an old one the first old row that is the same and has no new one. */
static void pair_rows(struct fg_beside *beside, bool *taken, bool any_workers) {
    const struct fg_exported *const old_one = beside->of[FG_BESIDE_OLD];
    for (size_t i = 0; i < beside->of[FG_BESIDE_NEW]->row_count; i++) {
        struct fg_beside_row *const row = &beside->rows[i];
        for (size_t k = 0; k < old_one->row_count && row->of[FG_BESIDE_OLD] == NULL; k++) {
            if (taken[k] || !is_same(row->of[FG_BESIDE_NEW], &old_one->rows[k], any_workers))
                continue;
            row->of[FG_BESIDE_OLD] = &old_one->rows[k];
            taken[k] = true;
        }
    }
}

static enum fg_status list_rows(struct fg_beside *beside, struct fg_error *error) {
    const struct fg_exported *const old_one = beside->of[FG_BESIDE_OLD];
    const struct fg_exported *const new_one = beside->of[FG_BESIDE_NEW];
    bool *const taken = calloc(old_one->row_count, sizeof *taken);
    beside->rows = calloc(old_one->row_count + new_one->row_count, sizeof *beside->rows);
    if (taken == NULL || beside->rows == NULL) {
        free(taken);
        return fg_program_fail_memory(error);
    }
    for (size_t i = 0; i < new_one->row_count; i++)
        beside->rows[i].of[FG_BESIDE_NEW] = &new_one->rows[i];
    pair_rows(beside, taken, false);
    pair_rows(beside, taken, true); /* a row that was never opened has no workers */
    beside->row_count = new_one->row_count;
    for (size_t k = 0; k < old_one->row_count; k++)
        if (!taken[k])
            beside->rows[beside->row_count++].of[FG_BESIDE_OLD] = &old_one->rows[k];
    free(taken);
    return FG_OK;
}

static bool is_pair(const struct fg_beside_row *row) {
    return fg_beside_is_measured(row, FG_BESIDE_OLD) && fg_beside_is_measured(row, FG_BESIDE_NEW);
}

/* Fills in the row's medians, and their intervals if both sides have one. */
static enum fg_status summarise(const struct fg_beside *beside, struct fg_beside_row *row,
                                struct fg_error *error) {
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        if (!fg_beside_is_measured(row, side))
            continue;
        const struct fg_exported_row *const of = row->of[side];
        double *const sorted_s = calloc(of->sample_count, sizeof *sorted_s);
        if (sorted_s == NULL)
            return fg_program_fail_memory(error);
        row->summary[side] = fg_statistics_summarise(of->samples_s, of->sample_count, sorted_s);
        if (is_pair(row))
            row->interval[side] = fg_statistics_interval_of(
                sorted_s, of->sample_count, of->runs_together, fg_beside_error(beside));
        free(sorted_s);
    }
    return FG_OK;
}

static enum fg_status judge_rows(struct fg_beside *beside, struct fg_error *error) {
    const bool disagreement =
        beside->of[FG_BESIDE_OLD]->disagreement || beside->of[FG_BESIDE_NEW]->disagreement;
    for (size_t i = 0; i < beside->row_count; i++)
        beside->pair_count += is_pair(&beside->rows[i]);
    for (size_t i = 0; i < beside->row_count; i++) {
        struct fg_beside_row *const row = &beside->rows[i];
        FG_TRY(summarise(beside, row, error));
        row->has_ratio = is_pair(row) && !disagreement;
        if (row->has_ratio)
            row->verdict = fg_statistics_compare(
                &row->summary[FG_BESIDE_OLD], &row->interval[FG_BESIDE_OLD],
                &row->summary[FG_BESIDE_NEW], &row->interval[FG_BESIDE_NEW], &row->ratio);
    }
    return FG_OK;
}

/* ---- What else differs ---- */

/* The last 200 bytes of a path suffice for every key that this program writes. */
#define PATH_BYTES 200

struct walk {
    struct fg_beside *beside;
    struct fg_error *error;
    char path[PATH_BYTES];
};

static enum fg_status note_difference(const struct walk *walk, json_t *old_value,
                                      json_t *new_value) {
    struct fg_beside *const beside = walk->beside;
    struct fg_beside_difference *const larger =
        realloc(beside->differences, (beside->difference_count + 1) * sizeof *larger);
    char *const path = strdup(walk->path);
    if (larger != NULL)
        beside->differences = larger;
    if (larger == NULL || path == NULL) {
        free(path);
        return fg_program_fail_memory(walk->error);
    }
    struct fg_beside_difference *const noted = &larger[beside->difference_count++];
    noted->path = path;
    noted->value[FG_BESIDE_OLD] = old_value;
    noted->value[FG_BESIDE_NEW] = new_value;
    return FG_OK;
}

static enum fg_status walk_values(struct walk *walk, json_t *old_value, json_t *new_value);

/* Walks through a member of an object, or through an element of an array, under its name. */
__attribute__((format(printf, 4, 5))) static enum fg_status
walk_member(struct walk *walk, json_t *old_value, json_t *new_value, const char *format, ...) {
    const size_t length = strlen(walk->path);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(walk->path + length, sizeof walk->path - length, format, arguments);
    va_end(arguments);
    const enum fg_status status = walk_values(walk, old_value, new_value);
    walk->path[length] = '\0';
    return status;
}

static enum fg_status walk_objects(struct walk *walk, json_t *old_value, json_t *new_value) {
    const char *key;
    json_t *value;
    const char *const dot = walk->path[0] != '\0' ? "." : "";
    json_object_foreach(new_value, key, value)
        FG_TRY(walk_member(walk, json_object_get(old_value, key), value, "%s%s", dot, key));
    json_object_foreach(old_value, key, value) if (json_object_get(new_value, key) == NULL)
        FG_TRY(walk_member(walk, value, NULL, "%s%s", dot, key));
    return FG_OK;
}

static enum fg_status walk_arrays(struct walk *walk, json_t *old_value, json_t *new_value) {
    const size_t old_count = json_array_size(old_value), new_count = json_array_size(new_value);
    for (size_t i = 0; i < old_count || i < new_count; i++)
        FG_TRY(walk_member(walk, json_array_get(old_value, i), json_array_get(new_value, i),
                           "[%zu]", i));
    return FG_OK;
}

static enum fg_status walk_values(struct walk *walk, json_t *old_value, json_t *new_value) {
    if (json_is_object(old_value) && json_is_object(new_value))
        return walk_objects(walk, old_value, new_value);
    if (json_is_array(old_value) && json_is_array(new_value))
        return walk_arrays(walk, old_value, new_value);
    const bool same = json_is_number(old_value) && json_is_number(new_value)
                          ? json_number_value(old_value) == json_number_value(new_value)
                          : json_equal(old_value, new_value);
    return same ? FG_OK : note_difference(walk, old_value, new_value);
}

static enum fg_status list_differences(struct fg_beside *beside, struct fg_error *error) {
    static const char *const sections[] = {"program", "environment", "settings"};
    json_t *const old_root = beside->of[FG_BESIDE_OLD]->root;
    json_t *const new_root = beside->of[FG_BESIDE_NEW]->root;
    struct walk walk = {.beside = beside, .error = error};
    FG_TRY(walk_member(&walk, json_object_get(old_root, "format"),
                       json_object_get(new_root, "format"), "format"));
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        FG_TRY(walk_member(&walk, json_object_get(old_root, sections[i]),
                           json_object_get(new_root, sections[i]), "%s", sections[i]));
    return walk_member(&walk, json_object_get(json_object_get(old_root, "input"), "label"),
                       json_object_get(json_object_get(new_root, "input"), "label"), "input.label");
}

enum fg_status fg_beside_make(struct fg_beside *beside, const struct fg_exported *old_one,
                              const struct fg_exported *new_one, struct fg_error *error) {
    *beside = (struct fg_beside){.of = {old_one, new_one}};
    enum fg_status status = fg_exported_check_inputs(old_one, new_one, error);
    if (status == FG_OK)
        status = list_rows(beside, error);
    if (status == FG_OK)
        status = judge_rows(beside, error);
    if (status == FG_OK)
        status = list_differences(beside, error);
    if (status != FG_OK)
        fg_beside_free(beside);
    return status;
}

void fg_beside_free(struct fg_beside *beside) {
    for (size_t i = 0; i < beside->difference_count; i++)
        free(beside->differences[i].path);
    free(beside->differences);
    free(beside->rows);
    *beside = (struct fg_beside){0};
}
