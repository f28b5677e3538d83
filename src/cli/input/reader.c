/*
 * reader.c: takes the sources one after the other, or the part of them that is a shard's, and hands
 * what they hold to what turns it into numbers.
 *
 * A read that would block hands over the batch so far, so that a person at a terminal or a
 * coprocess gets an answer to every line.
 */
#include "cli/input/reader.h"

#include "cli/input/binary.h"
#include "cli/input/foreign_file.h"
#include "cli/input/npy.h"
#include "cli/input/source.h"
#include "cli/input/tokenizer.h"
#include "text/failure.h"
#include "text/operand.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a batch that nobody waits for waits for more input before it asks again. */
#define LINGER_MS 1
/* What a shard reads of a source's start to learn what it holds. */
#define GLANCE_BYTES ((size_t)4096)

enum fill {
    FILL_MORE,        /* bytes to use */
    FILL_WOULD_BLOCK, /* none yet, and the batch should not wait for them */
    FILL_END,         /* the source is at its end */
    FILL_FAILED,      /* it was reported */
};

/* What the open source holds. */
enum content { UNDECIDED, TEXT, WORDS };

struct fg_reader {
    struct fg_reader_config config;
    bool (*wanted)(void *context); /* NULL: always */
    void *wanted_context;
    enum content content;
    struct fg_tokenizer tokenizer; /* of TEXT */
    struct fg_binary binary;       /* of WORDS */
    size_t next_operand;           /* the first not yet taken */
    bool stopped;                  /* no more input: strict, or told to stop */
    bool had_bad_token, had_unreadable;
    uint64_t total_bytes, read_bytes; /* read: also what is left of the piece */
    const char *unsized;
    size_t stdin_operand; /* the first that is standard input */

    /* Of a shard: */
    uint64_t *sizes;         /* of the operands, */
    uint64_t input_bytes;    /* together, */
    uint64_t place;          /* and of those before the next */
    struct fg_range share;   /* the open source's */
    uint64_t bytes_before;   /* read_bytes when it was opened */
    uint64_t lines_before;   /* the share, once they had to be counted: */
    bool knows_lines_before; /* for a message */

    uint64_t *numbers; /* of the batch in progress, */
    size_t room;       /* so many of them at most */
    struct fg_source source;
};

__attribute__((format(printf, 2, 3))) static void report(const struct fg_reader *reader,
                                                         const char *format, ...) {
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    reader->config.report(reader->config.context, message);
}

/* ---- Operands ---- */

static bool is_shard(const struct fg_reader *reader) {
    return reader->config.shard.count > 0;
}

/* The number of operands, the one that stands for "no operand" included. */
static size_t source_count(const struct fg_reader *reader) {
    return reader->config.operand_count > 0 ? reader->config.operand_count : 1;
}

static const char *source_operand(const struct fg_reader *reader, size_t index) {
    return reader->config.operand_count > 0 ? reader->config.operands[index] : "-";
}

/* Standard input named once more, where nothing is left of it. */
static bool is_stdin_again(const struct fg_reader *reader, size_t index) {
    return index > reader->stdin_operand && fg_operand_is_stdin(source_operand(reader, index));
}

/* Looks up the sizes of all sources, up to the first that has none. */
static void measure(struct fg_reader *reader) {
    reader->stdin_operand = SIZE_MAX;
    for (size_t i = 0; i < source_count(reader) && reader->unsized == NULL; i++) {
        const char *const operand = source_operand(reader, i);
        uint64_t bytes = 0;
        if (is_stdin_again(reader, i))
            continue;
        if (fg_operand_is_stdin(operand))
            reader->stdin_operand = i;
        if (!fg_source_operand_bytes(operand, &bytes))
            reader->unsized = operand;
        if (reader->sizes != NULL)
            reader->sizes[i] = bytes;
        reader->input_bytes += bytes;
    }
    reader->total_bytes = reader->unsized == NULL ? reader->input_bytes : 0;
    if (is_shard(reader) && reader->unsized == NULL) {
        const struct fg_range range = fg_shard_range(reader->config.shard, reader->input_bytes);
        reader->total_bytes = range.end - range.begin;
    }
}

