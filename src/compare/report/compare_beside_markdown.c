/* SPDX-License-Identifier: MIT */
/*
 * compare_beside_markdown.c: two comparisons side by side as Markdown.
 */
#include "compare/report/compare_beside_words.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_format.h"
#include "compare/report/markdown_escape.h"

static void put_line(FILE *out, const char *text) {
    fg_markdown_put(out, text);
    putc('\n', out);
}

static void put_field(void *context, const char *label, const char *text) {
    FILE *const out = context;
    fprintf(out, "- **%s:** ", label);
    put_line(out, text);
}

static void begin_method(void *context, const char *method, const char *unit) {
    FILE *const out = context;
    const char *const shown = unit != NULL ? unit : "none";
    fputs("\n### ", out);
    fg_markdown_put(out, method);
    fprintf(out, "\n\n| backend | old median (%s) | new median (%s) | ratio |\n|---|--:|--:|---|\n",
            shown, shown);
}

static void put_row(void *context, const struct fg_beside_cells *cells) {
    FILE *const out = context;
    fputs("| ", out);
    fg_markdown_put(out, cells->backend);
    fputs(" |", out);
    for (int side = 0; side < FG_BESIDE_SIDES; side++)
        fprintf(out, " %s |", cells->time[side]);
    putc(' ', out);
    fg_markdown_put(out, cells->remark);
    fputs(" |\n", out);
}

static void put_item(void *context, const char *text) {
    FILE *const out = context;
    fputs("- ", out);
    put_line(out, text);
}

void fg_beside_write_markdown(const struct fg_beside *beside, FILE *out) {
    static const struct fg_beside_table_sink table = {begin_method, put_row};
    char scope[FG_COMPARE_SENTENCE] = "", conclusion[FG_COMPARE_SENTENCE] = "";
    fg_beside_append_scope(scope, sizeof scope, beside);
    fg_beside_append_conclusion(conclusion, sizeof conclusion, beside);
    fputs("## " FG_BESIDE_HEADING "\n\n", out);
    fg_beside_each_field(beside, put_field, out);
    putc('\n', out);
    put_line(out, scope);
    fg_beside_each_row(beside, &table, out);
    putc('\n', out);
    fg_beside_each_note(beside, put_item, out);
    putc('\n', out);
    put_line(out, conclusion);
    fputs("\n### " FG_BESIDE_DIFFERENCES_HEADING "\n\n", out);
    if (beside->difference_count == 0)
        fputs(FG_BESIDE_NO_DIFFERENCES "\n", out);
    fg_beside_each_difference(beside, put_item, out);
}

bool fg_beside_write_markdown_document(const struct fg_beside *beside, FILE *out) {
    fputs("# factor-gpu --compare-with\n\n", out);
    fg_beside_write_markdown(beside, out);
    return true;
}
