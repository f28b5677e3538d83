/* SPDX-License-Identifier: MIT */
/*
 * fuzz_number.h: what a whole number is, judged as the manual words it, with all of its bytes at
 * hand. For the fuzz targets that read numbers.
 */
#ifndef FG_FUZZ_NUMBER_H
#define FG_FUZZ_NUMBER_H

#include "cli/input/number_list.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

__extension__ typedef unsigned __int128 fuzz_value;

/* Judges a number of at least one byte. */
static inline enum fuzz_number fuzz_judge_number(const uint8_t *text, size_t length,
                                                 int accept_zero, int accept_wide,
                                                 fuzz_value *value) {
    size_t at = text[0] == '+';
    const int is_hex = length >= at + 2 && text[at] == '0' && (text[at + 1] | 32) == 'x';
    const int base = is_hex ? 16 : 10;
    at += is_hex ? 2 : 0;
    const fuzz_value most = accept_wide ? ~(fuzz_value)0 : UINT64_MAX;
    fuzz_value sum = 0;
    if (at == length)
        return FUZZ_NO_NUMBER;
    for (size_t i = at; i < length; i++)
        if (fuzz_digit(text[i], base) < 0)
            return FUZZ_NO_NUMBER;
    for (; at < length; at++) {
        const unsigned digit = (unsigned)fuzz_digit(text[at], base);
        if (sum > (most - digit) / (unsigned)base)
            return FUZZ_TOO_LARGE;
        sum = sum * (unsigned)base + digit;
    }
    *value = sum;
    return sum == 0 && !accept_zero ? FUZZ_ZERO : FUZZ_NUMBER;
}

/* Memory for a list of numbers. */
struct fuzz_list {
    struct fg_number_list list;
    uint64_t numbers[8];
    struct fg_uint128 wide[8];
    size_t wide_places[8];
};

/* Empties it, for `room` numbers, of which any may have two words if `accept_wide`; fewer of them
 * fit. */
static inline void fuzz_list_begin(struct fuzz_list *own, size_t room, int accept_wide) {
    own->list = (struct fg_number_list){.numbers = own->numbers,
                                        .capacity = room,
                                        .wide_capacity = accept_wide ? 1 + room / 2 : 0,
                                        .wide = own->wide,
                                        .wide_places = own->wide_places};
    fg_number_list_clear(&own->list);
}

/* Returns number i; *wide is how many wide ones came before, and is counted on. */
static inline fuzz_value fuzz_list_number(const struct fg_number_list *list, size_t i,
                                          size_t *wide) {
    if (*wide == list->wide_count || list->wide_places[*wide] != i)
        return list->numbers[i];
    const struct fg_uint128 number = list->wide[(*wide)++];
    if (number.high == 0 || list->numbers[i] != 0)
        abort();
    return (fuzz_value)number.high << 64 | number.low;
}

#endif
