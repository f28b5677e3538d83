/* SPDX-License-Identifier: MIT */
/*
 * writer_config.h: the settings for writing answers.
 */
#ifndef FG_CLI_WRITER_CONFIG_H
#define FG_CLI_WRITER_CONFIG_H

#include "cli/output/show.h"
#include <stdbool.h>
#include <stdint.h>

enum fg_writer_format {
    FG_WRITER_TEXT,
    FG_WRITER_JSONL,
    FG_WRITER_CSV,
    FG_WRITER_U64LE,  /* words of 64 bits, the lowest byte first, and nothing else */
    FG_WRITER_U128LE, /* the same with two words a value, for numbers of two words */
    FG_WRITER_NPY,    /* words of 64 bits behind NumPy's header; no lists */
    FG_WRITER_NPY128, /* the same with two words a value */
};

/*
 * The JSON type of whole numbers. A column, and all of a list, has one type, whatever its values:
 * readers that infer types from the first lines refuse a column that changes.
 */
enum fg_writer_integers {
    /* Strings for n and each column that can exceed 2^53 - 1, above which not every reader keeps a
     * JSON number exact (RFC 8259, section 6); numbers for the others. */
    FG_WRITER_INTEGERS_AUTO,
    FG_WRITER_INTEGERS_NUMBER,
    FG_WRITER_INTEGERS_STRING,
};

struct fg_writer_config {
    const struct fg_columns *columns; /* at least one */
    enum fg_writer_format format;
    bool exponents; /* primes as p^e; only if primes are shown, and in no binary format */
    enum fg_writer_integers integers; /* of FG_WRITER_JSONL */
    bool knows_count;                 /* before the first answer is written, */
    uint64_t count;                   /* how many numbers will have one */
    bool totals; /* of the columns, which have no list, in place of lines; text, jsonl or csv */
    uint64_t total_every; /* also as they are at each multiple of this; 0: at the end alone */
    /* Numbers that are not smooth (fg_results_is_not_smooth()) have no line, nor have zeros. */
    bool smooth_only;
};

#endif
