/* SPDX-License-Identifier: MIT */
/*
 * candidates_self_test.h: runs known numbers through every kernel before a device is used.
 */
#ifndef FG_METHODS_CANDIDATES_CANDIDATES_SELF_TEST_H
#define FG_METHODS_CANDIDATES_CANDIDATES_SELF_TEST_H

#include "methods/candidates/gpu_stream.h"

/*
 * Runs every kernel on `slot` of the current device and compares with division on the CPU.
 * FG_ERROR_SELF_CHECK if an answer differs: the device must not be used.
 */
enum fg_status fg_candidates_self_test(int device_index, struct fg_candidates_stream *slot,
                                       struct fg_error *error);

#endif
