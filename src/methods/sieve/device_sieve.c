/* SPDX-License-Identifier: MIT */
/*
 * device_sieve.c: the buffers of a device's sieve, and the life of a pass over a chunk.
 */
#include "methods/sieve/device_sieve.h"

#include "arith/isqrt.h"
#include "gpu/device.h"
#include "gpu/profile_range.h"
#include "methods/sieve/sieve_primes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Primes that are copied to the device at once. */
#define PIECE_PRIMES (1U << 18)
/* A chunk has room for at least so many numbers, unless fewer are asked for. */
#define LEAST_CHUNK (UINT32_C(1) << 20)

/* ---- Opening and closing ---- */

static size_t body_bytes(const struct fg_device_sieve *sieve, bool is_product) {
    return is_product ? (size_t)sieve->blocks * FG_SEGMENT_WARPS * sizeof(struct fg_segment_sum)
                      : sizeof(struct fg_segment_counts);
}

/* Says that memory was short, which leaves no error behind, or returns the status of the call. */
static enum fg_status check_memory(cudaError_t result, size_t bytes, struct fg_error *error) {
    if (result != cudaErrorMemoryAllocation)
        return fg_gpu_check(result, "a sieve's buffers", error);
    cudaGetLastError(); /* or the next launch would find it */
    return fg_fail(error, FG_ERROR_MEMORY,
                   "the GPU has no room for %zu bytes of a sieve; the backend threads sieves in "
                   "the memory of the host",
                   bytes);
}

/* Makes *buffer hold `count` entries of `size` bytes, if it holds fewer; it loses what it held. */
static enum fg_status grow(void *buffer, size_t *capacity, size_t count, size_t size,
                           struct fg_error *error) {
    void *address;
    if (count <= *capacity)
        return FG_OK;
    memcpy(&address, buffer, sizeof address);
    cudaFree(address);
    address = NULL;
    const cudaError_t result = cudaMalloc(&address, count * size);
    *capacity = result == cudaSuccess ? count : 0;
    if (result != cudaSuccess)
        address = NULL;
    memcpy(buffer, &address, sizeof address);
    return check_memory(result, count * size, error);
}

static enum fg_status allocate(struct fg_device_sieve *sieve, struct fg_error *error) {
    int device, multiprocessors;
    size_t none = 0;
    FG_TRY(FG_CUDA(cudaGetDevice(&device), error));
    FG_TRY(FG_CUDA(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device),
                   error));
    sieve->blocks = (uint32_t)multiprocessors * FG_SEGMENT_RESIDENT;
    const size_t counts = body_bytes(sieve, false), sums = body_bytes(sieve, true);
    const size_t bytes = sizeof *sieve->output + (counts > sums ? counts : sums);
    FG_TRY(grow(&sieve->places, &none, FG_SEGMENT_PRIMES, sizeof *sieve->places, error));
    none = 0;
    FG_TRY(grow(&sieve->samples, &none, FG_CHUNK_SAMPLES, sizeof *sieve->samples, error));
    FG_TRY(grow(&sieve->output, &sieve->output_bytes, bytes, 1, error));
    FG_TRY(fg_host_buffer_require(&sieve->input, PIECE_PRIMES * sizeof(uint32_t), SIZE_MAX, error));
    return fg_host_buffer_require(&sieve->result, bytes, SIZE_MAX, error);
}

enum fg_status fg_device_sieve_open(struct fg_device_sieve *sieve, struct fg_error *error) {
    *sieve = (struct fg_device_sieve){0};
    FG_TRY(fg_gpu_stream_open(&sieve->stream, error));
    const enum fg_status status = allocate(sieve, error);
    if (status != FG_OK)
        fg_device_sieve_close(sieve);
    return status;
}

void fg_device_sieve_close(struct fg_device_sieve *sieve) {
    if (sieve->stream.handle == NULL)
        return; /* never opened: CUDA may not even have started */
    fg_gpu_stream_settle(&sieve->stream);
    cudaFree(sieve->primes);
    cudaFree(sieve->places);
    cudaFree(sieve->samples);
    cudaFree(sieve->entries);
    cudaFree(sieve->entry_counts);
    cudaFree(sieve->output);
    fg_host_buffer_free(&sieve->input);
    fg_host_buffer_free(&sieve->result);
    fg_gpu_stream_close(&sieve->stream);
    const struct fg_timing timing = sieve->timing;
    *sieve = (struct fg_device_sieve){.timing = timing};
}

/* ---- The list of primes ---- */

