/* SPDX-License-Identifier: MIT */
/*
 * used_methods.h: the methods that have answered numbers of a run: with --method=auto more than one
 * may have.
 */
#ifndef FG_CLI_USED_METHODS_H
#define FG_CLI_USED_METHODS_H

#include "factor_gpu.h"

/* Bytes of the text of fg_used_methods_name(), enough for all methods. */
#define FG_USED_METHODS_TEXT 64

/* Returns the methods by which the engine has answered numbers: the bit 1 << method for each. */
unsigned fg_used_methods(const struct fg_engine *engine);

/* Writes the method that was asked for, and of "auto", behind it in parentheses, the methods that
 * have answered numbers, as in "auto (factor, sieve)". */
void fg_used_methods_name(enum fg_method asked, unsigned used, char text[FG_USED_METHODS_TEXT]);

#endif
