/* SPDX-License-Identifier: MIT */
/*
 * number_digest.h: SHA-256 of the numbers of an input as they come. No two inputs have the same
 * bytes.
 *
 * A number is eight bytes, the lowest first. One from 2^64 on is 16, its lower half first, and
 * eight more for how many numbers lie between it and the one of that kind before it, or the first
 * number. A range is 32: its first number, its count, eight bytes 0 in the place of an upper half,
 * which is never 0, and eight as above for how many numbers lie before it. Ranges that continue
 * each other are one. If there was a number from 2^64 on or a range, the end is eight bytes for how
 * many numbers come after the last one, and a byte 1. So the bytes can be read from the end;
 * without that byte all numbers have eight.
 */
#ifndef FG_CLI_NUMBER_DIGEST_H
#define FG_CLI_NUMBER_DIGEST_H

#include "cli/input/number_list.h"
#include "text/digest.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All of it belongs to number_digest.c. */
struct fg_number_digest {
    struct fg_digest digest;
    uint64_t since_mark; /* numbers after the last one from 2^64 on or range, or the beginning */
    bool has_marks;
    uint64_t range_first, range_count; /* the range that may continue; count 0: none */
};

void fg_number_digest_start(struct fg_number_digest *digest);

/* Adds the numbers at places begin .. end of the list. */
void fg_number_digest_add(struct fg_number_digest *digest, const struct fg_number_list *list,
                          size_t begin, size_t end);

/* The digest of what came so far, in lower case; more may come after it. */
void fg_number_digest_hex(const struct fg_number_digest *digest, char hex[FG_DIGEST_HEX]);

#ifdef __cplusplus
}
#endif

#endif