/* Copies primes behind those that the list has, in one piece, and waits for it. */
static enum fg_status copy_primes(struct fg_device_sieve *sieve, const uint32_t *primes,
                                  uint32_t count, struct fg_error *error) {
    const size_t bytes = count * sizeof *primes;
    memcpy(sieve->input.address, primes, bytes);
    FG_TRY(fg_gpu_stream_record(&sieve->stream, 0, error));
    FG_TRY(FG_CUDA(cudaMemcpyAsync(sieve->primes + sieve->prime_count, sieve->input.address, bytes,
                                   cudaMemcpyHostToDevice, sieve->stream.handle),
                   error));
    FG_TRY(fg_gpu_stream_record(&sieve->stream, 1, error));
    FG_TRY(fg_gpu_stream_wait(&sieve->stream, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&sieve->stream, 0, &sieve->timing.copy_in_ns, error));
    sieve->prime_count += count;
    return FG_OK;
}

enum fg_status fg_device_sieve_begin_list(struct fg_device_sieve *sieve, uint32_t larger,
                                          struct fg_error *error) {
    const uint16_t *const below_16 = fg_sieve_primes_below_16();
    uint32_t small[FG_SEGMENT_PRIMES];
    for (size_t k = 0; k < FG_SEGMENT_PRIMES; k++)
        small[k] = below_16[k + 1]; /* without 2 */
    sieve->prime_count = sieve->near_count = 0;
    sieve->limit = 0;
    sieve->reciprocals = 0;
    FG_TRY(grow(&sieve->primes, &sieve->prime_capacity, (size_t)FG_SEGMENT_PRIMES + larger,
                sizeof *sieve->primes, error));
    FG_TRY(copy_primes(sieve, small, FG_SEGMENT_PRIMES, error));
    sieve->near_count = sieve->prime_count;
    return FG_OK;
}

enum fg_status fg_device_sieve_append(struct fg_device_sieve *sieve, const uint32_t *primes,
                                      uint32_t count, struct fg_error *error) {
    for (uint32_t done = 0, piece; done < count; done += piece) {
        piece = count - done < PIECE_PRIMES ? count - done : PIECE_PRIMES;
        for (uint32_t k = done; k < done + piece; k++) {
            sieve->reciprocals += 1.0 / primes[k];
            sieve->near_count += primes[k] < FG_CHUNK_STRETCH;
        }
        FG_TRY(copy_primes(sieve, primes + done, piece, error));
    }
    return FG_OK;
}

/* Appends the primes from FG_SEGMENT_PRIME_END to 2^16, up to `limit`. */
static enum fg_status append_below_16(struct fg_device_sieve *sieve, uint32_t limit,
                                      struct fg_error *error) {
    const uint16_t *const below_16 = fg_sieve_primes_below_16();
    uint32_t primes[1024], count = 0;
    for (size_t k = FG_SEGMENT_PRIMES + 1; k < FG_BELOW_16_PRIMES && below_16[k] <= limit; k++) {
        primes[count++] = below_16[k];
        if (count < sizeof primes / sizeof *primes)
            continue;
        FG_TRY(fg_device_sieve_append(sieve, primes, count, error));
        count = 0;
    }
    return fg_device_sieve_append(sieve, primes, count, error);
}

/* Appends the primes of a chunk of the number line, up to `limit`. */
static enum fg_status append_chunk(struct fg_device_sieve *sieve,
                                   const struct fg_prime_chunk *chunk, uint32_t limit,
                                   struct fg_error *error) {
    uint32_t *const primes = malloc(chunk->count * sizeof *primes);
    uint32_t count = 0;
    if (primes == NULL)
        return fg_fail_memory(error, chunk->count * sizeof *primes);
    uint32_t prime = chunk->first;
    for (uint32_t k = 0; k < chunk->count; k++) {
        prime += k > 0 ? 2U * chunk->half_gaps[k] : 0;
        if (prime > limit)
            break;
        primes[count++] = prime;
    }
    const enum fg_status status = fg_device_sieve_append(sieve, primes, count, error);
    free(primes);
    return status;
}

/* Returns the count of chunks that have the primes above 2^16 up to `limit`. */
static unsigned chunks_up_to(uint32_t limit) {
    unsigned count = 0;
    while (limit > UINT16_MAX && count < FG_PRIME_CHUNKS && fg_prime_chunk_begin(count) <= limit)
        count++;
    return count;
}

/* Returns up to which prime the list goes for numbers up to `last`: an eighth beyond the root, so
 * that a run in many parts does not make a list for each. */
static uint32_t limit_for(uint64_t last) {
    const uint64_t root = fg_isqrt64(last), limit = root + root / 8;
    return limit < UINT32_MAX ? (uint32_t)limit : UINT32_MAX;
}

