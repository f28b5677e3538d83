/* SPDX-License-Identifier: MIT */
/*
 * exported_comparison.h: a comparison read back from the JSON that --export-json wrote, as far as
 * setting it beside another one needs it. doc/compare.schema.json describes the whole file.
 */
#ifndef FG_COMPARE_EXPORTED_COMPARISON_H
#define FG_COMPARE_EXPORTED_COMPARISON_H

#include "factor_gpu.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The format that this program writes. It grows when a key goes or changes its meaning; a new key
 * may come within one format. Format 1 is that of 0.1.0. */
#define FG_EXPORTED_FORMAT 2
/* The kinds of documents, from format 2 on. */
#define FG_EXPORTED_KIND "comparison"
#define FG_EXPORTED_KIND_BESIDE "two comparisons"
/* More rows than any comparison has. */
#define FG_EXPORTED_ROWS_MAX 1000
/* The path that stands for standard input. */
#define FG_EXPORTED_STDIN "-"

struct fg_exported_row {
    const char *method, *backend, *state;
    const char *reason; /* NULL: none */
    unsigned workers;   /* 0: a GPU's row, or one that was never opened */
    bool measured;
    double *samples_s; /* each finite and above 0; at least one if measured */
    size_t sample_count;
    size_t runs_together;  /* of these, made one after another in each turn; at least 1 */
    bool knows_throttled;  /* the one below is known */
    size_t throttled_runs; /* of these samples: something held the GPU's clocks down */
};

/* The strings belong to `root`. */
struct fg_exported {
    const char *name; /* how messages and reports call it; must outlive it */
    json_t *root;
    json_int_t format;
    const char *date, *version;
    const char *git_revision; /* NULL: not known */
    const char *input_label, *sha256;
    json_int_t count; /* of the numbers */
    bool disagreement;
    struct fg_exported_row *rows; /* no two with the same method, backend and workers */
    size_t row_count;
};

/*
 * Reads an export from a file, or from standard input if `path` is FG_EXPORTED_STDIN. `path` must
 * outlive `exported`. Fails with FG_ERROR_SYSTEM if the file cannot be read, with
 * FG_ERROR_ARGUMENT if it is damaged, of another kind or of a newer format; the message says where.
 * Then there is nothing to free.
 */
enum fg_status fg_exported_read(const char *path, struct fg_exported *exported,
                                struct fg_error *error);

/* Does the same with a value that was not read from a file, and takes ownership of it. */
enum fg_status fg_exported_take(json_t *root, const char *name, struct fg_exported *exported,
                                struct fg_error *error);

/* Frees what the export holds; it may be all zero. */
void fg_exported_free(struct fg_exported *exported);

/* Fails with FG_ERROR_ARGUMENT, and says how they differ, if the export is of other numbers than
 * the list, which has at least one. */
enum fg_status fg_exported_check_numbers(const struct fg_exported *exported,
                                         const struct fg_numbers *numbers, struct fg_error *error);
/* Does the same for the numbers of two exports. */
enum fg_status fg_exported_check_inputs(const struct fg_exported *old_one,
                                        const struct fg_exported *new_one, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
