/* SPDX-License-Identifier: MIT */
/*
 * spelling.c: the grammar of one number, and what its usual misspellings look like.
 */
#include "cli/input/spelling.h"

#include "text/operand_value.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

static bool is_digit(unsigned char byte) {
    return (unsigned)byte - '0' < 10;
}

static bool is_separator(unsigned char byte) {
    return byte == ',' || byte == ';';
}

void fg_spelling_begin(struct fg_spelling *spelling, bool takes_separator) {
    spelling->shape = FG_SPELLING_EMPTY;
    spelling->takes_separator = takes_separator;
    spelling->too_big = false;
    spelling->value = (struct fg_uint128){0, 0};
    spelling->length = 0;
}

/* Adds a digit to a number that has more than 64 bits, or gets them by it. Is kept out of line, so
 * that other digits save no registers for it. */
__attribute__((noinline)) static enum fg_spelling_shape
add_wide_digit(struct fg_spelling *spelling, unsigned base, unsigned digit) {
    wide value = (wide)spelling->value.high << 64 | spelling->value.low;
    if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, digit, &value))
        spelling->too_big = true;
    spelling->value = (struct fg_uint128){(uint64_t)value, (uint64_t)(value >> 64)};
    return base == 16 ? FG_SPELLING_WIDE_HEX : FG_SPELLING_WIDE;
}

/* Adds a digit to a number of at most 64 bits. */
static enum fg_spelling_shape add_digit(struct fg_spelling *spelling, unsigned base,
                                        unsigned digit) {
    uint64_t value;
    if (__builtin_mul_overflow(spelling->value.low, base, &value) ||
        __builtin_add_overflow(value, digit, &value))
        return add_wide_digit(spelling, base, digit);
    spelling->value.low = value;
    return base == 16 ? FG_SPELLING_HEX : FG_SPELLING_DECIMAL;
}

static bool is_number(enum fg_spelling_shape shape) {
    switch (shape) {
    case FG_SPELLING_ZERO:
    case FG_SPELLING_DECIMAL:
    case FG_SPELLING_HEX:
    case FG_SPELLING_WIDE:
    case FG_SPELLING_WIDE_HEX:
    case FG_SPELLING_ENDED:
        return true;
    default:
        return false;
    }
}

/* Returns the value of a hexadecimal digit; 16 for any other byte. */
static unsigned hex_digit(unsigned char byte) {
    const unsigned char lower = byte | 0x20;
    if (is_digit(byte))
        return byte - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10U : 16;
}

/* The shape with one more byte. */
static enum fg_spelling_shape next_shape(struct fg_spelling *spelling, unsigned char byte) {
    const enum fg_spelling_shape shape = spelling->shape;
    unsigned digit;
    if (spelling->takes_separator && is_separator(byte) && is_number(shape))
        return shape == FG_SPELLING_ENDED ? FG_SPELLING_OTHER : FG_SPELLING_ENDED;
    switch (shape) {
    case FG_SPELLING_EMPTY:
        if (byte == '+')
            return FG_SPELLING_SIGN;
        if (is_separator(byte) && spelling->takes_separator)
            return FG_SPELLING_SEPARATOR;
        __attribute__((fallthrough));
    case FG_SPELLING_SIGN:
        if (byte == '0')
            return FG_SPELLING_ZERO;
        return is_digit(byte) ? add_digit(spelling, 10, byte - '0') : FG_SPELLING_OTHER;
    case FG_SPELLING_ZERO:
        if (byte == 'x' || byte == 'X')
            return FG_SPELLING_PREFIX;
        __attribute__((fallthrough));
    case FG_SPELLING_DECIMAL:
        return is_digit(byte) ? add_digit(spelling, 10, byte - '0') : FG_SPELLING_OTHER;
    case FG_SPELLING_PREFIX:
    case FG_SPELLING_HEX:
        digit = hex_digit(byte);
        return digit < 16 ? add_digit(spelling, 16, digit) : FG_SPELLING_OTHER;
    case FG_SPELLING_WIDE:
        return is_digit(byte) ? add_wide_digit(spelling, 10, byte - '0') : FG_SPELLING_OTHER;
    case FG_SPELLING_WIDE_HEX:
        digit = hex_digit(byte);
        return digit < 16 ? add_wide_digit(spelling, 16, digit) : FG_SPELLING_OTHER;
    default:
        return FG_SPELLING_OTHER;
    }
}

