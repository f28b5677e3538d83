/* SPDX-License-Identifier: MIT */
/*
 * json_object.c: values, and how they are written.
 */
#include "measure/json_object.h"

#include "characters/printable.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Enough to tell nanoseconds apart in 10^4 seconds. */
#define REAL_DIGITS 14

struct fg_json_object fg_json_object_begin(void) {
    struct fg_json_object object = {json_object(), true};
    object.complete = object.json != NULL;
    return object;
}

void fg_json_set(struct fg_json_object *object, const char *key, json_t *value) {
    if (json_object_set_new(object->json, key, value) != 0)
        object->complete = false;
}

void fg_json_set_object(struct fg_json_object *object, const char *key,
                        struct fg_json_object value) {
    object->complete = object->complete && value.complete;
    fg_json_set(object, key, value.json);
}

void fg_json_append_object(struct fg_json_object *object, json_t *array,
                           struct fg_json_object value) {
    object->complete = object->complete && value.complete;
    if (json_array_append_new(array, value.json) != 0)
        object->complete = false;
}

void fg_json_set_reals(struct fg_json_object *object, const char *key, const double *values,
                       size_t count) {
    json_t *const array = json_array();
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(array, fg_json_real(values[i])) != 0)
            object->complete = false;
    fg_json_set(object, key, array);
}

json_t *fg_json_real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *fg_json_integer(uint64_t value) {
    return value <= INT64_MAX ? json_integer((json_int_t)value) : json_real((double)value);
}

json_t *fg_json_string(const char *text) {
    if (text == NULL)
        return json_null();
    const size_t room = FG_PRINTABLE_ESCAPE_BYTES * strlen(text) + 1;
    char *const shown = malloc(room);
    if (shown == NULL)
        return NULL;
    fg_printable_copy(text, shown, room);
    json_t *const value = json_string(shown);
    free(shown);
    return value;
}

bool fg_json_write(const struct fg_json_object *object, FILE *out) {
    if (!object->complete) {
        errno = ENOMEM;
        return false;
    }
    return json_dumpf(object->json, out, JSON_INDENT(2) | JSON_REAL_PRECISION(REAL_DIGITS)) == 0 &&
           fputc('\n', out) != EOF;
}

bool fg_json_write_line(const struct fg_json_object *object, FILE *out) {
    char *const text =
        object->complete ? json_dumps(object->json, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS))
                         : NULL;
    if (text == NULL) {
        errno = ENOMEM;
        return false;
    }
    const bool written = fprintf(out, "%s\n", text) >= 0;
    free(text);
    return written;
}
