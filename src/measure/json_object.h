/* SPDX-License-Identifier: MIT */
/*
 * json_object.h: JSON objects of what was measured, through jansson.
 */
#ifndef FG_MEASURE_JSON_OBJECT_H
#define FG_MEASURE_JSON_OBJECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The setters take ownership of their value. NULL for a value means that memory was short: the
 * object is then not complete, nor is any that contains it. */
struct fg_json_object {
    json_t *json;
    bool complete;
};

struct fg_json_object fg_json_object_begin(void);
void fg_json_set(struct fg_json_object *object, const char *key, json_t *value);
void fg_json_set_object(struct fg_json_object *object, const char *key,
                        struct fg_json_object value);
/* Appends an object to an array of the object's. */
void fg_json_append_object(struct fg_json_object *object, json_t *array,
                           struct fg_json_object value);

/* Sets an array of values[0 .. count). */
void fg_json_set_reals(struct fg_json_object *object, const char *key, const double *values,
                       size_t count);

/* A value; null where it is not finite, which JSON has no word for. */
json_t *fg_json_real(double value);
/* Values above INT64_MAX, which jansson's integers do not reach, become reals. */
json_t *fg_json_integer(uint64_t value);
/* A text as characters/printable.h shows it, since a script may print what it reads; null for
 * NULL. */
json_t *fg_json_string(const char *text);

/* Writes a complete object and a line feed. False, with errno set, if it is not complete or `out`
 * takes no more. */
bool fg_json_write(const struct fg_json_object *object, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
