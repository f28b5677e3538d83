/* SPDX-License-Identifier: MIT */
/*
 * content.c: a magic at the beginning tells what is no text.
 */
#include "cli/input/content.h"

#include "cli/input/foreign_file.h"
#include "text/failure.h"

#include <string.h>

void fg_content_reset(struct fg_content *content, bool accept_zero) {
    content->kind = FG_CONTENT_UNDECIDED;
    content->tokenizer.accept_zero = content->binary.accept_zero = accept_zero;
}

/* Whether with more bytes these could be the beginning of something else than text. */
static bool may_be_more_than_text(const unsigned char *bytes, size_t size) {
    return fg_foreign_file_may_follow(bytes, size) ||
           (size < FG_NPY_MAGIC_BYTES && memcmp(bytes, FG_NPY_MAGIC, size) == 0);
}

static bool begins_as_npy(const unsigned char *bytes, size_t size) {
    return size >= FG_NPY_MAGIC_BYTES && memcmp(bytes, FG_NPY_MAGIC, FG_NPY_MAGIC_BYTES) == 0;
}

static enum fg_status decide_npy(struct fg_content *content, const unsigned char *bytes,
                                 size_t size, bool is_all, uint64_t file_bytes,
                                 struct fg_error *error) {
    FG_TRY(fg_npy_parse(bytes, size, &content->words, error));
    if (content->words.header_bytes == 0)
        return is_all ? fg_program_fail(error, FG_ERROR_ARGUMENT,
                                        "ends inside its .npy header: is it a whole copy?")
                      : FG_OK;
    if (file_bytes > 0)
        FG_TRY(fg_npy_fits(&content->words, file_bytes, error));
    content->kind = FG_CONTENT_WORDS;
    return FG_OK;
}

enum fg_status fg_content_decide(struct fg_content *content, enum fg_reader_format format,
                                 const unsigned char *bytes, size_t size, bool is_all,
                                 uint64_t file_bytes, struct fg_error *error) {
    if (format == FG_READER_AUTO) {
        if (!is_all && may_be_more_than_text(bytes, size))
            return FG_OK;
        const char *const advice = fg_foreign_file_advice(bytes, size);
        if (advice != NULL)
            return fg_program_fail(error, FG_ERROR_ARGUMENT, "%s", advice);
        format = begins_as_npy(bytes, size) ? FG_READER_NPY : FG_READER_TEXT;
    }
    if (format == FG_READER_NPY)
        return decide_npy(content, bytes, size, is_all, file_bytes, error);
    content->kind = format == FG_READER_TEXT ? FG_CONTENT_TEXT : FG_CONTENT_WORDS;
    content->words = (struct fg_npy){.type = {.bytes = 8}, .count = UINT64_MAX};
    return FG_OK;
}

enum fg_tokenizer_event fg_content_feed(struct fg_content *content, const unsigned char **at,
                                        const unsigned char *end, uint64_t *numbers,
                                        size_t capacity, size_t *count) {
    return content->kind == FG_CONTENT_TEXT
               ? fg_tokenizer_feed(&content->tokenizer, at, end, numbers, capacity, count)
               : fg_binary_feed(&content->binary, at, end, numbers, capacity, count);
}

enum fg_tokenizer_event fg_content_finish(struct fg_content *content, uint64_t *numbers,
                                          size_t capacity, size_t *count) {
    return content->kind == FG_CONTENT_TEXT
               ? fg_tokenizer_finish(&content->tokenizer, numbers, capacity, count)
               : fg_binary_finish(&content->binary);
}
