/* SPDX-License-Identifier: MIT */
/*
 * sample_work.c: how long a number takes one thread, from a few thousand of its candidates.
 *
 * fg_work() counts candidates, and candidates do not all take the same: a scan has other code for
 * 64-bit candidates, for small ones and for dividends above 2^63. So candidates are tested at
 * evenly spaced places of the very number, which a rate from smaller numbers would say nothing of.
 */
#include "methods/contract/method_engine.h"
#include "methods/method.h"
#include <math.h>
#include <time.h>

/* Places, and how often each is tried: whatever else runs makes a try slower, never faster. */
#define STRATA 8
#define TRIES 3
/* A try tests as many candidates as take this long, so that beginning a scan (1 us) is little of
 * it; 8 * 3 of them are 1 ms. */
#define TRY_S 40e-6
#define UNITS_FIRST UINT64_C(4096)

struct sampler {
    const struct fg_method_engine *engine;
    void *state;
    uint64_t n;
    struct fg_results hits;
    struct fg_error *error;
};

static double thread_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Lowers *best_s to what the units [begin, end) take, `repeats` times in a row. */
static enum fg_status time_once(struct sampler *sampler, uint64_t begin, uint64_t end,
                                unsigned repeats, double *best_s) {
    const double begin_s = thread_s();
    for (unsigned i = 0; i < repeats; i++) {
        fg_results_clear(&sampler->hits);
        FG_TRY(sampler->engine->slices->run(sampler->state, sampler->n, begin, end, &sampler->hits,
                                            sampler->error));
    }
    *best_s = fmin(*best_s, thread_s() - begin_s);
    return FG_OK;
}

static enum fg_status time_best(struct sampler *sampler, uint64_t begin, uint64_t end,
                                unsigned repeats, double *best_s) {
    *best_s = INFINITY;
    for (int i = 0; i < TRIES; i++)
        FG_TRY(time_once(sampler, begin, end, repeats, best_s));
    return FG_OK;
}

/* A number all of whose units are soon tested, as often as takes long enough. */
static enum fg_status sample_all(struct sampler *sampler, uint64_t units, double *seconds) {
    unsigned repeats = 1;
    for (;; repeats *= 2) {
        *seconds = INFINITY;
        FG_TRY(time_once(sampler, 0, units, repeats, seconds));
        if (*seconds >= TRY_S)
            break;
    }
    FG_TRY(time_best(sampler, 0, units, repeats, seconds));
    *seconds /= repeats;
    return FG_OK;
}

/* The first of `length` units in the middle of a stratum. */
static uint64_t middle(uint64_t stratum, unsigned index, uint64_t length) {
    return stratum * index + (stratum - length) / 2;
}

/* Chooses how many units of each stratum are timed, so that all of them take long enough; more than
 * there are if even all units are too short. */
static enum fg_status choose_length(struct sampler *sampler, uint64_t stratum, uint64_t *length) {
    *length = UNITS_FIRST;
    for (unsigned i = 0; i < STRATA; i++) {
        while (*length <= stratum) {
            const uint64_t begin = middle(stratum, i, *length);
            double seconds = INFINITY;
            FG_TRY(time_once(sampler, begin, begin + *length, 1, &seconds));
            if (seconds >= TRY_S)
                break;
            *length *= 2;
        }
    }
    return FG_OK;
}

static enum fg_status sample(struct sampler *sampler, uint64_t units, double *seconds) {
    const uint64_t stratum = units / STRATA;
    uint64_t length;
    FG_TRY(choose_length(sampler, stratum, &length));
    if (length > stratum)
        return sample_all(sampler, units, seconds);
    double sum_s = 0;
    for (unsigned i = 0; i < STRATA; i++) {
        const uint64_t begin = middle(stratum, i, length);
        double best_s;
        FG_TRY(time_best(sampler, begin, begin + length, 1, &best_s));
        sum_s += best_s;
    }
    *seconds = sum_s / STRATA * ((double)units / (double)length);
    return FG_OK;
}

enum fg_status fg_sample_work(enum fg_method method, uint64_t n, double *seconds,
                              struct fg_error *error) {
    static const atomic_bool never = false;
    struct sampler sampler = {
        .engine = fg_method_engine(method), .n = n, .error = error, .hits = {.words = 1}};
    if (n == 0)
        return fg_fail(error, FG_ERROR_ARGUMENT, "0 has no finite set of divisors");
    if (sampler.engine->slices == NULL)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "the method %s tests no candidates; time a batch of it instead",
                       fg_method_name(method));
    const struct fg_method_setup setup = {
        .method = method, .answer = FG_ANSWER_DIVISORS, .cancelled = &never};
    FG_TRY(sampler.engine->open(&setup, &sampler.state, error));
    const enum fg_status status =
        sample(&sampler, sampler.engine->slices->count(method, n), seconds);
    sampler.engine->close(sampler.state);
    fg_results_free(&sampler.hits);
    return status;
}