struct fg_reader *fg_reader_open(const struct fg_reader_config *config) {
    struct fg_reader *const reader = malloc(sizeof *reader);
    if (reader == NULL)
        return NULL;
    /* All but the piece, whose pages are best left untouched until they are used. */
    memset(reader, 0, offsetof(struct fg_reader, source) + offsetof(struct fg_source, piece));
    reader->config = *config;
    reader->tokenizer.accept_zero = reader->binary.accept_zero = config->accept_zero;
    reader->source.fd = -1;
    if (is_shard(reader)) {
        reader->sizes = calloc(source_count(reader), sizeof *reader->sizes);
        if (reader->sizes == NULL) {
            free(reader);
            return NULL;
        }
    }
    measure(reader);
    reader->stopped = is_shard(reader) && reader->unsized != NULL;
    return reader;
}

void fg_reader_close(struct fg_reader *reader) {
    if (reader == NULL)
        return;
    fg_source_close(&reader->source);
    free(reader->sizes);
    free(reader);
}

void fg_reader_set_wanted(struct fg_reader *reader, bool (*wanted)(void *context), void *context) {
    reader->wanted = wanted;
    reader->wanted_context = context;
}

uint64_t fg_reader_total_bytes(const struct fg_reader *reader) {
    return reader->total_bytes;
}
enum fg_status fg_reader_check_sizes(const struct fg_reader *reader, struct fg_error *error) {
    const char *const operand = reader->unsized;
    if (!is_shard(reader) || operand == NULL)
        return FG_OK;
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           "option --shard: the size of " FG_PATH " is not known before it was "
                           "read: use a file, and not a pipe, a terminal or a device",
                           FG_PATH_END(fg_operand_is_stdin(operand) ? "standard input" : operand));
}
bool fg_reader_had_bad_token(const struct fg_reader *reader) {
    return reader->had_bad_token;
}
bool fg_reader_had_unreadable(const struct fg_reader *reader) {
    return reader->had_unreadable;
}

/* ---- What is wrong ---- */

/* After a source could not be opened or read, with the reason in errno. */
static void report_unreadable(struct fg_reader *reader, const char *operand) {
    const int reason = errno;
    const size_t sign = operand[0] == '-' || operand[0] == '+';
    const bool number_like = reason == ENOENT && isdigit((unsigned char)operand[sign]);
    reader->had_unreadable = true;
    if (reason == EISDIR)
        report(reader, "%s: is a directory, not a file of numbers", reader->source.name);
    else
        report(reader, "%s: %s%s", reader->source.name, strerror(reason),
               number_like ? " (if a number was meant: it consists of digits alone)" : "");
}

/* Something that is no number, or no source of numbers. */
static void report_bad(struct fg_reader *reader, const char *place, const char *text) {
    reader->had_bad_token = true;
    reader->stopped = reader->stopped || reader->config.strict;
    report(reader, "%s: %s", place, text);
}

/* Counts the lines before the shard's share of the source, which nothing else asks for. */
static bool count_lines_before(struct fg_reader *reader) {
    if (reader->knows_lines_before || reader->share.begin == 0)
        return true;
    reader->knows_lines_before = fg_shard_count_lines(&reader->source, reader->config.stop_fd,
                                                      reader->share.begin, &reader->lines_before);
    if (!reader->knows_lines_before && errno != ECANCELED)
        report_unreadable(reader, reader->source.name);
    return reader->knows_lines_before;
}

/* The bad token that the tokenizer has just found in a file or standard input. */
static void report_bad_line(struct fg_reader *reader) {
    char text[FG_TOKENIZER_TEXT], place[sizeof reader->source.name + 24];
    fg_tokenizer_describe(&reader->tokenizer, text);
    if (!count_lines_before(reader)) {
        reader->stopped = true;
        return;
    }
    const uint64_t line = reader->lines_before + reader->tokenizer.line;
    snprintf(place, sizeof place, "%s:%ju", reader->source.name, (uintmax_t)line);
    report_bad(reader, place, text);
}

