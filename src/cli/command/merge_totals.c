/* SPDX-License-Identifier: MIT */
/*
 * merge_totals.c: reads the files, checks that they are parts of one whole as far as they say it,
 * and adds them up.
 */
#include "cli/command/merge_totals.h"

#include "cli/command/exit_status.h"
#include "cli/output/tally_rows.h"
#include "terminal/message.h"
#include "text/failure.h"
#include "text/operand.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct part {
    const char *path;
    struct fg_columns columns;
    struct fg_tally *tally;
};

/* Reads the rest of a file into `*text`, for free(). False with errno set. */
static bool read_all(FILE *file, char **text, size_t *size) {
    size_t room = 0;
    *text = NULL;
    *size = 0;
    do {
        if (*size == room) {
            room = room == 0 ? (size_t)1 << 16 : 2 * room;
            char *const larger = realloc(*text, room);
            if (larger == NULL)
                return false;
            *text = larger;
        }
        *size += fread(*text + *size, 1, room - *size, file);
    } while (!feof(file) && !ferror(file));
    return !ferror(file);
}

/* Reads a part's text. False, with errno set, if it cannot be read. */
static bool read_file(const char *path, char **text, size_t *size) {
    const bool is_stdin = fg_operand_is_stdin(path);
    FILE *const file = is_stdin ? stdin : fopen(path, "re");
    *text = NULL;
    if (file == NULL)
        return false;
    const bool is_read = read_all(file, text, size);
    const int reason = errno;
    if (!is_stdin)
        fclose(file);
    errno = reason;
    return is_read;
}

/* Reads a part. Returns the exit status. */
static int read_part(struct part *part) {
    char *text;
    size_t size;
    struct fg_error error;
    enum fg_status status = FG_OK;
    if (read_file(part->path, &text, &size))
        status = fg_tally_read(text, size, &part->columns, &part->tally, &error);
    else
        status = fg_program_fail(&error, FG_ERROR_SYSTEM, "%s", strerror(errno));
    free(text);
    if (part->tally != NULL)
        return FG_EXIT_ANSWERED;
    fg_message(stderr, FG_PATH ": %s", FG_PATH_END(part->path), error.message);
    return status == FG_ERROR_SYSTEM     ? FG_EXIT_UNREADABLE
           : status == FG_ERROR_ARGUMENT ? FG_EXIT_BAD_INPUT
                                         : FG_EXIT_INTERNAL;
}

static bool have_same_columns(const struct part *a, const struct part *b) {
    bool same = a->columns.count == b->columns.count;
    for (size_t i = 0; same && i < a->columns.count; i++)
        same = strcmp(a->columns.list[i].name, b->columns.list[i].name) == 0;
    return same;
}

static bool is_equal(struct fg_uint128 a, struct fg_uint128 b) {
    return a.low == b.low && a.high == b.high;
}

/* Returns whether a part has as many numbers as there are from its smallest to its greatest. */
static bool is_dense(const struct fg_tally *tally) {
    const struct fg_uint128 from = tally->span.from, to = tally->span.to;
    return to.high == from.high && to.low - from.low == fg_tally_count(tally) - 1;
}

/* Returns whether the parts have the same sums of the same extremes. */
static bool have_same_totals(const struct part *a, const struct part *b) {
    for (size_t i = 0; i < a->columns.count; i++) {
        const struct fg_totals *const one = &a->tally->totals[i], *other = &b->tally->totals[i];
        if (one->count != other->count || memcmp(&one->sum, &other->sum, sizeof one->sum) != 0 ||
            !is_equal(one->least_n, other->least_n) ||
            !is_equal(one->greatest_n, other->greatest_n))
            return false;
    }
    return true;
}

/* Returns whether a number that the totals of a part name lies where another has every number. */
static bool names_number_of(const struct part *part, const struct part *other) {
    const struct fg_tally_span *const span = &other->tally->span;
    if (!is_dense(other->tally))
        return false;
    bool names = fg_tally_is_within(part->tally->span.from, span) ||
                 fg_tally_is_within(part->tally->span.to, span);
    for (size_t i = 0; !names && i < part->columns.count; i++)
        names = fg_tally_is_within(part->tally->totals[i].least_n, span) ||
                fg_tally_is_within(part->tally->totals[i].greatest_n, span);
    return names;
}

/* Returns whether two parts that have numbers have some of them in common, as far as totals show
 * it: one names a number of the other, which is dense, or all of their totals are the same. */
static bool overlap(const struct part *a, const struct part *b) {
    const struct fg_tally_span *const one = &a->tally->span, *const other = &b->tally->span;
    return names_number_of(a, b) || names_number_of(b, a) ||
           (is_equal(one->from, other->from) && is_equal(one->to, other->to) &&
            have_same_totals(a, b));
}

/* Checks a part against one before it. */
static bool check_pair(const struct part *before, const struct part *part) {
    if (!have_same_columns(before, part)) {
        fg_message(stderr,
                   FG_PATH " and " FG_PATH " are totals of different columns: give --show the same "
                           "list for all parts",
                   FG_PATH_END(before->path), FG_PATH_END(part->path));
        return false;
    }
    if (fg_tally_count(before->tally) == 0 || fg_tally_count(part->tally) == 0 ||
        !overlap(before, part))
        return true;
    fg_message(stderr,
               FG_PATH " and " FG_PATH " have numbers in common, which would count twice: give "
                       "each part once",
               FG_PATH_END(before->path), FG_PATH_END(part->path));
    return false;
}

/* Adds all parts to the first. Returns the exit status. */
static int add_up(struct part *parts, size_t count) {
    struct fg_error error;
    for (size_t i = 0; i < count; i++) {
        const int status = read_part(&parts[i]);
        if (status != FG_EXIT_ANSWERED)
            return status;
        for (size_t k = 0; k < i; k++)
            if (!check_pair(&parts[k], &parts[i]))
                return FG_EXIT_BAD_INPUT;
    }
    for (size_t i = 1; i < count; i++)
        if (fg_tally_add(parts[0].tally, parts[i].tally, &parts[0].columns, &error) != FG_OK) {
            fg_message(stderr, "%s", error.message);
            return FG_EXIT_BAD_INPUT;
        }
    return FG_EXIT_ANSWERED;
}

/* Prints the sum. Returns the exit status; a failed write is noticed when the output is closed. */
static int print(const struct fg_options *options, const struct part *sum) {
    const struct fg_writer_config config = {
        .columns = &sum->columns, .format = options->format, .integers = options->json_integers};
    struct fg_text text = {0};
    const bool is_made =
        fg_tally_put_header(&config, &text) && fg_tally_put_totals(&config, &text, sum->tally);
    if (is_made)
        fwrite(text.data, 1, text.size, stdout);
    else
        fg_message(stderr, "%s", fg_strerror(FG_ERROR_MEMORY));
    fg_text_free(&text);
    return is_made ? FG_EXIT_ANSWERED : FG_EXIT_INTERNAL;
}

int fg_merge_totals(const struct fg_options *options) {
    const size_t count = options->operand_count;
    struct part *const parts = calloc(count, sizeof *parts);
    if (parts == NULL) {
        fg_message(stderr, "%s", fg_strerror(FG_ERROR_MEMORY));
        return FG_EXIT_INTERNAL;
    }
    for (size_t i = 0; i < count; i++)
        parts[i].path = options->operands[i];
    int status = add_up(parts, count);
    if (status == FG_EXIT_ANSWERED)
        status = print(options, &parts[0]);
    for (size_t i = 0; i < count; i++)
        fg_tally_free_list(parts[i].tally);
    free(parts);
    return status;
}
