/* SPDX-License-Identifier: MIT */
/*
 * sieve_internals.h: the C headers of the sieve, as C++ reads them.
 */
#ifndef FG_TESTS_SIEVE_INTERNALS_H
#define FG_TESTS_SIEVE_INTERNALS_H

#include "support/atomics.h"

extern "C" {
#include "methods/factor/factor.h"
#include "methods/factor/factor_work.h"
#include "methods/sieve/buckets.h"
#include "methods/sieve/half_gaps.h"
#include "methods/sieve/large_sieve.h"
#include "methods/sieve/mark_places.h"
#include "methods/sieve/planes.h"
#include "methods/sieve/prime_chunk.h"
#include "methods/sieve/range_sieve.h"
#include "methods/sieve/rough_cofactors.h"
#include "methods/sieve/sieve_primes.h"
#include "methods/sieve/totients.h"
}

#endif
