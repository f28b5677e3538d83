/* SPDX-License-Identifier: MIT */
/*
 * shard.c: where the cuts are. Texts are looked at around a cut only, through pread(); lines are
 * counted only for a message.
 */
#include "cli/input/shard.h"

#include "text/failure.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* Bytes that are read at once to find where a number begins. */
#define LOOK_BYTES ((size_t)32 * 1024)

/* floor(total * part / count), without leaving 64 bits. */
static uint64_t cut_after(uint64_t total, unsigned part, unsigned count) {
    return total / count * part + total % count * part / count;
}

struct fg_range fg_shard_range(struct fg_shard shard, uint64_t total_bytes) {
    assert(shard.index >= 1 && shard.index <= shard.count && shard.count <= FG_SHARD_MOST);
    return (struct fg_range){cut_after(total_bytes, shard.index - 1, shard.count),
                             cut_after(total_bytes, shard.index, shard.count)};
}

bool fg_shard_share(struct fg_shard shard, uint64_t total_bytes, uint64_t place, uint64_t bytes,
                    struct fg_range *share) {
    const struct fg_range range = fg_shard_range(shard, total_bytes);
    const uint64_t begin = place > range.begin ? place : range.begin;
    const uint64_t end = place + bytes < range.end ? place + bytes : range.end;
    *share = (struct fg_range){0, 0};
    if (bytes == 0) /* the last part has those behind the last byte */
        return place >= range.begin && (place < range.end || shard.index == shard.count);
    if (begin < end)
        *share = (struct fg_range){begin - place, end - place};
    return begin < end;
}

/* Does what fg_source_peek() does, unless stopped. */
static enum fg_status look(const struct fg_source *source, int stop_fd, uint64_t place,
                           unsigned char *bytes, size_t room, size_t *got, struct fg_error *error) {
    if (fg_source_wait(source, stop_fd, 0) == FG_SOURCE_STOPPED)
        return fg_program_fail(error, FG_ERROR_CANCELLED, "%s", fg_strerror(FG_ERROR_CANCELLED));
    return fg_source_peek(source, place, bytes, room, got, error);
}

/* Finds out whether the byte before the cut lies in a comment, or else in a token: the last '#' or
 * newline before the cut decides. */
static enum fg_status look_back(const struct fg_source *source, int stop_fd, uint64_t cut,
                                bool *in_comment, bool *in_token, struct fg_error *error) {
    unsigned char bytes[LOOK_BYTES];
    *in_comment = *in_token = false;
    for (uint64_t end = cut; end > 0;) {
        const size_t size = end < sizeof bytes ? (size_t)end : sizeof bytes;
        size_t got = 0;
        FG_TRY(look(source, stop_fd, end - size, bytes, size, &got, error));
        if (end == cut && got == size)
            *in_token = !fg_tokenizer_is_separator(bytes[size - 1]);
        const unsigned char *const newline = memrchr(bytes, '\n', got);
        const unsigned char *const after = newline != NULL ? newline + 1 : bytes;
        *in_comment = memchr(after, '#', (size_t)(bytes + got - after)) != NULL;
        if (newline != NULL || *in_comment)
            break;
        end -= size;
    }
    return FG_OK;
}

/* Moves the cut to the end of the token that it lies in. */
static enum fg_status pass_token(const struct fg_source *source, int stop_fd, uint64_t *cut,
                                 struct fg_error *error) {
    unsigned char bytes[LOOK_BYTES];
    while (*cut < source->size) {
        const uint64_t left = source->size - *cut;
        size_t got = 0;
        FG_TRY(look(source, stop_fd, *cut, bytes, left < sizeof bytes ? (size_t)left : sizeof bytes,
                    &got, error));
        if (got == 0)
            break;
        for (size_t i = 0; i < got; i++)
            if (fg_tokenizer_is_separator(bytes[i])) {
                *cut += i;
                return FG_OK;
            }
        *cut += got;
    }
    return FG_OK;
}

enum fg_status fg_shard_cut_text(const struct fg_source *source, int stop_fd, uint64_t *cut,
                                 bool *in_comment, struct fg_error *error) {
    bool in_token;
    *in_comment = false;
    if (*cut == 0 || *cut >= source->size)
        return FG_OK;
    if (*cut <= FG_TOKENIZER_MARK_BYTES) {
        /* The first token comes behind the mark, and the mark before it is not lost. */
        unsigned char start[FG_TOKENIZER_MARK_BYTES] = {0};
        size_t got = 0;
        FG_TRY(fg_source_peek(source, 0, start, sizeof start, &got, error));
        if (memcmp(start, FG_TOKENIZER_MARK, sizeof start) == 0) {
            *cut = 0;
            return FG_OK;
        }
    }
    FG_TRY(look_back(source, stop_fd, *cut, in_comment, &in_token, error));
    return *in_comment || !in_token ? FG_OK : pass_token(source, stop_fd, cut, error);
}

uint64_t fg_shard_cut_words(uint64_t cut, uint64_t header_bytes, unsigned word_bytes,
                            uint64_t size) {
    if (cut <= header_bytes)
        return header_bytes < size ? header_bytes : size;
    const uint64_t inside = (cut - header_bytes) % word_bytes;
    const uint64_t on = inside > 0 ? word_bytes - inside : 0;
    return on < size - cut ? cut + on : size;
}

enum fg_status fg_shard_count_lines(const struct fg_source *source, int stop_fd, uint64_t end,
                                    uint64_t *lines, struct fg_error *error) {
    unsigned char bytes[LOOK_BYTES];
    *lines = 0;
    for (uint64_t at = 0; at < end;) {
        const uint64_t left = end - at;
        size_t got = 0;
        FG_TRY(look(source, stop_fd, at, bytes, left < sizeof bytes ? (size_t)left : sizeof bytes,
                    &got, error));
        if (got == 0) /* it has become shorter */
            return fg_program_fail(error, FG_ERROR_SYSTEM, "%s: %s", source->name, strerror(EIO));
        for (size_t i = 0; i < got; i++)
            *lines += bytes[i] == '\n';
        at += got;
    }
    return FG_OK;
}
