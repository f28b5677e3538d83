/* SPDX-License-Identifier: MIT */
#ifndef FG_TESTS_TOOLKIT_RANGE_RUN_H
#define FG_TESTS_TOOLKIT_RANGE_RUN_H

#ifdef __cplusplus
extern "C" {
#endif

/* A range "batch", and in it a range "rounds" for each round, up to round 3, which ends it. */
void fg_test_toolkit_ranges(unsigned rounds);

#ifdef __cplusplus
}
#endif

#endif
