/*
 * method.h: the table of methods: what each is called and which candidates it tests.
 */
#ifndef FG_BATCH_METHOD_H
#define FG_BATCH_METHOD_H

#include "algorithms/candidates.h"
#include "factor_gpu.h"

/* FG_METHOD_AUTO made definite; the others as they are. */
enum fg_method fg_method_resolve(enum fg_method method);

/* The candidates that `method` tests for n >= 1. */
struct fg_candidates fg_method_candidates(enum fg_method method, uint64_t n);

#endif
