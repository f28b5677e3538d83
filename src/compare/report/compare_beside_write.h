/* SPDX-License-Identifier: MIT */
/*
 * compare_beside_write.h: two comparisons side by side, as a section of the newer one's report or
 * on their own, in the formats of a report. One file for each format.
 */
#ifndef FG_COMPARE_BESIDE_WRITE_H
#define FG_COMPARE_BESIDE_WRITE_H

#include "compare/report/compare_beside.h"
#include "measure/json_object.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Write the section, with its heading. The caller checks `out` for errors. */
void fg_beside_write_text(const struct fg_beside *beside, FILE *out);
void fg_beside_write_markdown(const struct fg_beside *beside, FILE *out);
void fg_beside_write_html(const struct fg_beside *beside, FILE *out);

/* Returns the value of "compared_with" of an export. */
struct fg_json_object fg_beside_json(const struct fg_beside *beside);

/* Write a document that has nothing else. Return false if memory is short or JSON could not be
 * written. */
bool fg_beside_write_markdown_document(const struct fg_beside *beside, FILE *out);
bool fg_beside_write_json_document(const struct fg_beside *beside, FILE *out);
bool fg_beside_write_page(const struct fg_beside *beside, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
