/*
 * compare_break_even.c: where two lines of the curve cross for the last time. Between two sizes the
 * lines are straight on logarithmic axes, as they are drawn.
 */
#include "compare/compare_break_even.h"

#include <math.h>

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

bool fg_compare_break_even_of(const struct fg_compare_report *report,
                              const struct fg_compare_curve_line *line,
                              const struct fg_compare_curve_line *rival,
                              struct fg_compare_break_even *result) {
    if (line == NULL || rival == NULL)
        return false;
    /* Both begin at the first size, and leave none out before they end. */
    size_t last = line->point_count < rival->point_count ? line->point_count : rival->point_count;
    last--;
    *result = (struct fg_compare_break_even){.backend = report->rows[line->row].backend,
                                             .rival = report->rows[rival->row].backend,
                                             .largest = line->points[last].size};
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
    static const struct {
        fg_compare_kind *faster, *slower;
    } pairs[FG_COMPARE_BREAK_EVENS_MAX] = {
        {fg_compare_is_gpu, fg_compare_is_threads},
        {fg_compare_is_threads, fg_compare_is_one_worker},
        {fg_compare_is_process_per_number, fg_compare_is_one_worker}};
    size_t count = 0;
    for (size_t i = 0; i < FG_COMPARE_BREAK_EVENS_MAX && !report->disagreement; i++)
        count +=
            fg_compare_break_even_of(report, fg_compare_curve_find(report, pairs[i].faster),
                                     fg_compare_curve_find(report, pairs[i].slower), &found[count]);
    return count;
}
