/* SPDX-License-Identifier: MIT */
/*
 * spelling.h: one number as it is written, byte by byte: decimal digits, with '+' before them as
 * GNU factor takes it, or "0x" and hexadecimal digits. Says what a wrong one was meant as, as far
 * as that can be seen, and never takes it for that.
 */
#ifndef FG_CLI_SPELLING_H
#define FG_CLI_SPELLING_H

#include "factor_gpu.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that are kept to name the number in a message. */
#define FG_SPELLING_HEAD 40

/* The reading of the bytes so far. */
enum fg_spelling_shape {
    FG_SPELLING_EMPTY,
    FG_SPELLING_SIGN,      /* "+" */
    FG_SPELLING_ZERO,      /* "0", which "x" may follow */
    FG_SPELLING_DECIMAL,   /* any other digits */
    FG_SPELLING_PREFIX,    /* "0x" */
    FG_SPELLING_HEX,       /* and digits behind it */
    FG_SPELLING_WIDE,      /* decimal digits of a number above 64 bits */
    FG_SPELLING_WIDE_HEX,  /* hexadecimal ones */
    FG_SPELLING_ENDED,     /* a number with a ',' or ';' behind it */
    FG_SPELLING_SEPARATOR, /* a ',' or ';' alone */
    FG_SPELLING_OTHER,     /* no number, whatever follows */
};

enum fg_spelling_verdict {
    FG_SPELLING_NUMBER,
    FG_SPELLING_NOTHING, /* a separator */
    FG_SPELLING_BAD,
};

/* All of it belongs to spelling.c, except where said. */
struct fg_spelling {
    enum fg_spelling_shape shape;
    bool takes_separator;    /* one ',' or ';' may stand behind the number, or alone */
    bool too_big;            /* over 128 bits */
    unsigned bits;           /* that a number may have: 64 or 128 */
    struct fg_uint128 value; /* read by the caller: that of a number */
    uint64_t length;         /* read by the caller: in bytes */
    unsigned char head[FG_SPELLING_HEAD];
};

void fg_spelling_begin(struct fg_spelling *spelling, bool takes_separator);
void fg_spelling_add(struct fg_spelling *spelling, unsigned char byte);

/* Judges it at its end. Without `accept_zero` 0 is bad, without `accept_wide` a number from 2^64
 * on.
 */
enum fg_spelling_verdict fg_spelling_judge(struct fg_spelling *spelling, bool accept_zero,
                                           bool accept_wide);

/* Returns whether a number that was judged has more bits than it may have. */
bool fg_spelling_is_too_big(const struct fg_spelling *spelling);

/* Kinds of wrong numbers that there is an advice for. */
enum fg_spelling_kind {
    FG_SPELLING_PLAIN, /* no advice */
    FG_SPELLING_GROUPED,
    FG_SPELLING_GROUPED_BY_COMMAS,
    FG_SPELLING_LIST,
    FG_SPELLING_EXPONENT,
    FG_SPELLING_RANGE,
    FG_SPELLING_FRACTION,
    FG_SPELLING_NEGATIVE,
    FG_SPELLING_JSON,
    FG_SPELLING_QUOTED,
    FG_SPELLING_UNICODE_SPACE,
    FG_SPELLING_TOO_BIG,
};

#define FG_SPELLING_ADVICE 240

/* Says how to write what was meant, or writes "" if that cannot be seen. `in_list`: white space is
 * what separates two numbers. */
enum fg_spelling_kind fg_spelling_advise(const char *text, size_t length, bool in_list,
                                         char advice[FG_SPELLING_ADVICE]);

/* Room for what fg_spelling_describe() writes: every byte kept as \xNN, and the words. */
#define FG_SPELLING_TEXT (4 * FG_SPELLING_HEAD + 100 + FG_SPELLING_ADVICE)

/*
 * After FG_SPELLING_BAD: the number and what is wrong with it, printable, as in "'abc' is not a
 * whole number". The advice, if there is one, follows if its kind's bit is not set in *advised, and
 * sets it.
 */
void fg_spelling_describe(const struct fg_spelling *spelling, unsigned *advised,
                          char text[FG_SPELLING_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
