/* SPDX-License-Identifier: MIT */
#include <factor_gpu.h>

#include <inttypes.h>
#include <stdio.h>

/* Prints the divisors of three numbers; the engine decides where they are found. */
int main(void) {
    const uint64_t numbers[] = {12, 97, 18446744073709551557u};
    const struct fg_config config = {.answer = FG_ANSWER_DIVISORS};
    struct fg_results results = {0};
    struct fg_error error;
    struct fg_engine *engine;
    if (fg_engine_open(&config, &engine, &error) != FG_OK) {
        fprintf(stderr, "no engine: %s\n", error.message);
        return 1;
    }
    const enum fg_status status = fg_factor_batch(engine, numbers, 3, &results, &error);
    if (status != FG_OK)
        fprintf(stderr, "no answers: %s\n", error.message);
    for (size_t i = 0; i < results.count; i++) {
        printf("%" PRIu64 ":", numbers[i]);
        for (size_t k = results.offsets[i]; k < results.offsets[i + 1]; k++)
            printf(" %" PRIu64, results.values[k]);
        putchar('\n');
    }
    fg_results_free(&results);
    fg_engine_close(engine);
    return status != FG_OK;
}
