/* SPDX-License-Identifier: MIT */
/*
 * show.h: what --show=LIST can print for a number: the library's columns and two lists.
 *
 * Every column is computed from the number's prime factors, so the engine finds nothing else. Only
 * if divisors alone are shown does the engine deliver divisors.
 */
#ifndef FG_CLI_SHOW_H
#define FG_CLI_SHOW_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_COLUMNS_MOST 64
/* The longest is smooth=18446744073709551615. */
#define FG_COLUMN_NAME_ROOM 32

enum fg_column_kind {
    FG_COLUMN_DIVISORS, /* this and the next are lists, which the writer makes */
    FG_COLUMN_PRIMES,
    FG_COLUMN_NUMBER, /* 64 bits */
    FG_COLUMN_SIGNED, /* two's complement in value.low */
    FG_COLUMN_TRUTH,  /* 0 or 1 */
    FG_COLUMN_WIDE,   /* 128 bits */
};

struct fg_shown_column {
    char name[FG_COLUMN_NAME_ROOM]; /* as --show takes it */
    enum fg_column_kind kind;
    enum fg_column column; /* the library's; not used for a list */
    uint64_t bound;        /* of smooth=B */
    bool is_small;         /* no number below 2^128 has a value above 2^53 - 1 */
    size_t place;          /* in the list of columns */
};

struct fg_columns {
    struct fg_shown_column list[FG_COLUMNS_MOST];
    size_t count;
};

/*
 * Reads names separated by commas. FG_ERROR_ARGUMENT if a name is unknown, malformed or there
 * twice; the message ends a sentence about the option.
 */
enum fg_status fg_columns_parse(struct fg_columns *columns, const char *list,
                                struct fg_error *error);

/* Returns whether exactly one column is shown, and it is of that kind. */
bool fg_columns_are_only(const struct fg_columns *columns, enum fg_column_kind kind);
/* Returns whether a column of that kind is shown. */
bool fg_columns_have(const struct fg_columns *columns, enum fg_column_kind kind);

/* Returns the name at this index of those that a list may hold, in the order of --help; NULL after
 * the last. */
const char *fg_columns_name(size_t index);

#ifdef __cplusplus
}
#endif

#endif
