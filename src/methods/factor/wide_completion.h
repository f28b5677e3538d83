/* SPDX-License-Identifier: MIT */
/*
 * wide_completion.h: the host's threads complete and check a device's factorisations of numbers of
 * two words.
 *
 * A device leaves the primes from 3317044064679887385961981 on, whose proofs take the CPU 10 us at
 * 96 bits and 80 us at 128, and composites that every step of its plan has missed. Numbers are
 * independent, so a batch is a job of block_workers.h.
 */
#ifndef FG_METHODS_FACTOR_WIDE_COMPLETION_H
#define FG_METHODS_FACTOR_WIDE_COMPLETION_H

#include "algorithms/wide_factorization.h"
#include "kernels/factor/wide_wavefront_launch.h"
#include "methods/factor/block_workers.h"

/* A batch of numbers, what a device has left of each, and its primes so far. */
struct fg_wide_completion {
    struct fg_block_job job; /* of fg_wide_completions */
    const struct fg_wide_words *numbers;
    const struct fg_wide_rest *rests;
    struct fg_wide_factorization *factors; /* which become complete, or are not smooth */
    size_t first;                          /* the index of numbers[0] in its run */
    fg_wide smooth_bound;                  /* 0: none */
    const atomic_bool *cancelled;
    /* Not NULL: is given the certificates of the primes that the host proves. */
    fg_certificate_consumer *take_certificate;
    void *certificate_context;
};

/*
 * Completes and checks the factorisations of a block. A number that is seen not to be smooth, if
 * there is a bound, has no entries afterwards, but `not_smooth`. FG_ERROR_SELF_CHECK, with the
 * number, if the primes do not multiply to it or a rest cannot be right; FG_ERROR_CANCELLED;
 * FG_ERROR_MEMORY.
 */
extern const struct fg_block_kind fg_wide_completions;

/* Multiplies a factorisation by prime^exponent, which came from a device or the host. Returns false
 * if no factorisation can have so many primes. */
bool fg_wide_completion_add(struct fg_wide_factorization *factors, fg_wide prime,
                            uint32_t exponent);

#endif
