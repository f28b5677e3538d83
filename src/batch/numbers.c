/* SPDX-License-Identifier: MIT */
/*
 * numbers.c: a number of up to two words in decimal, for messages.
 */
#include "batch/numbers.h"

const char *fg_number_text(struct fg_uint128 number, char text[FG_NUMBER_TEXT]) {
    char digits[FG_NUMBER_TEXT];
    size_t first = sizeof digits - 1;
    digits[first] = '\0';
    fg_wide left = fg_wide_of_uint128(number);
    do {
        digits[--first] = (char)('0' + (unsigned)(left % 10));
        left /= 10;
    } while (left > 0);
    memcpy(text, digits + first, sizeof digits - first);
    return text;
}
