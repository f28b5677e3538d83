/* SPDX-License-Identifier: MIT */
/*
 * driver_library.h: the driver's library and its device files, if CUDA's runtime gets nowhere with
 * them. The runtime reports the same for a library that is missing, broken or a stub, although each
 * has another remedy.
 */
#ifndef FG_GPU_DRIVER_LIBRARY_H
#define FG_GPU_DRIVER_LIBRARY_H

#include "batch/error.h"
#include <stdbool.h>
#include <stddef.h>

/* Fails with the reason why the runtime finds a driver of version 0, and the remedy. Loads the
 * library for that; from any thread. */
enum fg_status fg_gpu_explain_no_driver(struct fg_error *error);

/* Returns whether `folder`, which is /dev, has a file of the driver that this process may not open,
 * and its path in `path`. */
bool fg_gpu_forbidden_file(const char *folder, char *path, size_t size);

#endif
