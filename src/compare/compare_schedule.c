/* SPDX-License-Identifier: MIT */
/*
 * compare_schedule.c: the scheduler of a comparison: decides when each row opens, runs and closes.
 *
 * Rows are timed in turns (measure/turns.h). A row is estimated with an engine of its own. So the
 * warm-up is the first run of a new engine, and shows the cost of the first answer.
 */
#include "compare/compare_schedule.h"

#include "compare/compare_curve.h"
#include "compare/compare_estimate.h"
#include "compare/compare_verdict.h"
#include "measure/clock.h"
#include "measure/turns.h"
#include "text/failure.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row whose estimate was within the budget is dropped after its warm-up only if the warm-up says
 * that the row takes more than this many times the budget. */
#define BUDGET_OVERDRAFT 2.0

struct session {
    const struct fg_compare_request *request;
    const struct fg_compare_operations *operations;
    struct fg_compare_report *report;
    struct fg_compare_reference reference;
};

static double now(const struct session *session) {
    return session->operations->now(session->operations->context);
}

/* Returns the seconds since `begin`, at least the clock's resolution. */
static double elapsed(const struct session *session, double begin) {
    return fmax(now(session) - begin, FG_CLOCK_RESOLUTION_S);
}

static void show_progress(const struct session *session, const struct fg_compare_row *row,
                          const char *stage, unsigned run) {
    if (session->operations->progress != NULL)
        session->operations->progress(session->operations->context, row, stage, run,
                                      session->request->repeat);
}

static void close_row(struct session *session, struct fg_compare_row *row) {
    if (row->engine != NULL)
        session->operations->close(session->operations->context, row->engine);
    row->engine = NULL;
}

/* Ends a row that cannot be measured. */
static void end_row(struct session *session, struct fg_compare_row *row,
                    enum fg_compare_state state, const struct fg_error *error) {
    row->state = state;
    if (error != NULL) {
        row->status = error->status;
        memcpy(row->reason, error->message, sizeof row->reason);
        row->reason[sizeof row->reason - 1] = '\0';
    }
    close_row(session, row);
}

/* Completes an operation's error: the message is never empty, and the status is never FG_OK. */
static void complete_error(struct fg_error *error, enum fg_status status) {
    const char *words = fg_strerror(status);
    error->status = status;
    if (error->message[0] == '\0')
        memcpy(error->message, words, strlen(words) + 1);
}

static bool takes_ranges_only(enum fg_method method) {
    return !fg_method_takes(method, FG_NUMBERS_LIST, 1);
}

/* Returns whether the row's method is one for ranges, and the input is none: its time for a list
 * would be that of the runs of consecutive numbers in it. */
static bool lacks_range(const struct session *session, const struct fg_compare_row *row) {
    return !session->request->is_range && takes_ranges_only(row->method);
}

/* Returns whether the row's method does not take the input's numbers, which then have more than 64
 * bits. */
static bool ends_before(const struct session *session, const struct fg_compare_row *row) {
    return session->request->wide_numbers != NULL &&
           !fg_method_takes(row->method, FG_NUMBERS_LIST, 2);
}

/* Ends a row of ends_before(): it is the input that does not fit the method. */
static void end_before(struct session *session, struct fg_compare_row *row) {
    struct fg_error ends;
    fg_program_fail(
        &ends, FG_ERROR_ARGUMENT,
        "the method ends at 64 bits, and numbers here have up to %u: take --method=factor",
        session->report->input.bits_max);
    end_row(session, row, FG_COMPARE_NOT_RUN, &ends);
}

/* Returns whether the row's backend works. The backend is probed for its first row only; later rows
 * take over that result. */
