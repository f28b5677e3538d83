/* SPDX-License-Identifier: MIT */
/*
 * row_process.c: a child process that opens an engine and serves requests over a socket, one
 * request and one reply at a time.
 */
#include "compare/row_process.h"

#include "measure/clock.h"
#include "measure/statistics.h"
#include "measure/usage.h"
#include "text/failure.h"
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Workers are at rest when they have used less CPU than REST_CPU_S in REST_S; those that wait for
 * their next batch without sleeping do so for some 50 us each. */
#define REST_S 200e-6
#define REST_CPU_S 20e-6
#define REST_LOOKS 250
/* A run was disturbed if other programs took more than this share of the CPU time that its workers
 * could have had, and more than DISTURBED_S, the time that it takes to wake the workers. */
#define DISTURBED_SHARE 0.1
#define DISTURBED_S 100e-6
/* Max count of runs in one sample. */
#define BRIEF_RUNS_MAX 8192
/* Min length of a run for a look at the machine's CPU time, which is counted in ticks. */
#define TICKS_S 0.1
/* Time between two calls of fg_row_common.waiting: fewer than a run notices. */
#define WAITING_MS 1000

enum task { OPEN, PROBE, RUN, CHECK, TIMING, PEAK };

struct request {
    enum task task;
    struct fg_compare_batch batch;
};

struct reply {
    enum fg_status status;
    struct fg_error error;
    unsigned jobs;
    struct fg_compare_sample sample;
    struct fg_compare_check check;
    struct fg_timing timing;
    uint64_t peak_bytes;
};

struct fg_row_process {
    const struct fg_row_common *common;
    pid_t pid;
    int socket;
    unsigned jobs;
    bool dead;
    char death[128]; /* how it died */
};

/* ---- What rows share ---- */

