/* SPDX-License-Identifier: MIT */
/*
 * operand_value.c: a reader of numbers that computes in 192 bits, so that 2^128-1 can be written,
 * and ranges of such numbers.
 */
#include "text/operand_value.h"

#include "text/failure.h"

#include <string.h>

/* Bytes of an operand that a message shows. */
#define SHOWN_BYTES 60

__extension__ typedef unsigned __int128 wide;

/* ---- Numbers of three words ---- */

#define WORDS 3

struct value {
    uint64_t words[WORDS]; /* the lowest first */
    bool is_above;         /* it has more than three words; `words` mean nothing */
};

static struct value value_of(uint64_t word) {
    return (struct value){.words = {word}};
}

static void add(struct value *sum, const struct value *more) {
    wide carry = 0;
    for (unsigned i = 0; i < WORDS; i++) {
        carry += (wide)sum->words[i] + more->words[i]; /* < 2^65 */
        sum->words[i] = (uint64_t)carry;
        carry >>= 64;
    }
    sum->is_above |= more->is_above || carry != 0;
}

/* Returns whether a < b. */
static bool is_less(const struct value *a, const struct value *b) {
    if (a->is_above || b->is_above)
        return !a->is_above;
    for (unsigned i = WORDS; i-- > 0;)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i];
    return false;
}

/* Subtracts what is not larger; neither is above three words. */
static void subtract(struct value *value, const struct value *less) {
    bool borrow = false;
    for (unsigned i = 0; i < WORDS; i++) {
        const uint64_t word = value->words[i], taken = less->words[i];
        value->words[i] = word - taken - borrow; /* modulo 2^64 */
        borrow = word < taken || (borrow && word == taken);
    }
}

static void multiply(struct value *value, const struct value *factor) {
    const struct value old = *value;
    memset(value->words, 0, sizeof value->words);
    value->is_above |= factor->is_above;
    for (unsigned i = 0; i < WORDS; i++) {
        wide carry = 0;
        for (unsigned k = 0; k < WORDS; k++) {
            const wide product = (wide)old.words[i] * factor->words[k];
            if (i + k >= WORDS) {
                value->is_above |= product != 0;
                continue;
            }
            carry += product; /* <= (2^64 - 1)^2 + 2^64 - 1 */
            carry += value->words[i + k];
            value->words[i + k] = (uint64_t)carry;
            carry >>= 64;
        }
        value->is_above |= carry != 0;
    }
}

/* Returns base^exponent. */
static struct value power_of(const struct value *base, uint64_t exponent) {
    const struct value two = value_of(2);
    struct value power = value_of(1);
    if (is_less(base, &two)) /* which no exponent makes large */
        return exponent == 0 ? power : *base;
    for (; exponent > 0 && !power.is_above; exponent--)
        multiply(&power, base); /* at most 192 times */
    return power;
}

/* ---- The spelling of a number ---- */

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

/* Returns the value of a hexadecimal digit; 16 for any other byte. */
static unsigned hex_digit(char byte) {
    if (is_digit(byte))
        return (unsigned)(byte - '0');
    const char lower = (char)(byte | 0x20);
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a') + 10 : 16;
}

/* Reads digits of the base at *at, and moves *at behind them; false if there are none. */
static bool read_digits(const char **at, unsigned base, struct value *value) {
    const char *const begin = *at;
    const struct value factor = value_of(base);
    *value = value_of(0);
    for (unsigned digit; (digit = hex_digit(**at)) < base; ++*at) {
        const struct value last = value_of(digit);
        multiply(value, &factor);
        add(value, &last);
    }
    return *at > begin;
}

/* Returns whether it is 0. */
static bool is_zero(const struct value *value) {
    return !value->is_above && (value->words[0] | value->words[1] | value->words[2]) == 0;
}

/* Returns the exponent, or 2^64 - 1 if it is larger, which makes any base from 2 on too large. */
static uint64_t limit_exponent(const struct value *exponent) {
    const bool is_large = exponent->is_above || (exponent->words[1] | exponent->words[2]) != 0;
    return is_large ? UINT64_MAX : exponent->words[0];
}

/* Reads digits or a power. *is_power says which. */
static bool read_term(const char **at, struct value *value, bool *is_power) {
    const struct value ten = value_of(10);
    struct value exponent, power;
    *is_power = false;
    if (!read_digits(at, 10, value))
        return false;
    const bool is_scaled = **at == 'e' || **at == 'E';
    *is_power = is_scaled || **at == '^';
    if (!*is_power)
        return true;
    ++*at;
    if (!read_digits(at, 10, &exponent))
        return false;
    power = power_of(is_scaled ? &ten : value, limit_exponent(&exponent));
    if (!is_scaled)
        *value = power;
    else if (!is_zero(value))
        multiply(value, &power);
    return true;
}

