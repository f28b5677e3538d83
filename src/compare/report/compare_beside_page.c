/* SPDX-License-Identifier: MIT */
/*
 * compare_beside_page.c: two comparisons side by side as HTML.
 */
#include "compare/report/compare_beside_words.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_html.h"

static void put_paragraph(FILE *out, const char *text) {
    fputs("<p>", out);
    fg_html_put(out, text);
    fputs("</p>\n", out);
}

static void put_field(FILE *out, const char *label, const char *text) {
    fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"words\">", label);
    fg_html_put(out, text);
    fputs("</td></tr>\n", out);
}

static void put_header(FILE *out, const struct fg_beside *beside) {
    static const char *const labels[] = {"Old", "New"};
    char text[FG_COMPARE_SENTENCE] = "";
    fputs("<table>\n<caption>The two comparisons</caption>\n<tbody>\n", out);
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        text[0] = '\0';
        fg_beside_append_side(text, sizeof text, beside->of[side]);
        put_field(out, labels[side], text);
    }
    text[0] = '\0';
    fg_beside_append_input(text, sizeof text, beside);
    put_field(out, "Input", text);
    fputs("</tbody>\n</table>\n", out);
    text[0] = '\0';
    fg_beside_append_scope(text, sizeof text, beside);
    put_paragraph(out, text);
}

static void put_row(FILE *out, const struct fg_beside_row *row, struct fg_unit unit) {
    char name[FG_COMPARE_SENTENCE] = "", remark[FG_COMPARE_SENTENCE] = "";
    fg_beside_append_backend(name, sizeof name, row);
    fg_beside_append_remark(remark, sizeof remark, row);
    fputs("<tr><th scope=\"row\">", out);
    fg_html_put(out, name);
    fputs("</th>", out);
    for (int side = 0; side < FG_BESIDE_SIDES; side++) {
        char cell[FG_QUANTITY_CELL] = "";
        if (fg_beside_is_measured(row, side))
            fg_format_time(row->summary[side].median_s, unit, cell);
        fprintf(out, "<td class=\"number\">%s</td>", cell);
    }
    fputs("<td class=\"words\">", out);
    fg_html_put(out, remark);
    fputs("</td></tr>\n", out);
}

/* Writes one method's table; `first` is its first row. */
static void put_method(FILE *out, const struct fg_beside *beside, size_t first) {
    const struct fg_unit unit = fg_beside_method_unit(beside, first);
    fputs("<div class=\"scroll\"><table class=\"times\">\n<caption>", out);
    fg_html_put(out, fg_beside_any(&beside->rows[first])->method);
    if (unit.name != NULL)
        fprintf(out, ", medians in %s", unit.name);
    fputs("</caption>\n<thead><tr><th scope=\"col\">backend</th>"
          "<th scope=\"col\" class=\"number\">old</th><th scope=\"col\" class=\"number\">new</th>"
          "<th scope=\"col\">ratio</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = first; i < beside->row_count; i++) {
        if (i > first && fg_beside_begins_method(beside, i))
            break;
        if (fg_beside_is_in_table(&beside->rows[i]))
            put_row(out, &beside->rows[i], unit);
    }
    fputs("</tbody>\n</table></div>\n", out);
}

/* A list that begins with its first item, because HTML has no empty lists. */
struct list {
    FILE *out;
    bool begun;
};

static void put_item(void *context, const char *text) {
    struct list *const list = context;
    if (!list->begun)
        fputs("<ul>\n", list->out);
    list->begun = true;
    fputs("<li>", list->out);
    fg_html_put(list->out, text);
    fputs("</li>\n", list->out);
}

static void end_list(const struct list *list) {
    if (list->begun)
        fputs("</ul>\n", list->out);
}

static void put_differences(FILE *out, const struct fg_beside *beside) {
    struct list list = {out, false};
    fputs("<h3>" FG_BESIDE_DIFFERENCES_HEADING "</h3>\n", out);
    if (beside->difference_count == 0)
        put_paragraph(out, FG_BESIDE_NO_DIFFERENCES);
    for (size_t i = 0; i < beside->difference_count; i++) {
        char text[FG_COMPARE_SENTENCE] = "";
        fg_beside_append_difference(text, sizeof text, &beside->differences[i]);
        put_item(&list, text);
    }
    end_list(&list);
}

void fg_beside_write_html(const struct fg_beside *beside, FILE *out) {
    struct list notes = {out, false};
    char conclusion[FG_COMPARE_SENTENCE] = "";
    fputs("<section>\n<h2>" FG_BESIDE_HEADING "</h2>\n", out);
    fg_beside_append_conclusion(conclusion, sizeof conclusion, beside);
    put_paragraph(out, conclusion);
    put_header(out, beside);
    for (size_t i = 0; i < beside->row_count; i++)
        if (fg_beside_begins_method(beside, i))
            put_method(out, beside, i);
    fg_beside_each_note(beside, put_item, &notes);
    end_list(&notes);
    put_differences(out, beside);
    fputs("</section>\n", out);
}

bool fg_beside_write_page(const struct fg_beside *beside, FILE *out) {
    char title[FG_COMPARE_SENTENCE] = "";
    fg_compare_append(title, sizeof title, "%s and %s", beside->of[FG_BESIDE_OLD]->name,
                      beside->of[FG_BESIDE_NEW]->name);
    fg_html_begin_page(out, title);
    fputs("<body>\n<header>\n<h1>factor-gpu: two comparisons</h1>\n</header>\n<main>\n", out);
    fg_beside_write_html(beside, out);
    fputs("</main>\n</body>\n</html>\n", out);
    return true;
}
