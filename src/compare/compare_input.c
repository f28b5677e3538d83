/* SPDX-License-Identifier: MIT */
/*
 * compare_input.c: bit lengths, digest and work of a batch. The digest is nettle's SHA-256, so
 * `sha256sum` on a file with one number a line gives the same digest.
 */
#include "compare/compare_input.h"

#include "text/decimal.h"
#include "text/digest.h"
#include <assert.h>
#include <string.h>

static void digest_numbers(const struct fg_numbers *numbers, char hex[FG_DIGEST_HEX]) {
    struct fg_digest digest;
    fg_digest_start(&digest);
    for (size_t i = 0; i < numbers->count; i++) {
        char line[FG_DECIMAL_WIDE_ROOM + 1];
        char *end = fg_decimal_write_wide(line, fg_compare_number_at(numbers, i));
        *end++ = '\n';
        fg_digest_bytes(&digest, line, (size_t)(end - line));
    }
    fg_digest_hex(&digest, hex);
}

static unsigned bit_length(uint64_t n) {
    unsigned bits = 0;
    for (; n != 0; n >>= 1)
        bits++;
    return bits;
}

void fg_compare_input_describe(const struct fg_numbers *numbers, struct fg_compare_input *input) {
    assert(numbers->count >= 1);
    memset(input, 0, sizeof *input);
    input->count = numbers->count;
    input->bits_min = 128;
    for (size_t i = 0; i < numbers->count; i++) {
        const struct fg_uint128 n = fg_compare_number_at(numbers, i);
        const unsigned bits = n.high != 0 ? 64 + bit_length(n.high) : bit_length(n.low);
        input->bit_histogram[bits]++;
        if (bits < input->bits_min)
            input->bits_min = bits;
        if (bits > input->bits_max)
            input->bits_max = bits;
    }
    digest_numbers(numbers, input->sha256);
}

struct fg_compare_work fg_compare_work_of(enum fg_method method, const struct fg_numbers *numbers) {
    struct fg_compare_work work = {numbers->count, 0, 0};
    for (size_t i = 0; i < numbers->count; i++) {
        const struct fg_uint128 n = fg_compare_number_at(numbers, i);
        const double units =
            (double)(numbers->words == 2 ? fg_wide_work(method, n) : fg_work(method, n.low));
        work.total += units;
        if (units > work.largest)
            work.largest = units;
    }
    return work;
}
