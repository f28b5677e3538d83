/* SPDX-License-Identifier: MIT */
/*
 * operand.c: the spelling of numbers, and "-".
 */
#include "text/operand.h"

#include <string.h>

bool fg_operand_is_number(const char *operand) {
    const char *at = operand + strspn(operand, " ");
    at += *at == '+';
    const bool is_hex = at[0] == '0' && (at[1] == 'x' || at[1] == 'X');
    at += is_hex ? 2 : 0;
    const size_t digits = strspn(at, is_hex ? "0123456789abcdefABCDEF" : "0123456789");
    at += digits;
    at += *at == ',' || *at == ';';
    return digits > 0 && *at == '\0';
}

bool fg_operand_is_stdin(const char *operand) {
    return strcmp(operand, "-") == 0;
}
