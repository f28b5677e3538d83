/* SPDX-License-Identifier: MIT */
/*
 * tokenizer.h: from bytes to numbers, in whatever pieces the bytes arrive.
 *
 * A state machine that carries a token across pieces in constant memory, whatever the token's
 * length, because input is a stream of any size and may be anything. It does no input or output:
 * reader.c feeds it, and tests and the fuzz target drive it directly.
 */
#ifndef FG_CLI_TOKENIZER_H
#define FG_CLI_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a token that are kept to name it in a message. */
#define FG_TOKENIZER_HEAD 40

enum fg_tokenizer_event {
    FG_TOKENIZER_EMPTY, /* the piece is used up */
    FG_TOKENIZER_FULL,  /* the array of numbers is */
    FG_TOKENIZER_BAD,   /* a bad token ended: fg_tokenizer_describe() now, then go on */
};

/* Zero-initialise, then set accept_zero. All else belongs to tokenizer.c, except where said. */
struct fg_tokenizer {
    bool accept_zero; /* 0 is a number, not a bad token */
    bool in_comment, in_token;
    bool at_start;           /* nothing but a first token's bytes was seen in this source */
    bool has_other, too_big; /* the last token: a byte that is no digit; over 64 bits */
    uint64_t value;          /* the last token's, while neither of the two */
    uint64_t length;         /* the last token's, in bytes */
    unsigned char head[FG_TOKENIZER_HEAD];
    uint64_t
        line; /* read by the caller: the next byte's, from 1; on FG_TOKENIZER_BAD the token's */
};

/* Starts a source: line 1, a byte order mark allowed. */
void fg_tokenizer_begin(struct fg_tokenizer *tokenizer);

/* Starts behind the beginning of a source, between tokens, maybe in a comment. Counts lines from 1
 * there. */
void fg_tokenizer_begin_inside(struct fg_tokenizer *tokenizer, bool in_comment);

/* Whether a token ends before this byte: white space, or the '#' of a comment. */
bool fg_tokenizer_is_separator(unsigned char byte);

/* What may stand at the start of a source, and is then no part of its first token: UTF-8's byte
 * order mark. */
#define FG_TOKENIZER_MARK "\xEF\xBB\xBF"
#define FG_TOKENIZER_MARK_BYTES ((size_t)3)

/*
 * Reads *at .. end, appends what it finds to numbers[*count .. capacity) and advances *at. Returns
 * why it stopped. A token that touches `end` is carried over to the next call.
 */
enum fg_tokenizer_event fg_tokenizer_feed(struct fg_tokenizer *tokenizer, const unsigned char **at,
                                          const unsigned char *end, uint64_t *numbers,
                                          size_t capacity, size_t *count);

/* Ends the source: its last token may have no white space after it. Needs *count < capacity. */
enum fg_tokenizer_event fg_tokenizer_finish(struct fg_tokenizer *tokenizer, uint64_t *numbers,
                                            size_t capacity, size_t *count);

/* Room for what fg_tokenizer_describe() writes: every byte kept as \xNN, and the words. */
#define FG_TOKENIZER_TEXT (4 * FG_TOKENIZER_HEAD + 100)

/* After FG_TOKENIZER_BAD: the token and what is wrong with it, printable, as in
 * "'abc' is not a whole number". */
void fg_tokenizer_describe(const struct fg_tokenizer *tokenizer, char text[FG_TOKENIZER_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
