/*
 * cuda.c: the GPU's host side: devices that pull windows from one plan, and their hits put in
 * order; or, for the method factor, batches of one run (cuda_factor.c).
 *
 * Each device is driven by a thread of its own (the first by the caller's) that keeps two slots
 * busy: while one computes, the other's hits are taken and its next window copied in. Before a
 * device does real work, known numbers go through every kernel on it, and one that answers wrongly
 * is refused.
 */
#include "backends/backend.h"
#include "batch/answers.h"
#include "gpu/device.h"
#include "methods/candidates/candidates_self_test.h"
#include "methods/candidates/gpu_hits.h"
#include "methods/candidates/gpu_plan.h"
#include "methods/candidates/gpu_stream.h"
#include "methods/factor/gpu_batches.h"
#include "methods/method.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A slot's buffers: 64 Ki numbers (1 MiB in) and 1 Mi hits (16 MiB out), halved where there is less
 * memory, down to a tile. A window of one candidate has at most a hit a number, so it always fits.
 */
#define FG_SLOT_NUMBERS 65536
#define FG_SLOT_HITS_PER_NUMBER 16
#define FG_SLOTS_PER_DEVICE 2

/* Values of a run: 40 bytes each while candidates' hits are put in order. */
#define FG_RUN_VALUES (UINT64_C(1) << 26)

/* A slot, and the windows that overflowed on it, halved, waiting to be run again. Each halving
 * pushes one more: 64 candidate bits, 16 number bits. */
struct lane {
    struct fg_cuda_slot slot;
    bool busy;
    struct fg_cuda_window window; /* the one under way */
    struct fg_cuda_window waiting[96];
    unsigned waiting_count;
};

struct device {
    struct cuda_backend *backend;
    int index;
    /* Methods of candidates: */
    struct lane lanes[FG_SLOTS_PER_DEVICE];
    struct fg_cuda_found found;   /* this device's hits of the current batch */
    struct fg_cuda_factor factor; /* the method factor */
    pthread_t thread;
    bool started;
    enum fg_status status;
    struct fg_error error;
};

struct cuda_backend {
    enum fg_method method;
    enum fg_answer answer;
    const atomic_bool *cancelled;
    struct device *devices;
    size_t device_count;
    uint32_t group_limit;          /* the smallest of the slots' number capacities */
    struct fg_cuda_plan plan;      /* methods of candidates */
    struct fg_cuda_factor_run run; /* the method factor */
    atomic_bool stop;              /* a device has failed: the others need not go on */
    uint64_t start_up_ns, host_ns;
};

static uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static enum fg_status cuda_probe(struct fg_error *error) {
    int index;
    return fg_cuda_first_usable(&index, error);
}

static enum fg_status cuda_list(struct fg_device *devices, size_t capacity, size_t *count,
                                struct fg_error *error) {
    int found;
    const enum fg_status status = fg_cuda_count_devices(&found, error);
    *count = (size_t)found;
    for (int i = 0; i < found && (size_t)i < capacity; i++)
        fg_cuda_describe_device(i, &devices[i]);
    return status;
}

static void close_slots(struct device *device) {
    for (int lane = 0; lane < FG_SLOTS_PER_DEVICE; lane++)
        fg_cuda_slot_close(&device->lanes[lane].slot);
}

/* Opens all slots with the largest buffers that there is room for. */
static enum fg_status open_slots(struct device *device, uint32_t *numbers, struct fg_error *error) {
    for (*numbers = FG_SLOT_NUMBERS;; *numbers /= 2) {
        enum fg_status status = FG_OK;
        for (int lane = 0; status == FG_OK && lane < FG_SLOTS_PER_DEVICE; lane++)
            status = fg_cuda_slot_open(&device->lanes[lane].slot, *numbers,
                                       (uint64_t)*numbers * FG_SLOT_HITS_PER_NUMBER, error);
        if (status != FG_ERROR_MEMORY)
            return status;
        close_slots(device);
        if (*numbers / 2 < FG_TILE_NUMBERS)
            return fg_fail(error, FG_ERROR_DEVICE,
                           "CUDA device %d has too little free memory, or this process may pin too "
                           "little (ulimit -l)",
                           device->index);
    }
}