static uint64_t *map_shared(size_t count) {
    void *const memory = mmap(NULL, count * sizeof(uint64_t), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

enum fg_status fg_row_common_make(const struct fg_compare_request *request,
                                  struct fg_row_common *common, struct fg_error *error) {
    *common = (struct fg_row_common){.request = request,
                                     .input = map_shared(request->count),
                                     .made_up = map_shared(FG_COMPARE_MADE_UP_MAX),
                                     .reference = memfd_create("reference", MFD_CLOEXEC)};
    if (common->input == NULL || common->made_up == NULL)
        return fg_program_fail_memory(error);
    if (common->reference < 0)
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "no file in memory for the answers that all rows are held against "
                               "(%s); try a larger ulimit -n",
                               strerror(errno));
    memcpy(common->input, request->numbers, request->count * sizeof *common->input);
    return FG_OK;
}

void fg_row_common_free(struct fg_row_common *common) {
    if (common->input != NULL)
        munmap(common->input, common->request->count * sizeof *common->input);
    if (common->made_up != NULL)
        munmap(common->made_up, FG_COMPARE_MADE_UP_MAX * sizeof *common->made_up);
    if (common->reference >= 0)
        close(common->reference);
    *common = (struct fg_row_common){.reference = -1};
}

/* ---- The child ---- */

struct child {
    const struct fg_row_common *common;
    const struct fg_config *config;
    struct fg_engine *engine;
    struct fg_results results;
    uint64_t *again; /* the input repeated, for batches that go beyond its end */
    size_t again_count;
    struct fg_usage_workers workers;
    struct fg_cpu_count cpus;
    size_t asked;      /* numbers of the last run */
    size_t time_count; /* runs of the last sample */
    double times_s[BRIEF_RUNS_MAX], sorted_s[BRIEF_RUNS_MAX];
};

static double now_s(void) {
    return fg_clock_s(CLOCK_MONOTONIC);
}

static enum fg_status open_engine(struct child *child, struct reply *reply) {
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
    if (count <= child->again_count)
        return FG_OK;
    uint64_t *const longer = realloc(child->again, count * sizeof *longer);
    if (longer == NULL)
        return fg_program_fail_memory(error);
    child->again = longer;
    child->again_count = count;
    for (size_t i = 0; i < count; i++)
        longer[i] = child->common->input[i % child->common->request->count];
    return FG_OK;
}

static enum fg_status find_batch(struct child *child, const struct fg_compare_batch *batch,
                                 const uint64_t **numbers, struct fg_error *error) {
    const size_t in_all = child->common->request->count;
    if (batch->made_up != NULL) {
        *numbers = child->common->made_up;
    } else if (batch->count <= in_all && batch->first <= in_all - batch->count) {
        *numbers = child->common->input + batch->first;
    } else {
        FG_TRY(repeat_input(child, batch->first + batch->count, error));
        *numbers = child->again + batch->first;
    }
    return FG_OK;
}

static void sleep_s(double seconds) {
    const struct timespec time = {0, (long)(seconds * 1e9)};
    nanosleep(&time, NULL);
}

/* Waits until the workers sleep, so that they do not take CPU time from the next row. */
static void come_to_rest(const struct child *child) {
    double before_s = fg_usage_cpu_s(&child->workers);
    for (int look = 0; look < REST_LOOKS; look++) {
        sleep_s(REST_S);
        const double after_s = fg_usage_cpu_s(&child->workers);
        if (after_s - before_s < REST_CPU_S)
            return;
        before_s = after_s;
    }
}

/*
 * Returns whether something else took CPU time that the row's workers could have used. If all
 * workers live on and are not more than the CPUs, that is the time in which they were ready to run
 * but did not. Otherwise it is the CPU time that the rest of the machine used.
 */
static bool is_disturbed(const struct child *child, const struct fg_usage *usage, double window_s) {
    const unsigned jobs = fg_engine_jobs(child->engine);
    const bool workers_stay =
        !fg_backend_get_properties(fg_engine_backend(child->engine))->process_per_number;
    if (workers_stay && jobs <= child->cpus.usable && usage->knows_waiting)
        return usage->waiting_s > fmax(DISTURBED_SHARE * window_s * jobs, DISTURBED_S);
    if (!usage->knows_machine || window_s < TICKS_S)
        return false;
    return usage->machine_s - usage->cpu_s > DISTURBED_SHARE * window_s * child->cpus.allowed;
}

/* Does one run, and says what it took. */
static enum fg_status run_once(struct child *child, const uint64_t *numbers, size_t count,
                               double *seconds, struct fg_error *error) {
    const double begin_s = now_s();
    FG_TRY(fg_factor_batch(child->engine, numbers, count, &child->results, error));
    *seconds = fmax(now_s() - begin_s, FG_CLOCK_RESOLUTION_S);
    return FG_OK;
}

/* Repeats the run for this many seconds, and notes the time of each. Ends earlier if the list is
 * full. */
static enum fg_status run_for(struct child *child, const uint64_t *numbers, size_t count,
                              double seconds, struct fg_error *error) {
    const double until_s = now_s() + seconds;
    child->time_count = 0;
    do
        FG_TRY(run_once(child, numbers, count, &child->times_s[child->time_count++], error));
    while (now_s() < until_s && child->time_count < BRIEF_RUNS_MAX);
    return FG_OK;
}

/*
 * Does untimed runs, then takes one sample. To read what else the machine does is slow, so one more
 * untimed run comes between that and the sample. The CPU time is that of one run of the sample, the
 * mean.
 */
static enum fg_status time_runs(struct child *child, const struct fg_compare_batch *batch,
                                const uint64_t *numbers, struct reply *reply) {
    struct fg_usage before, after;
    struct fg_compare_sample *const sample = &reply->sample;
    double rehearsal_s = INFINITY;
    for (const double until_s = now_s() + batch->warm_s; now_s() < until_s;)
        FG_TRY(run_once(child, numbers, batch->count, &rehearsal_s, &reply->error));
    fg_usage_begin(&child->workers, &before);
    const double window_begin = now_s();
    if (batch->rehearsed)
        FG_TRY(run_once(child, numbers, batch->count, &rehearsal_s, &reply->error));
    const bool brief = rehearsal_s < FG_COMPARE_BRIEF_RUN_S;
    const double cpu_begin_s = batch->rehearsed ? fg_usage_cpu_s(&child->workers) : before.cpu_s;
    FG_TRY(run_for(child, numbers, batch->count, brief ? batch->brief_s : 0, &reply->error));
    const double window_s = now_s() - window_begin;
    fg_usage_end(&child->workers, &after);
    sample->run_count = child->time_count;
    sample->wall_s =
        fg_statistics_summarise(child->times_s, child->time_count, child->sorted_s).median_s;
    sample->usage = fg_usage_between(&before, &after);
    sample->disturbed = is_disturbed(child, &sample->usage, window_s);
    sample->usage.cpu_s = fmax(after.cpu_s - cpu_begin_s, 0) / (double)child->time_count;
    return FG_OK;
}

static enum fg_status run(struct child *child, const struct fg_compare_batch *batch,
                          struct reply *reply) {
    const uint64_t *numbers;
    FG_TRY(find_batch(child, batch, &numbers, &reply->error));
    child->asked = batch->count;
    const enum fg_status status = time_runs(child, batch, numbers, reply);
    if (fg_engine_jobs(child->engine) > 1)
        come_to_rest(child);
    return status;
}

static enum fg_status check(struct child *child, size_t first, struct reply *reply) {
    const struct fg_compare_request *const request = child->common->request;
    const struct fg_results *const results = &child->results;
    struct fg_compare_answers reference = {0};
    reply->check.value_count = results->count > 0 ? results->offsets[results->count] : 0;
    FG_TRY(fg_compare_answers_map(child->common->reference, &reference, &reply->error));
    if (reference.offsets != NULL) {
        reply->check.differs =
            !fg_compare_answers_equal(&reference, first, child->asked, results,
                                      child->common->input, &reply->check.difference);
        fg_compare_answers_unmap(&reference);
        return FG_OK;
    }
    if (results->count != request->count)
        return FG_ERROR_INTERNAL; /* an incomplete reference is of no use */
    reply->check.is_reference = true;
    return fg_compare_answers_write(child->common->reference, results, &reply->error);
}

static enum fg_status do_task(struct child *child, const struct request *request,
                              struct reply *reply) {
    switch (request->task) {
    case OPEN:
        return open_engine(child, reply);
    case PROBE:
        return fg_backend_probe(child->config->backend, &reply->error);
    case RUN:
        return run(child, &request->batch, reply);
    case CHECK:
        return check(child, request->batch.first, reply);
    case TIMING:
        fg_engine_timing(child->engine, &reply->timing);
        return FG_OK;
    case PEAK:
        reply->peak_bytes = fg_usage_peak_bytes(&child->workers);
        return FG_OK;
    }
    return FG_ERROR_INTERNAL;
}

/* Serves requests from the socket until its other end is closed. */
static _Noreturn void serve(struct child *child, int socket) {
    struct request request;
    for (;;) {
        const ssize_t got = recv(socket, &request, sizeof request, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != (ssize_t)sizeof request)
            break;
        struct reply reply = {.status = FG_OK};
        reply.status = do_task(child, &request, &reply);
        if (send(socket, &reply, sizeof reply, MSG_NOSIGNAL) != (ssize_t)sizeof reply)
            break;
    }
    if (child->engine != NULL)
        fg_engine_close(child->engine);
    _exit(0); /* the parent's buffered output must not be written twice */
}

static _Noreturn void begin_child(const struct fg_row_common *common,
                                  const struct fg_config *config, pid_t parent, int socket) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* the parent died before the call above */
        _exit(1);
    static struct child child; /* larger than a stack may be */
    child.common = common;
    child.config = config;
    serve(&child, socket);
}

