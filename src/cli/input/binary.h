/* SPDX-License-Identifier: MIT */
/*
 * binary.h: from words of 1, 2, 4, 8 or 16 bytes to numbers, in whatever pieces the bytes arrive.
 * The counterpart of the tokenizer, whose events it has.
 */
#ifndef FG_CLI_BINARY_H
#define FG_CLI_BINARY_H

#include "cli/input/tokenizer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The form of a word in a file. */
struct fg_binary_type {
    unsigned bytes;             /* 1, 2, 4, 8 or 16 */
    bool big_endian, is_signed; /* neither with 16 bytes */
};

enum fg_binary_verdict {
    FG_BINARY_ZERO,
    FG_BINARY_NEGATIVE,
    FG_BINARY_TOO_BIG, /* from 2^64 on, if the list takes no wide numbers */
    FG_BINARY_CUT,     /* the source ends inside a word; of words whose number nobody promised */
    FG_BINARY_SHORT,   /* it ends before the number of words that was promised */
    FG_BINARY_LONG,    /* it goes on behind them: nothing more will come out of it */
};

/* Set by fg_binary_begin(); all but accept_zero belongs to binary.c. */
struct fg_binary {
    bool accept_zero; /* 0 is a number, not a bad word */
    struct fg_binary_type type;
    uint64_t next;     /* how many words came before */
    uint64_t promised; /* how many there will be in all; UINT64_MAX: not known */
    unsigned char carried[16];
    unsigned carried_count; /* bytes of a word that is not complete */
    enum fg_binary_verdict verdict;
    struct fg_uint128 bad; /* the bad word, its sign extended to 64 bits, */
    uint64_t bad_place;
    bool is_over;
};

/* Starts a source, or a part of it, with `next` words before it. */
void fg_binary_begin(struct fg_binary *binary, struct fg_binary_type type, uint64_t next,
                     uint64_t promised);

/* Does for words what fg_tokenizer_feed() does for text. */
enum fg_tokenizer_event fg_binary_feed(struct fg_binary *binary, const unsigned char **at,
                                       const unsigned char *end, struct fg_number_list *list);

/* Ends the source: FG_TOKENIZER_BAD if it is too short, else FG_TOKENIZER_EMPTY. */
enum fg_tokenizer_event fg_binary_finish(struct fg_binary *binary);

/* Returns whether the rest of the source is of no interest, because the last event said what is
 * wrong. */
bool fg_binary_is_over(const struct fg_binary *binary);

#define FG_BINARY_TEXT 160

/* Says after FG_TOKENIZER_BAD what is wrong, as in "element 17: 0 has no finite set of divisors".
 * Elements count from 0, as in the program that wrote them. */
void fg_binary_describe(const struct fg_binary *binary, char text[FG_BINARY_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
