/*
 * backend.h: the contract between the engine and a backend.
 *
 * A backend is one struct of functions in one registry table (registry.c); the backends never see
 * each other. To add one: write its file, add its line to the table and its file to CMakeLists.txt.
 */
#ifndef FG_BACKENDS_BACKEND_H
#define FG_BACKENDS_BACKEND_H

#include "batch/error.h"
#include "batch/results.h"
#include <stdatomic.h>

/* What a backend is opened with. Everything has its final value: nothing is "auto" any more. */
struct fg_setup {
    enum fg_method method;
    /* What run() appends for each number. A method of candidates is always asked for divisors:
     * where the caller wants primes the engine makes them from those. */
    enum fg_answer answer;
    unsigned jobs;      /* >= 1 */
    const int *devices; /* NULL: the first that can be used; valid during open only */
    size_t device_count;
    const atomic_bool *cancelled; /* valid until close; poll it every few milliseconds of work */
};

/* The most numbers that the engine gives run() at once. */
#define FG_CHUNK_NUMBERS (UINT64_C(1) << 20)

struct fg_backend {
    const char *name;
    const char *summary;

    /*
     * How many values run() has room for, so that fixed-size shared memory can be used; at least
     * FG_MAX_DIVISORS. A method of candidates is given no more numbers than surely have this many
     * divisors in all (fg_batch_prefix()); FG_METHOD_FACTOR that many or up to chunk_values / 64,
     * whichever is more: their primes surely fit, and their divisors probably.
     */
    uint64_t chunk_values;
    /* run() has passed every answer through fg_answers_check(), or an equal of it, where its work
     * is shared out; where false, the engine does so in the calling thread. */
    bool checks_answers;

    /* FG_OK, or FG_ERROR_UNAVAILABLE with the reason. NULL where the backend runs everywhere. */
    enum fg_status (*probe)(struct fg_error *error);
    /* On success *state is what the other functions take. */
    enum fg_status (*open)(const struct fg_setup *setup, void **state, struct fg_error *error);
    /*
     * Appends the answers for a prefix of numbers[0 .. count), each >= 1, to `results` in order.
     * The prefix is all of them, or shorter where memory is full: the engine calls again from
     * there. It may even be empty, unless all divisors surely fit, and after an empty one the
     * engine calls with so few that they do.
     *
     * On failure the engine discards `results` and calls nothing but close(). FG_ERROR_CANCELLED,
     * also with an error filled, when setup->cancelled turned true; FG_ERROR_SELF_CHECK where an
     * answer is wrong.
     */
    enum fg_status (*run)(void *state, const uint64_t *numbers, size_t count,
                          struct fg_results *results, struct fg_error *error);
    /*
     * The same, but numbers[i]'s answer is handed to `consume` as number first + i, by whoever
     * found it, and all are answered. Only for methods without candidates, and only in a backend
     * that checks answers. NULL: the engine hands over what run() has gathered.
     */
    enum fg_status (*run_to)(void *state, const uint64_t *numbers, size_t count, size_t first,
                             fg_consumer *consume, void *context, struct fg_error *error);
    void (*close)(void *state);

    /* NULL where the backend has nothing to say. */
    void (*timing)(const void *state, struct fg_timing *timing);
    enum fg_status (*list_devices)(struct fg_device *devices, size_t capacity, size_t *count,
                                   struct fg_error *error);
};

/* The table of registry.c, in the order a comparison lists it. */
extern const struct fg_backend *const fg_backends[];
extern const size_t fg_backends_count;

/* NULL where there is no backend of that name. */
const struct fg_backend *fg_backend_find(const char *name);

#endif
