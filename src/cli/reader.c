/*
 * reader.c: opens the sources one after the other, reads large pieces and feeds the tokenizer.
 *
 * A read that would block hands over the batch so far, so that a person at a terminal or a
 * coprocess gets an answer to every line.
 */
#include "cli/reader.h"

#include "cli/tokenizer.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Large enough that the cost of a system call vanishes, small enough to stay in the L2 cache. */
#define PIECE_BYTES ((size_t)256 * 1024)
/* How long a batch that nobody waits for waits for more input before it asks again. */
#define LINGER_MS 1

enum fill {
    FILL_MORE,        /* bytes to tokenize */
    FILL_WOULD_BLOCK, /* none yet, and the batch should not wait for them */
    FILL_END,         /* the source is at its end */
};

struct fg_reader {
    struct fg_reader_config config;
    struct fg_tokenizer tokenizer;
    size_t next_operand; /* the first not yet opened */
    int fd;              /* the open source; -1 between sources */
    bool stopped;        /* no more input: strict, or told to stop */
    bool had_bad_token, had_unreadable;
    uint64_t total_bytes, read_bytes;
    const unsigned char *at, *end; /* what is left of the piece */
    char source[256];              /* the open source's name, printable */
    uint64_t *numbers;             /* of the batch in progress, */
    size_t room;                   /* so many of them at most */
    unsigned char piece[PIECE_BYTES];
};