static void cuda_close(void *state) {
    struct cuda_backend *const backend = state;
    for (size_t i = 0; backend->devices != NULL && i < backend->device_count; i++) {
        struct device *const device = &backend->devices[i];
        if (device->lanes[0].slot.stream.handle != NULL ||
            device->factor.waves[0].stream.handle != NULL)
            cudaSetDevice(device->index); /* else nothing was opened on it */
        close_slots(device);
        fg_cuda_factor_close(&device->factor);
        fg_cuda_found_free(&device->found);
    }
    cudaGetLastError();
    fg_cuda_plan_free(&backend->plan);
    free(backend->devices);
    free(backend);
}

static void cuda_forget(void *state) {
    struct cuda_backend *const backend = state;
    fg_cuda_plan_free(&backend->plan);
    free(backend->devices);
    free(backend);
}

/* Buffers and self-test. */
static enum fg_status open_for_candidates(struct cuda_backend *backend, struct device *device,
                                          struct fg_error *error) {
    uint32_t numbers = 0;
    const enum fg_status status = open_slots(device, &numbers, error);
    if (status != FG_OK)
        return status;
    if (numbers < backend->group_limit)
        backend->group_limit = numbers;
    return fg_cuda_self_test(device->index, &device->lanes[0].slot, error);
}

static enum fg_status open_for_factor(struct cuda_backend *backend, struct device *device,
                                      struct fg_error *error) {
    const enum fg_status status =
        fg_cuda_factor_open(&device->factor, device->index, backend->answer, error);
    if (status == FG_OK && device->factor.waves[0].number_capacity < backend->group_limit)
        backend->group_limit = device->factor.waves[0].number_capacity;
    return status;
}

/* Context, buffers, self-test. */
static enum fg_status open_device(struct cuda_backend *backend, struct device *device, int index,
                                  struct fg_error *error) {
    device->backend = backend;
    device->index = index;
    const enum fg_status status = fg_cuda_require_device(index, error);
    if (status != FG_OK)
        return status;
    return (backend->method != FG_METHOD_FACTOR) ? open_for_candidates(backend, device, error)
                                                 : open_for_factor(backend, device, error);
}

static enum fg_status cuda_open(const struct fg_setup *setup, void **state,
                                struct fg_error *error) {
    const uint64_t start = now_ns();
    int first_usable = 0;
    if (setup->devices == NULL) {
        const enum fg_status found = fg_cuda_first_usable(&first_usable, error);
        if (found != FG_OK)
            return found;
    }
    const int *const indices = setup->devices != NULL ? setup->devices : &first_usable;
    const size_t count = setup->devices != NULL ? setup->device_count : 1;

    struct cuda_backend *const backend = calloc(1, sizeof *backend);
    if (backend == NULL)
        return fg_fail_memory(error, sizeof *backend);
    fg_cuda_plan_init(&backend->plan);
    backend->method = setup->method.method;
    backend->answer = setup->method.answer;
    backend->cancelled = setup->method.cancelled;
    backend->group_limit = UINT32_MAX;
    backend->devices = calloc(count, sizeof *backend->devices);
    if (backend->devices == NULL) {
        cuda_close(backend);
        return fg_fail_memory(error, count * sizeof *backend->devices);
    }
    enum fg_status status = FG_OK;
    for (size_t i = 0; status == FG_OK && i < count; i++) {
        backend->device_count++;
        status = open_device(backend, &backend->devices[i], indices[i], error);
    }
    if (status != FG_OK) {
        cuda_close(backend);
        return status;
    }
    backend->start_up_ns = now_ns() - start;
    *state = backend;
    return FG_OK;
}