static void report_bad_content(struct fg_reader *reader) {
    char text[FG_BINARY_TEXT];
    if (reader->content == TEXT) {
        report_bad_line(reader);
        return;
    }
    fg_binary_describe(&reader->binary, text);
    report_bad(reader, reader->source.name, text);
}

/* The open source is of no use. */
static void refuse_source(struct fg_reader *reader, const char *text) {
    report_bad(reader, reader->source.name, text);
    fg_source_close(&reader->source);
}

/* After reading failed, or was stopped, with the reason in errno. */
static void fail_source(struct fg_reader *reader) {
    if (errno == ECANCELED)
        reader->stopped = true;
    else
        report_unreadable(reader, reader->source.name);
    fg_source_close(&reader->source);
}

/* ---- Beginning a source ---- */

/* Reads nothing but the shard's share of the source from here on, whose ends lie between numbers.
 */
static bool begin_share(struct fg_reader *reader) {
    unsigned char byte;
    reader->read_bytes = reader->bytes_before;
    if (reader->source.size == 0 && fg_source_peek(&reader->source, 0, &byte, 1) > 0) {
        reader->had_unreadable = true;
        report(reader, "%s: has no size but holds something: --shard needs a copy of it",
               reader->source.name);
        fg_source_close(&reader->source);
        return false;
    }
    if (fg_source_seek(&reader->source, reader->share.begin, reader->share.end))
        return true;
    fail_source(reader);
    return false;
}

static void begin_text(struct fg_reader *reader) {
    const int stop_fd = reader->config.stop_fd;
    bool begins_in_comment, ends_in_comment;
    reader->content = TEXT;
    fg_tokenizer_begin(&reader->tokenizer);
    if (!is_shard(reader))
        return;
    if (!fg_shard_cut_text(&reader->source, stop_fd, &reader->share.begin, &begins_in_comment) ||
        !fg_shard_cut_text(&reader->source, stop_fd, &reader->share.end, &ends_in_comment))
        fail_source(reader);
    else if (begin_share(reader) && reader->share.begin > 0)
        fg_tokenizer_begin_inside(&reader->tokenizer, begins_in_comment);
}

/* Words behind a header; so many of them, or UINT64_MAX for as many as there are. */
static void begin_words(struct fg_reader *reader, struct fg_binary_type type, size_t header_bytes,
                        uint64_t promised) {
    struct fg_range *const share = &reader->share;
    reader->content = WORDS;
    if (!is_shard(reader)) {
        reader->source.at += header_bytes;
        fg_binary_begin(&reader->binary, type, 0, promised);
        return;
    }
    const uint64_t size = reader->source.size;
    share->begin = fg_shard_cut_words(share->begin, header_bytes, type.bytes, size);
    share->end = fg_shard_cut_words(share->end, header_bytes, type.bytes, size);
    const uint64_t before = (share->begin - header_bytes) / type.bytes;
    if (begin_share(reader))
        fg_binary_begin(&reader->binary, type, before, UINT64_MAX);
}

static void begin_npy(struct fg_reader *reader, const struct fg_npy *npy) {
    const struct fg_source *const source = &reader->source;
    char text[FG_NPY_TEXT];
    /* Files of /proc say that they are empty. */
    if (source->has_size && source->size > 0 && !fg_npy_fits(npy, source->size, text))
        refuse_source(reader, text);
    else
        begin_words(reader, npy->type, npy->header_bytes, npy->count);
}

/* Whether with more bytes these could be the beginning of something else than text. */
static bool may_be_more_than_text(const unsigned char *bytes, size_t size) {
    return fg_foreign_file_may_follow(bytes, size) ||
           (size < FG_NPY_MAGIC_BYTES && memcmp(bytes, FG_NPY_MAGIC, size) == 0);
}

