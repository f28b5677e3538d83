/* SPDX-License-Identifier: MIT */
/*
 * factor_self_test.h: numbers whose factors are known, before a device may factorise others.
 */
#ifndef FG_METHODS_FACTOR_FACTOR_SELF_TEST_H
#define FG_METHODS_FACTOR_FACTOR_SELF_TEST_H

#include "methods/factor/gpu_wavefront.h"

/* The number of numbers that it takes at once: the min capacity of its wave. */
#define FG_FACTOR_SELF_TEST_NUMBERS 128

/*
 * Sends them through every kernel and every queue of the plans on `wave`, idle, of the current
 * device: a few at a time, one for the last resort, and last a crowd, whose state stays in
 * wave->state. FG_ERROR_SELF_CHECK if an answer, or the way to it, differs: the device must not
 * be used.
 */
enum fg_status fg_factor_self_test(int device_index, struct fg_gpu_wavefront *wave,
                                   struct fg_error *error);

#endif
