/* SPDX-License-Identifier: MIT */
/*
 * manifest.c: a line of a manifest as JSON, with jansson, and how it is appended.
 */
#include "cli/manifest/manifest.h"

#include "characters/printable.h"
#include "text/failure.h"
#include "text/json_line.h"
#include "text/line_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FORMAT "factor-gpu manifest"
#define VERSION 1
#define OPTION "--manifest"
/* Bounds what a line can ask for. */
#define PARTS_MOST 1000000

/* ---- A line as text ---- */

/* A name may be any bytes, and JSON is UTF-8. */
static json_t *json_name(const char *name) {
    json_t *const plain = json_string(name);
    if (plain != NULL)
        return plain;
    char printable[4096];
    fg_printable_copy(name, printable, sizeof printable);
    return json_string(printable);
}

static json_t *text_or_null(const char *text) {
    return text != NULL && *text != '\0' ? json_string(text) : json_null();
}

static json_t *describe_inputs(const struct fg_manifest_run *run) {
    json_t *const list = json_array();
    for (size_t i = 0; i < run->input_count; i++) {
        const struct fg_manifest_input *const input = &run->inputs[i];
        const bool known = *input->sha256 != '\0';
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o}", "name", json_name(input->name), "bytes",
                            known ? json_integer((json_int_t)input->bytes) : json_null(), "sha256",
                            text_or_null(input->sha256)));
    }
    return list;
}

static json_t *describe_methods(unsigned used) {
    json_t *const list = json_array();
    for (size_t i = 0; i < fg_method_count(); i++)
        if ((used >> fg_method_at(i) & 1) != 0)
            json_array_append_new(list, json_string(fg_method_name(fg_method_at(i))));
    return list;
}

static json_t *describe_time(void) {
    char date[32] = "";
    const time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) != NULL)
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_string(date);
}

/* Returns the run's line, with its newline, for the caller to free; NULL if memory is short. */
static char *describe(const struct fg_manifest_run *run) {
    const struct fg_build_info *const build = fg_library_build_info();
    json_t *const object = json_pack(
        "{s:s, s:i, s:s, s:s, s:o, s:o, s:i, s:i, s:I, s:s, s:o, s:I, s:o, s:o, s:s, s:o, s:o, "
        "s:o, s:f, s:i}",
        "format", FORMAT, "version", VERSION, "program", build->version, "git", build->git_revision,
        "ended", describe_time(), "input", describe_inputs(run), "part", (int)run->part, "of",
        (int)run->of, "numbers", (json_int_t)run->numbers, "numbers_sha256", run->numbers_sha256,
        "output", run->output != NULL ? json_name(run->output) : json_null(), "bytes",
        (json_int_t)run->bytes, "output_sha256", text_or_null(run->output_sha256), "options",
        json_name(run->options), "method", run->method, "answered_by",
        describe_methods(run->used_methods), "backend", text_or_null(run->backend), "jobs",
        run->jobs > 0 ? json_integer(run->jobs) : json_null(), "seconds", run->seconds,
        "exit_status", run->exit_status);
    return fg_json_line(object, JSON_REAL_PRECISION(6));
}

/* ---- Reading ---- */

static bool take_count(const json_t *object, const char *key, uint64_t *count) {
    const json_t *const value = json_object_get(object, key);
    *count = json_is_integer(value) ? (uint64_t)json_integer_value(value) : 0;
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

/* Takes a string; one that may be null is "" then. */
static bool take_text(const json_t *object, const char *key, bool may_be_null, const char **text) {
    const json_t *const value = json_object_get(object, key);
    *text = json_is_string(value) ? json_string_value(value) : "";
    return json_is_string(value) || (may_be_null && json_is_null(value));
}

static bool take_digest(const json_t *object, const char *key, bool may_be_null, const char **hex) {
    return take_text(object, key, may_be_null, hex) &&
           (**hex == '\0' || (strlen(*hex) == FG_DIGEST_HEX - 1 &&
                              strspn(*hex, "0123456789abcdef") == FG_DIGEST_HEX - 1));
}

static bool take_inputs(const json_t *object, struct fg_manifest_run *run) {
    const json_t *const list = json_object_get(object, "input");
    const size_t count = json_array_size(list);
    struct fg_manifest_input *const inputs = calloc(count + 1, sizeof *inputs);
    run->inputs = inputs;
    run->input_count = count;
    bool right = json_is_array(list) && inputs != NULL;
    for (size_t i = 0; right && i < count; i++) {
        const json_t *const input = json_array_get(list, i);
        const char *hex;
        right = take_text(input, "name", false, &inputs[i].name) &&
                take_digest(input, "sha256", true, &hex) &&
                (*hex == '\0' || take_count(input, "bytes", &inputs[i].bytes));
        if (right)
            strcpy(inputs[i].sha256, hex);
    }
    return right;
}

/* Takes the members that a check needs. Returns the name of the first that is wrong; or NULL. */
static const char *take_members(const json_t *object, struct fg_manifest_run *run) {
    uint64_t part, of, status;
    if (!take_inputs(object, run))
        return "input";
    if (!take_count(object, "part", &part) || !take_count(object, "of", &of) || part < 1 ||
        part > of || of > PARTS_MOST)
        return "part";
    run->part = (unsigned)part;
    run->of = (unsigned)of;
    if (!take_count(object, "exit_status", &status) || status > 255)
        return "exit_status";
    run->exit_status = (int)status;
    return !take_count(object, "numbers", &run->numbers)                         ? "numbers"
           : !take_digest(object, "numbers_sha256", false, &run->numbers_sha256) ? "numbers_sha256"
           : !take_text(object, "output", true, &run->output)                    ? "output"
           : !take_count(object, "bytes", &run->bytes)                           ? "bytes"
           : !take_digest(object, "output_sha256", true, &run->output_sha256)    ? "output_sha256"
           : !take_text(object, "options", false, &run->options)                 ? "options"
                                                                                 : NULL;
}

const char *fg_manifest_parse(const char *line, struct fg_manifest_run *run, json_t **object) {
    uint64_t version = 0;
    json_error_t why;
    *run = (struct fg_manifest_run){0};
    *object = json_loads(line, JSON_REJECT_DUPLICATES, &why);
    const char *const format = json_string_value(json_object_get(*object, "format"));
    const char *wrong = NULL;
    if (format == NULL || strcmp(format, FORMAT) != 0)
        wrong = "it is no line of a manifest; remove it, and run the part again if it has no other";
    else if (!take_count(*object, "version", &version) || version != VERSION)
        wrong = "it is a line of another version of this program, which this one cannot check";
    else if (take_members(*object, run) != NULL)
        wrong = "it is damaged; remove it, and run the part again if it has no other";
    if (wrong != NULL) {
        free(run->inputs);
        json_decref(*object);
    } else if (*run->output == '\0') {
        run->output = NULL;
    }
    return wrong;
}

/* ---- The file ---- */

enum fg_status fg_manifest_check(const char *path, struct fg_error *error) {
    return fg_line_file_check(OPTION, path, error);
}

enum fg_status fg_manifest_append(const char *path, const struct fg_manifest_run *run,
                                  struct fg_error *error) {
    char *const line = describe(run);
    if (line == NULL)
        return fg_program_fail_memory(error);
    const enum fg_status status = fg_line_file_append(OPTION, path, line, strlen(line), error);
    free(line);
    return status;
}
