/* SPDX-License-Identifier: MIT */
/*
 * row_child.c: times runs, checks answers, and says what both took.
 */
#include "compare/row_child.h"

#include "compare/row_disturbance.h"
#include "compare/row_sensors.h"
#include "measure/clock.h"
#include "measure/statistics.h"
#include "measure/usage.h"
#include "text/failure.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Workers are at rest when they have used less CPU than REST_CPU_S in REST_S; those that wait for
 * their next batch without sleeping do so for some 50 us each. */
#define REST_S 200e-6
#define REST_CPU_S 20e-6
#define REST_LOOKS 250
/* Max count of runs in one sample. */
#define BRIEF_RUNS_MAX 8192

struct child {
    const struct fg_row_common *common;
    const struct fg_config *config;
    struct fg_engine *engine;
    struct fg_results results;
    uint64_t *again; /* the input repeated, for batches that go beyond its end */
    size_t again_count;
    struct fg_usage_workers workers;
    struct fg_cpu_count cpus;
    struct fg_row_sensors sensors;
    bool has_sensors;
    size_t asked;      /* numbers of the last run */
    size_t time_count; /* runs of the last sample */
    double times_s[BRIEF_RUNS_MAX], sorted_s[BRIEF_RUNS_MAX];
};

static double now_s(void) {
    return fg_clock_s(CLOCK_MONOTONIC);
}

static enum fg_status open_engine(struct child *child, struct fg_row_reply *reply) {
    FG_TRY(fg_engine_open(child->config, &child->engine, &reply->error));
    const char *const backend = fg_engine_backend(child->engine);
    reply->jobs =
        fg_backend_get_properties(backend)->one_worker ? 1 : fg_engine_jobs(child->engine);
    fg_usage_find_workers(&child->workers);
    fg_count_cpus(&child->cpus);
    return FG_OK;
}

/* Repeats the input until it is as long as a batch. */
static enum fg_status repeat_input(struct child *child, size_t count, struct fg_error *error) {
    const struct fg_numbers *const input = &child->common->input;
    if (count <= child->again_count)
        return FG_OK;
    uint64_t *const longer = realloc(child->again, count * input->words * sizeof *longer);
    if (longer == NULL)
        return fg_program_fail_memory(error);
    child->again = longer;
    child->again_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct fg_uint128 number = fg_compare_number_at(input, i % input->count);
        longer[i * input->words] = number.low;
        if (input->words == 2)
            longer[i * 2 + 1] = number.high;
    }
    return FG_OK;
}

/* Returns `count` numbers from number `first` of the memory on. */
static struct fg_numbers list_in(const uint64_t *memory, unsigned words, size_t first,
                                 size_t count) {
    struct fg_numbers list = {.kind = FG_NUMBERS_LIST, .words = words, .count = count};
    if (words == 2)
        list.wide_list = (const struct fg_uint128 *)memory + first;
    else
        list.list = memory + first;
    return list;
}

/* Makes a list of numbers that follow one another a range, if the method takes nothing else. */
static void suit_method(const struct child *child, struct fg_numbers *numbers) {
    if (!child->common->request->is_range ||
        fg_method_takes(child->config->method, FG_NUMBERS_LIST, numbers->words))
        return;
    *numbers = (struct fg_numbers){.kind = FG_NUMBERS_RANGE,
                                   .words = 1,
                                   .count = numbers->count,
                                   .begin = fg_compare_number_at(numbers, 0)};
}

static enum fg_status find_batch(struct child *child, const struct fg_compare_batch *batch,
                                 struct fg_numbers *numbers, struct fg_error *error) {
    const struct fg_row_common *const common = child->common;
    const unsigned words = common->input.words;
    const size_t in_all = common->request->count;
    if (batch->made_up != NULL || batch->wide_made_up != NULL) {
        *numbers = list_in(common->made_up, batch->wide_made_up != NULL ? 2 : 1, 0, batch->count);
    } else if (batch->count <= in_all && batch->first <= in_all - batch->count) {
        *numbers = list_in(common->memory, words, batch->first, batch->count);
        suit_method(child, numbers);
    } else {
        FG_TRY(repeat_input(child, batch->first + batch->count, error));
        *numbers = list_in(child->again, words, batch->first, batch->count);
    }
    return FG_OK;
}

static void sleep_s(double seconds) {
    const struct timespec time = {0, (long)(seconds * 1e9)};
    nanosleep(&time, NULL);
}

/* Waits until the workers sleep, so that they do not take CPU time from the next row. A look takes
 * 2 us for each worker, which is no time of the workers: with 64 of them all 250 looks were made
 * after every run, and 1024 took minutes. */
static void come_to_rest(const struct child *child) {
    double before_s = fg_usage_workers_cpu_s(&child->workers);
    for (int look = 0; look < REST_LOOKS; look++) {
        sleep_s(REST_S);
        const double after_s = fg_usage_workers_cpu_s(&child->workers);
        if (after_s - before_s < REST_CPU_S)
            return;
        before_s = after_s;
    }
}

