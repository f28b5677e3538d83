/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_resident.c: waves over numbers that are in the device's memory, their answers left
 * there: the launches and the looks at the state of gpu_wavefront.c, without its copies from and to
 * the host.
 */
#include "gpu_factor_resident.h"

#include "algorithms/primality.h"
#include "algorithms/split_plan.h"
#include <stdlib.h>

/* One number in so many has its primes proved again. */
#define PROVED_AGAIN 256

/* The work that a wave waits for. */
enum phase { IDLE, FACTORING, COUNTING, EXPANDING };

/* Both waves and the list, or an error with some of them. */
static enum fg_status allocate(struct fg_gpu_resident *resident, uint32_t capacity,
                               struct fg_error *error) {
    const uint32_t most = capacity * FG_WAVE_PRIMES_PER_NUMBER;
    const uint32_t values = most > FG_FACTORIZATION_PRIMES ? most : FG_FACTORIZATION_PRIMES;
    enum fg_status status = FG_OK;
    for (int i = 0; status == FG_OK && i < FG_WAVES_PER_DEVICE; i++)
        status = fg_gpu_wavefront_open(&resident->waves[i], true, capacity, values, error);
    if (status == FG_OK &&
        cudaMalloc((void **)&resident->device_numbers, capacity * sizeof(uint64_t)) != cudaSuccess)
        status = fg_fail(error, FG_ERROR_MEMORY, "no room for %u numbers", (unsigned)capacity);
    return status;
}

bool fg_gpu_resident_open(struct fg_gpu_resident *resident, struct fg_gpu_factor *factor,
                          uint32_t capacity) {
    struct fg_error error = {0};
    *resident = (struct fg_gpu_resident){.factor = factor};
    enum fg_status status = allocate(resident, capacity, &error);
    while (status == FG_ERROR_MEMORY && capacity > FG_WAVE_NUMBERS) {
        fg_gpu_resident_close(resident);
        capacity /= 2;
        status = allocate(resident, capacity, &error);
    }
    resident->capacity = capacity;
    resident->numbers = fg_gpu_allocate(capacity, sizeof *resident->numbers);
    resident->value_counts = fg_gpu_allocate(capacity, sizeof *resident->value_counts);
    resident->values = fg_gpu_allocate(resident->waves[0].value_capacity, sizeof *resident->values);
    return fg_gpu_fine(status, &error, "waves") && resident->numbers != NULL &&
           resident->value_counts != NULL && resident->values != NULL;
}

void fg_gpu_resident_close(struct fg_gpu_resident *resident) {
    for (int i = 0; i < FG_WAVES_PER_DEVICE; i++)
        fg_gpu_wavefront_close(&resident->waves[i]);
    if (resident->device_numbers != NULL)
        cudaFree(resident->device_numbers);
    cudaGetLastError(); /* a failed allocation was reported before */
    free(resident->numbers);
    free(resident->value_counts);
    free(resident->values);
    resident->device_numbers = resident->numbers = resident->values = NULL;
    resident->value_counts = NULL;
}

bool fg_gpu_resident_load(struct fg_gpu_resident *resident, struct fg_gpu_list *list) {
    if (!fg_gpu_list_fill(list))
        return false;
    resident->list = list;
    fg_gpu_list_repeat(list, resident->numbers, resident->capacity);
    return fg_gpu_upload(resident->device_numbers, resident->numbers,
                         resident->capacity * sizeof(uint64_t));
}

struct fg_gpu_schedule fg_gpu_resident_schedule(const struct fg_gpu_resident *resident) {
    const uint32_t numbers = resident->factor->bench->smoke ? 16 : FG_WAVE_NUMBERS;
    return (struct fg_gpu_schedule){
        .numbers = numbers < resident->capacity ? numbers : resident->capacity,
        .waves = FG_WAVES_PER_DEVICE,
        .rounds_per_look = FG_WAVE_ROUNDS_PER_LOOK,
        .blocks = resident->waves[0].device.blocks,
        .threads = resident->waves[0].device.threads,
        .doubles = resident->waves[0].device.doubles,
    };
}

bool fg_gpu_resident_begin(struct fg_gpu_resident *resident, unsigned wave,
                           const struct fg_gpu_schedule *schedule, uint32_t first, uint32_t count) {
    struct fg_wave *const current = &resident->current[wave];
    *current = resident->waves[wave].device;
    resident->first[wave] = first;
    current->number_count = current->count = count;
    current->first = 0;
    current->round = 1;
    current->curves = FG_PLAN_CURVES;
    current->blocks = schedule->blocks;
    current->threads = schedule->threads;
    current->doubles = schedule->doubles;
    return FG_GPU(cudaMemcpyAsync(current->numbers, resident->device_numbers + first,
                                  count * sizeof *current->numbers, cudaMemcpyDeviceToDevice,
                                  resident->waves[wave].stream.handle)) &&
           FG_GPU(cudaMemsetAsync(current->state, 0, sizeof *current->state,
                                  resident->waves[wave].stream.handle));
}

/* A run over a list. */
struct run {
    struct fg_gpu_resident *resident;
    const struct fg_gpu_schedule *schedule;
    size_t left; /* numbers that no wave has begun with */
    uint32_t next;
    bool checked; /* every wave's answers, before the next ones are written */
    enum phase phases[FG_WAVES_PER_DEVICE];
};

static bool enqueue_look(const struct run *run, unsigned wave) {
    struct fg_gpu_wavefront *const buffers = &run->resident->waves[wave];
    return FG_GPU(cudaMemcpyAsync(buffers->state, buffers->device.state, sizeof *buffers->state,
                                  cudaMemcpyDeviceToHost, buffers->stream.handle));
}

