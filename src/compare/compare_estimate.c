/*
 * compare_estimate.c: a linear model of a run (call + numbers + work), fitted to two series of
 * quick probes that grow until they take long enough to be timed.
 *
 * The first series are copies of 1, which make next to no work: they cost what a number costs. The
 * second are numbers with more and more candidates. Whatever else runs on the machine makes a probe
 * slower, never faster: each rate is the least that any probe gives, and the longest decide, as a
 * delay is divided by the most units there.
 *
 * What `factor` takes for a number does not follow from its size, and no number takes it long: its
 * second series are larger and larger samples of the input, of which the last decides alone.
 *
 * A double holds every sum: 2^64 candidates of 10^9 numbers are far below its range.
 */
#include "compare/compare_estimate.h"

#include "text/failure.h"
#include <math.h>
#include <stdlib.h>

/* A series ends at its second probe that takes so long: one alone may have been delayed. */
#define PROBE_TARGET_S 2e-3
/* The same before a row is skipped: delays of a busy scheduler, some milliseconds, are small then.
 */
#define CAREFUL_TARGET_S 10e-3
#define PROBES_ON_TARGET 2
/* The fastest of so many counts: in the others a worker woke up late, or something else ran. */
#define PROBE_TRIES 3
#define PROBE_GROWTH 2
#define COPIES_MAX 4096
#define SAMPLE_MAX FG_COMPARE_MADE_UP_MAX
#define CANDIDATES_FIRST UINT64_C(1024)
/* Numbers in a candidate probe: one for each job, or as many as keep a GPU's threads in step; not
 * more than the input has. */
#define WIDTH_MAX 256
#define WIDTH_GPU 64
/* At least this part of a probe's time is put down to its work: calls that were timed too slow
 * never make a candidate look faster than half of the truth. */
#define WORK_SHARE_MIN 0.5

struct prober {
    const struct fg_compare_operations *operations;
    struct fg_compare_row *row;
    struct fg_error *error;
};

static enum fg_status probe_once(struct prober *prober, const uint64_t *numbers, size_t count,
                                 double *seconds) {
    const struct fg_compare_operations *operations = prober->operations;
    const struct fg_compare_batch batch = {.made_up = numbers, .count = count};
    struct fg_compare_sample sample = {0};
    const enum fg_status status =
        operations->run(operations->context, prober->row->engine, &batch, &sample, prober->error);
    *seconds = sample.wall_s;
    return status;
}

static enum fg_status probe_best(struct prober *prober, const uint64_t *numbers, size_t count,
                                 double *seconds) {
    enum fg_status status = FG_OK;
    *seconds = INFINITY;
    for (int i = 0; i < PROBE_TRIES && status == FG_OK; i++) {
        double once;
        status = probe_once(prober, numbers, count, &once);
        *seconds = fmin(*seconds, once);
    }
    return status;
}

/* Lowers call_s and number_s. */
static enum fg_status fit_numbers(struct prober *prober, double target_s) {
    struct fg_compare_estimate *estimate = &prober->row->estimate;
    uint64_t ones[COPIES_MAX];
    for (size_t i = 0; i < COPIES_MAX; i++)
        ones[i] = 1;

    /* The first call of all pays for what is set up lazily. */
    double seconds;
    enum fg_status status = probe_once(prober, ones, 1, &seconds);
    unsigned on_target = 0;
    for (size_t copies = 1; status == FG_OK && copies <= COPIES_MAX && on_target < PROBES_ON_TARGET;
         copies *= PROBE_GROWTH) {
        status = probe_best(prober, ones, copies, &seconds);
        estimate->call_s = fmin(estimate->call_s, seconds);
        estimate->number_s = fmin(estimate->number_s, seconds / (double)copies);
        on_target += seconds >= target_s;
    }
    return status;
}

/* The odd number 2^k - 1 with at least so many candidates, 2^64 - 1 where none has. */
static uint64_t number_with_candidates(enum fg_method method, uint64_t candidates) {
    for (unsigned bits = 2; bits < 64; bits++) {
        const uint64_t n = (UINT64_C(1) << bits) - 1;
        if (fg_work(method, n) >= candidates)
            return n;
    }
    return UINT64_MAX;
}

static size_t probe_width(const struct fg_compare_row *row) {
    size_t width = fg_compare_uses_gpu(row) ? WIDTH_GPU : row->jobs;
    if (width > row->work.count)
        width = row->work.count;
    if (width > WIDTH_MAX)
        width = WIDTH_MAX;
    return width > 0 ? width : 1;
}

/* What a call with so many numbers takes, their work left out. */
static double overhead_s(const struct fg_compare_estimate *estimate, size_t count) {
    return estimate->call_s + (double)(count - 1) * estimate->number_s;
}