static enum fg_status make_list(struct fg_device_sieve *sieve, uint32_t limit,
                                const atomic_bool *cancelled, struct fg_error *error) {
    const unsigned chunks = chunks_up_to(limit);
    uint32_t larger = FG_BELOW_16_PRIMES - FG_SEGMENT_PRIMES - 1;
    if (chunks > 0)
        FG_TRY(fg_sieve_primes_make(limit, cancelled, error));
    for (unsigned k = 0; k < chunks; k++)
        larger += fg_sieve_primes_chunk(k).count;
    FG_TRY(fg_device_sieve_begin_list(sieve, larger, error));
    FG_TRY(append_below_16(sieve, limit, error));
    for (unsigned k = 0; k < chunks; k++) {
        const struct fg_prime_chunk chunk = fg_sieve_primes_chunk(k);
        if (atomic_load(cancelled))
            return fg_fail(error, FG_ERROR_CANCELLED, "the list of primes was not completed");
        FG_TRY(append_chunk(sieve, &chunk, limit, error));
    }
    sieve->limit = limit;
    return FG_OK;
}

enum fg_status fg_device_sieve_list_for(struct fg_device_sieve *sieve, uint64_t last,
                                        const atomic_bool *cancelled, struct fg_error *error) {
    FG_PROFILE_RANGE("list of primes", sieve->prime_count);
    return fg_isqrt64(last) <= sieve->limit && sieve->limit > 0
               ? FG_OK
               : make_list(sieve, limit_for(last), cancelled, error);
}

/* ---- Buckets ---- */

/* Returns how many multiples a bucket has room for. There are about as many as the primes say; they
 * scatter by the square root of that, of which eight are added. */
static uint32_t bucket_capacity(const struct fg_device_sieve *sieve, unsigned segment_bits) {
    const double expected = (double)(1U << segment_bits) * sieve->reciprocals;
    return (uint32_t)(expected + 8 * sqrt(expected) + 32);
}

static size_t segments_of(uint32_t count, unsigned segment_bits) {
    return (size_t)((count - 1) >> segment_bits) + 1;
}

/* Makes room for the buckets of a chunk with segments of this length. */
static enum fg_status grow_buckets(struct fg_device_sieve *sieve, uint32_t count,
                                   unsigned segment_bits, struct fg_error *error) {
    const size_t segments = segments_of(count, segment_bits);
    FG_TRY(grow(&sieve->entry_counts, &sieve->segment_capacity, segments,
                sizeof *sieve->entry_counts, error));
    return grow(&sieve->entries, &sieve->entry_capacity,
                segments * bucket_capacity(sieve, segment_bits), sizeof *sieve->entries, error);
}

static enum fg_status grow_for(struct fg_device_sieve *sieve, uint32_t count,
                               struct fg_error *error) {
    FG_TRY(grow_buckets(sieve, count, FG_PRODUCTS_SEGMENT_BITS, error));
    return grow_buckets(sieve, count, FG_COUNTS_SEGMENT_BITS, error);
}

enum fg_status fg_device_sieve_make_room(struct fg_device_sieve *sieve, uint32_t *count,
                                         struct fg_error *error) {
    for (;; *count = *count / 2 > LEAST_CHUNK ? *count / 2 : LEAST_CHUNK) {
        const enum fg_status status = grow_for(sieve, *count, error);
        if (status != FG_ERROR_MEMORY || *count <= LEAST_CHUNK)
            return status;
    }
}

/* ---- A pass ---- */

/* Returns the chunk as kernels take it. */
static struct fg_sieve_chunk describe(const struct fg_device_sieve *sieve, uint64_t first,
                                      uint32_t count, bool is_product) {
    const unsigned bits = is_product ? FG_PRODUCTS_SEGMENT_BITS : FG_COUNTS_SEGMENT_BITS;
    const size_t segments = segments_of(count, bits);
    return (struct fg_sieve_chunk){
        .first = first,
        .root = fg_isqrt64(first + (count - 1)),
        .count = count,
        .segment_bits = bits,
        .primes = sieve->primes,
        .prime_count = sieve->prime_count,
        .near_count = sieve->near_count,
        .places = sieve->places,
        .entries = sieve->entries,
        .entry_counts = sieve->entry_counts,
        .bucket_capacity = bucket_capacity(sieve, bits),
        .blocks = segments < sieve->blocks ? (uint32_t)segments : sieve->blocks,
        .samples = sieve->samples,
        .sample_values = sieve->output->sample_values,
        .overflows = &sieve->output->overflows,
        .violations = &sieve->output->violations,
    };
}

static void *device_body(const struct fg_device_sieve *sieve) {
    return sieve->output + 1;
}

