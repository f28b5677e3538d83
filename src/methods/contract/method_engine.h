/* SPDX-License-Identifier: MIT */
/*
 * method_engine.h: the contract between a method and the backends that run it.
 *
 * A method is a folder below methods/ that fills one struct fg_method_engine: how it works on one
 * core, and in a build with CUDA how it works on devices. A folder may serve several methods that
 * differ by a parameter, as candidates/ does: every function has a parameter that says which one is
 * meant. The table of methods (method.c) names the engine of each; a backend takes it from there
 * and knows no method.
 */
#ifndef FG_METHODS_CONTRACT_METHOD_ENGINE_H
#define FG_METHODS_CONTRACT_METHOD_ENGINE_H

#include "batch/error.h"
#include "batch/numbers.h"
#include "batch/results.h"
#include "batch/totals.h"
#include "methods/contract/expected_costs.h"
#include <stdatomic.h>

/* The setup of a method, on a core or on devices. */
struct fg_method_setup {
    enum fg_method method;
    enum fg_answer answer;        /* what run() appends for each number */
    const atomic_bool *cancelled; /* valid until close; polled every few milliseconds of work */
    /* Not 0: run() may answer a number with a prime above this bound by the single value 0. It may
     * also answer it as any other: the engine replaces that (batch/smooth_answers.h). */
    struct fg_uint128 smooth_bound;
    /* fg_config's, or in processes of their own the way to it. A method may leave primes out. */
    fg_certificate_consumer *take_certificate;
    void *certificate_context;
};

/*
 * A number cut into slices that several workers can take: units 0 .. count(n) - 1, each about as
 * much work as any other. A number cut that way has one word.
 */
struct fg_method_slices {
    uint64_t (*count)(enum fg_method method, uint64_t n);
    /* Appends the hits of units [begin, end) to `hits` as if they were a number's whole answer.
     * `state` is open()'s. */
    enum fg_status (*run)(void *state, uint64_t n, uint64_t begin, uint64_t end,
                          struct fg_results *hits, struct fg_error *error);
    /* Makes n's answer of the hits of all its units, list[0 .. hit_count) in the order of the
     * units, and returns its length. `list` and `scratch` have fg_divisor_bound(n) entries. */
    uint32_t (*merge)(enum fg_method method, uint64_t n, uint64_t *list, uint32_t hit_count,
                      uint64_t *scratch);
};

/*
 * A method on one or more devices. `which` counts the devices of an engine from 0. A function that
 * is given it is called in a thread in which that device is current; the others are called by the
 * engine's thread, while no device works.
 */
struct fg_method_gpu {
    /* Makes the state of an engine with so many devices, none of them opened yet. Its work on the
     * host takes `jobs` threads at most, or one for each device if those are more. */
    enum fg_status (*open)(const struct fg_method_setup *setup, size_t device_count, unsigned jobs,
                           void **state, struct fg_error *error);
    /* Gives device `which`, which the runtime counts as `index`, its streams and buffers, and tests
     * it with numbers whose answers are known: FG_ERROR_SELF_CHECK if it answers wrongly. */
    enum fg_status (*open_device)(void *state, size_t which, int index, struct fg_error *error);
    /* Takes a batch, whose answers will be appended to `results`; both must stay until end(). A
     * method that answers a prefix ends it once it has appended `value_limit` values. */
    enum fg_status (*begin)(void *state, const struct fg_numbers *numbers, uint64_t value_limit,
                            struct fg_results *results, struct fg_error *error);
    /* In a method that has totals of ranges only, in place of begin(). Returns whether the devices
     * have these totals of the range, and it is long enough for them. Called in any thread. */
    bool (*takes_totals)(const struct fg_numbers *range, const struct fg_totals *totals,
                         size_t column_count);
    /* Returns the expected time of such totals on both sides, for the choice of a device. */
    struct fg_method_cost (*totals_cost)(const struct fg_numbers *range,
                                         const struct fg_totals *totals, size_t column_count);
    /* Takes such a range, whose totals end() will add to `shared`. */
    enum fg_status (*begin_totals)(void *state, const struct fg_numbers *range,
                                   struct fg_shared_totals *shared, struct fg_error *error);
    /* Works on the batch until nothing is left of it, or `stop` or the setup's `cancelled` turns
     * true. The devices are in here at the same time, each in its own thread. FG_OK if `stop` was
     * seen. Then, and after FG_ERROR_CANCELLED, nothing is under way: begin() may follow. */
    enum fg_status (*work)(void *state, size_t which, const atomic_bool *stop,
                           struct fg_error *error);
    /* Completes the answers, after every work() has returned FG_OK without `stop`: of a prefix of
     * the batch, every one of them checked. */
    enum fg_status (*end)(void *state, struct fg_error *error);
    /* Adds what the method knows of the time it took on its devices and on the host. */
    void (*timing)(const void *state, struct fg_timing *timing);
    /* Releases what open_device() made, all or part of it. */
    void (*close_device)(void *state, size_t which);
    /* Releases the rest without a call to CUDA, after close_device() of every device. */
    void (*close)(void *state);
    /* Frees the memory in a forked child, which can use neither CUDA nor the engine's threads. */
    void (*forget)(void *state);
};

