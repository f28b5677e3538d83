/* SPDX-License-Identifier: MIT */
/*
 * engine.c: the library's interface: an engine is a method on a backend.
 *
 * This file opens, closes and describes engines, and decides for "auto": the CPU's threads until
 * the work seen so far is worth a GPU's start-up. engine_batch.c runs batches.
 */
#include "engine_state.h"

#include "batch/struct_size.h"
#include "methods/method.h"
#include <stdlib.h>
#include <string.h>

#define FG_MAX_JOBS 4096
/* Parts of a page that a backend may give its workers one by one. */
#define FG_RANGE_PARTS 8

static unsigned default_jobs(void) {
    struct fg_cpu_count cpus = {0};
    fg_count_cpus(&cpus);
    return cpus.usable < FG_MAX_JOBS ? cpus.usable : FG_MAX_JOBS;
}

enum fg_answer fg_engine_backend_answer(const struct fg_engine *engine) {
    return engine->method_engine->answers_primes ? engine->answer : FG_ANSWER_DIVISORS;
}

static enum fg_status open_backend(struct fg_engine *engine, const struct fg_backend *backend,
                                   struct fg_error *error) {
    const struct fg_setup setup = {
        .method = {.method = engine->method,
                   .answer = fg_engine_backend_answer(engine),
                   .cancelled = &engine->cancelled,
                   .smooth_bound = engine->smooth_bound,
                   .take_certificate = engine->take_certificate,
                   .certificate_context = engine->certificate_context},
        .jobs = engine->jobs,
        .devices = engine->devices,
        .device_count = engine->device_count,
    };
    void *state;
    FG_TRY(backend->open(&setup, &state, error));
    engine->backend = backend;
    engine->state = state;
    return FG_OK;
}

/* Adds the account of a backend. */
static void add_timing(const struct fg_backend *backend, const void *state, struct fg_timing *sum) {
    struct fg_timing part = {0};
    if (state == NULL || backend->timing == NULL)
        return;
    backend->timing(state, &part);
    sum->known |= part.known;
    sum->start_up_ns += part.start_up_ns;
    sum->copy_in_ns += part.copy_in_ns;
    sum->kernels_ns += part.kernels_ns;
    sum->copy_out_ns += part.copy_out_ns;
    sum->host_ns += part.host_ns;
    sum->launch_count += part.launch_count;
    sum->rerun_count += part.rerun_count;
}

void fg_engine_keep_timing(struct fg_engine *engine) {
    add_timing(engine->backend, engine->state, &engine->timing_before);
}

void fg_engine_close_backend(struct fg_engine *engine) {
    if (engine->state != NULL)
        engine->backend->close(engine->state);
    engine->state = NULL;
}

static enum fg_status set_devices(struct fg_engine *engine, const struct fg_config *config,
                                  struct fg_error *error) {
    if (config->devices == NULL)
        return FG_OK;
    if (config->device_count == 0)
        return fg_fail(error, FG_ERROR_ARGUMENT, "the list of devices is empty");
    const size_t bytes = config->device_count * sizeof *engine->devices;
    engine->devices = malloc(bytes);
    if (engine->devices == NULL)
        return fg_fail_memory(error, bytes);
    memcpy(engine->devices, config->devices, bytes);
    engine->device_count = config->device_count;
    return FG_OK;
}

/* Returns what "auto" begins with, or what it takes once the work is worth a GPU: NULL if that was
 * left out of the build. */
static const struct fg_backend *automatic_backend(bool on_devices) {
    for (size_t i = 0; i < fg_backends_count; i++) {
        const struct fg_backend_properties *const properties = &fg_backends[i]->properties;
        const bool is_built = fg_backends[i]->run != NULL;
        if (is_built && (on_devices ? properties->uses_devices : properties->uses_threads))
            return fg_backends[i];
    }
    return NULL;
}

static bool backend_takes(const struct fg_backend *backend, enum fg_numbers_kind kind,
                          unsigned words) {
    return backend->takes == NULL || backend->takes(kind, words);
}