static bool row_is_available(struct session *session, struct fg_compare_row *row) {
    if (lacks_range(session, row)) {
        struct fg_error lacks;
        fg_program_fail(&lacks, FG_ERROR_ARGUMENT,
                        "a comparison has this method for one range alone: give the numbers as "
                        "A..B, or take --method=factor");
        end_row(session, row, FG_COMPARE_NOT_RUN, &lacks);
        return false;
    }
    if (ends_before(session, row)) {
        end_before(session, row);
        return false;
    }
    for (const struct fg_compare_row *earlier = session->report->rows; earlier < row; earlier++) {
        if (earlier->properties != row->properties || ends_before(session, earlier) ||
            lacks_range(session, earlier))
            continue;
        if (earlier->state != FG_COMPARE_NOT_RUN || earlier->status == FG_OK)
            return true; /* the earlier row ended for another reason, or is still open */
        struct fg_error error = {earlier->status, ""};
        memcpy(error.message, earlier->reason, sizeof error.message);
        end_row(session, row, FG_COMPARE_NOT_RUN, &error);
        return false;
    }
    struct fg_error error = {FG_OK, ""};
    const enum fg_status status =
        session->operations->probe(session->operations->context, row->backend, &error);
    if (status == FG_OK)
        return true;
    complete_error(&error, status);
    end_row(session, row, FG_COMPARE_NOT_RUN, &error);
    return false;
}

static bool open_row(struct session *session, struct fg_compare_row *row) {
    const struct fg_compare_operations *operations = session->operations;
    struct fg_error error = {FG_OK, ""};
    const double begin = now(session);
    const enum fg_status status =
        operations->open(operations->context, row->method, row->backend, &row->engine, &error);
    row->open_s = elapsed(session, begin);
    if (status == FG_OK) {
        row->jobs = operations->jobs(operations->context, row->engine);
        return true;
    }
    row->engine = NULL;
    complete_error(&error, status);
    end_row(session, row, status == FG_ERROR_UNAVAILABLE ? FG_COMPARE_NOT_RUN : FG_COMPARE_FAILED,
            &error);
    return false;
}

/* Estimates an open row, and closes it. */
static bool row_fits_budget(struct session *session, struct fg_compare_row *row) {
    struct fg_error error = {FG_OK, ""};
    show_progress(session, row, "estimate", 0);
    const enum fg_status status =
        fg_compare_estimate_row(session->operations, session->request,
                                session->report->environment.cpus.usable, row, &error);
    if (status != FG_OK) {
        complete_error(&error, status);
        end_row(session, row, FG_COMPARE_FAILED, &error);
        return false;
    }
    if (row->estimate.total_s <= session->request->budget_s) {
        close_row(session, row);
        return true;
    }
    end_row(session, row, FG_COMPARE_SKIPPED, NULL);
    return false;
}

/* Compares the answers of the last run with the reference, or makes them the reference. */
static enum fg_status check_answers(struct session *session, struct fg_compare_row *row,
                                    struct fg_error *error) {
    const struct fg_compare_operations *operations = session->operations;
    const size_t index = (size_t)(row - session->report->rows);
    struct fg_compare_check check = {0};
    FG_TRY(operations->check(operations->context, row->engine, 0, &check, error));
    if (check.is_reference)
        session->reference = (struct fg_compare_reference){true, index, check.value_count};
    if (check.differs)
        fg_compare_note_difference(session->report, session->reference.row, index,
                                   &check.difference);
    return FG_OK;
}

/* One run over the input: what it took, then its answers. `is_first` of its turn. */
static bool run_row(struct session *session, struct fg_compare_row *row,
                    const struct fg_compare_turn *turn, bool is_first,
                    struct fg_compare_sample *sample) {
    const struct fg_compare_operations *operations = session->operations;
    const struct fg_compare_batch batch = {
        .count = session->request->count,
        .rehearsed = turn->rehearsed,
        .warm_s = is_first ? turn->warm_s : 0,
        .brief_s = turn->brief_s,
    };
    struct fg_error error = {FG_OK, ""};
    enum fg_status status =
        operations->run(operations->context, row->engine, &batch, sample, &error);
    if (status == FG_OK)
        status = check_answers(session, row, &error);
    if (status == FG_OK)
        return true;
    complete_error(&error, status);
    end_row(session, row, FG_COMPARE_FAILED, &error);
    return false;
}

static void warm_up_row(struct session *session, struct fg_compare_row *row) {
    const struct fg_compare_turn cold = {.runs = 1};
    struct fg_compare_sample sample = {0};
    show_progress(session, row, "warm-up", 0);
    if (!run_row(session, row, &cold, true, &sample))
        return;
    row->warmed_up = true;
    row->warm_up_s = sample.wall_s;
    row->first_answer_s = row->open_s + sample.wall_s;
    const double total_s = (1.0 + session->request->repeat) * row->warm_up_s;
    if (total_s > BUDGET_OVERDRAFT * session->request->budget_s) {
        end_row(session, row, FG_COMPARE_SKIPPED, NULL);
        return;
    }
    session->operations->timing(session->operations->context, row->engine, &row->timing);
}

