/* SPDX-License-Identifier: MIT */
/*
 * only_option.c: the bound of smooth numbers, as digits or as a power.
 */
#include "cli/command/only_option.h"

#include "text/decimal.h"
#include "text/failure.h"

#include <stdbool.h>
#include <string.h>

#define SMOOTH "smooth="

__extension__ typedef unsigned __int128 wide;
#define WIDE_MAX (~(wide)0)

/* Multiplies and adds; false if the result is 2^128 or more. */
static bool extend(wide *value, wide factor, wide more) {
    if (factor != 0 && *value > (WIDE_MAX - more) / factor)
        return false;
    *value = *value * factor + more;
    return true;
}

/* Reads the digits that *text begins with, at least one, and moves it behind them. */
static bool read_digits(const char **text, wide *value) {
    const size_t length = strspn(*text, "0123456789");
    bool fits = length > 0;
    *value = 0;
    for (size_t i = 0; i < length && fits; i++)
        fits = extend(value, 10, (wide)((*text)[i] - '0'));
    *text += length;
    return fits;
}

/* Reads a number or a power, and nothing behind it. */
static bool read_bound(const char *text, wide *bound) {
    wide base, exponent = 1;
    if (!read_digits(&text, &base) || base == 0)
        return false;
    if (*text == '^') {
        text++;
        if (!read_digits(&text, &exponent))
            return false;
    }
    *bound = 1;
    for (; exponent > 0 && base > 1; exponent--)
        if (!extend(bound, base, 0))
            return false;
    return *text == '\0';
}

enum fg_status fg_only_parse(const char *text, struct fg_uint128 *bound, struct fg_error *error) {
    wide value;
    if (strncmp(text, SMOOTH, strlen(SMOOTH)) != 0)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "'%.80s' is not valid; valid values: smooth=B, for numbers whose "
                               "primes are all at most B",
                               text);
    if (!read_bound(text + strlen(SMOOTH), &value))
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "the bound of '%.80s' is not a whole number from 1 to 2^128 - 1, "
                               "written as 1000000 or 2^40",
                               text);
    *bound = (struct fg_uint128){(uint64_t)value, (uint64_t)(value >> 64)};
    return FG_OK;
}

const char *fg_only_text(struct fg_uint128 bound, char text[FG_ONLY_TEXT]) {
    *fg_decimal_write_wide(stpcpy(text, SMOOTH), bound) = '\0';
    return text;
}
