/* SPDX-License-Identifier: MIT */
/*
 * exported_comparison.c: reads and checks an export. Only what is used is checked, so that an
 * export with keys that this program does not know is taken, and one of 0.1.0 too.
 */
#include "compare/report/exported_comparison.h"

#include "compare/compare_input.h"
#include "text/failure.h"
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHERE_BYTES 128

/* An object of the export, and how messages call it. */
struct place {
    const struct fg_exported *file;
    const json_t *object;
    char prefix[WHERE_BYTES / 2]; /* "rows[3]."; "" for the whole file */
    struct fg_error *error;
};

static const char *type_name(const json_t *value) {
    if (value == NULL)
        return "missing";
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        return "null";
    }
    return "unknown";
}

/* Fails because a value is not what it must be. */
__attribute__((format(printf, 4, 5))) static enum fg_status wrong_value(const struct place *place,
                                                                        const json_t *found,
                                                                        const char *expected,
                                                                        const char *path, ...) {
    char where[WHERE_BYTES], value[48];
    va_list arguments;
    va_start(arguments, path);
    vsnprintf(where, sizeof where, path, arguments);
    va_end(arguments);
    if (json_is_number(found))
        snprintf(value, sizeof value, "%.10g", json_number_value(found));
    else if (json_is_string(found))
        snprintf(value, sizeof value, "'%.40s'", json_string_value(found));
    else
        snprintf(value, sizeof value, "%s", type_name(found));
    return fg_program_fail(place->error, FG_ERROR_ARGUMENT,
                           FG_PATH ": %s%s is %s, not %s: the file is damaged, or not what "
                                   "--export-json wrote; export the comparison again",
                           FG_PATH_END(place->file->name), place->prefix, where, value, expected);
}

/* Returns the value at a path such as "input.count"; NULL if there is none. */
static const json_t *find(const json_t *object, const char *path) {
    while (object != NULL) {
        char key[WHERE_BYTES];
        const size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        object = json_object_get(object, key);
        if (path[length] == '\0')
            return object;
        path += length + 1;
    }
    return NULL;
}

static enum fg_status take_string(const struct place *place, const char *path, const char **text) {
    const json_t *const value = find(place->object, path);
    *text = json_string_value(value);
    return *text != NULL ? FG_OK : wrong_value(place, value, "a string", "%s", path);
}

/* Sets *text to NULL if the value is null. */
static enum fg_status take_optional_string(const struct place *place, const char *path,
                                           const char **text) {
    *text = NULL;
    return json_is_null(find(place->object, path)) ? FG_OK : take_string(place, path, text);
}

static enum fg_status take_whole(const struct place *place, const char *path, json_int_t max,
                                 json_int_t *number) {
    const json_t *const value = find(place->object, path);
    *number = json_integer_value(value);
    if (json_is_integer(value) && *number >= 1 && *number <= max)
        return FG_OK;
    return wrong_value(place, value, "a whole number from 1 on", "%s", path);
}

/* ---- Rows ---- */

/* Times whose medians and ratios are numbers, too. */
#define LEAST_TIME_S 1e-12
#define MOST_TIME_S 1e12
/* The least turns of a row in exports that do not say how many runs a turn had. */
#define OLD_TURNS 6

static enum fg_status take_samples(const struct place *place, struct fg_exported_row *row) {
    const json_t *const samples = find(place->object, "samples_s");
    if (!json_is_array(samples))
        return wrong_value(place, samples, "a list", "samples_s");
    row->sample_count = json_array_size(samples);
    if (row->measured && row->sample_count == 0)
        return wrong_value(place, samples, "the times of a measured row", "samples_s");
    row->samples_s = calloc(row->sample_count + 1, sizeof *row->samples_s);
    if (row->samples_s == NULL)
        return fg_program_fail_memory(place->error);
    for (size_t i = 0; i < row->sample_count; i++) {
        const json_t *const value = json_array_get(samples, i);
        row->samples_s[i] = json_number_value(value);
        if (!json_is_number(value) || !(row->samples_s[i] >= LEAST_TIME_S) ||
            row->samples_s[i] > MOST_TIME_S)
            return wrong_value(place, value, "a time in seconds, 1e-12 to 1e12", "samples_s[%zu]",
                               i);
    }
    return FG_OK;
}

