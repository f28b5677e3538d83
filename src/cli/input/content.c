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
    content->csv.accept_zero = accept_zero;
}

/* Returns whether with more bytes these could be the beginning of something else than text. */
static bool may_be_more_than_text(const unsigned char *bytes, size_t size) {
    return fg_foreign_file_may_follow(bytes, size) ||
           (size < FG_NPY_MAGIC_BYTES && memcmp(bytes, FG_NPY_MAGIC, size) == 0);
}

static bool begins_as_npy(const unsigned char *bytes, size_t size) {
    return size >= FG_NPY_MAGIC_BYTES && memcmp(bytes, FG_NPY_MAGIC, FG_NPY_MAGIC_BYTES) == 0;
}

static enum fg_status decide_npy(struct fg_content *content, const struct fg_content_source *source,
                                 struct fg_error *error) {
    FG_TRY(fg_npy_parse(source->bytes, source->size, &content->words, error));
    if (content->words.header_bytes == 0)
        return source->is_all ? fg_program_fail(error, FG_ERROR_ARGUMENT,
                                                "ends inside its .npy header: is it a whole copy?")
                              : FG_OK;
    if (source->file_bytes > 0)
        FG_TRY(fg_npy_fits(&content->words, source->file_bytes, error));
    content->kind = FG_CONTENT_WORDS;
    return FG_OK;
}

static enum fg_status decide_table(struct fg_content *content,
                                   const struct fg_content_source *source, struct fg_error *error) {
    bool found;
    FG_TRY(fg_content_check_text(source->bytes, source->size, error));
    FG_TRY(fg_csv_read_header(source->bytes, source->size, source->is_all, source->column,
                              source->format == FG_READER_TSV ? '\t' : 0, &content->layout, &found,
                              error));
    if (found)
        content->kind = FG_CONTENT_TABLE;
    return FG_OK;
}

enum fg_status fg_content_check_text(const unsigned char *bytes, size_t size,
                                     struct fg_error *error) {
    char text[300];
    const unsigned char *const binary = fg_foreign_find_binary(bytes, size);
    if (binary == NULL)
        return FG_OK;
    fg_foreign_describe_start(bytes, size, binary, text, sizeof text);
    return fg_program_fail(error, FG_ERROR_ARGUMENT, "%s", text);
}

enum fg_status fg_content_decide(struct fg_content *content, const struct fg_content_source *source,
                                 struct fg_error *error) {
    enum fg_reader_format format = source->format;
    /* Whoever says text or words means these bytes. */
    if (format != FG_READER_TEXT && fg_reader_format_bytes(format) == 0) {
        if (!source->is_all && may_be_more_than_text(source->bytes, source->size))
            return FG_OK;
        const char *const advice = fg_foreign_file_advice(source->bytes, source->size);
        if (advice != NULL)
            return fg_program_fail(error, FG_ERROR_ARGUMENT, "%s", advice);
    }
    if (format == FG_READER_AUTO)
        format = begins_as_npy(source->bytes, source->size) ? FG_READER_NPY : FG_READER_TEXT;
    if (format == FG_READER_NPY)
        return decide_npy(content, source, error);
    if (fg_reader_format_is_table(format))
        return decide_table(content, source, error);
    content->kind = format == FG_READER_TEXT ? FG_CONTENT_TEXT : FG_CONTENT_WORDS;
    content->words =
        (struct fg_npy){.type = {.bytes = fg_reader_format_bytes(format)}, .count = UINT64_MAX};
    return FG_OK;
}

enum fg_tokenizer_event fg_content_feed(struct fg_content *content, const unsigned char **at,
                                        const unsigned char *end, struct fg_number_list *list) {
    if (content->kind == FG_CONTENT_TEXT)
        return fg_tokenizer_feed(&content->tokenizer, at, end, list);
    if (content->kind == FG_CONTENT_TABLE)
        return fg_csv_feed(&content->csv, at, end, list);
    return fg_binary_feed(&content->binary, at, end, list);
}

enum fg_tokenizer_event fg_content_finish(struct fg_content *content, struct fg_number_list *list) {
    if (content->kind == FG_CONTENT_TEXT)
        return fg_tokenizer_finish(&content->tokenizer, list);
    if (content->kind == FG_CONTENT_TABLE)
        return fg_csv_finish(&content->csv, list);
    return fg_binary_finish(&content->binary);
}

bool fg_content_is_over(const struct fg_content *content) {
    switch (content->kind) {
    case FG_CONTENT_TEXT:
        return content->tokenizer.is_over;
    case FG_CONTENT_TABLE:
        return content->csv.is_over;
    case FG_CONTENT_WORDS:
        return fg_binary_is_over(&content->binary);
    case FG_CONTENT_UNDECIDED:
        break;
    }
    return false;
}

_Static_assert(FG_CONTENT_TEXT_BYTES >= FG_CSV_TEXT && FG_CONTENT_TEXT_BYTES >= FG_BINARY_TEXT &&
                   FG_CONTENT_TEXT_BYTES >= FG_TOKENIZER_TEXT,
               "room for each description");

uint64_t fg_content_describe(struct fg_content *content, char text[FG_CONTENT_TEXT_BYTES]) {
    switch (content->kind) {
    case FG_CONTENT_TEXT:
        fg_tokenizer_describe(&content->tokenizer, text);
        return content->tokenizer.line;
    case FG_CONTENT_TABLE:
        fg_csv_describe(&content->csv, text);
        return content->csv.line;
    default:
        fg_binary_describe(&content->binary, text);
        return 0;
    }
}

bool fg_content_is_too_big(const struct fg_content *content) {
    switch (content->kind) {
    case FG_CONTENT_TEXT:
        return !content->tokenizer.is_over && fg_spelling_is_too_big(&content->tokenizer.token);
    case FG_CONTENT_TABLE:
        return content->csv.verdict == FG_CSV_BAD_NUMBER &&
               fg_spelling_is_too_big(&content->csv.number);
    case FG_CONTENT_WORDS:
        return content->binary.verdict == FG_BINARY_TOO_BIG;
    case FG_CONTENT_UNDECIDED:
        break;
    }
    return false;
}
