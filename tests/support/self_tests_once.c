/* SPDX-License-Identifier: MIT */
/*
 * self_tests_once.c: a device that has passed a self-test in this process is not tested again.
 *
 * The emulated device computes slowly, so that its self-tests would take most of the time of tests
 * that open engines again and again. The linker leads the library's calls here (--wrap).
 * FG_PASSED_VARIABLE, if it is defined, names a variable of the environment instead that says that
 * all devices have passed.
 */
#include "support/self_tests_once.h"

#include "methods/candidates/candidates_self_test.h"
#include "methods/factor/factor_self_test.h"
#include "methods/factor/wide_self_test.h"
#include "methods/sieve/device_self_test.h"

#include <stdatomic.h>
#include <stdlib.h>

#define DEVICES_MAX 8

enum self_test { CANDIDATES, FACTOR, WIDE, SIEVE, SELF_TESTS };

static atomic_bool passed[SELF_TESTS][DEVICES_MAX];

static void forget(enum self_test test) {
    for (int device = 0; device < DEVICES_MAX; device++)
        passed[test][device] = false;
}

void fg_test_devices_again(void) {
    for (int test = 0; test < SELF_TESTS; test++)
        forget((enum self_test)test);
}

void fg_test_sieves_again(void) {
    forget(SIEVE);
}

/* Notes how a self-test has ended. */
static enum fg_status note(enum self_test test, int device, enum fg_status status) {
    if (device < DEVICES_MAX)
        passed[test][device] = status == FG_OK;
    return status;
}

static bool has_passed(enum self_test test, int device) {
#ifdef FG_PASSED_VARIABLE
    (void)test, (void)device;
    return getenv(FG_PASSED_VARIABLE) != NULL;
#else
    return device < DEVICES_MAX && passed[test][device];
#endif
}

enum fg_status __real_fg_candidates_self_test(int device, struct fg_candidates_stream *slot,
                                              struct fg_error *error);
enum fg_status __wrap_fg_candidates_self_test(int device, struct fg_candidates_stream *slot,
                                              struct fg_error *error);
enum fg_status __wrap_fg_candidates_self_test(int device, struct fg_candidates_stream *slot,
                                              struct fg_error *error) {
    return has_passed(CANDIDATES, device)
               ? FG_OK
               : note(CANDIDATES, device, __real_fg_candidates_self_test(device, slot, error));
}

enum fg_status __real_fg_factor_self_test(int device, struct fg_gpu_wavefront *wave,
                                          struct fg_error *error);
enum fg_status __wrap_fg_factor_self_test(int device, struct fg_gpu_wavefront *wave,
                                          struct fg_error *error);
enum fg_status __wrap_fg_factor_self_test(int device, struct fg_gpu_wavefront *wave,
                                          struct fg_error *error) {
    return has_passed(FACTOR, device)
               ? FG_OK
               : note(FACTOR, device, __real_fg_factor_self_test(device, wave, error));
}

enum fg_status __real_fg_wide_self_test(int device, struct fg_gpu_wide_wavefront *wave,
                                        struct fg_error *error);
enum fg_status __wrap_fg_wide_self_test(int device, struct fg_gpu_wide_wavefront *wave,
                                        struct fg_error *error);
enum fg_status __wrap_fg_wide_self_test(int device, struct fg_gpu_wide_wavefront *wave,
                                        struct fg_error *error) {
    return has_passed(WIDE, device)
               ? FG_OK
               : note(WIDE, device, __real_fg_wide_self_test(device, wave, error));
}

enum fg_status __real_fg_device_sieve_self_test(int device, struct fg_device_sieve *sieve,
                                                const atomic_bool *cancelled,
                                                struct fg_error *error);
enum fg_status __wrap_fg_device_sieve_self_test(int device, struct fg_device_sieve *sieve,
                                                const atomic_bool *cancelled,
                                                struct fg_error *error);
enum fg_status __wrap_fg_device_sieve_self_test(int device, struct fg_device_sieve *sieve,
                                                const atomic_bool *cancelled,
                                                struct fg_error *error) {
    return has_passed(SIEVE, device)
               ? FG_OK
               : note(SIEVE, device,
                      __real_fg_device_sieve_self_test(device, sieve, cancelled, error));
}
