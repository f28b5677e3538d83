/*
 * answer.h: the program's main run: read a batch, find its divisors, write them, read the next.
 */
#ifndef FG_CLI_ANSWER_H
#define FG_CLI_ANSWER_H

#include "cli/command/options.h"

/* Answers everything the operands hold on standard output; returns the exit status. */
int fg_answer_run(const struct fg_options *options);

#endif
