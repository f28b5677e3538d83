/* SPDX-License-Identifier: MIT */
/*
 * tokenizer.c: the grammar of the input, byte by byte, and a fast path beside it.
 *
 * Numbers are separated by white space; '#' starts a comment to the end of the line, also right
 * after a token. The fast path takes whole runs of plain numbers, a word of digits at a time, and
 * leaves everything else (pieces' ends, comments, bad tokens, 0) to the state machine.
 */
#include "cli/input/tokenizer.h"

#include "text/decimal.h"

#include <assert.h>
#include <stdio.h>

/* The longest run of digits that the fast path reads: three words. */
#define FAST_BYTES 24

static bool is_digit(unsigned char byte) {
    return (unsigned)byte - '0' < 10;
}

/* Space, \t \n \v \f \r. */
static bool is_space(unsigned char byte) {
    return byte == ' ' || (unsigned)byte - '\t' < 5;
}

void fg_tokenizer_begin(struct fg_tokenizer *tokenizer) {
    tokenizer->line = 1;
    tokenizer->length = 0;
    tokenizer->in_comment = false;
    tokenizer->in_token = false;
    tokenizer->at_start = true;
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
 * A number of 1..20 digits followed by white space, at `text` with FAST_BYTES readable bytes.
 * Returns its length, or 0 where the state machine has to look.
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
    if (!is_space(text[length]))
        return 0;
    *number = value;
    return length;
}

/* Takes plain numbers, one white-space byte after each, for as long as nothing else comes. */
static const unsigned char *feed_plain(struct fg_tokenizer *tokenizer, const unsigned char *at,
                                       const unsigned char *end, uint64_t *numbers, size_t capacity,
                                       size_t *count) {
    size_t found = *count;
    uint64_t line = tokenizer->line;
    while (end - at >= FAST_BYTES && found < capacity) {
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
        numbers[found++] = number;
        line += at[length] == '\n';
        at += length + 1;
    }
    tokenizer->line = line;
    *count = found;
    return at;
}

/* Adds one byte to the token in progress, or starts one. */
static void grow_token(struct fg_tokenizer *tokenizer, unsigned char byte) {
    if (!tokenizer->in_token) {
        tokenizer->in_token = true;
        tokenizer->has_other = tokenizer->too_big = false;
        tokenizer->value = tokenizer->length = 0;
    }
    if (tokenizer->length < FG_TOKENIZER_HEAD)
        tokenizer->head[tokenizer->length] = byte;
    tokenizer->length++;
    if (!is_digit(byte))
        tokenizer->has_other = true;
    else if (__builtin_mul_overflow(tokenizer->value, 10, &tokenizer->value) ||
             __builtin_add_overflow(tokenizer->value, byte - '0', &tokenizer->value))
        tokenizer->too_big = true;

    /* A byte order mark at the start of a source is no part of the first token. */
    if (tokenizer->at_start && tokenizer->length == FG_TOKENIZER_MARK_BYTES) {
        tokenizer->at_start = false;
        if (memcmp(tokenizer->head, FG_TOKENIZER_MARK, FG_TOKENIZER_MARK_BYTES) == 0)
            tokenizer->in_token = false;
    }
}

/* White space, '#' or the end of the source after a token. */
static enum fg_tokenizer_event end_token(struct fg_tokenizer *tokenizer, uint64_t *numbers,
                                         size_t *count) {
    tokenizer->in_token = false;
    if (tokenizer->has_other || tokenizer->too_big ||
        (tokenizer->value == 0 && !tokenizer->accept_zero))
        return FG_TOKENIZER_BAD;
    numbers[(*count)++] = tokenizer->value;
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
                                          const unsigned char *end, uint64_t *numbers,
                                          size_t capacity, size_t *count) {
    const unsigned char *p = *at;
    enum fg_tokenizer_event event = FG_TOKENIZER_EMPTY;
    while (p < end && event == FG_TOKENIZER_EMPTY) {
        if (*count == capacity) {
            event = FG_TOKENIZER_FULL;
        } else if (tokenizer->in_comment) {
            p = skip_comment(tokenizer, p, end);
        } else if (!fg_tokenizer_is_separator(*p)) {
            grow_token(tokenizer, *p++);
        } else if (tokenizer->in_token) {
            /* The byte itself comes next, between tokens: a bad token's line is still this one. */
            event = end_token(tokenizer, numbers, count);
        } else {
            tokenizer->at_start = false;
            tokenizer->in_comment = *p == '#';
            tokenizer->line += *p == '\n';
            p++;
            if (!tokenizer->in_comment)
                p = feed_plain(tokenizer, p, end, numbers, capacity, count);
        }
    }
    *at = p;
    return event;
}

enum fg_tokenizer_event fg_tokenizer_finish(struct fg_tokenizer *tokenizer, uint64_t *numbers,
                                            size_t capacity, size_t *count) {
    assert(*count < capacity);
    (void)capacity;
    return tokenizer->in_token ? end_token(tokenizer, numbers, count) : FG_TOKENIZER_EMPTY;
}

/* The bytes that were kept, printable: '\' and whatever is not ASCII text as an escape. */
static size_t print_head(const struct fg_tokenizer *tokenizer, char *text, size_t room) {
    const size_t kept =
        tokenizer->length < FG_TOKENIZER_HEAD ? (size_t)tokenizer->length : FG_TOKENIZER_HEAD;
    size_t used = 0;
    for (size_t i = 0; i < kept; i++) {
        const unsigned char byte = tokenizer->head[i];
        const char *const format = byte == '\\'              ? "\\%c"
                                   : byte < 32 || byte > 126 ? "\\x%02x"
                                                             : "%c";
        used += (size_t)snprintf(text + used, room - used, format, byte);
    }
    return used;
}

void fg_tokenizer_describe(const struct fg_tokenizer *tokenizer, char text[FG_TOKENIZER_TEXT]) {
    const char *const quote = tokenizer->has_other ? "'" : "";
    const bool shortened = tokenizer->length > FG_TOKENIZER_HEAD;
    size_t used = (size_t)snprintf(text, FG_TOKENIZER_TEXT, "%s", quote);
    used += print_head(tokenizer, text + used, FG_TOKENIZER_TEXT - used);
    used += (size_t)snprintf(text + used, FG_TOKENIZER_TEXT - used, "%s%s", shortened ? "…" : "",
                             quote);
    if (shortened)
        used += (size_t)snprintf(text + used, FG_TOKENIZER_TEXT - used, " (%ju %s)",
                                 (uintmax_t)tokenizer->length,
                                 tokenizer->has_other ? "characters" : "digits");
    snprintf(text + used, FG_TOKENIZER_TEXT - used, "%s",
             tokenizer->has_other ? " is not a whole number"
             : tokenizer->too_big ? " does not fit in 64 bits"
                                  : " has no finite set of divisors");
}