/* Returns the difference of `after` and `before`; start_up_ns stays as it is in `after`. */
static struct fg_timing timing_between(const struct fg_timing *before,
                                       const struct fg_timing *after) {
    struct fg_timing spent = *after;
    spent.known = before->known && after->known;
    spent.copy_in_ns -= before->copy_in_ns;
    spent.kernels_ns -= before->kernels_ns;
    spent.copy_out_ns -= before->copy_out_ns;
    spent.host_ns -= before->host_ns;
    spent.launch_count -= before->launch_count;
    spent.rerun_count -= before->rerun_count;
    return spent;
}

/* Measures the energy of a row with runs that are too short for that one by one, and asks why it
 * or the GPU's state is unknown. */
static void measure_energy(struct session *session, struct fg_compare_row *row) {
    const struct fg_compare_operations *operations = session->operations;
    if (operations->energy == NULL)
        return;
    bool is_known = false;
    for (size_t i = 0; i < row->taken_count; i++)
        is_known = is_known || (!row->taken[i].replaced && row->taken[i].energy.run_count > 0);
    operations->energy(operations->context, row->engine, !is_known, &row->energy,
                       row->sensor_reason, sizeof row->sensor_reason);
}

static void finish_row(struct session *session, struct fg_compare_row *row) {
    struct fg_timing after = {0};
    session->operations->timing(session->operations->context, row->engine, &after);
    row->timing = timing_between(&row->timing, &after);
    row->timing_runs = row->taken_count;
    row->peak_bytes = session->operations->peak_bytes(session->operations->context, row->engine);
    measure_energy(session, row);
    row->state = FG_COMPARE_MEASURED;
    close_row(session, row);
}

static struct fg_compare_turn turn_of(const struct session *session,
                                      const struct fg_compare_row *row) {
    return fg_compare_turn_of(row, row->warm_up_s, session->request->repeat);
}

/*
 * Makes room for a row's timed runs, after all rows have opened. A row's process inherits what is
 * filled by then, and each fork copies its page tables: with 200 KiB more a fork takes 1.06 times
 * as long (Zen 4), so the row `fork` would be slower beside other rows.
 */
static bool make_room(struct session *session, struct fg_compare_row *row) {
    if (row->taken == NULL)
        row->taken = calloc(2 * (size_t)session->request->repeat, sizeof row->taken[0]);
    if (row->taken != NULL)
        return true;
    struct fg_error error;
    fg_program_fail_memory(&error);
    end_row(session, row, FG_COMPARE_FAILED, &error);
    return false;
}

/* A timed run, `is_first` of its turn. */
static bool time_row(struct session *session, struct fg_compare_row *row, unsigned run,
                     bool is_first) {
    const struct fg_compare_turn turn = turn_of(session, row);
    struct fg_compare_sample sample = {0};
    show_progress(session, row, "run", run);
    if (!make_room(session, row) || !run_row(session, row, &turn, is_first, &sample))
        return false;
    row->taken[row->taken_count++] = sample;
    return true;
}

/* Returns the disturbed run that is to be repeated now: those that count take turns, `repeats` have
 * been made already. NULL if there is none. */
static struct fg_compare_sample *disturbed_sample(const struct fg_compare_row *row,
                                                  size_t repeats) {
    struct fg_compare_sample *disturbed = NULL;
    size_t count = 0;
    for (size_t i = 0; i < row->taken_count; i++)
        count += row->taken[i].disturbed && !row->taken[i].replaced;
    if (count == 0)
        return NULL;
    for (size_t left = repeats % count + 1, k = 0; left > 0; k++) {
        disturbed = &row->taken[k];
        left -= disturbed->disturbed && !disturbed->replaced;
    }
    return disturbed;
}

static double timed_s(const struct fg_compare_row *row) {
    double sum_s = 0;
    for (size_t i = 0; i < row->taken_count; i++)
        sum_s += row->taken[i].wall_s;
    return sum_s;
}

