/*
 * cuda_wave.c: the life of a batch on one stream. Rounds are enqueued a few at a time without
 * knowing what they leave over: only then does the host look at the state, a few bytes.
 */
#include "methods/factor/gpu_wavefront.h"

#include "algorithms/factorization.h"
#include "gpu/device.h"
#include <string.h>

/* Blocks of a launch for each multiprocessor: several times what is there at once, so that the last
 * ones to end leave little idle. */
#define BLOCKS_PER_MULTIPROCESSOR 32

/* Threads for each multiprocessor that run curves at once: with up to 80 registers each, six blocks
 * of FG_WAVE_BLOCK. */
#define CURVES_PER_MULTIPROCESSOR 768

/* Every buffer: where its address goes, its size; the device's, then the pinned ones. What is
 * largest comes first. */
#define MAX_BUFFERS 16
struct buffer {
    void **address;
    size_t bytes;
    bool pinned;
};

static unsigned list_buffers(struct fg_cuda_wave *wave, struct buffer *list) {
    struct fg_wave *const device = &wave->device;
    const size_t numbers = wave->number_capacity, values = wave->value_capacity;
    const struct buffer buffers[] = {
        {(void **)&device->values, values * sizeof *device->values, false},
        {(void **)&device->scratch, device->primes ? 0 : values * sizeof *device->scratch, false},
        {(void **)&device->parts[0], numbers * FG_WAVE_PARTS * sizeof *device->parts[0], false},
        {(void **)&device->parts[1], numbers * FG_WAVE_PARTS * sizeof *device->parts[1], false},
        {(void **)&device->primes_found, numbers * FG_WAVE_PRIMES * sizeof *device->primes_found,
         false},
        {(void **)&device->order, numbers * FG_WAVE_PARTS * sizeof *device->order, false},
        {(void **)&device->numbers, numbers * sizeof *device->numbers, false},
        {(void **)&device->prime_counts, numbers * sizeof *device->prime_counts, false},
        {(void **)&device->value_counts, numbers * sizeof *device->value_counts, false},
        {(void **)&device->value_offsets, numbers * sizeof *device->value_offsets, false},
        {&device->scan_space, device->scan_bytes, false},
        {(void **)&device->state, sizeof *device->state, false},
        {(void **)&wave->state, sizeof *wave->state, true},
        {(void **)&wave->numbers, numbers * sizeof *wave->numbers, true},
        {(void **)&wave->value_counts, numbers * sizeof *wave->value_counts, true},
        {(void **)&wave->values, values * sizeof *wave->values, true},
    };
    _Static_assert(sizeof buffers / sizeof *buffers == MAX_BUFFERS, "they all have a place");
    memcpy(list, buffers, sizeof buffers);
    return MAX_BUFFERS;
}

/* Frees the buffers; those never allocated are NULL, which CUDA's functions ignore. */
static void release(struct fg_cuda_wave *wave) {
    struct buffer list[MAX_BUFFERS];
    const unsigned count = list_buffers(wave, list);
    for (unsigned i = 0; i < count; i++) {
        if (list[i].pinned)
            cudaFreeHost(*list[i].address);
        else
            cudaFree(*list[i].address);
        *list[i].address = NULL;
    }
}

void fg_cuda_wave_close(struct fg_cuda_wave *wave) {
    if (wave->stream == NULL)
        return;                          /* never opened: CUDA may not even have started */
    cudaStreamSynchronize(wave->stream); /* nothing may still write to what is freed below */
    release(wave);
    for (int i = 0; i < 4; i++)
        if (wave->events[i] != NULL)
            cudaEventDestroy(wave->events[i]);
    cudaStreamDestroy(wave->stream);
    cudaGetLastError();
    const struct fg_timing timing = wave->timing;
    *wave = (struct fg_cuda_wave){.timing = timing};
}

/* All buffers for the capacities set, or an error with some of them. */
static enum fg_status allocate(struct fg_cuda_wave *wave, struct fg_error *error) {
    struct buffer list[MAX_BUFFERS];
    const unsigned count = list_buffers(wave, list);
    cudaError_t result = cudaSuccess;
    size_t bytes = 0;
    for (unsigned i = 0; i < count && result == cudaSuccess; i++) {
        bytes += list[i].bytes;
        if (list[i].bytes > 0)
            result = list[i].pinned
                         ? cudaHostAlloc(list[i].address, list[i].bytes, cudaHostAllocDefault)
                         : cudaMalloc(list[i].address, list[i].bytes);
    }
    const enum fg_status status = fg_cuda_check(result, "a stream's buffers", error);
    if (result != cudaErrorMemoryAllocation)
        return status;
    return fg_fail(error, FG_ERROR_MEMORY,
                   "the GPU has no room for a stream's buffers, or this process may not pin as "
                   "much memory: %zu bytes were asked for",
                   bytes);
}

