/* SPDX-License-Identifier: MIT */
/*
 * wide_columns.h: columns of numbers with two words, without the checks of the public calls.
 */
#ifndef FG_BATCH_WIDE_COLUMNS_H
#define FG_BATCH_WIDE_COLUMNS_H

#include "factor_gpu.h"

/* Fills entries at .. at + count - 1 of every request, of the types for two words. The primes of
 * number i, 0 <= i < count, are primes[offsets[i] .. offsets[i + 1]). */
void fg_wide_columns_fill_range(const struct fg_column_request *requests, size_t request_count,
                                size_t at, const struct fg_uint128 *primes, const size_t *offsets,
                                size_t count);

#endif