/* Looks at the source's first bytes for what it holds, or waits for more of them, unless that is
 * all there is. */
static void decide(struct fg_reader *reader, bool is_all) {
    const unsigned char *const bytes = reader->source.at;
    const size_t size = (size_t)(reader->source.end - bytes);
    enum fg_reader_format format = reader->config.format;
    const char *advice = NULL;
    char text[FG_NPY_TEXT];
    struct fg_npy npy;
    if (format == FG_READER_AUTO) {
        if (!is_all && may_be_more_than_text(bytes, size))
            return;
        advice = fg_foreign_file_advice(bytes, size);
        format = size >= FG_NPY_MAGIC_BYTES && memcmp(bytes, FG_NPY_MAGIC, FG_NPY_MAGIC_BYTES) == 0
                     ? FG_READER_NPY
                     : FG_READER_TEXT;
    }
    if (advice != NULL) {
        refuse_source(reader, advice);
    } else if (format == FG_READER_TEXT) {
        begin_text(reader);
    } else if (format == FG_READER_U64LE) {
        begin_words(reader, (struct fg_binary_type){.bytes = 8}, 0, UINT64_MAX);
    } else {
        const enum fg_npy_status status = fg_npy_parse(bytes, size, &npy, text);
        if (status == FG_NPY_OK)
            begin_npy(reader, &npy);
        else if (status == FG_NPY_BAD)
            refuse_source(reader, text);
        else if (is_all)
            refuse_source(reader, "ends inside its .npy header: is it a whole copy?");
    }
}

/* Opens a file or standard input; where that fails it is reported, and there is no source. */
static void open_source(struct fg_reader *reader, const char *operand) {
    reader->content = UNDECIDED;
    reader->bytes_before = reader->read_bytes;
    reader->lines_before = 0;
    reader->knows_lines_before = false;
    if (fg_source_open(&reader->source, operand))
        decide(reader, false);
    else
        report_unreadable(reader, operand);
}

/* An operand of digits alone: a source of one token. */
static void take_number(struct fg_reader *reader, const char *digits, size_t *count) {
    const unsigned char *at = (const unsigned char *)digits;
    const unsigned char *const end = at + strlen(digits);
    char text[FG_TOKENIZER_TEXT], place[40];
    reader->read_bytes += strlen(digits);
    fg_tokenizer_begin(&reader->tokenizer);
    fg_tokenizer_feed(&reader->tokenizer, &at, end, reader->numbers, reader->room, count);
    if (fg_tokenizer_finish(&reader->tokenizer, reader->numbers, reader->room, count) ==
        FG_TOKENIZER_BAD) {
        snprintf(place, sizeof place, "argument %zu", reader->next_operand);
        fg_tokenizer_describe(&reader->tokenizer, text);
        report_bad(reader, place, text);
    }
}

/* Takes the next operand, where the shard has a share in it. */
static void take_operand(struct fg_reader *reader, size_t *count) {
    const size_t index = reader->next_operand++;
    const char *const operand = source_operand(reader, index);
    if (is_shard(reader)) {
        const uint64_t place = reader->place, bytes = reader->sizes[index];
        reader->place += bytes;
        if (!fg_shard_share(reader->config.shard, reader->input_bytes, place, bytes,
                            &reader->share) ||
            is_stdin_again(reader, index))
            return;
    }
    if (!fg_operand_is_number(operand))
        open_source(reader, operand);
    else if (reader->share.begin == 0)
        take_number(reader, operand, count);
}

/* ---- Reading ---- */

static bool is_wanted(const struct fg_reader *reader) {
    return reader->wanted == NULL || reader->wanted(reader->wanted_context);
}

/* Whether a read would find something at once. Waits up to `timeout_ms` (-1: for ever). */
static bool wait_for_input(struct fg_reader *reader, int timeout_ms) {
    const enum fg_source_ready ready =
        fg_source_wait(&reader->source, reader->config.stop_fd, timeout_ms);
    reader->stopped = reader->stopped || ready == FG_SOURCE_STOPPED;
    return ready == FG_SOURCE_READY;
}

