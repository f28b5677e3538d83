/* SPDX-License-Identifier: MIT */
/*
 * json_writer.c: one value a line, indented by two spaces a level.
 */
#include "json_writer.h"

#include <assert.h>
#include <math.h>

static void put_text(FILE *stream, const char *text) {
    putc('"', stream);
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(stream, "\\%c", c);
        else if (c < 0x20)
            fprintf(stream, "\\u%04x", c);
        else
            putc(c, stream);
    }
    putc('"', stream);
}

static void break_line(const struct fg_json *json) {
    fprintf(json->stream, "\n%*s", (int)(2 * json->depth), "");
}

/* What stands before a value: a comma, a line of its own, the key. */
static void put_key(struct fg_json *json, const char *key) {
    if (json->depth == 0)
        return;
    bool *const has_items = &json->has_items[json->depth - 1];
    if (*has_items)
        putc(',', json->stream);
    *has_items = true;
    assert((key == NULL) == json->is_array[json->depth - 1]);
    break_line(json);
    if (key != NULL) {
        put_text(json->stream, key);
        fputs(": ", json->stream);
    }
}

static void begin(struct fg_json *json, const char *key, bool is_array) {
    if (json->stream == NULL)
        return;
    assert(json->depth < FG_JSON_DEPTH_MAX);
    put_key(json, key);
    putc(is_array ? '[' : '{', json->stream);
    json->has_items[json->depth] = false;
    json->is_array[json->depth++] = is_array;
}

void fg_json_begin_object(struct fg_json *json, const char *key) {
    begin(json, key, false);
}

void fg_json_begin_array(struct fg_json *json, const char *key) {
    begin(json, key, true);
}

void fg_json_end(struct fg_json *json) {
    if (json->stream == NULL)
        return;
    assert(json->depth > 0);
    json->depth--;
    if (json->has_items[json->depth])
        break_line(json);
    putc(json->is_array[json->depth] ? ']' : '}', json->stream);
    if (json->depth == 0)
        putc('\n', json->stream);
}

void fg_json_text(struct fg_json *json, const char *key, const char *value) {
    if (json->stream == NULL)
        return;
    put_key(json, key);
    put_text(json->stream, value);
}

void fg_json_real(struct fg_json *json, const char *key, double value) {
    if (json->stream == NULL)
        return;
    put_key(json, key);
    if (isfinite(value))
        fprintf(json->stream, "%.12g", value);
    else
        fputs("null", json->stream);
}

void fg_json_integer(struct fg_json *json, const char *key, unsigned long long value) {
    if (json->stream == NULL)
        return;
    put_key(json, key);
    fprintf(json->stream, "%llu", value);
}

void fg_json_boolean(struct fg_json *json, const char *key, bool value) {
    if (json->stream == NULL)
        return;
    put_key(json, key);
    fputs(value ? "true" : "false", json->stream);
}
