/* SPDX-License-Identifier: MIT */
/*
 * gpu_wavefront.c: the life of a batch on one stream. The host enqueues a few rounds at a time
 * without knowing what they leave, and then polls the state, a few bytes.
 */
#include "methods/factor/gpu_wavefront.h"

#include "algorithms/factorization.h"
#include "gpu/device.h"
#include "gpu/device_buffers.h"
#include "gpu/profile_range.h"
#include <string.h>

/* Blocks of FG_WAVE_BLOCK threads that are on a multiprocessor at once, with up to 64 registers a
 * thread. No launch is larger. */
#define BLOCKS_PER_MULTIPROCESSOR 8

/*
 * Threads for each multiprocessor up to which a round fills the device with several curves for each
 * cofactor. A doubling has two products deep of three and four that are independent of each other,
 * so one or two warps on each of the four schedulers, 128 to 256 threads, issue nearly as fast as
 * more: a round of more threads lasts longer, and takes that time from the other batch.
 *
 * Counted on the host for 132 multiprocessors: ECM products a number, and rounds.
 *
 *     threads                64      96     128     192     256     384     768
 *     random 64-bit, 2^18  1196/13 1278/12 1351/12 1536/11 1643/11 1795/11 2564/11
 *     the same, 2^16       1692/12 1908/12 1999/12 2610/12 2610/12 4750/12 5020/12
 *     semiprimes, 2^16    13431/19 13545/17 13734/16 14386/15 14865/14 16273/12 17793/10
 *     the same, 4096      21323/8 23572/7 23842/7 29677/6 29677/6 34777/6 34777/6
 *
 * Of up to 300 numbers each cofactor has FG_WAVE_COPIES curves with any of these. A model, in which
 * a scheduler issues an instruction a clock and a warp alone takes 1.25 times that, says for a
 * batch alone on the device: 411 us for 4096 semiprimes with 192, 474 with 128, 458 with 768; for
 * 2^16 random numbers 761, 905 and 858. It is a prediction: no GPU has run this.
 */
#define CURVES_PER_MULTIPROCESSOR 192

/* The buffers on the device, from the largest on. */
#define MAX_BUFFERS 13

static unsigned list_buffers(struct fg_gpu_wavefront *wave, struct fg_device_buffer *list) {
    struct fg_wave *const device = &wave->device;
    const size_t numbers = wave->number_capacity, values = wave->value_capacity;
    const struct fg_device_buffer buffers[] = {
        {(void **)&device->values, values * sizeof *device->values},
        {(void **)&device->scratch, device->primes ? 0 : values * sizeof *device->scratch},
        {(void **)&device->parts[0], numbers * FG_WAVE_COFACTORS * sizeof *device->parts[0]},
        {(void **)&device->parts[1], numbers * FG_WAVE_COFACTORS * sizeof *device->parts[1]},
        {(void **)&device->primes_found, numbers * FG_WAVE_PRIMES * sizeof *device->primes_found},
        {(void **)&device->order, numbers * FG_WAVE_COFACTORS * sizeof *device->order},
        {(void **)&device->numbers, numbers * sizeof *device->numbers},
        {(void **)&device->small_primes, numbers * sizeof *device->small_primes},
        {(void **)&device->prime_counts, numbers * sizeof *device->prime_counts},
        {(void **)&device->value_counts, numbers * sizeof *device->value_counts},
        {(void **)&device->value_offsets, numbers * sizeof *device->value_offsets},
        {&device->scan_space, device->scan_bytes},
        {(void **)&device->state, sizeof *device->state},
    };
    _Static_assert(sizeof buffers / sizeof *buffers == MAX_BUFFERS, "they all have a place");
    memcpy(list, buffers, sizeof buffers);
    return MAX_BUFFERS;
}

static void release(struct fg_gpu_wavefront *wave) {
    struct fg_device_buffer list[MAX_BUFFERS];
    fg_device_buffers_free(list, list_buffers(wave, list));
    for (int i = 0; i < FG_WAVE_HOST_BUFFERS; i++)
        fg_host_buffer_free(&wave->host[i]);
}

