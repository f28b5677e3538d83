/* SPDX-License-Identifier: MIT */
/*
 * compare_conclusion.c: which row was fastest, and why, from a report's numbers.
 */
#include "compare/report/compare_conclusion.h"

#include "compare/compare_verdict.h"
#include "compare/report/compare_format.h"
#include <math.h>

/* Min share of a row's time for something to be named as its main cost. */
#define MAIN_SHARE 0.5
/* Max count of rows that are named as not clearly slower than the fastest; the others are only
 * counted. */
#define NAMED_ROWS_MAX 3

static const struct fg_compare_row *fastest_row(const struct fg_compare_report *report,
                                                const struct fg_compare_row *except) {
    const struct fg_compare_row *fastest = NULL;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row != except && row->state == FG_COMPARE_MEASURED &&
            (fastest == NULL || row->summary.median_s < fastest->summary.median_s))
            fastest = row;
    }
    return fastest;
}

static size_t count_verdicts(const struct fg_compare_report *report,
                             const struct fg_compare_row *row, enum fg_statistics_verdict verdict) {
    size_t count = 0;
    for (size_t i = 0; i < report->row_count; i++)
        count += fg_compare_verdict_on(row, &report->rows[i]) == verdict;
    return count;
}

/* Appends "; no clear difference from trial/serial, trial/pool, trial/threads and 2 more". */
static void append_rivals(char *text, size_t size, const struct fg_compare_report *report,
                          const struct fg_compare_row *winner, enum fg_statistics_verdict verdict,
                          const char *words) {
    const size_t count = count_verdicts(report, winner, verdict);
    size_t named = 0;
    for (size_t i = 0; i < report->row_count && named < NAMED_ROWS_MAX; i++) {
        if (fg_compare_verdict_on(winner, &report->rows[i]) != verdict)
            continue;
        fg_compare_append(text, size, "%s", named == 0 ? words : "");
        fg_compare_append_separator(text, size, named++, count);
        fg_compare_append_row_name(text, size, &report->rows[i]);
    }
    if (count > named)
        fg_compare_append(text, size, " and %zu more", count - named);
}

/*
 * Appends "Fastest: trial/threads, median 1.2 ms, 3.40x (3.00 to 3.90) as fast as trial/fork." Only
 * a row that is clearly faster than every other row is called fastest.
 */
static void append_winner(char *text, size_t size, const struct fg_compare_report *report,
                          const struct fg_compare_row *winner,
                          const struct fg_compare_row *second) {
    const bool ahead_of_all = count_verdicts(report, winner, FG_STATISTICS_UNCLEAR) == 0 &&
                              count_verdicts(report, winner, FG_STATISTICS_TOO_FEW_RUNS) == 0;
    char median[FG_QUANTITY_CELL];
    fg_format_duration(winner->summary.median_s, FG_MEASURED_DIGITS, median);
    fg_compare_append(text, size, "%s: ",
                      second == NULL ? "Measured alone"
                      : ahead_of_all ? "Fastest"
                                     : "Lowest median");
    fg_compare_append_row_name(text, size, winner);
    fg_compare_append(text, size, ", %s%s", second == NULL || ahead_of_all ? "median " : "",
                      median);
    const struct fg_compare_row *baseline =
        winner->has_ratio ? &report->rows[winner->baseline] : winner;
    if (baseline != winner && winner->verdict == FG_STATISTICS_CLEAR) {
        fg_compare_append(text, size, ", ");
        fg_compare_append_ratio(text, size, &winner->ratio, winner->verdict);
        fg_compare_append(text, size, " as fast as ");
        fg_compare_append_row_name(text, size, baseline);
    }
    append_rivals(text, size, report, winner, FG_STATISTICS_UNCLEAR, "; no clear difference from ");
    append_rivals(text, size, report, winner, FG_STATISTICS_TOO_FEW_RUNS,
                  "; too few runs to tell it from ");
    fg_compare_append(text, size, ".");
}

/* Appends the GPU's start-up, and the time of the first batch with it, against that of the CPU. */
static void append_cold_start(char *text, size_t size, const struct fg_compare_report *report,
                              const struct fg_compare_row *winner) {
    const struct fg_compare_row *cpu = NULL;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (!fg_compare_uses_gpu(row) && row->state == FG_COMPARE_MEASURED &&
            (cpu == NULL || row->first_answer_s < cpu->first_answer_s))
            cpu = row;
    }
    char start[FG_QUANTITY_CELL], cold[FG_QUANTITY_CELL], of_cpu[FG_QUANTITY_CELL];
    fg_format_duration(winner->open_s, FG_MEASURED_DIGITS, start);
    fg_format_duration(winner->first_answer_s, FG_MEASURED_DIGITS, cold);
    fg_compare_append(text, size, " The GPU's start-up of %s is not in the times", start);
    if (cpu != NULL) {
        fg_format_duration(cpu->first_answer_s, FG_MEASURED_DIGITS, of_cpu);
        fg_compare_append(text, size, ": with start-up, the first batch took %s, against %s on ",
                          cold, of_cpu);
        fg_compare_append_row_name(text, size, cpu);
    }
    fg_compare_append(text, size, ".");
}

/* Returns whether the row's backend can use several workers on the CPU, and the row is the first
 * measured one of this backend. */
static bool names_workers(const struct fg_compare_report *report,
                          const struct fg_compare_row *row) {
    if (row->state != FG_COMPARE_MEASURED || row->properties->one_worker ||
        fg_compare_uses_gpu(row))
        return false;
    for (const struct fg_compare_row *earlier = report->rows; earlier < row; earlier++)
        if (earlier->state == FG_COMPARE_MEASURED && earlier->properties == row->properties)
            return false;
    return true;
}

