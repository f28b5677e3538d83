/* SPDX-License-Identifier: MIT */
/*
 * signed_decimal.h: the sums of totals as decimal numbers, to text and from it.
 */
#ifndef FG_TEXT_SIGNED_DECIMAL_H
#define FG_TEXT_SIGNED_DECIMAL_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that fg_signed_decimal_write() may touch: a sign, up to 77 digits, and the whole words in
 * which they are stored. */
#define FG_SIGNED_DECIMAL_ROOM 96

/* Writes n and returns the end; what lies after it is overwritten too. */
char *fg_signed_decimal_write(char *out, struct fg_int256 n);

/*
 * Reads the longest number at the beginning of a text that ends at `end`: an optional '-' and
 * digits. Returns how many bytes it has; 0, and *n is untouched, if there is none or it does not
 * fit in 256 bits.
 */
size_t fg_signed_decimal_read(const char *text, const char *end, struct fg_int256 *n);

#ifdef __cplusplus
}
#endif

#endif
