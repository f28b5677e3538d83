/* SPDX-License-Identifier: MIT */
/*
 * only_option.c: the bound of smooth numbers, spelled as an operand is.
 */
#include "cli/command/only_option.h"

#include "text/decimal.h"
#include "text/failure.h"
#include "text/operand_value.h"

#include <string.h>

#define SMOOTH "smooth="

enum fg_status fg_only_parse(const char *text, struct fg_uint128 *bound, struct fg_error *error) {
    const struct fg_uint128 most = {UINT64_MAX, UINT64_MAX};
    if (strncmp(text, SMOOTH, strlen(SMOOTH)) != 0)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "'%.80s' is not valid; valid values: smooth=B, for numbers whose "
                               "primes are all at most B",
                               text);
    if (!fg_operand_read_value(text + strlen(SMOOTH), most, bound))
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "the bound of '%.80s' is not a whole number from 1 to 2^128 - 1; "
                               "write digits, 10^18, 1e9 or 2^64-1",
                               text);
    return FG_OK;
}

const char *fg_only_text(struct fg_uint128 bound, char text[FG_ONLY_TEXT]) {
    *fg_decimal_write_wide(stpcpy(text, SMOOTH), bound) = '\0';
    return text;
}