/* Rejects a configuration that names what does not exist. */
static enum fg_status check_config(const struct fg_config *config, struct fg_error *error) {
    FG_TRY(fg_check_struct(config, config->size, sizeof *config, "config", error));
    if (fg_method_name(config->method) == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT, "no such method");
    if (config->answer != FG_ANSWER_DIVISORS && config->answer != FG_ANSWER_PRIMES)
        return fg_fail(error, FG_ERROR_ARGUMENT, "no such answer");
    if (config->jobs > FG_MAX_JOBS)
        return fg_fail(error, FG_ERROR_ARGUMENT, "%u jobs; at most %d", config->jobs, FG_MAX_JOBS);
    return FG_OK;
}

/* Refuses a method that answers ranges only on a backend that takes none. */
static enum fg_status check_pair(enum fg_method method, const struct fg_backend *backend,
                                 bool automatic, struct fg_error *error) {
    if (automatic || backend->properties.uses_devices || /* opening it says what it lacks */
        fg_method_engine(method)->takes(FG_NUMBERS_LIST, 1) ||
        backend_takes(backend, FG_NUMBERS_RANGE, 1))
        return FG_OK;
    return fg_fail(
        error, FG_ERROR_UNAVAILABLE,
        "the method %s answers ranges, and the backend %s one number at a time; take the "
        "backend serial, pool or threads",
        fg_method_name(method), backend->name);
}

enum fg_status fg_engine_open(const struct fg_config *config, struct fg_engine **engine,
                              struct fg_error *error) {
    FG_TRY(check_config(config, error));
    const bool automatic = config->backend == NULL || strcmp(config->backend, "auto") == 0;
    const struct fg_backend *const backend =
        automatic ? automatic_backend(false) : fg_backend_find(config->backend);
    if (backend == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT, "there is no backend '%s'", config->backend);

    FG_TRY(check_pair(config->method, backend, automatic, error));
    struct fg_engine *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return fg_fail_memory(error, sizeof *made);
    made->method = config->method;
    made->method_engine = fg_method_engine(made->method);
    made->answer = config->answer;
    made->value_limit = config->value_limit > 0 ? config->value_limit : SIZE_MAX;
    made->allow_zeros = config->allow_zeros;
    made->smooth_bound = config->smooth_bound;
    made->take_certificate = config->take_certificate;
    made->certificate_context = config->certificate_context;
    made->mean_values = FG_MIN_MEAN_VALUES;
    fg_owner_process_open(&made->owner);
    made->jobs = config->jobs > 0 ? config->jobs : default_jobs();
    made->automatic = automatic;
    made->undecided =
        automatic && automatic_backend(true) != NULL && made->method_engine->gpu != NULL;
    enum fg_status status = set_devices(made, config, error);
    made->choice = fg_device_choice_begin(made->jobs, made->device_count);
    if (status == FG_OK)
        status = open_backend(made, backend, error);
    if (status != FG_OK) {
        fg_engine_close(made);
        return status;
    }
    *engine = made;
    return FG_OK;
}

/* Makes the backend that waits the current one, and the other way round. */
static void change_backend(struct fg_engine *engine) {
    const struct fg_backend *const backend = engine->backend;
    void *const state = engine->state;
    engine->backend = engine->waiting_backend;
    engine->state = engine->waiting_state;
    engine->waiting_backend = backend;
    engine->waiting_state = state;
    engine->is_aside = !engine->is_aside;
}

/* Closes or forgets the current backend. */
static void leave_backend(struct fg_engine *engine) {
    if (fg_owner_process_is_caller(&engine->owner))
        fg_engine_close_backend(engine);
    else if (engine->state != NULL)
        engine->backend->forget(engine->state);
}

void fg_engine_close(struct fg_engine *engine) {
    if (engine == NULL)
        return;
    leave_backend(engine);
    change_backend(engine);
    leave_backend(engine);
    fg_owner_process_close(&engine->owner);
    fg_results_free(&engine->passing);
    free(engine->page);
    free(engine->wide_page);
    free(engine->devices);
    free(engine->notice);
    free(engine->taken);
    free(engine);
}

