/* SPDX-License-Identifier: MIT */
/*
 * compare_beside_words.h: two comparisons side by side in words, the same in every report.
 */
#ifndef FG_COMPARE_BESIDE_WORDS_H
#define FG_COMPARE_BESIDE_WORDS_H

#include "compare/report/compare_beside.h"
#include "compare/report/compare_format.h"
#include "measure/quantity.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_BESIDE_HEADING "Old and new side by side"
#define FG_BESIDE_DIFFERENCES_HEADING "What differs"
#define FG_BESIDE_NO_DIFFERENCES "Nothing: program, machine and settings are the same."

/* "old", "new" */
const char *fg_beside_side_name(enum fg_beside_side side);

/* Functions that take the words one after the other. */
typedef void fg_beside_sink(void *context, const char *text);
typedef void fg_beside_field_sink(void *context, const char *label, const char *text);

/* Gives the sink what is compared: "Old" and "New" ("old.json of 2026-11-23T10:00:00Z by factor-gpu
 * 0.1.0, git abc1234"), then "Input" ("numbers.txt, 1000 numbers with SHA-256 ..."). */
void fg_beside_each_field(const struct fg_beside *beside, fg_beside_field_sink *sink,
                          void *context);
/* Appends how to read the ratios, what they compare, and how often a verdict may be wrong. */
void fg_beside_append_scope(char *text, size_t size, const struct fg_beside *beside);

/* Appends the backend, and the number of workers if it can be chosen: "serial", "pool -j4". */
void fg_beside_append_backend(char *text, size_t size, const struct fg_beside_row *row);
/* Appends the row's ratio, or why there is none: "1.21x (1.15 to 1.26)", "no clear difference (0.97
 * to 1.04)", "too few runs to tell (1.83x)", "old: not run: no NVIDIA driver",
 * "both: skipped". Behind it, if it was so: "; throttled: old 2 of 18 runs, new 1 of 18 runs". */
void fg_beside_append_remark(char *text, size_t size, const struct fg_beside_row *row);
/* Returns "faster", "slower", "no clear difference" or "too few runs" for a row with a ratio. */
const char *fg_beside_verdict_name(const struct fg_beside_row *row);

/* Returns whether both sides have the row: then it is in the table. */
bool fg_beside_is_in_table(const struct fg_beside_row *row);

/* A row of the table as text. */
struct fg_beside_cells {
    char backend[FG_COMPARE_SENTENCE], remark[FG_COMPARE_SENTENCE];
    char time[FG_BESIDE_SIDES][FG_QUANTITY_CELL]; /* the medians; "" if not measured */
};

struct fg_beside_table_sink {
    /* `unit` is that of the method's times; NULL if nothing was measured. */
    void (*begin_method)(void *context, const char *method, const char *unit);
    void (*put_row)(void *context, const struct fg_beside_cells *cells);
};

/* Gives the sink each method of the table and, behind it, its rows. */
void fg_beside_each_row(const struct fg_beside *beside, const struct fg_beside_table_sink *sink,
                        void *context);

/* Gives the sink each difference, as "settings.jobs: old 2, new 4". */
void fg_beside_each_difference(const struct fg_beside *beside, fg_beside_sink *sink, void *context);
/* Appends one value of a difference: "2", "none", "not stated". */
void fg_beside_append_value(char *text, size_t size, const json_t *value);

/* Gives the sink each note: disagreements, rows that only one side has, runs that are too few. */
void fg_beside_each_note(const struct fg_beside *beside, fg_beside_sink *sink, void *context);
/* Appends how many rows are faster, slower, and not told apart: sentences with full stops. */
void fg_beside_append_conclusion(char *text, size_t size, const struct fg_beside *beside);

#ifdef __cplusplus
}
#endif

#endif