/* How large the launches are that fill the current device. */
static enum fg_status measure_device(struct fg_wave *wave, struct fg_error *error) {
    int device, multiprocessors;
    enum fg_status status = FG_CUDA(cudaGetDevice(&device), error);
    if (status == FG_OK)
        status = FG_CUDA(
            cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device),
            error);
    if (status != FG_OK)
        return status;
    wave->blocks = (uint32_t)multiprocessors * BLOCKS_PER_MULTIPROCESSOR;
    wave->threads = (uint32_t)multiprocessors * CURVES_PER_MULTIPROCESSOR;
    return FG_OK;
}

enum fg_status fg_cuda_wave_open(struct fg_cuda_wave *wave, bool primes, uint32_t number_capacity,
                                 uint32_t value_capacity, struct fg_error *error) {
    *wave = (struct fg_cuda_wave){
        .number_capacity = number_capacity,
        .value_capacity = value_capacity,
        .device.primes = primes,
    };
    enum fg_status status =
        FG_CUDA(cudaStreamCreateWithFlags(&wave->stream, cudaStreamNonBlocking), error);
    for (int i = 0; status == FG_OK && i < 4; i++)
        status = FG_CUDA(cudaEventCreateWithFlags(&wave->events[i], cudaEventDefault), error);
    if (status == FG_OK)
        status = measure_device(&wave->device, error);
    if (status == FG_OK)
        status = fg_cuda_check(fg_wave_scan_bytes(number_capacity, &wave->device.scan_bytes),
                               "a scan's demand for memory", error);
    if (status == FG_OK)
        status = allocate(wave, error);
    if (status != FG_OK)
        fg_cuda_wave_close(wave);
    return status;
}

static enum fg_status record(struct fg_cuda_wave *wave, int event, struct fg_error *error) {
    return FG_CUDA(cudaEventRecord(wave->events[event], wave->stream), error);
}

static enum fg_status copy_out(struct fg_cuda_wave *wave, void *to, const void *from, size_t bytes,
                               struct fg_error *error) {
    return FG_CUDA(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, wave->stream), error);
}

/* Brings the state and ends what is enqueued. */
static enum fg_status copy_state(struct fg_cuda_wave *wave, struct fg_error *error) {
    enum fg_status status =
        copy_out(wave, wave->state, wave->device.state, sizeof *wave->state, error);
    if (status == FG_OK)
        status = record(wave, 3, error);
    return status;
}

/* CUDA makes room for a kernel's local memory when it is first launched. */
static enum fg_status check_launch(struct fg_cuda_wave *wave, cudaError_t result, const char *what,
                                   struct fg_error *error) {
    wave->launch_lacked_memory |= result == cudaErrorMemoryAllocation;
    return fg_cuda_check(result, what, error);
}

static enum fg_status enqueue_rounds(struct fg_cuda_wave *wave, struct fg_error *error) {
    enum fg_status status = FG_OK;
    for (unsigned round = 0; status == FG_OK && round < FG_WAVE_ROUNDS_PER_LOOK; round++) {
        wave->device.round++;
        status = check_launch(wave, fg_launch_wave_round(&wave->device, wave->stream),
                              "a round of factoring", error);
        wave->timing.launch_count += FG_WAVE_ROUND_LAUNCHES;
    }
    if (status == FG_OK)
        status = record(wave, 2, error);
    if (status == FG_OK)
        status = copy_state(wave, error);
    return status;
}

enum fg_status fg_cuda_wave_start(struct fg_cuda_wave *wave, const uint64_t *numbers,
                                  uint32_t count, uint32_t curves, struct fg_error *error) {
    const size_t bytes = count * sizeof *numbers;
    memcpy(wave->numbers, numbers, bytes);
    wave->number_count = wave->device.number_count = count;
    wave->device.curves = curves;
    wave->device.round = 1;
    wave->phase = FG_WAVE_FACTORING;
    wave->copied_in = true;
    enum fg_status status = record(wave, 0, error);
    if (status == FG_OK)
        status = FG_CUDA(cudaMemcpyAsync(wave->device.numbers, wave->numbers, bytes,
                                         cudaMemcpyHostToDevice, wave->stream),
                         error);
    if (status == FG_OK)
        status = FG_CUDA(
            cudaMemsetAsync(wave->device.state, 0, sizeof *wave->device.state, wave->stream),
            error);
    if (status == FG_OK)
        status = record(wave, 1, error);
    if (status == FG_OK)
        status = check_launch(wave, fg_launch_wave_begin(&wave->device, wave->stream),
                              "the small primes' launch", error);
    wave->timing.launch_count++;
    if (status == FG_OK)
        status = enqueue_rounds(wave, error);
    return status;
}

static enum fg_status enqueue_more_rounds(struct fg_cuda_wave *wave, struct fg_error *error) {
    enum fg_status status = record(wave, 1, error);
    if (status == FG_OK)
        status = enqueue_rounds(wave, error);
    return status;
}

static enum fg_status enqueue_count(struct fg_cuda_wave *wave, struct fg_error *error) {
    wave->phase = FG_WAVE_COUNTING;
    enum fg_status status = record(wave, 1, error);
    if (status == FG_OK)
        status = check_launch(wave, fg_launch_wave_count(&wave->device, wave->stream),
                              "the launch that counts answers", error);
    wave->timing.launch_count++;
    if (status == FG_OK)
        status = record(wave, 2, error);
    if (status == FG_OK)
        status = copy_out(wave, wave->value_counts, wave->device.value_counts,
                          wave->number_count * sizeof *wave->value_counts, error);
    if (status == FG_OK)
        status = copy_state(wave, error);
    return status;
}

