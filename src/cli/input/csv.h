/* SPDX-License-Identifier: MIT */
/*
 * csv.h: one column of a CSV or TSV file, from bytes to numbers, in whatever pieces the bytes
 * arrive: RFC 4180, with ',' ';' or tab between two fields. The counterpart of the tokenizer, whose
 * events it has.
 *
 * The first row is looked at as a whole (csv_header.c): it tells which character separates fields,
 * how many fields a row has, and which of them is read. A row is answered if it has as many fields.
 */
#ifndef FG_CLI_CSV_H
#define FG_CLI_CSV_H

#include "cli/input/spelling.h"
#include "cli/input/tokenizer.h"
#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A first row that is longer is refused. */
#define FG_CSV_HEADER_MOST ((size_t)65536)
#define FG_CSV_COLUMN_MOST 1000000
/* Room for "column 3 ('price')", shortened. */
#define FG_CSV_LABEL 120

/* The layout of a table, from its first row. */
struct fg_csv_layout {
    size_t header_bytes; /* the first row with numbers begins behind so many; 0 may be right */
    uint64_t line;       /* its number, from 1 */
    unsigned char delimiter;
    uint64_t column, field_count; /* the column that is read, from 0, and how many there are */
    char label[FG_CSV_LABEL];     /* names the column, printable */
};

/*
 * Reads the first row from a file's first bytes, which are all that it has if `is_all`. `column` is
 * a number from 1, a name, or NULL, which is right for a file of one column. `delimiter` is 0 if
 * the first row decides. *found is false if more bytes are needed; never with FG_CSV_HEADER_MOST of
 * them. FG_ERROR_ARGUMENT, and what to do, if there is no such column or it cannot be told.
 */
enum fg_status fg_csv_read_header(const unsigned char *bytes, size_t size, bool is_all,
                                  const char *column, unsigned char delimiter,
                                  struct fg_csv_layout *layout, bool *found,
                                  struct fg_error *error);

enum fg_csv_state {
    FG_CSV_FIELD_START,
    FG_CSV_PLAIN,       /* in a field without quotes */
    FG_CSV_QUOTED,      /* between quotes */
    FG_CSV_QUOTE_FOUND, /* behind a quote in those: the end, or the first of two */
    FG_CSV_QUOTE_ENDED, /* behind the quoted field, where blanks may follow */
};

enum fg_csv_verdict {
    FG_CSV_BAD_NUMBER,
    FG_CSV_NO_NUMBER, /* the field is empty */
    FG_CSV_BAD_ROW,   /* another number of fields than the first row has */
    FG_CSV_BINARY,    /* these end the file: */
    FG_CSV_BEHIND_QUOTE,
    FG_CSV_OPEN_QUOTE,
};

/* Zero-initialise, then set accept_zero. All else belongs to csv.c, except where said. */
struct fg_csv {
    bool accept_zero;            /* 0 is a number, not a bad one */
    struct fg_csv_layout layout; /* read by the caller */
    enum fg_csv_state state;
    bool is_over, after_cr;
    bool between_rows;    /* what follows on the row is of the last one */
    bool has_content;     /* the row has a byte that is no blank */
    bool blank_pending;   /* the row's number has a blank behind it */
    uint64_t field;       /* of the row, from 0 */
    uint64_t row_line;    /* where the row begins, */
    uint64_t number_line; /* where its number, */
    uint64_t quote_line;  /* and where its last quote was opened */
    uint64_t next_line;   /* the next byte's */
    unsigned char binary_byte;
    unsigned advised;
    enum fg_csv_verdict verdict;
    struct fg_spelling number; /* of the row, or the last row */
    uint64_t line;             /* read by the caller after something bad: its line, from 1 */
};

/* Starts a source, behind its header. */
void fg_csv_begin(struct fg_csv *csv, const struct fg_csv_layout *layout);

/* Do for a table what fg_tokenizer_feed() and fg_tokenizer_finish() do for text. */
enum fg_tokenizer_event fg_csv_feed(struct fg_csv *csv, const unsigned char **at,
                                    const unsigned char *end, struct fg_number_list *list);
enum fg_tokenizer_event fg_csv_finish(struct fg_csv *csv, struct fg_number_list *list);

#define FG_CSV_TEXT (FG_SPELLING_TEXT + FG_CSV_LABEL + 40)

/* Says after FG_TOKENIZER_BAD what is wrong, as "column 3 ('n'): 'abc' is not a whole number". */
void fg_csv_describe(struct fg_csv *csv, char text[FG_CSV_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
