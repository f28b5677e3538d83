/* SPDX-License-Identifier: MIT */
/*
 * reader.h: operands, files and standard input as one stream of blocks, in bounded memory.
 *
 * Bad tokens and unreadable files are reported as they are met, and reading goes on: what was asked
 * for is answered as far as it can be, and the caller learns at the end what was wrong. Of a source
 * with many bad tokens the first are reported, and the others counted.
 */
#ifndef FG_CLI_READER_H
#define FG_CLI_READER_H

#include "cli/input/content.h"
#include "cli/input/shard.h"
#include "factor_gpu.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Things that are wrong with one source and are reported one by one. */
#define FG_READER_REPORTS 20

struct fg_reader_config {
    char *const *operands; /* numbers, ranges, file names, "-"; none at all means "-" */
    size_t operand_count;
    enum fg_reader_format format;
    const char *column;    /* of tables: a number from 1, a name, or NULL if they have one column */
    struct fg_shard shard; /* not with tables; which part of the input; all zero: the whole */
    bool accept_zero;      /* 0 is a number, not a bad token */
    bool strict;           /* the first bad token ends the input */
    /* Advice on numbers from 2^64 on if the lists have no capacity for them, as "take
     * --method=factor"; NULL: none. Given once for each source. */
    const char *narrow_advice;
    /* Reading ends once this can be read from, even if it would have blocked; -1 for none. */
    int stop_fd;
    /* Told in words about everything that is wrong with the input, one line, no newline: of each
     * source up to FG_READER_REPORTS things one by one, and how many more there are. */
    void (*report)(void *context, const char *message);
    void *context; /* of `report` */
};

/* Numbers that are read at once, in input order. */
struct fg_reader_block {
    struct fg_number_list list; /* the arrays and capacities are the caller's */
    uint64_t begin_byte;        /* how far into the input, or the part, the block begins and ends */
    uint64_t end_byte;
};

struct fg_reader;

/* Returns NULL if memory is short. The config's operands must outlive the reader. */
struct fg_reader *fg_reader_open(const struct fg_reader_config *config);
void fg_reader_close(struct fg_reader *reader); /* NULL is allowed */

/* Counts reports from 0 again, because those so far were not shown. */
void fg_reader_report_anew(struct fg_reader *reader);

/*
 * From now on `wanted` is asked, with its context, whether another thread waits for what there is
 * of a block: then it is handed over before a read that would block. Without such a function (NULL,
 * as at first) it always is.
 */
void fg_reader_set_wanted(struct fg_reader *reader, bool (*wanted)(void *context), void *context);

/*
 * Reads the next block: a full one, or what there is before a read that would block or at the end.
 * If list.range_capacity allows it, a block is a range or a list; which, depends on the operands
 * alone. False at the end of the input. Of the block only the arrays and capacities are looked at.
 */
bool fg_reader_next(struct fg_reader *reader, struct fg_reader_block *block);

/* Returns the size of the whole input, or of the part; 0 if it is not known beforehand. */
uint64_t fg_reader_total_bytes(const struct fg_reader *reader);
/* FG_ERROR_ARGUMENT if a part of the input is to be read but the size of an operand, such as a
 * pipe, is not known, or ranges are too large together: then nothing is read. */
enum fg_status fg_reader_check_sizes(const struct fg_reader *reader, struct fg_error *error);
/* Counts the numbers of the input, or of the part, before anything is read. False if it has files,
 * or an operand that is wrong. */
bool fg_reader_count(const struct fg_reader *reader, uint64_t *count);
bool fg_reader_had_bad_token(const struct fg_reader *reader);
bool fg_reader_had_unreadable(const struct fg_reader *reader); /* a file, or standard input */

#ifdef __cplusplus
}
#endif

#endif
