/* SPDX-License-Identifier: MIT */
/*
 * options.h: reads the command line.
 */
#ifndef FG_CLI_OPTIONS_H
#define FG_CLI_OPTIONS_H

#include "cli/command/option_values.h"
#include "terminal/progress_style.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Reads the command line; moves operands behind options in argv. False if it makes no sense:
 * what is wrong was written to `err`. Uses getopt's global state: one thread at a time.
 */
bool fg_options_parse(int argc, char **argv, struct fg_options *options, FILE *err);

/* A file that a comparison is to be written to. */
struct fg_options_export {
    const char *option; /* "--export-json" */
    const char *path;   /* NULL: not asked for */
};
#define FG_OPTIONS_EXPORTS 3

/* Lists all of them. */
void fg_options_list_exports(const struct fg_options *options,
                             struct fg_options_export exports[FG_OPTIONS_EXPORTS]);

/* Returns how progress is to be shown. Asks what standard input, output and error are. */
enum fg_progress_style fg_options_progress_style(const struct fg_options *options);

/* Writes the line that says where to find help. */
void fg_options_hint(FILE *err);

/* Writes the text of --help. */
void fg_options_print_help(FILE *out);

#ifdef __cplusplus
}
#endif

#endif