static struct fg_row_workers workers_of(const struct child *child) {
    const struct fg_backend_properties *const properties =
        fg_backend_get_properties(fg_engine_backend(child->engine));
    return (struct fg_row_workers){
        .count = properties->one_worker ? 1 : fg_engine_jobs(child->engine),
        .stay = !properties->process_per_number,
        .usable_cpus = child->cpus.usable,
        .allowed_cpus = child->cpus.allowed,
    };
}

/* Replaces what the library advises a program to do, behind the message's colon: it names the
 * number and the count of its divisors before that. */
static void advise_to_leave_out(struct fg_error *error) {
    static const char advice[] = ": leave it out of the comparison";
    char *const colon = strrchr(error->message, ':');
    const size_t length = colon != NULL ? (size_t)(colon - error->message) : 0;
    if (length > 0 && length + sizeof advice <= sizeof error->message)
        memcpy(colon, advice, sizeof advice);
}

/* Does one run, and says what it took. */
static enum fg_status run_once(struct child *child, const struct fg_numbers *numbers,
                               double *seconds, struct fg_error *error) {
    const double begin_s = now_s();
    const enum fg_status status = fg_factor_numbers(child->engine, numbers, &child->results, error);
    if (status == FG_ERROR_TOO_MANY)
        advise_to_leave_out(error);
    if (status != FG_OK)
        return status;
    *seconds = fmax(now_s() - begin_s, FG_CLOCK_RESOLUTION_S);
    return FG_OK;
}

/* Repeats the run for this many seconds, and notes the time of each. Ends earlier if the list is
 * full. */
static enum fg_status run_for(struct child *child, const struct fg_numbers *numbers, double seconds,
                              struct fg_error *error) {
    const double until_s = now_s() + seconds;
    child->time_count = 0;
    do
        FG_TRY(run_once(child, numbers, &child->times_s[child->time_count++], error));
    while (now_s() < until_s && child->time_count < BRIEF_RUNS_MAX);
    return FG_OK;
}

/* Begins to watch the GPU and returns the CPU time so far, to which the watch does not belong. */
static double begin_watch(const struct child *child) {
    if (child->sensors.gpu != NULL)
        fg_gpu_state_begin(child->sensors.gpu);
    return fg_usage_cpu_s(&child->workers);
}

/* Returns how long the runs of the sample took together, without the reading of the clock. */
static double timed_s(const struct child *child) {
    double sum_s = 0;
    for (size_t i = 0; i < child->time_count; i++)
        sum_s += child->times_s[i];
    return sum_s;
}

/*
 * Does untimed runs, then takes one sample. To read what else the machine does is slow, so one more
 * untimed run comes between that and the sample. The CPU time is that of one run of the sample, the
 * mean; of brief runs it has no share for reading the clock, a third of the time of the briefest.
 */
static enum fg_status time_runs(struct child *child, const struct fg_compare_batch *batch,
                                const struct fg_numbers *numbers, struct fg_row_reply *reply) {
    struct fg_usage before, after;
    struct fg_compare_sample *const sample = &reply->sample;
    double rehearsal_s = INFINITY;
    for (const double until_s = now_s() + batch->warm_s; now_s() < until_s;)
        FG_TRY(run_once(child, numbers, &rehearsal_s, &reply->error));
    fg_usage_begin(&child->workers, &before);
    struct fg_row_energy_mark mark;
    fg_row_sensors_mark(&child->sensors, &mark);
    const double window_begin = now_s();
    if (batch->rehearsed)
        FG_TRY(run_once(child, numbers, &rehearsal_s, &reply->error));
    const bool brief = rehearsal_s < FG_COMPARE_BRIEF_RUN_S;
    const double cpu_begin_s = begin_watch(child), runs_begin = now_s();
    FG_TRY(run_for(child, numbers, brief ? batch->brief_s : 0, &reply->error));
    const double runs_end = now_s(), cpu_end_s = fg_usage_cpu_s(&child->workers);
    const double window_s = runs_end - window_begin;
    if (child->sensors.gpu != NULL)
        sample->gpu = fg_gpu_state_end(child->sensors.gpu);
    sample->energy = fg_row_sensors_since(&child->sensors, &mark,
                                          child->time_count + (batch->rehearsed ? 1 : 0));
    fg_usage_end(&child->workers, &after);
    sample->run_count = child->time_count;
    sample->elapsed_s = fmax(timed_s(child), FG_CLOCK_RESOLUTION_S);
    const double timed_part =
        fmin(sample->elapsed_s / fmax(runs_end - runs_begin, FG_CLOCK_RESOLUTION_S), 1);
    sample->wall_s =
        fg_statistics_summarise(child->times_s, child->time_count, child->sorted_s).median_s;
    sample->usage = fg_usage_between(&before, &after);
    const struct fg_row_workers workers = workers_of(child);
    fg_row_judge(sample, window_s, &workers);
    sample->usage.cpu_s = fmax(cpu_end_s - cpu_begin_s, 0) * timed_part / (double)child->time_count;
    return FG_OK;
}

