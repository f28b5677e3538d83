/* SPDX-License-Identifier: MIT */
/*
 * wide_self_test.h: numbers of two words whose factors are known, before a device may factorise
 * others.
 */
#ifndef FG_METHODS_FACTOR_WIDE_SELF_TEST_H
#define FG_METHODS_FACTOR_WIDE_SELF_TEST_H

#include "methods/factor/gpu_wide_wavefront.h"

/*
 * Sends them through the kernels on `wave`, idle, of the current device. FG_ERROR_SELF_CHECK if an
 * answer differs: the device must not be used.
 */
enum fg_status fg_wide_self_test(int device_index, struct fg_gpu_wide_wavefront *wave,
                                 struct fg_error *error);

#endif
