/* SPDX-License-Identifier: MIT */
/*
 * mixed_numbers.c: prints a list of numbers of every kind, for whole programs to be measured by.
 *
 *     mixed_numbers COUNT
 *
 * The same list on every machine: of ten numbers four are random ones of 64 bits, three follow each
 * other, two are products of two primes and one is a prime, of 64 bits too.
 */
#include "number_lists.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    struct fg_bench_list list;
    size_t in_ten;
} kinds[] = {
    {{FG_BENCH_RANDOM, 64, 0}, 4},
    {{FG_BENCH_CONSECUTIVE, 64, UINT64_C(1000000000000)}, 3},
    {{FG_BENCH_SEMIPRIMES, 64, 0}, 2},
    {{FG_BENCH_PRIMES, 64, 0}, 1},
};
#define KIND_COUNT (sizeof kinds / sizeof *kinds)

/* `numbers` has room for `tens` times ten. */
static void print_mixed(uint64_t *numbers, size_t tens, size_t count) {
    size_t begin = 0;
    for (size_t k = 0; k < KIND_COUNT; k++) {
        fg_bench_fill(&kinds[k].list, numbers + begin, tens * kinds[k].in_ten);
        begin += tens * kinds[k].in_ten;
    }
    /* In turns, so that every part of the list is like any other. */
    for (size_t ten = 0, printed = 0; ten < tens; ten++) {
        const uint64_t *kind = numbers;
        for (size_t k = 0; k < KIND_COUNT; k++) {
            for (size_t i = 0; i < kinds[k].in_ten && printed < count; i++, printed++)
                printf("%" PRIu64 "\n", kind[ten * kinds[k].in_ten + i]);
            kind += tens * kinds[k].in_ten;
        }
    }
}

int main(int argc, char **argv) {
    char *end = NULL;
    errno = 0;
    const unsigned long count = argc == 2 ? strtoul(argv[1], &end, 10) : 0;
    if (count == 0 || count > 100000000 || errno != 0 || *end != '\0') {
        fprintf(stderr, "usage: mixed_numbers COUNT\n");
        return 2;
    }
    const size_t tens = (count + 9) / 10;
    uint64_t *const numbers = malloc(tens * 10 * sizeof *numbers);
    if (numbers == NULL) {
        fprintf(stderr, "mixed_numbers: no memory for %lu numbers\n", count);
        return 1;
    }
    print_mixed(numbers, tens, count);
    free(numbers);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
