/* SPDX-License-Identifier: MIT */
/*
 * binary.c: runs of whole words are copied and then looked over, a block at a time, so that reading
 * is as fast as memory; the words that lie across two pieces go through a small buffer.
 */
#include "cli/input/binary.h"

#include "text/decimal.h"

#include <assert.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Words that are still in the innermost cache when they are looked over. */
#define BLOCK_WORDS ((size_t)1024)

void fg_binary_begin(struct fg_binary *binary, struct fg_binary_type type, uint64_t next,
                     uint64_t promised) {
    assert(type.bytes == 1 || type.bytes == 2 || type.bytes == 4 || type.bytes == 8 ||
           (type.bytes == 16 && !type.big_endian && !type.is_signed));
    *binary = (struct fg_binary){
        .accept_zero = binary->accept_zero, .type = type, .next = next, .promised = promised};
}

/* One word; signed ones extended to 64 bits. */
static uint64_t load_word(struct fg_binary_type type, const unsigned char *bytes) {
    uint64_t word = 0;
    for (unsigned i = 0; i < type.bytes; i++)
        word = word << 8 | bytes[type.big_endian ? i : type.bytes - 1 - i];
    const unsigned unused = 64 - 8 * type.bytes;
    return type.is_signed ? (uint64_t)((int64_t)(word << unused) >> unused) : word;
}

static void load_words(struct fg_binary_type type, const unsigned char *bytes, uint64_t *numbers,
                       size_t count) {
    if (type.bytes == 8) {
        memcpy(numbers, bytes, count * sizeof *numbers);
        if (type.big_endian != (__BYTE_ORDER == __BIG_ENDIAN))
            for (size_t i = 0; i < count; i++)
                numbers[i] = __builtin_bswap64(numbers[i]);
        return;
    }
    for (size_t i = 0; i < count; i++)
        numbers[i] = load_word(type, bytes + i * type.bytes);
}

/* Returns how many of the numbers come before the first that is bad. */
static size_t count_good(const struct fg_binary *binary, const uint64_t *numbers, size_t count) {
    const uint64_t least = !binary->accept_zero;
    const uint64_t span = (binary->type.is_signed ? (uint64_t)INT64_MAX : UINT64_MAX) - least;
    uint64_t is_bad = 0;
    for (size_t i = 0; i < count; i++)
        is_bad |= numbers[i] - least > span;
    size_t good = is_bad ? 0 : count;
    while (good < count && numbers[good] - least <= span)
        good++;
    return good;
}

static enum fg_tokenizer_event reject(struct fg_binary *binary, enum fg_binary_verdict verdict) {
    binary->verdict = verdict;
    binary->bad_place = binary->next;
    return FG_TOKENIZER_BAD;
}

static enum fg_tokenizer_event reject_word(struct fg_binary *binary, struct fg_uint128 bad,
                                           enum fg_binary_verdict verdict) {
    binary->bad = bad;
    const enum fg_tokenizer_event event = reject(binary, verdict);
    binary->next++;
    return event;
}

/* take_words() for words of 16 bytes. */
static size_t take_wide_words(struct fg_binary *binary, const unsigned char *bytes, size_t limit,
                              struct fg_number_list *list, enum fg_tokenizer_event *event) {
    size_t taken = 0;
    while (taken < limit && !fg_number_list_is_full(list) && *event == FG_TOKENIZER_EMPTY) {
        const struct fg_binary_type half = {.bytes = 8};
        const unsigned char *const word = bytes + 16 * taken++;
        const struct fg_uint128 number = {load_word(half, word), load_word(half, word + 8)};
        if (number.high != 0 && !fg_number_list_takes_wide(list)) {
            *event = reject_word(binary, number, FG_BINARY_TOO_BIG);
        } else if (number.high == 0 && number.low == 0 && !binary->accept_zero) {
            *event = reject_word(binary, number, FG_BINARY_ZERO);
        } else {
            fg_number_list_add(list, number);
            binary->next++;
        }
    }
    return taken;
}

/* Takes whole words up to the first bad one, which is taken too, for as long as the list has room;
 * `limit` at least 1. Returns how many it took, at least 1. */
