/* SPDX-License-Identifier: MIT */
/*
 * trial_work.c: the numbers, the buffers, and whether the hits are right.
 */
#include "trial_work.h"

#include "number_lists.h"
#include <stdlib.h>

/* Random numbers have a dozen odd divisors each below 2^32, the odd square of a few primes some
 * hundreds; a list of many has room for what it has on average. */
static uint64_t hits_room(uint32_t number_count) {
    return 16384 + UINT64_C(64) * number_count;
}

static bool fill_numbers(struct fg_trial_work *work) {
    const struct fg_trial_shape *const shape = &work->shape;
    work->numbers = fg_gpu_allocate(shape->number_count, sizeof *work->numbers);
    work->hits = fg_gpu_allocate(hits_room(shape->number_count), sizeof *work->hits);
    if (work->numbers == NULL || work->hits == NULL)
        return false;
    const struct fg_bench_list list = {.kind = FG_BENCH_RANDOM, .bits = shape->bits};
    fg_bench_fill(&list, work->numbers, shape->number_count);
    for (uint32_t i = 0; i < shape->number_count; i++)
        work->numbers[i] |= 1; /* as the kernels get them: trial division divides by 2 before */
    return true;
}

static bool allocate(struct fg_trial_work *work) {
    struct fg_hit_list *const list = &work->list;
    const uint32_t count = work->shape.number_count;
    list->capacity = hits_room(count);
    return FG_GPU(cudaMalloc((void **)&work->inputs, 2 * count * sizeof *work->inputs)) &&
           FG_GPU(cudaMalloc((void **)&list->count, sizeof *list->count)) &&
           FG_GPU(cudaMalloc((void **)&list->hits, list->capacity * sizeof *list->hits));
}

/* Every number has all candidates; so has every tile, and there are no more of them than numbers.
 */
static bool upload(struct fg_trial_work *work) {
    const uint32_t count = work->shape.number_count;
    uint64_t *const inputs = fg_gpu_allocate(2 * (size_t)count, sizeof *inputs);
    if (inputs == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        inputs[i] = work->numbers[i];
        inputs[count + i] = work->shape.candidates;
    }
    const bool copied = fg_gpu_upload(work->inputs, inputs, 2 * count * sizeof *inputs);
    free(inputs);
    work->window.dividends = work->inputs;
    work->window.counts = work->window.tile_counts = work->inputs + count;
    return copied;
}

/* SplitMix64's mixing of bits: sums of it tell two sets of hits apart. */
static uint64_t mix(uint64_t z) {
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Copies the last run's hits back. False if they do not fit, or one of them is none. */
static bool take_hits(struct fg_trial_work *work, uint64_t *hit_count) {
    const struct fg_hit_list *const list = &work->list;
    unsigned long long count;
    if (!FG_GPU(cudaMemcpy(&count, list->count, sizeof count, cudaMemcpyDeviceToHost)))
        return false;
    *hit_count = count;
    if (count > list->capacity) {
        fprintf(stderr, "gpu_bench: %llu hits, room for %ju\n", count, (uintmax_t)list->capacity);
        return false;
    }
    if (!FG_GPU(
            cudaMemcpy(work->hits, list->hits, count * sizeof *work->hits, cudaMemcpyDeviceToHost)))
        return false;
    for (unsigned long long i = 0; i < count; i++) {
        const struct fg_hit *const hit = &work->hits[i];
        if (hit->index >= work->shape.number_count || hit->divisor == 0 ||
            work->numbers[hit->index] % hit->divisor != 0)
            return false;
    }
    return true;
}

/* Digests the hits that were taken, or those among them that a wheel finds. */
static struct fg_trial_digest digest_of(const struct fg_trial_work *work, uint64_t hit_count,
                                        bool wheel) {
    struct fg_trial_digest digest = {0};
    for (uint64_t i = 0; i < hit_count; i++) {
        const struct fg_hit *const hit = &work->hits[i];
        if (wheel && (hit->divisor % 2 == 0 || hit->divisor % 3 == 0 || hit->divisor % 5 == 0))
            continue;
        digest.count++;
        digest.sum += mix(hit->divisor ^ mix(hit->index + 1));
    }
    return digest;
}

/* Counts by division how many hits the candidates [0, end) have in the numbers before `last`. */
static uint64_t count_here(const struct fg_trial_work *work, uint32_t last, uint64_t end) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < last; i++)
        for (uint64_t c = 0; c < end; c++)
            count += work->numbers[i] % (1 + work->shape.step * c) == 0;
    return count;
}

