/* SPDX-License-Identifier: MIT */
/*
 * column_request.h: arrays of requests for columns.
 */
#ifndef FG_BATCH_COLUMN_REQUEST_H
#define FG_BATCH_COLUMN_REQUEST_H

#include "factor_gpu.h"

/* Returns request i of an array whose entries may be larger than this library's. */
static inline const struct fg_column_request *
fg_columns_request(const struct fg_column_request *requests, size_t i) {
    const size_t bytes = requests->size != 0 ? requests->size : sizeof *requests;
    return (const struct fg_column_request *)((const char *)requests + i * bytes);
}

#endif
