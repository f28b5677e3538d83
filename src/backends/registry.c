/* SPDX-License-Identifier: MIT */
/*
 * registry.c: the table of backends, the only one of their files that knows whether CUDA was built
 * in.
 */
#include "backends/backend.h"

#include <string.h>

extern const struct fg_backend fg_backend_serial, fg_backend_fork, fg_backend_pool,
    fg_backend_threads, fg_backend_cuda;

#ifndef FG_HAVE_CUDA
static enum fg_status cuda_left_out(struct fg_error *error) {
    return fg_fail(error, FG_ERROR_UNAVAILABLE,
                   "this build has no CUDA: it was configured without nvcc or with "
                   "FACTOR_GPU_CUDA=OFF");
}

static enum fg_status cuda_left_out_open(const struct fg_setup *setup, void **state,
                                         struct fg_error *error) {
    (void)setup;
    (void)state;
    return cuda_left_out(error);
}

static enum fg_status cuda_left_out_list(struct fg_device *devices, size_t capacity, size_t *count,
                                         struct fg_error *error) {
    (void)devices;
    (void)capacity;
    *count = 0;
    return cuda_left_out(error);
}

/* The backend `cuda` of a build without it: says why there is no GPU. */
const struct fg_backend fg_backend_cuda = {
    .name = "cuda",
    .summary = "the GPU",
    .properties = {.size = sizeof(struct fg_backend_properties), .uses_devices = true},
    .page_values = FG_MAX_DIVISORS,
    .probe = cuda_left_out,
    .open = cuda_left_out_open,
    .list_devices = cuda_left_out_list,
};
#endif

const struct fg_backend *const fg_backends[] = {
    &fg_backend_serial, &fg_backend_fork, &fg_backend_pool, &fg_backend_threads, &fg_backend_cuda,
};
const size_t fg_backends_count = sizeof fg_backends / sizeof fg_backends[0];

const struct fg_backend *fg_backend_find(const char *name) {
    for (size_t i = 0; i < fg_backends_count; i++)
        if (strcmp(fg_backends[i]->name, name) == 0)
            return fg_backends[i];
    return NULL;
}
