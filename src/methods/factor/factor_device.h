/* SPDX-License-Identifier: MIT */
/*
 * factor_device.h: the method factor on devices.
 */
#ifndef FG_METHODS_FACTOR_FACTOR_GPU_H
#define FG_METHODS_FACTOR_FACTOR_GPU_H

#include "methods/contract/method_engine.h"

extern const struct fg_method_gpu fg_factor_device;

#endif