/* Takes how many runs a turn had, or the most that it can have had in an export that lacks it. */
static enum fg_status take_turns(const struct place *place, struct fg_exported_row *row) {
    json_int_t together = (json_int_t)((row->sample_count + OLD_TURNS - 1) / OLD_TURNS);
    const json_t *const value = find(place->object, "runs_together");
    if (value != NULL && !json_is_null(value))
        FG_TRY(take_whole(place, "runs_together", INT_MAX, &together));
    row->runs_together = together > 0 ? (size_t)together : 1;
    return FG_OK;
}

/* Takes how many runs were throttled. Exports before NVML was asked lack it. */
static enum fg_status take_throttled(const struct place *place, struct fg_exported_row *row) {
    const json_t *const value = find(place->object, "throttled_runs");
    if (value == NULL || json_is_null(value))
        return FG_OK;
    const json_int_t count = json_integer_value(value);
    if (!json_is_integer(value) || count < 0 || (size_t)count > row->sample_count)
        return wrong_value(place, value, "a count of the runs in samples_s", "throttled_runs");
    row->knows_throttled = true;
    row->throttled_runs = (size_t)count;
    return FG_OK;
}

static enum fg_status take_state(const struct place *place, struct fg_exported_row *row) {
    static const char *const states[] = {"measured", "skipped", "not run", "failed"};
    FG_TRY(take_string(place, "state", &row->state));
    row->measured = strcmp(row->state, states[0]) == 0;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(row->state, states[i]) == 0)
            return FG_OK;
    return wrong_value(place, find(place->object, "state"),
                       "'measured', 'skipped', 'not run' or 'failed'", "state");
}

static enum fg_status take_row(const struct place *place, struct fg_exported_row *row) {
    json_int_t workers = 0;
    if (!json_is_object(place->object))
        return wrong_value(place, place->object, "an object", "%s", "");
    FG_TRY(take_string(place, "method", &row->method));
    FG_TRY(take_string(place, "backend", &row->backend));
    FG_TRY(take_state(place, row));
    FG_TRY(take_optional_string(place, "reason", &row->reason));
    if (!json_is_null(find(place->object, "workers")))
        FG_TRY(take_whole(place, "workers", UINT_MAX, &workers));
    row->workers = (unsigned)workers;
    FG_TRY(take_samples(place, row));
    FG_TRY(take_turns(place, row));
    return take_throttled(place, row);
}

static bool is_same_row(const struct fg_exported_row *a, const struct fg_exported_row *b) {
    return strcmp(a->method, b->method) == 0 && strcmp(a->backend, b->backend) == 0 &&
           a->workers == b->workers;
}

static enum fg_status take_rows(const struct place *file, struct fg_exported *exported) {
    const json_t *const rows = find(file->object, "rows");
    const size_t count = json_array_size(rows);
    if (!json_is_array(rows) || count == 0)
        return wrong_value(file, rows, "a list of rows", "rows");
    if (count > FG_EXPORTED_ROWS_MAX)
        return wrong_value(file, rows, "one of a comparison, which has fewer rows", "rows");
    exported->rows = calloc(count, sizeof *exported->rows);
    if (exported->rows == NULL)
        return fg_program_fail_memory(file->error);
    for (size_t i = 0; i < count; i++) {
        struct place place = {
            .file = exported, .object = json_array_get(rows, i), .error = file->error};
        snprintf(place.prefix, sizeof place.prefix, "rows[%zu]%s", i,
                 json_is_object(place.object) ? "." : "");
        exported->row_count++;
        FG_TRY(take_row(&place, &exported->rows[i]));
        for (size_t k = 0; k < i; k++)
            if (is_same_row(&exported->rows[i], &exported->rows[k]))
                return wrong_value(&place, find(place.object, "backend"),
                                   "one that no earlier row of this method has", "backend");
    }
    return FG_OK;
}

