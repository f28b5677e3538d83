/* SPDX-License-Identifier: MIT */
/*
 * late_header.c: numbers are left out, an operand is wrong, or a file says how many there are.
 */
#include "cli/run/late_header.h"

#include "cli/input/operand_list.h"
#include "cli/output/writer.h"
#include "text/failure.h"
#include "text/operand_value.h"

#include <stdio.h>
#include <string.h>

/* Room for a part of the message. */
#define TEXT_ROOM 200

/* Returns whether the input is not on the command line alone. */
static bool has_file(const struct fg_run_settings *settings) {
    for (size_t i = 0; i < settings->operand_count; i++)
        if (!fg_operand_is_number(settings->operands[i]) &&
            !fg_operand_is_range(settings->operands[i]))
            return true;
    return settings->operand_count == 0;
}

/* Returns the first operand that is wrong, of those that are numbers and ranges; NULL if none is,
 * and there are too many numbers together. */
static const char *find_wrong(const struct fg_run_settings *settings,
                              struct fg_operand_rules rules) {
    for (size_t i = 0; i < settings->operand_count; i++) {
        struct fg_operand_list one;
        uint64_t count;
        if (!fg_operand_list_open(&one, &settings->operands[i], 1, (struct fg_shard){0, 0}))
            return NULL;
        const bool is_right = fg_operand_list_count(&one, rules, &count);
        fg_operand_list_close(&one);
        if (!is_right)
            return settings->operands[i];
    }
    return NULL;
}

/* Returns whether the operand is a number of more than 64 bits. */
static bool is_wide(const char *operand) {
    struct fg_uint128 number;
    struct fg_error error;
    return fg_operand_is_number(operand) &&
           fg_operand_read_number(operand, &number, &error) == FG_OK && number.high != 0;
}

void fg_late_header_refuse(const struct fg_run_settings *settings, bool accept_zero,
                           const char *narrow_advice, const char *output_name,
                           struct fg_error *error) {
    const struct fg_operand_rules rules = {accept_zero, narrow_advice == NULL};
    const char *const format = fg_writer_format_name(settings->writer.format);
    const char *const unframed = fg_writer_unframed_name(settings->writer.format);
    char reason[TEXT_ROOM] = "the numbers are more than 2^64-1", other[TEXT_ROOM];
    const char *wrong;
    snprintf(other, sizeof other, "or take --format=%s", unframed);
    if (settings->writer.smooth_only) {
        strcpy(reason, "--only leaves numbers out");
    } else if (has_file(settings)) {
        strcpy(reason, "the input is not on the command line alone");
        snprintf(other, sizeof other,
                 "or take --format=%s; numbers and ranges on the command line may go into a pipe",
                 unframed);
    } else if ((wrong = find_wrong(settings, rules)) != NULL) {
        const bool is_too_wide = narrow_advice != NULL && is_wide(wrong);
        snprintf(reason, sizeof reason, "the operand '%.60s' %s", wrong,
                 is_too_wide ? "does not fit in 64 bits" : "cannot be answered");
        snprintf(other, sizeof other, "or leave that operand out%s%.120s", is_too_wide ? "; " : "",
                 is_too_wide ? narrow_advice : "");
    }
    fg_program_fail(error, FG_ERROR_ARGUMENT,
                    "--format=%s completes its header at the end, because %s, so " FG_PATH
                    " must be an empty file: take --output=FILE, or redirect with > FILE, not into "
                    "a pipe nor with >>, %s",
                    format, reason, FG_PATH_END(output_name), other);
}