void fg_spelling_add(struct fg_spelling *spelling, unsigned char byte) {
    if (spelling->length < FG_SPELLING_HEAD)
        spelling->head[spelling->length] = byte;
    spelling->length++;
    if (spelling->shape != FG_SPELLING_OTHER)
        spelling->shape = next_shape(spelling, byte);
}

bool fg_spelling_is_too_big(const struct fg_spelling *spelling) {
    return is_number(spelling->shape) &&
           (spelling->too_big || (spelling->bits == 64 && spelling->value.high != 0));
}

enum fg_spelling_verdict fg_spelling_judge(struct fg_spelling *spelling, bool accept_zero,
                                           bool accept_wide) {
    const bool is_zero = spelling->value.low == 0 && spelling->value.high == 0;
    spelling->bits = accept_wide ? 128 : 64;
    if (spelling->shape == FG_SPELLING_SEPARATOR)
        return FG_SPELLING_NOTHING;
    if (!is_number(spelling->shape) || fg_spelling_is_too_big(spelling) ||
        (is_zero && !accept_zero))
        return FG_SPELLING_BAD;
    return FG_SPELLING_NUMBER;
}

/* ---- Advice ---- */

/* The length of a space that Unicode has and ASCII has not, such as a no-break space; else 0. */
static size_t unicode_space(const char *text, size_t length) {
    if (length >= 2 && memcmp(text, "\xC2\xA0", 2) == 0)
        return 2;
    /* U+2000 to U+200A, U+202F */
    return length >= 3 && memcmp(text, "\xE2\x80", 2) == 0 &&
                   (((unsigned char)text[2] >= 0x80 && (unsigned char)text[2] <= 0x8A) ||
                    (unsigned char)text[2] == 0xAF)
               ? 3
               : 0;
}

/* The length of what may stand between two groups of digits; 0 for anything else. */
static size_t group_mark(const char *text, size_t length) {
    if (length > 0 && strchr(",._'", *text) != NULL && *text != '\0')
        return 1;
    return unicode_space(text, length);
}

/* Copies the digits of "1,234,567" and its like: three of them behind each mark, all marks alike.
 * False for anything else. */
static bool copy_groups(const char *text, size_t length, char digits[FG_SPELLING_HEAD + 1]) {
    const char *mark = NULL;
    size_t mark_bytes = 0, group = 0, used = 0;
    for (size_t i = 0; i < length;) {
        if (is_digit((unsigned char)text[i])) {
            digits[used++] = text[i++];
            group++;
            continue;
        }
        const size_t bytes = group_mark(text + i, length - i);
        const bool is_full = mark == NULL ? group >= 1 && group <= 3 : group == 3;
        if (bytes == 0 || !is_full ||
            (mark != NULL && (bytes != mark_bytes || memcmp(mark, text + i, bytes) != 0)))
            return false;
        mark = text + i;
        mark_bytes = bytes;
        group = 0;
        i += bytes;
    }
    digits[used] = '\0';
    return mark != NULL && group == 3;
}

