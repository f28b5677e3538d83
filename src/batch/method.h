/*
 * method.h: the table of methods: what each is called, which candidates it tests, what it costs.
 */
#ifndef FG_BATCH_METHOD_H
#define FG_BATCH_METHOD_H

#include "algorithms/candidates.h"
#include "arith/bits.h"
#include "factor_gpu.h"

/* FG_METHOD_AUTO made definite; the others as they are. */
enum fg_method fg_method_resolve(enum fg_method method);

/* Whether `method` tests candidates one by one; FG_METHOD_FACTOR does not. */
bool fg_method_has_candidates(enum fg_method method);

/* The candidates that `method` tests for n >= 1. Only for methods that have candidates. */
struct fg_candidates fg_method_candidates(enum fg_method method, uint64_t n);

/*
 * How many of the first numbers certainly have no more than `divisor_limit` divisors in all;
 * at least 1 when count > 0.
 */
size_t fg_batch_prefix(const uint64_t *numbers, size_t count, uint64_t divisor_limit);

/*
 * What FG_METHOD_FACTOR takes for the average number of n's size on one core, in units of 0.1 ns:
 * within a half of what random numbers of 24 to 64 bits took (bench/README.md).
 */
static inline uint64_t fg_method_factor_work(uint64_t n) {
    const uint64_t bits = fg_bit_length64(n);
    return 300 + bits * bits * bits * 9 / 100;
}

#endif
