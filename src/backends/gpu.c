/* SPDX-License-Identifier: MIT */
/*
 * gpu.c: the devices, a thread for each, and what a method does on them
 * (methods/contract/method_engine.h). A method has one engine for lists, and one for totals of
 * ranges, which a device gets with the first such range.
 *
 * The first device is driven by the caller's thread. The first failure ends the batch and is its
 * error; the devices that have not failed stop.
 */
#include "backends/backend.h"
#include "gpu/device.h"
#include "gpu/profile_range.h"
#include "gpu/timing.h"
#include "gpu/vendor.h"
#include "methods/method.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Values of one word of a run: 40 bytes each while candidates' hits are put in order. Of two words
 * there are half as many. */
#define FG_RUN_VALUES (UINT64_C(1) << 26)

struct gpu_backend;

struct device {
    struct gpu_backend *backend;
    size_t which;    /* of the engine's devices */
    int index;       /* of the machine's */
    bool opened;     /* at least in part */
    bool has_totals; /* opened for totals, at least in part */
    pthread_t thread;
    bool started;
    enum fg_status status;
    struct fg_error error;
};

struct gpu_backend {
    struct fg_method_setup setup;
    unsigned jobs;
    const struct fg_method_gpu *method, *totals; /* `totals` is NULL in a method without */
    void *method_state, *totals_state;           /* NULL: not opened */
    const struct fg_method_gpu *under_way;       /* the one whose batch is under way */
    void *state_under_way;
    atomic_bool stop; /* a device has failed: the others need not go on, and no batch follows */
    uint64_t start_up_ns;
    size_t device_count;
    struct device devices[];
};

/* The methods on devices have lists. */
static bool gpu_takes(enum fg_numbers_kind kind, unsigned words) {
    (void)words;
    return kind == FG_NUMBERS_LIST;
}

static enum fg_status gpu_probe(struct fg_error *error) {
    int index;
    return fg_gpu_first_usable(&index, error);
}

static enum fg_status gpu_list(struct fg_device *devices, size_t capacity, size_t *count,
                               struct fg_error *error) {
    int found;
    const enum fg_status status = fg_gpu_count_devices(&found, error);
    *count = (size_t)found;
    for (int i = 0; i < found && (size_t)i < capacity; i++)
        fg_gpu_describe_device(i, &devices[i]);
    return status;
}

static unsigned multiprocessors_of(int device) {
    int count = 0;
    const cudaError_t result =
        cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device);
    return result == cudaSuccess ? (unsigned)count : 0;
}

static unsigned gpu_multiprocessors(const int *devices, size_t count) {
    const int expected = devices == NULL ? fg_gpu_first_expected() : -1;
    unsigned sum = expected >= 0 ? multiprocessors_of(expected) : 0;
    for (size_t i = 0; devices != NULL && i < count; i++)
        sum += multiprocessors_of(devices[i]);
    cudaGetLastError();
    return sum;
}

/* ---- Opening and closing ---- */

static void gpu_close(void *state) {
    struct gpu_backend *const backend = state;
    for (size_t i = 0; i < backend->device_count; i++) {
        const struct device *const device = &backend->devices[i];
        if (!device->opened)
            continue;
        cudaSetDevice(device->index); /* or the first call starts a context on the thread's own */
        if (device->has_totals)
            backend->totals->close_device(backend->totals_state, i);
        backend->method->close_device(backend->method_state, i);
    }
    cudaGetLastError();
    if (backend->totals_state != NULL)
        backend->totals->close(backend->totals_state);
    if (backend->method_state != NULL)
        backend->method->close(backend->method_state);
    free(backend);
}

/* A forked child cannot use CUDA, which its parent has started. */
static void gpu_forget(void *state) {
    struct gpu_backend *const backend = state;
    if (backend->totals_state != NULL)
        backend->totals->forget(backend->totals_state);
    backend->method->forget(backend->method_state);
    free(backend);
}

/* Context, buffers, self-test. */
static enum fg_status open_device(struct device *device, struct fg_error *error) {
    const struct gpu_backend *const backend = device->backend;
    FG_TRY(fg_gpu_require_device(device->index, error));
    device->opened = true;
    return backend->method->open_device(backend->method_state, device->which, device->index, error);
}

static enum fg_status open_all(struct gpu_backend *backend, struct fg_error *error) {
    FG_TRY(backend->method->open(&backend->setup, backend->device_count, backend->jobs,
                                 &backend->method_state, error));
    for (size_t i = 0; i < backend->device_count; i++)
        FG_TRY(open_device(&backend->devices[i], error));
    return FG_OK;
}

static enum fg_status gpu_open(const struct fg_setup *setup, void **state, struct fg_error *error) {
    const uint64_t start = fg_gpu_now_ns();
    const struct fg_method_engine *const engine = fg_method_engine(setup->method.method);
    if (engine->gpu == NULL)
        return fg_fail(error, FG_ERROR_UNAVAILABLE, "the method %s does not run on GPUs",
                       fg_method_name(setup->method.method));
    int first_usable = 0;
    if (setup->devices == NULL)
        FG_TRY(fg_gpu_first_usable(&first_usable, error));
    const int *const indices = setup->devices != NULL ? setup->devices : &first_usable;
    const size_t count = setup->devices != NULL ? setup->device_count : 1;
    const size_t bytes = sizeof(struct gpu_backend) + count * sizeof(struct device);
    struct gpu_backend *const backend = calloc(1, bytes);
    if (backend == NULL)
        return fg_fail_memory(error, bytes);
    backend->setup = setup->method;
    backend->jobs = setup->jobs;
    backend->method = engine->gpu;
    backend->totals = engine->gpu_totals;
    backend->device_count = count;
    for (size_t i = 0; i < count; i++)
        backend->devices[i] = (struct device){.backend = backend, .which = i, .index = indices[i]};
    const enum fg_status status = open_all(backend, error);
    if (status != FG_OK) {
        gpu_close(backend);
        return status;
    }
    backend->start_up_ns = fg_gpu_now_ns() - start;
    *state = backend;
    return FG_OK;
}