/* ---- The whole ---- */

static enum fg_status take_format(const struct place *place, struct fg_exported *exported) {
    const json_t *const format = find(place->object, "format");
    const char *const kind = json_string_value(find(place->object, "kind"));
    const char *const version = json_string_value(find(place->object, "program.version"));
    if (!json_is_integer(format))
        return fg_program_fail(place->error, FG_ERROR_ARGUMENT,
                               FG_PATH ": the key \"format\" is %s, not a whole number: this is "
                                       "no comparison; give a file that --export-json wrote",
                               FG_PATH_END(exported->name), type_name(format));
    exported->format = json_integer_value(format);
    if (exported->format > FG_EXPORTED_FORMAT)
        return fg_program_fail(
            place->error, FG_ERROR_ARGUMENT,
            FG_PATH ": its format %" JSON_INTEGER_FORMAT " is newer than %d, the newest that this "
                    "program knows; read it with the factor-gpu that wrote it%s%.40s",
            FG_PATH_END(exported->name), exported->format, FG_EXPORTED_FORMAT,
            version != NULL ? ", " : "", version != NULL ? version : "");
    if (exported->format < 1)
        return wrong_value(place, format, "a format, which count from 1", "format");
    if (exported->format >= 2 && kind != NULL && strcmp(kind, FG_EXPORTED_KIND_BESIDE) == 0)
        return fg_program_fail(place->error, FG_ERROR_ARGUMENT,
                               FG_PATH " holds two comparisons side by side; give one of the two "
                                       "files that it was made from",
                               FG_PATH_END(exported->name));
    if (exported->format >= 2 && (kind == NULL || strcmp(kind, FG_EXPORTED_KIND) != 0))
        return wrong_value(place, find(place->object, "kind"), "'" FG_EXPORTED_KIND "'", "kind");
    return FG_OK;
}

static enum fg_status take_input(const struct place *place, struct fg_exported *exported) {
    FG_TRY(take_string(place, "input.label", &exported->input_label));
    FG_TRY(take_whole(place, "input.count", LLONG_MAX, &exported->count));
    FG_TRY(take_string(place, "input.sha256", &exported->sha256));
    if (strlen(exported->sha256) != 64 || strspn(exported->sha256, "0123456789abcdef") != 64)
        return wrong_value(place, find(place->object, "input.sha256"),
                           "a SHA-256 of 64 hexadecimal digits", "input.sha256");
    return FG_OK;
}

static enum fg_status take_all(struct fg_exported *exported, struct fg_error *error) {
    const struct place place = {.file = exported, .object = exported->root, .error = error};
    static const char *const sections[] = {"program", "environment", "input", "settings"};
    if (!json_is_object(exported->root))
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               FG_PATH " holds %s, not an object: this is no comparison; give a "
                                       "file that --export-json wrote",
                               FG_PATH_END(exported->name), type_name(exported->root));
    FG_TRY(take_format(&place, exported));
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (!json_is_object(find(exported->root, sections[i])))
            return wrong_value(&place, find(exported->root, sections[i]), "an object", "%s",
                               sections[i]);
    FG_TRY(take_string(&place, "date", &exported->date));
    FG_TRY(take_string(&place, "program.version", &exported->version));
    FG_TRY(take_optional_string(&place, "program.git_revision", &exported->git_revision));
    FG_TRY(take_input(&place, exported));
    const json_t *const disagreement = find(exported->root, "disagreement");
    exported->disagreement = json_is_object(disagreement);
    if (!exported->disagreement && !json_is_null(disagreement))
        return wrong_value(&place, disagreement, "an object or null", "disagreement");
    return take_rows(&place, exported);
}

