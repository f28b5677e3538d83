/* SPDX-License-Identifier: MIT */
/*
 * device.h: what CUDA finds on this machine, and why it finds nothing.
 */
#ifndef FG_GPU_DEVICE_H
#define FG_GPU_DEVICE_H

#include "batch/error.h"
#include <stdbool.h>

/*
 * Every CUDA call of the backend goes through this: on failure `status` becomes FG_ERROR_DEVICE,
 * with the call's own text and CUDA's words in `error`.
 */
#define FG_CUDA(call, error) fg_gpu_check((call), #call, (error))

/* `result` is a cudaError_t; an int here keeps CUDA's header out of this one. */
enum fg_status fg_gpu_check(int result, const char *call, struct fg_error *error);

/* FG_OK with *count >= 1; else FG_ERROR_UNAVAILABLE: no driver, driver too old, or no device. */
enum fg_status fg_gpu_count_devices(int *count, struct fg_error *error);

/* Fills in what is known of device `index`; if device->usable is false, device->reason says why. */
void fg_gpu_describe_device(int index, struct fg_device *device);

/* The first device that this build has code for; FG_ERROR_UNAVAILABLE, with a reason, for none. */
enum fg_status fg_gpu_first_usable(int *index, struct fg_error *error);

/* Returns whether code for `architectures`, as CMake names them ("75-virtual 90-real"), runs on a
 * device of compute capability major.minor. A name without a number, as "native", is assumed to
 * cover it. `compiles_ptx`: the driver compiles the build's PTX. */
bool fg_gpu_code_runs_on(const char *architectures, int major, int minor, bool compiles_ptx);

/* Returns the device that fg_gpu_first_usable() is expected to find, without starting any: the
 * first that programs may start and that this build has code for; -1 if there is none. */
int fg_gpu_first_expected(void);

/* Returns whether FP64 has as many units as 32-bit integer multiplication on a multiprocessor of
 * compute capability major.minor. */
bool fg_gpu_has_fast_doubles(int major, int minor);

/* FG_OK if device `index` exists and can run this build's kernels. Makes it current. */
enum fg_status fg_gpu_require_device(int index, struct fg_error *error);

#endif
