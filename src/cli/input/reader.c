/* SPDX-License-Identifier: MIT */
/*
 * reader.c: takes the sources one after the other, or the part of them that is a shard's, and hands
 * what they hold to what turns it into numbers.
 *
 * A read that would wait hands over the block so far, so that a person at a terminal or a
 * coprocess gets an answer to every line.
 */
#include "cli/input/reader.h"

#include "cli/input/content.h"
#include "cli/input/operand_list.h"
#include "cli/input/source.h"
#include "text/decimal.h"
#include "text/failure.h"
#include "text/operand.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Time for which a block waits for more input before it asks again whether a thread waits for it.
 */
#define LINGER_MS 1
/* Bytes of a source's start that a shard reads to learn what the source holds. */
#define GLANCE_BYTES ((size_t)4096)
/* Fewer numbers of a range are listed in one block with what stands around them. */
#define LISTED_RANGE_NUMBERS 4096

enum fill {
    FILL_MORE,        /* bytes to use */
    FILL_WOULD_BLOCK, /* none yet, and the block should not wait for them */
    FILL_END,         /* the source is at its end */
    FILL_FAILED,      /* it was reported */
};

/* Reports about one thing. */
struct complaints {
    unsigned shown;
    uint64_t hidden;
    bool advised; /* the config's advice on numbers from 2^64 on was given */
};

struct fg_reader {
    struct fg_reader_config config;
    bool (*wanted)(void *context); /* NULL: always */
    void *wanted_context;
    struct fg_operand_list list;
    struct fg_content content; /* of the open source */
    bool stopped;              /* no more input: strict, or told to stop */
    bool had_bad_token, had_unreadable;
    uint64_t read_bytes;                   /* with what is left of the piece */
    struct complaints source_complaints;   /* about the open source, */
    struct complaints argument_complaints; /* and about numbers on the command line */
    bool is_checked; /* the first bytes of the text, or of the share of it, are text */

    /* Of a shard: */
    struct fg_range share;   /* the open source's */
    uint64_t bytes_before;   /* read_bytes when it was opened */
    uint64_t lines_before;   /* the share, once they had to be counted: */
    bool knows_lines_before; /* for a message */

    struct fg_number_list *numbers; /* of the block in progress */
    struct fg_number_range range;   /* the open range: what is left of it, */
    uint64_t range_left;            /* so many numbers */
    bool range_is_listed;           /* number by number, whatever the block takes */
    struct fg_source source;
};

static bool is_shard(const struct fg_reader *reader) {
    return fg_operand_list_is_shard(&reader->list);
}

struct fg_reader *fg_reader_open(const struct fg_reader_config *config) {
    struct fg_reader *const reader = malloc(sizeof *reader);
    if (reader == NULL)
        return NULL;
    /* All but the piece, whose pages are best left untouched until they are used. */
    memset(reader, 0, offsetof(struct fg_reader, source) + offsetof(struct fg_source, piece));
    reader->config = *config;
    reader->source.fd = -1;
    if (!fg_operand_list_open(&reader->list, config->operands, config->operand_count,
                              config->shard)) {
        free(reader);
        return NULL;
    }
    reader->stopped = fg_reader_check_sizes(reader, NULL) != FG_OK;
    return reader;
}

void fg_reader_close(struct fg_reader *reader) {
    if (reader == NULL)
        return;
    fg_source_close(&reader->source);
    fg_operand_list_close(&reader->list);
    free(reader);
}

void fg_reader_report_anew(struct fg_reader *reader) {
    reader->source_complaints = reader->argument_complaints = (struct complaints){0};
}

void fg_reader_set_wanted(struct fg_reader *reader, bool (*wanted)(void *context), void *context) {
    reader->wanted = wanted;
    reader->wanted_context = context;
}

uint64_t fg_reader_total_bytes(const struct fg_reader *reader) {
    return reader->list.total_bytes;
}
enum fg_status fg_reader_check_sizes(const struct fg_reader *reader, struct fg_error *error) {
    return fg_operand_list_check_sizes(&reader->list, error);
}
bool fg_reader_count(const struct fg_reader *reader, uint64_t *count) {
    const struct fg_operand_rules rules = {.accept_zero = reader->config.accept_zero,
                                           .accept_wide = reader->config.narrow_advice == NULL};
    return fg_operand_list_count(&reader->list, rules, count);
}
bool fg_reader_had_bad_token(const struct fg_reader *reader) {
    return reader->had_bad_token;
}
bool fg_reader_had_unreadable(const struct fg_reader *reader) {
    return reader->had_unreadable;
}

