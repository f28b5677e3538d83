/* SPDX-License-Identifier: MIT */
/*
 * totals_device.c: devices pull chunks of a range, and each adds up the totals of its own.
 *
 * Nothing is added to the caller's totals before all chunks have been summed up and their samples
 * checked, so that after any failure the range can be given to another backend. A chunk whose
 * multiples did not fit into the buckets is sieved by the host.
 */
#include "methods/sieve/totals_device.h"

#include "arith/isqrt.h"
#include "batch/columns.h"
#include "batch/totals.h"
#include "gpu/predicted_rates.h"
#include "gpu/timing.h"
#include "methods/sieve/device_columns.h"
#include "methods/sieve/device_self_test.h"
#include "methods/sieve/sieve_check.h"
#include "methods/sieve/sieve_cpu.h"
#include "methods/sieve/sieve_engine.h"
#include "methods/sieve/sieve_primes.h"
#include "methods/sieve/sieve_totals.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

/* Max numbers of a chunk, a few milliseconds of a device, and what a device gets at least if there
 * are several. */
#define CHUNK_NUMBERS (UINT32_C(1) << 28)
#define SHARED_CHUNK_NUMBERS (UINT32_C(1) << 22)
/* A chunk goes through all primes up to the root: a range has at least so many numbers as the root
 * divided by this. */
#define ROOTS_A_NUMBER 64
/* Bytes of a column's entry, at most. */
#define ENTRY_BYTES sizeof(struct fg_uint128)

struct device {
    bool opened;
    struct fg_device_sieve sieve;
    struct fg_sieve_check check;
    struct fg_sieve_totals *host; /* NULL before a chunk has been sieved by the host */
    struct fg_totals *totals;     /* of the range's chunks that this device has taken */
    uint64_t host_ns;             /* time of the host for checks */
    uint32_t samples[FG_CHUNK_SAMPLES];
};

struct totals_gpu {
    const atomic_bool *cancelled;
    pthread_mutex_t lock;        /* of `done` */
    uint64_t first, count, done; /* the range, and how many of its numbers were given to devices */
    uint32_t chunk_numbers;
    struct fg_shared_totals *shared;
    size_t device_count;
    struct device devices[];
};

/* ---- Opening and closing ---- */

static enum fg_status open_engine(const struct fg_method_setup *setup, size_t device_count,
                                  unsigned jobs, void **state, struct fg_error *error) {
    (void)jobs;
    const size_t bytes = sizeof(struct totals_gpu) + device_count * sizeof(struct device);
    struct totals_gpu *const engine = calloc(1, bytes);
    if (engine == NULL)
        return fg_fail_memory(error, bytes);
    const enum fg_status status = fg_sieve_primes_hold(error);
    if (status != FG_OK) {
        free(engine);
        return status;
    }
    engine->cancelled = setup->cancelled;
    engine->device_count = device_count;
    pthread_mutex_init(&engine->lock, NULL); /* with default attributes it cannot fail */
    for (size_t i = 0; i < device_count; i++)
        engine->devices[i].check.cancelled = setup->cancelled;
    *state = engine;
    return FG_OK;
}

static enum fg_status open_device(void *state, size_t which, int index, struct fg_error *error) {
    struct totals_gpu *const engine = state;
    struct device *const device = &engine->devices[which];
    FG_TRY(fg_device_sieve_open(&device->sieve, error));
    device->opened = true;
    return fg_device_sieve_self_test(index, &device->sieve, engine->cancelled, error);
}

static void close_device(void *state, size_t which) {
    struct totals_gpu *const engine = state;
    fg_device_sieve_close(&engine->devices[which].sieve);
}

static void free_devices(struct totals_gpu *engine) {
    for (size_t i = 0; i < engine->device_count; i++) {
        struct device *const device = &engine->devices[i];
        fg_sieve_check_close(&device->check);
        fg_sieve_totals_close(device->host);
        free(device->totals);
    }
}

static void close_engine(void *state) {
    struct totals_gpu *const engine = state;
    free_devices(engine);
    fg_sieve_primes_release();
    pthread_mutex_destroy(&engine->lock);
    free(engine);
}

/* In a forked child the list of primes is held as in its parent, and stays. */
static void forget_engine(void *state) {
    struct totals_gpu *const engine = state;
    for (size_t i = 0; i < engine->device_count; i++)
        free(engine->devices[i].totals);
    free(engine);
}

/* ---- A range ---- */

static bool takes_totals(const struct fg_numbers *range, const struct fg_totals *totals,
                         size_t column_count) {
    if (range->count == 0)
        return false;
    const uint64_t last = range->begin.low + (range->count - 1);
    if (range->count < fg_isqrt64(last) / ROOTS_A_NUMBER)
        return false;
    for (size_t k = 0; k < column_count; k++)
        if (!fg_device_has_column(fg_totals_entry(totals, k)->column, last))
            return false;
    return true;
}

