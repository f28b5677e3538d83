/* SPDX-License-Identifier: MIT */
#include <factor_gpu.h>

#include <inttypes.h>
#include <stdio.h>

/* Walks through the divisors of a number with these primes, and prints those below 100. */
static enum fg_status print_small_divisors(const struct fg_uint128 *primes, size_t count,
                                           struct fg_error *error) {
    struct fg_wide_divisors *walk;
    struct fg_uint128 divisors[64];
    const enum fg_status status = fg_wide_divisors_open(primes, count, &walk, error);
    if (status != FG_OK)
        return status;
    for (size_t got; (got = fg_wide_divisors_next(walk, divisors, 64)) > 0;)
        for (size_t i = 0; i < got; i++)
            if (divisors[i].high == 0 && divisors[i].low < 100)
                printf(" %" PRIu64, divisors[i].low);
    fg_wide_divisors_close(walk);
    return FG_OK;
}

/* Prints the primes of 2^128 - 1, how many divisors it has, and the small ones. */
int main(void) {
    const struct fg_uint128 numbers[] = {{UINT64_MAX, UINT64_MAX}};
    const struct fg_config config = {.answer = FG_ANSWER_PRIMES};
    struct fg_results results = {0};
    struct fg_error error;
    struct fg_engine *engine;
    if (fg_engine_open(&config, &engine, &error) != FG_OK) {
        fprintf(stderr, "no engine: %s\n", error.message);
        return 1;
    }
    enum fg_status status = fg_factor_wide_batch(engine, numbers, 1, &results, &error);
    if (status == FG_OK) {
        struct fg_uint128 primes[FG_WIDE_MAX_PRIMES];
        const size_t count = results.offsets[1];
        for (size_t k = 0; k < count; k++) {
            primes[k].low = results.values[2 * k];
            primes[k].high = results.values[2 * k + 1];
            printf("%" PRIu64 " ", primes[k].low); /* each of them is below 2^64 */
        }
        printf("\n%" PRIu64 " divisors:", fg_wide_count_divisors(primes, count));
        status = print_small_divisors(primes, count, &error);
        printf(" ...\n");
    }
    if (status != FG_OK)
        fprintf(stderr, "no answers: %s\n", error.message);
    fg_results_free(&results);
    fg_engine_close(engine);
    return status != FG_OK;
}