/* Abilities besides run() of a method that takes ranges. Every range has one word. */
struct fg_method_ranges {
    /* Returns the expected time of the range on one core, as one part, in seconds. */
    double (*cost_s)(const struct fg_numbers *range);
    /* Returns how many numbers a part of the range must have to be worth a worker's start: at least
     * 1; the range may have fewer. `totals` are what is asked for; NULL: lists or columns. */
    size_t (*part_numbers)(const struct fg_numbers *range, const struct fg_shared_totals *totals);
    /* Returns whether so many workers answer the range sooner than `wanted` of its numbers in
     * lists. NULL: it is always answered as a range. */
    bool (*pays)(const struct fg_numbers *range, size_t wanted, unsigned workers);
    /* Fills entries at .. at + count - 1 of every request, which have passed fg_columns_check(),
     * with the columns of the range's numbers. `state` is open()'s. The errors of run(). */
    enum fg_status (*columns)(void *state, const struct fg_numbers *range,
                              const struct fg_column_request *requests, size_t request_count,
                              size_t at, struct fg_error *error);
    /* Adds the totals of the range's columns to totals[0 .. column_count), which are those of no
     * numbers and of columns that have passed fg_totals_check(). 0 is left out. The errors of
     * run(). */
    enum fg_status (*totals)(void *state, const struct fg_numbers *range, struct fg_totals *totals,
                             size_t column_count, struct fg_error *error);
};

struct fg_method_engine {
    /* Returns whether run() answers batches of this kind and width. If it takes lists only, the
     * engine makes lists of consecutive numbers of a range. */
    bool (*takes)(enum fg_numbers_kind kind, unsigned words);
    /* fg_work(): the one measure of work, for n >= 1 of one word. */
    uint64_t (*work)(enum fg_method method, uint64_t n);
    /* fg_wide_work(): for two words; NULL in a method that does not take such numbers. */
    uint64_t (*wide_work)(enum fg_method method, struct fg_uint128 n);
    /* Returns the expected time of such numbers on both sides, for the choice of a device. */
    struct fg_method_cost (*cost)(enum fg_answer answer, const struct fg_work_sums *sums);
    /* Returns the max count of values in the answer to a number of one word, whatever the answer
     * is. The answer to one of two words has FG_WIDE_MAX_LISTED_DIVISORS at most. */
    uint32_t (*max_values)(uint64_t n);
    /* false: run() answers with divisors only, and the engine makes primes of them. */
    bool answers_primes;
    /* Every number takes milliseconds at most. Then work is estimated from a sample, tasks are cut
     * by count, and a page of numbers may be cut so that its answers only probably fit, because
     * those that do not are soon found again. If false, a number can take hours. */
    bool brief;

    /* The method on one core. *state is what the others take; one thread at a time. */
    enum fg_status (*open)(const struct fg_method_setup *setup, void **state,
                           struct fg_error *error);
    /*
     * Appends the answers to a prefix of the batch, checked, to `results`: to all of it, or to as
     * many numbers as surely have no more than `value_limit` values, but at least to one if there
     * is one. results->words are the words of the numbers. FG_OK, FG_ERROR_CANCELLED,
     * FG_ERROR_MEMORY, FG_ERROR_SELF_CHECK, or FG_ERROR_TOO_MANY if the next number has more
     * divisors than a list may hold; `error` then says which and how many.
     */
    enum fg_status (*run)(void *state, const struct fg_numbers *numbers, size_t value_limit,
                          struct fg_results *results, struct fg_error *error);
    void (*close)(void *state);

    const struct fg_method_slices *slices;  /* NULL: a number cannot be cut */
    const struct fg_method_ranges *ranges;  /* NULL: takes() accepts no ranges */
    const struct fg_method_gpu *gpu;        /* NULL: not on devices, or not in this build */
    const struct fg_method_gpu *gpu_totals; /* of ranges; NULL in the same way */
};

#endif
