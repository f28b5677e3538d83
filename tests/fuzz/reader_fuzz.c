/* SPDX-License-Identifier: MIT */
/*
 * reader_fuzz.c: what turns bytes into numbers, on arbitrary bytes in arbitrary pieces, against
 * code that has the whole input at once and is too simple to be wrong: the tokenizer, the tokenizer
 * on the parts that a text is cut into, and words. Fails on any difference in numbers, places or
 * verdicts; the sanitizers watch the rest.
 *
 * The first three bytes of the input choose the largest piece, the room for numbers or how many
 * parts there are, and, by the bits of the third, whether 0 is accepted, parts, words, the words'
 * type, and whether numbers from 2^64 on are accepted.
 */
#include "cli/input/binary.h"
#include "cli/input/shard.h"
#include "cli/input/tokenizer.h"
#include "fuzz_number.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum verdict { NUMBER, NOT_A_NUMBER, TOO_LARGE, ZERO, CUT, BINARY };

/* A token that came out. */
struct token {
    enum verdict verdict;
    fuzz_value value; /* of a NUMBER */
    uint64_t line;    /* of the others; of words the place */
};

struct tokens {
    struct token *entries;
    size_t count;
};

/* The kinds of numbers that are accepted. */
struct rules {
    int accept_zero, accept_wide;
};

static void append(struct tokens *tokens, enum verdict verdict, fuzz_value value, uint64_t line) {
    tokens->entries[tokens->count++] = (struct token){verdict, value, line};
}

static int is_separator(uint8_t byte) {
    return byte != 0 && strchr(" \t\n\v\f\r#", byte) != NULL;
}

/* One whole token, judged as the manual words it. */
static void judge(struct tokens *tokens, const uint8_t *text, size_t length, uint64_t line,
                  struct rules rules) {
    if (text[length - 1] == ',' || text[length - 1] == ';')
        length--;
    fuzz_value value = 0;
    if (length > 0)
        switch (fuzz_judge_number(text, length, rules.accept_zero, rules.accept_wide, &value)) {
        case FUZZ_NUMBER:
            append(tokens, NUMBER, value, 0);
            break;
        case FUZZ_NO_NUMBER:
            append(tokens, NOT_A_NUMBER, 0, line);
            break;
        case FUZZ_TOO_LARGE:
            append(tokens, TOO_LARGE, 0, line);
            break;
        case FUZZ_ZERO:
            append(tokens, ZERO, 0, line);
            break;
        }
}

static void tokenize_plainly(struct tokens *tokens, const uint8_t *data, size_t size,
                             struct rules rules) {
    uint64_t line = 1;
    size_t i = size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (i < size) {
        size_t end = i;
        while (end < size && !is_separator(data[end]) && !fuzz_is_binary(data[end]))
            end++;
        if (end < size && fuzz_is_binary(data[end])) {
            append(tokens, BINARY, 0, line);
            return;
        }
        if (end > i)
            judge(tokens, data + i, end - i, line, rules);
        if (end < size && data[end] == '#')
            while (end < size && data[end] != '\n')
                end++;
        if (end < size && data[end] == '\n')
            line++;
        i = end + 1;
    }
}

/* Takes over the numbers of a list. */
static void take_numbers(struct tokens *tokens, struct fg_number_list *list) {
    size_t wide = 0;
    for (size_t i = 0; i < list->count; i++)
        append(tokens, NUMBER, fuzz_list_number(list, i, &wide), 0);
    if (wide != list->wide_count)
        abort();
    fg_number_list_clear(list);
}

/* Takes over what a call of the tokenizer has found. */
static void collect(struct tokens *tokens, struct fg_tokenizer *tokenizer,
                    enum fg_tokenizer_event event, struct fg_number_list *list) {
    take_numbers(tokens, list);
    if (event != FG_TOKENIZER_BAD)
        return;
    char text[FG_TOKENIZER_TEXT];
    fg_tokenizer_describe(tokenizer, text);
    for (const char *p = text; *p != '\0'; p++)
        if (*p > 0 && *p < 32) /* nothing that a terminal would obey */
            abort();
    append(tokens,
           strstr(text, "binary data begins here")       ? BINARY
           : strstr(text, " is not a whole number")      ? NOT_A_NUMBER
           : strstr(text, " is negative")                ? NOT_A_NUMBER
           : strstr(text, " does not fit in ")           ? TOO_LARGE
           : strstr(text, " has no finite set of divis") ? ZERO
                                                         : NUMBER,
           0, tokenizer->line);
}