static size_t take_words(struct fg_binary *binary, const unsigned char *bytes, size_t limit,
                         struct fg_number_list *list, enum fg_tokenizer_event *event) {
    if (binary->type.bytes == 16)
        return take_wide_words(binary, bytes, limit, list, event);
    const size_t block = limit < BLOCK_WORDS ? limit : BLOCK_WORDS;
    uint64_t *const to = list->numbers + list->count;
    load_words(binary->type, bytes, to, block);
    const size_t good = count_good(binary, to, block);
    list->count += good;
    binary->next += good;
    if (good == block)
        return block;
    *event = reject_word(binary, (struct fg_uint128){to[good], 0},
                         to[good] == 0 ? FG_BINARY_ZERO : FG_BINARY_NEGATIVE);
    return good + 1;
}

/* Moves bytes to the word that is not complete, and takes it when it is. */
static const unsigned char *carry(struct fg_binary *binary, const unsigned char *at,
                                  const unsigned char *end, struct fg_number_list *list,
                                  enum fg_tokenizer_event *event) {
    while (at < end && binary->carried_count < binary->type.bytes)
        binary->carried[binary->carried_count++] = *at++;
    if (binary->carried_count == binary->type.bytes) {
        binary->carried_count = 0;
        take_words(binary, binary->carried, 1, list, event);
    }
    return at;
}

enum fg_tokenizer_event fg_binary_feed(struct fg_binary *binary, const unsigned char **at,
                                       const unsigned char *end, struct fg_number_list *list) {
    const unsigned char *p = *at;
    enum fg_tokenizer_event event = FG_TOKENIZER_EMPTY;
    if (binary->is_over)
        p = end;
    while (p < end && event == FG_TOKENIZER_EMPTY) {
        const size_t whole = (size_t)(end - p) / binary->type.bytes;
        const uint64_t awaited = binary->promised - binary->next;
        if (awaited == 0) {
            binary->is_over = true;
            p = end;
            event = reject(binary, FG_BINARY_LONG);
        } else if (fg_number_list_is_full(list)) {
            event = FG_TOKENIZER_FULL;
        } else if (binary->carried_count > 0 || whole == 0) {
            p = carry(binary, p, end, list, &event);
        } else {
            const size_t room = list->limit - list->count;
            size_t limit = whole < room ? whole : room;
            limit = limit < awaited ? limit : (size_t)awaited;
            p += take_words(binary, p, limit, list, &event) * binary->type.bytes;
        }
    }
    *at = p;
    return event;
}

enum fg_tokenizer_event fg_binary_finish(struct fg_binary *binary) {
    if (binary->is_over)
        return FG_TOKENIZER_EMPTY;
    binary->is_over = true;
    if (binary->promised != UINT64_MAX && binary->next < binary->promised)
        return reject(binary, FG_BINARY_SHORT);
    return binary->carried_count > 0 ? reject(binary, FG_BINARY_CUT) : FG_TOKENIZER_EMPTY;
}

bool fg_binary_is_over(const struct fg_binary *binary) {
    return binary->is_over;
}

void fg_binary_describe(const struct fg_binary *binary, char text[FG_BINARY_TEXT]) {
    char number[FG_DECIMAL_WIDE_ROOM + 1];
    switch (binary->verdict) {
    case FG_BINARY_ZERO:
        snprintf(text, FG_BINARY_TEXT, "element %" PRIu64 ": 0 has no finite set of divisors",
                 binary->bad_place);
        break;
    case FG_BINARY_NEGATIVE:
        snprintf(text, FG_BINARY_TEXT, "element %" PRIu64 ": %" PRId64 " is negative",
                 binary->bad_place, (int64_t)binary->bad.low);
        break;
    case FG_BINARY_TOO_BIG:
        *fg_decimal_write_wide(number, binary->bad) = '\0';
        snprintf(text, FG_BINARY_TEXT, "element %" PRIu64 ": %s does not fit in 64 bits",
                 binary->bad_place, number);
        break;
    case FG_BINARY_CUT:
        snprintf(text, FG_BINARY_TEXT, "%u byte%s too many at the end: each number has %u bytes",
                 binary->carried_count, binary->carried_count == 1 ? "" : "s", binary->type.bytes);
        break;
    case FG_BINARY_SHORT:
        snprintf(text, FG_BINARY_TEXT,
                 "ends after %" PRIu64 " of the %" PRIu64
                 " elements that its header promises: is it a whole copy?",
                 binary->bad_place, binary->promised);
        break;
    case FG_BINARY_LONG:
        snprintf(text, FG_BINARY_TEXT,
                 "goes on behind the %" PRIu64
                 " elements that its header promises: one array is one file",
                 binary->promised);
        break;
    }
}
