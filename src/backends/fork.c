/* SPDX-License-Identifier: MIT */
/*
 * fork.c: one child process per number, at most `jobs` at a time, the experiment's second program.
 *
 * Each of `jobs` slots has its place in shared memory, large enough for any number's answer. A
 * child computes its number, leaves the answer in its slot, and exits; the parent notices by the
 * child's socket, and takes the answer. If a child dies without an answer, its number gets one more
 * try.
 */
#include "backends/backend.h"
#include "backends/certificate_box.h"
#include "backends/child.h"
#include "backends/cpu_worker.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE_VALUES (UINT64_C(1) << 23)

/* The answer of a child, in shared memory. Pages of it that no answer has reached take no memory.
 */
struct answer {
    atomic_bool complete; /* written last */
    enum fg_status status;
    struct fg_error error; /* of a number that has too many divisors */
    size_t offsets[2];     /* the values are [0, offsets[1]) */
    uint64_t values[2 * FG_WIDE_MAX_LISTED_DIVISORS];
};

/* A slot without a child is free, or waits to try its number once more. */
struct slot {
    struct fg_child child;
    size_t index;    /* which number its child is at */
    unsigned deaths; /* of children at this number; 0 if the slot is free */
};

struct fork_backend {
    struct fg_cpu_worker worker;  /* each child has its own copy of it */
    struct fg_method_setup setup; /* the parent's */
    unsigned jobs;
    struct slot *slots;    /* jobs entries */
    struct pollfd *polled; /* jobs entries: the slots that have a child, and which they are */
    unsigned *polled_slots;
    struct answer *answers;                  /* jobs entries, shared */
    struct fg_certificate_box *certificates; /* shared */
    atomic_bool *stop;                       /* shared: set when the children are to end */
    struct fg_results early;                 /* answers that came before those of earlier numbers */
    size_t *early_place; /* for each number: 1 + where its answer is in `early` */
    size_t early_capacity;
};

static void fork_close(void *state) {
    struct fork_backend *const backend = state;
    fg_child_unshare(backend->answers, backend->jobs * sizeof *backend->answers);
    fg_child_stop_destroy(backend->stop);
    fg_certificate_box_destroy(backend->certificates);
    fg_results_free(&backend->early);
    free(backend->early_place);
    free(backend->slots);
    free(backend->polled);
    free(backend->polled_slots);
    fg_cpu_worker_close(&backend->worker);
    free(backend);
}

/* The children, if a batch is running, are the parent's. */
static void fork_forget(void *state) {
    struct fork_backend *const backend = state;
    for (unsigned i = 0; i < backend->jobs; i++)
        if (backend->slots[i].child.socket >= 0)
            close(backend->slots[i].child.socket);
    fork_close(backend);
}

static enum fg_status fork_open(const struct fg_setup *setup, void **state,
                                struct fg_error *error) {
    struct fork_backend *const backend = calloc(1, sizeof *backend);
    if (backend == NULL)
        return fg_fail_memory(error, sizeof *backend);
    backend->setup = setup->method;
    backend->jobs = setup->jobs;
    backend->slots = calloc(setup->jobs, sizeof *backend->slots);
    backend->polled = calloc(setup->jobs, sizeof *backend->polled);
    backend->polled_slots = calloc(setup->jobs, sizeof *backend->polled_slots);
    const size_t shared_bytes = setup->jobs * sizeof *backend->answers;
    backend->answers = fg_child_share(shared_bytes, error);
    if (backend->slots == NULL || backend->polled == NULL || backend->polled_slots == NULL ||
        backend->answers == NULL) {
        fork_close(backend);
        return fg_fail_memory(error, shared_bytes);
    }
    backend->stop = fg_child_stop_create(error);
    struct fg_method_setup in_child = setup->method;
    in_child.cancelled = backend->stop; /* the batch's own flag is the parent's */
    enum fg_status status =
        backend->stop != NULL
            ? fg_certificate_box_create(&setup->method, &backend->certificates, error)
            : FG_ERROR_MEMORY;
    fg_certificate_box_attach(backend->certificates, &in_child);
    if (status == FG_OK)
        status = fg_cpu_worker_open(&backend->worker, &in_child, error);
    if (status != FG_OK) {
        fork_close(backend);
        return status;
    }
    for (unsigned i = 0; i < backend->jobs; i++)
        backend->slots[i].child = fg_child_none;
    *state = backend;
    return FG_OK;
}

/* The child's whole life. */
static _Noreturn void child_main(struct fork_backend *backend, unsigned slot,
                                 const struct fg_numbers *number) {
    struct answer *const answer = &backend->answers[slot];
    struct fg_results results = {
        .words = number->words,
        .offsets = answer->offsets,
        .offset_capacity = sizeof answer->offsets / sizeof *answer->offsets,
        .values = answer->values,
        .value_capacity = sizeof answer->values / sizeof *answer->values,
    };
    answer->status = fg_cpu_worker_run(&backend->worker, number, FG_WIDE_MAX_LISTED_DIVISORS,
                                       &results, &answer->error);
    atomic_store(&answer->complete, true);
    _exit(0);
}

