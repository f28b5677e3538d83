/* SPDX-License-Identifier: MIT */
/*
 * json_object.h: JSON objects for measurements, made with jansson.
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

/* The setters take ownership of their value. A NULL value means that memory was short: the object
 * is then not complete, and neither is any object that contains it. */
struct fg_json_object {
    json_t *json;
    bool complete;
};

struct fg_json_object fg_json_object_begin(void);
void fg_json_set(struct fg_json_object *object, const char *key, json_t *value);
void fg_json_set_object(struct fg_json_object *object, const char *key,
                        struct fg_json_object value);
/* Appends an object to an array that belongs to `object`. */
void fg_json_append_object(struct fg_json_object *object, json_t *array,
                           struct fg_json_object value);

/* Sets an array of values[0 .. count). */
void fg_json_set_reals(struct fg_json_object *object, const char *key, const double *values,
                       size_t count);

/* Returns a number; null if it is not finite, because JSON cannot express that. */
json_t *fg_json_real(double value);
/* Returns a number. A value above INT64_MAX, the max of jansson's integers, becomes a real. */
json_t *fg_json_integer(uint64_t value);
/* Returns a text as characters/printable.h shows it, because a script may print what it reads; null
 * for NULL. */
json_t *fg_json_string(const char *text);

/* Writes a complete object and a line feed. False, with errno set, if it is not complete or a write
 * to `out` fails. */
bool fg_json_write(const struct fg_json_object *object, FILE *out);
/* Writes a complete object on a single line, by one call of fprintf(). False as fg_json_write(). */
bool fg_json_write_line(const struct fg_json_object *object, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
