/* SPDX-License-Identifier: MIT */
/*
 * totals_device.h: totals of ranges on devices.
 */
#ifndef FG_METHODS_SIEVE_TOTALS_DEVICE_H
#define FG_METHODS_SIEVE_TOTALS_DEVICE_H

#include "methods/contract/method_engine.h"

/* It has begin_totals(), and no begin(). */
extern const struct fg_method_gpu fg_totals_device;

#endif
