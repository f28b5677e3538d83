/* SPDX-License-Identifier: MIT */
/*
 * operand.c: "-", and what is left for files.
 */
#include "text/operand.h"

#include <string.h>

bool fg_operand_is_stdin(const char *operand) {
    return strcmp(operand, "-") == 0;
}

bool fg_operand_is_file(const char *operand) {
    return !fg_operand_is_stdin(operand) && !fg_operand_is_number(operand) &&
           !fg_operand_is_range(operand);
}
