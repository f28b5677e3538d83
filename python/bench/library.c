/* SPDX-License-Identifier: MIT */
/*
 * library.c: the C library's side of race.py. It reads a line for each measurement and answers with
 * the CPU seconds that the whole process took for it.
 *
 *     factor FILE    primes of the uint64 numbers in the file, into fresh memory
 *     phi FILE       their totients
 *     range FIRST COUNT, phi_range FIRST COUNT    the same for a range
 */
#include <factor_gpu.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void fail(const char *text) {
    fprintf(stderr, "library: %s\n", text);
    exit(1);
}

/* Reads the numbers of a file; the caller frees them. */
static uint64_t *read_numbers(const char *path, size_t *count) {
    FILE *const file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        fail("a file cannot be read");
    *count = (size_t)ftell(file) / sizeof(uint64_t);
    rewind(file);
    uint64_t *const numbers = malloc(*count * sizeof *numbers);
    if (numbers == NULL || fread(numbers, sizeof *numbers, *count, file) != *count)
        fail("a file cannot be read");
    fclose(file);
    return numbers;
}

/* Returns the CPU seconds of one batch, with its memory. */
static double answer(struct fg_engine *engine, const struct fg_numbers *numbers, bool columns) {
    struct fg_error error;
    enum fg_status status;
    const double begin = cpu_seconds();
    if (columns) {
        uint64_t *const phi = malloc(numbers->count * sizeof *phi);
        const struct fg_column_request request = {.column = FG_COLUMN_PHI, .values = phi};
        status = fg_factor_columns(engine, numbers, &request, 1, &error);
        free(phi);
    } else {
        struct fg_results results = {0};
        status = fg_factor_numbers(engine, numbers, &results, &error);
        fg_results_free(&results);
    }
    if (status != FG_OK)
        fail(error.message);
    return cpu_seconds() - begin;
}

int main(void) {
    const struct fg_config config = {.answer = FG_ANSWER_PRIMES};
    struct fg_engine *engine;
    struct fg_error error;
    char line[4096], word[16], rest[4000];
    if (fg_engine_open(&config, &engine, &error) != FG_OK)
        fail(error.message);
    while (fgets(line, sizeof line, stdin) != NULL &&
           sscanf(line, "%15s %3999[^\n]", word, rest) == 2) {
        const bool columns = strncmp(word, "phi", 3) == 0;
        struct fg_numbers numbers = {.words = 1};
        uint64_t *list = NULL;
        if (strstr(word, "range") != NULL) {
            numbers.kind = FG_NUMBERS_RANGE;
            if (sscanf(rest, "%" SCNu64 " %zu", &numbers.begin.low, &numbers.count) != 2)
                fail("a range has a first number and a count");
        } else {
            list = read_numbers(rest, &numbers.count);
            numbers.list = list;
        }
        printf("%.9f\n", answer(engine, &numbers, columns));
        fflush(stdout);
        free(list);
    }
    fg_engine_close(engine);
    return 0;
}
