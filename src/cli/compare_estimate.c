/*
 * compare_estimate.c: a linear model of a run (call + numbers + candidates), fitted to two series
 * of quick probes that grow until they take long enough to be timed.
 *
 * The first series are copies of 1, which has one candidate: they cost what a number costs. The
 * second are numbers with more and more candidates. A double holds every sum: 2^64 candidates of
 * 10^9 numbers are far below its range.
 */
#include "cli/compare_estimate.h"

#include <math.h>
#include <string.h>

/* A probe that takes this long is long enough against clock and scheduler; growing by the factors
 * below, the longest probe takes some milliseconds. */
#define PROBE_TARGET_S 2e-3
/* The fastest of so many counts: in the others a worker woke up late, or something else ran. */
#define PROBE_TRIES 3
#define COPIES_GROWTH 4
#define COPIES_MAX 4096
#define CANDIDATES_FIRST UINT64_C(1024)
#define CANDIDATES_GROWTH 2
/* Numbers in a candidate probe: one for each job, or as many as keep a GPU's threads in step; not
 * more than the input has. */
#define WIDTH_MAX 256
#define WIDTH_CUDA 64
/* At least this part of a probe's time is put down to its candidates, so that a probe lost in the
 * noise never makes an endless row look free. */
#define CANDIDATE_SHARE_MIN 0.1
#define CLOCK_RESOLUTION_S 1e-9

struct prober {
    const struct fg_compare_operations *operations;
    struct fg_compare_row *row;
    struct fg_results *results;
    struct fg_error *error;
};

static enum fg_status probe_once(struct prober *prober, const uint64_t *numbers, size_t count,
                                 double *seconds) {
    const struct fg_compare_operations *operations = prober->operations;
    const double begin = operations->now(operations->context);
    const enum fg_status status = operations->run(operations->context, prober->row->engine, numbers,
                                                  count, prober->results, prober->error);
    *seconds = fmax(operations->now(operations->context) - begin, CLOCK_RESOLUTION_S);
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

/* Fits call_s and number_s. */
static enum fg_status fit_numbers(struct prober *prober) {
    struct fg_compare_estimate *estimate = &prober->row->estimate;
    uint64_t ones[COPIES_MAX];
    for (size_t i = 0; i < COPIES_MAX; i++)
        ones[i] = 1;

    /* The first call of all pays for what is set up lazily. */
    double seconds;
    enum fg_status status = probe_once(prober, ones, 1, &seconds);
    if (status == FG_OK)
        status = probe_best(prober, ones, 1, &estimate->call_s);
    size_t copies = 1;
    while (status == FG_OK && copies < COPIES_MAX) {
        copies *= COPIES_GROWTH;
        status = probe_best(prober, ones, copies, &seconds);
        estimate->number_s = fmax(seconds - estimate->call_s, 0) / (double)(copies - 1);
        if (seconds >= PROBE_TARGET_S)
            break;
    }
    return status;
}

/* The odd number 2^k - 1 with at least so many candidates, 2^64 - 1 where none has. */
static uint64_t number_with_candidates(enum fg_method method, uint64_t candidates) {
    for (unsigned bits = 2; bits < 64; bits++) {
        const uint64_t n = (UINT64_C(1) << bits) - 1;
        if (fg_candidate_count(method, n) >= candidates)
            return n;
    }
    return UINT64_MAX;
}

static size_t probe_width(const struct fg_compare_row *row) {
    size_t width = fg_compare_is_cuda(row) ? WIDTH_CUDA : row->jobs;
    if (width > row->work.count)
        width = row->work.count;
    if (width > WIDTH_MAX)
        width = WIDTH_MAX;
    return width > 0 ? width : 1;
}

/* Fits candidate_s, given call_s and number_s. */
static enum fg_status fit_candidates(struct prober *prober) {
    struct fg_compare_estimate *estimate = &prober->row->estimate;
    const enum fg_method method = prober->row->method;
    const size_t width = probe_width(prober->row);
    const double overhead_s = estimate->call_s + (double)width * estimate->number_s;

    /* At 2^63 candidates the largest number is 2^64 - 1, and the loop ends. */
    for (uint64_t goal = CANDIDATES_FIRST;; goal *= CANDIDATES_GROWTH) {
        const uint64_t largest = number_with_candidates(method, goal);
        uint64_t numbers[WIDTH_MAX];
        double candidates = 0, seconds;
        for (size_t i = 0; i < width; i++) {
            numbers[i] = largest - 2 * i; /* above 0: `largest` has over CANDIDATES_FIRST */
            candidates += (double)fg_candidate_count(method, numbers[i]);
        }
        const enum fg_status status = probe_best(prober, numbers, width, &seconds);
        if (status != FG_OK)
            return status;
        if (seconds - overhead_s >= PROBE_TARGET_S || largest == UINT64_MAX) {
            estimate->candidate_s =
                fmax(seconds - overhead_s, CANDIDATE_SHARE_MIN * seconds) / candidates;
            return FG_OK;
        }
    }
}

/* Whether one number is one process's, so that the largest number bounds the run from below. */
static bool gives_numbers_whole(const char *backend) {
    return strcmp(backend, "fork") == 0 || strcmp(backend, "pool") == 0;
}

enum fg_status fg_compare_estimate_row(const struct fg_compare_operations *operations,
                                       struct fg_compare_row *row, unsigned repeat,
                                       struct fg_results *results, struct fg_error *error) {
    struct prober prober = {operations, row, results, error};
    struct fg_compare_estimate *estimate = &row->estimate;
    memset(estimate, 0, sizeof *estimate);
    enum fg_status status = fit_numbers(&prober);
    if (status == FG_OK)
        status = fit_candidates(&prober);
    if (status != FG_OK)
        return status;

    double candidates_s = row->work.candidates * estimate->candidate_s;
    if (gives_numbers_whole(row->backend)) {
        /* The probe kept `width` processes busy: one alone is that many times slower. */
        const double alone_s = row->work.largest * estimate->candidate_s * (double)probe_width(row);
        candidates_s = fmax(candidates_s, alone_s);
    }
    estimate->run_s =
        estimate->call_s + (double)row->work.count * estimate->number_s + candidates_s;
    estimate->total_s = (1.0 + repeat) * estimate->run_s;
    estimate->known = true;
    return FG_OK;
}
