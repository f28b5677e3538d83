/* SPDX-License-Identifier: MIT */
/*
 * tokenizer.c: the grammar of the input, byte by byte, and a fast path beside it.
 *
 * Numbers are separated by white space, with a comma or semicolon before it or none; '#' starts a
 * comment to the end of the line, also right after a token. The fast path takes whole runs of
 * decimal numbers, a word of digits at a time, and leaves everything else (pieces' ends, comments,
 * bad tokens, 0, signs, hexadecimal) to the state machine.
 *
 * A byte that no text has, such as NUL, ends the source: what comes behind it is data of another
 * kind, whose bytes may look like numbers by chance.
 */
#include "cli/input/tokenizer.h"

#include "cli/input/foreign_file.h"
#include "text/decimal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The longest run of digits that the fast path reads, with what separates: three words. */
#define FAST_BYTES 24
/* The bytes for numbers of two words: six words. */
#define WIDE_FAST_BYTES 48
#define WIDE_DIGITS 39

__extension__ typedef unsigned __int128 wide;

static bool is_digit(unsigned char byte) {
    return (unsigned)byte - '0' < 10;
}

/* Space, \t \n \v \f \r. */
static bool is_space(unsigned char byte) {
    return byte == ' ' || (unsigned)byte - '\t' < 5;
}

void fg_tokenizer_begin(struct fg_tokenizer *tokenizer) {
    tokenizer->line = 1;
    tokenizer->in_comment = false;
    tokenizer->in_token = false;
    tokenizer->at_start = true;
    tokenizer->is_over = false;
    tokenizer->advised = 0;
}

void fg_tokenizer_begin_inside(struct fg_tokenizer *tokenizer, bool in_comment) {
    fg_tokenizer_begin(tokenizer);
    tokenizer->in_comment = in_comment;
    tokenizer->at_start = false;
}

bool fg_tokenizer_is_separator(unsigned char byte) {
    return is_space(byte) || byte == '#';
}

/*
 * A number of 1..20 digits followed by white space, or by a comma or semicolon and white space, at
 * `text` with FAST_BYTES readable bytes. Returns its length, with the comma, or 0 if the state
 * machine has to look.
 */
