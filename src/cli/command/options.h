/*
 * options.h: reads the command line.
 */
#ifndef FG_CLI_OPTIONS_H
#define FG_CLI_OPTIONS_H

#include "cli/command/option_values.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Reads the command line; moves operands behind options in argv. False where it makes no sense:
 * what is wrong was written to `err`. Uses getopt's global state: one thread at a time.
 */
bool fg_options_parse(int argc, char **argv, struct fg_options *options, FILE *err);

/* Whether --shard goes with this input; where it does not, `err` is told. */
bool fg_options_check_shard(const struct fg_options *options, const struct fg_reader *reader,
                            FILE *err);

/* How the answers are to be written; as long as the options are there. */
struct fg_writer_config fg_options_writer(const struct fg_options *options);

/* Writes the text of --help. */
void fg_options_print_help(FILE *out);

#ifdef __cplusplus
}
#endif

#endif