/* A number that was read. */
struct number {
    struct value value;
    bool is_negative; /* and `value` means nothing */
};

/* Reads a number at *at, and moves *at behind it; false if there is none. */
static bool read_sum(const char **at, struct number *number) {
    bool is_power;
    *number = (struct number){.is_negative = false};
    if (!read_term(at, &number->value, &is_power))
        return false;
    while (is_power && (**at == '+' || **at == '-')) {
        const bool is_minus = *(*at)++ == '-';
        bool is_other_power;
        struct value term;
        if (!read_term(at, &term, &is_other_power))
            return false;
        if (!is_minus)
            add(&number->value, &term);
        else if (is_less(&number->value, &term))
            number->is_negative = true;
        else if (!number->value.is_above)
            subtract(&number->value, &term);
    }
    return true;
}

/* Reads a number as read_sum() does, or hexadecimal digits. */
static bool read_number(const char **at, struct number *number) {
    const char *const begin = *at;
    if (begin[0] != '0' || (begin[1] != 'x' && begin[1] != 'X'))
        return read_sum(at, number);
    *number = (struct number){.is_negative = false};
    *at += 2;
    return read_digits(at, 16, &number->value);
}

/* Returns where the number of an operand begins. */
static const char *skip_front(const char *operand) {
    const char *const at = operand + strspn(operand, " ");
    return at + (*at == '+');
}

bool fg_operand_is_plain(const char *operand) {
    const char *at = skip_front(operand);
    const bool is_hex = at[0] == '0' && (at[1] == 'x' || at[1] == 'X');
    at += is_hex ? 2 : 0;
    const size_t digits = strspn(at, is_hex ? "0123456789abcdefABCDEF" : "0123456789");
    at += digits;
    at += *at == ',' || *at == ';';
    return digits > 0 && *at == '\0';
}

bool fg_operand_is_number(const char *operand) {
    const char *at = skip_front(operand);
    struct number number;
    return fg_operand_is_plain(operand) || (read_number(&at, &number) && *at == '\0');
}

/* ---- Messages ---- */

/* The first bytes of a text of which a part is shown. */
struct shown {
    char text[SHOWN_BYTES + 4];
};

static struct shown show_part(const char *begin, size_t length) {
    struct shown shown;
    const size_t kept = length < SHOWN_BYTES ? length : SHOWN_BYTES;
    memcpy(shown.text, begin, kept);
    strcpy(shown.text + kept, kept < length ? "..." : "");
    return shown;
}

static struct shown show(const char *operand) {
    return show_part(operand, strlen(operand));
}

enum fg_status fg_operand_read_number(const char *operand, struct fg_uint128 *number,
                                      struct fg_error *error) {
    const char *at = skip_front(operand);
    struct number read;
    *number = (struct fg_uint128){0, 0};
    (void)read_number(&at, &read);
    if (read.is_negative)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "%s goes below 0; numbers run from 0 to 2^128-1",
                               show(operand).text);
    if (read.value.is_above || read.value.words[2] != 0)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "%s does not fit in 128 bits: the largest number is 2^128-1",
                               show(operand).text);
    *number = (struct fg_uint128){read.value.words[0], read.value.words[1]};
    return FG_OK;
}

bool fg_operand_read_value(const char *text, struct fg_uint128 most, struct fg_uint128 *number) {
    struct number read;
    const char *at = text;
    if (!is_digit(*text) || !read_number(&at, &read) || *at != '\0')
        return false;
    const struct value limit = {.words = {most.low, most.high}};
    if (read.is_negative || is_zero(&read.value) || is_less(&limit, &read.value))
        return false;
    *number = (struct fg_uint128){read.value.words[0], read.value.words[1]};
    return true;
}

/* ---- Ranges ---- */

#define END_MISSING                                                                                \
    "its end is missing; write A..B for the numbers from A to B, or A..+D for those from A to A+D"

bool fg_operand_is_range(const char *operand) {
    const char *at = operand + strspn(operand, " ");
    if (at[strspn(at, "0123456789abcdefABCDEFxX^+-.")] != '\0' || strstr(at, "..") == NULL)
        return false;
    if (strncmp(at, "..", 2) == 0)
        at += 2;
    return is_digit(at[*at == '+']);
}

/* An operand that is read as a range. */
struct range_text {
    const char *operand;
    const char *at; /* what is left of it */
    struct fg_error *error;
};

