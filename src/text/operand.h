/* SPDX-License-Identifier: MIT */
/*
 * operand.h: what an operand of the command line is by its spelling alone: a number, standard
 * input, or else the name of a file. The input asks, to read it, and the output, not to write over
 * it.
 */
#ifndef FG_CLI_OPERAND_H
#define FG_CLI_OPERAND_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Returns whether the operand is a number: digits, decimal or hexadecimal behind "0x". As GNU
 * factor takes them, spaces and one '+' may stand before them; as in a list, one ',' or ';' behind
 * them. */
bool fg_operand_is_number(const char *operand);

/* Whether the operand is standard input. */
bool fg_operand_is_stdin(const char *operand);

#ifdef __cplusplus
}
#endif

#endif
