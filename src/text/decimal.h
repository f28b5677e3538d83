/* SPDX-License-Identifier: MIT */
/*
 * decimal.h: eight decimal digits at a time, from text and to text.
 *
 * Reading and writing must never dominate a run over 10^9 small numbers. A 64-bit word holds eight
 * characters, and three multiplications turn them into a value or back (D. Lemire, "Quickly parsing
 * eight digits", 2018; P. Khuong, "How to print integers really fast", 2017), with no branches on
 * the digits. What is written most, counts and small primes, comes from a table of three digits.
 */
#ifndef FG_CLI_DECIMAL_H
#define FG_CLI_DECIMAL_H

#include "factor_gpu.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* Bytes that fg_decimal_write() may touch: up to 20 digits, stored as whole words. */
#define FG_DECIMAL_ROOM 24
/* Bytes that fg_decimal_write_wide() may touch: up to 39 digits. */
#define FG_DECIMAL_WIDE_ROOM 40
/* Bytes that fg_decimal_write_192() may touch: up to 58 digits. */
#define FG_DECIMAL_192_ROOM 64

/* Loads eight characters as a word, the first in the lowest byte; digits become their values 0..9.
 */
static inline uint64_t fg_decimal_load(const unsigned char *text) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return le64toh(word) ^ UINT64_C(0x3030303030303030);
}

/* Returns how many of the word's first characters are digits: 0..8. */
static inline unsigned fg_decimal_digits(uint64_t word) {
    /* A byte above 9 has a high nibble, at once or after adding 6. A carry out of a byte reaches
     * only later characters, and that byte is no digit itself. */
    const uint64_t others =
        ((word + UINT64_C(0x0606060606060606)) | word) & UINT64_C(0xF0F0F0F0F0F0F0F0);
    return others == 0 ? 8 : (unsigned)__builtin_ctzll(others) / 8;
}

/* The value of the word's first `digit_count` characters, 1..8, all of them digits. */
static inline uint64_t fg_decimal_value(uint64_t word, unsigned digit_count) {
    uint64_t x = word << (8 * (8 - digit_count)); /* leading zeros in place of what follows */
    x = (x * (1 + (10 << 8))) >> 8 & UINT64_C(0x00FF00FF00FF00FF);
    x = (x * (1 + (100 << 16))) >> 16 & UINT64_C(0x0000FFFF0000FFFF);
    return (x * (1 + (UINT64_C(10000) << 32))) >> 32;
}

/* The eight digits of x < 10^8, leading zeros included, as values 0..9, the first lowest. */
static inline uint64_t fg_decimal_split(uint32_t x) {
    const uint64_t halves = x / 10000 | (uint64_t)(x % 10000) << 32;
    const uint64_t upper = (halves * 10486) >> 20 & UINT64_C(0x0000007F0000007F); /* / 100 */
    const uint64_t pairs = upper | (halves - 100 * upper) << 16;
    const uint64_t tens = (pairs * 103) >> 10 & UINT64_C(0x000F000F000F000F); /* / 10 */
    return tens | (pairs - 10 * tens) << 8;
}

/* Stores eight digit values as characters. */
static inline char *fg_decimal_store(char *out, uint64_t digits) {
    const uint64_t word = htole64(digits | UINT64_C(0x3030303030303030));
    memcpy(out, &word, sizeof word);
    return out + sizeof word;
}

/* Writes x < 10^8 without leading zeros; returns the end. */
static inline char *fg_decimal_write8(char *out, uint32_t x) {
    const uint64_t digits = fg_decimal_split(x);
    /* The guard bit keeps the last digit of 0. */
    const unsigned zeros = (unsigned)__builtin_ctzll(digits | UINT64_C(1) << 56) / 8;
    fg_decimal_store(out, digits >> (8 * zeros));
    return out + (8 - zeros);
}

/* decimal.c: the digits of 0 .. 999 and how many they are; without leading zeros, and with them. */
extern const char fg_decimal_short[1000][4], fg_decimal_padded[1000][4];

