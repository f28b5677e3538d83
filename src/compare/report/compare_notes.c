/*
 * compare_notes.c: from a report's numbers to the sentences under its table.
 */
#include "compare/report/compare_notes.h"

#include "compare/report/compare_format.h"
#include <inttypes.h>
#include <limits.h>
#include <string.h>

/* From this share of a row's time on, something is named as what it is spent on. */
#define MAIN_SHARE 0.5
/* From this share on it is nearly all of it: the two times are no further apart than the probes. */
#define NEARLY_ALL_SHARE 0.9
/* So many rows are named that the first is not clearly ahead of; the others are counted. */
#define NAMED_ROWS_MAX 3

static bool is_measured(const struct fg_compare_row *row) {
    return row->state == FG_COMPARE_MEASURED;
}

/* Appends the names of the measured rows that `holds` for; returns how many. */
static size_t append_rows(char *text, size_t size, const struct fg_compare_report *report,
                          bool (*holds)(const struct fg_compare_row *)) {
    size_t named = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (!is_measured(row) || !holds(row))
            continue;
        fg_compare_append(text, size, "%s", named++ > 0 ? ", " : "");
        fg_compare_append_row_name(text, size, row);
    }
    return named;
}

static bool is_short(const struct fg_compare_row *row) {
    return row->summary.median_s < FG_COMPARE_SHORT_RUN_S;
}

static bool has_outlier(const struct fg_compare_row *row) {
    return fg_statistics_has_outlier(&row->summary);
}

static const struct fg_compare_row *row_of(const struct fg_compare_report *report,
                                           enum fg_method method,
                                           const struct fg_backend_properties *properties) {
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].method == method && report->rows[i].properties == properties)
            return &report->rows[i];
    return NULL;
}

/* Returns the name of the library's backend with this baseline_rank; NULL if there is none. */
static const char *baseline_of_rank(unsigned rank) {
    for (size_t i = 0; i < fg_backend_count(); i++)
        if (fg_backend_get_properties(fg_backend_name(i))->baseline_rank == rank)
            return fg_backend_name(i);
    return NULL;
}

/* Why a row is no baseline: "fork was skipped", "fork is not in this comparison". */
static void append_absence(char *text, size_t size, const struct fg_compare_report *report,
                           enum fg_method method, const char *backend) {
    const struct fg_compare_row *row = row_of(report, method, fg_backend_get_properties(backend));
    if (row == NULL)
        fg_compare_append(text, size, "%s is not in this comparison", backend);
    else
        fg_compare_append(text, size, "%s %s%s", backend,
                          row->state == FG_COMPARE_FAILED ? "" : "was ",
                          fg_compare_state_name(row->state));
}

/* Notes why a method's ratios do not refer to the first choice of a baseline, if they do not. */
static void note_baseline(const struct fg_compare_report *report, enum fg_method method,
                          fg_compare_note_sink *sink, void *context) {
    char note[FG_COMPARE_SENTENCE] = "";
    const struct fg_compare_row *const baseline = fg_compare_baseline_row(report, method);
    const unsigned rank = baseline != NULL ? baseline->properties->baseline_rank : UINT_MAX;
    if (rank == 1)
        return;
    fg_compare_append(note, sizeof note, "%s: %s", fg_method_name(method),
                      baseline == NULL ? "no ratio, because " : "");
    for (unsigned better = 1; better < rank && baseline_of_rank(better) != NULL; better++) {
        fg_compare_append(note, sizeof note, "%s", better > 1 ? " and " : "");
        append_absence(note, sizeof note, report, method, baseline_of_rank(better));
    }
    if (baseline != NULL)
        fg_compare_append(note, sizeof note, ", so the ratios are to %s", baseline->backend);
    sink(context, note);
}

static void note_baselines(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                           void *context) {
    const struct fg_compare_row *last = NULL;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (!is_measured(row) || (last != NULL && last->method == row->method))
            continue;
        note_baseline(report, row->method, sink, context);
        last = row;
    }
}

/* What the algorithm alone buys: the methods on the same single process, the fastest against those
 * that it is clearly ahead of. */
static void note_algorithm(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                           void *context) {
    const struct fg_compare_row *fast = NULL;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (is_measured(row) && row->properties->one_worker &&
            (fast == NULL || row->summary.median_s < fast->summary.median_s))
            fast = row;
    }
    if (fast == NULL)
        return;
    char note[FG_COMPARE_SENTENCE] = "", value[FG_QUANTITY_CELL];
    size_t named = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row == fast || !is_measured(row) || !row->properties->one_worker)
            continue;
        const struct fg_statistics_ratio ratio =
            fg_statistics_ratio_of(&row->summary, &fast->summary);
        if (!fg_statistics_ratio_is_clear(&ratio))
            continue;
        fg_format_ratio(ratio.value, value);
        if (named++ == 0)
            fg_compare_append(note, sizeof note, "The algorithm alone: on %s, %s is x%s",
                              fast->backend, fg_method_name(fast->method), value);
        else
            fg_compare_append(note, sizeof note, " and x%s", value);
        fg_compare_append(note, sizeof note, " as fast as %s", fg_method_name(row->method));
    }
    fg_compare_append(note, sizeof note, "; the ratios of the table leave that out");
    if (named > 0)
        sink(context, note);
}

