/* SPDX-License-Identifier: MIT */
/*
 * device_sieve.h: chunks of consecutive numbers through the sieve of one device, one after the
 * other: the list of primes, the buckets, and what comes back.
 *
 * All functions act on the device that is current in the calling thread.
 *
 * Memory on the device: 4 bytes for each prime up to the root of the largest number, with an eighth
 * more for what follows: 0.4 MB at 10^12, 9 MB at 10^15, 230 MB at 10^18 and 813 MB below 2^64; and
 * 8 bytes for each multiple of a prime above FG_SEGMENT_PRIME_END in a chunk, 2 to 8 bytes a
 * number.
 */
#ifndef FG_METHODS_SIEVE_DEVICE_SIEVE_H
#define FG_METHODS_SIEVE_DEVICE_SIEVE_H

#include "batch/error.h"
#include "gpu/host_buffer.h"
#include "gpu/timed_stream.h"
#include "kernels/sieve/segments_launch.h"
#include <stdatomic.h>

/* Samples of a chunk. */
#define FG_CHUNK_SAMPLES (FG_CHUNK_MAX >> FG_SAMPLE_BITS)

/* The beginning of what a launch puts out; counts or sums follow. */
struct fg_device_sieve_head {
    unsigned overflows;  /* not 0: a bucket had no room, and all that follows is void */
    unsigned violations; /* not 0: the device has made a mistake */
    uint64_t sample_values[FG_CHUNK_SAMPLES];
};

struct fg_device_sieve {
    struct fg_gpu_stream stream;
    /* Device memory. */
    uint32_t *primes;              /* prime_capacity */
    struct fg_sieve_place *places; /* FG_SEGMENT_PRIMES */
    uint32_t *samples;             /* FG_CHUNK_SAMPLES */
    uint64_t *entries;             /* entry_capacity */
    unsigned *entry_counts;        /* segment_capacity */
    struct fg_device_sieve_head *output;
    size_t prime_capacity, entry_capacity, segment_capacity, output_bytes;
    uint32_t blocks; /* of a launch that fills the device */
    /* The list of primes. */
    uint32_t prime_count, near_count; /* of all; of those below FG_CHUNK_STRETCH */
    uint32_t limit;                   /* all primes up to here are in it */
    double reciprocals;               /* the sum of those of the primes in buckets */
    /* Pinned memory. */
    struct fg_host_buffer input, result;
    struct fg_timing timing;
};

/* A pass over a chunk. */
struct fg_device_sieve_pass {
    bool is_product;                   /* of a function; otherwise counts */
    enum fg_segment_function function; /* if it is */
};

/* Opens a sieve without a list of primes. On failure it is as fg_device_sieve_close() leaves it. */
enum fg_status fg_device_sieve_open(struct fg_device_sieve *sieve, struct fg_error *error);
void fg_device_sieve_close(struct fg_device_sieve *sieve);

/*
 * Begins a list with the primes below FG_SEGMENT_PRIME_END, with room for `larger` others, which
 * fg_device_sieve_append() adds in ascending order. FG_ERROR_MEMORY, FG_ERROR_DEVICE.
 */
enum fg_status fg_device_sieve_begin_list(struct fg_device_sieve *sieve, uint32_t larger,
                                          struct fg_error *error);
enum fg_status fg_device_sieve_append(struct fg_device_sieve *sieve, const uint32_t *primes,
                                      uint32_t count, struct fg_error *error);

/* Makes the list have all primes up to the root of `last`, if it has not. The caller holds
 * sieve_primes.h's list. FG_ERROR_CANCELLED, and the errors above. */
enum fg_status fg_device_sieve_list_for(struct fg_device_sieve *sieve, uint64_t last,
                                        const atomic_bool *cancelled, struct fg_error *error);

/* Makes room for a chunk of *count numbers, or of as many as the device has room for, which *count
 * becomes. FG_ERROR_MEMORY if that is less than 2^20. */
enum fg_status fg_device_sieve_make_room(struct fg_device_sieve *sieve, uint32_t *count,
                                         struct fg_error *error);

/*
 * Sieves first .. first + count - 1, for which there is room, with first >= 1, and waits for the
 * result, which is in pinned memory until the next call. samples[i] is the place in the chunk of
 * the sample of numbers i * 2^FG_SAMPLE_BITS ... The list must have the primes that
 * segments_launch.h says. FG_ERROR_SELF_CHECK if the primes found of a number cannot be right;
 * FG_ERROR_DEVICE.
 */
enum fg_status fg_device_sieve_run(struct fg_device_sieve *sieve, uint64_t first, uint32_t count,
                                   const uint32_t *samples, struct fg_device_sieve_pass pass,
                                   struct fg_error *error);

/* Return the result of the last pass. There are blocks * FG_SEGMENT_WARPS sums. */
const struct fg_device_sieve_head *fg_device_sieve_result(const struct fg_device_sieve *sieve);
const struct fg_segment_counts *fg_device_sieve_counts(const struct fg_device_sieve *sieve);
const struct fg_segment_sum *fg_device_sieve_sums(const struct fg_device_sieve *sieve);

#endif
