/* SPDX-License-Identifier: MIT */
/*
 * merge_totals.c: reads the files, checks that they are parts of one whole as far as they say it,
 * and adds them up.
 */
#include "cli/command/merge_totals.h"

#include "cli/command/exit_status.h"
#include "cli/command/merge_rows.h"
#include "cli/output/output.h"
#include "cli/output/output_file.h"
#include "terminal/message.h"
#include "text/failure.h"
#include "text/file_claims.h"
#include "text/operand.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Reads a part; its text is kept if it may have a table that is wanted. Returns the exit status. */
static int read_part(struct fg_merge_part *part, bool keeps_text) {
    struct fg_error error;
    enum fg_status status = FG_OK;
    if (read_file(part->path, &part->text, &part->size))
        status = fg_tally_read(part->text, part->size, &part->columns, &part->tally, &error);
    else
        status = fg_program_fail(&error, FG_ERROR_SYSTEM, "%s", strerror(errno));
    if (!keeps_text) {
        free(part->text);
        part->text = NULL;
    }
    if (part->tally != NULL)
        return FG_EXIT_ANSWERED;
    fg_message(stderr, FG_PATH ": %s", FG_PATH_END(part->path), error.message);
    return status == FG_ERROR_SYSTEM     ? FG_EXIT_UNREADABLE
           : status == FG_ERROR_ARGUMENT ? FG_EXIT_BAD_INPUT
                                         : FG_EXIT_INTERNAL;
}