/* Says what is wrong with the range. */
static enum fg_status refuse(const struct range_text *text, const char *reason) {
    return fg_program_fail(text->error, FG_ERROR_ARGUMENT, "'%s' is no range: %s",
                           show(text->operand).text, reason);
}

/* Reads a number of the range, which ends at ".." or at the operand's end. FG_ERROR_ARGUMENT if
 * there is none, or it is not below 2^64; `advice` then says what 2^64-1 is and what to write. */
static enum fg_status read_word(struct range_text *text, const char *advice, uint64_t *word) {
    const char *const begin = text->at;
    const char *const dots = strstr(begin, "..");
    const size_t length = dots != NULL ? (size_t)(dots - begin) : strlen(begin);
    const struct shown shown = show_part(begin, length);
    struct number number;
    const char *at = begin;
    text->at = begin + length;
    if (!read_number(&at, &number) || at != text->at)
        return fg_program_fail(text->error, FG_ERROR_ARGUMENT,
                               "'%s' is no range: '%s' is not a whole number; write digits, 10^18, "
                               "1e9 or 2^64-1",
                               show(text->operand).text, shown.text);
    if (number.is_negative)
        return fg_program_fail(text->error, FG_ERROR_ARGUMENT,
                               "'%s' is no range: %s goes below 0; its numbers run from 0 to "
                               "2^64-1",
                               show(text->operand).text, shown.text);
    if (number.value.is_above || (number.value.words[1] | number.value.words[2]) != 0)
        return fg_program_fail(text->error, FG_ERROR_ARGUMENT,
                               "'%s' is no range: %s is above 2^64-1, %s", show(text->operand).text,
                               shown.text, advice);
    *word = number.value.words[0];
    return FG_OK;
}

/* Reads an end of the range, or the distance of its ends. */
static enum fg_status read_end(struct range_text *text, uint64_t *word) {
    return read_word(text, "the largest number of a range; give larger numbers one by one", word);
}

/* Passes the dots before the next number. */
static enum fg_status pass_dots(struct range_text *text, const char *missing) {
    text->at += strlen("..");
    if (*text->at == '.')
        return refuse(text, "it has three dots; write two");
    return *text->at != '\0' ? FG_OK : refuse(text, missing);
}

/* Reads the range's last number, behind its first one. */
static enum fg_status read_last(struct range_text *text, struct fg_number_range *range) {
    FG_TRY(pass_dots(text, END_MISSING));
    const bool is_distance = *text->at == '+';
    text->at += is_distance;
    if (is_distance && (*text->at == '\0' || *text->at == '.'))
        return refuse(text, END_MISSING);
    FG_TRY(read_end(text, &range->last));
    if (is_distance && __builtin_add_overflow(range->first, range->last, &range->last))
        return refuse(text, "it ends above 2^64-1, the largest number of a range; write A..2^64-1 "
                            "for all numbers from A on");
    return FG_OK;
}

/* Checks the ends and the step, and moves the last number to one that the steps reach. */
static enum fg_status settle(const struct range_text *text, struct fg_number_range *range) {
    if (range->last < range->first)
        return fg_program_fail(text->error, FG_ERROR_ARGUMENT,
                               "'%s' is no range: it ends before it begins; write %ju..%ju",
                               show(text->operand).text, (uintmax_t)range->last,
                               (uintmax_t)range->first);
    if (range->step == 0)
        return refuse(text, "its step is 0; write A..B..STEP with a step of 1 or more");
    range->last -= (range->last - range->first) % range->step;
    if (range->first == 0 && range->last == UINT64_MAX && range->step == 1)
        return refuse(text, "it has 2^64 numbers, one more than can be counted; write 1..2^64-1");
    return FG_OK;
}

enum fg_status fg_operand_read_range(const char *operand, struct fg_number_range *range,
                                     struct fg_error *error) {
    struct range_text text = {.operand = operand, .at = skip_front(operand), .error = error};
    *range = (struct fg_number_range){.step = 1};
    if (*text.at == '.')
        return refuse(&text, "its beginning is missing; write A..B for the numbers from A to B");
    FG_TRY(read_end(&text, &range->first));
    FG_TRY(read_last(&text, range));
    if (*text.at != '\0') {
        FG_TRY(pass_dots(&text, "its step is missing; write A..B..STEP, or A..B"));
        if (*text.at == '+' || *text.at == '-')
            return refuse(
                &text,
                "its step has a sign; write A..B..STEP with A below B and a step without one");
        FG_TRY(read_word(&text, "the largest step; write a smaller one", &range->step));
    }
    if (*text.at != '\0')
        return refuse(&text, "it has more than two ends and a step; write A..B..STEP");
    return settle(&text, range);
}
