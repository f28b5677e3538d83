/* SPDX-License-Identifier: MIT */
/*
 * running_tally.c: adds tallies up in the order of the input.
 */
#include "cli/run/running_tally.h"

#include "cli/output/tally_rows.h"
#include "text/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fg_status fg_running_tally_open(struct fg_running_tally *tally,
                                     const struct fg_writer_config *config,
                                     struct fg_error *error) {
    *tally = (struct fg_running_tally){config, fg_tally_make(config->columns)};
    return tally->sum != NULL ? FG_OK : fg_program_fail_memory(error);
}

void fg_running_tally_close(struct fg_running_tally *tally) {
    fg_tally_free_list(tally->sum);
    tally->sum = NULL;
}

static bool is_equal(struct fg_uint128 a, struct fg_uint128 b) {
    return a.low == b.low && a.high == b.high;
}

/* Fails because the intervals of numbers that do not ascend have no end. */
static enum fg_status fail_order(struct fg_error *error) {
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           "option --total-every needs numbers that ascend, and one is below the "
                           "one before it: sort them, or leave the option out");
}

/* Adds one tally, and the row of the interval that it ends. */
static enum fg_status add(struct fg_running_tally *tally, const struct fg_tally *more,
                          struct fg_text *text, struct fg_error *error) {
    const uint64_t every = tally->config->total_every;
    struct fg_tally *const sum = tally->sum;
    if (every > 0 && !more->span.ascends)
        return fail_order(error);
    if (every > 0 && fg_tally_count(sum) > 0) {
        const struct fg_uint128 end = fg_tally_interval_end(sum->span.last, every);
        if (fg_tally_is_below(more->span.first, sum->span.last))
            return fail_order(error);
        if (!is_equal(end, fg_tally_interval_end(more->span.first, every)) &&
            !fg_tally_put_partial(tally->config, text, sum, end))
            return fg_program_fail_memory(error);
    }
    return fg_tally_add(sum, more, tally->config->columns, error);
}

enum fg_status fg_running_tally_take(struct fg_running_tally *tally, struct fg_text *text,
                                     struct fg_error *error) {
    for (const struct fg_tally *more = text->tallies; more != NULL; more = more->next)
        FG_TRY(add(tally, more, text, error));
    return error->status;
}

bool fg_running_tally_end(const struct fg_running_tally *tally, struct fg_text *text) {
    const struct fg_tally *const sum = tally->sum;
    const uint64_t every = tally->config->total_every;
    const bool is_text = tally->config->format == FG_WRITER_TEXT;
    if (is_text && every > 0 && fg_tally_count(sum) > 0 &&
        fg_tally_is_multiple(sum->span.last, every) &&
        !fg_tally_put_partial(tally->config, text, sum, sum->span.last))
        return false;
    return fg_tally_put_totals(tally->config, text, sum);
}

char *fg_running_tally_print(const struct fg_running_tally *tally) {
    const struct fg_writer_config config = {.columns = tally->config->columns,
                                            .format = FG_WRITER_CSV};
    struct fg_text text = {0};
    if (!fg_tally_put_totals(&config, &text, tally->sum)) {
        fg_text_free(&text);
        return NULL;
    }
    text.data[text.size - 1] = '\0'; /* instead of the last line feed */
    char *const copy = strdup(text.data);
    fg_text_free(&text);
    return copy;
}

static bool are_equal(const struct fg_columns *a, const struct fg_columns *b) {
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = strcmp(a->list[i].name, b->list[i].name) == 0;
    return equal;
}

bool fg_running_tally_parse(struct fg_running_tally *tally, const char *text) {
    struct fg_columns columns;
    struct fg_tally *read = NULL;
    char *lines;
    const int size = asprintf(&lines, "%s\n", text);
    if (size < 0)
        return false;
    const bool is_read = fg_tally_read(lines, (size_t)size, &columns, &read, NULL) == FG_OK &&
                         are_equal(&columns, tally->config->columns);
    if (is_read) { /* the sum is now what is freed */
        struct fg_tally *const sum = tally->sum;
        tally->sum = read;
        read = sum;
    }
    fg_tally_free_list(read);
    free(lines);
    return is_read;
}