static bool have_same_columns(const struct fg_merge_part *a, const struct fg_merge_part *b) {
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
static bool have_same_totals(const struct fg_merge_part *a, const struct fg_merge_part *b) {
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
static bool names_number_of(const struct fg_merge_part *part, const struct fg_merge_part *other) {
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
static bool overlap(const struct fg_merge_part *a, const struct fg_merge_part *b) {
    const struct fg_tally_span *const one = &a->tally->span, *const other = &b->tally->span;
    return names_number_of(a, b) || names_number_of(b, a) ||
           (is_equal(one->from, other->from) && is_equal(one->to, other->to) &&
            have_same_totals(a, b));
}

/* Checks a part against one before it. */
static bool check_pair(const struct fg_merge_part *before, const struct fg_merge_part *part) {
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

/* Reads all parts. Returns the exit status. */
static int read_parts(struct fg_merge_part *parts, size_t count, bool keeps_text) {
    for (size_t i = 0; i < count; i++) {
        const int status = read_part(&parts[i], keeps_text);
        if (status != FG_EXIT_ANSWERED)
            return status;
        for (size_t k = 0; k < i; k++)
            if (!check_pair(&parts[k], &parts[i]))
                return FG_EXIT_BAD_INPUT;
    }
    return FG_EXIT_ANSWERED;
}

/* Makes the text of the sum, with the table if that is asked for. Adds all parts to the first. */
static enum fg_status make_text(const struct fg_options *options, struct fg_merge_part *parts,
                                size_t count, struct fg_text *text, struct fg_error *error) {
    const struct fg_columns columns = parts[0].columns;
    const struct fg_writer_config config = {.columns = &columns,
                                            .format = options->format,
                                            .integers = options->json_integers,
                                            .total_every = options->total_every};
    if (!fg_tally_put_header(&config, text))
        return fg_program_fail_memory(error);
    if (options->total_every > 0)
        FG_TRY(fg_merge_rows(&config, parts, count, text, error));
    for (size_t i = 1; i < count; i++)
        FG_TRY(fg_tally_add(parts[0].tally, parts[i].tally, &columns, error));
    return fg_tally_put_totals(&config, text, parts[0].tally) ? FG_OK
                                                              : fg_program_fail_memory(error);
}

/* ---- The output ---- */

/* Opens the file of --output, unless it is standard output. The parts are files of the run, too. */
static enum fg_status open_file(const struct fg_options *options, struct fg_output_file *file,
                                struct fg_error *error) {
    struct fg_file_claims claims = {0};
    enum fg_status status =
        fg_file_claims_read(&claims, options->operands, options->operand_count, error);
    if (status == FG_OK)
        status = fg_file_claims_write_stderr(&claims, error);
    if (status == FG_OK)
        status = options->output_path == NULL
                     ? fg_file_claims_write_stdout(&claims, error)
                     : fg_output_file_open(file, options->output_path, &claims, error);
    fg_file_claims_free(&claims);
    return status;
}

/* Writes the text to the file, which then has its name. */
static enum fg_status write_file(const struct fg_options *options, const struct fg_text *text,
                                 struct fg_output_file *file, struct fg_error *error) {
    struct fg_output output = {.fd = file->fd, .name = options->output_path};
    if (file->part_path != NULL && ftruncate(file->fd, 0) != 0)
        fg_output_fail(&output);
    fg_output_write(&output, text->data, text->size);
    if (output.error.status == FG_OK)
        fg_output_file_finish(file, &output.error);
    if (output.error.status != FG_OK) {
        fg_output_file_discard(file);
        *error = output.error;
    } else if (file->mode_error != 0 && !options->quiet) {
        fg_message(stderr, FG_PATH " could not keep its mode, %04o: %s", FG_PATH_END(file->path),
                   (unsigned)file->mode, strerror(file->mode_error));
    }
    return output.error.status;
}

/* Returns the exit status after an error of the output, which it reports. */
static int fail_output(const struct fg_error *error) {
    if (error->status != FG_ERROR_CANCELLED)
        fg_message(stderr, "%s", error->message);
    return error->status == FG_ERROR_ARGUMENT    ? FG_EXIT_USAGE
           : error->status == FG_ERROR_CANCELLED ? FG_EXIT_SIGNAL + SIGPIPE
           : error->status == FG_ERROR_MEMORY    ? FG_EXIT_INTERNAL
                                                 : FG_EXIT_OUTPUT;
}

/* Writes the text to where it belongs. Returns the exit status; a failed write to standard output
 * is noticed when that is closed. */
static int write_text(const struct fg_options *options, const struct fg_text *text,
                      struct fg_output_file *file) {
    struct fg_error error;
    if (options->output_path == NULL)
        fwrite(text->data, 1, text->size, stdout);
    else if (write_file(options, text, file, &error) != FG_OK)
        return fail_output(&error);
    return FG_EXIT_ANSWERED;
}

/* Reads the parts and writes their sum. Returns the exit status. */
static int merge(const struct fg_options *options, struct fg_merge_part *parts,
                 struct fg_output_file *file) {
    struct fg_error error;
    struct fg_text text = {0};
    if (open_file(options, file, &error) != FG_OK)
        return fail_output(&error);
    int status = read_parts(parts, options->operand_count, options->total_every > 0);
    if (status == FG_EXIT_ANSWERED &&
        make_text(options, parts, options->operand_count, &text, &error) != FG_OK) {
        fg_message(stderr, "%s", error.message);
        status = error.status == FG_ERROR_MEMORY ? FG_EXIT_INTERNAL : FG_EXIT_BAD_INPUT;
    }
    if (status == FG_EXIT_ANSWERED)
        status = write_text(options, &text, file);
    else if (file->fd >= 0)
        fg_output_file_tidy(file);
    fg_text_free(&text);
    return status;
}

int fg_merge_totals(const struct fg_options *options) {
    const size_t count = options->operand_count;
    struct fg_merge_part *const parts = calloc(count, sizeof *parts);
    struct fg_output_file file = {.fd = -1};
    if (parts == NULL) {
        fg_message(stderr, "%s", fg_strerror(FG_ERROR_MEMORY));
        return FG_EXIT_INTERNAL;
    }
    for (size_t i = 0; i < count; i++)
        parts[i].path = options->operands[i];
    const int status = merge(options, parts, &file);
    fg_output_file_close(&file);
    for (size_t i = 0; i < count; i++) {
        fg_tally_free_list(parts[i].tally);
        free(parts[i].text);
    }
    free(parts);
    return status;
}
