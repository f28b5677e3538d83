/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_batches.c: numbers in this machine's memory to checked primes there, through the
 * library's public interface: cuda beside threads, and from how many numbers on it is faster.
 */
#include "gpu_factor_parts.h"

#include "measure/quantity.h"
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A size that takes longer is left out, as the one before it foretells. */
#define SAMPLE_MOST_S 6.0
/* Longer ones come three times at most; still longer ones without a warm-up as well. */
#define LONG_S 0.5
#define COLD_S 2.0
#define LONG_ROUNDS 3
/* A sample of small batches is so many that it takes this long. */
#define SAMPLE_LEAST_S 0.02

enum { THREADS, CUDA, BACKENDS };
static const char *const backend_names[BACKENDS] = {"threads", "cuda"};

/* Powers of ten. */
#define SIZES_MOST 6
static const size_t sizes[] = {1000, 10000, 100000, 1000000, 10000000, 100000000};
static const size_t smoke_sizes[] = {10, 30};

/* A list of some size, and what its answers are. */
struct batch {
    const uint64_t *numbers;
    size_t count;
    bool known; /* what the first backend found */
    size_t values;
    uint64_t sum; /* of all primes of all numbers, modulo 2^64 */
};

/* An engine and what it is to do. */
struct entrant {
    struct fg_engine *engine;
    struct batch *batch;
    /* What it found: from several threads. */
    atomic_size_t answered, values;
    atomic_uint_least64_t sum;
    unsigned runs;
};

/* Counts the answers and adds them up: all that is done with them. The engine has checked that each
 * of them multiplies to its number. */
static void take(void *context, size_t first, struct fg_results *results) {
    struct entrant *const entrant = context;
    const size_t values = results->offsets[results->count];
    uint64_t sum = 0;
    (void)first;
    for (size_t i = 0; i < values; i++)
        sum += results->values[i];
    atomic_fetch_add(&entrant->answered, results->count);
    atomic_fetch_add(&entrant->values, values);
    atomic_fetch_add(&entrant->sum, sum);
}

static bool run_entrant(void *context) {
    struct entrant *const entrant = context;
    struct fg_error error = {0};
    atomic_store(&entrant->answered, 0);
    atomic_store(&entrant->values, 0);
    atomic_store(&entrant->sum, 0);
    entrant->runs++;
    return fg_gpu_fine(fg_factor_batch_to(entrant->engine, entrant->batch->numbers,
                                          entrant->batch->count, take, entrant, &error),
                       &error, "a batch");
}

/* All are answered, and with the answers of the first contender. */
static bool check_entrant(void *context) {
    struct entrant *const entrant = context;
    struct batch *const batch = entrant->batch;
    const size_t values = atomic_load(&entrant->values);
    const uint64_t sum = atomic_load(&entrant->sum);
    if (!batch->known) {
        batch->known = true;
        batch->values = values;
        batch->sum = sum;
    }
    return atomic_load(&entrant->answered) == batch->count && values == batch->values &&
           sum == batch->sum;
}

/* Both engines, and times of a list. */
struct comparison {
    struct fg_gpu_factor *factor;
    const struct fg_gpu_list *list;
    struct entrant entrants[BACKENDS];
    uint64_t *numbers;                    /* the list, repeated until the largest size */
    double seconds[BACKENDS][SIZES_MOST]; /* medians; 0: not run */
};

static const size_t *sizes_of(const struct fg_gpu_factor *factor, size_t *count) {
    *count = factor->bench->smoke ? sizeof smoke_sizes / sizeof *smoke_sizes
                                  : sizeof sizes / sizeof *sizes;
    return factor->bench->smoke ? smoke_sizes : sizes;
}

/* What a batch of a size will take, by the size before; 0: unknown. */
static double expected_s(const struct comparison *comparison, int backend, const size_t *of,
                         size_t index) {
    if (index == 0)
        return 0;
    return comparison->seconds[backend][index - 1] * (double)of[index] / (double)of[index - 1];
}

