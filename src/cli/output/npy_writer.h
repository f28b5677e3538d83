/* SPDX-License-Identifier: MIT */
/*
 * npy_writer.h: the header of NumPy's file format, version 1.0, for records of 64-bit words.
 *
 * The header says how many records follow, which is known only at the end: it is as long before as
 * after. Until then it is one that NumPy refuses, so that half a file is not taken for a short one.
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)
 */
#ifndef FG_CLI_NPY_WRITER_H
#define FG_CLI_NPY_WRITER_H

#include "cli/output/show.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of any header: FG_COLUMNS_MOST names in quotes with their types, and what is around them. */
#define FG_NPY_HEADER_ROOM 4096
#define FG_NPY_UNFINISHED UINT64_MAX

/*
 * Writes the header for so many records, or FG_NPY_UNFINISHED, and returns its length, which does
 * not depend on them. A single word is a plain array; several are a structured one, in the order of
 * the columns, after the field `n` where there are several columns.
 */
size_t fg_npy_header(const struct fg_columns *columns, uint64_t record_count,
                     char header[FG_NPY_HEADER_ROOM]);

/* Bytes of a record. */
size_t fg_npy_record_bytes(const struct fg_columns *columns);

#ifdef __cplusplus
}
#endif

#endif
