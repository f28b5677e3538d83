/* SPDX-License-Identifier: MIT */
/*
 * only_option.h: reads the value of --only, which says the numbers that are printed.
 */
#ifndef FG_CLI_ONLY_OPTION_H
#define FG_CLI_ONLY_OPTION_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The capacity for the words of fg_only_text(). */
#define FG_ONLY_TEXT 56

/*
 * Reads "smooth=B", where B is a whole number from 1 to 2^128 - 1, spelled as an operand is
 * (operand_value.h). FG_ERROR_ARGUMENT, with what is wrong in `error`, for anything else.
 */
enum fg_status fg_only_parse(const char *text, struct fg_uint128 *bound, struct fg_error *error);

/* Writes "smooth=B" with B's digits to `text`, which is returned. */
const char *fg_only_text(struct fg_uint128 bound, char text[FG_ONLY_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
