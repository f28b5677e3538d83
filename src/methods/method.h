/*
 * method.h: the table of methods: what each is called, which candidates it tests, what it costs.
 */
#ifndef FG_BATCH_METHOD_H
#define FG_BATCH_METHOD_H

#include "algorithms/candidates.h"
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

#endif
