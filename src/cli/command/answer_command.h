/* SPDX-License-Identifier: MIT */
/*
 * answer_command.h: what the program does without an option that says otherwise: answers every
 * number of the input.
 */
#ifndef FG_CLI_ANSWER_COMMAND_H
#define FG_CLI_ANSWER_COMMAND_H

#include "cli/command/options.h"

/* Returns the exit status. */
int fg_answer_options(const struct fg_options *options);

#endif
