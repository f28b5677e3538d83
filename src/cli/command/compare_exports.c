/* SPDX-License-Identifier: MIT */
/*
 * compare_exports.c: two exports set side by side and printed.
 */
#include "cli/command/compare_exports.h"

#include "cli/command/compare_files.h"
#include "cli/command/exit_status.h"
#include "compare/report/compare_present.h"
#include "terminal/message.h"

static int present(const struct fg_options *options, const struct fg_exported *old_one,
                   const struct fg_exported *new_one) {
    const struct fg_compare_paths paths = {options->json_path, options->markdown_path,
                                           options->page_path};
    struct fg_error error;
    const enum fg_status status = fg_compare_present_exported(
        old_one, new_one, &paths, options->quiet, stdout, stderr, &error);
    if (status != FG_OK)
        fg_message(stderr, "%s", error.message);
    switch (status) {
    case FG_OK:
        return old_one->disagreement || new_one->disagreement ? FG_EXIT_WRONG : FG_EXIT_ANSWERED;
    case FG_ERROR_ARGUMENT:
        return FG_EXIT_BAD_INPUT;
    case FG_ERROR_SYSTEM:
        return FG_EXIT_OUTPUT;
    default:
        return FG_EXIT_INTERNAL;
    }
}

int fg_compare_exports(const struct fg_options *options) {
    struct fg_exported old_one = {0}, new_one = {0};
    int status = FG_EXIT_ANSWERED;
    if (!fg_compare_check_files(options, &status))
        return status;
    status = fg_compare_read_export(options->compare_with_path, &old_one);
    if (status == FG_EXIT_ANSWERED)
        status = fg_compare_read_export(options->operands[0], &new_one);
    if (status == FG_EXIT_ANSWERED)
        status = present(options, &old_one, &new_one);
    fg_exported_free(&old_one);
    fg_exported_free(&new_one);
    return status;
}