/* Halves a window whose hits did not fit: by candidates, or, of one candidate, by numbers. */
static enum fg_status halve_window(struct lane *lane, struct fg_error *error) {
    struct fg_cuda_window half = lane->window, other = lane->window;
    if (half.end - half.begin > 1) {
        half.end = half.begin + (half.end - half.begin) / 2;
        other.begin = half.end;
    } else {
        half.count /= 2;
        other.first += half.count;
        other.count -= half.count;
    }
    if (half.count == 0 || lane->waiting_count + 2 > sizeof lane->waiting / sizeof *lane->waiting)
        return fg_fail(error, FG_ERROR_INTERNAL, "a window of one test overflowed");
    lane->waiting[lane->waiting_count++] = other;
    lane->waiting[lane->waiting_count++] = half;
    return FG_OK;
}

/* Waits for the lane's launch and keeps its hits. */
static enum fg_status finish_lane(struct device *device, struct lane *lane,
                                  struct fg_error *error) {
    bool overflow;
    enum fg_status status = fg_cuda_slot_finish(&lane->slot, &overflow, error);
    lane->busy = false;
    if (status == FG_OK && overflow)
        return halve_window(lane, error);
    const struct fg_cuda_output *const output = lane->slot.host_output;
    const struct fg_cuda_plan *const plan = &device->backend->plan;
    if (status == FG_OK)
        status =
            fg_cuda_found_append(&device->found, output->hits, output->hit_count,
                                 plan->indices + lane->window.first, lane->window.count, error);
    return status;
}

/* Starts the lane's next window; leaves it idle when there is none. */
static enum fg_status start_lane(struct device *device, struct lane *lane, struct fg_error *error) {
    struct fg_cuda_plan *const plan = &device->backend->plan;
    if (lane->waiting_count > 0)
        lane->window = lane->waiting[--lane->waiting_count];
    else if (!fg_cuda_plan_next(plan, &lane->window))
        return FG_OK;
    const struct fg_cuda_launch launch = {
        .method = device->backend->method,
        .wide = lane->window.wide,
        .dividends = plan->dividends + lane->window.first,
        .counts = plan->counts + lane->window.first,
        .number_count = lane->window.count,
        .begin = lane->window.begin,
        .end = lane->window.end,
    };
    const enum fg_status status = fg_cuda_slot_start(&lane->slot, &launch, error);
    lane->busy = status == FG_OK;
    return status;
}

/* Works until the plan is empty. */
static enum fg_status work_on_plan(struct device *device, struct fg_error *error) {
    struct cuda_backend *const backend = device->backend;
    enum fg_status status = FG_OK;
    unsigned idle = 0;
    for (unsigned turn = 0; status == FG_OK && idle < FG_SLOTS_PER_DEVICE; turn++) {
        struct lane *const lane = &device->lanes[turn % FG_SLOTS_PER_DEVICE];
        if (atomic_load(backend->cancelled))
            return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
        if (atomic_load(&backend->stop))
            return FG_OK; /* another device reports why */
        if (lane->busy)
            status = finish_lane(device, lane, error);
        if (status == FG_OK)
            status = start_lane(device, lane, error);
        idle = lane->busy ? 0 : idle + 1;
    }
    return status;
}

