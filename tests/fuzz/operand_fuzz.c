/* SPDX-License-Identifier: MIT */
/*
 * operand_fuzz.c: operands of the command line, arbitrary texts. Each is one of a number, a range,
 * standard input and a file. A number is held against a reader of its own that computes modulo two
 * primes and in doubles, a range against the numbers between its dots. What is refused has a reason
 * of one line that a terminal can be shown.
 */
#include "text/operand.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what, const char *operand) {
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, operand);
    abort();
}

/* ---- Numbers ---- */

/* A number modulo two primes, and about how large it is. */
struct model {
    uint64_t residues[2];
    double size;
};

static const uint64_t primes[2] = {4294967291U, 4294967279U}; /* below 2^32 */

static struct model model_of(unsigned number) {
    return (struct model){{number, number}, number};
}

static struct model times(struct model a, struct model b) {
    for (int i = 0; i < 2; i++)
        a.residues[i] = a.residues[i] * b.residues[i] % primes[i]; /* < 2^64 */
    a.size *= b.size;
    return a;
}

static struct model plus(struct model a, struct model b, bool is_minus) {
    for (int i = 0; i < 2; i++)
        a.residues[i] =
            (a.residues[i] + (is_minus ? primes[i] - b.residues[i] : b.residues[i])) % primes[i];
    a.size += is_minus ? -b.size : b.size;
    return a;
}

/* Returns base^exponent for an exponent up to a thousand. */
static struct model raise_to(struct model base, double exponent) {
    struct model power = model_of(1);
    for (; exponent > 0; exponent--)
        power = times(power, base);
    return power;
}

static struct model read_digits(const char **at, unsigned base) {
    static const char digits[] = "0123456789abcdef";
    struct model value = model_of(0);
    for (const char *digit;
         **at != '\0' && (digit = strchr(digits, tolower((unsigned char)**at))) != NULL &&
         digit < digits + base;
         ++*at)
        value = plus(times(value, model_of(base)), model_of((unsigned)(digit - digits)), false);
    return value;
}

static struct model read_term(const char **at) {
    const struct model base = read_digits(at, 10);
    if (**at != '^' && **at != 'e' && **at != 'E')
        return base;
    const bool is_scaled = *(*at)++ != '^';
    const double exponent = read_digits(at, 10).size;
    /* A power of 0 or 1 is what it was; no other is below 2^128 with such an exponent. */
    const double limited = exponent > 1000 ? 1000 : exponent;
    return is_scaled ? times(base, raise_to(model_of(base.size > 0 ? 10 : 1), limited))
                     : raise_to(base, limited);
}

/* The terms and sums on the way to a number, as doubles. */
struct extent {
    double largest; /* of the terms */
    double lowest;  /* of the sums behind a minus; infinite without one */
};

/* Reads a number without what may stand around it. */
static struct model read_model(const char *text, struct extent *extent) {
    const char *at = text;
    *extent = (struct extent){.largest = 0, .lowest = INFINITY};
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        at += 2;
        return read_digits(&at, 16);
    }
    struct model sum = read_term(&at);
    extent->largest = sum.size;
    while (*at == '+' || *at == '-') {
        const bool is_minus = *at++ == '-';
        const struct model term = read_term(&at);
        sum = plus(sum, term, is_minus);
        extent->largest = fmax(extent->largest, term.size);
        if (is_minus)
            extent->lowest = fmin(extent->lowest, sum.size);
    }
    return sum;
}

static void check_refusal(const struct fg_error *error, const char *operand) {
    const char *const message = error->message;
    require(error->status == FG_ERROR_ARGUMENT, "refused otherwise", operand);
    require(*message != '\0' && memchr(message, '\0', sizeof error->message) != NULL,
            "refused without a word", operand);
    for (const char *p = message; *p != '\0'; p++)
        require(*p >= ' ' && *p <= '~', "refused in other characters", operand);
}

