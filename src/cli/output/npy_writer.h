/* SPDX-License-Identifier: MIT */
/*
 * npy_writer.h: the header of NumPy's file format, version 1.0, for records of 64-bit words.
 *
 * The header says how many records follow, which may be known only at the end, so its length does
 * not depend on the count. Until then the header is one that NumPy refuses, so that half a file
 * cannot pass for a complete one.
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)
 */
#ifndef FG_CLI_NPY_WRITER_H
#define FG_CLI_NPY_WRITER_H

#include "cli/output/show.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Capacity for any header: FG_COLUMNS_MOST names in quotes with their types, and the text around
 * them. */
#define FG_NPY_HEADER_ROOM 8192
#define FG_NPY_UNFINISHED UINT64_MAX

/*
 * Writes the header for `record_count` records, or FG_NPY_UNFINISHED, and returns its length, which
 * does not depend on the count. Records of one word make a plain array. Records of several words
 * make a structured array with the columns in order, after the field `n` if there are several
 * columns. `pairs`: every value has two words, with the fields `lo` and `hi` if there is one
 * column.
 */
size_t fg_npy_header(const struct fg_columns *columns, bool pairs, uint64_t record_count,
                     char header[FG_NPY_HEADER_ROOM]);

/* Returns the bytes of a record. */
size_t fg_npy_record_bytes(const struct fg_columns *columns, bool pairs);

#ifdef __cplusplus
}
#endif

#endif
