/* SPDX-License-Identifier: MIT */
/*
 * compare_beside_markdown.c: two comparisons side by side as Markdown.
 */
#include "compare/report/compare_beside_words.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_format.h"
#include "compare/report/markdown_escape.h"

static void put_field(FILE *out, const char *label, const char *text) {
    fprintf(out, "- **%s:** ", label);
    fg_markdown_put(out, text);
    putc('\n', out);
}

static void put_header(FILE *out, const struct fg_beside *beside) {
    static const char *const labels[] = {"Old", "New"};
    char text[FG_COMPARE_SENTENCE] = "";
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        text[0] = '\0';
        fg_beside_append_side(text, sizeof text, beside->of[side]);
        put_field(out, labels[side], text);
    }
    text[0] = '\0';
    fg_beside_append_input(text, sizeof text, beside);
    put_field(out, "Input", text);
    text[0] = '\0';
    fg_beside_append_scope(text, sizeof text, beside);
    putc('\n', out);
    fg_markdown_put(out, text);
    putc('\n', out);
}

static void put_method(FILE *out, const struct fg_beside *beside, size_t first,
                       struct fg_unit unit) {
    const char *const name = unit.name != NULL ? unit.name : "none";
    fputs("\n### ", out);
    fg_markdown_put(out, fg_beside_any(&beside->rows[first])->method);
    fprintf(out, "\n\n| backend | old median (%s) | new median (%s) | ratio |\n|---|--:|--:|---|\n",
            name, name);
}

static void put_row(FILE *out, const struct fg_beside_row *row, struct fg_unit unit) {
    char name[FG_COMPARE_SENTENCE] = "", remark[FG_COMPARE_SENTENCE] = "";
    fg_beside_append_backend(name, sizeof name, row);
    fg_beside_append_remark(remark, sizeof remark, row);
    fputs("| ", out);
    fg_markdown_put(out, name);
    fputs(" |", out);
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        char cell[FG_QUANTITY_CELL] = "";
        if (fg_beside_is_measured(row, side))
            fg_format_time(row->summary[side].median_s, unit, cell);
        fprintf(out, " %s |", cell);
    }
    putc(' ', out);
    fg_markdown_put(out, remark);
    fputs(" |\n", out);
}

static void put_item(void *context, const char *text) {
    FILE *const out = context;
    fputs("- ", out);
    fg_markdown_put(out, text);
    putc('\n', out);
}

static void put_differences(FILE *out, const struct fg_beside *beside) {
    fputs("\n### " FG_BESIDE_DIFFERENCES_HEADING "\n\n", out);
    if (beside->difference_count == 0)
        fputs(FG_BESIDE_NO_DIFFERENCES "\n", out);
    for (size_t i = 0; i < beside->difference_count; i++) {
        char text[FG_COMPARE_SENTENCE] = "";
        fg_beside_append_difference(text, sizeof text, &beside->differences[i]);
        put_item(out, text);
    }
}

void fg_beside_write_markdown(const struct fg_beside *beside, FILE *out) {
    struct fg_unit unit = {NULL, 1};
    char conclusion[FG_COMPARE_SENTENCE] = "";
    fputs("## " FG_BESIDE_HEADING "\n\n", out);
    put_header(out, beside);
    for (size_t i = 0; i < beside->row_count; i++) {
        if (!fg_beside_is_in_table(&beside->rows[i]))
            continue;
        if (fg_beside_begins_method(beside, i)) {
            unit = fg_beside_method_unit(beside, i);
            put_method(out, beside, i, unit);
        }
        put_row(out, &beside->rows[i], unit);
    }
    putc('\n', out);
    fg_beside_each_note(beside, put_item, out);
    fg_beside_append_conclusion(conclusion, sizeof conclusion, beside);
    putc('\n', out);
    fg_markdown_put(out, conclusion);
    putc('\n', out);
    put_differences(out, beside);
}

bool fg_beside_write_markdown_document(const struct fg_beside *beside, FILE *out) {
    fputs("# factor-gpu --compare-with\n\n", out);
    fg_beside_write_markdown(beside, out);
    return true;
}