/* Opens the sensors, if that has not been done. It takes too long to be a part of the start-up. */
static void open_sensors(struct child *child) {
    if (!child->has_sensors)
        fg_row_sensors_open(&child->sensors, &child->common->cpu_energy, child->config);
    child->has_sensors = true;
}

static enum fg_status run(struct child *child, const struct fg_compare_batch *batch,
                          struct fg_row_reply *reply) {
    struct fg_numbers numbers;
    FG_TRY(find_batch(child, batch, &numbers, &reply->error));
    open_sensors(child);
    child->asked = batch->count;
    const enum fg_status status = time_runs(child, batch, &numbers, reply);
    if (fg_engine_jobs(child->engine) > 1)
        come_to_rest(child);
    return status;
}

/* Measures the energy of runs that are too short for that one by one, if it is known and if `run`.
 */
static enum fg_status measure_energy(struct child *child, bool run, struct fg_row_reply *reply) {
    const size_t count = child->common->request->count;
    struct fg_row_energy_mark mark;
    open_sensors(child);
    memcpy(reply->sensor_reason, child->sensors.reason, sizeof reply->sensor_reason);
    const double min_s = fg_row_sensors_min_s(&child->sensors);
    if (min_s == 0 || !run)
        return FG_OK;
    size_t runs = 0;
    double run_s;
    struct fg_numbers input = child->common->input;
    suit_method(child, &input);
    fg_row_sensors_mark(&child->sensors, &mark);
    for (const double until_s = mark.now_s + min_s; now_s() < until_s; runs++)
        FG_TRY(run_once(child, &input, &run_s, &reply->error));
    reply->energy = fg_row_sensors_since(&child->sensors, &mark, runs);
    child->asked = count;
    if (fg_engine_jobs(child->engine) > 1)
        come_to_rest(child);
    return FG_OK;
}

static enum fg_status check(struct child *child, size_t first, struct fg_row_reply *reply) {
    const struct fg_compare_request *const request = child->common->request;
    const struct fg_results *const results = &child->results;
    struct fg_compare_answers reference = {0};
    reply->check.value_count = results->count > 0 ? results->offsets[results->count] : 0;
    FG_TRY(fg_compare_answers_map(child->common->reference, &reference, &reply->error));
    if (reference.offsets != NULL) {
        reply->check.differs =
            !fg_compare_answers_equal(&reference, first, child->asked, results,
                                      &child->common->input, &reply->check.difference);
        fg_compare_answers_unmap(&reference);
        return FG_OK;
    }
    if (results->count != request->count)
        return FG_ERROR_INTERNAL; /* an incomplete reference is of no use */
    reply->check.is_reference = true;
    return fg_compare_answers_write(child->common->reference, results, &reply->error);
}

static enum fg_status do_task(struct child *child, const struct fg_row_request *request,
                              struct fg_row_reply *reply) {
    switch (request->task) {
    case FG_ROW_OPEN:
        return open_engine(child, reply);
    case FG_ROW_PROBE:
        return fg_backend_probe(child->config->backend, &reply->error);
    case FG_ROW_RUN:
        return run(child, &request->batch, reply);
    case FG_ROW_CHECK:
        return check(child, request->batch.first, reply);
    case FG_ROW_TIMING:
        fg_engine_timing(child->engine, &reply->timing);
        return FG_OK;
    case FG_ROW_PEAK:
        reply->peak_bytes = fg_usage_peak_bytes(&child->workers);
        return FG_OK;
    case FG_ROW_ENERGY:
        return measure_energy(child, request->runs_for_energy, reply);
    }
    return FG_ERROR_INTERNAL;
}

/* Serves requests from the socket until its other end is closed. */
static _Noreturn void serve(struct child *child, int socket) {
    struct fg_row_request request;
    for (;;) {
        const ssize_t got = recv(socket, &request, sizeof request, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != (ssize_t)sizeof request)
            break;
        struct fg_row_reply reply = {.status = FG_OK};
        reply.status = do_task(child, &request, &reply);
        if (send(socket, &reply, sizeof reply, MSG_NOSIGNAL) != (ssize_t)sizeof reply)
            break;
    }
    if (child->has_sensors)
        fg_row_sensors_close(&child->sensors);
    if (child->engine != NULL)
        fg_engine_close(child->engine);
    _exit(0); /* the parent's buffered output must not be written twice */
}

void fg_row_child_serve(const struct fg_row_common *common, const struct fg_config *config,
                        pid_t parent, int socket) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* the parent died before the call above */
        _exit(1);
    static struct child child; /* larger than a stack may be */
    child.common = common;
    child.config = config;
    serve(&child, socket);
}