/* ---- What is wrong ---- */

__attribute__((format(printf, 2, 3))) static void report(const struct fg_reader *reader,
                                                         const char *format, ...) {
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    reader->config.report(reader->config.context, message);
}

static void report_unreadable(struct fg_reader *reader, const char *message) {
    reader->had_unreadable = true;
    report(reader, "%s", message);
}

/* Something that is no number, or no source of numbers. */
static void report_bad(struct fg_reader *reader, struct complaints *complaints, const char *place,
                       const char *text) {
    reader->had_bad_token = true;
    reader->stopped = reader->stopped || reader->config.strict;
    complaints->shown++;
    report(reader, "%s: %s", place, text);
}

/* report_bad() for a token; `is_too_big`: it has more bits than it may have. */
static void report_bad_token(struct fg_reader *reader, struct complaints *complaints,
                             const char *place, const char *text, bool is_too_big) {
    const char *const advice = reader->config.narrow_advice;
    char advised[FG_CONTENT_TEXT_BYTES + 200];
    if (advice == NULL || !is_too_big || complaints->advised ||
        fg_number_list_takes_wide(reader->numbers)) {
        report_bad(reader, complaints, place, text);
        return;
    }
    complaints->advised = true;
    snprintf(advised, sizeof advised, "%s: %.190s", text, advice);
    report_bad(reader, complaints, place, advised);
}

/* Counts something that is no number if enough of its kind were reported. */
static bool hide_bad(struct fg_reader *reader, struct complaints *complaints) {
    if (complaints->shown < FG_READER_REPORTS)
        return false;
    reader->had_bad_token = true;
    complaints->hidden++;
    return true;
}

static void report_hidden(const struct fg_reader *reader, struct complaints *complaints,
                          const char *place) {
    if (complaints->hidden > 0)
        report(reader, "%s: and %ju more like these, which are not shown", place,
               (uintmax_t)complaints->hidden);
    *complaints = (struct complaints){0};
}

/* Ends the open source. */
static void end_source(struct fg_reader *reader) {
    report_hidden(reader, &reader->source_complaints, reader->source.name);
    fg_source_close(&reader->source);
}

/* Notes that reading failed or was stopped. */
static void note_failure(struct fg_reader *reader, const struct fg_error *error) {
    if (error->status == FG_ERROR_CANCELLED)
        reader->stopped = true;
    else
        report_unreadable(reader, error->message);
}

static void fail_source(struct fg_reader *reader, const struct fg_error *error) {
    note_failure(reader, error);
    end_source(reader);
}

/* Counts the lines before the shard's share of the source, which nothing else asks for. */
static bool count_lines_before(struct fg_reader *reader) {
    struct fg_error error;
    if (reader->knows_lines_before || reader->share.begin == 0)
        return true;
    reader->knows_lines_before =
        fg_shard_count_lines(&reader->source, reader->config.stop_fd, reader->share.begin,
                             &reader->lines_before, &error) == FG_OK;
    if (!reader->knows_lines_before)
        note_failure(reader, &error);
    return reader->knows_lines_before;
}

/* The bad token that was just found. What ends the source is always reported, because it says that
 * the rest is not read. */
static void report_bad_content(struct fg_reader *reader, bool ends_source) {
    char text[FG_CONTENT_TEXT_BYTES], place[sizeof reader->source.name + 24];
    if (!ends_source && hide_bad(reader, &reader->source_complaints))
        return;
    uint64_t line = fg_content_describe(&reader->content, text);
    if (line > 0 && !count_lines_before(reader)) {
        reader->stopped = true;
        return;
    }
    line += line > 0 ? reader->lines_before : 0;
    snprintf(place, sizeof place, line > 0 ? "%s:%ju" : "%s", reader->source.name, (uintmax_t)line);
    report_bad_token(reader, &reader->source_complaints, place, text,
                     fg_content_is_too_big(&reader->content));
}

/* ---- Beginning a source ---- */

/* Reads nothing but the shard's share of the source from here on, whose ends lie between numbers.
 */
static bool begin_share(struct fg_reader *reader) {
    unsigned char byte;
    size_t got;
    struct fg_error error;
    reader->read_bytes = reader->bytes_before;
    if (reader->source.size == 0 &&
        fg_source_peek(&reader->source, 0, &byte, 1, &got, &error) == FG_OK && got > 0) {
        reader->had_unreadable = true;
        report(reader, "%s: has no size but holds something: --shard needs a copy of it",
               reader->source.name);
        end_source(reader);
        return false;
    }
    if (fg_source_seek(&reader->source, reader->share.begin, reader->share.end, &error) == FG_OK)
        return true;
    fail_source(reader, &error);
    return false;
}