/* Writes the advice for "1,000" and its like. */
static enum fg_spelling_kind advise_groups(const char *text, size_t length, bool in_list,
                                           char advice[FG_SPELLING_ADVICE]) {
    char digits[FG_SPELLING_HEAD + 1];
    if (!copy_groups(text, length, digits))
        return FG_SPELLING_PLAIN;
    const bool has_commas = memchr(text, ',', length) != NULL;
    const bool may_be_several = in_list && has_commas;
    snprintf(advice, FG_SPELLING_ADVICE, "write %s%s", digits,
             may_be_several ? ", or a space behind each comma if these are several numbers; for "
                              "CSV say --input-format=csv"
                            : "");
    return has_commas ? FG_SPELLING_GROUPED_BY_COMMAS : FG_SPELLING_GROUPED;
}

/* The length of the run of digits, which a '+' may precede. */
static size_t leading_digits(const char *text, size_t length) {
    size_t at = length > 0 && *text == '+';
    while (at < length && is_digit((unsigned char)text[at]))
        at++;
    return at;
}

/* "1e6", "1.5E+3", "10^18", "2**64". */
static bool has_exponent(const char *text, size_t length) {
    size_t at = leading_digits(text, length);
    if (at == 0)
        return false;
    if (at < length && text[at] == '.')
        for (at++; at < length && is_digit((unsigned char)text[at]);)
            at++;
    return at + 1 < length && strchr("eE^*", text[at]) != NULL && text[at] != '\0' &&
           strspn(text + at + 1, "0123456789+-*^.") == length - at - 1;
}

/* "12.0": only zeros behind the point. Returns how many digits are before it, else 0. */
static size_t whole_part(const char *text, size_t length) {
    const size_t digits = leading_digits(text, length);
    size_t at = digits + 1;
    if (digits == 0 || digits >= length || text[digits] != '.')
        return 0;
    while (at < length && text[at] == '0')
        at++;
    return at == length ? digits : 0;
}

/* Writes the advice for tokens that belong to another format. */
static enum fg_spelling_kind advise_list(const char *text, char advice[FG_SPELLING_ADVICE]) {
    if (*text == '[' || *text == '{') {
        strcpy(advice, "if this is JSON, take the numbers out first, as in jq '.[]' FILE");
        return FG_SPELLING_JSON;
    }
    if (*text == '"' || *text == '\'') {
        strcpy(advice, "leave the quotes out; for CSV say --input-format=csv");
        return FG_SPELLING_QUOTED;
    }
    if (strpbrk(text, ",;") != NULL && strpbrk(text, "0123456789") != NULL) {
        snprintf(advice, FG_SPELLING_ADVICE,
                 "write a space behind each %s between two numbers; for CSV say --input-format=csv",
                 strchr(text, ';') == NULL   ? "comma"
                 : strchr(text, ',') == NULL ? "semicolon"
                                             : "comma and semicolon");
        return FG_SPELLING_LIST;
    }
    return FG_SPELLING_PLAIN;
}

enum fg_spelling_kind fg_spelling_advise(const char *bytes, size_t length, bool in_list,
                                         char advice[FG_SPELLING_ADVICE]) {
    char text[FG_SPELLING_HEAD + 1];
    *advice = '\0';
    if (length > 1 && is_separator((unsigned char)bytes[length - 1]))
        length--;
    if (length == 0 || length > FG_SPELLING_HEAD)
        return FG_SPELLING_PLAIN;
    memcpy(text, bytes, length);
    text[length] = '\0';
    const enum fg_spelling_kind grouped = advise_groups(text, length, in_list, advice);
    if (grouped != FG_SPELLING_PLAIN)
        return grouped;
    if (has_exponent(text, length)) {
        strcpy(advice, "write all of its digits");
        return FG_SPELLING_EXPONENT;
    }
    if (fg_operand_is_range(text)) {
        snprintf(advice, FG_SPELLING_ADVICE,
                 "a range is an operand of the command line, as in factor-gpu %s; in a file each "
                 "number is written, as seq prints them",
                 text);
        return FG_SPELLING_RANGE;
    }
    const size_t whole = whole_part(text, length);
    if (whole > 0) {
        snprintf(advice, FG_SPELLING_ADVICE, "write %.*s", (int)whole, text);
        return FG_SPELLING_FRACTION;
    }
    if (text[0] == '-' && length > 1 && text[1] != '0' &&
        leading_digits(text + 1, length - 1) == length - 1) {
        snprintf(advice, FG_SPELLING_ADVICE, "write %s, which has the same factors", text + 1);
        return FG_SPELLING_NEGATIVE;
    }
    const enum fg_spelling_kind of_list = in_list ? advise_list(text, advice) : FG_SPELLING_PLAIN;
    if (of_list != FG_SPELLING_PLAIN)
        return of_list;
    for (size_t i = 0; i < length; i++)
        if (unicode_space(text + i, length - i) > 0) {
            strcpy(advice, "what looks like a space in it is another character of Unicode, such as "
                           "a no-break space: write a plain one");
            return FG_SPELLING_UNICODE_SPACE;
        }
    return FG_SPELLING_PLAIN;
}