/* Returns how many of the passes over a range are of functions; *counts becomes whether one is of
 * counts. */
static size_t count_products(const struct fg_totals *totals, size_t column_count, bool *counts) {
    size_t products = 0;
    *counts = false;
    for (size_t k = 0; k < column_count; k++) {
        const bool is_product = fg_device_pass_of(fg_totals_entry(totals, k)->column).is_product;
        products += is_product;
        *counts |= !is_product;
    }
    return products;
}

/* Takes the prediction for 10^12 at other heights too. The host makes the list of primes and copies
 * it, and the CPU has the list to make as well. */
static struct fg_method_cost totals_cost(const struct fg_numbers *range,
                                         const struct fg_totals *totals, size_t column_count) {
    bool counts;
    const size_t products = count_products(totals, column_count, &counts);
    const double numbers = (double)range->count, root = sqrt((double)range->begin.low + numbers);
    const double primes = root < 3 ? 1 : root / log(root);
    const double clocks = (counts ? FG_PREDICTED_RANGE_COUNTS_CLOCKS : 0) +
                          (double)products * FG_PREDICTED_RANGE_PRODUCTS_CLOCKS;
    return (struct fg_method_cost){
        .cpu_s = fg_sieve_totals_cost_s(range, totals, column_count),
        .gpu_clocks = clocks * numbers,
        .host_s = primes * FG_COST_SIEVE_PRIME_S,
    };
}

/* Returns how many numbers a chunk has. */
static uint32_t chunk_numbers(const struct totals_gpu *engine) {
    const uint64_t share = engine->count / (4 * engine->device_count);
    if (engine->device_count == 1)
        return engine->count < CHUNK_NUMBERS ? (uint32_t)engine->count : CHUNK_NUMBERS;
    if (share < SHARED_CHUNK_NUMBERS)
        return SHARED_CHUNK_NUMBERS;
    return share < CHUNK_NUMBERS ? (uint32_t)share : CHUNK_NUMBERS;
}

static enum fg_status begin_totals(void *state, const struct fg_numbers *range,
                                   struct fg_shared_totals *shared, struct fg_error *error) {
    struct totals_gpu *const engine = state;
    const bool has_zero = range->begin.low == 0 && range->count > 0;
    const size_t bytes = shared->column_count * sizeof *shared->totals;
    engine->first = range->begin.low + has_zero; /* 0 is left out */
    engine->count = range->count - has_zero;
    engine->done = 0;
    engine->shared = shared;
    engine->chunk_numbers = chunk_numbers(engine);
    for (size_t i = 0; i < engine->device_count; i++) {
        struct device *const device = &engine->devices[i];
        free(device->totals);
        device->totals = malloc(bytes);
        if (device->totals == NULL)
            return fg_fail_memory(error, bytes);
        fg_totals_clear(device->totals, shared->totals, shared->column_count);
    }
    return FG_OK;
}

/* Takes up to *count numbers of the range, from *first on. False if none is left. */
static bool take_chunk(struct totals_gpu *engine, uint64_t *first, uint32_t *count) {
    pthread_mutex_lock(&engine->lock);
    const uint64_t left = engine->count - engine->done;
    *first = engine->first + engine->done;
    *count = left < *count ? (uint32_t)left : *count;
    engine->done += *count;
    pthread_mutex_unlock(&engine->lock);
    return *count > 0;
}

/* Chooses the samples of a chunk: in each part a pseudorandom number. Returns how many. */
static size_t choose_samples(struct device *device, uint64_t first, uint32_t count) {
    const uint32_t parts = ((count - 1) >> FG_SAMPLE_BITS) + 1;
    for (uint32_t k = 0; k < parts; k++) {
        const uint32_t begin = k << FG_SAMPLE_BITS, left = count - begin;
        const uint32_t length = left < 1U << FG_SAMPLE_BITS ? left : 1U << FG_SAMPLE_BITS;
        const uint64_t hash = (first + begin + 1) * UINT64_C(0x9e3779b97f4a7c15);
        device->samples[k] = begin + (uint32_t)((hash >> 32) * length >> 32);
    }
    return parts;
}