static enum fg_status work(struct device *device, struct fg_error *error) {
    struct cuda_backend *const backend = device->backend;
    const enum fg_status status = FG_CUDA(cudaSetDevice(device->index), error);
    if (status != FG_OK)
        return status;
    return (backend->method != FG_METHOD_FACTOR)
               ? work_on_plan(device, error)
               : fg_cuda_factor_work(&device->factor, &backend->run, backend->cancelled,
                                     &backend->stop, error);
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

/* Runs all devices on the plan or run; the first failure is the batch's. */
static enum fg_status run_devices(struct cuda_backend *backend, struct fg_error *error) {
    atomic_store(&backend->stop, false);
    for (size_t i = 0; i < backend->device_count; i++) {
        backend->devices[i].status = FG_OK;
        fg_cuda_found_clear(&backend->devices[i].found);
    }
    for (size_t i = 1; i < backend->device_count; i++) {
        struct device *const device = &backend->devices[i];
        const int failure = pthread_create(&device->thread, NULL, device_main, device);
        device->started = failure == 0;
        if (!device->started) {
            device->status =
                fg_fail(&device->error, FG_ERROR_SYSTEM, "no thread for CUDA device %d (%s)",
                        device->index, strerror(failure));
            atomic_store(&backend->stop, true);
        }
    }
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

static enum fg_status run_candidates(struct cuda_backend *backend, const uint64_t *numbers,
                                     size_t count, struct fg_results *results,
                                     struct fg_error *error) {
    const uint64_t start = now_ns();
    const size_t first = results->count;
    enum fg_status status = fg_cuda_plan_fill(&backend->plan, backend->method, numbers, count,
                                              (unsigned)backend->device_count * FG_SLOTS_PER_DEVICE,
                                              backend->group_limit, error);
    const uint64_t planned = now_ns();
    if (status == FG_OK)
        status = run_devices(backend, error);
    const uint64_t worked = now_ns();
    for (size_t i = 1; status == FG_OK && i < backend->device_count; i++)
        status = fg_cuda_found_merge(&backend->devices[0].found, &backend->devices[i].found, error);
    if (status == FG_OK)
        status = fg_cuda_found_gather(&backend->devices[0].found, backend->method, numbers, count,
                                      results, error);
    if (status == FG_OK)
        status = fg_answers_check(FG_ANSWER_DIVISORS, numbers, results, first, error);
    backend->host_ns += planned - start + (now_ns() - worked);
    return status;
}

static enum fg_status cuda_run(void *state, const struct fg_numbers *batch,
                               struct fg_results *results, struct fg_error *error) {
    const uint64_t *const numbers = batch->list;
    const size_t count = batch->count;
    struct cuda_backend *const backend = state;
    if ((backend->method != FG_METHOD_FACTOR))
        return run_candidates(backend, numbers, count, results, error);
    fg_cuda_factor_begin(&backend->run, backend->answer, numbers, count, FG_RUN_VALUES,
                         backend->group_limit,
                         (unsigned)backend->device_count * FG_WAVES_PER_DEVICE, results);
    return run_devices(backend, error);
}

static void add_timing(struct fg_timing *sum, const struct fg_timing *part) {
    sum->copy_in_ns += part->copy_in_ns;
    sum->kernels_ns += part->kernels_ns;
    sum->copy_out_ns += part->copy_out_ns;
    sum->launch_count += part->launch_count;
    sum->rerun_count += part->rerun_count;
}

static void cuda_timing(const void *state, struct fg_timing *timing) {
    const struct cuda_backend *const backend = state;
    *timing = (struct fg_timing){
        .known = true, .start_up_ns = backend->start_up_ns, .host_ns = backend->host_ns};
    for (size_t i = 0; i < backend->device_count; i++) {
        const struct device *const device = &backend->devices[i];
        for (int lane = 0; lane < FG_SLOTS_PER_DEVICE; lane++)
            add_timing(timing, &device->lanes[lane].slot.timing);
        for (int wave = 0; wave < FG_WAVES_PER_DEVICE; wave++)
            add_timing(timing, &device->factor.waves[wave].timing);
        timing->host_ns += device->factor.host_ns;
    }
}

const struct fg_backend fg_backend_cuda = {
    .name = "cuda",
    .summary =
        "the GPU: threads that test candidates, or take numbers step by step to their factors",
    .properties = {.size = sizeof(struct fg_backend_properties), .uses_devices = true},
    .page_values = FG_RUN_VALUES,
    .checks_answers = true,
    .probe = cuda_probe,
    .open = cuda_open,
    .run = cuda_run,
    .close = cuda_close,
    .forget = cuda_forget,
    .timing = cuda_timing,
    .list_devices = cuda_list,
};
