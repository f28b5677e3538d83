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

static void put_field(void *context, const char *label, const char *text) {
    FILE *const out = context;
    fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"words\">", label);
    fg_html_put(out, text);
    fputs("</td></tr>\n", out);
}

static void put_header(FILE *out, const struct fg_beside *beside) {
    char scope[FG_COMPARE_SENTENCE] = "";
    fg_beside_append_scope(scope, sizeof scope, beside);
    fputs("<table>\n<caption>The two comparisons</caption>\n<tbody>\n", out);
    fg_beside_each_field(beside, put_field, out);
    fputs("</tbody>\n</table>\n", out);
    put_paragraph(out, scope);
}

/* A list, or the tables of all methods. It begins with its first item, because HTML has no empty
 * lists. */
struct part {
    FILE *out;
    bool begun;
};

static void end_table(const struct part *tables) {
    if (tables->begun)
        fputs("</tbody>\n</table></div>\n", tables->out);
}

static void begin_method(void *context, const char *method, const char *unit) {
    struct part *const tables = context;
    FILE *const out = tables->out;
    end_table(tables);
    tables->begun = true;
    fputs("<div class=\"scroll\"><table class=\"times\">\n<caption>", out);
    fg_html_put(out, method);
    if (unit != NULL)
        fprintf(out, ", medians in %s", unit);
    fputs("</caption>\n<thead><tr><th scope=\"col\">backend</th>"
          "<th scope=\"col\" class=\"number\">old</th><th scope=\"col\" class=\"number\">new</th>"
          "<th scope=\"col\">ratio</th></tr></thead>\n<tbody>\n",
          out);
}

static void put_row(void *context, const struct fg_beside_cells *cells) {
    FILE *const out = ((struct part *)context)->out;
    fputs("<tr><th scope=\"row\">", out);
    fg_html_put(out, cells->backend);
    fputs("</th>", out);
    for (int side = 0; side < FG_BESIDE_SIDES; side++)
        fprintf(out, "<td class=\"number\">%s</td>", cells->time[side]);
    fputs("<td class=\"words\">", out);
    fg_html_put(out, cells->remark);
    fputs("</td></tr>\n", out);
}

static void put_item(void *context, const char *text) {
    struct part *const list = context;
    if (!list->begun)
        fputs("<ul>\n", list->out);
    list->begun = true;
    fputs("<li>", list->out);
    fg_html_put(list->out, text);
    fputs("</li>\n", list->out);
}

static void end_list(const struct part *list) {
    if (list->begun)
        fputs("</ul>\n", list->out);
}

void fg_beside_write_html(const struct fg_beside *beside, FILE *out) {
    static const struct fg_beside_table_sink table = {begin_method, put_row};
    struct part tables = {out, false}, notes = {out, false}, differences = {out, false};
    char conclusion[FG_COMPARE_SENTENCE] = "";
    fg_beside_append_conclusion(conclusion, sizeof conclusion, beside);
    fputs("<section>\n<h2>" FG_BESIDE_HEADING "</h2>\n", out);
    put_paragraph(out, conclusion);
    put_header(out, beside);
    fg_beside_each_row(beside, &table, &tables);
    end_table(&tables);
    fg_beside_each_note(beside, put_item, &notes);
    end_list(&notes);
    fputs("<h3>" FG_BESIDE_DIFFERENCES_HEADING "</h3>\n", out);
    if (beside->difference_count == 0)
        put_paragraph(out, FG_BESIDE_NO_DIFFERENCES);
    fg_beside_each_difference(beside, put_item, &differences);
    end_list(&differences);
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