/* ---- A batch ---- */

static enum fg_status work(struct device *device, struct fg_error *error) {
    struct gpu_backend *const backend = device->backend;
    FG_PROFILE_RANGE("device", (uint64_t)device->index);
    FG_TRY(FG_CUDA(cudaSetDevice(device->index), error));
    return backend->under_way->work(backend->state_under_way, device->which, &backend->stop, error);
}

static void *device_main(void *argument) {
    struct device *const device = argument;
    struct fg_error error;
    device->status = work(device, &error);
    if (device->status != FG_OK) {
        atomic_store(&device->backend->stop, true);
        fg_fail(&device->error, device->status, "CUDA device %d: %.480s", device->index,
                error.message);
    }
    return NULL;
}

static void start_thread(struct device *device) {
    const int failure = pthread_create(&device->thread, NULL, device_main, device);
    device->started = failure == 0;
    if (device->started)
        return;
    device->status = fg_fail(&device->error, FG_ERROR_SYSTEM, "no thread for CUDA device %d (%s)",
                             device->index, strerror(failure));
    atomic_store(&device->backend->stop, true);
}

/* Lets all devices work on the batch; the first failure is the batch's, after which the engine
 * calls close() alone. */
static enum fg_status run_devices(struct gpu_backend *backend, const struct fg_method_gpu *method,
                                  void *method_state, struct fg_error *error) {
    backend->under_way = method;
    backend->state_under_way = method_state;
    for (size_t i = 1; i < backend->device_count; i++)
        start_thread(&backend->devices[i]);
    device_main(&backend->devices[0]);
    enum fg_status status = FG_OK;
    for (size_t i = 0; i < backend->device_count; i++) {
        struct device *const device = &backend->devices[i];
        if (device->started)
            pthread_join(device->thread, NULL);
        device->started = false;
        if (status == FG_OK && device->status != FG_OK) {
            status = device->status;
            *error = device->error;
        }
    }
    return status;
}

static enum fg_status gpu_run(void *state, const struct fg_numbers *numbers,
                              struct fg_results *results, struct fg_error *error) {
    struct gpu_backend *const backend = state;
    FG_PROFILE_RANGE("batch", numbers->count);
    FG_TRY(backend->method->begin(backend->method_state, numbers, FG_RUN_VALUES / numbers->words,
                                  results, error));
    FG_TRY(run_devices(backend, backend->method, backend->method_state, error));
    return backend->method->end(backend->method_state, error);
}

/* ---- Totals of ranges ---- */

/* Opens the engine for totals, and gives it the devices, unless that has been done. */
static enum fg_status open_totals(struct gpu_backend *backend, struct fg_error *error) {
    const uint64_t start = fg_gpu_now_ns();
    if (backend->totals_state != NULL)
        return FG_OK;
    FG_TRY(backend->totals->open(&backend->setup, backend->device_count, backend->jobs,
                                 &backend->totals_state, error));
    for (size_t i = 0; i < backend->device_count; i++) {
        struct device *const device = &backend->devices[i];
        FG_TRY(FG_CUDA(cudaSetDevice(device->index), error));
        device->has_totals = true;
        FG_TRY(backend->totals->open_device(backend->totals_state, i, device->index, error));
    }
    backend->start_up_ns += fg_gpu_now_ns() - start;
    return FG_OK;
}

static enum fg_status gpu_run_totals(void *state, const struct fg_numbers *range,
                                     struct fg_shared_totals *shared, struct fg_error *error) {
    struct gpu_backend *const backend = state;
    FG_PROFILE_RANGE("batch", range->count);
    FG_TRY(open_totals(backend, error));
    FG_TRY(backend->totals->begin_totals(backend->totals_state, range, shared, error));
    FG_TRY(run_devices(backend, backend->totals, backend->totals_state, error));
    return backend->totals->end(backend->totals_state, error);
}

static void gpu_timing(const void *state, struct fg_timing *timing) {
    const struct gpu_backend *const backend = state;
    *timing = (struct fg_timing){.known = true, .start_up_ns = backend->start_up_ns};
    backend->method->timing(backend->method_state, timing);
    if (backend->totals_state != NULL)
        backend->totals->timing(backend->totals_state, timing);
}

const struct fg_backend fg_backend_cuda = {
    .name = "cuda",
    .summary =
        "the GPU: threads that test candidates, or take numbers step by step to their factors",
    .properties = {.size = sizeof(struct fg_backend_properties), .uses_devices = true},
    .page_values = FG_RUN_VALUES,
    .checks_answers = true,
    .takes = gpu_takes,
    .probe = gpu_probe,
    .open = gpu_open,
    .run = gpu_run,
    .run_totals = gpu_run_totals,
    .close = gpu_close,
    .forget = gpu_forget,
    .timing = gpu_timing,
    .multiprocessors = gpu_multiprocessors,
    .list_devices = gpu_list,
};