enum fg_status fg_engine_fall_back(struct fg_engine *engine, const struct fg_error *reason,
                                   struct fg_error *error) {
    static const char tail[] = "; using the CPU's threads";
    free(engine->notice);
    engine->notice = malloc(strlen(reason->message) + sizeof tail);
    if (engine->notice != NULL)
        strcat(strcpy(engine->notice, reason->message), tail);
    fg_engine_close_backend(engine);
    engine->timing_before = (struct fg_timing){0};
    return open_backend(engine, automatic_backend(false), error);
}

bool fg_engine_may_fall_back(const struct fg_engine *engine, enum fg_status status) {
    return engine->automatic && status != FG_ERROR_CANCELLED && status != FG_ERROR_TOO_MANY &&
           engine->backend->properties.uses_devices;
}

/* Opens the backend of a batch that was cancelled again. */
static enum fg_status open_again(struct fg_engine *engine, struct fg_error *error) {
    if (engine->failure.status != FG_OK)
        return fg_fail(error, engine->failure.status,
                       "this engine has failed before and answers no more; open another (it failed "
                       "with: %.400s)",
                       engine->failure.message);
    const enum fg_status status = open_backend(engine, engine->backend, error);
    if (status == FG_OK || !fg_engine_may_fall_back(engine, status))
        return status;
    const struct fg_error reason = *error;
    return fg_engine_fall_back(engine, &reason, error);
}

/* Returns whether devices can have these totals of a range themselves. NULL: no totals. */
static bool has_device_totals(const struct fg_engine *engine, const struct fg_numbers *numbers,
                              const struct fg_shared_totals *totals) {
    const struct fg_method_gpu *const method = engine->method_engine->gpu_totals;
    return totals != NULL && method != NULL && numbers->kind == FG_NUMBERS_RANGE &&
           method->takes_totals(numbers, totals->totals, totals->column_count);
}

/* Returns the expected time of a batch on both sides. */
static struct fg_method_cost batch_cost(const struct fg_engine *engine,
                                        const struct fg_numbers *numbers,
                                        const struct fg_shared_totals *totals) {
    return has_device_totals(engine, numbers, totals)
               ? engine->method_engine->gpu_totals->totals_cost(numbers, totals->totals,
                                                                totals->column_count)
               : fg_cost_numbers(engine->method, engine->answer, numbers);
}

/* Counts the work, or takes it back. Numbers of two words, whose time is not estimated, say nothing
 * about whether a GPU pays. */
static void note_work(struct fg_engine *engine, const struct fg_numbers *numbers,
                      const struct fg_shared_totals *totals, int sign) {
    if (numbers->words != 1)
        return;
    const struct fg_method_cost cost = batch_cost(engine, numbers, totals);
    fg_device_choice_add(&engine->choice, &cost, sign);
}

void fg_engine_forget_work(struct fg_engine *engine, const struct fg_numbers *numbers,
                           const struct fg_shared_totals *totals) {
    if (engine->undecided)
        note_work(engine, numbers, totals, -1);
}

/* Returns whether a GPU pays, first by that which is assumed, and then by those that are here. */
static bool device_pays(struct fg_engine *engine) {
    struct fg_device_choice *const choice = &engine->choice;
    if (!fg_device_choice_pays(choice) || choice->asked)
        return fg_device_choice_pays(choice);
    const struct fg_backend *const backend = automatic_backend(true);
    const unsigned multiprocessors =
        backend->multiprocessors(engine->devices, engine->device_count);
    choice->asked = true;
    if (multiprocessors > 0) /* or opening it will say why there is none */
        choice->multiprocessors = multiprocessors;
    return fg_device_choice_pays(choice);
}

/* Returns whether the method and the backend take such batches as they are. */
static bool takes_as_it_is(const struct fg_engine *engine, enum fg_numbers_kind kind,
                           unsigned words) {
    return engine->method_engine->takes(kind, words) &&
           (engine->automatic || backend_takes(engine->backend, kind, words));
}

