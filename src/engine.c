/*
 * engine.c: the library's face: an engine is a method on a backend.
 *
 * Here batches are cut to what a backend takes at once, every answer that a backend has not checked
 * itself is checked before a caller sees it, and "auto" decides: the CPU's threads until the work
 * seen so far is worth a GPU's start-up.
 */
#include "factor_gpu.h"

#include "backends/backend.h"
#include "batch/answers.h"
#include "methods/method.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* fg_work() per CPU worker before "auto" tries the GPU: about a second, a few times what a CUDA
 * context costs to start. The tests compile this file with a smaller one. */
#ifndef FG_AUTO_WORK_PER_JOB
#define FG_AUTO_WORK_PER_JOB 8e9
#endif
#define FG_SAMPLE_NUMBERS 256
#define FG_MAX_JOBS 4096
/* How many values the answer to a number is expected to have, at least and at first: the 1 / 64 of
 * chunk_values that backend.h promises is half of what would fit. */
#define FG_LEAST_MEAN_VALUES 32

struct fg_engine {
    enum fg_method method;
    enum fg_answer answer; /* what the caller wants; a backend may be asked for divisors instead */
    unsigned jobs;
    int *devices;
    size_t device_count;
    size_t value_limit; /* SIZE_MAX: none */
    atomic_bool cancelled;

    const struct fg_backend *backend;
    void *state;
    bool automatic; /* opened with "auto" */
    bool undecided; /* "auto", and the GPU has not been tried yet */
    double work_seen;
    double mean_values;        /* how many values a number's answer held in the last chunk */
    struct fg_results passing; /* what run() has gathered for a consumer */
    char *notice;              /* waiting to be taken */
    char *taken;               /* the caller is reading it */
};

