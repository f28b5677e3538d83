/* SPDX-License-Identifier: MIT */
/*
 * columns.h: columns for a part of a batch, without the checks of the public calls.
 */
#ifndef FG_BATCH_COLUMNS_H
#define FG_BATCH_COLUMNS_H

#include "batch/error.h"

/* Rejects malformed requests with a message. Each must have an array, unless `count`, the number of
 * entries that will be written, is 0. */
enum fg_status fg_columns_check(const struct fg_column_request *requests, size_t request_count,
                                size_t count, struct fg_error *error);

/* Fills entries at .. at + count - 1 of every request, which have passed the check. The primes of
 * number i, 0 <= i < count, are primes[offsets[i] .. offsets[i + 1]). */
void fg_columns_fill_range(const struct fg_column_request *requests, size_t request_count,
                           size_t at, const uint64_t *primes, const size_t *offsets, size_t count);

/* Sets entry `at` of every request to 0, of the types for numbers with so many words. */
void fg_columns_clear_entry(const struct fg_column_request *requests, size_t request_count,
                            unsigned words, size_t at);

#endif
