/* SPDX-License-Identifier: MIT */
/*
 * list_numbers.c: prints a list of numbers, for whole programs to be measured by.
 *
 *     list_numbers LIST COUNT
 *
 * A list is the same on every machine. LIST is `semiprimes-BITS`, `primes-BITS` or `random-BITS`
 * with 16 to 64 or 66 to 128 bits, `cofactors-BITS` with 66 to 128, `from-FIRST`, or `mixed`: of
 * ten numbers four are random ones of 64 bits, three follow each other, two are products of two
 * primes and one is a prime, of 64 bits too. `mixed-wide` has numbers above 2^64 of every kind.
 */
#include "number_lists.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX 100000000

/* A part of the output: so many of every ten numbers are of that list. */
struct part {
    struct fg_bench_list list;
    size_t in_ten;
};

static const struct part mixed[] = {
    {{FG_BENCH_RANDOM, 64, 0}, 4},
    {{FG_BENCH_CONSECUTIVE, 64, UINT64_C(1000000000000)}, 3},
    {{FG_BENCH_SEMIPRIMES, 64, 0}, 2},
    {{FG_BENCH_PRIMES, 64, 0}, 1},
};

/* Of 80 bits the device proves primes, of more the host. */
static const struct part mixed_wide[] = {
    {{FG_BENCH_RANDOM, 128, 0}, 2},    {{FG_BENCH_RANDOM, 96, 0}, 2},
    {{FG_BENCH_SEMIPRIMES, 72, 0}, 1}, {{FG_BENCH_SEMIPRIMES, 88, 0}, 1},
    {{FG_BENCH_COFACTORS, 96, 0}, 1},  {{FG_BENCH_LEFTOVERS, 100, 0}, 1},
    {{FG_BENCH_PRIMES, 80, 0}, 1},     {{FG_BENCH_PRIMES, 128, 0}, 1},
};

static bool parse_number(const char *text, uint64_t least, uint64_t most, uint64_t *number) {
    char *end = NULL;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *number >= least &&
           *number <= most;
}

/* A list that is all of one kind. */
static bool parse_kind(const char *text, struct fg_bench_list *list) {
    static const struct {
        const char *name;
        enum fg_bench_list_kind kind;
        unsigned min_bits;
    } kinds[] = {{"semiprimes-", FG_BENCH_SEMIPRIMES, 16},
                 {"primes-", FG_BENCH_PRIMES, 16},
                 {"random-", FG_BENCH_RANDOM, 16},
                 {"cofactors-", FG_BENCH_COFACTORS, 66}};
    static const char from[] = "from-";
    uint64_t bits;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const size_t length = strlen(kinds[i].name);
        if (strncmp(text, kinds[i].name, length) != 0)
            continue;
        const bool valid = parse_number(text + length, kinds[i].min_bits, 128, &bits) && bits != 65;
        *list = (struct fg_bench_list){kinds[i].kind, (unsigned)bits, 0};
        return valid;
    }
    *list = (struct fg_bench_list){FG_BENCH_CONSECUTIVE, 64, 0};
    return strncmp(text, from, strlen(from)) == 0 &&
           parse_number(text + strlen(from), 1, UINT64_MAX - COUNT_MAX, &list->first);
}

/* Prints numbers of the parts in turns, so that every section of the list is like any other. */
static void print_parts(const struct part *parts, size_t part_count, struct fg_uint128 *numbers,
                        size_t tens, size_t count) {
    size_t begin = 0;
    for (size_t k = 0; k < part_count; k++) {
        fg_bench_fill_any(&parts[k].list, numbers + begin, tens * parts[k].in_ten);
        begin += tens * parts[k].in_ten;
    }
    for (size_t ten = 0, printed = 0; ten < tens; ten++) {
        const struct fg_uint128 *part = numbers;
        for (size_t k = 0; k < part_count; k++) {
            for (size_t i = 0; i < parts[k].in_ten && printed < count; i++, printed++)
                fg_bench_print_number(stdout, part[ten * parts[k].in_ten + i]);
            part += tens * parts[k].in_ten;
        }
    }
}

int main(int argc, char **argv) {
    struct part one = {.in_ten = 10};
    const struct part *parts = &one;
    size_t part_count = 1;
    uint64_t count;
    bool is_valid = argc == 3;
    if (is_valid && strcmp(argv[1], "mixed") == 0) {
        parts = mixed;
        part_count = sizeof mixed / sizeof *mixed;
    } else if (is_valid && strcmp(argv[1], "mixed-wide") == 0) {
        parts = mixed_wide;
        part_count = sizeof mixed_wide / sizeof *mixed_wide;
    } else {
        is_valid = is_valid && parse_kind(argv[1], &one.list);
    }
    if (!is_valid || !parse_number(argv[2], 1, COUNT_MAX, &count)) {
        fprintf(stderr, "usage: list_numbers LIST COUNT\n"
                        "LIST is mixed, mixed-wide, semiprimes-BITS, primes-BITS, random-BITS (16 "
                        "to 64, 66 to 128 bits), cofactors-BITS (66 to 128 bits) or from-FIRST\n");
        return 2;
    }
    const size_t tens = (count + 9) / 10;
    struct fg_uint128 *const numbers = malloc(tens * 10 * sizeof *numbers);
    if (numbers == NULL) {
        fprintf(stderr, "list_numbers: no memory for %" PRIu64 " numbers\n", count);
        return 1;
    }
    print_parts(parts, part_count, numbers, tens, count);
    free(numbers);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
