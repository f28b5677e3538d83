/* SPDX-License-Identifier: MIT */
/*
 * merge_rows.h: the table of --total-every of a whole input from those of its parts.
 */
#ifndef FG_CLI_MERGE_ROWS_H
#define FG_CLI_MERGE_ROWS_H

#include "cli/output/tally_rows.h"

/* A part that was read. */
struct fg_merge_part {
    const char *path;
    char *text; /* NULL: not kept */
    size_t size;
    struct fg_columns columns;
    struct fg_tally *tally; /* of all its numbers */
};

/*
 * Appends the table at the multiples of config->total_every. Sorts the parts, which have the same
 * columns, at least one part: their numbers must not overlap, and each with numbers has its text.
 * To each row of a part the totals of the parts before it are added. FG_ERROR_ARGUMENT, with a
 * message, if a part is not as its place demands, or lacks rows that can be missed;
 * FG_ERROR_MEMORY.
 */
enum fg_status fg_merge_rows(const struct fg_writer_config *config, struct fg_merge_part *parts,
                             size_t count, struct fg_text *text, struct fg_error *error);

#endif
