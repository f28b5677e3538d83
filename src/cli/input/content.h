/* SPDX-License-Identifier: MIT */
/*
 * content.h: what a source holds, decided by its first bytes, and the one way from its bytes to
 * numbers, whatever it is.
 */
#ifndef FG_CLI_CONTENT_H
#define FG_CLI_CONTENT_H

#include "cli/input/csv.h"
#include "cli/input/npy.h"
#include "cli/input/tokenizer.h"
#include "factor_gpu.h"

/* The formats of files and of standard input. */
enum fg_reader_format {
    FG_READER_AUTO,   /* NPY if they begin as such a file does, else TEXT */
    FG_READER_TEXT,   /* tokenizer.h */
    FG_READER_U64LE,  /* 64-bit words, the least byte first */
    FG_READER_U128LE, /* 128-bit words, the least byte first */
    FG_READER_NPY,    /* npy.h */
    FG_READER_CSV,    /* csv.h; the first row says what separates two fields */
    FG_READER_TSV,    /* csv.h; a tab does */
};

/* Returns how many bytes a number has if the format is words and nothing else; else 0. */
static inline unsigned fg_reader_format_bytes(enum fg_reader_format format) {
    return format == FG_READER_U64LE ? 8 : format == FG_READER_U128LE ? 16 : 0;
}

/* Returns whether the format is a table, of which a column is read. */
static inline bool fg_reader_format_is_table(enum fg_reader_format format) {
    return format == FG_READER_CSV || format == FG_READER_TSV;
}

enum fg_content_kind { FG_CONTENT_UNDECIDED, FG_CONTENT_TEXT, FG_CONTENT_WORDS, FG_CONTENT_TABLE };

struct fg_content {
    enum fg_content_kind kind;
    struct fg_npy words;           /* of WORDS: their type, how many and what is before them */
    struct fg_csv_layout layout;   /* of TABLE */
    struct fg_tokenizer tokenizer; /* of TEXT */
    struct fg_binary binary;       /* of WORDS */
    struct fg_csv csv;             /* of TABLE */
};

/* The facts from which the kind of a source is decided. */
struct fg_content_source {
    enum fg_reader_format format;
    const char *column;         /* of a table: a number from 1, a name, or NULL */
    const unsigned char *bytes; /* its first bytes, */
    size_t size;
    bool is_all;         /* which are all that it has */
    uint64_t file_bytes; /* its size, 0 if that is not known */
};

/* Forgets a source's content. 0 is a number, or a bad one. */
void fg_content_reset(struct fg_content *content, bool accept_zero);

/*
 * Decides by the first bytes of a source; the kind stays UNDECIDED if that needs more of them.
 * FG_ERROR_ARGUMENT if the source holds no numbers.
 */
enum fg_status fg_content_decide(struct fg_content *content, const struct fg_content_source *source,
                                 struct fg_error *error);

/* FG_ERROR_ARGUMENT if bytes that a source, or a part of it, begins with are not those of a text.
 */
enum fg_status fg_content_check_text(const unsigned char *bytes, size_t size,
                                     struct fg_error *error);

/* Do for any format what fg_tokenizer_feed() and fg_tokenizer_finish() do for text. */
enum fg_tokenizer_event fg_content_feed(struct fg_content *content, const unsigned char **at,
                                        const unsigned char *end, struct fg_number_list *list);
enum fg_tokenizer_event fg_content_finish(struct fg_content *content, struct fg_number_list *list);

/* Returns whether the rest of the source is of no interest. */
bool fg_content_is_over(const struct fg_content *content);

#define FG_CONTENT_TEXT_BYTES 800

/* Says after FG_TOKENIZER_BAD what is wrong. Returns the line; 0 if there are no lines. */
uint64_t fg_content_describe(struct fg_content *content, char text[FG_CONTENT_TEXT_BYTES]);

/* Returns whether what is wrong is a number with more bits than it may have. */
bool fg_content_is_too_big(const struct fg_content *content);

#endif