/* Whether a backend takes part at a size; says why not. */
static bool takes_part(const struct comparison *comparison, int backend, const size_t *of,
                       size_t index) {
    struct fg_bench *const bench = &comparison->factor->bench->bench;
    char took[FG_QUANTITY_CELL];
    const double seconds = expected_s(comparison, backend, of, index);
    if (index > 0 && comparison->seconds[backend][index - 1] == 0)
        return false; /* nor did it at the size before, which said why */
    if (seconds <= SAMPLE_MOST_S)
        return true;
    fg_format_duration(seconds, FG_ESTIMATE_DIGITS, took);
    fg_bench_note(bench, "left out: %s with %zu %s, which would take about %s",
                  backend_names[backend], of[index], comparison->list->title, took);
    return false;
}

/* The contenders of a size, and how long one run of each is expected to take. */
struct field {
    struct fg_bench_contender contenders[BACKENDS];
    int backends[BACKENDS];
    size_t count;
    double longest_s, all_s;
};

static void enter_backends(struct comparison *comparison, const size_t *of, size_t index,
                           struct batch *batch, struct field *field) {
    *field = (struct field){0};
    for (int backend = 0; backend < BACKENDS; backend++) {
        if (!takes_part(comparison, backend, of, index))
            continue;
        const double seconds = expected_s(comparison, backend, of, index);
        field->longest_s = fmax(field->longest_s, seconds);
        field->all_s += seconds;
        comparison->entrants[backend].batch = batch;
        field->backends[field->count] = backend;
        field->contenders[field->count++] = (struct fg_bench_contender){
            .name = backend_names[backend],
            .run = run_entrant,
            .check = check_entrant,
            .context = &comparison->entrants[backend],
        };
    }
}

static bool race_size(struct comparison *comparison, const size_t *of, size_t index) {
    struct fg_bench *const bench = &comparison->factor->bench->bench;
    struct fg_bench_result results[BACKENDS];
    struct batch batch = {.numbers = comparison->numbers, .count = of[index]};
    struct field field;
    char topic[64], title[80];
    snprintf(topic, sizeof topic, "factor-batch-%s-%zu", comparison->list->name, of[index]);
    snprintf(title, sizeof title, "%zu %s from memory to primes in memory", of[index],
             comparison->list->title);
    enter_backends(comparison, of, index, &batch, &field);
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = field.contenders,
        .count = field.count,
        .rounds_most = field.longest_s > LONG_S ? LONG_ROUNDS : 0,
        .cold = field.longest_s > COLD_S,
        .rates = true,
        .least_sample_s = comparison->factor->bench->smoke ? 0 : SAMPLE_LEAST_S,
        .unit_count = (double)of[index],
        .unit_name = "number",
    };
    const unsigned runs = (race.rounds_most > 0 ? race.rounds_most : bench->rounds) + !race.cold;
    if (field.count == 0 || !fg_gpu_factor_has_time(comparison->factor, field.all_s * runs, title))
        return true;
    if (!fg_bench_run(bench, &race, results))
        return false;
    for (size_t i = 0; i < field.count; i++)
        comparison->seconds[field.backends[i]][index] = results[i].summary.median_s;
    return true;
}

/* How far cuda is ahead at a size, on a logarithmic axis. */
static double lead_at(const struct comparison *comparison, size_t index) {
    return log(comparison->seconds[THREADS][index]) - log(comparison->seconds[CUDA][index]);
}

static bool both_ran(const struct comparison *comparison, size_t index) {
    return comparison->seconds[THREADS][index] > 0 && comparison->seconds[CUDA][index] > 0;
}

/* From how many numbers on cuda is faster: where the two lines cross for the last time, straight
 * between two sizes on logarithmic axes. */
static void note_break_even(const struct comparison *comparison) {
    struct fg_bench *const bench = &comparison->factor->bench->bench;
    const char *const title = comparison->list->title;
    size_t count, last = 0;
    const size_t *const of = sizes_of(comparison->factor, &count);
    if (!both_ran(comparison, 0))
        return;
    while (last + 1 < count && both_ran(comparison, last + 1))
        last++;
    if (lead_at(comparison, last) <= 0) {
        fg_bench_note(bench, "%s: cuda is not faster with up to %zu numbers", title, of[last]);
        return;
    }
    while (last > 0 && lead_at(comparison, last - 1) > 0)
        last--;
    if (last == 0) {
        fg_bench_note(bench, "%s: cuda is faster from the least size on, %zu", title, of[0]);
        return;
    }
    const double before = lead_at(comparison, last - 1);
    const double part = before / (before - lead_at(comparison, last));
    const double size = pow((double)of[last - 1], 1 - part) * pow((double)of[last], part);
    const double step = fmax(1, pow(10, floor(log10(size)) - 1)); /* two digits: no more is known */
    fg_bench_note(bench, "%s: cuda is faster from about %.0f numbers on", title,
                  ceil(size / step) * step);
}

