/* SPDX-License-Identifier: MIT */
/*
 * peer_gnu_factor.c: numbers to a file, the file to GNU factor, and its lines to factors.
 */
#include "peer_gnu_factor.h"

#include "number_lists.h"
#include "process.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

/* Reads a number and moves *text behind it and the character after it; 0 if there is none. */
static fg_wide read_number(const char **text) {
    fg_wide n = 0;
    for (; **text == ' '; ++*text)
        continue;
    for (; isdigit((unsigned char)**text); ++*text)
        n = n * 10 + (fg_wide)(unsigned)(**text - '0');
    return n;
}

/* Reads a line "n: p p q". */
static bool read_line(FILE *file, struct fg_uint128 number, struct fg_wide_factorization *factors) {
    char line[1024]; /* 128 numbers of one digit, or fewer with more */
    const fg_wide n = fg_wide_join(number.low, number.high);
    fg_wide prime;
    if (fgets(line, sizeof line, file) == NULL)
        return false;
    const char *text = line;
    if (read_number(&text) != n || *text++ != ':')
        return false;
    fg_wide_factorization_clear(factors);
    while ((prime = read_number(&text)) >= 2 && factors->distinct < FG_WIDE_DISTINCT)
        fg_wide_factorization_add(factors, prime, 1);
    return *text == '\n';
}

bool fg_bench_gnu_factor(const struct fg_uint128 *numbers, size_t count,
                         struct fg_wide_factorization *factors) {
    const char *const arguments[] = {"factor", NULL};
    FILE *const input = tmpfile(), *const output = tmpfile();
    bool fine = input != NULL && output != NULL;
    for (size_t i = 0; i < count && fine; i++)
        fg_bench_print_number(input, numbers[i]);
    fine = fine && fflush(input) == 0 &&
           fg_bench_run_program(arguments, fileno(input), fileno(output));
    if (fine)
        rewind(output);
    for (size_t i = 0; i < count && fine; i++) {
        fine = read_line(output, numbers[i], &factors[i]);
        if (!fine)
            fprintf(stderr, "factor: line %zu is not what was asked for\n", i + 1);
    }
    if (input != NULL)
        fclose(input);
    if (output != NULL)
        fclose(output);
    return fine;
}