/* Compares the sampled values of a column with those of the method factor. */
static enum fg_status check_samples(struct device *device, uint64_t first, size_t sample_count,
                                    enum fg_column column, struct fg_error *error) {
    const uint64_t *const found = fg_device_sieve_result(&device->sieve)->sample_values;
    uint64_t numbers[FG_CHECK_CAPACITY];
    char entries[FG_CHECK_CAPACITY * ENTRY_BYTES];
    const struct fg_column_request request = {
        .size = sizeof request, .column = column, .values = entries};
    for (size_t done = 0, count; done < sample_count; done += count) {
        count = sample_count - done < FG_CHECK_CAPACITY ? sample_count - done : FG_CHECK_CAPACITY;
        for (size_t i = 0; i < count; i++)
            numbers[i] = first + device->samples[done + i];
        fg_device_sample_entries(column, found + done, count, entries);
        FG_TRY(fg_sieve_check_sample(&device->check, numbers, count, &request, 1, error));
    }
    return FG_OK;
}

/* Sieves a chunk by the host, which has room for all multiples of primes. */
static enum fg_status sieve_on_host(const struct totals_gpu *engine, struct device *device,
                                    uint64_t first, uint32_t count, struct fg_totals *totals,
                                    struct fg_error *error) {
    if (device->host == NULL)
        FG_TRY(
            fg_sieve_totals_open(engine->cancelled, FG_SIEVE_BUCKET_BYTES, &device->host, error));
    device->sieve.timing.rerun_count++;
    return fg_sieve_totals_add(device->host, first, count, totals, 1, error);
}

/* Adds the totals of one column by the pass that was run last. */
static enum fg_status add_column(const struct totals_gpu *engine, struct device *device,
                                 uint64_t first, uint32_t count, size_t sample_count,
                                 struct fg_totals *totals, struct fg_error *error) {
    const uint64_t start = fg_gpu_now_ns();
    enum fg_status status;
    if (fg_device_sieve_result(&device->sieve)->overflows > 0) {
        status = sieve_on_host(engine, device, first, count, totals, error);
    } else {
        fg_device_add_totals(&device->sieve, first, count, totals);
        status = check_samples(device, first, sample_count, totals->column, error);
    }
    device->host_ns += fg_gpu_now_ns() - start;
    return status;
}

/* Runs a pass over the chunk and adds all columns that it has; a pass over counts has several. */
static enum fg_status add_chunk(const struct totals_gpu *engine, struct device *device,
                                uint64_t first, uint32_t count, struct fg_error *error) {
    const size_t columns = engine->shared->column_count;
    const size_t samples = choose_samples(device, first, count);
    bool counted = false;
    for (size_t k = 0; k < columns; k++) {
        const struct fg_device_sieve_pass pass = fg_device_pass_of(device->totals[k].column);
        if (!pass.is_product && counted)
            continue;
        FG_TRY(fg_device_sieve_run(&device->sieve, first, count, device->samples, pass, error));
        for (size_t j = k; j < columns; j++) {
            const bool is_of_pass =
                j == k ||
                (!pass.is_product && !fg_device_pass_of(device->totals[j].column).is_product);
            if (is_of_pass)
                FG_TRY(
                    add_column(engine, device, first, count, samples, &device->totals[j], error));
        }
        counted |= !pass.is_product;
    }
    return FG_OK;
}

static enum fg_status work(void *state, size_t which, const atomic_bool *stop,
                           struct fg_error *error) {
    struct totals_gpu *const engine = state;
    struct device *const device = &engine->devices[which];
    uint32_t capacity = engine->chunk_numbers, count;
    uint64_t first;
    if (engine->count == 0)
        return FG_OK;
    FG_TRY(fg_device_sieve_list_for(&device->sieve, engine->first + (engine->count - 1),
                                    engine->cancelled, error));
    FG_TRY(fg_device_sieve_make_room(&device->sieve, &capacity, error));
    for (count = capacity; take_chunk(engine, &first, &count); count = capacity) {
        if (atomic_load(engine->cancelled))
            return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
        if (atomic_load(stop))
            return FG_OK; /* another device reports why */
        FG_TRY(add_chunk(engine, device, first, count, error));
    }
    return FG_OK;
}

static enum fg_status end(void *state, struct fg_error *error) {
    struct totals_gpu *const engine = state;
    (void)error;
    for (size_t i = 0; i < engine->device_count; i++)
        fg_totals_share(engine->shared, engine->devices[i].totals);
    return FG_OK;
}

static void timing(const void *state, struct fg_timing *sum) {
    const struct totals_gpu *const engine = state;
    for (size_t i = 0; i < engine->device_count; i++) {
        fg_gpu_timing_add(sum, &engine->devices[i].sieve.timing);
        sum->host_ns += engine->devices[i].host_ns;
    }
}

const struct fg_method_gpu fg_totals_device = {
    .open = open_engine,
    .open_device = open_device,
    .takes_totals = takes_totals,
    .totals_cost = totals_cost,
    .begin_totals = begin_totals,
    .work = work,
    .end = end,
    .timing = timing,
    .close_device = close_device,
    .close = close_engine,
    .forget = forget_engine,
};
