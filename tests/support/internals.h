/* SPDX-License-Identifier: MIT */
/*
 * internals.h: the library's own headers for tests that look behind the public one.
 *
 * They are C and shared with the kernels, so they have no extern "C" of their own. The standard
 * headers that they use come first, because C++ must not meet those inside the block.
 */
#ifndef FG_TESTS_INTERNALS_H
#define FG_TESTS_INTERNALS_H

#include "factor_gpu.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <math.h>

extern "C" {
#include "algorithms/candidates.h"
#include "algorithms/divisibility.h"
#include "algorithms/divisor_bound.h"
#include "algorithms/divisors.h"
#include "algorithms/marked_divisors.h"
#include "arith/inverse.h"
#include "arith/isqrt.h"
#include "arith/wide_mul.h"
#include "batch/answers.h"
#include "batch/error.h"
#include "batch/results.h"
#include "methods/candidates/scan.h"
#include "methods/contract/expected_costs.h"
#include "methods/method.h"
}

#endif
