/* SPDX-License-Identifier: MIT */
/*
 * json_writer.h: JSON as it comes, to a stream.
 *
 * The benchmarks write their samples while they run, so that what was measured stays although a
 * later race fails, and without a library, so that they build where a GPU is and little else.
 */
#ifndef FG_BENCH_JSON_WRITER_H
#define FG_BENCH_JSON_WRITER_H

#include <stdbool.h>
#include <stdio.h>

#define FG_JSON_DEPTH_MAX 8

/* All zero but the stream, which is the caller's. NULL: everything is dropped. */
struct fg_json {
    FILE *stream;
    unsigned depth;                    /* objects and arrays that are open */
    bool has_items[FG_JSON_DEPTH_MAX]; /* each of them */
    bool is_array[FG_JSON_DEPTH_MAX];
};

/* `key` is that of the value in an object, and NULL in an array and at the top. */
void fg_json_begin_object(struct fg_json *json, const char *key);
void fg_json_begin_array(struct fg_json *json, const char *key);
void fg_json_end(struct fg_json *json); /* what was begun last */

/* Bytes that are no UTF-8 are the caller's mistake; quotes and control characters are escaped. */
void fg_json_text(struct fg_json *json, const char *key, const char *value);
void fg_json_real(struct fg_json *json, const char *key, double value); /* null if not finite */
void fg_json_integer(struct fg_json *json, const char *key, unsigned long long value);
void fg_json_boolean(struct fg_json *json, const char *key, bool value);

#endif