/* What the GPU and its host did in the runs of one size; these overlap. */
static void note_timing(struct comparison *comparison, size_t size, const struct fg_timing *before,
                        unsigned runs_before) {
    const struct entrant *const entrant = &comparison->entrants[CUDA];
    const double runs = entrant->runs - runs_before;
    struct fg_timing now;
    fg_engine_timing(entrant->engine, &now);
    if (runs == 0 || !now.known)
        return;
    const double per_number_ns = 1 / (runs * (double)size);
    fg_bench_note(&comparison->factor->bench->bench,
                  "cuda, ns/number: copy in %.3g, kernels %.3g, copy out %.3g, host %.3g",
                  (double)(now.copy_in_ns - before->copy_in_ns) * per_number_ns,
                  (double)(now.kernels_ns - before->kernels_ns) * per_number_ns,
                  (double)(now.copy_out_ns - before->copy_out_ns) * per_number_ns,
                  (double)(now.host_ns - before->host_ns) * per_number_ns);
}

static bool compare_list(struct comparison *comparison) {
    size_t count;
    const size_t *const of = sizes_of(comparison->factor, &count);
    fg_gpu_list_repeat(comparison->list, comparison->numbers, of[count - 1]);
    for (size_t i = 0; i < count; i++) {
        struct fg_timing before;
        const unsigned runs = comparison->entrants[CUDA].runs;
        fg_engine_timing(comparison->entrants[CUDA].engine, &before);
        if (!race_size(comparison, of, i))
            return false;
        note_timing(comparison, of[i], &before, runs);
        if (of[i] > comparison->list->count &&
            comparison->seconds[CUDA][i] + comparison->seconds[THREADS][i] > 0)
            fg_bench_note(&comparison->factor->bench->bench,
                          "the first %zu of the list, again and again", comparison->list->count);
    }
    note_break_even(comparison);
    return true;
}

static bool open_engine(struct entrant *entrant, const char *backend) {
    const struct fg_config config = {
        .backend = backend, .method = FG_METHOD_FACTOR, .answer = FG_ANSWER_PRIMES};
    struct fg_error error = {0};
    return fg_gpu_fine(fg_engine_open(&config, &entrant->engine, &error), &error, backend);
}

static bool compare_lists(struct comparison *comparison) {
    struct fg_bench *const bench = &comparison->factor->bench->bench;
    for (int i = 0; i < BACKENDS; i++)
        if (!open_engine(&comparison->entrants[i], backend_names[i]))
            return false;
    fg_bench_note(bench, "threads: %u threads, %s",
                  fg_engine_jobs(comparison->entrants[THREADS].engine), fg_cpu_lanes());
    for (size_t i = FG_GPU_HARD; i <= FG_GPU_RANDOM; i++) {
        comparison->list = &comparison->factor->lists[i];
        for (int backend = 0; backend < BACKENDS; backend++)
            for (size_t size = 0; size < SIZES_MOST; size++)
                comparison->seconds[backend][size] = 0;
        if (!compare_list(comparison))
            return false;
    }
    return true;
}

bool fg_gpu_factor_batches(struct fg_gpu_factor *factor) {
    size_t count;
    const size_t *const of = sizes_of(factor, &count);
    struct comparison comparison = {.factor = factor};
    comparison.numbers = fg_gpu_allocate(of[count - 1], sizeof *comparison.numbers);
    const bool fine = comparison.numbers != NULL && compare_lists(&comparison);
    for (int i = 0; i < BACKENDS; i++)
        fg_engine_close(comparison.entrants[i].engine);
    free(comparison.numbers);
    return fine;
}
