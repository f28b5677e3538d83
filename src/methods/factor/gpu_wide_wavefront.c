/* SPDX-License-Identifier: MIT */
/*
 * gpu_wide_wavefront.c: the life of a batch of numbers of two words on one stream: rounds until no
 * part above 2^64 is left, then the parts below it through the wavefront for one word.
 *
 * The list of these parts passes through the host, which reads it anyway to know their numbers: 16
 * bytes a part each way, where a part takes the device a hundred times as long as that copy.
 */
#include "methods/factor/gpu_wide_wavefront.h"

#include "algorithms/split_plan.h"
#include "algorithms/wide_small_primes.h"
#include "gpu/device.h"
#include "gpu/device_buffers.h"
#include "gpu/profile_range.h"
#include "methods/factor/wide_completion.h"
#include <stdlib.h>
#include <string.h>

/* Rounds between two polls of what they leave: an even number, because the lists of parts
 * alternate. */
#define ROUNDS_PER_POLL 2

/* Parts below 2^64 that the wavefront for them takes at once, for each number: a random number has
 * 1.3 on average. More come in several turns. */
#define NARROW_PER_NUMBER 2

/* The buffers on the device. */
#define MAX_BUFFERS 9

static unsigned list_buffers(struct fg_gpu_wide_wavefront *wave, struct fg_device_buffer *list) {
    struct fg_wide_wave *const device = &wave->device;
    const size_t numbers = wave->number_capacity, narrow = numbers * FG_WIDE_WAVE_NARROW;
    const struct fg_device_buffer buffers[] = {
        {(void **)&device->narrow, narrow * sizeof *device->narrow},
        {(void **)&device->origins, narrow * sizeof *device->origins},
        {(void **)&device->parts[0], numbers * sizeof *device->parts[0]},
        {(void **)&device->parts[1], numbers * sizeof *device->parts[1]},
        {(void **)&device->rests, numbers * sizeof *device->rests},
        {(void **)&device->small_primes,
         numbers * FG_WIDE_WAVE_SMALL_WORDS * sizeof *device->small_primes},
        {(void **)&device->numbers, numbers * sizeof *device->numbers},
        {(void **)&device->order, numbers * sizeof *device->order},
        {(void **)&device->state, sizeof *device->state},
    };
    _Static_assert(sizeof buffers / sizeof *buffers == MAX_BUFFERS, "they all have a place");
    memcpy(list, buffers, sizeof buffers);
    return MAX_BUFFERS;
}

static void release(struct fg_gpu_wide_wavefront *wave) {
    struct fg_device_buffer list[MAX_BUFFERS];
    fg_device_buffers_free(list, list_buffers(wave, list));
    for (int i = 0; i < FG_WIDE_WAVE_HOST_BUFFERS; i++)
        fg_host_buffer_free(&wave->host[i]);
    free(wave->factors);
}

void fg_gpu_wide_wavefront_close(struct fg_gpu_wide_wavefront *wave) {
    if (wave->stream.handle == NULL)
        return; /* never opened: CUDA may not even have started */
    fg_gpu_wavefront_close(&wave->narrow);
    fg_gpu_stream_settle(&wave->stream);
    release(wave);
    fg_gpu_stream_close(&wave->stream);
    const struct fg_timing timing = wave->timing;
    *wave = (struct fg_gpu_wide_wavefront){.timing = timing};
}

/* Allocates the buffers for the capacity set. On an error some are allocated. */
static enum fg_status allocate(struct fg_gpu_wide_wavefront *wave, struct fg_error *error) {
    struct fg_device_buffer list[MAX_BUFFERS];
    return fg_device_buffers_allocate(list, list_buffers(wave, list), error);
}

/* The host's buffers grow with the batches. */
enum { STATE, NUMBERS, SMALL_PRIMES, RESTS, NARROW_PARTS, ORIGINS };

/* Makes the buffer `which` hold `count` entries of `size` bytes for at most `capacity` of them. */
static enum fg_status require(struct fg_gpu_wide_wavefront *wave, int which, size_t count,
                              size_t capacity, size_t size, struct fg_error *error) {
    return fg_host_buffer_require(&wave->host[which], count * size, capacity * size, error);
}