void fg_gpu_wavefront_close(struct fg_gpu_wavefront *wave) {
    if (wave->stream.handle == NULL)
        return; /* never opened: CUDA may not even have started */
    fg_gpu_stream_settle(&wave->stream);
    fg_gpu_rounds_close(&wave->rounds);
    release(wave);
    fg_gpu_stream_close(&wave->stream);
    const struct fg_timing timing = wave->timing;
    *wave = (struct fg_gpu_wavefront){.timing = timing};
}

/* Allocates the buffers for the capacities set. On an error some are allocated. */
static enum fg_status allocate(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    struct fg_device_buffer list[MAX_BUFFERS];
    return fg_device_buffers_allocate(list, list_buffers(wave, list), error);
}

enum fg_status fg_gpu_wavefront_measure(int *device, uint32_t *blocks, uint32_t *threads,
                                        struct fg_error *error) {
    int multiprocessors;
    FG_TRY(FG_CUDA(cudaGetDevice(device), error));
    FG_TRY(FG_CUDA(
        cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, *device), error));
    *blocks = (uint32_t)multiprocessors * BLOCKS_PER_MULTIPROCESSOR;
    *threads = (uint32_t)multiprocessors * CURVES_PER_MULTIPROCESSOR;
    return FG_OK;
}

/* Computes how large the launches must be that fill the current device, and chooses its forms. */
static enum fg_status measure_device(struct fg_wave *wave, struct fg_error *error) {
    int device, major, minor;
    FG_TRY(fg_gpu_wavefront_measure(&device, &wave->blocks, &wave->threads, error));
    FG_TRY(
        FG_CUDA(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device), error));
    FG_TRY(
        FG_CUDA(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device), error));
    wave->doubles = fg_gpu_has_fast_doubles(major, minor);
    return FG_OK;
}

/* The host's buffers grow with the batches. */
enum { STATE, NUMBERS, VALUE_COUNTS, VALUES };

/* Makes the buffer `which` hold `count` of at most `capacity` entries of `size` bytes. */
static enum fg_status require(struct fg_gpu_wavefront *wave, int which, size_t count,
                              size_t capacity, size_t size, struct fg_error *error) {
    return fg_host_buffer_require(&wave->host[which], count * size, capacity * size, error);
}

/* Makes room for what a batch needs besides its answers. */
static enum fg_status require_for_numbers(struct fg_gpu_wavefront *wave, uint32_t count,
                                          struct fg_error *error) {
    const uint32_t capacity = wave->number_capacity;
    FG_TRY(require(wave, NUMBERS, count, capacity, sizeof *wave->numbers, error));
    FG_TRY(require(wave, VALUE_COUNTS, count, capacity, sizeof *wave->value_counts, error));
    wave->numbers = wave->host[NUMBERS].address;
    wave->value_counts = wave->host[VALUE_COUNTS].address;
    return FG_OK;
}

/* Makes room for a piece of answers. The number 1 has no primes: a piece may have no values. */
static enum fg_status require_for_values(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    const uint32_t count = wave->piece_values > 0 ? wave->piece_values : 1;
    FG_TRY(require(wave, VALUES, count, wave->value_capacity, sizeof *wave->values, error));
    wave->values = wave->host[VALUES].address;
    return FG_OK;
}

/* Allocates what a wave needs besides its stream. */
static enum fg_status equip(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    FG_TRY(measure_device(&wave->device, error));
    FG_TRY(fg_gpu_check(fg_wave_scan_bytes(wave->number_capacity, &wave->device.scan_bytes),
                        "a scan's demand for memory", error));
    FG_TRY(require(wave, STATE, 1, 1, sizeof *wave->state, error));
    wave->state = wave->host[STATE].address;
    return allocate(wave, error);
}