static inline unsigned read_plain_number(const unsigned char *text, uint64_t *number) {
    const uint64_t first = fg_decimal_load(text);
    unsigned length = fg_decimal_digits(first);
    if (length == 0)
        return 0;
    uint64_t value = fg_decimal_value(first, length);
    if (length == 8) {
        const uint64_t second = fg_decimal_load(text + 8);
        const unsigned more = fg_decimal_digits(second);
        if (more == 8) {
            value = value * 100000000 + fg_decimal_value(second, 8);
            length = 16;
            for (; length < 20 && is_digit(text[length]); length++)
                if (__builtin_mul_overflow(value, 10, &value) ||
                    __builtin_add_overflow(value, text[length] - '0', &value))
                    return 0;
        } else if (more > 0) {
            static const uint32_t powers[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
            value = value * powers[more] + fg_decimal_value(second, more);
            length += more;
        }
    }
    if (!is_space(text[length])) {
        if ((text[length] != ',' && text[length] != ';') || !is_space(text[length + 1]))
            return 0;
        length++;
    }
    *number = value;
    return length;
}

/* Reads a number of up to 39 digits and two words, at `text` with WIDE_FAST_BYTES readable bytes.
 */
static unsigned read_wide_number(const unsigned char *text, struct fg_uint128 *number) {
    static const uint32_t powers[9] = {1,      10,      100,      1000,     10000,
                                       100000, 1000000, 10000000, 100000000};
    wide value = 0;
    unsigned length = 0, digits = 8;
    while (digits == 8) {
        const uint64_t word = fg_decimal_load(text + length);
        digits = fg_decimal_digits(word);
        length += digits;
        if (length > WIDE_DIGITS)
            return 0;
        if (digits > 0 && (__builtin_mul_overflow(value, powers[digits], &value) ||
                           __builtin_add_overflow(value, fg_decimal_value(word, digits), &value)))
            return 0;
    }
    const bool has_mark = text[length] == ',' || text[length] == ';';
    *number = (struct fg_uint128){(uint64_t)value, (uint64_t)(value >> 64)};
    return number->high != 0 && is_space(text[length + has_mark]) ? length + has_mark : 0;
}

/* Takes plain numbers, one white-space byte after each, for as long as nothing else comes. Is kept
 * out of line, so that its loop has all registers: in line, a number took an instruction more. */
__attribute__((noinline)) static const unsigned char *feed_plain(struct fg_tokenizer *tokenizer,
                                                                 const unsigned char *at,
                                                                 const unsigned char *end,
                                                                 struct fg_number_list *list) {
    if (end - at < FAST_BYTES)
        return at;
    const unsigned char *const last = end - FAST_BYTES;
    uint64_t *next = list->numbers + list->count;
    const uint64_t *const limit = list->numbers + list->limit;
    uint64_t line = tokenizer->line;
    while (at <= last && next < limit) {
        uint64_t number;
        const unsigned length = read_plain_number(at, &number);
        if (length == 0) {
            if (!is_space(*at))
                break;
            line += *at++ == '\n';
            continue;
        }
        if (number == 0)
            break;
        *next++ = number;
        line += at[length] == '\n';
        at += length + 1;
    }
    tokenizer->line = line;
    list->count = (size_t)(next - list->numbers);
    return at;
}

/* Takes numbers of two words as feed_plain() takes those of one. */
static const unsigned char *feed_wide(struct fg_tokenizer *tokenizer, const unsigned char *at,
                                      const unsigned char *end, struct fg_number_list *list) {
    struct fg_uint128 number;
    unsigned length;
    while (end - at >= WIDE_FAST_BYTES && !fg_number_list_is_full(list) &&
           (length = read_wide_number(at, &number)) > 0) {
        fg_number_list_add(list, number);
        tokenizer->line += at[length] == '\n';
        at += length + 1;
    }
    return at;
}

/* Takes numbers of both kinds, for as long as nothing else comes. */
static const unsigned char *feed_fast(struct fg_tokenizer *tokenizer, const unsigned char *at,
                                      const unsigned char *end, struct fg_number_list *list) {
    const unsigned char *before;
    do {
        at = before = feed_plain(tokenizer, at, end, list);
        if (fg_number_list_takes_wide(list))
            at = feed_wide(tokenizer, at, end, list);
    } while (at > before);
    return at;
}

/* Adds one byte to the token in progress, or starts one. */
static enum fg_tokenizer_event grow_token(struct fg_tokenizer *tokenizer, unsigned char byte) {
    struct fg_spelling *const token = &tokenizer->token;
    if (fg_foreign_is_binary(byte)) {
        tokenizer->binary_byte = byte;
        tokenizer->is_over = true;
        tokenizer->in_token = false;
        return FG_TOKENIZER_BAD;
    }
    if (!tokenizer->in_token) {
        tokenizer->in_token = true;
        fg_spelling_begin(token, true);
    }
    fg_spelling_add(token, byte);

    /* A byte order mark at the start of a source is no part of the first token. */
    if (tokenizer->at_start && token->length == FG_TOKENIZER_MARK_BYTES) {
        tokenizer->at_start = false;
        if (memcmp(token->head, FG_TOKENIZER_MARK, FG_TOKENIZER_MARK_BYTES) == 0)
            tokenizer->in_token = false;
    }
    return FG_TOKENIZER_EMPTY;
}

/* White space, '#' or the end of the source after a token. */
static enum fg_tokenizer_event end_token(struct fg_tokenizer *tokenizer,
                                         struct fg_number_list *list) {
    tokenizer->in_token = false;
    switch (fg_spelling_judge(&tokenizer->token, tokenizer->accept_zero,
                              fg_number_list_takes_wide(list))) {
    case FG_SPELLING_NUMBER:
        fg_number_list_add(list, tokenizer->token.value);
        break;
    case FG_SPELLING_NOTHING:
        break;
    case FG_SPELLING_BAD:
        return FG_TOKENIZER_BAD;
    }
    return FG_TOKENIZER_EMPTY;
}

/* The end of the comment's line, or `end`. */
static const unsigned char *skip_comment(struct fg_tokenizer *tokenizer, const unsigned char *at,
                                         const unsigned char *end) {
    const unsigned char *const newline = memchr(at, '\n', (size_t)(end - at));
    tokenizer->in_comment = newline == NULL;
    return newline == NULL ? end : newline;
}

enum fg_tokenizer_event fg_tokenizer_feed(struct fg_tokenizer *tokenizer, const unsigned char **at,
                                          const unsigned char *end, struct fg_number_list *list) {
    const unsigned char *p = tokenizer->is_over ? end : *at;
    enum fg_tokenizer_event event = FG_TOKENIZER_EMPTY;
    while (p < end && event == FG_TOKENIZER_EMPTY) {
        if (fg_number_list_is_full(list)) {
            event = FG_TOKENIZER_FULL;
        } else if (tokenizer->in_comment) {
            p = skip_comment(tokenizer, p, end);
        } else if (!fg_tokenizer_is_separator(*p)) {
            event = grow_token(tokenizer, *p++);
        } else if (tokenizer->in_token) {
            /* The byte itself comes next, between tokens: a bad token's line is still this one. */
            event = end_token(tokenizer, list);
        } else {
            tokenizer->at_start = false;
            tokenizer->in_comment = *p == '#';
            tokenizer->line += *p == '\n';
            p++;
            if (!tokenizer->in_comment)
                p = feed_fast(tokenizer, p, end, list);
        }
    }
    *at = p;
    return event;
}

enum fg_tokenizer_event fg_tokenizer_finish(struct fg_tokenizer *tokenizer,
                                            struct fg_number_list *list) {
    assert(!fg_number_list_is_full(list));
    return tokenizer->in_token ? end_token(tokenizer, list) : FG_TOKENIZER_EMPTY;
}

void fg_tokenizer_describe(struct fg_tokenizer *tokenizer, char text[FG_TOKENIZER_TEXT]) {
    if (tokenizer->is_over)
        fg_foreign_describe(tokenizer->binary_byte, text, FG_TOKENIZER_TEXT);
    else
        fg_spelling_describe(&tokenizer->token, &tokenizer->advised, text);
}
