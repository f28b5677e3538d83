/* SPDX-License-Identifier: MIT */
/*
 * gpu_wavefront.h: one stream of one device with the buffers of a wavefront
 * (kernels/factor/wavefront_launch.h): numbers in, rounds until none is left, answers out in
 * pieces.
 *
 * A device has two, so that one's copies and the host's work on its answers overlap with the
 * other's kernels. All functions act on the device that is current in the calling thread.
 *
 *     start, then step until it is ready with a piece, take the piece, next_piece, step ...
 */
#ifndef FG_METHODS_FACTOR_GPU_WAVEFRONT_H
#define FG_METHODS_FACTOR_GPU_WAVEFRONT_H

#include "batch/error.h"
#include "gpu/host_buffer.h"
#include "gpu/timed_stream.h"
#include "methods/factor/gpu_rounds.h"

#define FG_WAVE_HOST_BUFFERS 4

/* The work on the device that the wave waits for. */
enum fg_gpu_wavefront_phase {
    FG_WAVE_IDLE,
    FG_WAVE_FACTORING, /* rounds */
    FG_WAVE_COUNTING,  /* how long the answers are */
    FG_WAVE_EXPANDING, /* a piece of the answers */
    FG_WAVE_READY,     /* the caller, which should take the piece */
};

struct fg_gpu_wavefront {
    struct fg_gpu_stream stream;
    struct fg_wave device; /* what the launches work on */
    struct fg_gpu_rounds rounds;
    enum fg_gpu_wavefront_phase phase;
    bool copied_in;                           /* the work under way began with a copy */
    bool launch_lacked_memory;                /* why it failed: smaller buffers may help */
    uint32_t number_capacity, value_capacity; /* of the buffers */
    uint32_t number_count;                    /* of the batch */
    struct fg_timing timing;                  /* summed over the batches */
    /* The host's buffers, as large as the largest batch so far needed, and what is in them. */
    struct fg_host_buffer host[FG_WAVE_HOST_BUFFERS];
    struct fg_wave_state *state;
    uint64_t *numbers;
    uint32_t *value_counts;
    uint64_t *values; /* of the piece */
    /* The piece: answers [piece_first, piece_first + piece_count) of the batch. */
    uint32_t piece_first, piece_count, piece_values;
};

/*
 * Allocates buffers for batches of up to `number_capacity` numbers and pieces of `value_capacity`
 * values: at least FG_MAX_DIVISORS, or FG_FACTORIZATION_PRIMES if the answers are primes.
 * FG_ERROR_MEMORY if there is too little on the device: less may succeed. The host's buffers grow
 * with the batches, up to 12 bytes for a number and 8 for a value.
 * On failure it is empty, as fg_gpu_wavefront_close() leaves it.
 */
enum fg_status fg_gpu_wavefront_open(struct fg_gpu_wavefront *wave, bool primes,
                                     uint32_t number_capacity, uint32_t value_capacity,
                                     struct fg_error *error);
void fg_gpu_wavefront_close(struct fg_gpu_wavefront *wave);

/* Fills in, for the current device: its number; how many blocks of FG_WAVE_BLOCK threads a launch
 * has at most; how many threads of curves run at once. */
enum fg_status fg_gpu_wavefront_measure(int *device, uint32_t *blocks, uint32_t *threads,
                                        struct fg_error *error);

/*
 * Enqueues the first rounds of numbers[0 .. count), count >= 1, which are read before it returns. A
 * composite gets `curves` curves before its last resort. The wave must be idle.
 */
enum fg_status fg_gpu_wavefront_start(struct fg_gpu_wavefront *wave, const uint64_t *numbers,
                                      uint32_t count, uint32_t curves, struct fg_error *error);

/* Returns whether work is under way on the wave's stream, which a step waits for. */
static inline bool fg_gpu_wavefront_is_under_way(const struct fg_gpu_wavefront *wave) {
    return wave->phase != FG_WAVE_IDLE && wave->phase != FG_WAVE_READY;
}

/*
 * Waits for what is enqueued, if it is not done yet, and enqueues what comes next or becomes ready.
 * It must be under way. FG_ERROR_SELF_CHECK if the device found an answer of its own to be
 * wrong.
 */
enum fg_status fg_gpu_wavefront_step(struct fg_gpu_wavefront *wave, struct fg_error *error);

/* Enqueues the piece behind the one that was ready; idle if that was the last. */
enum fg_status fg_gpu_wavefront_next_piece(struct fg_gpu_wavefront *wave, struct fg_error *error);

/* Waits for what is enqueued and forgets the batch. */
enum fg_status fg_gpu_wavefront_abandon(struct fg_gpu_wavefront *wave, struct fg_error *error);

#endif