/* Cuts the next piece: as many answers as the buffer holds. */
static enum fg_status cut_piece(struct fg_cuda_wave *wave, uint32_t first, struct fg_error *error) {
    const uint32_t longest =
        wave->device.primes ? FG_FACTORIZATION_PRIMES : (uint32_t)FG_MAX_DIVISORS;
    uint32_t values = 0, end = first;
    while (end < wave->number_count && wave->value_counts[end] <= longest &&
           wave->value_counts[end] <= wave->value_capacity - values)
        values += wave->value_counts[end++];
    wave->piece_first = wave->device.first = first;
    wave->piece_count = wave->device.count = end - first;
    wave->piece_values = values;
    if (end == first)
        return fg_fail(error, FG_ERROR_SELF_CHECK, "the GPU counted %u factors of %llu",
                       (unsigned)wave->value_counts[first],
                       (unsigned long long)wave->numbers[first]);
    return FG_OK;
}

static enum fg_status enqueue_piece(struct fg_cuda_wave *wave, uint32_t first,
                                    struct fg_error *error) {
    wave->phase = FG_WAVE_EXPANDING;
    struct fg_wave_lists *const lists = &wave->device.state->lists;
    enum fg_status status = cut_piece(wave, first, error);
    if (status == FG_OK)
        status = record(wave, 1, error);
    if (status == FG_OK)
        status = FG_CUDA(cudaMemsetAsync(lists, 0, sizeof *lists, wave->stream), error);
    if (status == FG_OK)
        status = check_launch(wave, fg_launch_wave_expand(&wave->device, wave->stream),
                              "the launch that writes answers", error);
    wave->timing.launch_count += wave->device.primes ? 2 : FG_WAVE_EXPAND_LAUNCHES;
    if (status == FG_OK)
        status = record(wave, 2, error);
    if (status == FG_OK)
        status = copy_out(wave, wave->values, wave->device.values,
                          wave->piece_values * sizeof *wave->values, error);
    if (status == FG_OK)
        status = copy_state(wave, error);
    return status;
}

/* Adds the time between two events that have both happened. */
static enum fg_status add_elapsed(const struct fg_cuda_wave *wave, int from, uint64_t *sum_ns,
                                  struct fg_error *error) {
    float ms = 0;
    const enum fg_status status =
        FG_CUDA(cudaEventElapsedTime(&ms, wave->events[from], wave->events[from + 1]), error);
    if (status == FG_OK)
        *sum_ns += (uint64_t)((double)ms * 1e6);
    return status;
}

/* Waits for what is enqueued and enters its times into the account. */
static enum fg_status finish(struct fg_cuda_wave *wave, struct fg_error *error) {
    enum fg_status status = FG_CUDA(cudaStreamSynchronize(wave->stream), error);
    if (status == FG_OK && wave->copied_in)
        status = add_elapsed(wave, 0, &wave->timing.copy_in_ns, error);
    wave->copied_in = false;
    if (status == FG_OK)
        status = add_elapsed(wave, 1, &wave->timing.kernels_ns, error);
    if (status == FG_OK)
        status = add_elapsed(wave, 2, &wave->timing.copy_out_ns, error);
    if (status == FG_OK && wave->state->violations > 0)
        status = fg_fail(error, FG_ERROR_SELF_CHECK,
                         "factors on the GPU do not multiply to their number (%u times)",
                         wave->state->violations);
    return status;
}

enum fg_status fg_cuda_wave_step(struct fg_cuda_wave *wave, struct fg_error *error) {
    const enum fg_status status = finish(wave, error);
    if (status != FG_OK)
        return status;
    if (wave->phase == FG_WAVE_FACTORING)
        return wave->state->appended > 0 ? enqueue_more_rounds(wave, error)
                                         : enqueue_count(wave, error);
    if (wave->phase == FG_WAVE_COUNTING)
        return enqueue_piece(wave, 0, error);
    wave->phase = FG_WAVE_READY;
    return FG_OK;
}

enum fg_status fg_cuda_wave_next_piece(struct fg_cuda_wave *wave, struct fg_error *error) {
    const uint32_t next = wave->piece_first + wave->piece_count;
    if (next < wave->number_count)
        return enqueue_piece(wave, next, error);
    wave->phase = FG_WAVE_IDLE;
    return FG_OK;
}

enum fg_status fg_cuda_wave_abandon(struct fg_cuda_wave *wave, struct fg_error *error) {
    const bool under_way = wave->phase != FG_WAVE_IDLE && wave->phase != FG_WAVE_READY;
    wave->phase = FG_WAVE_IDLE;
    wave->copied_in = false;
    return under_way ? FG_CUDA(cudaStreamSynchronize(wave->stream), error) : FG_OK;
}
