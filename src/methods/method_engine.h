/*
 * method_engine.h: the contract between a method and the backends that run it.
 *
 * A method is a folder below methods/ that fills one struct fg_method_engine: how it works on one
 * core, and in a build with CUDA how it works on devices. A folder may serve several methods that
 * differ by a parameter, as candidates/ does: every function is told which one is meant. The table
 * of methods (method.c) names the engine of each; a backend takes it from there and knows no
 * method.
 */
#ifndef FG_METHODS_METHOD_ENGINE_H
#define FG_METHODS_METHOD_ENGINE_H

#include "batch/error.h"
#include "batch/numbers.h"
#include "batch/results.h"
#include <stdatomic.h>

/* What a method is opened with, on a core or on devices. */
struct fg_method_setup {
    enum fg_method method;
    enum fg_answer answer;        /* what run() appends for each number */
    const atomic_bool *cancelled; /* valid until close; polled every few milliseconds of work */
};

/*
 * A method on one or more devices. `which` counts the devices of an engine from 0. A function that
 * is given it is called in a thread in which that device is current; the others are called by the
 * engine's thread, while no device works.
 */
struct fg_method_gpu {
    /* The state of an engine with so many devices, none of them opened yet. */
    enum fg_status (*open)(const struct fg_method_setup *setup, size_t device_count, void **state,
                           struct fg_error *error);
    /* Gives device `which`, which CUDA counts as `index`, its streams and buffers, and tests it
     * with numbers whose answers are known: FG_ERROR_SELF_CHECK if it answers wrongly. */
    enum fg_status (*open_device)(void *state, size_t which, int index, struct fg_error *error);
    /* Takes a batch, whose answers will be appended to `results`; both must stay until end(). */
    enum fg_status (*begin)(void *state, const struct fg_numbers *numbers,
                            struct fg_results *results, struct fg_error *error);
    /* Works on the batch until nothing is left of it, or `stop` or the setup's `cancelled` turns
     * true. The devices are in here at the same time, each in its own thread. FG_OK if `stop` was
     * seen. */
    enum fg_status (*work)(void *state, size_t which, const atomic_bool *stop,
                           struct fg_error *error);
    /* Completes the answers, after every work() has returned FG_OK without `stop`: of a prefix of
     * the batch, every one of them checked. */
    enum fg_status (*end)(void *state, struct fg_error *error);
    /* Adds what the method knows of the time it took. */
    void (*timing)(const void *state, struct fg_timing *timing);
    /* Releases what open_device() made, all or part of it. */
    void (*close_device)(void *state, size_t which);
    void (*close)(void *state); /* after close_device() of every device */
};

#endif