static void begin_text(struct fg_reader *reader) {
    const int stop_fd = reader->config.stop_fd;
    struct fg_range *const share = &reader->share;
    bool begins_in_comment, ends_in_comment;
    struct fg_error error;
    reader->is_checked = reader->config.format == FG_READER_TEXT;
    fg_tokenizer_begin(&reader->content.tokenizer);
    if (!is_shard(reader))
        return;
    if (fg_shard_cut_text(&reader->source, stop_fd, &share->begin, &begins_in_comment, &error) !=
            FG_OK ||
        fg_shard_cut_text(&reader->source, stop_fd, &share->end, &ends_in_comment, &error) != FG_OK)
        fail_source(reader, &error);
    else if (begin_share(reader) && share->begin > 0)
        fg_tokenizer_begin_inside(&reader->content.tokenizer, begins_in_comment);
}

/* Words behind a header. */
static void begin_words(struct fg_reader *reader) {
    struct fg_range *const share = &reader->share;
    struct fg_binary *const binary = &reader->content.binary;
    const struct fg_npy *const words = &reader->content.words;
    if (!is_shard(reader)) {
        reader->source.at += words->header_bytes;
        fg_binary_begin(binary, words->type, 0, words->count);
        return;
    }
    const uint64_t size = reader->source.size;
    share->begin = fg_shard_cut_words(share->begin, words->header_bytes, words->type.bytes, size);
    share->end = fg_shard_cut_words(share->end, words->header_bytes, words->type.bytes, size);
    const uint64_t before = (share->begin - words->header_bytes) / words->type.bytes;
    if (begin_share(reader))
        fg_binary_begin(binary, words->type, before, UINT64_MAX);
}

/* Behind the header of a table. */
static void begin_table(struct fg_reader *reader) {
    reader->source.at += reader->content.layout.header_bytes;
    fg_csv_begin(&reader->content.csv, &reader->content.layout);
}

/* Refuses the source as a whole. */
static void refuse_source(struct fg_reader *reader, const struct fg_error *error) {
    report_bad(reader, &reader->source_complaints, reader->source.name, error->message);
    end_source(reader);
}

/* Looks at the source's first bytes for what it holds, or waits for more of them, unless that is
 * all there is. */
static void decide(struct fg_reader *reader, bool is_all) {
    const struct fg_source *const source = &reader->source;
    const struct fg_content_source known = {
        .format = reader->config.format,
        .column = reader->config.column,
        .bytes = source->at,
        .size = (size_t)(source->end - source->at),
        .is_all = is_all,
        /* Files of /proc say that they are empty. */
        .file_bytes = source->has_size ? source->size : 0,
    };
    struct fg_error error;
    if (fg_content_decide(&reader->content, &known, &error) != FG_OK)
        refuse_source(reader, &error);
    else if (reader->content.kind == FG_CONTENT_TEXT)
        begin_text(reader);
    else if (reader->content.kind == FG_CONTENT_WORDS)
        begin_words(reader);
    else if (reader->content.kind == FG_CONTENT_TABLE)
        begin_table(reader);
}

/* Opens a file or standard input; if that fails it is reported, and there is no source. */
static void open_source(struct fg_reader *reader, const char *operand) {
    struct fg_error error;
    reader->bytes_before = reader->read_bytes;
    reader->lines_before = 0;
    reader->knows_lines_before = false;
    if (fg_source_open(&reader->source, operand, &error) == FG_OK)
        decide(reader, false);
    else
        report_unreadable(reader, error.message);
}

/* The complaint about the operand that was just taken. */
static void report_bad_operand(struct fg_reader *reader, const char *text, bool is_too_big) {
    char place[40];
    if (hide_bad(reader, &reader->argument_complaints))
        return;
    snprintf(place, sizeof place, "argument %zu", reader->list.next);
    report_bad_token(reader, &reader->argument_complaints, place, text, is_too_big);
}

/* Takes an operand that is a number as a source of one token. */
static void take_token(struct fg_reader *reader, const char *digits) {
    struct fg_tokenizer *const tokenizer = &reader->content.tokenizer;
    const unsigned char *at = (const unsigned char *)digits;
    const unsigned char *const end = at + strlen(digits);
    char text[FG_TOKENIZER_TEXT];
    fg_tokenizer_begin(tokenizer);
    fg_tokenizer_feed(tokenizer, &at, end, reader->numbers);
    if (fg_tokenizer_finish(tokenizer, reader->numbers) != FG_TOKENIZER_BAD)
        return;
    fg_tokenizer_describe(tokenizer, text);
    report_bad_operand(reader, text, fg_spelling_is_too_big(&tokenizer->token));
}

