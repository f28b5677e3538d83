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

static void digest_numbers(const uint64_t *numbers, size_t count, char hex[FG_DIGEST_HEX]) {
    struct fg_digest digest;
    fg_digest_start(&digest);
    for (size_t i = 0; i < count; i++) {
        char line[FG_DECIMAL_ROOM + 1];
        char *end = fg_decimal_write(line, numbers[i]);
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

void fg_compare_input_describe(const uint64_t *numbers, size_t count,
                               struct fg_compare_input *input) {
    assert(count >= 1);
    memset(input, 0, sizeof *input);
    input->count = count;
    input->bits_min = 64;
    for (size_t i = 0; i < count; i++) {
        const unsigned bits = bit_length(numbers[i]);
        input->bit_histogram[bits]++;
        if (bits < input->bits_min)
            input->bits_min = bits;
        if (bits > input->bits_max)
            input->bits_max = bits;
    }
    digest_numbers(numbers, count, input->sha256);
}

struct fg_compare_work fg_compare_work_of(enum fg_method method, const uint64_t *numbers,
                                          size_t count) {
    struct fg_compare_work work = {count, 0, 0};
    for (size_t i = 0; i < count; i++) {
        const double units = (double)fg_work(method, numbers[i]);
        work.total += units;
        if (units > work.largest)
            work.largest = units;
    }
    return work;
}