/* Makes room for a batch, but for its parts below 2^64. */
static enum fg_status require_for_numbers(struct fg_gpu_wide_wavefront *wave, uint32_t count,
                                          struct fg_error *error) {
    const size_t most = wave->number_capacity;
    const size_t small_bytes = FG_WIDE_WAVE_SMALL_WORDS * sizeof *wave->small_primes;
    FG_TRY(require(wave, NUMBERS, count, most, sizeof *wave->numbers, error));
    FG_TRY(require(wave, SMALL_PRIMES, count, most, small_bytes, error));
    FG_TRY(require(wave, RESTS, count, most, sizeof *wave->rests, error));
    wave->numbers = wave->host[NUMBERS].address;
    wave->small_primes = wave->host[SMALL_PRIMES].address;
    wave->rests = wave->host[RESTS].address;
    if (count <= wave->factor_capacity)
        return FG_OK;
    free(wave->factors);
    wave->factor_capacity = 0;
    wave->factors = malloc(count * sizeof *wave->factors);
    if (wave->factors == NULL)
        return fg_fail_memory(error, count * sizeof *wave->factors);
    wave->factor_capacity = count;
    return FG_OK;
}

/* Makes room for the parts below 2^64. */
static enum fg_status require_for_narrow(struct fg_gpu_wide_wavefront *wave,
                                         struct fg_error *error) {
    const size_t most = (size_t)wave->number_capacity * FG_WIDE_WAVE_NARROW;
    const size_t count = wave->state->narrow_count;
    FG_TRY(require(wave, NARROW_PARTS, count, most, sizeof *wave->narrow_parts, error));
    FG_TRY(require(wave, ORIGINS, count, most, sizeof *wave->origins, error));
    wave->narrow_parts = wave->host[NARROW_PARTS].address;
    wave->origins = wave->host[ORIGINS].address;
    return FG_OK;
}

/* Allocates what a wave needs besides its stream. */
static enum fg_status equip(struct fg_gpu_wide_wavefront *wave, struct fg_error *error) {
    const uint32_t narrow = wave->number_capacity * NARROW_PER_NUMBER;
    int device;
    FG_TRY(fg_gpu_wavefront_measure(&device, &wave->device.blocks, &wave->device.threads, error));
    FG_TRY(require(wave, STATE, 1, 1, sizeof *wave->state, error));
    wave->state = wave->host[STATE].address;
    FG_TRY(allocate(wave, error));
    return fg_gpu_wavefront_open(&wave->narrow, true, narrow, narrow * FG_WAVE_PRIMES, error);
}

enum fg_status fg_gpu_wide_wavefront_open(struct fg_gpu_wide_wavefront *wave,
                                          uint32_t number_capacity, struct fg_error *error) {
    *wave =
        (struct fg_gpu_wide_wavefront){.number_capacity = number_capacity, .timing = wave->timing};
    FG_TRY(fg_gpu_stream_open(&wave->stream, error));
    const enum fg_status status = equip(wave, error);
    if (status != FG_OK)
        fg_gpu_wide_wavefront_close(wave);
    return status;
}

/* ---- The rounds ---- */

/* Brings the state and ends what is enqueued. */
static enum fg_status copy_state(struct fg_gpu_wide_wavefront *wave, struct fg_error *error) {
    FG_TRY(fg_gpu_stream_copy_out(&wave->stream, wave->state, wave->device.state,
                                  sizeof *wave->state, error));
    return fg_gpu_stream_record(&wave->stream, 3, error);
}

static enum fg_status enqueue_rounds(struct fg_gpu_wide_wavefront *wave, struct fg_error *error) {
    FG_PROFILE_RANGE("rounds", ROUNDS_PER_POLL);
    for (int i = 0; i < ROUNDS_PER_POLL; i++) {
        wave->device.round++;
        FG_TRY(fg_gpu_check_launch(fg_launch_wide_round(&wave->device, wave->stream.handle),
                                   "a round of factoring", &wave->launch_lacked_memory, error));
        wave->timing.launch_count += FG_WIDE_ROUND_LAUNCHES;
    }
    FG_TRY(fg_gpu_stream_record(&wave->stream, 2, error));
    return copy_state(wave, error);
}

