/* SPDX-License-Identifier: MIT */
/*
 * self_tests_once.h: for tests of what a device's self-test does.
 */
#ifndef FG_TESTS_SELF_TESTS_ONCE_H
#define FG_TESTS_SELF_TESTS_ONCE_H

#ifdef __cplusplus
extern "C" {
#endif

/* Has every device tested again when it is opened next. */
void fg_test_devices_again(void);

/* Has every device's sieve tested again. */
void fg_test_sieves_again(void);

#ifdef __cplusplus
}
#endif

#endif