/* ---- The parent ---- */

/* Notes how a process died that was not asked to end, and reaps it. */
static enum fg_status note_death(struct fg_row_process *process, struct fg_error *error) {
    int state = 0;
    pid_t reaped;
    do
        reaped = process->dead ? 0 : waitpid(process->pid, &state, 0);
    while (reaped < 0 && errno == EINTR);
    if (!process->dead && reaped == process->pid && WIFSIGNALED(state))
        snprintf(process->death, sizeof process->death, "signal %d: %s", WTERMSIG(state),
                 strsignal(WTERMSIG(state)));
    else if (!process->dead)
        snprintf(process->death, sizeof process->death, "exit status %d",
                 reaped == process->pid ? WEXITSTATUS(state) : -1);
    process->dead = true;
    return fg_program_fail(error, FG_ERROR_WORKER_DIED, "the process of this row ended (%s)",
                           process->death);
}

/* Receives the reply. Calls the caller back while it waits. */
static ssize_t receive(const struct fg_row_process *process, struct reply *reply) {
    const struct fg_row_common *const common = process->common;
    struct pollfd socket = {.fd = process->socket, .events = POLLIN};
    while (common->waiting != NULL && poll(&socket, 1, WAITING_MS) <= 0)
        common->waiting(common->waiting_context);
    return recv(process->socket, reply, sizeof *reply, 0);
}