/* Copies the wave's numbers in, and clears the state. */
static enum fg_status copy_in(struct fg_gpu_wide_wavefront *wave, struct fg_error *error) {
    cudaStream_t stream = wave->stream.handle;
    const size_t bytes = wave->number_count * sizeof *wave->numbers;
    FG_PROFILE_RANGE("copy in", bytes);
    FG_TRY(FG_CUDA(
        cudaMemcpyAsync(wave->device.numbers, wave->numbers, bytes, cudaMemcpyHostToDevice, stream),
        error));
    return FG_CUDA(cudaMemsetAsync(wave->device.state, 0, sizeof *wave->device.state, stream),
                   error);
}

enum fg_status fg_gpu_wide_wavefront_start(struct fg_gpu_wide_wavefront *wave,
                                           const struct fg_uint128 *numbers, uint32_t count,
                                           uint32_t steps, struct fg_error *error) {
    FG_PROFILE_RANGE("wide wavefront batch", count);
    FG_TRY(require_for_numbers(wave, count, error));
    for (uint32_t i = 0; i < count; i++)
        wave->numbers[i] = (struct fg_wide_words){numbers[i].low, numbers[i].high};
    wave->number_count = wave->device.number_count = count;
    wave->device.steps = steps;
    wave->device.round = 1;
    wave->narrow_done = 0;
    wave->phase = FG_WIDE_WAVE_FACTORING;
    wave->copied_in = true;
    FG_TRY(fg_gpu_stream_record(&wave->stream, 0, error));
    FG_TRY(copy_in(wave, error));
    FG_TRY(fg_gpu_stream_record(&wave->stream, 1, error));
    FG_TRY(fg_gpu_check_launch(fg_launch_wide_begin(&wave->device, wave->stream.handle),
                               "the small primes' launch", &wave->launch_lacked_memory, error));
    wave->timing.launch_count++;
    return enqueue_rounds(wave, error);
}

static enum fg_status enqueue_more_rounds(struct fg_gpu_wide_wavefront *wave,
                                          struct fg_error *error) {
    FG_TRY(fg_gpu_stream_record(&wave->stream, 1, error));
    return enqueue_rounds(wave, error);
}

/* Enqueues the copies of all that was found. */
static enum fg_status enqueue_collection(struct fg_gpu_wide_wavefront *wave,
                                         struct fg_error *error) {
    const struct fg_wide_wave *const device = &wave->device;
    const size_t count = wave->number_count, narrow = wave->state->narrow_count;
    wave->phase = FG_WIDE_WAVE_COLLECTING;
    FG_TRY(require_for_narrow(wave, error));
    FG_TRY(fg_gpu_stream_record(&wave->stream, 1, error));
    FG_TRY(fg_gpu_stream_record(&wave->stream, 2, error));
    FG_TRY(fg_gpu_stream_copy_out(&wave->stream, wave->small_primes, device->small_primes,
                                  count * FG_WIDE_WAVE_SMALL_WORDS * sizeof *wave->small_primes,
                                  error));
    FG_TRY(fg_gpu_stream_copy_out(&wave->stream, wave->rests, device->rests,
                                  count * sizeof *wave->rests, error));
    if (narrow > 0) {
        FG_TRY(fg_gpu_stream_copy_out(&wave->stream, wave->narrow_parts, device->narrow,
                                      narrow * sizeof *wave->narrow_parts, error));
        FG_TRY(fg_gpu_stream_copy_out(&wave->stream, wave->origins, device->origins,
                                      narrow * sizeof *wave->origins, error));
    }
    return copy_state(wave, error);
}

/* ---- Parts below 2^64 ---- */

static enum fg_status fail_check(struct fg_error *error) {
    return fg_fail(error, FG_ERROR_SELF_CHECK,
                   "factors on the GPU do not multiply to their number");
}

/* Begins the factorisations with the small primes of the numbers. */
static void take_small_primes(struct fg_gpu_wide_wavefront *wave) {
    for (uint32_t i = 0; i < wave->number_count; i++) {
        fg_wide_factorization_clear(&wave->factors[i]);
        fg_wide_small_primes_take_recorded(
            fg_wide_join(wave->numbers[i].low, wave->numbers[i].high),
            wave->small_primes + (size_t)i * FG_WIDE_WAVE_SMALL_WORDS, &wave->factors[i]);
    }
}