/* Appends that one job means one worker for each backend of several workers, if there is such a
 * backend. */
static void append_one_job(char *text, size_t size, const struct fg_compare_report *report) {
    size_t count = 0, named = 0;
    for (size_t i = 0; i < report->row_count; i++)
        count += names_workers(report, &report->rows[i]);
    if (count == 0)
        return;
    fg_compare_append(text, size, " With 1 job, ");
    for (size_t i = 0; i < report->row_count; i++) {
        if (!names_workers(report, &report->rows[i]))
            continue;
        fg_compare_append_separator(text, size, named++, count);
        fg_compare_append(text, size, "%s", report->rows[i].backend);
    }
    fg_compare_append(text, size, " %s and nothing runs side by side on the CPU.",
                      count == 1 ? "has one worker" : "have one worker each");
}

/*
 * Appends what share of its time a backend with a process for each number spends on the processes,
 * if it is most of it. The time of one worker alone on the same numbers bounds the time for the
 * numbers themselves. The intervals of both medians give a lower bound of the share.
 */
static bool append_process_cost(char *text, size_t size, const struct fg_compare_row *fork,
                                const struct fg_compare_row *alone) {
    if (fork == NULL || alone == NULL || !fg_compare_is_faster(alone, fork))
        return false;
    const double share = 1 - alone->interval.high / fork->interval.low;
    if (share < MAIN_SHARE)
        return false;
    char fork_s[FG_QUANTITY_CELL], alone_s[FG_QUANTITY_CELL];
    fg_format_duration(fork->summary.median_s, FG_MEASURED_DIGITS, fork_s);
    fg_format_duration(alone->summary.median_s, FG_MEASURED_DIGITS, alone_s);
    fg_compare_append(text, size,
                      " %s takes %s for what %s does in %s: at least %.0f %% of it goes into its "
                      "processes, not into the numbers.",
                      fork->backend, fork_s, alone->backend, alone_s, floor(100 * share));
    return true;
}

/* Returns whether a row mostly waits for its largest number, which one worker answers. The time for
 * it is estimated from one worker's time for all numbers. */
static bool waits_for_largest(const struct fg_compare_row *row,
                              const struct fg_compare_row *alone) {
    return row != NULL && alone->summary.median_s * (row->work.largest / row->work.total) >=
                              MAIN_SHARE * row->summary.median_s;
}

/* Appends why whole numbers cannot be shared out evenly, if one of them is more than a fair share
 * of the work. */
static void append_largest_number(char *text, size_t size, const struct fg_compare_report *report,
                                  const struct fg_compare_row *winner,
                                  const struct fg_compare_row *fork,
                                  const struct fg_compare_row *pool,
                                  const struct fg_compare_row *alone) {
    const struct fg_compare_work *work = &winner->work;
    if (alone == NULL || fg_method_is_brief(winner->method) || winner->jobs <= 1 ||
        work->largest * report->jobs <= work->total)
        return;
    const bool fork_waits = waits_for_largest(fork, alone),
               pool_waits = waits_for_largest(pool, alone);
    if (!fork_waits && !pool_waits)
        return;
    char largest[FG_QUANTITY_CELL], all[FG_QUANTITY_CELL];
    fg_format_count(work->largest, largest);
    fg_format_count(work->total, all);
    if (fork_waits && pool_waits)
        fg_compare_append(text, size, " %s and %s give", fork->backend, pool->backend);
    else
        fg_compare_append(text, size, " %s gives", (fork_waits ? fork : pool)->backend);
    fg_compare_append(text, size,
                      " each number to one process, and %s of %s candidates are in one number, "
                      "which bounds what more processes can win",
                      largest, all);
    if (winner->properties->uses_threads)
        fg_compare_append(text, size, "; threads split a number's candidates");
    fg_compare_append(text, size, ".");
}

/* Appends what limits the process backends with this input, as far as it was measured. */
static void append_process_limit(char *text, size_t size, const struct fg_compare_report *report,
                                 const struct fg_compare_row *winner) {
    const struct fg_compare_row *fork =
        fg_compare_measured_row(report, winner->method, fg_compare_is_process_per_number);
    const struct fg_compare_row *pool =
        fg_compare_measured_row(report, winner->method, fg_compare_is_process_pool);
    const struct fg_compare_row *alone =
        fg_compare_measured_row(report, winner->method, fg_compare_is_one_worker);
    if (fork == winner || pool == winner)
        return;
    if (!append_process_cost(text, size, fork, alone))
        append_largest_number(text, size, report, winner, fork, pool, alone);
}

void fg_compare_append_conclusion(char *text, size_t size, const struct fg_compare_report *report) {
    const struct fg_compare_row *winner = fastest_row(report, NULL);
    if (report->disagreement) {
        fg_compare_append(text, size,
                          "The rows do not agree on the answers, so their times say nothing.");
        return;
    }
    if (winner == NULL) {
        fg_compare_append(text, size, "No row was measured.");
        return;
    }
    const struct fg_compare_row *second = fastest_row(report, winner);
    append_winner(text, size, report, winner, second);
    if (fg_compare_uses_gpu(winner))
        append_cold_start(text, size, report, winner);
    else if (second != NULL && report->jobs == 1)
        append_one_job(text, size, report);
    else
        append_process_limit(text, size, report, winner);
}
