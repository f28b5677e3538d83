/* SPDX-License-Identifier: MIT */
/*
 * backend.h: the contract between the engine and a backend.
 *
 * A backend is one struct of functions in the table of registry.c. The backends never see each
 * other. CONTRIBUTING.md has the steps to add one.
 */
#ifndef FG_BACKENDS_BACKEND_H
#define FG_BACKENDS_BACKEND_H

#include "batch/error.h"
#include "batch/results.h"
#include "batch/totals.h"
#include "methods/contract/method_engine.h"

/* The setup of a backend. Every member has its final value: nothing is "auto" any more. */
struct fg_setup {
    /* The setup of the method. A method that does not answer with primes is asked for divisors: if
     * the caller wants primes, the engine makes them from the divisors. */
    struct fg_method_setup method;
    unsigned jobs;      /* >= 1 */
    const int *devices; /* NULL: the first that can be used; valid during open only */
    size_t device_count;
};

/* Max numbers that the engine gives run() at once: a page. Of a range it can be more: see below. */
#define FG_PAGE_NUMBERS (UINT64_C(1) << 20)

struct fg_backend {
    const char *name;
    const char *summary;
    struct fg_backend_properties properties;

    /*
     * The count of values at which run() ends early, at least FG_MAX_DIVISORS, so that a backend
     * can use shared memory of fixed size. Of values of two words it is half as many, which is at
     * least FG_WIDE_MAX_LISTED_DIVISORS. A method that is not brief gets no more numbers than
     * certainly fit (fg_numbers_prefix()). A brief method gets as many, or page_values / 64 if that
     * is more: their primes certainly fit, and their divisors probably.
     */
    uint64_t page_values;
    /* True if run() passes every answer through fg_answers_check() or an equivalent, in its
     * workers. If false, the engine does so in the calling thread. */
    bool checks_answers;

    /* True if run() takes ranges of any length, and not pages only. */
    bool long_ranges;

    /* Returns whether it answers batches of this kind and width that the method answers. NULL: all
     * of them. A range that it does not take comes as lists of consecutive numbers. A backend that
     * takes ranges checks answers. */
    bool (*takes)(enum fg_numbers_kind kind, unsigned words);
    /* FG_OK, or FG_ERROR_UNAVAILABLE with the reason. NULL: the backend runs everywhere. */
    enum fg_status (*probe)(struct fg_error *error);
    /* On success *state is what the other functions take. */
    enum fg_status (*open)(const struct fg_setup *setup, void **state, struct fg_error *error);
    /*
     * Appends the answers to a prefix of the batch to `results`, in order. No number is 0, but the
     * first of a range can be, and is answered as 1. The
     * prefix ends early if it reaches page_values; the engine calls again from there. The prefix
     * can be empty, unless all answers certainly fit: after an empty one the engine calls again
     * with so few numbers that their answers certainly fit.
     *
     * Returns FG_ERROR_CANCELLED, with an error filled, if the setup's `cancelled` turned true, and
     * FG_ERROR_SELF_CHECK if an answer is wrong, and the method's FG_ERROR_TOO_MANY. After any
     * failure the engine discards `results` and calls nothing but close().
     *
     * NULL: the backend was left out of the build, and open() says so.
     */
    enum fg_status (*run)(void *state, const struct fg_numbers *numbers, struct fg_results *results,
                          struct fg_error *error);
    /*
     * Answers all numbers, but hands the answer to number i to `consume` as number first + i, in
     * the thread that found it. A range can have any length. Only for methods whose numbers are
     * never cut, and only in a backend that checks answers. NULL: the engine hands over what run()
     * has gathered.
     */
    enum fg_status (*run_to)(void *state, const struct fg_numbers *numbers, size_t first,
                             fg_consumer *consume, void *context, struct fg_error *error);
    /* Fills entries at .. at + count - 1 of every request, which have passed their check, with the
     * columns of a range's numbers, by a method that does that without lists. NULL: the engine
     * makes them of lists. */
    enum fg_status (*run_columns)(void *state, const struct fg_numbers *range,
                                  const struct fg_column_request *requests, size_t request_count,
                                  size_t at, struct fg_error *error);
    /* Adds the totals of a range in the same way, all of them or none. A backend with devices does
     * that if the method has gpu_totals, which take the range. NULL: the engine makes them of
     * columns or lists. */
    enum fg_status (*run_totals)(void *state, const struct fg_numbers *range,
                                 struct fg_shared_totals *shared, struct fg_error *error);
    void (*close)(void *state);
    /* Frees the memory of a state that a forked child has inherited, and closes its descriptors.
     * Touches no thread, child, lock or device: those are the parent's. */
    void (*forget)(void *state);

    /* NULL: the backend keeps no account and has no devices. */
    void (*timing)(const void *state, struct fg_timing *timing);
    /* Returns how many multiprocessors these devices have together, without starting them; 0 if
     * that is not known. No devices: the one that open() is expected to take, which programs may
     * start and which the build has code for. */
    unsigned (*multiprocessors)(const int *devices, size_t count);
    enum fg_status (*list_devices)(struct fg_device *devices, size_t capacity, size_t *count,
                                   struct fg_error *error);
};

/* The table of registry.c, in the order a comparison lists it. */
extern const struct fg_backend *const fg_backends[];
extern const size_t fg_backends_count;

/* NULL if there is no backend of that name. */
const struct fg_backend *fg_backend_find(const char *name);

#endif