/* Returns whether the hits that were taken are complete if the host can tell: a part of the
 * candidates of some of the numbers. That none of them is wrong is known already. */
static bool is_complete(const struct fg_trial_work *work, uint64_t hit_count) {
    const uint32_t last = work->shape.number_count < 16 ? work->shape.number_count : 16;
    const uint64_t end =
        work->shape.candidates < UINT64_C(1) << 18 ? work->shape.candidates : UINT64_C(1) << 18;
    uint64_t count = 0;
    for (uint64_t i = 0; i < hit_count; i++)
        count +=
            work->hits[i].index < last && work->hits[i].divisor <= 1 + work->shape.step * (end - 1);
    return count == count_here(work, last, end);
}

/* Has the naive kernel say which hits there are. */
static bool expect(struct fg_trial_work *work) {
    struct fg_trial_attempt naive = {.work = work};
    if (!fg_trial_run(&naive))
        return false;
    uint64_t hit_count;
    if (take_hits(work, &hit_count) && is_complete(work, hit_count)) {
        work->expected = digest_of(work, hit_count, false);
        work->expected_wheel = digest_of(work, hit_count, true);
        return true;
    }
    fprintf(stderr, "gpu_bench: the naive kernel's hits are not those of the host\n");
    return false;
}

bool fg_trial_work_open(struct fg_trial_work *work, struct fg_gpu_bench *bench,
                        const struct fg_trial_shape *shape) {
    *work = (struct fg_trial_work){
        .bench = bench,
        .shape = *shape,
        .window = {.number_count = shape->number_count, .end = shape->candidates},
    };
    if (fill_numbers(work) && allocate(work) && upload(work) && expect(work))
        return true;
    fg_trial_work_close(work);
    return false;
}

void fg_trial_work_close(struct fg_trial_work *work) {
    cudaFree(work->inputs);
    cudaFree(work->list.count);
    cudaFree(work->list.hits);
    free(work->numbers);
    free(work->hits);
    *work = (struct fg_trial_work){0};
}

bool fg_trial_run(void *context) {
    struct fg_trial_attempt *const attempt = context;
    const struct fg_trial_work *const work = attempt->work;
    struct fg_gpu_clock *const clock = &work->bench->clock;
    struct fg_window window = work->window;
    if (attempt->wheel)
        window.end = work->shape.candidates / 15 * 8;
    if (!FG_GPU(cudaMemsetAsync(work->list.count, 0, sizeof *work->list.count, clock->stream)) ||
        !fg_gpu_clock_start(clock))
        return false;
    const cudaError_t launched =
        attempt->launch != NULL ? attempt->launch(&window, &work->list, clock->stream)
                                : fg_bench_launch_naive(&window, &work->list, work->shape.bits > 32,
                                                        work->shape.step, clock->stream);
    return fg_gpu_succeeded(launched, "a launch") && fg_gpu_clock_stop(clock, &attempt->elapsed_s);
}

bool fg_trial_check(void *context) {
    const struct fg_trial_attempt *const attempt = context;
    const struct fg_trial_digest *const expected =
        attempt->wheel ? &attempt->work->expected_wheel : &attempt->work->expected;
    uint64_t hit_count;
    if (!take_hits(attempt->work, &hit_count))
        return false;
    const struct fg_trial_digest digest = digest_of(attempt->work, hit_count, false);
    return digest.count == expected->count && digest.sum == expected->sum;
}

double fg_trial_elapsed_s(void *context) {
    return ((const struct fg_trial_attempt *)context)->elapsed_s;
}