/*
 * Repeats a disturbed run, if the row has done fewer than twice its timed runs, most of them can
 * tell whether they were disturbed, and the budget has room. The new run counts in its place if it
 * is known to be undisturbed, else it does not count; both stay in the report. Nothing is chosen by
 * its time: a row that keeps the faster one of two runs would seem faster than an equal row whose
 * runs cannot tell if they were disturbed.
 */
static void replace_disturbed(struct session *session, struct fg_compare_row *row) {
    const struct fg_compare_request *request = session->request;
    struct fg_compare_sample *const before =
        disturbed_sample(row, row->taken_count - request->repeat);
    if (row->engine == NULL || before == NULL || row->taken_count >= 2 * (size_t)request->repeat ||
        !fg_compare_row_can_tell(row) || timed_s(row) + before->wall_s > request->budget_s)
        return;
    if (!time_row(session, row, request->repeat, true))
        return;
    struct fg_compare_sample *const again = &row->taken[row->taken_count - 1];
    const bool undisturbed = again->knows_disturbed && !again->disturbed;
    (undisturbed ? before : again)->replaced = true;
}

/* Times the runs of a row's turn. A row with several runs in a turn takes part in fewer rounds, so
 * the count of its runs stays the same. If a row fails, the others go on. */
static void time_turn(struct session *session, struct fg_compare_row *row, unsigned round) {
    const unsigned repeat = session->request->repeat;
    const unsigned runs = turn_of(session, row).runs;
    if (round % runs != 0)
        return;
    for (unsigned i = 0; i < runs && round + i < repeat; i++)
        if (!time_row(session, row, round + i + 1, i == 0))
            return;
}

/* Takes the turn of one row. After all rounds of timed runs, as many rounds follow that repeat
 * disturbed runs. */
static bool take_turn(void *context, size_t index, unsigned round) {
    struct session *const session = context;
    struct fg_compare_row *const row = &session->report->rows[index];
    if (row->engine != NULL && round < session->request->repeat)
        time_turn(session, row, round);
    else if (row->engine != NULL)
        replace_disturbed(session, row);
    return true;
}

/* Measures the rows of one side: all CPU backends, or the GPU. */
static void measure_side(struct session *session, bool on_gpu) {
    struct fg_compare_report *report = session->report;
    struct fg_compare_row *const end = report->rows + report->row_count;
    for (struct fg_compare_row *row = report->rows; row < end; row++)
        if (fg_compare_uses_gpu(row) == on_gpu && row_is_available(session, row) &&
            open_row(session, row) && row_fits_budget(session, row) && open_row(session, row))
            warm_up_row(session, row);

    fg_take_turns(report->row_count, 2 * session->request->repeat, take_turn, session);
    for (struct fg_compare_row *row = report->rows; row < end; row++)
        if (row->engine != NULL)
            finish_row(session, row);
}

/* Measures one side's rows, then its lines of the curve. */
static void measure_all_of_side(struct session *session, bool on_gpu) {
    measure_side(session, on_gpu);
    if (session->request->curve)
        fg_compare_curve_measure(session->operations, session->report, &session->reference, on_gpu);
}

/* Adds the row of a method on a backend. */
static enum fg_status add_row(struct fg_compare_report *report, enum fg_method method,
                              const char *backend, struct fg_error *error) {
    const struct fg_compare_request *const request = report->request;
    struct fg_compare_row *const row = &report->rows[report->row_count];
    row->samples_s = calloc(request->repeat, sizeof row->samples_s[0]);
    row->baseline = report->row_count++;
    if (row->samples_s == NULL)
        return fg_program_fail_memory(error);
    row->method = method;
    row->backend = backend;
    row->properties = fg_backend_get_properties(backend);
    row->state = FG_COMPARE_NOT_RUN;
    return FG_OK;
}

/* Returns the library's name of backend `index` of the request; NULL behind the last one. */
static const char *requested_backend(const struct fg_compare_request *request, size_t index) {
    const char *name = request->backend;
    if (name == NULL || strcmp(name, "auto") == 0)
        return fg_backend_name(index);
    for (; index > 0 && name != NULL; index--) {
        name = strchr(name, ',');
        name = name != NULL ? name + 1 : NULL;
    }
    const size_t length = name != NULL ? strcspn(name, ",") : 0;
    for (size_t b = 0; length > 0 && fg_backend_name(b) != NULL; b++)
        if (strlen(fg_backend_name(b)) == length && memcmp(fg_backend_name(b), name, length) == 0)
            return fg_backend_name(b);
    return NULL;
}

