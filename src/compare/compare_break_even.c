/*
 * compare_break_even.c: where two lines of the curve cross for the last time, and the sentence
 * about it. Between two sizes the lines are straight on logarithmic axes, as they are drawn.
 */
#include "compare/compare_break_even.h"

#include "compare/report/compare_format.h"
#include <math.h>
#include <string.h>

const struct fg_compare_curve_line *fg_compare_curve_find(const struct fg_compare_report *report,
                                                          const char *backend) {
    const struct fg_compare_curve *curve = &report->curve;
    for (size_t i = 0; i < curve->line_count; i++)
        if (curve->lines[i].point_count > 0 &&
            strcmp(report->rows[curve->lines[i].row].backend, backend) == 0)
            return &curve->lines[i];
    return NULL;
}

static double lead_at(const struct fg_compare_curve_line *line,
                      const struct fg_compare_curve_line *rival, size_t i) {
    return log(rival->points[i].summary.median_s) - log(line->points[i].summary.median_s);
}

/* Between points `last - 1` and `last`, where the lead changes its sign. */
static void cross(const struct fg_compare_curve_line *line,
                  const struct fg_compare_curve_line *rival, size_t last,
                  struct fg_compare_break_even *result) {
    const struct fg_compare_curve_point *before = &line->points[last - 1], *after = before + 1;
    const double lead_before = lead_at(line, rival, last - 1);
    const double part = lead_before / (lead_before - lead_at(line, rival, last));
    result->size = pow((double)before->size, 1 - part) * pow((double)after->size, part);
    result->time_s = pow(before->summary.median_s, 1 - part) * pow(after->summary.median_s, part);
}

bool fg_compare_break_even_of(const struct fg_compare_report *report, const char *backend,
                              const char *rival_backend, struct fg_compare_break_even *result) {
    const struct fg_compare_curve_line *line = fg_compare_curve_find(report, backend);
    const struct fg_compare_curve_line *rival = fg_compare_curve_find(report, rival_backend);
    if (line == NULL || rival == NULL)
        return false;
    /* Both begin at the first size, and leave none out before they end. */
    size_t last = line->point_count < rival->point_count ? line->point_count : rival->point_count;
    last--;
    *result = (struct fg_compare_break_even){
        .backend = backend, .rival = rival_backend, .largest = line->points[last].size};
    const struct fg_statistics_ratio ratio =
        fg_statistics_ratio_of(&rival->points[last].summary, &line->points[last].summary);
    if (!ratio.one_run && !fg_statistics_ratio_is_clear(&ratio)) {
        result->kind = FG_COMPARE_BREAK_EVEN_UNCLEAR;
        return true;
    }
    if (ratio.value <= 1) {
        result->kind = FG_COMPARE_BREAK_EVEN_NEVER;
        return true;
    }
    while (last > 0 && lead_at(line, rival, last - 1) > 0)
        last--;
    result->kind = last == 0 ? FG_COMPARE_BREAK_EVEN_ALWAYS : FG_COMPARE_BREAK_EVEN_FROM;
    if (last > 0)
        cross(line, rival, last, result);
    return true;
}

size_t fg_compare_break_evens(const struct fg_compare_report *report,
                              struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX]) {
    static const char *const pairs[FG_COMPARE_BREAK_EVENS_MAX][2] = {
        {"cuda", "threads"}, {"threads", "serial"}, {"fork", "serial"}};
    size_t count = 0;
    for (size_t i = 0; i < FG_COMPARE_BREAK_EVENS_MAX && !report->disagreement; i++)
        count += fg_compare_break_even_of(report, pairs[i][0], pairs[i][1], &found[count]);
    return count;
}

/* To two digits: more would promise what a few runs do not hold. */
static void append_size(char *text, size_t size, double numbers) {
    const double step = numbers >= 100 ? pow(10, floor(log10(numbers)) - 1) : 1;
    char count[FG_QUANTITY_CELL];
    fg_format_count(fmax(1, ceil(numbers / step) * step), count);
    fg_compare_append(text, size, "%s", count);
}

void fg_compare_append_break_even(char *text, size_t size,
                                  const struct fg_compare_break_even *found) {
    switch (found->kind) {
    case FG_COMPARE_BREAK_EVEN_ALWAYS:
        fg_compare_append(text, size,
                          "%s is faster than %s, by the medians, at every size from 1 to %zu",
                          found->backend, found->rival, found->largest);
        break;
    case FG_COMPARE_BREAK_EVEN_FROM:
        fg_compare_append(text, size, "%s is faster than %s from about ", found->backend,
                          found->rival);
        append_size(text, size, found->size);
        fg_compare_append(text, size, " numbers on");
        break;
    case FG_COMPARE_BREAK_EVEN_NEVER:
        fg_compare_append(text, size, "%s is not faster than %s with %zu number%s", found->backend,
                          found->rival, found->largest, found->largest == 1 ? "" : "s");
        break;
    case FG_COMPARE_BREAK_EVEN_UNCLEAR:
        fg_compare_append(text, size, "no clear difference between %s and %s with %zu number%s",
                          found->backend, found->rival, found->largest,
                          found->largest == 1 ? "" : "s");
        break;
    }
    if (found->kind >= FG_COMPARE_BREAK_EVEN_NEVER)
        fg_compare_append(text, size, ", the most that both were timed with");
}