enum fg_status fg_gpu_wavefront_open(struct fg_gpu_wavefront *wave, bool primes,
                                     uint32_t number_capacity, uint32_t value_capacity,
                                     struct fg_error *error) {
    *wave = (struct fg_gpu_wavefront){
        .number_capacity = number_capacity,
        .value_capacity = value_capacity,
        .device.primes = primes,
    };
    FG_TRY(fg_gpu_stream_open(&wave->stream, error));
    enum fg_status status = fg_gpu_stream_add_urgent(&wave->stream, error);
    if (status == FG_OK)
        status = equip(wave, error);
    if (status != FG_OK)
        fg_gpu_wavefront_close(wave);
    return status;
}

/* Brings the state and ends what is enqueued. */
static enum fg_status copy_state(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    FG_TRY(fg_gpu_stream_copy_out(&wave->stream, wave->state, wave->device.state,
                                  sizeof *wave->state, error));
    return fg_gpu_stream_record(&wave->stream, 3, error);
}

static enum fg_status enqueue_rounds(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    FG_PROFILE_RANGE("rounds", FG_WAVE_ROUNDS_PER_LOOK);
    FG_TRY(fg_gpu_check_launch(fg_gpu_rounds_enqueue(&wave->rounds, &wave->device,
                                                     wave->number_capacity, wave->stream.handle),
                               "a round of factoring", &wave->launch_lacked_memory, error));
    const unsigned launches =
        FG_WAVE_ROUND_LAUNCHES + (wave->device.doubles ? FG_WAVE_DOUBLE_LAUNCHES : 0);
    wave->timing.launch_count += FG_WAVE_ROUNDS_PER_LOOK * launches;
    FG_TRY(fg_gpu_stream_record(&wave->stream, 2, error));
    return copy_state(wave, error);
}

/* Copies the wave's numbers in, and clears the state. */
static enum fg_status copy_in(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    cudaStream_t stream = wave->stream.handle;
    const size_t bytes = wave->number_count * sizeof *wave->numbers;
    FG_PROFILE_RANGE("copy in", bytes);
    FG_TRY(FG_CUDA(
        cudaMemcpyAsync(wave->device.numbers, wave->numbers, bytes, cudaMemcpyHostToDevice, stream),
        error));
    return FG_CUDA(cudaMemsetAsync(wave->device.state, 0, sizeof *wave->device.state, stream),
                   error);
}

enum fg_status fg_gpu_wavefront_start(struct fg_gpu_wavefront *wave, const uint64_t *numbers,
                                      uint32_t count, uint32_t curves, struct fg_error *error) {
    FG_PROFILE_RANGE("wavefront batch", count);
    FG_TRY(require_for_numbers(wave, count, error));
    memcpy(wave->numbers, numbers, count * sizeof *numbers);
    wave->number_count = wave->device.number_count = count;
    wave->device.curves = curves;
    wave->device.round = 1;
    wave->phase = FG_WAVE_FACTORING;
    wave->copied_in = true;
    fg_gpu_stream_set_urgent(&wave->stream, false);
    FG_TRY(fg_gpu_stream_record(&wave->stream, 0, error));
    FG_TRY(copy_in(wave, error));
    FG_TRY(fg_gpu_stream_record(&wave->stream, 1, error));
    FG_TRY(fg_gpu_check_launch(fg_launch_wave_begin(&wave->device, wave->stream.handle),
                               "the small primes' launch", &wave->launch_lacked_memory, error));
    wave->timing.launch_count++;
    return enqueue_rounds(wave, error);
}

/* These rounds have few cofactors and wait for little else. They come before the other batch's
 * launches, which fill what they leave. */
static enum fg_status enqueue_more_rounds(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    fg_gpu_stream_set_urgent(&wave->stream, true);
    FG_TRY(fg_gpu_stream_record(&wave->stream, 1, error));
    return enqueue_rounds(wave, error);
}

