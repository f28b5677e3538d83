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

static void put_field(void *context, const char *label, const char *text) {
    FILE *const out = context;
    fprintf(out, "%-*s", LABEL_COLUMNS, label);
    fg_compare_put_wrapped(out, LABEL_COLUMNS, LABEL_COLUMNS, text);
}

static void begin_method(void *context, const char *method, const char *unit) {
    FILE *const out = context;
    char shown[FG_COMPARE_SENTENCE];
    fg_printable_copy(method, shown, sizeof shown);
    putc('\n', out);
    if (unit == NULL) {
        fg_compare_put_wrapped(out, 0, 0, shown);
        return;
    }
    const int columns = fprintf(out, "%.*s, %s", NAME_COLUMNS - 4, shown, unit);
    fprintf(out, "%*s%*s  ratio\n", NAME_COLUMNS - columns + TIME_COLUMNS, "old", TIME_COLUMNS,
            "new");
}

static void put_row(void *context, const struct fg_beside_cells *cells) {
    FILE *const out = context;
    char shown[FG_COMPARE_SENTENCE];
    fg_printable_copy(cells->backend, shown, sizeof shown);
    fprintf(out, "  %-*.*s", NAME_COLUMNS - 2, NAME_COLUMNS - 3, shown);
    for (int side = 0; side < FG_BESIDE_SIDES; side++)
        fprintf(out, "%*s", TIME_COLUMNS, *cells->time[side] != '\0' ? cells->time[side] : "-");
    fputs(*cells->remark != '\0' ? "  " : "", out);
    fg_compare_put_wrapped(out, REMARK_COLUMN, REMARK_COLUMN, cells->remark);
}

static void put_item(void *context, const char *text) {
    FILE *const out = context;
    fputs("- ", out);
    fg_compare_put_wrapped(out, 2, 2, text);
}

void fg_beside_write_text(const struct fg_beside *beside, FILE *out) {
    static const struct fg_beside_table_sink table = {begin_method, put_row};
    char scope[FG_COMPARE_SENTENCE] = "", conclusion[FG_COMPARE_SENTENCE] = "";
    fg_beside_append_scope(scope, sizeof scope, beside);
    fg_beside_append_conclusion(conclusion, sizeof conclusion, beside);
    fputs(FG_BESIDE_HEADING "\n", out);
    fg_beside_each_field(beside, put_field, out);
    putc('\n', out);
    fg_compare_put_wrapped(out, 0, 0, scope);
    fg_beside_each_row(beside, &table, out);
    putc('\n', out);
    fg_beside_each_note(beside, put_item, out);
    fg_compare_put_wrapped(out, 0, 0, conclusion);
    fputs("\n" FG_BESIDE_DIFFERENCES_HEADING "\n", out);
    if (beside->difference_count == 0)
        fg_compare_put_wrapped(out, 0, 0, FG_BESIDE_NO_DIFFERENCES);
    fg_beside_each_difference(beside, put_item, out);
}
