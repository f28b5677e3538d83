/* SPDX-License-Identifier: MIT */
/*
 * merge_rows.c: goes through the parts in the order of their numbers.
 */
#include "cli/command/merge_rows.h"

#include "text/failure.h"
#include "text/operand.h"

#include <stdlib.h>

/* A table in the making. */
struct table {
    const struct fg_writer_config *config;
    struct fg_text *text;
    const struct fg_merge_part *part; /* the one under way */
    struct fg_tally *before;          /* totals of the parts before it */
    uint64_t row_count;               /* of it, so far */
};

static int compare_parts(const void *left, const void *right) {
    const struct fg_tally *const a = ((const struct fg_merge_part *)left)->tally;
    const struct fg_tally *const b = ((const struct fg_merge_part *)right)->tally;
    return fg_tally_is_below(b->span.from, a->span.from) -
           fg_tally_is_below(a->span.from, b->span.from);
}

/* Serves as fg_tally_read_rows()'s callback. */
static enum fg_status take_row(void *context, const struct fg_tally *row, struct fg_error *error) {
    struct table *const table = context;
    if (!fg_tally_is_multiple(row->span.to, table->config->total_every))
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "its table has a row that is at no multiple of --total-every=%ju: "
                               "give the step that the parts were written with",
                               (uintmax_t)table->config->total_every);
    table->row_count++;
    struct fg_tally *const sum = fg_tally_make(table->config->columns);
    if (sum == NULL)
        return fg_program_fail_memory(error);
    enum fg_status status = fg_tally_add(sum, table->before, table->config->columns, error);
    if (status == FG_OK)
        status = fg_tally_add(sum, row, table->config->columns, error);
    if (status == FG_OK && !fg_tally_put_partial(table->config, table->text, sum, row->span.to))
        status = fg_program_fail_memory(error);
    fg_tally_free_list(sum);
    return status;
}

/* Returns how many multiples of `every` there are from `from` to below `to`. */
static uint64_t count_multiples(uint64_t from, uint64_t to, uint64_t every) {
    return (to - 1) / every - (from - 1) / every;
}

/* Checks that a part with every number from its first to its last, all below 2^64, has every row.
 */
static enum fg_status check_rows(const struct table *table, struct fg_error *error) {
    const struct fg_tally *const tally = table->part->tally;
    const uint64_t from = tally->span.from.low, to = tally->span.to.low;
    if (tally->span.to.high != 0 || to - from != fg_tally_count(tally) - 1)
        return FG_OK;
    const uint64_t expected = count_multiples(from, to, table->config->total_every);
    return expected == table->row_count
               ? FG_OK
               : fg_program_fail(error, FG_ERROR_ARGUMENT,
                                 "its table has %ju rows, and with --total-every=%ju it would have "
                                 "%ju: give that option with the same step to all parts",
                                 (uintmax_t)table->row_count, (uintmax_t)table->config->total_every,
                                 (uintmax_t)expected);
}

/* Appends the rows of the part, and adds it to what is before the next one. */
static enum fg_status add_part(struct table *table, struct fg_error *error) {
    const struct fg_merge_part *const part = table->part;
    struct fg_error reason;
    table->row_count = 0;
    enum fg_status status =
        fg_tally_read_rows(part->text, part->size, &part->columns, take_row, table, &reason);
    if (status == FG_OK)
        status = check_rows(table, &reason);
    if (status != FG_OK)
        return fg_program_fail(error, status, FG_PATH ": %s", FG_PATH_END(part->path),
                               reason.message);
    return fg_tally_add(table->before, part->tally, table->config->columns, error);
}

/* Appends the row of the interval that ended with the parts so far, if one did. */
static enum fg_status end_interval(struct table *table, const struct fg_merge_part *next,
                                   struct fg_error *error) {
    const struct fg_tally_span *const span = &table->before->span;
    const uint64_t every = table->config->total_every;
    const struct fg_uint128 end = fg_tally_interval_end(span->to, every);
    if (!fg_tally_is_below(span->to, next->tally->span.from))
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "the numbers of " FG_PATH " do not all follow those of the other "
                               "parts, so that there is no table of them: leave --total-every out",
                               FG_PATH_END(next->path));
    if (!fg_tally_is_below(end, next->tally->span.from))
        return FG_OK;
    return fg_tally_put_partial(table->config, table->text, table->before, end)
               ? FG_OK
               : fg_program_fail_memory(error);
}

static enum fg_status add_parts(struct table *table, const struct fg_merge_part *parts,
                                size_t count, struct fg_error *error) {
    for (size_t i = 0; i < count; i++) {
        if (fg_tally_count(parts[i].tally) == 0)
            continue;
        if (fg_tally_count(table->before) > 0)
            FG_TRY(end_interval(table, &parts[i], error));
        table->part = &parts[i];
        FG_TRY(add_part(table, error));
    }
    const struct fg_uint128 last = table->before->span.to;
    const bool ends_interval =
        fg_tally_count(table->before) > 0 && fg_tally_is_multiple(last, table->config->total_every);
    if (table->config->format != FG_WRITER_TEXT || !ends_interval) /* else the totals are the row */
        return FG_OK;
    return fg_tally_put_partial(table->config, table->text, table->before, last)
               ? FG_OK
               : fg_program_fail_memory(error);
}

enum fg_status fg_merge_rows(const struct fg_writer_config *config, struct fg_merge_part *parts,
                             size_t count, struct fg_text *text, struct fg_error *error) {
    struct table table = {.config = config, .text = text, .before = fg_tally_make(config->columns)};
    if (table.before == NULL)
        return fg_program_fail_memory(error);
    qsort(parts, count, sizeof *parts, compare_parts);
    const enum fg_status status = add_parts(&table, parts, count, error);
    fg_tally_free_list(table.before);
    return status;
}