bool fg_engine_takes(const struct fg_engine *engine, enum fg_numbers_kind kind, unsigned words) {
    return takes_as_it_is(engine, kind, words) ||
           (kind == FG_NUMBERS_RANGE && words == 1 && takes_as_it_is(engine, FG_NUMBERS_LIST, 1));
}

/* Returns the backend that "auto" has decided for, or the only one. */
static const struct fg_backend *chosen_backend(const struct fg_engine *engine) {
    return engine->is_aside ? engine->waiting_backend : engine->backend;
}

/* Returns whether the devices that "auto" has taken answer `wanted` of the range's numbers sooner,
 * in lists, than the CPU sieves it. */
static bool devices_are_sooner(const struct fg_engine *engine, const struct fg_numbers *range,
                               size_t wanted) {
    if (!engine->automatic || !chosen_backend(engine)->properties.uses_devices)
        return false;
    struct fg_device_choice choice = engine->choice;
    choice.seen = fg_cost_numbers(engine->method, engine->answer, range);
    const double part = (double)wanted / (double)range->count;
    choice.seen.gpu_clocks *= part;
    choice.seen.host_s *= part;
    return fg_device_choice_gain_s(&choice) > 0;
}

bool fg_engine_lists(const struct fg_engine *engine, const struct fg_numbers *numbers,
                     size_t wanted) {
    if (numbers->kind != FG_NUMBERS_RANGE || !takes_as_it_is(engine, FG_NUMBERS_RANGE, 1))
        return numbers->kind == FG_NUMBERS_RANGE;
    const struct fg_method_ranges *const ranges = engine->method_engine->ranges;
    if (ranges->pays == NULL)
        return false;
    if (numbers->count == 0)
        return true;
    const size_t all = wanted;
    struct fg_numbers piece = *numbers; /* a worker's part, if the backend cuts pages */
    const struct fg_backend *const backend = engine->backend;
    const size_t most = FG_PAGE_NUMBERS / FG_RANGE_PARTS;
    if (!backend->long_ranges && backend->run_to == NULL && piece.count > most) {
        piece = fg_numbers_part(numbers, numbers->count - most, most);
        wanted = (size_t)((double)wanted / (double)numbers->count * (double)most);
    }
    return !ranges->pays(&piece, wanted, engine->jobs) || devices_are_sooner(engine, numbers, all);
}

/* Takes the CPU's threads for batches that the GPU of "auto" does not answer, which are the ranges
 * to sieve, and it for others. */
static void choose_backend(struct fg_engine *engine, enum fg_numbers_kind kind, unsigned words) {
    if (backend_takes(chosen_backend(engine), kind, words) != engine->is_aside)
        return;
    change_backend(engine);
    if (engine->backend == NULL)
        engine->backend = automatic_backend(false);
}

/* Returns whether devices sum up the range themselves: those that were asked for, or those that
 * "auto" has taken, if that is sooner than on the CPU. */
static bool devices_sum_up(const struct fg_engine *engine, const struct fg_numbers *numbers,
                           const struct fg_shared_totals *totals) {
    if (!chosen_backend(engine)->properties.uses_devices ||
        !has_device_totals(engine, numbers, totals))
        return false;
    struct fg_device_choice choice = engine->choice;
    choice.seen = batch_cost(engine, numbers, totals);
    return !engine->automatic || fg_device_choice_gain_s(&choice) > 0;
}

enum fg_status fg_engine_prepare(struct fg_engine *engine, const struct fg_numbers *numbers,
                                 size_t wanted, const struct fg_shared_totals *totals, bool *listed,
                                 struct fg_error *error) {
    const bool on_devices = devices_sum_up(engine, numbers, totals);
    *listed = !on_devices && fg_engine_lists(engine, numbers, wanted);
    choose_backend(engine, *listed || on_devices ? FG_NUMBERS_LIST : numbers->kind, numbers->words);
    if (engine->state == NULL)
        FG_TRY(open_again(engine, error));
    if (!engine->undecided || numbers->words != 1)
        return FG_OK;
    note_work(engine, numbers, totals, 1);
    if (!device_pays(engine))
        return FG_OK;
    engine->undecided = false;
    fg_engine_close_backend(engine);
    struct fg_error reason;
    if (open_backend(engine, automatic_backend(true), &reason) != FG_OK)
        FG_TRY(fg_engine_fall_back(engine, &reason, error));
    return fg_engine_prepare(engine, numbers, wanted, totals, listed, error); /* for the devices */
}