/* Starts the next parts below 2^64; ready if there are none. */
static enum fg_status start_narrow(struct fg_gpu_wide_wavefront *wave, struct fg_error *error) {
    const uint32_t left = wave->state->narrow_count - wave->narrow_done;
    const uint32_t room = wave->narrow.number_capacity;
    wave->phase = left > 0 ? FG_WIDE_WAVE_NARROWING : FG_WIDE_WAVE_READY;
    if (left == 0)
        return FG_OK;
    return fg_gpu_wavefront_start(&wave->narrow, wave->narrow_parts + wave->narrow_done,
                                  left < room ? left : room, FG_PLAN_CURVES, error);
}

/* Takes the primes of the piece that is ready. */
static enum fg_status take_narrow_piece(struct fg_gpu_wide_wavefront *wave,
                                        struct fg_error *error) {
    const struct fg_gpu_wavefront *const narrow = &wave->narrow;
    const uint64_t *prime = narrow->values;
    for (uint32_t i = 0; i < narrow->piece_count; i++) {
        const uint32_t at = narrow->piece_first + i;
        const struct fg_wide_origin origin = wave->origins[wave->narrow_done + at];
        for (uint32_t k = 0; k < narrow->value_counts[at]; k++)
            if (origin.number >= wave->number_count ||
                !fg_wide_completion_add(&wave->factors[origin.number], *prime++, origin.exponent))
                return fail_check(error);
    }
    return fg_gpu_wavefront_next_piece(&wave->narrow, error);
}

static enum fg_status step_narrow(struct fg_gpu_wide_wavefront *wave, struct fg_error *error) {
    struct fg_gpu_wavefront *const narrow = &wave->narrow;
    FG_TRY(fg_gpu_wavefront_step(narrow, error));
    if (narrow->phase == FG_WAVE_READY)
        FG_TRY(take_narrow_piece(wave, error));
    if (narrow->phase != FG_WAVE_IDLE)
        return FG_OK;
    wave->narrow_done += narrow->number_count;
    return start_narrow(wave, error);
}

/* Waits for what is enqueued and enters its times into the account. */
static enum fg_status finish(struct fg_gpu_wide_wavefront *wave, struct fg_error *error) {
    const bool copied_in = wave->copied_in;
    wave->copied_in = false;
    FG_TRY(fg_gpu_stream_wait(&wave->stream, error));
    if (copied_in)
        FG_TRY(fg_gpu_stream_add_elapsed(&wave->stream, 0, &wave->timing.copy_in_ns, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&wave->stream, 1, &wave->timing.kernels_ns, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&wave->stream, 2, &wave->timing.copy_out_ns, error));
    if (wave->state->violations > 0 ||
        wave->state->narrow_count > wave->number_count * FG_WIDE_WAVE_NARROW)
        return fail_check(error);
    return FG_OK;
}

enum fg_status fg_gpu_wide_wavefront_step(struct fg_gpu_wide_wavefront *wave,
                                          struct fg_error *error) {
    if (wave->phase == FG_WIDE_WAVE_NARROWING)
        return step_narrow(wave, error);
    FG_TRY(finish(wave, error));
    if (wave->phase == FG_WIDE_WAVE_FACTORING)
        return wave->state->appended > 0 ? enqueue_more_rounds(wave, error)
                                         : enqueue_collection(wave, error);
    take_small_primes(wave);
    return start_narrow(wave, error);
}

enum fg_status fg_gpu_wide_wavefront_abandon(struct fg_gpu_wide_wavefront *wave,
                                             struct fg_error *error) {
    const enum fg_gpu_wide_phase phase = wave->phase;
    wave->phase = FG_WIDE_WAVE_IDLE;
    if (phase == FG_WIDE_WAVE_NARROWING)
        return fg_gpu_wavefront_abandon(&wave->narrow, error);
    if (phase == FG_WIDE_WAVE_FACTORING || phase == FG_WIDE_WAVE_COLLECTING)
        return fg_gpu_stream_wait(&wave->stream, error);
    return FG_OK;
}

struct fg_gpu_stream *fg_gpu_wide_wavefront_stream(struct fg_gpu_wide_wavefront *wave) {
    switch (wave->phase) {
    case FG_WIDE_WAVE_FACTORING:
    case FG_WIDE_WAVE_COLLECTING:
        return &wave->stream;
    case FG_WIDE_WAVE_NARROWING:
        return &wave->narrow.stream;
    default:
        return NULL;
    }
}