static enum fg_status ask(struct fg_row_process *process, const struct request *request,
                          struct reply *reply, struct fg_error *error) {
    ssize_t got = -1;
    if (!process->dead &&
        send(process->socket, request, sizeof *request, MSG_NOSIGNAL) == (ssize_t)sizeof *request)
        do
            got = receive(process, reply);
        while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof *reply)
        return note_death(process, error);
    if (reply->status != FG_OK && error != NULL)
        *error = reply->error;
    return reply->status;
}

/* Forks a process that waits for requests. NULL with the reason in `error`. */
static struct fg_row_process *fork_process(const struct fg_row_common *common,
                                           const struct fg_config *config, struct fg_error *error) {
    int ends[2];
    struct fg_row_process *const made = calloc(1, sizeof *made);
    if (made == NULL) {
        fg_program_fail_memory(error);
        return NULL;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        free(made);
        fg_program_fail(error, FG_ERROR_SYSTEM,
                        "no socket for a row's process (%s); try a larger ulimit -n",
                        strerror(errno));
        return NULL;
    }
    const pid_t parent = getpid();
    made->pid = fork();
    if (made->pid == 0) {
        close(ends[0]);
        begin_child(common, config, parent, ends[1]);
    }
    close(ends[1]);
    if (made->pid < 0) {
        const int why = errno;
        close(ends[0]);
        free(made);
        fg_program_fail(error, FG_ERROR_SYSTEM,
                        "a row's process could not be forked (%s); try a larger ulimit -u",
                        strerror(why));
        return NULL;
    }
    made->common = common;
    made->socket = ends[0];
    return made;
}

enum fg_status fg_row_process_start(const struct fg_row_common *common,
                                    const struct fg_config *config, struct fg_row_process **process,
                                    struct fg_error *error) {
    struct reply reply = {0};
    const struct request request = {.task = OPEN};
    struct fg_row_process *const made = fork_process(common, config, error);
    if (made == NULL)
        return error->status;
    const enum fg_status status = ask(made, &request, &reply, error);
    if (status != FG_OK) {
        fg_row_process_end(made);
        return status;
    }
    made->jobs = reply.jobs;
    *process = made;
    return FG_OK;
}

void fg_row_process_end(struct fg_row_process *process) {
    shutdown(process->socket, SHUT_RDWR); /* processes of later rows have a copy of this end */
    close(process->socket);
    if (!process->dead)
        while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    free(process);
}

enum fg_status fg_row_process_probe(const struct fg_row_common *common, const char *backend,
                                    struct fg_error *error) {
    struct reply reply = {0};
    const struct request request = {.task = PROBE};
    const struct fg_config config = {.backend = backend};
    struct fg_row_process *const process = fork_process(common, &config, error);
    if (process == NULL)
        return error->status;
    const enum fg_status status = ask(process, &request, &reply, error);
    fg_row_process_end(process);
    return status;
}

unsigned fg_row_process_jobs(const struct fg_row_process *process) {
    return process->jobs;
}

enum fg_status fg_row_process_run(struct fg_row_process *process,
                                  const struct fg_compare_batch *batch,
                                  struct fg_compare_sample *sample, struct fg_error *error) {
    struct reply reply = {0};
    const struct request request = {.task = RUN, .batch = *batch};
    if (batch->made_up != NULL) {
        assert(batch->count <= FG_COMPARE_MADE_UP_MAX);
        memcpy(process->common->made_up, batch->made_up, batch->count * sizeof *batch->made_up);
    }
    FG_TRY(ask(process, &request, &reply, error));
    *sample = reply.sample;
    return FG_OK;
}

enum fg_status fg_row_process_check(struct fg_row_process *process, size_t first,
                                    struct fg_compare_check *check, struct fg_error *error) {
    struct reply reply = {0};
    const struct request request = {.task = CHECK, .batch = {.first = first}};
    FG_TRY(ask(process, &request, &reply, error));
    *check = reply.check;
    return FG_OK;
}

void fg_row_process_timing(struct fg_row_process *process, struct fg_timing *timing) {
    struct reply reply = {0};
    const struct request request = {.task = TIMING};
    *timing = (struct fg_timing){0};
    if (ask(process, &request, &reply, NULL) == FG_OK)
        *timing = reply.timing;
}

uint64_t fg_row_process_peak_bytes(struct fg_row_process *process) {
    struct reply reply = {0};
    const struct request request = {.task = PEAK};
    return ask(process, &request, &reply, NULL) == FG_OK ? reply.peak_bytes : 0;
}
