/* SPDX-License-Identifier: MIT */
/*
 * signed_decimal.c: by groups of 18 digits, which are long divisions by one word. Totals have few
 * numbers, so that nothing here needs to be fast.
 */
#include "text/signed_decimal.h"

#include "text/decimal.h"

#include <stdbool.h>

__extension__ typedef unsigned __int128 double_word;

#define GROUP UINT64_C(1000000000000000000) /* 10^18 */
#define GROUP_DIGITS 18
#define GROUPS_MOST 5 /* 77 digits */

static bool is_negative(const struct fg_int256 *n) {
    return n->words[3] >> 63 != 0;
}

static void negate(struct fg_int256 *n) {
    uint64_t carry = 1;
    for (int i = 0; i < 4; i++) {
        n->words[i] = ~n->words[i] + carry;
        carry = carry != 0 && n->words[i] == 0;
    }
}

static bool is_zero(const struct fg_int256 *n) {
    return (n->words[0] | n->words[1] | n->words[2] | n->words[3]) == 0;
}

/* Divides by 10^18, as a number without sign, and returns the remainder. */
static uint64_t take_group(struct fg_int256 *n) {
    double_word rest = 0;
    for (int i = 4; i-- > 0;) {
        rest = rest << 64 | n->words[i];
        n->words[i] = (uint64_t)(rest / GROUP);
        rest %= GROUP;
    }
    return (uint64_t)rest;
}

char *fg_signed_decimal_write(char *out, struct fg_int256 n) {
    uint64_t groups[GROUPS_MOST];
    unsigned count = 0;
    if (is_negative(&n)) {
        *out++ = '-';
        negate(&n);
    }
    do
        groups[count++] = take_group(&n);
    while (!is_zero(&n));
    out = fg_decimal_write(out, groups[--count]);
    while (count > 0) {
        uint64_t group = groups[--count];
        for (unsigned i = GROUP_DIGITS; i-- > 0; group /= 10)
            out[i] = (char)('0' + group % 10);
        out += GROUP_DIGITS;
    }
    return out;
}

/* Multiplies by 10 and adds a digit; false if the sum does not fit in 255 bits. */
static bool append_digit(struct fg_int256 *n, unsigned digit) {
    double_word carry = digit;
    for (int i = 0; i < 4; i++) {
        carry += (double_word)n->words[i] * 10;
        n->words[i] = (uint64_t)carry;
        carry >>= 64;
    }
    return carry == 0 && !is_negative(n);
}

size_t fg_signed_decimal_read(const char *text, const char *end, struct fg_int256 *n) {
    const char *at = text;
    const bool has_sign = at < end && *at == '-';
    struct fg_int256 value = {{0}};
    at += has_sign;
    const char *const digits = at;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        if (!append_digit(&value, (unsigned)(*at - '0')))
            return 0;
    if (at == digits)
        return 0;
    if (has_sign)
        negate(&value);
    *n = value;
    return (size_t)(at - text);
}
