/* SPDX-License-Identifier: MIT */
/*
 * operand.h: what an operand of the command line is by its spelling alone: a number, a range of
 * numbers, standard input, or else the name of a file. The input asks, to read it, and the output,
 * not to write over it.
 */
#ifndef FG_CLI_OPERAND_H
#define FG_CLI_OPERAND_H

#include "text/operand_value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns whether the operand is standard input. */
bool fg_operand_is_stdin(const char *operand);

/* Returns whether the operand names a file. */
bool fg_operand_is_file(const char *operand);

#ifdef __cplusplus
}
#endif

#endif
