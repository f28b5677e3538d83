/* SPDX-License-Identifier: MIT */
/*
 * wide_completion.c: the rests of a block go to the CPU's engine together, so that its lanes are
 * full.
 */
#include "methods/factor/wide_completion.h"

#include "algorithms/primality.h"
#include "algorithms/wide_proof.h"
#include "batch/numbers.h"
#include "methods/factor/wide_factor.h"
#include "methods/factor/wide_work.h"
#include <stdlib.h>

/* Numbers of a block. As many primes of 128 bits take some 40 ms. */
#define BLOCK_NUMBERS 512
_Static_assert(BLOCK_NUMBERS <= FG_WIDE_TILE, "a block is one run of the CPU's engine");
/* One number in so many has its primes proved again by the CPU. */
#define PROVED_AGAIN 256

/* A thread's memory: the CPU's engine, and the numbers that it completes, which are those at
 * places[] of the batch. */
struct completion_space {
    struct fg_wide_work *work;
    size_t count;
    struct fg_uint128 rests[BLOCK_NUMBERS];
    uint32_t places[BLOCK_NUMBERS];
    struct fg_wide_factorization factors[BLOCK_NUMBERS];
};

static void release_space(void *memory) {
    struct completion_space *const space = memory;
    fg_wide_work_close(space->work);
    free(space);
}

/* Makes *own the thread's memory, which is allocated if this is its first block. */
static enum fg_status require_space(struct fg_worker_space *own, struct fg_error *error) {
    if (own->memory != NULL)
        return FG_OK;
    struct completion_space *const space = calloc(1, sizeof *space);
    if (space == NULL)
        return fg_fail_memory(error, sizeof *space);
    *own = (struct fg_worker_space){.memory = space, .release = release_space};
    const enum fg_status status = fg_wide_work_open(&space->work, error);
    if (status != FG_OK)
        fg_worker_space_release(own);
    return status;
}

bool fg_wide_completion_add(struct fg_wide_factorization *factors, fg_wide prime,
                            uint32_t exponent) {
    if (prime < 2 || exponent == 0 || exponent > FG_WIDE_PRIMES ||
        factors->distinct == FG_WIDE_DISTINCT)
        return false;
    fg_wide_factorization_add(factors, prime, exponent);
    return true;
}

static fg_wide number_at(const struct fg_wide_completion *batch, uint32_t i) {
    return fg_wide_join(batch->numbers[i].low, batch->numbers[i].high);
}

/* Takes in what the device has left of number i: a prime that it has proved is entered, and other
 * rests join the CPU's. Returns whether that can be right. */
static bool take_rest(const struct fg_wide_completion *batch, uint32_t i,
                      struct completion_space *space) {
    const struct fg_wide_rest rest = batch->rests[i];
    const fg_wide n = fg_wide_join(rest.n.low, rest.n.high);
    if (rest.kind == FG_WIDE_REST_NONE)
        return true;
    if (rest.kind == FG_WIDE_REST_PRIME)
        return n < FG_PROOF_BASES_END && fg_wide_completion_add(&batch->factors[i], n, 1);
    space->rests[space->count] = (struct fg_uint128){rest.n.low, rest.n.high};
    space->places[space->count++] = i;
    return n != 0;
}

/* Enters what the CPU has found of its k-th rest. Returns whether that can be right: of a number
 * that is not smooth the rest must divide it, or its primes say nothing about it. */
static bool enter_completed(const struct fg_wide_completion *batch,
                            const struct completion_space *space, size_t k) {
    const struct fg_wide_factorization *const found = &space->factors[k];
    const uint32_t i = space->places[k];
    struct fg_wide_factorization *const factors = &batch->factors[i];
    if (found->not_smooth) {
        fg_wide_factorization_clear(factors);
        factors->not_smooth = 1;
        return number_at(batch, i) % fg_wide_of_uint128(space->rests[k]) == 0;
    }
    for (uint32_t entry = 0; entry < found->distinct; entry++)
        if (!fg_wide_completion_add(factors, found->primes[entry], found->exponents[entry]))
            return false;
    return true;
}

/* Returns whether the CPU, too, proves the primes of a factorisation that the device has proved. */
static bool primes_are_right(const struct fg_wide_factorization *factors) {
    for (uint32_t i = 0; i < factors->distinct; i++) {
        const fg_wide prime = factors->primes[i];
        if (prime < FG_PROOF_BASES_END &&
            !(fg_wide_high(prime) == 0 ? fg_is_prime64(fg_wide_low(prime))
                                       : fg_proof_by_bases(prime)))
            return false;
    }
    return true;
}

/*
 * Returns whether the factorisation of number i is right. A product cannot show that a composite
 * was taken for a prime. A device whose tests go wrong makes this error again and again, so it is
 * enough to prove the primes of a sample again.
 */
static bool is_right(const struct fg_wide_completion *batch, uint32_t i) {
    const struct fg_wide_factorization *const factors = &batch->factors[i];
    if (factors->not_smooth)
        return true; /* enter_completed() has checked it */
    return fg_wide_factorization_product_is(factors, number_at(batch, i)) &&
           ((batch->first + i) % PROVED_AGAIN != 0 || primes_are_right(factors));
}

static enum fg_status fail_number(const struct fg_wide_completion *batch, uint32_t i,
                                  uint32_t *failed_at, struct fg_error *error) {
    const struct fg_uint128 number = {batch->numbers[i].low, batch->numbers[i].high};
    char text[FG_NUMBER_TEXT];
    *failed_at = i;
    return fg_fail(error, FG_ERROR_SELF_CHECK, "the factors of %s that a GPU has found are wrong",
                   fg_number_text(number, text));
}

/* Factorises the CPU's rests. */
static enum fg_status complete_rests(const struct fg_wide_completion *batch,
                                     struct completion_space *space, struct fg_error *error) {
    const struct fg_wide_options options = {.smooth_bound = fg_uint128_of_wide(batch->smooth_bound),
                                            .take_certificate = batch->take_certificate,
                                            .context = batch->certificate_context};
    if (space->count == 0)
        return FG_OK;
    const enum fg_status status = fg_wide_factor_run_with(
        space->work, options, space->rests, space->count, batch->cancelled, space->factors);
    if (status == FG_ERROR_CANCELLED)
        return fg_fail(error, status, "cancelled");
    if (status != FG_OK)
        return fg_fail(error, status,
                       "a factorisation on the CPU that completes the GPU's failed its check");
    return FG_OK;
}

static enum fg_status complete_block(struct fg_block_job *job, const struct fg_block *block,
                                     struct fg_worker_space *own, uint32_t *failed_at,
                                     struct fg_error *error) {
    const struct fg_wide_completion *const batch = (const struct fg_wide_completion *)job;
    FG_TRY(require_space(own, error));
    struct completion_space *const space = own->memory;
    space->count = 0;
    for (uint32_t i = block->first; i < block->first + block->count; i++)
        if (!take_rest(batch, i, space))
            return fail_number(batch, i, failed_at, error);
    FG_TRY(complete_rests(batch, space, error));
    for (size_t k = 0; k < space->count; k++)
        if (!enter_completed(batch, space, k))
            return fail_number(batch, space->places[k], failed_at, error);
    for (uint32_t i = block->first; i < block->first + block->count; i++)
        if (!is_right(batch, i))
            return fail_number(batch, i, failed_at, error);
    return FG_OK;
}

const struct fg_block_kind fg_wide_completions = {
    .max_numbers = BLOCK_NUMBERS, .is_long = true, .run = complete_block};
