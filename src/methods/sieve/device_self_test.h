/* SPDX-License-Identifier: MIT */
/*
 * device_self_test.h: a device's sieve against the host's, before it is used.
 */
#ifndef FG_METHODS_SIEVE_DEVICE_SELF_TEST_H
#define FG_METHODS_SIEVE_DEVICE_SELF_TEST_H

#include "methods/sieve/device_sieve.h"

/* Compares the totals of all columns over some thousand numbers, with large primes among their
 * factors. FG_ERROR_SELF_CHECK, with the device named, if one differs; FG_ERROR_MEMORY,
 * FG_ERROR_DEVICE, FG_ERROR_CANCELLED. */
enum fg_status fg_device_sieve_self_test(int device_index, struct fg_device_sieve *sieve,
                                         const atomic_bool *cancelled, struct fg_error *error);

#endif
