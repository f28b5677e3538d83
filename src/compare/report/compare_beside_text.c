/* SPDX-License-Identifier: MIT */
/*
 * compare_beside_text.c: two comparisons side by side for a terminal.
 */
#include "characters/printable.h"
#include "compare/report/compare_beside_words.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_wrap.h"

#define LABEL_COLUMNS 9
#define NAME_COLUMNS 18 /* of a table row, with its indentation */
#define TIME_COLUMNS 10
#define REMARK_COLUMN (NAME_COLUMNS + FG_BESIDE_SIDES * TIME_COLUMNS + 2)

static void put_field(FILE *out, const char *label, const char *text) {
    fprintf(out, "%-*s", LABEL_COLUMNS, label);
    fg_compare_put_wrapped(out, LABEL_COLUMNS, LABEL_COLUMNS, text);
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
    fg_compare_put_wrapped(out, 0, 0, text);
}

static void put_method(FILE *out, const struct fg_beside *beside, size_t first,
                       struct fg_unit unit) {
    char method[FG_COMPARE_SENTENCE];
    fg_printable_copy(fg_beside_any(&beside->rows[first])->method, method, sizeof method);
    putc('\n', out);
    if (unit.name == NULL) {
        fg_compare_put_wrapped(out, 0, 0, method);
        return;
    }
    const int columns = fprintf(out, "%.*s, %s", NAME_COLUMNS - 4, method, unit.name);
    fprintf(out, "%*s%*s  ratio\n", NAME_COLUMNS - columns + TIME_COLUMNS, "old", TIME_COLUMNS,
            "new");
}

static void put_row(FILE *out, const struct fg_beside_row *row, struct fg_unit unit) {
    char name[FG_COMPARE_SENTENCE] = "", remark[FG_COMPARE_SENTENCE] = "";
    fg_beside_append_backend(name, sizeof name, row);
    fg_beside_append_remark(remark, sizeof remark, row);
    fprintf(out, "  %-*.*s", NAME_COLUMNS - 2, NAME_COLUMNS - 3, name);
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        char cell[FG_QUANTITY_CELL] = "-";
        if (fg_beside_is_measured(row, side))
            fg_format_time(row->summary[side].median_s, unit, cell);
        fprintf(out, "%*s", TIME_COLUMNS, cell);
    }
    fputs(remark[0] != '\0' ? "  " : "", out);
    fg_compare_put_wrapped(out, REMARK_COLUMN, REMARK_COLUMN, remark);
}

static void put_item(void *context, const char *text) {
    FILE *const out = context;
    fputs("- ", out);
    fg_compare_put_wrapped(out, 2, 2, text);
}

static void put_differences(FILE *out, const struct fg_beside *beside) {
    fputs("\n" FG_BESIDE_DIFFERENCES_HEADING "\n", out);
    if (beside->difference_count == 0)
        fg_compare_put_wrapped(out, 0, 0, FG_BESIDE_NO_DIFFERENCES);
    for (size_t i = 0; i < beside->difference_count; i++) {
        char text[FG_COMPARE_SENTENCE] = "";
        fg_beside_append_difference(text, sizeof text, &beside->differences[i]);
        put_item(out, text);
    }
}

void fg_beside_write_text(const struct fg_beside *beside, FILE *out) {
    struct fg_unit unit = {NULL, 1};
    char conclusion[FG_COMPARE_SENTENCE] = "";
    fputs(FG_BESIDE_HEADING "\n", out);
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
    fg_compare_put_wrapped(out, 0, 0, conclusion);
    put_differences(out, beside);
}