static unsigned usable_cpus(void) {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (unsigned)CPU_COUNT(&set);
#endif
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

/* What the backend is asked for. */
static enum fg_answer backend_answer(const struct fg_engine *engine) {
    return fg_method_has_candidates(engine->method) ? FG_ANSWER_DIVISORS : engine->answer;
}

static enum fg_status open_backend(struct fg_engine *engine, const struct fg_backend *backend,
                                   struct fg_error *error) {
    const struct fg_setup setup = {
        .method = engine->method,
        .answer = backend_answer(engine),
        .jobs = engine->jobs,
        .devices = engine->devices,
        .device_count = engine->device_count,
        .cancelled = &engine->cancelled,
    };
    void *state;
    const enum fg_status status = backend->open(&setup, &state, error);
    if (status == FG_OK) {
        engine->backend = backend;
        engine->state = state;
    }
    return status;
}

static void close_backend(struct fg_engine *engine) {
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

enum fg_status fg_engine_open(const struct fg_config *config, struct fg_engine **engine,
                              struct fg_error *error) {
    if (fg_method_name(config->method) == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT, "no such method");
    if (config->answer != FG_ANSWER_DIVISORS && config->answer != FG_ANSWER_PRIMES)
        return fg_fail(error, FG_ERROR_ARGUMENT, "no such answer");
    if (config->jobs > FG_MAX_JOBS)
        return fg_fail(error, FG_ERROR_ARGUMENT, "%u jobs; at most %d", config->jobs, FG_MAX_JOBS);
    const bool automatic = config->backend == NULL || strcmp(config->backend, "auto") == 0;
    const struct fg_backend *const backend =
        fg_backend_find(automatic ? "threads" : config->backend);
    if (backend == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT, "there is no backend '%s'", config->backend);

    struct fg_engine *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return fg_fail_memory(error, sizeof *made);
    made->method = fg_method_resolve(config->method);
    made->answer = config->answer;
    made->value_limit = config->value_limit > 0 ? config->value_limit : SIZE_MAX;
    made->mean_values = FG_LEAST_MEAN_VALUES;
    made->jobs = config->jobs > 0 ? config->jobs : usable_cpus();
    if (made->jobs > FG_MAX_JOBS)
        made->jobs = FG_MAX_JOBS;
    made->automatic = automatic;
    made->undecided = automatic;
    enum fg_status status = set_devices(made, config, error);
    if (status == FG_OK)
        status = open_backend(made, backend, error);
    if (status != FG_OK) {
        fg_engine_close(made);
        return status;
    }
    *engine = made;
    return FG_OK;
}

void fg_engine_close(struct fg_engine *engine) {
    if (engine == NULL)
        return;
    close_backend(engine);
    fg_results_free(&engine->passing);
    free(engine->devices);
    free(engine->notice);
    free(engine->taken);
    free(engine);
}

/* Falls back on the CPU's threads for good, and leaves word of the reason. */
static enum fg_status fall_back(struct fg_engine *engine, const struct fg_error *reason,
                                struct fg_error *error) {
    static const char tail[] = "; using the CPU's threads";
    free(engine->notice);
    engine->notice = malloc(strlen(reason->message) + sizeof tail);
    if (engine->notice != NULL)
        strcat(strcpy(engine->notice, reason->message), tail);
    close_backend(engine);
    return open_backend(engine, fg_backend_find("threads"), error);
}

/* fg_work() of the batch, from every so many of its numbers: enough to decide by. */
static double estimate_work(const struct fg_engine *engine, const uint64_t *numbers, size_t count) {
    const size_t step =
        fg_method_has_candidates(engine->method) ? 1 : count / FG_SAMPLE_NUMBERS + 1;
    double work = 0;
    for (size_t i = 0; i < count; i += step)
        work += (double)fg_work(engine->method, numbers[i]);
    return work * (double)step;
}

/* "auto": takes the GPU once the work is worth it, and says so when there is none to take. */
static enum fg_status decide_backend(struct fg_engine *engine, const uint64_t *numbers,
                                     size_t count, struct fg_error *error) {
    engine->work_seen += estimate_work(engine, numbers, count);
    if (engine->work_seen < FG_AUTO_WORK_PER_JOB * engine->jobs)
        return FG_OK;
    engine->undecided = false;
    close_backend(engine);
    struct fg_error reason;
    if (open_backend(engine, fg_backend_find("cuda"), &reason) == FG_OK)
        return FG_OK;
    return fall_back(engine, &reason, error);
}

/* How many numbers certainly fit the backend of the moment. */
static size_t sure_chunk(const struct fg_engine *engine, const uint64_t *numbers, size_t left) {
    const size_t count = left < FG_CHUNK_NUMBERS ? left : FG_CHUNK_NUMBERS;
    return fg_batch_prefix(numbers, count, engine->backend->chunk_values);
}

/* How many of the next numbers it is handed at once: what certainly fits, or, where answers are
 * cheap, as many as fill half its room if they are like those before. */
static size_t cut_chunk(const struct fg_engine *engine, const uint64_t *numbers, size_t left) {
    if (fg_method_has_candidates(engine->method))
        return sure_chunk(engine, numbers, left);
    const double likely = (double)engine->backend->chunk_values / (2 * engine->mean_values);
    const size_t most = left < FG_CHUNK_NUMBERS ? left : FG_CHUNK_NUMBERS;
    if (likely >= (double)most)
        return most;
    const size_t sure = sure_chunk(engine, numbers, left);
    return (size_t)likely > sure ? (size_t)likely : sure;
}

/* Names the backend where an answer of its was wrong. */
static enum fg_status blame(const struct fg_engine *engine, enum fg_status status,
                            struct fg_error *error) {
    if (status == FG_ERROR_SELF_CHECK) {
        const struct fg_error reason = *error;
        fg_fail(error, status, "%s: %.480s", engine->backend->name, reason.message);
    }
    return status;
}

/* Runs the backend on numbers[0 .. count), behind what `results` holds; *answered says how many. */
static enum fg_status run_backend(const struct fg_engine *engine, const uint64_t *numbers,
                                  size_t count, struct fg_results *results, size_t *answered,
                                  struct fg_error *error) {
    if (atomic_load(&engine->cancelled))
        return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
    const size_t first = results->count;
    enum fg_status status = engine->backend->run(engine->state, numbers, count, results, error);
    *answered = results->count - first;
    if (status == FG_OK && *answered > count)
        status = fg_fail(error, FG_ERROR_SELF_CHECK, "%zu numbers were given %zu answers", count,
                         *answered);
    if (status == FG_OK && !engine->backend->checks_answers)
        status = fg_answers_check(backend_answer(engine), numbers, results, first, error);
    return blame(engine, status, error);
}

/* Answers at least one of the next numbers, checked, behind what `results` holds. */
static enum fg_status run_chunk(struct fg_engine *engine, const uint64_t *numbers, size_t left,
                                struct fg_results *results, struct fg_error *error) {
    const size_t first = results->count;
    const size_t values_before = first > 0 ? results->offsets[first] : 0;
    size_t answered = 0;
    enum fg_status status =
        run_backend(engine, numbers, cut_chunk(engine, numbers, left), results, &answered, error);
    if (status == FG_OK && answered == 0)
        status = run_backend(engine, numbers, sure_chunk(engine, numbers, left), results, &answered,
                             error);
    if (status != FG_OK)
        return status;
    if (answered == 0)
        return fg_fail(error, FG_ERROR_SELF_CHECK, "%s gave no answers", engine->backend->name);
    const size_t values = results->offsets[results->count] - values_before;
    engine->mean_values = (double)values / (double)answered;
    if (engine->mean_values < FG_LEAST_MEAN_VALUES)
        engine->mean_values = FG_LEAST_MEAN_VALUES;
    if (engine->answer != backend_answer(engine))
        fg_answers_to_primes(numbers, results, first);
    return FG_OK;
}

/* Whether another backend should answer what this one failed at: "auto" chose the GPU. */
static bool may_fall_back(const struct fg_engine *engine, enum fg_status status) {
    return engine->automatic && status != FG_ERROR_CANCELLED &&
           strcmp(engine->backend->name, "cuda") == 0;
}

static bool reached_limit(const struct fg_engine *engine, const struct fg_results *results) {
    return results->count > 0 && results->offsets[results->count] >= engine->value_limit;
}

/* run_chunk(), and where the GPU that "auto" chose fails, nothing at first: the chunk is cut again
 * for the CPU. */
static enum fg_status run_chunk_or_fall_back(struct fg_engine *engine, const uint64_t *numbers,
                                             size_t left, struct fg_results *results,
                                             struct fg_error *error) {
    const size_t before = results->count;
    const enum fg_status status = run_chunk(engine, numbers, left, results, error);
    if (status == FG_OK || !may_fall_back(engine, status))
        return status;
    const struct fg_error reason = *error;
    results->count = before;
    return fall_back(engine, &reason, error);
}

/* Answers the numbers chunk by chunk, all of them or up to the caller's limit. */
static enum fg_status run_batch(struct fg_engine *engine, const uint64_t *numbers, size_t count,
                                struct fg_results *results, struct fg_error *error) {
    enum fg_status status = FG_OK;
    while (status == FG_OK && results->count < count && !reached_limit(engine, results))
        status = run_chunk_or_fall_back(engine, numbers + results->count, count - results->count,
                                        results, error);
    return status;
}

/* Hands all answers over, as the workers find them where the backend can do that, or chunk by
 * chunk. */
static enum fg_status run_batch_to(struct fg_engine *engine, const uint64_t *numbers, size_t count,
                                   fg_consumer *consume, void *context, struct fg_error *error) {
    for (size_t done = 0; done < count;) {
        enum fg_status status;
        const size_t left = count - done;
        size_t answered = left < FG_CHUNK_NUMBERS ? left : FG_CHUNK_NUMBERS;
        if (engine->backend->run_to != NULL && !fg_method_has_candidates(engine->method)) {
            if (atomic_load(&engine->cancelled))
                return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
            status = blame(engine,
                           engine->backend->run_to(engine->state, numbers + done, answered, done,
                                                   consume, context, error),
                           error);
        } else {
            fg_results_clear(&engine->passing);
            status = run_chunk_or_fall_back(engine, numbers + done, left, &engine->passing, error);
            answered = engine->passing.count;
            if (status == FG_OK && answered > 0)
                consume(context, done, &engine->passing);
        }
        if (status != FG_OK)
            return status;
        done += answered;
    }
    return FG_OK;
}

/* What every batch begins with. */
static enum fg_status begin_batch(struct fg_engine *engine, const uint64_t *numbers, size_t count,
                                  struct fg_error *error) {
    bool zero = false;
    for (size_t i = 0; i < count; i++)
        zero |= numbers[i] == 0;
    if (zero)
        return fg_fail(error, FG_ERROR_ARGUMENT, "0 has no finite set of divisors");
    if (engine->state == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT, "the engine has failed before; open a new one");
    return engine->undecided ? decide_backend(engine, numbers, count, error) : FG_OK;
}

enum fg_status fg_factor_batch(struct fg_engine *engine, const uint64_t *numbers, size_t count,
                               struct fg_results *results, struct fg_error *error) {
    fg_results_clear(results);
    enum fg_status status = begin_batch(engine, numbers, count, error);
    if (status == FG_ERROR_ARGUMENT)
        return status;
    if (status == FG_OK)
        status = run_batch(engine, numbers, count, results, error);
    if (status == FG_OK && engine->undecided) /* the others will come again */
        engine->work_seen -=
            estimate_work(engine, numbers + results->count, count - results->count);
    if (status != FG_OK) {
        fg_results_clear(results);
        close_backend(engine);
    }
    return status;
}

enum fg_status fg_factor_batch_to(struct fg_engine *engine, const uint64_t *numbers, size_t count,
                                  fg_consumer *consume, void *context, struct fg_error *error) {
    enum fg_status status = begin_batch(engine, numbers, count, error);
    if (status == FG_ERROR_ARGUMENT)
        return status;
    if (status == FG_OK)
        status = run_batch_to(engine, numbers, count, consume, context, error);
    if (status != FG_OK)
        close_backend(engine);
    return status;
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
    return engine->method;
}

const char *fg_engine_take_notice(struct fg_engine *engine) {
    free(engine->taken);
    engine->taken = engine->notice;
    engine->notice = NULL;
    return engine->taken;
}

void fg_engine_timing(const struct fg_engine *engine, struct fg_timing *timing) {
    *timing = (struct fg_timing){0};
    if (engine->state != NULL && engine->backend->timing != NULL)
        engine->backend->timing(engine->state, timing);
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

enum fg_status fg_list_devices(struct fg_device *devices, size_t capacity, size_t *count,
                               struct fg_error *error) {
    for (size_t i = 0; i < fg_backends_count; i++)
        if (fg_backends[i]->list_devices != NULL)
            return fg_backends[i]->list_devices(devices, capacity, count, error);
    *count = 0;
    return fg_fail(error, FG_ERROR_UNAVAILABLE, "no backend of this build uses devices");
}