/* Writes n < 10^6 without leading zeros; touches seven bytes and returns the end. */
static inline char *fg_decimal_write6(char *out, uint32_t n) {
    const uint32_t upper = n / 1000;
    if (upper > 0) {
        const char *const digits = fg_decimal_short[upper];
        memcpy(out, digits, 4);
        out += digits[3];
        memcpy(out, fg_decimal_padded[n % 1000], 4);
        return out + 3;
    }
    const char *const digits = fg_decimal_short[n];
    memcpy(out, digits, 4);
    return out + digits[3];
}

/* fg_decimal_write() without a call: for loops over many values. */
__attribute__((always_inline)) static inline char *fg_decimal_write_inline(char *out, uint64_t n) {
    const uint32_t base = 100000000;
    if (n < 1000000)
        return fg_decimal_write6(out, (uint32_t)n);
    if (n < base)
        return fg_decimal_write8(out, (uint32_t)n);
    const uint64_t upper = n / base;
    const uint32_t lower = (uint32_t)(n % base);
    if (upper < base) {
        out = fg_decimal_write8(out, (uint32_t)upper);
    } else {
        out = fg_decimal_write6(out, (uint32_t)(upper / base)); /* at most 1844 */
        out = fg_decimal_store(out, fg_decimal_split((uint32_t)(upper % base)));
    }
    return fg_decimal_store(out, fg_decimal_split(lower));
}

/*
 * Writes n without leading zeros and returns the end. `out` has FG_DECIMAL_ROOM bytes; what lies
 * after the returned end is overwritten too.
 */
static inline char *fg_decimal_write(char *out, uint64_t n) {
    return fg_decimal_write_inline(out, n);
}

/* Divides by 10^8 and returns the remainder. */
static inline uint32_t fg_decimal_take8(struct fg_uint128 *n) {
    uint64_t limbs[4] = {n->low & UINT32_MAX, n->low >> 32, n->high & UINT32_MAX, n->high >> 32};
    uint64_t rest = 0;
    for (unsigned i = 4; i-- > 0;) {
        const uint64_t part = rest << 32 | limbs[i];
        limbs[i] = part / 100000000;
        rest = part % 100000000;
    }
    *n = (struct fg_uint128){limbs[0] | limbs[1] << 32, limbs[2] | limbs[3] << 32};
    return (uint32_t)rest;
}

/* Writes 128 bits as fg_decimal_write() does, with FG_DECIMAL_WIDE_ROOM. */
static inline char *fg_decimal_write_wide(char *out, struct fg_uint128 n) {
    uint32_t groups[3];
    unsigned count = 0;
    while (n.high != 0) /* at most three times: then less than 2^64 is left */
        groups[count++] = fg_decimal_take8(&n);
    out = fg_decimal_write(out, n.low);
    while (count > 0)
        out = fg_decimal_store(out, fg_decimal_split(groups[--count]));
    return out;
}

/* Divides by 10^18 and returns the remainder. */
static inline uint64_t fg_decimal_take18(struct fg_uint192 *n) {
    uint64_t *const words[] = {&n->high, &n->middle, &n->low};
    __extension__ unsigned __int128 rest = 0;
    for (unsigned i = 0; i < 3; i++) {
        rest = rest << 64 | *words[i];
        *words[i] = (uint64_t)(rest / UINT64_C(1000000000000000000));
        rest %= UINT64_C(1000000000000000000);
    }
    return (uint64_t)rest;
}

/* Writes 192 bits as fg_decimal_write() does, with FG_DECIMAL_192_ROOM. */
static inline char *fg_decimal_write_192(char *out, struct fg_uint192 n) {
    uint64_t groups[3];
    unsigned count = 0;
    while (n.high != 0 || n.middle != 0) /* at most three times: then less than 2^64 is left */
        groups[count++] = fg_decimal_take18(&n);
    out = fg_decimal_write(out, n.low);
    while (count > 0) { /* 18 digits: two, eight, eight */
        const uint64_t group = groups[--count];
        const uint32_t upper = (uint32_t)(group / UINT64_C(10000000000000000));
        *out++ = (char)('0' + upper / 10);
        *out++ = (char)('0' + upper % 10);
        out = fg_decimal_store(out, fg_decimal_split((uint32_t)(group / 100000000 % 100000000)));
        out = fg_decimal_store(out, fg_decimal_split((uint32_t)(group % 100000000)));
    }
    return out;
}

#endif
