/* SPDX-License-Identifier: MIT */
/*
 * operand_value.h: the value of an operand that is a number or a range. People who give a number on
 * the command line write 10^18, 1e9 or 2^64-1, and those who want all numbers from one to another
 * write 1..100, as shells do. Options whose values are such numbers take the same spellings.
 *
 *     NUMBER  digits | "0x" and hexadecimal digits | POWER { ("+" | "-") (digits | POWER) }
 *     POWER   digits "^" digits | digits "e" digits
 *     RANGE   NUMBER ".." NUMBER [".." NUMBER] | NUMBER "..+" NUMBER [".." NUMBER]
 *
 * Both ends of a range belong to it. "..+" is followed by the distance of the ends, the last ".."
 * by the distance of two neighbours. No file is looked at: "./1..5" is a file's name.
 */
#ifndef FG_TEXT_OPERAND_VALUE_H
#define FG_TEXT_OPERAND_VALUE_H

#include "factor_gpu.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers first, first + step, .., last. There are less than 2^64 of them. */
struct fg_number_range {
    uint64_t first, last; /* first <= last; last - first is a multiple of the step */
    uint64_t step;        /* at least 1 */
};

/* Returns how many numbers the range has: at least 1. */
static inline uint64_t fg_number_range_count(const struct fg_number_range *range) {
    return (range->last - range->first) / range->step + 1;
}

/* Returns whether the operand is spelled as a number. As GNU factor takes them, spaces and one '+'
 * may stand before it; as in a list, one ',' or ';' may stand behind digits. */
bool fg_operand_is_number(const char *operand);

/* Returns whether such an operand is plain: digits, which mean the same in a file. */
bool fg_operand_is_plain(const char *operand);

/* Returns whether the operand is meant as a range: it holds ".." and otherwise only what numbers
 * have, and begins with a digit, or with ".." and a digit. It may still be wrong. */
bool fg_operand_is_range(const char *operand);

/* Reads an operand that fg_operand_is_number() holds for. FG_ERROR_ARGUMENT if the number is below
 * 0 or above 2^128 - 1; the message begins with it. */
enum fg_status fg_operand_read_number(const char *operand, struct fg_uint128 *number,
                                      struct fg_error *error);

/* Reads the value of an option, spelled as an operand that is a number and nothing before or behind
 * it. False if it is no number from 1 to `most`; then *number means nothing. */
bool fg_operand_read_value(const char *text, struct fg_uint128 most, struct fg_uint128 *number);

/* Reads an operand that fg_operand_is_range() holds for. FG_ERROR_ARGUMENT if it is no range of
 * numbers below 2^64; the message says what is wrong with it, and what to write. */
enum fg_status fg_operand_read_range(const char *operand, struct fg_number_range *range,
                                     struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
