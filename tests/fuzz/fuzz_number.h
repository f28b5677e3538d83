/* SPDX-License-Identifier: MIT */
/*
 * fuzz_number.h: what a whole number is, judged as the manual words it, with all of its bytes at
 * hand. For the fuzz targets that read numbers.
 */
#ifndef FG_FUZZ_NUMBER_H
#define FG_FUZZ_NUMBER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum fuzz_number { FUZZ_NUMBER, FUZZ_NO_NUMBER, FUZZ_TOO_LARGE, FUZZ_ZERO };

/* Returns whether no text has this byte. */
static inline int fuzz_is_binary(uint8_t byte) {
    static const char in_texts[] = "\a\b\t\n\v\f\r\x1a\x1b"; /* and NUL, its end */
    return (byte < 32 && (byte == 0 || strchr(in_texts, byte) == NULL)) || byte == 127;
}

static inline int fuzz_digit(uint8_t byte, int base) {
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *const found = byte == 0 ? NULL : strchr(digits, byte);
    const char *const upper = found == NULL && byte != 0 ? strchr(digits + 16, byte) : found;
    const int digit = upper == NULL ? -1 : (int)((upper - digits) % 16);
    return digit < base ? digit : -1;
}

/* Judges a number of at least one byte. */
static inline enum fuzz_number fuzz_judge_number(const uint8_t *text, size_t length,
                                                 int accept_zero, uint64_t *value) {
    size_t at = text[0] == '+';
    const int is_hex = length >= at + 2 && text[at] == '0' && (text[at + 1] | 32) == 'x';
    const int base = is_hex ? 16 : 10;
    at += is_hex ? 2 : 0;
    unsigned __int128 sum = 0;
    if (at == length)
        return FUZZ_NO_NUMBER;
    for (size_t i = at; i < length; i++)
        if (fuzz_digit(text[i], base) < 0)
            return FUZZ_NO_NUMBER;
    for (; at < length && sum <= UINT64_MAX; at++)
        sum = sum * (unsigned)base + (unsigned)fuzz_digit(text[at], base);
    *value = (uint64_t)sum;
    if (sum > UINT64_MAX)
        return FUZZ_TOO_LARGE;
    return sum == 0 && !accept_zero ? FUZZ_ZERO : FUZZ_NUMBER;
}

#endif