__attribute__((format(printf, 2, 3))) static void report(const struct fg_reader *reader,
                                                         const char *format, ...) {
    char message[FG_TOKENIZER_TEXT + 512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    reader->config.report(reader->config.context, message);
}

/* The number of operands, the one that stands for "no operand" included. */
static size_t source_count(const struct fg_reader *reader) {
    return reader->config.operand_count > 0 ? reader->config.operand_count : 1;
}

static const char *source_operand(const struct fg_reader *reader, size_t index) {
    return reader->config.operand_count > 0 ? reader->config.operands[index] : "-";
}

static bool is_number_operand(const char *operand) {
    return *operand != '\0' && operand[strspn(operand, "0123456789")] == '\0';
}

/* How many bytes an operand will give; false where that cannot be known. */
static bool operand_bytes(const char *operand, uint64_t *bytes) {
    const bool is_stdin = strcmp(operand, "-") == 0;
    struct stat status;
    *bytes = 0;
    if (is_number_operand(operand)) {
        *bytes = strlen(operand);
        return true;
    }
    if ((is_stdin ? fstat(STDIN_FILENO, &status) : stat(operand, &status)) != 0)
        return true; /* it will be reported when its turn comes */
    if (!S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode);
    const off_t offset = is_stdin ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;
    *bytes = status.st_size > offset && offset >= 0 ? (uint64_t)(status.st_size - offset) : 0;
    return true;
}

static uint64_t total_bytes(const struct fg_reader *reader) {
    uint64_t total = 0;
    bool seen_stdin = false;
    for (size_t i = 0; i < source_count(reader); i++) {
        const char *const operand = source_operand(reader, i);
        uint64_t bytes;
        if (strcmp(operand, "-") == 0) {
            if (seen_stdin)
                continue;
            seen_stdin = true;
        }
        if (!operand_bytes(operand, &bytes))
            return 0;
        total += bytes;
    }
    return total;
}

struct fg_reader *fg_reader_open(const struct fg_reader_config *config) {
    struct fg_reader *const reader = malloc(sizeof *reader);
    if (reader == NULL)
        return NULL;
    /* All but the piece, whose pages are best left untouched until they are used. */
    memset(reader, 0, offsetof(struct fg_reader, piece));
    reader->config = *config;
    reader->tokenizer.accept_zero = config->accept_zero;
    reader->fd = -1;
    reader->total_bytes = total_bytes(reader);
    return reader;
}

static void close_source(struct fg_reader *reader) {
    if (reader->fd > STDIN_FILENO)
        close(reader->fd);
    reader->fd = -1;
    reader->at = reader->end = NULL;
}

void fg_reader_close(struct fg_reader *reader) {
    if (reader == NULL)
        return;
    close_source(reader);
    free(reader);
}

uint64_t fg_reader_total_bytes(const struct fg_reader *reader) {
    return reader->total_bytes;
}
bool fg_reader_had_bad_token(const struct fg_reader *reader) {
    return reader->had_bad_token;
}
bool fg_reader_had_unreadable(const struct fg_reader *reader) {
    return reader->had_unreadable;
}

/* Copies a file name for messages: control characters could make a terminal do things. */
static void print_name(const char *name, char *text, size_t room) {
    size_t used = 0;
    for (const char *p = name; *p != '\0' && room - used > 5; p++) {
        const unsigned char byte = (unsigned char)*p;
        if (byte < 32 || byte == 127)
            used += (size_t)snprintf(text + used, room - used, "\\x%02x", byte);
        else
            text[used++] = *p;
    }
    text[used] = '\0';
    if (*name == '\0')
        snprintf(text, room, "''");
}

/* After a source could not be opened or read, with the reason in errno. */
static void report_unreadable(struct fg_reader *reader, const char *operand) {
    const int reason = errno;
    const size_t sign = operand[0] == '-' || operand[0] == '+';
    const bool number_like = reason == ENOENT && isdigit((unsigned char)operand[sign]);
    reader->had_unreadable = true;
    report(reader, "%s: %s%s", reader->source, strerror(reason),
           number_like ? " (if a number was meant: it consists of digits alone)" : "");
}

/* The bad token that the tokenizer has just found. */
static void report_bad_token(struct fg_reader *reader, const char *place) {
    char text[FG_TOKENIZER_TEXT];
    fg_tokenizer_describe(&reader->tokenizer, text);
    reader->had_bad_token = true;
    reader->stopped = reader->stopped || reader->config.strict;
    report(reader, "%s: %s", place, text);
}

/* The same, in a file or standard input. */
static void report_bad_line(struct fg_reader *reader) {
    char place[sizeof reader->source + 24];
    snprintf(place, sizeof place, "%s:%ju", reader->source, (uintmax_t)reader->tokenizer.line);
    report_bad_token(reader, place);
}

/* An operand of digits alone: a source of one token. */
static void take_number(struct fg_reader *reader, const char *digits, size_t *count) {
    const unsigned char *at = (const unsigned char *)digits;
    const unsigned char *const end = at + strlen(digits);
    reader->read_bytes += strlen(digits);
    fg_tokenizer_begin(&reader->tokenizer);
    fg_tokenizer_feed(&reader->tokenizer, &at, end, reader->numbers, reader->room, count);
    if (fg_tokenizer_finish(&reader->tokenizer, reader->numbers, reader->room, count) ==
        FG_TOKENIZER_BAD) {
        char place[40];
        snprintf(place, sizeof place, "argument %zu", reader->next_operand);
        report_bad_token(reader, place);
    }
}

/* Opens a file or standard input; where that fails it is reported, and there is no source. */
static void open_source(struct fg_reader *reader, const char *operand) {
    struct stat status;
    const bool is_stdin = strcmp(operand, "-") == 0;
    print_name(is_stdin ? "standard input" : operand, reader->source, sizeof reader->source);
    /* A named pipe that nobody writes to yet is waited for where a stop is noticed, not here. */
    reader->fd = is_stdin ? STDIN_FILENO : open(operand, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (reader->fd < 0) {
        report_unreadable(reader, operand);
        return;
    }
    if (fstat(reader->fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        reader->had_unreadable = true;
        report(reader, "%s: is a directory, not a file of numbers", reader->source);
        close_source(reader);
        return;
    }
    fg_tokenizer_begin(&reader->tokenizer);
}

/* Whether a read would find something at once. Waits up to `timeout_ms` (-1: for ever). */
static bool wait_for_input(struct fg_reader *reader, int timeout_ms) {
    struct pollfd fds[2] = {{.fd = reader->fd, .events = POLLIN},
                            {.fd = reader->config.stop_fd, .events = POLLIN}};
    int ready;
    do {
        ready = poll(fds, 2, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    if (ready > 0 && fds[1].revents != 0)
        reader->stopped = true;
    return ready < 0 || fds[0].revents != 0; /* where poll fails, the read says why */
}

static bool is_wanted(const struct fg_reader *reader) {
    return reader->config.wanted == NULL || reader->config.wanted(reader->config.context);
}

/* Reads the next piece of the source. With a `batch_begun` that somebody waits for, it does not
 * wait itself. */
static enum fill fill_piece(struct fg_reader *reader, bool batch_begun) {
    ssize_t got;
    do {
        bool ready = wait_for_input(reader, batch_begun ? 0 : -1);
        while (!ready && !reader->stopped && !is_wanted(reader))
            ready = wait_for_input(reader, LINGER_MS);
        if (reader->stopped)
            return FILL_END;
        if (!ready)
            return FILL_WOULD_BLOCK;
        got = read(reader->fd, reader->piece, PIECE_BYTES);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    if (got < 0) {
        report_unreadable(reader, reader->source);
        return FILL_END;
    }
    reader->at = reader->piece;
    reader->end = reader->piece + got;
    reader->read_bytes += (uint64_t)got;
    return got > 0 ? FILL_MORE : FILL_END;
}

/* The source is at its end: its last token, if it has no white space after it. */
static void finish_source(struct fg_reader *reader, size_t *count) {
    if (!reader->stopped && fg_tokenizer_finish(&reader->tokenizer, reader->numbers, reader->room,
                                                count) == FG_TOKENIZER_BAD)
        report_bad_line(reader);
    close_source(reader);
}

/* Tokenizes what is left of the piece, up to a full batch. */
static void use_piece(struct fg_reader *reader, size_t *count) {
    enum fg_tokenizer_event event;
    do {
        event = fg_tokenizer_feed(&reader->tokenizer, &reader->at, reader->end, reader->numbers,
                                  reader->room, count);
        if (event == FG_TOKENIZER_BAD)
            report_bad_line(reader);
    } while (event == FG_TOKENIZER_BAD && !reader->stopped);
}

bool fg_reader_next(struct fg_reader *reader, struct fg_reader_batch *batch) {
    size_t count = 0;
    reader->numbers = batch->numbers;
    reader->room = batch->room;
    batch->begin_byte = reader->read_bytes - (uint64_t)(reader->end - reader->at);
    while (count < reader->room && !reader->stopped) {
        if (reader->fd < 0) {
            if (reader->next_operand == source_count(reader))
                break;
            const char *const operand = source_operand(reader, reader->next_operand++);
            if (is_number_operand(operand))
                take_number(reader, operand, &count);
            else
                open_source(reader, operand);
        } else if (reader->at < reader->end) {
            use_piece(reader, &count);
        } else {
            const enum fill fill = fill_piece(reader, count > 0);
            if (fill == FILL_WOULD_BLOCK)
                break;
            if (fill == FILL_END)
                finish_source(reader, &count);
        }
    }
    batch->count = count;
    batch->end_byte = reader->read_bytes - (uint64_t)(reader->end - reader->at);
    return count > 0;
}