static bool enqueue_rounds(struct run *run, unsigned wave) {
    struct fg_wave *const current = &run->resident->current[wave];
    struct fg_gpu_wavefront *const backend = &run->resident->waves[wave];
    const unsigned rounds = run->schedule->rounds_per_look;
    if (rounds == FG_WAVE_ROUNDS_PER_LOOK &&
        !FG_GPU(fg_gpu_rounds_enqueue(&backend->rounds, current, backend->number_capacity,
                                      backend->stream.handle)))
        return false;
    for (unsigned i = 0; rounds != FG_WAVE_ROUNDS_PER_LOOK && i < rounds; i++) {
        current->round++;
        if (!FG_GPU(fg_launch_wave_round(current, backend->stream.handle)))
            return false;
    }
    return enqueue_look(run, wave);
}

static bool start(struct run *run, unsigned wave) {
    const uint32_t count = run->schedule->numbers;
    if (!fg_gpu_resident_begin(run->resident, wave, run->schedule, run->next, count))
        return false;
    run->left -= count;
    run->next = (run->next + count) % run->resident->capacity;
    run->phases[wave] = FACTORING;
    return FG_GPU(fg_launch_wave_begin(&run->resident->current[wave],
                                       run->resident->waves[wave].stream.handle)) &&
           enqueue_rounds(run, wave);
}

/* Waits for what the wave has enqueued, and enqueues what comes next. */
static bool step(struct run *run, unsigned wave) {
    const struct fg_wave *const current = &run->resident->current[wave];
    const struct fg_gpu_wavefront *const buffers = &run->resident->waves[wave];
    if (!FG_GPU(cudaStreamSynchronize(buffers->stream.handle)))
        return false;
    if (buffers->state->violations > 0) {
        fprintf(stderr, "gpu_bench: the device found %u of its answers to be wrong\n",
                buffers->state->violations);
        return false;
    }
    if (run->phases[wave] == FACTORING && buffers->state->appended > 0)
        return enqueue_rounds(run, wave);
    if (run->phases[wave] == FACTORING) {
        run->phases[wave] = COUNTING;
        return FG_GPU(fg_launch_wave_count(current, buffers->stream.handle)) &&
               enqueue_look(run, wave);
    }
    if (run->phases[wave] == COUNTING) {
        run->phases[wave] = EXPANDING;
        return FG_GPU(fg_launch_wave_expand(current, buffers->stream.handle)) &&
               enqueue_look(run, wave);
    }
    run->phases[wave] = IDLE;
    return !run->checked || fg_gpu_resident_check(run->resident, wave);
}

/* Takes the wave one step further; *moved: there was something to do. */
static bool advance(struct run *run, unsigned wave, bool *moved) {
    const bool busy = run->phases[wave] != IDLE;
    *moved |= busy || run->left > 0;
    if (busy && !step(run, wave))
        return false;
    return run->phases[wave] != IDLE || run->left == 0 || start(run, wave);
}

bool fg_gpu_resident_run(struct fg_gpu_resident *resident, const struct fg_gpu_schedule *schedule,
                         size_t total, bool checked, double *elapsed_s) {
    struct fg_gpu_clock *const clock = &resident->factor->bench->clock;
    struct run run = {
        .resident = resident, .schedule = schedule, .left = total, .checked = checked};
    bool fine = fg_gpu_clock_start(clock), moved = true;
    for (unsigned i = 0; fine && i < schedule->waves; i++)
        fine = FG_GPU(cudaStreamWaitEvent(resident->waves[i].stream.handle, clock->before, 0));
    while (fine && moved) {
        moved = false;
        for (unsigned i = 0; fine && i < schedule->waves; i++)
            fine = advance(&run, i, &moved);
    }
    return fine && fg_gpu_clock_stop(clock, elapsed_s);
}

/* Brings what a wave has left: the lengths of its answers and, one behind the other, these. */
static bool copy_answers(const struct fg_gpu_resident *resident, unsigned wave) {
    const struct fg_wave *const current = &resident->current[wave];
    size_t values = 0;
    if (!FG_GPU(cudaMemcpy(resident->value_counts, current->value_counts,
                           current->number_count * sizeof *resident->value_counts,
                           cudaMemcpyDeviceToHost)))
        return false;
    for (uint32_t i = 0; i < current->number_count; i++)
        values += resident->value_counts[i];
    if (values > resident->waves[wave].value_capacity) {
        fprintf(stderr, "gpu_bench: %zu primes are more than there is room for\n", values);
        return false;
    }
    return FG_GPU(cudaMemcpy(resident->values, current->values, values * sizeof *resident->values,
                             cudaMemcpyDeviceToHost));
}

static bool is_right(uint64_t n, const uint64_t *primes, size_t count, bool proved_again) {
    if (!fg_check_primes(n, primes, count))
        return false;
    for (size_t i = 0; proved_again && i < count; i++)
        if (!fg_is_prime64(primes[i]))
            return false;
    return true;
}

bool fg_gpu_resident_check(struct fg_gpu_resident *resident, unsigned wave) {
    const struct fg_wave *const current = &resident->current[wave];
    const uint64_t *const numbers = resident->numbers + resident->first[wave];
    const uint64_t *primes = resident->values;
    if (!copy_answers(resident, wave))
        return false;
    for (uint32_t i = 0; i < current->number_count; i++) {
        const uint32_t count = resident->value_counts[i];
        if (!is_right(numbers[i], primes, count, i % PROVED_AGAIN == 0)) {
            fprintf(stderr, "gpu_bench: wrong factors of %llu\n", (unsigned long long)numbers[i]);
            return false;
        }
        primes += count;
    }
    return true;
}