/* Lowers work_s, given call_s and number_s. */
static enum fg_status fit_candidates(struct prober *prober, double target_s) {
    struct fg_compare_estimate *estimate = &prober->row->estimate;
    const enum fg_method method = prober->row->method;
    const size_t width = probe_width(prober->row);
    uint64_t largest = 0;
    unsigned on_target = 0;

    /* At 2^63 candidates the largest number is 2^64 - 1, and the loop ends. */
    for (uint64_t goal = CANDIDATES_FIRST; largest < UINT64_MAX && on_target < PROBES_ON_TARGET;
         goal *= PROBE_GROWTH) {
        largest = number_with_candidates(method, goal);
        uint64_t numbers[WIDTH_MAX];
        double candidates = 0, seconds;
        for (size_t i = 0; i < width; i++) {
            numbers[i] = largest - 2 * i; /* above 0: `largest` has over CANDIDATES_FIRST */
            candidates += (double)fg_work(method, numbers[i]);
        }
        FG_TRY(probe_best(prober, numbers, width, &seconds));
        const double spent_s = seconds - overhead_s(estimate, width);
        estimate->work_s =
            fmin(estimate->work_s, fmax(spent_s, WORK_SHARE_MIN * seconds) / candidates);
        on_target += spent_s >= target_s;
    }
    return FG_OK;
}

/* Number i of a sample of the input: a sequence that comes by all parts of it alike, in no step
 * that a regular input could have too. */
static uint64_t sampled_number(const struct fg_compare_request *request, size_t i, size_t size) {
    const double golden = 0.6180339887498949;
    return request->numbers[size == request->count
                                ? i
                                : (size_t)(fmod((double)i * golden, 1) * (double)request->count)];
}

/* Sets run_s, and work_s as what follows from it. */
static enum fg_status fit_sample(struct prober *prober, const struct fg_compare_request *request,
                                 double target_s) {
    struct fg_compare_row *const row = prober->row;
    const size_t most = request->count < SAMPLE_MAX ? request->count : SAMPLE_MAX;
    uint64_t *const numbers = malloc(most * sizeof *numbers);
    if (numbers == NULL)
        return fg_program_fail_memory(prober->error);
    enum fg_status status = FG_OK;
    unsigned on_target = 0;
    for (size_t size = probe_width(row), probed = 0;
         status == FG_OK && probed < most && on_target < PROBES_ON_TARGET;
         size = size * PROBE_GROWTH < most ? size * PROBE_GROWTH : most) {
        double seconds;
        for (size_t i = 0; i < size; i++)
            numbers[i] = sampled_number(request, i, size);
        status = probe_best(prober, numbers, size, &seconds);
        row->estimate.run_s = seconds * (double)request->count / (double)size;
        row->estimate.work_s = row->estimate.run_s / row->work.total;
        on_target += seconds >= target_s;
        probed = size;
    }
    free(numbers);
    return status;
}

/* What the rates come to for the row's whole work. */
static void put_together(const struct fg_compare_row *row, struct fg_compare_estimate *estimate) {
    double work_s = row->work.total * estimate->work_s;
    if (row->properties->uses_processes) {
        /* The probe kept `width` processes busy: one alone is that many times slower. */
        estimate->largest_s = row->work.largest * estimate->work_s * (double)probe_width(row);
        work_s = fmax(work_s, estimate->largest_s);
    }
    estimate->run_s = overhead_s(estimate, row->work.count) + work_s;
}

/* Makes the row's estimate of two series of probes. */
static enum fg_status fit(struct prober *prober, const struct fg_compare_request *request,
                          double target_s) {
    struct fg_compare_row *const row = prober->row;
    FG_TRY(fit_numbers(prober, target_s));
    FG_TRY(fg_method_is_brief(row->method) ? fit_sample(prober, request, target_s)
                                           : fit_candidates(prober, target_s));
    if (!fg_method_is_brief(row->method))
        put_together(row, &row->estimate);
    row->estimate.total_s = (1.0 + request->repeat) * row->estimate.run_s;
    return FG_OK;
}

enum fg_status fg_compare_estimate_row(const struct fg_compare_operations *operations,
                                       const struct fg_compare_request *request,
                                       struct fg_compare_row *row, struct fg_error *error) {
    struct prober prober = {operations, row, error};
    row->estimate =
        (struct fg_compare_estimate){.call_s = INFINITY, .number_s = INFINITY, .work_s = INFINITY};
    enum fg_status status = fit(&prober, request, PROBE_TARGET_S);
    if (status == FG_OK && row->estimate.total_s > request->budget_s)
        status = fit(&prober, request, CAREFUL_TARGET_S);
    row->estimate.known = status == FG_OK;
    return status;
}