static void note_noise(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                       void *context) {
    char note[FG_COMPARE_SENTENCE] = "Runs under 5 ms: timer and scheduler noise weigh (";
    if (append_rows(note, sizeof note, report, is_short) > 0) {
        fg_compare_append(note, sizeof note, ")");
        sink(context, note);
    }
    char outliers[FG_COMPARE_SENTENCE] = "Outliers: the slowest run took over twice the median (";
    if (append_rows(outliers, sizeof outliers, report, has_outlier) > 0) {
        fg_compare_append(outliers, sizeof outliers, ")");
        sink(context, outliers);
    }
}

static void note_gpu(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                     void *context) {
    uint64_t rerun_count = 0;
    for (size_t i = 0; i < report->row_count; i++)
        if (is_measured(&report->rows[i]))
            rerun_count += report->rows[i].timing.rerun_count;
    if (fg_compare_has_gpu_times(report))
        sink(context, "cuda: start-up is paid once and is not in the times; copies and kernels are "
                      "means per run on the GPU's clock and overlap, so that they need not add up");
    if (rerun_count > 0) {
        char note[FG_COMPARE_SENTENCE] = "";
        fg_compare_append(note, sizeof note,
                          "cuda: %" PRIu64 " kernel launches of the timed runs were repeated, as "
                          "their buffer of hits was too small",
                          rerun_count);
        sink(context, note);
    }
}

void fg_compare_each_note(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                          void *context) {
    if (!report->disagreement) {
        note_baselines(report, sink, context);
        note_algorithm(report, sink, context);
    }
    note_noise(report, sink, context);
    note_gpu(report, sink, context);
}

static const struct fg_compare_row *fastest_row(const struct fg_compare_report *report,
                                                const struct fg_compare_row *except) {
    const struct fg_compare_row *fastest = NULL;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (row != except && is_measured(row) &&
            (fastest == NULL || row->summary.median_s < fastest->summary.median_s))
            fastest = row;
    }
    return fastest;
}

/* Whether `other` is a second measured row, and the samples leave open which of them is faster. */
static bool overlaps(const struct fg_compare_row *row, const struct fg_compare_row *other) {
    if (row == other || !is_measured(other))
        return false;
    const struct fg_statistics_ratio ratio = fg_statistics_ratio_of(&other->summary, &row->summary);
    return !fg_statistics_ratio_is_clear(&ratio);
}

static size_t count_overlaps(const struct fg_compare_report *report,
                             const struct fg_compare_row *row) {
    size_t count = 0;
    for (size_t i = 0; i < report->row_count; i++)
        count += overlaps(row, &report->rows[i]);
    return count;
}

/* "; no clear difference from trial/serial, trial/pool, trial/threads and 2 more" */
static void append_overlaps(char *text, size_t size, const struct fg_compare_report *report,
                            const struct fg_compare_row *winner) {
    const size_t count = count_overlaps(report, winner);
    size_t named = 0;
    for (size_t i = 0; i < report->row_count && named < NAMED_ROWS_MAX; i++) {
        if (!overlaps(winner, &report->rows[i]))
            continue;
        fg_compare_append(text, size, "%s",
                          named == 0           ? "; no clear difference from "
                          : named == count - 1 ? " and "
                                               : ", ");
        fg_compare_append_row_name(text, size, &report->rows[i]);
        named++;
    }
    if (count > named)
        fg_compare_append(text, size, " and %zu more", count - named);
}

/*
 * "Fastest: trial/threads, median 1.2 ms, x3.40 (3.00 to 3.90) over trial/fork." The word is kept
 * for a row that every run shows to be ahead of every other row.
 */
static void append_winner(char *text, size_t size, const struct fg_compare_report *report,
                          const struct fg_compare_row *winner,
                          const struct fg_compare_row *second) {
    const bool ahead_of_all = count_overlaps(report, winner) == 0;
    const bool one_run = winner->summary.count == 1;
    char median[FG_QUANTITY_CELL];
    fg_format_duration(winner->summary.median_s, FG_MEASURED_DIGITS, median);
    fg_compare_append(text, size, "%s: ",
                      second == NULL ? "Measured alone"
                      : ahead_of_all ? "Fastest"
                                     : "Least median");
    fg_compare_append_row_name(text, size, winner);
    fg_compare_append(text, size, ", %s%s", second == NULL || ahead_of_all ? "median " : "",
                      median);
    const struct fg_compare_row *baseline =
        winner->has_ratio ? &report->rows[winner->baseline] : winner;
    if (baseline != winner && (one_run || fg_statistics_ratio_is_clear(&winner->ratio))) {
        fg_compare_append(text, size, ", ");
        fg_compare_append_remark(text, size, report, winner);
        fg_compare_append(text, size, " over ");
        fg_compare_append_row_name(text, size, baseline);
    }
    if (!one_run)
        append_overlaps(text, size, report, winner);
    else if (second != NULL)
        fg_compare_append(text, size, "; one run of each row proves no order");
    fg_compare_append(text, size, ".");
}