static void feed_in_pieces(struct tokens *tokens, struct fg_tokenizer *tokenizer,
                           const uint8_t *data, size_t size, size_t piece_max, size_t room,
                           struct rules rules) {
    struct fuzz_list own;
    size_t piece;
    fuzz_list_begin(&own, room, rules.accept_wide);
    for (size_t i = 0; i < size; i += piece) {
        piece = 1 + (i * 7 + size) % piece_max;
        if (piece > size - i)
            piece = size - i;
        /* A block of its own, so that a byte read beyond it is seen. */
        uint8_t *const copy = malloc(piece);
        memcpy(copy, data + i, piece);
        const unsigned char *at = copy;
        enum fg_tokenizer_event event;
        do {
            event = fg_tokenizer_feed(tokenizer, &at, copy + piece, &own.list);
            collect(tokens, tokenizer, event, &own.list);
        } while (event != FG_TOKENIZER_EMPTY);
        free(copy);
    }
    const enum fg_tokenizer_event event = fg_tokenizer_finish(tokenizer, &own.list);
    collect(tokens, tokenizer, event, &own.list);
}

static void tokenize_in_pieces(struct tokens *tokens, const uint8_t *data, size_t size,
                               size_t piece_max, size_t room, struct rules rules) {
    struct fg_tokenizer tokenizer = {.accept_zero = rules.accept_zero};
    fg_tokenizer_begin(&tokenizer);
    feed_in_pieces(tokens, &tokenizer, data, size, piece_max, room, rules);
}

/* Part by part, as the shards of a file. */
static void tokenize_in_parts(struct tokens *tokens, const uint8_t *data, size_t size,
                              size_t piece_max, unsigned part_count, struct rules rules) {
    static struct fg_source source;
    source.fd = memfd_create("text", MFD_CLOEXEC);
    source.has_size = true;
    source.size = size;
    if (source.fd < 0 || write(source.fd, data, size) != (ssize_t)size)
        abort();
    for (unsigned i = 1; i <= part_count; i++) {
        struct fg_range range = fg_shard_range((struct fg_shard){i, part_count}, size);
        struct fg_tokenizer tokenizer = {.accept_zero = rules.accept_zero};
        bool in_comment, ignored;
        if (fg_shard_cut_text(&source, -1, &range.begin, &in_comment, NULL) != FG_OK ||
            fg_shard_cut_text(&source, -1, &range.end, &ignored, NULL) != FG_OK ||
            range.begin > range.end)
            abort();
        fg_tokenizer_begin(&tokenizer);
        if (range.begin > 0)
            fg_tokenizer_begin_inside(&tokenizer, in_comment);
        uint64_t lines;
        if (fg_shard_count_lines(&source, -1, range.begin, &lines, NULL) != FG_OK)
            abort();
        tokenizer.line += lines;
        feed_in_pieces(tokens, &tokenizer, data + range.begin, range.end - range.begin, piece_max,
                       1, rules);
    }
    close(source.fd);
}

/* A word, byte by byte. */
static fuzz_value word_at(struct fg_binary_type type, const uint8_t *bytes) {
    fuzz_value word = 0;
    for (unsigned i = 0; i < type.bytes; i++)
        word += (fuzz_value)bytes[i] << 8 * (type.big_endian ? type.bytes - 1 - i : i);
    return word;
}

static void read_words_plainly(struct tokens *tokens, struct fg_binary_type type,
                               const uint8_t *data, size_t size, struct rules rules) {
    const size_t count = size / type.bytes;
    for (size_t i = 0; i < count; i++) {
        const fuzz_value word = word_at(type, data + i * type.bytes);
        if (type.is_signed && word >> (8 * type.bytes - 1) != 0)
            append(tokens, NOT_A_NUMBER, 0, i);
        else if (word == 0 && !rules.accept_zero)
            append(tokens, ZERO, 0, i);
        else if (word > UINT64_MAX && !rules.accept_wide)
            append(tokens, TOO_LARGE, 0, i);
        else
            append(tokens, NUMBER, word, 0);
    }
    if (size % type.bytes != 0)
        append(tokens, CUT, 0, count);
}

