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

#include "cli/input/number_list.h"
#include "cli/input/spelling.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fg_tokenizer_event {
    FG_TOKENIZER_EMPTY, /* the piece is used up */
    FG_TOKENIZER_FULL,  /* the list of numbers is */
    FG_TOKENIZER_BAD,   /* a bad token ended: fg_tokenizer_describe() now, then go on */
};

/* Zero-initialise, then set accept_zero. All else belongs to tokenizer.c, except where said. */
struct fg_tokenizer {
    bool accept_zero; /* 0 is a number, not a bad token */
    bool in_comment, in_token;
    bool at_start; /* nothing but a first token's bytes was seen in this source */
    bool is_over;  /* a byte was found that no text has: `binary_byte` */
    unsigned char binary_byte;
    unsigned advised;         /* kinds of bad tokens that an advice was given for */
    struct fg_spelling token; /* the last token */
    uint64_t line; /* read by the caller: the next byte's, from 1; after a bad token, the token's */
};

/* Starts a source: line 1, a byte order mark allowed. */
void fg_tokenizer_begin(struct fg_tokenizer *tokenizer);

/* Starts behind the beginning of a source, between tokens, maybe in a comment. Counts lines from 1
 * there. */
void fg_tokenizer_begin_inside(struct fg_tokenizer *tokenizer, bool in_comment);

/* Returns whether a token ends before this byte: white space, or the '#' of a comment. (A comma or
 * semicolon at the end of a token is known as a separator when the token has ended.) */
bool fg_tokenizer_is_separator(unsigned char byte);

/* UTF-8's byte order mark, which may stand at the start of a source, and is no part of its first
 * token. */
#define FG_TOKENIZER_MARK "\xEF\xBB\xBF"
#define FG_TOKENIZER_MARK_BYTES ((size_t)3)

/*
 * Reads *at .. end, appends what it finds to the list and advances *at. Returns why it stopped. A
 * token that touches `end` is carried over to the next call.
 */
enum fg_tokenizer_event fg_tokenizer_feed(struct fg_tokenizer *tokenizer, const unsigned char **at,
                                          const unsigned char *end, struct fg_number_list *list);

/* Ends the source: its last token may have no white space after it. The list must not be full. */
enum fg_tokenizer_event fg_tokenizer_finish(struct fg_tokenizer *tokenizer,
                                            struct fg_number_list *list);

#define FG_TOKENIZER_TEXT FG_SPELLING_TEXT

/* Says after a bad token which it is and what is wrong with it, printable, as in
 * "'abc' is not a whole number". Advice on one kind of bad token is given once. */
void fg_tokenizer_describe(struct fg_tokenizer *tokenizer, char text[FG_TOKENIZER_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