/* Lists the requested rows; stops before a backend that does not exist. Methods for ranges have
 * rows if the input is one, or if they are asked for. */
static enum fg_status list_rows(struct fg_compare_report *report, struct fg_error *error) {
    const struct fg_compare_request *request = report->request;
    const struct fg_numbers list = fg_compare_list(request, 0, request->count);
    const size_t most = fg_method_count() * fg_backend_count();
    report->rows = calloc(most, sizeof report->rows[0]);
    if (report->rows == NULL)
        return fg_program_fail_memory(error);
    for (size_t m = 0; m < fg_method_count(); m++) {
        const enum fg_method method = fg_method_at(m);
        if (request->method != method && (request->method != FG_METHOD_AUTO ||
                                          (!request->is_range && takes_ranges_only(method))))
            continue;
        const struct fg_compare_work work = fg_compare_work_of(method, &list);
        const char *backend;
        for (size_t b = 0; (backend = requested_backend(request, b)) != NULL; b++) {
            assert(b < fg_backend_count()); /* none is there twice */
            FG_TRY(add_row(report, method, backend, error));
            report->rows[report->row_count - 1].work = work;
        }
    }
    return FG_OK;
}

/* Returns how many CPUs the runs of a sample kept busy: both times are those of all its runs, as
 * the median of brief runs says nothing of the longer ones among them. */
static double busy_cpus(const struct fg_compare_sample *sample) {
    return sample->usage.cpu_s * (double)sample->run_count / sample->elapsed_s;
}

/* Fills in the times of the runs that count. `room` has space for all of them. */
static void collect_runs(struct fg_compare_row *row, double *room) {
    double *const cpu_s = row->samples_s; /* for a moment */
    for (size_t i = 0; i < row->taken_count; i++)
        if (!row->taken[i].replaced)
            cpu_s[row->sample_count++] = fmax(row->taken[i].usage.cpu_s, FG_CLOCK_RESOLUTION_S);
    row->cpu_s = fg_statistics_summarise(cpu_s, row->sample_count, room).median_s;
    row->sample_count = 0;
    double *const busy = row->samples_s;
    for (size_t i = 0; i < row->taken_count; i++)
        if (!row->taken[i].replaced)
            busy[row->sample_count++] = fmax(busy_cpus(&row->taken[i]), FG_CLOCK_RESOLUTION_S);
    row->busy_cpus = fg_statistics_summarise(busy, row->sample_count, room).median_s;
    row->sample_count = 0;
    for (size_t i = 0; i < row->taken_count; i++)
        if (!row->taken[i].replaced)
            row->samples_s[row->sample_count++] = row->taken[i].wall_s;
}

/* Fills in the times of all rows, also of one that failed after some runs. */
static enum fg_status collect_all_runs(struct fg_compare_report *report, struct fg_error *error) {
    double *const room = calloc(report->request->repeat, sizeof *room);
    if (room == NULL)
        return fg_program_fail_memory(error);
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].taken_count > 0)
            collect_runs(&report->rows[i], room);
    free(room);
    return FG_OK;
}

static enum fg_status list_and_measure(struct session *session, struct fg_error *error) {
    struct fg_compare_report *const report = session->report;
    FG_TRY(list_rows(report, error));
    if (session->request->curve)
        FG_TRY(fg_compare_curve_list(report, error));
    measure_all_of_side(session, false);
    measure_all_of_side(session, true);
    FG_TRY(collect_all_runs(report, error));
    return fg_compare_evaluate(report, error);
}

enum fg_status fg_compare(const struct fg_compare_request *request,
                          const struct fg_compare_operations *operations,
                          struct fg_compare_report *report, struct fg_error *error) {
    assert(request->count >= 1 && request->repeat >= 1 && request->budget_s >= 0);
    struct session session = {.request = request, .operations = operations, .report = report};
    report->request = request;
    report->jobs = request->jobs != 0 ? request->jobs : report->environment.cpus.usable;
    const struct fg_numbers list = fg_compare_list(request, 0, request->count);
    fg_compare_input_describe(&list, &report->input);

    return list_and_measure(&session, error);
}
