/* SPDX-License-Identifier: MIT */
/*
 * candidates_device.h: the methods that test candidates, on devices.
 */
#ifndef FG_METHODS_CANDIDATES_CANDIDATES_GPU_H
#define FG_METHODS_CANDIDATES_CANDIDATES_GPU_H

#include "methods/contract/method_engine.h"

extern const struct fg_method_gpu fg_candidates_device;

#endif