/* Hides answers from the children, which need none, or makes them ordinary memory again. */
static void hide_answers(const struct fg_results *results, bool hidden) {
    fg_child_hide(results->values, results->value_capacity * sizeof *results->values, hidden);
    fg_child_hide(results->offsets, results->offset_capacity * sizeof *results->offsets, hidden);
}

/* fg_results_reserve() for answers that are hidden, and stay so. */
static enum fg_status reserve_hidden(struct fg_results *results, size_t value_room, uint64_t **room,
                                     struct fg_error *error) {
    const size_t used = results->count > 0 ? results->offsets[results->count] : 0;
    const bool moves = fg_results_words(results, used + value_room) > results->value_capacity ||
                       results->count + 2 > results->offset_capacity;
    if (moves)
        hide_answers(results, false);
    const enum fg_status status = fg_results_reserve(results, value_room, room, error);
    if (moves)
        hide_answers(results, true);
    return status;
}

/* Starts a child for the slot's number. Sets *short_of_processes if the system has no process to
 * spare now. */
static enum fg_status start_child(struct fork_backend *backend, unsigned slot,
                                  const struct fg_numbers *numbers, bool *short_of_processes,
                                  struct fg_error *error) {
    struct slot *const seat = &backend->slots[slot];
    atomic_store(&backend->answers[slot].complete, false);
    enum fg_role role;
    int error_number = 0;
    const enum fg_status status = fg_child_fork(&seat->child, &role, &error_number, error);
    *short_of_processes = status != FG_OK && (error_number == EAGAIN || error_number == EMFILE);
    if (status == FG_OK && role == FG_ROLE_CHILD) {
        const struct fg_numbers number = fg_numbers_part(numbers, seat->index, 1);
        child_main(backend, slot, &number);
    }
    return status;
}

/* Takes the answer of a child that has ended. A child that died without one leaves its slot waiting
 * for another try. */
static enum fg_status finish_child(struct fork_backend *backend, unsigned slot,
                                   const struct fg_numbers *numbers, struct fg_error *error) {
    struct slot *const seat = &backend->slots[slot];
    char how[64];
    fg_child_reap(&seat->child, false, how, sizeof how);
    const struct answer *const answer = &backend->answers[slot];
    char text[FG_NUMBER_TEXT];
    fg_number_text(fg_numbers_at(numbers, seat->index), text);
    if (!atomic_load(&answer->complete)) {
        if (++seat->deaths == 2)
            return fg_fail(error, FG_ERROR_WORKER_DIED,
                           "two worker processes died at the number %s (%s); try a smaller "
                           "--jobs, or --backend=threads",
                           text, how);
        return FG_OK;
    }
    seat->deaths = 0;
    if (answer->status == FG_ERROR_TOO_MANY) {
        *error = answer->error;
        return answer->status;
    }
    if (answer->status != FG_OK)
        return fg_fail(error, answer->status, "the answer for %s failed: %s", text,
                       fg_strerror(answer->status));
    const size_t value_count = answer->offsets[1];
    uint64_t *list = NULL;
    FG_TRY(reserve_hidden(&backend->early, value_count, &list, error));
    memcpy(list, answer->values, fg_results_words(&backend->early, value_count) * sizeof *list);
    fg_results_commit(&backend->early, value_count);
    backend->early_place[seat->index] = backend->early.count;
    return FG_OK;
}

/* Starts children in slots without one until no number is left or the system refuses. */
static enum fg_status fill_slots(struct fork_backend *backend, const struct fg_numbers *numbers,
                                 size_t count, size_t *next, unsigned *running,
                                 struct fg_error *error) {
    for (unsigned slot = 0; slot < backend->jobs; slot++) {
        struct slot *const seat = &backend->slots[slot];
        const bool again_at_it = seat->deaths > 0;
        if (seat->child.pid != 0 || (!again_at_it && *next == count))
            continue;
        if (!again_at_it)
            seat->index = *next;
        bool short_of_processes;
        const enum fg_status status =
            start_child(backend, slot, numbers, &short_of_processes, error);
        if (status != FG_OK) /* if others are running, one of them will end and free a process */
            return short_of_processes && *running > 0 ? FG_OK : status;
        *next += !again_at_it;
        ++*running;
    }
    return FG_OK;
}