static enum fg_status enqueue_count(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    FG_PROFILE_RANGE("count answers", wave->number_count);
    wave->phase = FG_WAVE_COUNTING;
    fg_gpu_stream_set_urgent(&wave->stream, false);
    FG_TRY(fg_gpu_stream_record(&wave->stream, 1, error));
    FG_TRY(fg_gpu_check_launch(fg_launch_wave_count(&wave->device, wave->stream.handle),
                               "the launch that counts answers", &wave->launch_lacked_memory,
                               error));
    wave->timing.launch_count++;
    FG_TRY(fg_gpu_stream_record(&wave->stream, 2, error));
    FG_TRY(fg_gpu_stream_copy_out(&wave->stream, wave->value_counts, wave->device.value_counts,
                                  wave->number_count * sizeof *wave->value_counts, error));
    return copy_state(wave, error);
}

/* Cuts the next piece: as many answers as the buffer holds. */
static enum fg_status cut_piece(struct fg_gpu_wavefront *wave, uint32_t first,
                                struct fg_error *error) {
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

static enum fg_status enqueue_piece(struct fg_gpu_wavefront *wave, uint32_t first,
                                    struct fg_error *error) {
    cudaStream_t stream = wave->stream.handle;
    struct fg_wave_lists *const lists = &wave->device.state->lists;
    FG_PROFILE_RANGE("write answers", wave->number_count - first);
    wave->phase = FG_WAVE_EXPANDING;
    FG_TRY(cut_piece(wave, first, error));
    FG_TRY(require_for_values(wave, error));
    FG_TRY(fg_gpu_stream_record(&wave->stream, 1, error));
    FG_TRY(FG_CUDA(cudaMemsetAsync(lists, 0, sizeof *lists, stream), error));
    FG_TRY(fg_gpu_check_launch(fg_launch_wave_expand(&wave->device, stream),
                               "the launch that writes answers", &wave->launch_lacked_memory,
                               error));
    wave->timing.launch_count += wave->device.primes ? 2 : FG_WAVE_EXPAND_LAUNCHES;
    FG_TRY(fg_gpu_stream_record(&wave->stream, 2, error));
    FG_TRY(fg_gpu_stream_copy_out(&wave->stream, wave->values, wave->device.values,
                                  wave->piece_values * sizeof *wave->values, error));
    return copy_state(wave, error);
}

/* Waits for what is enqueued and enters its times into the account. */
static enum fg_status finish(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    const bool copied_in = wave->copied_in;
    wave->copied_in = false;
    FG_TRY(fg_gpu_stream_wait(&wave->stream, error));
    if (copied_in)
        FG_TRY(fg_gpu_stream_add_elapsed(&wave->stream, 0, &wave->timing.copy_in_ns, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&wave->stream, 1, &wave->timing.kernels_ns, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&wave->stream, 2, &wave->timing.copy_out_ns, error));
    if (wave->state->violations > 0)
        return fg_fail(error, FG_ERROR_SELF_CHECK,
                       "factors on the GPU do not multiply to their number (%u times)",
                       wave->state->violations);
    return FG_OK;
}

enum fg_status fg_gpu_wavefront_step(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    FG_TRY(finish(wave, error));
    if (wave->phase == FG_WAVE_FACTORING)
        return wave->state->appended > 0 ? enqueue_more_rounds(wave, error)
                                         : enqueue_count(wave, error);
    if (wave->phase == FG_WAVE_COUNTING)
        return enqueue_piece(wave, 0, error);
    wave->phase = FG_WAVE_READY;
    return FG_OK;
}

enum fg_status fg_gpu_wavefront_next_piece(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    const uint32_t next = wave->piece_first + wave->piece_count;
    if (next < wave->number_count)
        return enqueue_piece(wave, next, error);
    wave->phase = FG_WAVE_IDLE;
    return FG_OK;
}

enum fg_status fg_gpu_wavefront_abandon(struct fg_gpu_wavefront *wave, struct fg_error *error) {
    const bool under_way = fg_gpu_wavefront_is_under_way(wave);
    wave->phase = FG_WAVE_IDLE;
    return under_way ? fg_gpu_stream_wait(&wave->stream, error) : FG_OK;
}
