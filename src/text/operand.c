/* SPDX-License-Identifier: MIT */
/*
 * operand.c: digits alone, and "-".
 */
#include "text/operand.h"

#include <string.h>

bool fg_operand_is_number(const char *operand) {
    return *operand != '\0' && operand[strspn(operand, "0123456789")] == '\0';
}

bool fg_operand_is_stdin(const char *operand) {
    return strcmp(operand, "-") == 0;
}
