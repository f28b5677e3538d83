/* SPDX-License-Identifier: MIT */
/*
 * compared_backends.c: the table of backends for the comparison's tests, in place of registry.c.
 *
 * Those tests run every backend of the table on a model of its cost and expect certain sentences.
 * With a table of their own a new backend changes none of them. Nothing here is opened.
 */
#include "backends/backend.h"

#include <string.h>

extern const struct fg_backend fg_backend_serial, fg_backend_fork, fg_backend_pool,
    fg_backend_threads;

static const struct fg_backend cuda = {
    .name = "cuda",
    .summary = "the GPU",
    .properties = {.size = sizeof(struct fg_backend_properties), .uses_devices = true},
};

const struct fg_backend *const fg_backends[] = {&fg_backend_serial, &fg_backend_fork,
                                                &fg_backend_pool, &fg_backend_threads, &cuda};
const size_t fg_backends_count = sizeof fg_backends / sizeof fg_backends[0];

const struct fg_backend *fg_backend_find(const char *name) {
    for (size_t i = 0; i < fg_backends_count; i++)
        if (strcmp(fg_backends[i]->name, name) == 0)
            return fg_backends[i];
    return NULL;
}
