/* SPDX-License-Identifier: MIT */
/*
 * error.h: how a status and its message leave the library.
 *
 * fg_fail() is the one place that fills a struct fg_error, so that a failing function reads
 * `return fg_fail(error, STATUS, "what, where, what to do")`.
 */
#ifndef FG_BATCH_ERROR_H
#define FG_BATCH_ERROR_H

#include "factor_gpu.h"

/* Fills `error` (may be NULL) with `status` and the formatted message, as printable.h shows it, and
 * returns `status`. */
__attribute__((format(printf, 3, 4))) enum fg_status
fg_fail(struct fg_error *error, enum fg_status status, const char *format, ...);

/* Returns from the function with the status of `call` unless that is FG_OK. Another function, a
 * caller or a wrapper, must release what the function owns. */
#define FG_TRY(call)                                                                               \
    do {                                                                                           \
        const enum fg_status fg_try_status = (call);                                               \
        if (fg_try_status != FG_OK)                                                                \
            return fg_try_status;                                                                  \
    } while (0)

/* fg_fail() with FG_ERROR_MEMORY and how much was asked for. */
enum fg_status fg_fail_memory(struct fg_error *error, size_t bytes);

#endif