/* ---- Messages ---- */

/* The first `kept` bytes, printable: '\' and whatever is not ASCII text as an escape. */
static size_t print_head(const struct fg_spelling *spelling, size_t kept, char *text, size_t room) {
    size_t used = 0;
    for (size_t i = 0; i < kept; i++) {
        const unsigned char byte = spelling->head[i];
        const char *const format = byte == '\\'              ? "\\%c"
                                   : byte < 32 || byte > 126 ? "\\x%02x"
                                                             : "%c";
        used += (size_t)snprintf(text + used, room - used, format, byte);
    }
    return used;
}

void fg_spelling_describe(const struct fg_spelling *spelling, unsigned *advised,
                          char text[FG_SPELLING_TEXT]) {
    const bool is_other = !is_number(spelling->shape), too_big = fg_spelling_is_too_big(spelling);
    const bool is_decimal =
        spelling->shape == FG_SPELLING_DECIMAL || spelling->shape == FG_SPELLING_WIDE;
    const uint64_t length = spelling->length - (spelling->shape == FG_SPELLING_ENDED);
    const bool is_shortened = length > FG_SPELLING_HEAD;
    const size_t kept = is_shortened ? FG_SPELLING_HEAD : (size_t)length;
    const char *const quote = is_other ? "'" : "";
    char advice[FG_SPELLING_ADVICE] = "";
    enum fg_spelling_kind kind = FG_SPELLING_PLAIN;
    size_t used = (size_t)snprintf(text, FG_SPELLING_TEXT, "%s", quote);
    used += print_head(spelling, kept, text + used, FG_SPELLING_TEXT - used);
    used += (size_t)snprintf(text + used, FG_SPELLING_TEXT - used, "%s%s", is_shortened ? "…" : "",
                             quote);
    if (is_shortened)
        used += (size_t)snprintf(text + used, FG_SPELLING_TEXT - used, " (%ju %s)",
                                 (uintmax_t)length, is_decimal ? "digits" : "characters");
    if (is_other && !is_shortened)
        kind = fg_spelling_advise((const char *)spelling->head, kept, spelling->takes_separator,
                                  advice);
    if (too_big && spelling->bits == 128) {
        strcpy(advice, "the largest number is 340282366920938463463374607431768211455");
        kind = FG_SPELLING_TOO_BIG;
    }
    const bool gives_advice = kind != FG_SPELLING_PLAIN && (*advised & 1U << kind) == 0;
    *advised |= 1U << kind;
    snprintf(text + used, FG_SPELLING_TEXT - used, "%s%s%s",
             kind == FG_SPELLING_NEGATIVE ? " is negative"
             : is_other                   ? " is not a whole number"
             : !too_big                   ? " has no finite set of divisors"
             : spelling->bits == 64       ? " does not fit in 64 bits"
                                          : " does not fit in 128 bits",
             gives_advice ? ": " : "", gives_advice ? advice : "");
}