/* Returns the digits of an operand without spaces, '+', and ',' or ';'. The caller frees them. */
static char *strip(const char *operand) {
    const char *begin = operand + strspn(operand, " ");
    begin += *begin == '+';
    return strndup(begin, strcspn(begin, ",;"));
}

static void check_number(const char *operand) {
    struct fg_uint128 number;
    struct fg_error error = {.status = FG_OK};
    char *const text = strip(operand);
    struct extent extent;
    const struct model model = read_model(text, &extent);
    const double limit = ldexp(1, 128), margin = 1e-9 * limit + 1e-9 * extent.largest;
    if (fg_operand_read_number(operand, &number, &error) != FG_OK) {
        check_refusal(&error, operand);
        require(extent.lowest <= 1e-9 * extent.largest || !(model.size < limit - margin), "refused",
                operand);
    } else {
        const double size = ldexp((double)number.high, 64) + (double)number.low;
        require(size <= limit && fabs(size - model.size) <= margin, "another size", operand);
        for (int i = 0; i < 2; i++) {
            const uint64_t word =
                (((uint64_t)1 << 32) % primes[i]) * (((uint64_t)1 << 32) % primes[i]) % primes[i];
            require((number.high % primes[i] * word + number.low % primes[i]) % primes[i] ==
                        model.residues[i],
                    "another value", operand);
        }
    }
    free(text);
}

/* ---- Ranges ---- */

/* Reads the number of `length` bytes; false if it is none below 2^64. */
static bool read_part(const char *text, size_t length, uint64_t *value) {
    char *const part = strndup(text, length);
    struct fg_uint128 number = {0, 0};
    struct fg_error error;
    const bool is_read = fg_operand_is_number(part) && *part != ' ' && *part != '+' &&
                         fg_operand_read_number(part, &number, &error) == FG_OK && number.high == 0;
    *value = number.low;
    free(part);
    return is_read;
}

static void check_range(const char *operand) {
    struct fg_number_range range;
    struct fg_error error = {.status = FG_OK};
    const bool is_read = fg_operand_read_range(operand, &range, &error) == FG_OK;
    const char *text = operand + strspn(operand, " ");
    text += *text == '+';
    const char *const dots = strstr(text, "..");
    const char *const last = dots + 2 + (dots[2] == '+');
    const char *const more = strstr(last, "..");
    const size_t last_length = more != NULL ? (size_t)(more - last) : strlen(last);
    uint64_t a = 0, b = 0, step = 1;
    bool is_right = read_part(text, (size_t)(dots - text), &a) &&
                    read_part(last, last_length, &b) &&
                    (more == NULL || read_part(more + 2, strlen(more + 2), &step));
    if (is_right && dots[2] == '+')
        is_right = !__builtin_add_overflow(a, b, &b);
    is_right = is_right && a <= b && step > 0 && !(a == 0 && b == UINT64_MAX && step == 1);
    require(is_read == is_right, is_read ? "taken" : "refused", operand);
    if (!is_read) {
        check_refusal(&error, operand);
        return;
    }
    require(range.first == a && range.step == step, "another beginning", operand);
    require(range.last >= a && range.last <= b && b - range.last < step &&
                (range.last - a) % step == 0,
            "another end", operand);
    require(fg_number_range_count(&range) == (range.last - a) / step + 1, "another count", operand);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *const operand = strndup((const char *)data, size);
    const bool is_number = fg_operand_is_number(operand), is_range = fg_operand_is_range(operand);
    const bool is_stdin = fg_operand_is_stdin(operand), is_file = fg_operand_is_file(operand);
    require(is_number + is_range + is_stdin + is_file == 1, "not of one kind", operand);
    require(is_number || !fg_operand_is_plain(operand), "plain and no number", operand);
    require(!strchr(operand, '/') || is_file, "a path and no file", operand);
    if (is_number)
        check_number(operand);
    if (is_range)
        check_range(operand);
    free(operand);
    return 0;
}
