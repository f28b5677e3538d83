/* SPDX-License-Identifier: MIT */
/*
 * atomics.h: C's atomic types, for headers of C that a test includes behind this one. In C++17 only
 * some compilers' <stdatomic.h> has them; std::atomic is the same in memory.
 */
#ifndef FG_TEST_ATOMICS_H
#define FG_TEST_ATOMICS_H

#include <stdatomic.h>

#ifndef __clang__
#include <atomic>
using std::atomic_bool;
#endif

#endif
