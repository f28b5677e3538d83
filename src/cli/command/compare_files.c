/* SPDX-License-Identifier: MIT */
/*
 * compare_files.c: claims of files, and exports with their exit statuses.
 */
#include "cli/command/compare_files.h"

#include "cli/command/exit_status.h"
#include "compare/report/compare_present.h"
#include "terminal/message.h"
#include "text/failure.h"
#include "text/file_claims.h"

#include <string.h>

/* Claims what the comparison reads and writes. */
static enum fg_status claim_files(const struct fg_options *options, struct fg_file_claims *claims,
                                  struct fg_error *error) {
    struct fg_options_export exports[FG_OPTIONS_EXPORTS];
    fg_options_list_exports(options, exports);
    FG_TRY(fg_file_claims_read(claims, options->operands, options->operand_count, error));
    if (options->compare_with_path != NULL)
        FG_TRY(fg_file_claims_read_option(claims, "--compare-with", options->compare_with_path,
                                          error));
    FG_TRY(fg_file_claims_write_stdout(claims, error));
    FG_TRY(fg_file_claims_write_stderr(claims, error));
    for (size_t i = 0; i < FG_OPTIONS_EXPORTS; i++)
        if (exports[i].path != NULL && strcmp(exports[i].path, FG_COMPARE_STDOUT) != 0)
            FG_TRY(fg_file_claims_write(claims, exports[i].option, exports[i].path, error));
    return FG_OK;
}

bool fg_compare_check_files(const struct fg_options *options, int *status) {
    struct fg_file_claims claims = {0};
    struct fg_error error;
    const enum fg_status claimed = claim_files(options, &claims, &error);
    fg_file_claims_free(&claims);
    if (claimed == FG_OK)
        return true;
    fg_message(stderr, "%s", error.message);
    *status = claimed == FG_ERROR_ARGUMENT ? FG_EXIT_USAGE : FG_EXIT_INTERNAL;
    return false;
}

int fg_compare_read_export(const char *path, struct fg_exported *exported) {
    struct fg_error error;
    const enum fg_status status = fg_exported_read(path, exported, &error);
    if (status == FG_OK)
        return FG_EXIT_ANSWERED;
    fg_message(stderr, "%s", error.message);
    return status == FG_ERROR_SYSTEM     ? FG_EXIT_UNREADABLE
           : status == FG_ERROR_ARGUMENT ? FG_EXIT_BAD_INPUT
                                         : FG_EXIT_INTERNAL;
}
