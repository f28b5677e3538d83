/* SPDX-License-Identifier: MIT */
/*
 * device_self_test.c: each pass over two segments of counts, the last one short, at
 * 10^10, where 8,500 primes go by buckets.
 */
#include "methods/sieve/device_self_test.h"

#include "batch/columns.h"
#include "batch/totals.h"
#include "methods/sieve/device_columns.h"
#include "methods/sieve/sieve_cpu.h"
#include "methods/sieve/sieve_totals.h"
#include <string.h>

#define FIRST UINT64_C(10000000000)
#define COUNT ((UINT32_C(1) << FG_COUNTS_SEGMENT_BITS) + 777)

/* A column of each pass. The two of counts together have every bin's count in them. */
static const enum fg_column tested[] = {
    FG_COLUMN_OMEGA, FG_COLUMN_BIGOMEGA, FG_COLUMN_COUNT, FG_COLUMN_SIGMA,
    FG_COLUMN_PHI,   FG_COLUMN_RADICAL,  FG_COLUMN_CORE,
};
#define TESTED (sizeof tested / sizeof *tested)

static bool are_equal(const struct fg_totals *a, const struct fg_totals *b) {
    return a->count == b->count && memcmp(&a->sum, &b->sum, sizeof a->sum) == 0 &&
           fg_int256_compare(&a->least, &b->least) == 0 &&
           fg_int256_compare(&a->greatest, &b->greatest) == 0 && a->least_n.low == b->least_n.low &&
           a->greatest_n.low == b->greatest_n.low &&
           memcmp(a->histogram, b->histogram, sizeof a->histogram) == 0;
}

static enum fg_status sieve_by_host(struct fg_totals *totals, const atomic_bool *cancelled,
                                    struct fg_error *error) {
    struct fg_sieve_totals *host;
    FG_TRY(fg_sieve_totals_open(cancelled, FG_SIEVE_BUCKET_BYTES, &host, error));
    const enum fg_status status = fg_sieve_totals_add(host, FIRST, COUNT, totals, TESTED, error);
    fg_sieve_totals_close(host);
    return status;
}

enum fg_status fg_device_sieve_self_test(int device_index, struct fg_device_sieve *sieve,
                                         const atomic_bool *cancelled, struct fg_error *error) {
    static const uint32_t sample[1] = {0};
    struct fg_totals expected[TESTED];
    uint32_t count = COUNT;
    for (size_t k = 0; k < TESTED; k++)
        expected[k] = (struct fg_totals){.column = tested[k]};
    FG_TRY(sieve_by_host(expected, cancelled, error));
    FG_TRY(fg_device_sieve_list_for(sieve, FIRST + (COUNT - 1), cancelled, error));
    FG_TRY(fg_device_sieve_make_room(sieve, &count, error));
    for (size_t k = 0; k < TESTED; k++) {
        struct fg_totals found = {.column = tested[k]};
        const enum fg_status status =
            fg_device_sieve_run(sieve, FIRST, COUNT, sample, fg_device_pass_of(tested[k]), error);
        if (status != FG_OK && status != FG_ERROR_SELF_CHECK)
            return status;
        if (status == FG_OK && fg_device_sieve_result(sieve)->overflows == 0)
            fg_device_add_totals(sieve, FIRST, COUNT, &found);
        if (!are_equal(&expected[k], &found))
            return fg_fail(error, FG_ERROR_SELF_CHECK,
                           "CUDA device %d answers wrongly: its sieve failed the self-test for the "
                           "column %s; do not use this device (-d chooses another)",
                           device_index, fg_column_name(tested[k]));
    }
    sieve->timing = (struct fg_timing){0}; /* the account starts with real work */
    return FG_OK;
}
