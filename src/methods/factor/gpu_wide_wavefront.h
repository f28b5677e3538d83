/* SPDX-License-Identifier: MIT */
/*
 * gpu_wide_wavefront.h: one stream of one device with the buffers of a wavefront for numbers of two
 * words (kernels/factor/wide_wavefront_launch.h), and a wavefront for numbers of one word, which
 * takes their parts below 2^64.
 *
 * All functions act on the device that is current in the calling thread.
 *
 *     start, then step until it is ready, take the factorisations, forget
 */
#ifndef FG_METHODS_FACTOR_GPU_WIDE_WAVEFRONT_H
#define FG_METHODS_FACTOR_GPU_WIDE_WAVEFRONT_H

#include "algorithms/wide_factorization.h"
#include "batch/error.h"
#include "kernels/factor/wide_wavefront_launch.h"
#include "methods/factor/gpu_wavefront.h"

#define FG_WIDE_WAVE_HOST_BUFFERS 6

/* The event that the wave waits for. */
enum fg_gpu_wide_phase {
    FG_WIDE_WAVE_IDLE,
    FG_WIDE_WAVE_FACTORING,  /* rounds */
    FG_WIDE_WAVE_COLLECTING, /* what they have found */
    FG_WIDE_WAVE_NARROWING,  /* the parts below 2^64 */
    FG_WIDE_WAVE_READY,      /* the caller, which should take the factorisations */
};

struct fg_gpu_wide_wavefront {
    struct fg_gpu_stream stream;
    struct fg_wide_wave device;     /* what the launches work on */
    struct fg_gpu_wavefront narrow; /* for parts below 2^64, with primes as answers */
    enum fg_gpu_wide_phase phase;
    bool copied_in;            /* the work under way began with a copy */
    bool launch_lacked_memory; /* why it failed: smaller buffers may help */
    uint32_t number_capacity;  /* of the buffers */
    uint32_t number_count;     /* of the batch */
    uint32_t narrow_done;      /* parts below 2^64 that have been given to `narrow` */
    struct fg_timing timing;   /* summed over the batches, without that of `narrow` */
    /* The host's buffers, as large as the largest batch so far needed, and what is in them. */
    struct fg_host_buffer host[FG_WIDE_WAVE_HOST_BUFFERS];
    struct fg_wide_wave_state *state;
    struct fg_wide_words *numbers;
    uint64_t *small_primes;
    struct fg_wide_rest *rests;
    uint64_t *narrow_parts;
    struct fg_wide_origin *origins;
    /* If it is ready: of each number, all primes but what `rests` has of it. */
    struct fg_wide_factorization *factors;
    uint32_t factor_capacity;
};

/*
 * Allocates buffers for batches of up to `number_capacity` numbers, at least
 * FG_WIDE_WAVE_MIN_NUMBERS. FG_ERROR_MEMORY if there is too little on the device: less may succeed.
 * The host's buffers grow with the batches, up to 450 bytes for a number and 16 for a part below
 * 2^64, of which 68 and 16 are pinned. On failure it is empty, as fg_gpu_wide_wavefront_close()
 * leaves it.
 */
#define FG_WIDE_WAVE_MIN_NUMBERS 128
enum fg_status fg_gpu_wide_wavefront_open(struct fg_gpu_wide_wavefront *wave,
                                          uint32_t number_capacity, struct fg_error *error);
void fg_gpu_wide_wavefront_close(struct fg_gpu_wide_wavefront *wave);

/*
 * Enqueues the first rounds of numbers[0 .. count), count >= 1, which are read before it returns. A
 * composite gets `steps` steps of its plan, at most FG_WIDE_PLAN_STEPS, before it is left to the
 * host. The wave must be idle.
 */
enum fg_status fg_gpu_wide_wavefront_start(struct fg_gpu_wide_wavefront *wave,
                                           const struct fg_uint128 *numbers, uint32_t count,
                                           uint32_t steps, struct fg_error *error);

/*
 * Waits for what is enqueued, and enqueues what comes next or becomes ready. It must be neither
 * idle nor ready. FG_ERROR_SELF_CHECK if the device found an answer of its own to be wrong.
 */
enum fg_status fg_gpu_wide_wavefront_step(struct fg_gpu_wide_wavefront *wave,
                                          struct fg_error *error);

/* Returns the stream on which work of the wave is under way, which a step waits for; NULL if none
 * is, because the wave is idle or ready. */
struct fg_gpu_stream *fg_gpu_wide_wavefront_stream(struct fg_gpu_wide_wavefront *wave);

/* Waits for what is enqueued and forgets the batch. */
enum fg_status fg_gpu_wide_wavefront_abandon(struct fg_gpu_wide_wavefront *wave,
                                             struct fg_error *error);

#endif
