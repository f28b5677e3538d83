/* SPDX-License-Identifier: MIT */
/*
 * certificate_line.c: certificates by jansson. As in --format=jsonl, members that can exceed
 * 2^53 - 1 are strings, whatever their value; witnesses are small numbers.
 */
#include "cli/output/certificate_line.h"

#include "text/decimal.h"
#include "text/json_line.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* The first 13 primes. */
static const int bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41};

static json_t *json_decimal(struct fg_uint128 n) {
    char text[FG_DECIMAL_WIDE_ROOM];
    return json_stringn(text, (size_t)(fg_decimal_write_wide(text, n) - text));
}

static json_t *describe_factors(const struct fg_certificate *certificate) {
    json_t *const list = json_array();
    for (size_t i = 0; i < certificate->factor_count; i++) {
        const struct fg_certificate_factor *const factor = &certificate->factors[i];
        json_t *const prime = json_decimal(factor->prime);
        json_array_append_new(
            list, factor->base != 0
                      ? json_pack("{s:o, s:I}", "prime", prime, "base", (json_int_t)factor->base)
                      : json_pack("{s:o, s:I, s:I}", "prime", prime, "p", (json_int_t)factor->p,
                                  "q", (json_int_t)factor->q));
    }
    return list;
}

static json_t *describe_bases(void) {
    json_t *const list = json_array();
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        json_array_append_new(list, json_integer(bases[i]));
    return list;
}

static json_t *describe(const struct fg_certificate *certificate) {
    json_t *const n = json_decimal(certificate->number);
    if (certificate->kind == FG_CERTIFICATE_BASES)
        return json_pack("{s:o, s:s, s:o}", "n", n, "proof", "bases", "bases", describe_bases());
    return json_pack("{s:o, s:s, s:o}", "n", n, "proof",
                     certificate->kind == FG_CERTIFICATE_MINUS_1  ? "n-1"
                     : certificate->kind == FG_CERTIFICATE_PLUS_1 ? "n+1"
                                                                  : "both",
                     "factors", describe_factors(certificate));
}

char *fg_certificate_line(const struct fg_certificate *certificate) {
    return fg_json_line(describe(certificate), 0);
}
