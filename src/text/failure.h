/* SPDX-License-Identifier: MIT */
/*
 * failure.h: how a failure leaves a function of the program: a status, and a struct fg_error with
 * the words that the user is told. Which exit status that becomes is for cli/command to decide.
 *
 * The library has the same for itself in a header that a program does not see.
 */
#ifndef FG_CLI_FAILURE_H
#define FG_CLI_FAILURE_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills `error` (may be NULL) with `status` and the formatted message, as printable.h shows it, and
 * returns `status`. */
__attribute__((format(printf, 3, 4))) enum fg_status
fg_program_fail(struct fg_error *error, enum fg_status status, const char *format, ...);

/* fg_program_fail() with FG_ERROR_MEMORY and its usual words. */
enum fg_status fg_program_fail_memory(struct fg_error *error);

/* Leaves the function with the status of `call` unless that is FG_OK. What the function owns must
 * be released elsewhere: by its caller, or by a function around it. */
#define FG_TRY(call)                                                                               \
    do {                                                                                           \
        const enum fg_status fg_try_status = (call);                                               \
        if (fg_try_status != FG_OK)                                                                \
            return fg_try_status;                                                                  \
    } while (0)

/*
 * A path in a message: its end, which names it best, with "..." before it if that is not all of it.
 * So short that a struct fg_error has room for two of them and a sentence:
 *
 *     fg_program_fail(error, FG_ERROR_SYSTEM, FG_PATH " is a directory", FG_PATH_END(path));
 */
#define FG_PATH "%s%s"
#define FG_PATH_END(path) fg_path_dots(path), fg_path_end(path)
const char *fg_path_dots(const char *path);
const char *fg_path_end(const char *path);

#ifdef __cplusplus
}
#endif

#endif