/* Takes an operand that is a number: digits, or what stands for them. */
static void take_number(struct fg_reader *reader, const char *operand) {
    char digits[FG_DECIMAL_WIDE_ROOM + 1];
    struct fg_uint128 number;
    struct fg_error error;
    reader->read_bytes += strlen(operand);
    if (fg_operand_is_plain(operand)) {
        take_token(reader, operand);
    } else if (fg_operand_read_number(operand, &number, &error) == FG_OK) {
        *fg_decimal_write_wide(digits, number) = '\0';
        take_token(reader, digits);
    } else {
        report_bad_operand(reader, error.message, false);
    }
}

/* Reports a range that is none. */
static void report_bad_range(struct fg_reader *reader, const char *operand,
                             const struct fg_error *error) {
    char text[sizeof error->message + 80];
    const char *const name = access(operand, F_OK) == 0 ? operand : NULL;
    snprintf(text, sizeof text, name != NULL ? "%s; the file of that name is ./%.40s" : "%s",
             error->message, name);
    report_bad_operand(reader, text, false);
}

/* Opens an operand that is a range. */
static void take_range(struct fg_reader *reader, const char *operand) {
    struct fg_number_range *const range = &reader->range;
    struct fg_error error;
    if (fg_operand_read_range(operand, range, &error) != FG_OK) {
        reader->read_bytes += strlen(operand);
        if (reader->share.begin == 0)
            report_bad_range(reader, operand, &error);
        return;
    }
    reader->range_is_listed =
        range->step != 1 || fg_number_range_count(range) < LISTED_RANGE_NUMBERS;
    if (!fg_operand_list_cut(&reader->list, &reader->share, range))
        return;
    reader->range_left = fg_number_range_count(range);
    if (range->first == 0 && !reader->config.accept_zero) {
        report_bad_operand(reader, "0 has no finite set of divisors", false);
        range->first += range->step;
        reader->range_left--;
        reader->read_bytes += reader->list.number_bytes;
    }
}

/* Takes the next operand; false if there is none. */
static bool take_operand(struct fg_reader *reader) {
    const char *const operand = fg_operand_list_next(&reader->list, &reader->share);
    if (operand == NULL) {
        report_hidden(reader, &reader->argument_complaints, "arguments");
        return false;
    }
    fg_content_reset(&reader->content, reader->config.accept_zero);
    if (fg_operand_is_range(operand))
        take_range(reader, operand);
    else if (!fg_operand_is_number(operand))
        open_source(reader, operand);
    else if (reader->share.begin == 0)
        take_number(reader, operand);
    return true;
}

/* ---- Reading ---- */

static bool is_wanted(const struct fg_reader *reader) {
    return reader->wanted == NULL || reader->wanted(reader->wanted_context);
}

/* Returns whether a read would find something at once. Waits up to `timeout_ms` (-1: for ever). */
static bool wait_for_input(struct fg_reader *reader, int timeout_ms) {
    const enum fg_source_ready ready =
        fg_source_wait(&reader->source, reader->config.stop_fd, timeout_ms);
    reader->stopped = reader->stopped || ready == FG_SOURCE_STOPPED;
    return ready == FG_SOURCE_READY;
}

/* Takes the next numbers of the open range: as a range if the block has no others, or as a list. 0
 * is always in a list. False if the range has to wait for the next block. */
static bool use_range(struct fg_reader *reader) {
    struct fg_number_list *const list = reader->numbers;
    struct fg_number_range *const range = &reader->range;
    const bool is_listed =
        reader->range_is_listed || list->range_capacity == 0 || range->first == 0;
    if (!is_listed && list->count > 0)
        return false;
    (void)wait_for_input(reader, 0); /* there is nothing to wait for but to be stopped */
    if (reader->stopped)
        return true;
    uint64_t capacity = is_listed ? list->limit - list->count : list->range_capacity;
    if (range->first == 0 && list->range_capacity > 0 && !reader->range_is_listed)
        capacity = 1;
    const size_t count = (size_t)(reader->range_left < capacity ? reader->range_left : capacity);
    if (is_listed)
        fg_number_list_add_steps(list, range->first, range->step, count);
    else
        fg_number_list_set_range(list, range->first, count);
    reader->range_left -= count;
    if (reader->range_left > 0)
        range->first += count * range->step;
    reader->read_bytes += count * reader->list.number_bytes;
    return true;
}

/* Reads the next piece of the source. With a `block_begun` that a thread waits for, it does not
 * wait itself. */