static void collect_words(struct tokens *tokens, const struct fg_binary *binary,
                          enum fg_tokenizer_event event, struct fg_number_list *list) {
    take_numbers(tokens, list);
    if (event == FG_TOKENIZER_BAD)
        append(tokens,
               binary->verdict == FG_BINARY_ZERO       ? ZERO
               : binary->verdict == FG_BINARY_NEGATIVE ? NOT_A_NUMBER
               : binary->verdict == FG_BINARY_TOO_BIG  ? TOO_LARGE
                                                       : CUT,
               0, binary->bad_place);
}

static void read_words_in_pieces(struct tokens *tokens, struct fg_binary_type type,
                                 const uint8_t *data, size_t size, size_t piece_max, size_t room,
                                 struct rules rules) {
    struct fg_binary binary = {.accept_zero = rules.accept_zero};
    struct fuzz_list own;
    size_t piece;
    fuzz_list_begin(&own, room, rules.accept_wide);
    fg_binary_begin(&binary, type, 0, UINT64_MAX);
    for (size_t i = 0; i < size; i += piece) {
        piece = 1 + (i * 7 + size) % piece_max;
        if (piece > size - i)
            piece = size - i;
        uint8_t *const copy = malloc(piece);
        memcpy(copy, data + i, piece);
        const unsigned char *at = copy;
        enum fg_tokenizer_event event;
        do {
            event = fg_binary_feed(&binary, &at, copy + piece, &own.list);
            collect_words(tokens, &binary, event, &own.list);
        } while (event != FG_TOKENIZER_EMPTY);
        free(copy);
    }
    collect_words(tokens, &binary, fg_binary_finish(&binary), &own.list);
}

static void compare(const struct tokens *found, const struct tokens *expected) {
    if (found->count != expected->count)
        abort();
    for (size_t i = 0; i < found->count; i++)
        if (found->entries[i].verdict != expected->entries[i].verdict ||
            found->entries[i].value != expected->entries[i].value ||
            found->entries[i].line != expected->entries[i].line)
            abort();
}

/* The type that the bits of a byte say; half of those of 16 bytes in lists that take none. */
static struct fg_binary_type word_type(uint8_t bits) {
    const struct fg_binary_type wide = {16, false, false};
    const struct fg_binary_type type = {1U << (bits >> 3 & 3), (bits & 32) != 0, (bits & 64) != 0};
    return type.big_endian && type.is_signed && type.bytes < 4 ? wide : type;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3)
        return 0;
    const size_t piece_max = 1 + (size_t)data[0] * 2, room = 1 + data[1] % 8;
    const int in_parts = data[2] & 2, words = data[2] & 4;
    const struct rules rules = {data[2] & 1, data[2] & 128};
    const struct fg_binary_type type = word_type(data[2]);
    const unsigned part_count = data[1];
    data += 3;
    size -= 3;
    /* Every token has at least one byte. */
    struct tokens expected = {calloc(size + 1, sizeof(struct token)), 0};
    struct tokens found = {calloc(size + 1, sizeof(struct token)), 0};
    if (words) {
        read_words_plainly(&expected, type, data, size, rules);
        read_words_in_pieces(&found, type, data, size, piece_max, room, rules);
    } else {
        uint8_t *const copy = malloc(size + 1);
        memcpy(copy, data, size);
        for (size_t i = 0; in_parts && i < size; i++)
            if (fuzz_is_binary(copy[i]))
                copy[i] = 'x';
        data = copy;
        tokenize_plainly(&expected, data, size, rules);
        if (in_parts) /* each part ends at its own binary bytes, so there are none */
            tokenize_in_parts(&found, data, size, piece_max, 1 + part_count % 32, rules);
        else
            tokenize_in_pieces(&found, data, size, piece_max, room, rules);
        free(copy);
    }
    compare(&found, &expected);
    free(expected.entries);
    free(found.entries);
    return 0;
}