/* What a GPU's lead is worth to someone who has only this one batch. */
static void append_cold_start(char *text, size_t size, const struct fg_compare_report *report,
                              const struct fg_compare_row *winner) {
    const struct fg_compare_row *cpu = NULL;
    double probe_s = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct fg_compare_row *row = &report->rows[i];
        if (fg_compare_uses_gpu(row) && row->probe_s > probe_s)
            probe_s = row->probe_s;
        if (!fg_compare_uses_gpu(row) && is_measured(row) &&
            (cpu == NULL || row->summary.median_s < cpu->summary.median_s))
            cpu = row;
    }
    char start[FG_QUANTITY_CELL], cold[FG_QUANTITY_CELL], warm[FG_QUANTITY_CELL];
    const double start_s = probe_s + winner->open_s;
    fg_format_duration(start_s, FG_MEASURED_DIGITS, start);
    fg_format_duration(start_s + winner->summary.median_s, FG_MEASURED_DIGITS, cold);
    fg_compare_append(text, size, " The GPU's start-up of %s is not in the times", start);
    if (cpu != NULL) {
        fg_format_duration(cpu->summary.median_s, FG_MEASURED_DIGITS, warm);
        fg_compare_append(text, size, ": with it, one batch takes %s, against %s on ", cold, warm);
        fg_compare_append_row_name(text, size, cpu);
    }
    fg_compare_append(text, size, ".");
}

/*
 * Whether the time of a backend with a process for each number is mostly that of its processes; if
 * so, says so. The probes are the best of a
 * few, and so is the run that they are held against.
 */
static bool append_process_cost(char *text, size_t size, const struct fg_compare_row *fork) {
    if (fork == NULL)
        return false;
    const double run_s = fork->summary.min_s;
    const double processes_s =
        fork->estimate.call_s + (double)(fork->work.count - 1) * fork->estimate.number_s;
    if (processes_s < MAIN_SHARE * run_s)
        return false;
    char spent[FG_QUANTITY_CELL], run[FG_QUANTITY_CELL];
    fg_format_duration(processes_s, FG_ESTIMATE_DIGITS, spent);
    fg_format_duration(run_s, FG_ESTIMATE_DIGITS, run);
    fg_compare_append(text, size,
                      " %s spends %s%s of its fastest run's %s on processes, as "
                      "probes with a trivial number tell.",
                      fork->backend,
                      processes_s < NEARLY_ALL_SHARE * run_s ? "about " : "nearly all",
                      processes_s < NEARLY_ALL_SHARE * run_s ? spent : "", run);
    return true;
}

/* Whether a row's time is mostly that of its largest number, which has one worker. */
static bool waits_for_largest(const struct fg_compare_row *row) {
    return row != NULL && row->estimate.known &&
           row->estimate.largest_s >= MAIN_SHARE * row->summary.median_s;
}

/* What keeps whole numbers from being spread evenly, where one of them outweighs a fair share. */
static void append_largest_number(char *text, size_t size, const struct fg_compare_report *report,
                                  const struct fg_compare_row *winner,
                                  const struct fg_compare_row *fork,
                                  const struct fg_compare_row *pool) {
    const struct fg_compare_work *work = &winner->work;
    const bool fork_waits = waits_for_largest(fork), pool_waits = waits_for_largest(pool);
    if (winner->jobs <= 1 || !(fork_waits || pool_waits) ||
        work->largest * report->jobs <= work->total)
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

/* What holds the process backends back with this input, as far as it was measured. */
static void append_process_limit(char *text, size_t size, const struct fg_compare_report *report,
                                 const struct fg_compare_row *winner) {
    const struct fg_compare_row *fork =
        fg_compare_measured_row(report, winner->method, fg_compare_is_process_per_number);
    const struct fg_compare_row *pool =
        fg_compare_measured_row(report, winner->method, fg_compare_is_process_pool);
    if (fork == winner || pool == winner)
        return;
    if (!append_process_cost(text, size, fork))
        append_largest_number(text, size, report, winner, fork, pool);
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
        fg_compare_append(text, size,
                          " With 1 job, fork, pool and threads have one worker each and nothing "
                          "runs side by side on the CPU.");
    else
        append_process_limit(text, size, report, winner);
}

void fg_compare_describe_disagreement(const struct fg_compare_report *report,
                                      struct fg_compare_disagreement_words *words) {
    const struct fg_compare_difference *difference = &report->difference;
    memset(words, 0, sizeof *words);
    fg_compare_append(words->where, sizeof words->where,
                      "The first difference is in number %zu of the input, %" PRIu64,
                      difference->index + 1, difference->number);
    fg_compare_append_row_name(words->reference, sizeof words->reference,
                               &report->rows[difference->reference_row]);
    fg_compare_append(words->reference, sizeof words->reference, " said: %s",
                      difference->reference_said);
    fg_compare_append_row_name(words->row, sizeof words->row, &report->rows[difference->row]);
    fg_compare_append(words->row, sizeof words->row, " said: %s", difference->row_said);
}