static enum fill fill_piece(struct fg_reader *reader, bool block_begun) {
    struct fg_source *const source = &reader->source;
    const bool glance = is_shard(reader) && reader->content.kind == FG_CONTENT_UNDECIDED &&
                        source->at == source->end;
    size_t got = 0;
    struct fg_error error;
    if (source->left == 0)
        return FILL_END;
    do {
        bool ready = wait_for_input(reader, block_begun ? 0 : -1);
        while (!ready && !reader->stopped && !is_wanted(reader))
            ready = wait_for_input(reader, LINGER_MS);
        if (reader->stopped)
            return FILL_END;
        if (!ready)
            return FILL_WOULD_BLOCK;
        if (fg_source_read(source, glance ? GLANCE_BYTES : FG_SOURCE_PIECE, &got, &error) !=
            FG_OK) {
            fail_source(reader, &error);
            return FILL_FAILED;
        }
    } while (got == 0 && !source->at_end);
    reader->read_bytes += got;
    return got > 0 ? FILL_MORE : FILL_END;
}

/* The source is at its end: its last token, if it has no white space after it. */
static void finish_source(struct fg_reader *reader) {
    enum fg_tokenizer_event event = FG_TOKENIZER_EMPTY;
    const bool is_short =
        is_shard(reader) ? reader->source.left > 0 : fg_source_became_shorter(&reader->source);
    if (!reader->stopped && is_short) {
        reader->had_unreadable = true;
        report(reader, "%s: became shorter while it was read", reader->source.name);
    } else if (!reader->stopped) {
        event = fg_content_finish(&reader->content, reader->numbers);
    }
    if (event == FG_TOKENIZER_BAD)
        report_bad_content(reader, reader->content.kind != FG_CONTENT_TEXT);
    end_source(reader);
}

/* Looks whether a text, or a shard's share of it, begins as a text; else it is refused. */
static bool check_text(struct fg_reader *reader) {
    const struct fg_source *const source = &reader->source;
    struct fg_error error;
    if (reader->content.kind != FG_CONTENT_TEXT || reader->is_checked)
        return true;
    reader->is_checked = true;
    if (fg_content_check_text(source->at, (size_t)(source->end - source->at), &error) == FG_OK)
        return true;
    refuse_source(reader, &error);
    return false;
}

/* Turns what is left of the piece into numbers, up to a full block. */
static void use_piece(struct fg_reader *reader) {
    struct fg_source *const source = &reader->source;
    enum fg_tokenizer_event event;
    if (!check_text(reader))
        return;
    do {
        event = fg_content_feed(&reader->content, &source->at, source->end, reader->numbers);
        if (event == FG_TOKENIZER_BAD)
            report_bad_content(reader, fg_content_is_over(&reader->content));
    } while (event == FG_TOKENIZER_BAD && !reader->stopped);
    if (fg_content_is_over(&reader->content))
        end_source(reader);
}

/* Reads on, and looks at what came. False if that would block. */
static bool read_more(struct fg_reader *reader) {
    const enum fill fill = fill_piece(reader, reader->numbers->count > 0);
    if (fill == FILL_WOULD_BLOCK)
        return false;
    if (fill == FILL_FAILED)
        return true;
    if (reader->content.kind != FG_CONTENT_UNDECIDED || reader->stopped) {
        if (fill == FILL_END)
            finish_source(reader);
        return true;
    }
    if (fill == FILL_END)
        reader->source.left = 0; /* there may still be a token in the piece */
    decide(reader, fill == FILL_END);
    return true;
}

static uint64_t used_bytes(const struct fg_reader *reader) {
    return reader->read_bytes - (uint64_t)(reader->source.end - reader->source.at);
}

bool fg_reader_next(struct fg_reader *reader, struct fg_reader_block *block) {
    struct fg_number_list *const list = &block->list;
    reader->numbers = list;
    fg_number_list_clear(list);
    block->begin_byte = used_bytes(reader);
    while (!fg_number_list_is_full(list) && !reader->stopped) {
        if (reader->range_left > 0) {
            if (!use_range(reader))
                break;
        } else if (reader->source.fd < 0) {
            if (!take_operand(reader))
                break;
        } else if (reader->content.kind != FG_CONTENT_UNDECIDED &&
                   reader->source.at < reader->source.end) {
            use_piece(reader);
        } else if (!read_more(reader)) {
            break;
        }
    }
    if (reader->stopped)
        report_hidden(reader, &reader->source_complaints, reader->source.name);
    block->end_byte = used_bytes(reader);
    return list->count > 0;
}