/* Enqueues the samples, and clears what kernels add to. */
static enum fg_status copy_in(struct fg_device_sieve *sieve, const struct fg_sieve_chunk *chunk,
                              const uint32_t *samples, bool is_product, struct fg_error *error) {
    cudaStream_t stream = sieve->stream.handle;
    const size_t sample_count = segments_of(chunk->count, FG_SAMPLE_BITS);
    const size_t segments = segments_of(chunk->count, chunk->segment_bits);
    struct fg_segment_counts *const counts = device_body(sieve);
    memcpy(sieve->input.address, samples, sample_count * sizeof *samples);
    FG_TRY(FG_CUDA(cudaMemcpyAsync(sieve->samples, sieve->input.address,
                                   sample_count * sizeof *samples, cudaMemcpyHostToDevice, stream),
                   error));
    FG_TRY(FG_CUDA(
        cudaMemsetAsync(sieve->entry_counts, 0, segments * sizeof *sieve->entry_counts, stream),
        error));
    FG_TRY(FG_CUDA(cudaMemsetAsync(sieve->output, 0, sieve->output_bytes, stream), error));
    if (is_product)
        return FG_OK;
    return FG_CUDA(cudaMemsetAsync(counts->firsts, 0xff, sizeof counts->firsts, stream), error);
}

static cudaError_t launch(struct fg_device_sieve *sieve, const struct fg_sieve_chunk *chunk,
                          struct fg_device_sieve_pass pass) {
    cudaStream_t stream = sieve->stream.handle;
    cudaError_t result = fg_launch_sieve_places(chunk, stream);
    if (result == cudaSuccess)
        result = fg_launch_sieve_buckets(chunk, stream);
    sieve->timing.launch_count +=
        2 + (chunk->near_count > FG_SEGMENT_PRIMES) + (chunk->prime_count > chunk->near_count);
    if (result != cudaSuccess)
        return result;
    return pass.is_product
               ? fg_launch_segment_products(chunk, pass.function, device_body(sieve), stream)
               : fg_launch_segment_counts(chunk, device_body(sieve), stream);
}

/* Waits for the result. */
static enum fg_status finish(struct fg_device_sieve *sieve, struct fg_error *error) {
    FG_TRY(fg_gpu_stream_wait(&sieve->stream, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&sieve->stream, 0, &sieve->timing.copy_in_ns, error));
    FG_TRY(fg_gpu_stream_add_elapsed(&sieve->stream, 1, &sieve->timing.kernels_ns, error));
    return fg_gpu_stream_add_elapsed(&sieve->stream, 2, &sieve->timing.copy_out_ns, error);
}

/* Says that the device has made a mistake, if it has. */
static enum fg_status check_result(const struct fg_device_sieve *sieve, uint64_t first,
                                   uint32_t count, struct fg_error *error) {
    const struct fg_device_sieve_head *const head = fg_device_sieve_result(sieve);
    if (head->overflows > 0 || head->violations == 0)
        return FG_OK;
    return fg_fail(error, FG_ERROR_SELF_CHECK,
                   "the primes found of %u of the %u numbers from %llu on cannot be right; do not "
                   "use this device (-d chooses another)",
                   head->violations, count, (unsigned long long)first);
}

enum fg_status fg_device_sieve_run(struct fg_device_sieve *sieve, uint64_t first, uint32_t count,
                                   const uint32_t *samples, struct fg_device_sieve_pass pass,
                                   struct fg_error *error) {
    FG_PROFILE_RANGE("chunk", count);
    const struct fg_sieve_chunk chunk = describe(sieve, first, count, pass.is_product);
    const size_t bytes = sizeof *sieve->output + body_bytes(sieve, pass.is_product);
    FG_TRY(fg_gpu_stream_record(&sieve->stream, 0, error));
    FG_TRY(copy_in(sieve, &chunk, samples, pass.is_product, error));
    FG_TRY(fg_gpu_stream_record(&sieve->stream, 1, error));
    FG_TRY(fg_gpu_check(launch(sieve, &chunk, pass), "a kernel's launch", error));
    FG_TRY(fg_gpu_stream_record(&sieve->stream, 2, error));
    FG_TRY(
        fg_gpu_stream_copy_out(&sieve->stream, sieve->result.address, sieve->output, bytes, error));
    FG_TRY(fg_gpu_stream_record(&sieve->stream, 3, error));
    FG_TRY(finish(sieve, error));
    return check_result(sieve, first, count, error);
}

const struct fg_device_sieve_head *fg_device_sieve_result(const struct fg_device_sieve *sieve) {
    return sieve->result.address;
}

const struct fg_segment_counts *fg_device_sieve_counts(const struct fg_device_sieve *sieve) {
    return (const void *)(fg_device_sieve_result(sieve) + 1);
}

const struct fg_segment_sum *fg_device_sieve_sums(const struct fg_device_sieve *sieve) {
    return (const void *)(fg_device_sieve_result(sieve) + 1);
}
