/* SPDX-License-Identifier: MIT */
/*
 * compare_exit.c: from a comparison's status to the program's.
 */
#include "cli/command/compare_exit.h"

#include "cli/command/exit_status.h"
#include "terminal/message.h"

int fg_compare_command(const struct fg_compare_request *request,
                       const struct fg_compare_paths *paths, FILE *out, FILE *err) {
    enum fg_status found;
    struct fg_error error = {FG_OK, ""};
    const enum fg_status status = fg_compare_present(request, paths, out, err, &found, &error);
    if (status != FG_OK)
        fg_message(err, "%s", error.message);
    if (found == FG_ERROR_SELF_CHECK)
        return FG_EXIT_WRONG; /* whatever else failed */
    switch (status) {
    case FG_OK: /* numbers that the method does not take are bad input */
        return found == FG_ERROR_ARGUMENT ? FG_EXIT_BAD_INPUT : fg_exit_status_of(found);
    case FG_ERROR_ARGUMENT:
        return FG_EXIT_USAGE;
    case FG_ERROR_SYSTEM:
        return FG_EXIT_OUTPUT;
    default:
        return fg_exit_status_of(status);
    }
}