/* Waits until at least one child has ended, or a moment, and finishes those that have. */
static enum fg_status wait_for_children(struct fork_backend *backend,
                                        const struct fg_numbers *numbers, unsigned *running,
                                        struct fg_error *error) {
    nfds_t count = 0; /* poll() refuses more entries than files may be open, used or not */
    for (unsigned slot = 0; slot < backend->jobs; slot++)
        if (backend->slots[slot].child.pid != 0) {
            backend->polled_slots[count] = slot;
            backend->polled[count++] =
                (struct pollfd){.fd = backend->slots[slot].child.socket, .events = POLLIN};
        }
    const int ready = poll(backend->polled, count, FG_POLL_MS);
    if (ready < 0)
        return errno == EINTR
                   ? FG_OK
                   : fg_fail(error, FG_ERROR_SYSTEM,
                             "waiting for worker processes failed (%s); try --backend=threads",
                             strerror(errno));
    for (nfds_t i = 0; i < count; i++) {
        const unsigned slot = backend->polled_slots[i];
        const bool ended = ready > 0 ? backend->polled[i].revents != 0
                                     : fg_child_has_ended(&backend->slots[slot].child);
        if (!ended)
            continue;
        --*running;
        FG_TRY(finish_child(backend, slot, numbers, error));
    }
    return FG_OK;
}

static enum fg_status prepare_early(struct fork_backend *backend, size_t count, unsigned words,
                                    struct fg_error *error) {
    fg_results_clear(&backend->early);
    backend->early.words = words;
    if (count > backend->early_capacity) {
        size_t *const larger = realloc(backend->early_place, count * sizeof *larger);
        if (larger == NULL)
            return fg_fail_memory(error, count * sizeof *larger);
        backend->early_place = larger;
        backend->early_capacity = count;
    }
    return FG_OK;
}

/* Copies the answers, which came in the order the children ended, in the order of the numbers. */
static enum fg_status put_in_order(const struct fork_backend *backend, size_t count,
                                   struct fg_results *results, struct fg_error *error) {
    for (size_t i = 0; i < count; i++) {
        const struct fg_results *const early = &backend->early;
        const size_t *const ends = &early->offsets[backend->early_place[i] - 1];
        const size_t value_count = ends[1] - ends[0];
        uint64_t *list;
        FG_TRY(fg_results_reserve(results, value_count, &list, error));
        memcpy(list, early->values + fg_results_words(early, ends[0]),
               fg_results_words(early, value_count) * sizeof *list);
        fg_results_commit(results, value_count);
    }
    return FG_OK;
}

static bool is_full(const struct fg_results *early) {
    return early->count > 0 && early->offsets[early->count] >= PAGE_VALUES / early->words;
}

/* Lets children answer the numbers, until all are answered or the answers reach the page's
 * capacity. *count says how many are answered. */
static enum fg_status run_children(struct fork_backend *backend, const struct fg_numbers *numbers,
                                   size_t *count, struct fg_error *error) {
    size_t next = 0;
    unsigned running = 0;
    for (unsigned slot = 0; slot < backend->jobs; slot++)
        backend->slots[slot].deaths = 0;
    while (backend->early.count < *count) {
        if (atomic_load(backend->setup.cancelled))
            return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
        FG_TRY(fill_slots(backend, numbers, *count, &next, &running, error));
        FG_TRY(wait_for_children(backend, numbers, &running, error));
        if (is_full(&backend->early)) /* starts no more children; those that run still deliver */
            *count = next;
    }
    return FG_OK;
}

static enum fg_status fork_run(void *state, const struct fg_numbers *numbers,
                               struct fg_results *results, struct fg_error *error) {
    struct fork_backend *const backend = state;
    size_t count = numbers->count;
    FG_TRY(prepare_early(backend, count, numbers->words, error));
    hide_answers(&backend->early, true);
    hide_answers(results, true);
    const enum fg_status status = run_children(backend, numbers, &count, error);
    atomic_store(backend->stop, status != FG_OK);
    for (unsigned slot = 0; slot < backend->jobs; slot++) {
        char how[64];
        fg_child_reap(&backend->slots[slot].child, true, how, sizeof how);
    }
    hide_answers(&backend->early, false);
    hide_answers(results, false);
    FG_TRY(status);
    fg_certificate_box_empty(backend->certificates, &backend->setup);
    return put_in_order(backend, count, results, error);
}

/* A child answers one number. */
static bool fork_takes(enum fg_numbers_kind kind, unsigned words) {
    (void)words;
    return kind == FG_NUMBERS_LIST;
}

const struct fg_backend fg_backend_fork = {
    .name = "fork",
    .summary = "one child process per number",
    .properties = {.size = sizeof(struct fg_backend_properties),
                   .uses_processes = true,
                   .process_per_number = true,
                   .baseline_rank = 1},
    .page_values = PAGE_VALUES,
    .checks_answers = true,
    .takes = fork_takes,
    .open = fork_open,
    .run = fork_run,
    .close = fork_close,
    .forget = fork_forget,
};