enum fg_status fg_exported_take(json_t *root, const char *name, struct fg_exported *exported,
                                struct fg_error *error) {
    *exported = (struct fg_exported){.name = name, .root = root};
    const enum fg_status status = take_all(exported, error);
    if (status != FG_OK)
        fg_exported_free(exported);
    return status;
}

void fg_exported_free(struct fg_exported *exported) {
    for (size_t i = 0; i < exported->row_count; i++)
        free(exported->rows[i].samples_s);
    free(exported->rows);
    json_decref(exported->root);
    *exported = (struct fg_exported){0};
}

/* ---- From a file ---- */

/* The source of json_load_callback(). */
struct source {
    FILE *file;
    bool any;         /* it holds at least one byte */
    int error_number; /* 0: no read has failed */
};

static size_t read_some(void *buffer, size_t size, void *context) {
    struct source *const source = context;
    errno = 0;
    const size_t got = fread(buffer, 1, size, source->file);
    source->any = source->any || got > 0;
    if (got == 0 && ferror(source->file))
        source->error_number = errno != 0 ? errno : EIO;
    return got;
}

static enum fg_status fail_reading(const char *name, int error_number, struct fg_error *error) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot read " FG_PATH ": %s", FG_PATH_END(name),
                           strerror(error_number));
}

static enum fg_status load(struct source *source, const char *name, json_t **root,
                           struct fg_error *error) {
    json_error_t reason;
    *root = json_load_callback(read_some, source, JSON_REJECT_DUPLICATES, &reason);
    if (source->error_number != 0) {
        json_decref(*root);
        return fail_reading(name, source->error_number, error);
    }
    if (*root != NULL)
        return FG_OK;
    if (json_error_code(&reason) == json_error_out_of_memory)
        return fg_program_fail_memory(error);
    if (!source->any)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               FG_PATH " is empty; give a file that --export-json wrote",
                               FG_PATH_END(name));
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           FG_PATH ", line %d, column %d: %.100s: this is no JSON, or not all of "
                                   "it; give a file that --export-json wrote",
                           FG_PATH_END(name), reason.line, reason.column, reason.text);
}

enum fg_status fg_exported_read(const char *path, struct fg_exported *exported,
                                struct fg_error *error) {
    const bool is_stdin = strcmp(path, FG_EXPORTED_STDIN) == 0;
    const char *const name = is_stdin ? "standard input" : path;
    struct source source = {.file = is_stdin ? stdin : fopen(path, "re")};
    json_t *root = NULL;
    *exported = (struct fg_exported){0};
    if (source.file == NULL)
        return fail_reading(name, errno, error);
    const enum fg_status status = load(&source, name, &root, error);
    if (!is_stdin)
        fclose(source.file);
    return status == FG_OK ? fg_exported_take(root, name, exported, error) : status;
}

/* ---- Inputs ---- */

static enum fg_status check_inputs(const struct fg_exported *exported, const char *name,
                                   json_int_t count, const char *sha256, struct fg_error *error) {
    if (strcmp(exported->sha256, sha256) == 0 && exported->count == count)
        return FG_OK;
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           FG_PATH " is of other numbers than " FG_PATH " (%" JSON_INTEGER_FORMAT
                                   " with SHA-256 %.12s..., not "
                                   "%" JSON_INTEGER_FORMAT " with %.12s...): ratios would mean "
                                   "nothing; compare the same numbers in the same order",
                           FG_PATH_END(exported->name), FG_PATH_END(name), exported->count,
                           exported->sha256, count, sha256);
}

enum fg_status fg_exported_check_numbers(const struct fg_exported *exported,
                                         const struct fg_numbers *numbers, struct fg_error *error) {
    struct fg_compare_input input;
    fg_compare_input_describe(numbers, &input);
    return check_inputs(exported, "this input", (json_int_t)input.count, input.sha256, error);
}

enum fg_status fg_exported_check_inputs(const struct fg_exported *old_one,
                                        const struct fg_exported *new_one, struct fg_error *error) {
    return check_inputs(old_one, new_one->name, new_one->count, new_one->sha256, error);
}