/* Reads the next piece of the source. With a `batch_begun` that somebody waits for, it does not
 * wait itself. */
static enum fill fill_piece(struct fg_reader *reader, bool batch_begun) {
    const bool glance =
        is_shard(reader) && reader->content == UNDECIDED && reader->source.at == reader->source.end;
    ssize_t got;
    if (reader->source.left == 0)
        return FILL_END;
    do {
        bool ready = wait_for_input(reader, batch_begun ? 0 : -1);
        while (!ready && !reader->stopped && !is_wanted(reader))
            ready = wait_for_input(reader, LINGER_MS);
        if (reader->stopped)
            return FILL_END;
        if (!ready)
            return FILL_WOULD_BLOCK;
        got = fg_source_read(&reader->source, glance ? GLANCE_BYTES : FG_SOURCE_PIECE);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    if (got < 0) {
        fail_source(reader);
        return FILL_FAILED;
    }
    reader->read_bytes += (uint64_t)got;
    return got > 0 ? FILL_MORE : FILL_END;
}

/* The source is at its end: its last token, if it has no white space after it. */
static void finish_source(struct fg_reader *reader, size_t *count) {
    enum fg_tokenizer_event event = FG_TOKENIZER_EMPTY;
    const bool is_short =
        is_shard(reader) ? reader->source.left > 0 : fg_source_became_shorter(&reader->source);
    if (!reader->stopped && is_short) {
        reader->had_unreadable = true;
        report(reader, "%s: became shorter while it was read", reader->source.name);
    } else if (!reader->stopped) {
        event = reader->content == TEXT
                    ? fg_tokenizer_finish(&reader->tokenizer, reader->numbers, reader->room, count)
                    : fg_binary_finish(&reader->binary);
    }
    if (event == FG_TOKENIZER_BAD)
        report_bad_content(reader);
    fg_source_close(&reader->source);
}

/* Turns what is left of the piece into numbers, up to a full batch. */
static void use_piece(struct fg_reader *reader, size_t *count) {
    struct fg_source *const source = &reader->source;
    enum fg_tokenizer_event event;
    do {
        event = reader->content == TEXT
                    ? fg_tokenizer_feed(&reader->tokenizer, &source->at, source->end,
                                        reader->numbers, reader->room, count)
                    : fg_binary_feed(&reader->binary, &source->at, source->end, reader->numbers,
                                     reader->room, count);
        if (event == FG_TOKENIZER_BAD)
            report_bad_content(reader);
    } while (event == FG_TOKENIZER_BAD && !reader->stopped);
    if (reader->content == WORDS && fg_binary_is_over(&reader->binary))
        fg_source_close(source);
}

/* Reads on, and looks at what came. False where that would block. */
static bool read_more(struct fg_reader *reader, size_t *count) {
    const enum fill fill = fill_piece(reader, *count > 0);
    if (fill == FILL_WOULD_BLOCK)
        return false;
    if (fill == FILL_FAILED)
        return true;
    if (reader->content != UNDECIDED || reader->stopped) {
        if (fill == FILL_END)
            finish_source(reader, count);
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

bool fg_reader_next(struct fg_reader *reader, struct fg_reader_batch *batch) {
    size_t count = 0;
    reader->numbers = batch->numbers;
    reader->room = batch->room;
    batch->begin_byte = used_bytes(reader);
    while (count < reader->room && !reader->stopped) {
        if (reader->source.fd < 0) {
            if (reader->next_operand == source_count(reader))
                break;
            take_operand(reader, &count);
        } else if (reader->content != UNDECIDED && reader->source.at < reader->source.end) {
            use_piece(reader, &count);
        } else if (!read_more(reader, &count)) {
            break;
        }
    }
    batch->count = count;
    batch->end_byte = used_bytes(reader);
    return count > 0;
}