void fg_engine_cancel(struct fg_engine *engine) {
    atomic_store(&engine->cancelled, true);
}

const char *fg_engine_backend(const struct fg_engine *engine) {
    return engine->backend->name;
}

unsigned fg_engine_jobs(const struct fg_engine *engine) {
    return engine->jobs;
}

enum fg_method fg_engine_method(const struct fg_engine *engine) {
    return fg_method_resolve(engine->method);
}

bool fg_engine_has_used(const struct fg_engine *engine, enum fg_method method) {
    return fg_method_name(method) != NULL && (atomic_load(&engine->used) >> method & 1) != 0;
}

enum fg_answer fg_engine_answer(const struct fg_engine *engine) {
    return engine->answer;
}

const char *fg_engine_reason(struct fg_engine *engine) {
    if (!engine->automatic || automatic_backend(true) == NULL)
        return NULL;
    fg_device_choice_explain(&engine->choice, engine->reason, sizeof engine->reason);
    return engine->reason;
}

const char *fg_engine_take_notice(struct fg_engine *engine) {
    free(engine->taken);
    engine->taken = engine->notice;
    engine->notice = NULL;
    return engine->taken;
}

void fg_engine_timing(const struct fg_engine *engine, struct fg_timing *timing) {
    struct fg_timing sum = engine->timing_before;
    add_timing(engine->backend, engine->state, &sum);
    add_timing(engine->waiting_backend, engine->waiting_state, &sum);
    sum.size = timing->size;
    memcpy(timing, &sum, sizeof sum);
}

size_t fg_backend_count(void) {
    return fg_backends_count;
}

const char *fg_backend_name(size_t index) {
    return index < fg_backends_count ? fg_backends[index]->name : NULL;
}

const char *fg_backend_summary(size_t index) {
    return index < fg_backends_count ? fg_backends[index]->summary : NULL;
}

enum fg_status fg_backend_probe(const char *name, struct fg_error *error) {
    const struct fg_backend *const backend = fg_backend_find(name);
    if (backend == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT, "there is no backend '%s'", name);
    return backend->probe != NULL ? backend->probe(error) : FG_OK;
}

const struct fg_backend_properties *fg_backend_get_properties(const char *name) {
    const struct fg_backend *const backend = fg_backend_find(name);
    return backend != NULL ? &backend->properties : NULL;
}

/* fg_list_devices() of the backend that uses devices. */
static enum fg_status list_devices(struct fg_device *devices, size_t capacity, size_t *count,
                                   struct fg_error *error) {
    for (size_t i = 0; i < fg_backends_count; i++)
        if (fg_backends[i]->list_devices != NULL)
            return fg_backends[i]->list_devices(devices, capacity, count, error);
    return fg_fail(error, FG_ERROR_UNAVAILABLE, "no backend of this build uses devices");
}

enum fg_status fg_list_devices(struct fg_device *devices, size_t capacity, size_t *count,
                               struct fg_error *error) {
    *count = 0;
    const size_t known = sizeof *devices;
    if (capacity > 0)
        FG_TRY(fg_check_struct_size(devices[0].size, known, "devices[0]", error));
    const size_t size = capacity > 0 && devices[0].size != 0 ? devices[0].size : known;
    struct fg_device *const listed = capacity > 0 ? calloc(capacity, known) : NULL;
    if (capacity > 0 && listed == NULL)
        return fg_fail_memory(error, capacity * known);
    const enum fg_status status = list_devices(listed, capacity, count, error);
    for (size_t i = 0; status == FG_OK && i < capacity && i < *count; i++) {
        char *const to = (char *)devices + i * size;
        listed[i].size = size;
        memcpy(memset(to, 0, size), &listed[i], known);
    }
    free(listed);
    return status;
}
