/* SPDX-License-Identifier: MIT */
/*
 * row_process.c: the parent's side of a row's process.
 */
#include "compare/row_process.h"

#include "compare/row_child.h"
#include "text/failure.h"
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Time between two calls of fg_row_common.waiting: fewer than a run notices. */
#define WAITING_MS 1000

struct fg_row_process {
    const struct fg_row_common *common;
    pid_t pid;
    int socket;
    unsigned jobs;
    bool dead;
    char death[128]; /* how it died */
};

/* Reaps a process that was not asked to end, and notes how it died. `failure` is the errno of a
 * call for its socket, after which it may live and wait: it is ended. 0: it has closed the socket.
 */
static void reap(struct fg_row_process *process, int failure) {
    int state = 0;
    pid_t reaped;
    shutdown(process->socket, SHUT_RDWR); /* ends it if kill() is refused */
    if (failure != 0)
        kill(process->pid, SIGKILL);
    do
        reaped = waitpid(process->pid, &state, 0);
    while (reaped < 0 && errno == EINTR);
    if (failure != 0)
        snprintf(process->death, sizeof process->death, "a call for its socket failed: %s",
                 strerror(failure));
    else if (reaped == process->pid && WIFSIGNALED(state))
        snprintf(process->death, sizeof process->death, "signal %d: %s", WTERMSIG(state),
                 strsignal(WTERMSIG(state)));
    else
        snprintf(process->death, sizeof process->death, "exit status %d",
                 reaped == process->pid ? WEXITSTATUS(state) : -1);
    process->dead = true;
}

/* Receives the reply. Calls the caller back while it waits. */
static ssize_t receive(const struct fg_row_process *process, struct fg_row_reply *reply) {
    const struct fg_row_common *const common = process->common;
    struct pollfd socket = {.fd = process->socket, .events = POLLIN};
    while (common->waiting != NULL && poll(&socket, 1, WAITING_MS) <= 0)
        common->waiting(common->waiting_context);
    return recv(process->socket, reply, sizeof *reply, 0);
}

/* Sends the request and receives the reply. Returns 0, or errno if a call failed or the reply is
 * none, of which EPIPE and ECONNRESET mean that the process has closed its end. */
static int exchange(const struct fg_row_process *process, const struct fg_row_request *request,
                    struct fg_row_reply *reply) {
    ssize_t got;
    if (send(process->socket, request, sizeof *request, MSG_NOSIGNAL) != (ssize_t)sizeof *request)
        return errno;
    do
        got = receive(process, reply);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return got == 0 ? ECONNRESET : errno;
    return got == (ssize_t)sizeof *reply ? 0 : EPROTO;
}

static enum fg_status ask(struct fg_row_process *process, const struct fg_row_request *request,
                          struct fg_row_reply *reply, struct fg_error *error) {
    const int failure = process->dead ? 0 : exchange(process, request, reply);
    if (failure != 0)
        reap(process, failure == EPIPE || failure == ECONNRESET ? 0 : failure);
    if (process->dead)
        return fg_program_fail(error, FG_ERROR_WORKER_DIED, "the process of this row ended (%s)",
                               process->death);
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
        fg_row_child_serve(common, config, parent, ends[1]);
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
    struct fg_row_reply reply = {0};
    const struct fg_row_request request = {.task = FG_ROW_OPEN};
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
    struct fg_row_reply reply = {0};
    const struct fg_row_request request = {.task = FG_ROW_PROBE};
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
    struct fg_row_reply reply = {0};
    const struct fg_row_request request = {.task = FG_ROW_RUN, .batch = *batch};
    if (batch->made_up != NULL) {
        assert(batch->count <= FG_COMPARE_MADE_UP_MAX);
        memcpy(process->common->made_up, batch->made_up, batch->count * sizeof *batch->made_up);
    } else if (batch->wide_made_up != NULL) {
        assert(batch->count <= FG_COMPARE_MADE_UP_MAX);
        memcpy(process->common->made_up, batch->wide_made_up,
               batch->count * sizeof *batch->wide_made_up);
    }
    FG_TRY(ask(process, &request, &reply, error));
    *sample = reply.sample;
    return FG_OK;
}

enum fg_status fg_row_process_check(struct fg_row_process *process, size_t first,
                                    struct fg_compare_check *check, struct fg_error *error) {
    struct fg_row_reply reply = {0};
    const struct fg_row_request request = {.task = FG_ROW_CHECK, .batch = {.first = first}};
    FG_TRY(ask(process, &request, &reply, error));
    *check = reply.check;
    return FG_OK;
}

void fg_row_process_energy(struct fg_row_process *process, bool run,
                           struct fg_compare_energy *energy, char *reason, size_t size) {
    struct fg_row_reply reply = {0};
    struct fg_error error = {FG_OK, ""};
    const struct fg_row_request request = {.task = FG_ROW_ENERGY, .runs_for_energy = run};
    *energy = (struct fg_compare_energy){0};
    if (ask(process, &request, &reply, &error) == FG_OK) {
        *energy = reply.energy;
        snprintf(reason, size, "%s", reply.sensor_reason);
    } else {
        snprintf(reason, size, "a run to measure it failed: %s", error.message);
    }
}

void fg_row_process_timing(struct fg_row_process *process, struct fg_timing *timing) {
    struct fg_row_reply reply = {0};
    const struct fg_row_request request = {.task = FG_ROW_TIMING};
    *timing = (struct fg_timing){0};
    if (ask(process, &request, &reply, NULL) == FG_OK)
        *timing = reply.timing;
}

uint64_t fg_row_process_peak_bytes(struct fg_row_process *process) {
    struct fg_row_reply reply = {0};
    const struct fg_row_request request = {.task = FG_ROW_PEAK};
    return ask(process, &request, &reply, NULL) == FG_OK ? reply.peak_bytes : 0;
}
