/* SPDX-License-Identifier: MIT */
/*
 * planes_totals.h: totals of the columns of a segment's numbers, without arrays of columns: a
 * block's columns are summed up in the first cache.
 */
#ifndef FG_METHODS_SIEVE_PLANES_TOTALS_H
#define FG_METHODS_SIEVE_PLANES_TOTALS_H

#include "methods/sieve/finish.h"
#include "methods/sieve/sieve_check.h"

/*
 * Adds a column of numbers first .. first + count - 1 of a segment to totals, which have passed
 * fg_totals_check() and have room for as many numbers more (fg_totals_check_count()); 0 is left
 * out. `check` is ready for the segment (fg_sieve_check_prepare()). FG_ERROR_SELF_CHECK if an entry
 * of the sample is wrong. Thread-safe for different totals.
 */
enum fg_status fg_column_add_totals(const struct fg_finish *finish, uint64_t first, uint32_t count,
                                    const struct fg_column_request *request,
                                    const struct fg_sieve_check *check, struct fg_totals *totals,
                                    struct fg_error *error);

/* The memory for the columns of a block, aligned to 8 bytes. */
#define FG_PLANES_TOTALS_BYTES ((size_t)32 << 10)

/*
 * Adds the segment's numbers to totals[0 .. column_count), which have passed fg_totals_check() and
 * have room for as many numbers more (fg_totals_check_count()); 0 is left out. `space` has
 * FG_PLANES_TOTALS_BYTES. `check` is ready for the segment (fg_sieve_check_prepare()).
 * FG_ERROR_SELF_CHECK as from finish->columns(), or if an entry of the sample is wrong: then some
 * totals have the numbers and others do not. Thread-safe for different totals and spaces.
 */
enum fg_status fg_planes_add_totals(const struct fg_finish *finish, const struct fg_planes *planes,
                                    const struct fg_sieve_check *check, struct fg_totals *totals,
                                    size_t column_count, void *space, struct fg_error *error);

#endif
