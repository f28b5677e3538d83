/* SPDX-License-Identifier: MIT */
#ifndef FG_METHODS_SIEVE_FINISH_BLOCK_H
#define FG_METHODS_SIEVE_FINISH_BLOCK_H

/*
 * finish_block.h: the columns of a segment, block by block: what a form of finish.h offers, over
 * the vectors of its instruction set.
 */
#include "methods/sieve/finish_columns.h"
#include "methods/sieve/finish_lists.h"

#include "batch/column_request.h"
#include "batch/columns.h"
#include <string.h>

/* The planes of a block stay in the first cache from one column to the next: 20 bytes a number are
 * read. Divisible by 64, the numbers in a word of `special`. */
#define COLUMNS_BLOCK 1024

/* Fills a column of numbers begin .. begin + count - 1, which are whole groups; `values` is the
 * place of the first. */
typedef void column_function(const struct fg_planes *planes, uint32_t begin, uint32_t count,
                             uint64_t bound, void *values);

#define COLUMN_FUNCTION(name, column, type)                                                        \
    static void fill_##name(const struct fg_planes *planes, uint32_t begin, uint32_t count,        \
                            uint64_t bound, void *values) {                                        \
        switch (height_of(planes)) {                                                               \
        case BELOW_2_32:                                                                           \
            fill_height(planes, begin, count, column, bound, BELOW_2_32, sizeof(type), values);    \
            break;                                                                                 \
        case BELOW_2_50:                                                                           \
            fill_height(planes, begin, count, column, bound, BELOW_2_50, sizeof(type), values);    \
            break;                                                                                 \
        case BELOW_2_64:                                                                           \
            fill_height(planes, begin, count, column, bound, BELOW_2_64, sizeof(type), values);    \
            break;                                                                                 \
        }                                                                                          \
    }

COLUMN_FUNCTION(count, FG_COLUMN_COUNT, uint64_t)
COLUMN_FUNCTION(sigma, FG_COLUMN_SIGMA, struct fg_uint128)
COLUMN_FUNCTION(phi, FG_COLUMN_PHI, uint64_t)
COLUMN_FUNCTION(mobius, FG_COLUMN_MOBIUS, int8_t)
COLUMN_FUNCTION(omega, FG_COLUMN_OMEGA, uint64_t)
COLUMN_FUNCTION(bigomega, FG_COLUMN_BIGOMEGA, uint64_t)
COLUMN_FUNCTION(radical, FG_COLUMN_RADICAL, uint64_t)
COLUMN_FUNCTION(spf, FG_COLUMN_SPF, uint64_t)
COLUMN_FUNCTION(gpf, FG_COLUMN_GPF, uint64_t)
COLUMN_FUNCTION(is_prime, FG_COLUMN_IS_PRIME, bool)
COLUMN_FUNCTION(smooth, FG_COLUMN_SMOOTH, bool)
COLUMN_FUNCTION(liouville, FG_COLUMN_LIOUVILLE, int8_t)
COLUMN_FUNCTION(squarefree, FG_COLUMN_SQUAREFREE, bool)
COLUMN_FUNCTION(core, FG_COLUMN_CORE, uint64_t)
COLUMN_FUNCTION(sopfr, FG_COLUMN_SOPFR, uint64_t)
COLUMN_FUNCTION(sopf, FG_COLUMN_SOPF, uint64_t)
COLUMN_FUNCTION(carmichael, FG_COLUMN_CARMICHAEL, uint64_t)

/* By column. A column that is not in the table is filled number by number. */
static column_function *const column_functions[] = {
    [FG_COLUMN_COUNT] = fill_count,
    [FG_COLUMN_SIGMA] = fill_sigma,
    [FG_COLUMN_PHI] = fill_phi,
    [FG_COLUMN_MOBIUS] = fill_mobius,
    [FG_COLUMN_OMEGA] = fill_omega,
    [FG_COLUMN_BIGOMEGA] = fill_bigomega,
    [FG_COLUMN_RADICAL] = fill_radical,
    [FG_COLUMN_SPF] = fill_spf,
    [FG_COLUMN_GPF] = fill_gpf,
    [FG_COLUMN_IS_PRIME] = fill_is_prime,
    [FG_COLUMN_SMOOTH] = fill_smooth,
    [FG_COLUMN_LIOUVILLE] = fill_liouville,
    [FG_COLUMN_SQUAREFREE] = fill_squarefree,
    [FG_COLUMN_CORE] = fill_core,
    [FG_COLUMN_SOPFR] = fill_sopfr,
    [FG_COLUMN_SOPF] = fill_sopf,
    [FG_COLUMN_CARMICHAEL] = fill_carmichael,
};

/* Returns the column's function, or NULL. */
static column_function *function_of(enum fg_column column) {
    const size_t count = sizeof column_functions / sizeof *column_functions;
    return (size_t)column < count ? column_functions[column] : NULL;
}

/* Fills one column of the block: groups in vectors, the numbers that fill no group one by one. */
static enum fg_status fill_column(const struct fg_planes *planes, uint32_t begin, uint32_t count,
                                  const struct fg_column_request *request, size_t at,
                                  struct fg_error *error) {
    column_function *const fill_groups = function_of(request->column);
    const uint32_t in_groups = fill_groups != NULL ? count - count % FG_GROUP : 0;
    const size_t bytes = fg_column_entry_bytes(request->column);
    if (in_groups > 0)
        fill_groups(planes, begin, in_groups, request->bound, (char *)request->values + at * bytes);
    if (in_groups == count)
        return FG_OK;
    return fg_planes_fill_columns(planes, begin + in_groups, count - in_groups, request, 1,
                                  at + in_groups, error);
}

/* Replaces the entries of the block's special numbers, whose first is at `at`. */
static enum fg_status fill_special(const struct fg_planes *planes, uint32_t begin, uint32_t count,
                                   const struct fg_column_request *requests, size_t request_count,
                                   size_t at, struct fg_error *error) {
    for (uint32_t word = 0; word < count; word += 64) {
        uint64_t bits;
        memcpy(&bits, planes->special + (begin + word) / 8, sizeof bits);
        for (; bits != 0; bits &= bits - 1) {
            const uint32_t i = word + (uint32_t)__builtin_ctzll(bits);
            FG_TRY(fg_planes_fill_columns(planes, begin + i, 1, requests, request_count, at + i,
                                          error));
        }
    }
    return FG_OK;
}

static enum fg_status fill_block(const struct fg_planes *planes, uint32_t begin, uint32_t count,
                                 const struct fg_column_request *requests, size_t request_count,
                                 size_t at, struct fg_error *error) {
    for (size_t k = 0; k < request_count; k++)
        FG_TRY(fill_column(planes, begin, count, fg_columns_request(requests, k), at, error));
    return fill_special(planes, begin, count, requests, request_count, at, error);
}

static enum fg_status fill_columns(const struct fg_planes *planes,
                                   const struct fg_column_request *requests, size_t request_count,
                                   size_t at, struct fg_error *error) {
    for (uint32_t begin = 0; begin < planes->count; begin += COLUMNS_BLOCK) {
        const uint32_t left = planes->count - begin;
        FG_TRY(fill_block(planes, begin, left < COLUMNS_BLOCK ? left : COLUMNS_BLOCK, requests,
                          request_count, at + begin, error));
    }
    return FG_OK;
}

#endif
