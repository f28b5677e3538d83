/* SPDX-License-Identifier: MIT */
/*
 * rough_cofactors.c: a cofactor below (limit + 1)^2 is 1 or a prime. The engine takes the others of
 * a segment together. Of a composite cofactor all primes but the largest come into the large
 * planes: they are at most its root, so below 2^32, and above all primes of the sieve.
 */
#include "methods/sieve/rough_cofactors.h"

#include "algorithms/factorization.h"
#include "arith/target.h"
#include "batch/error.h"
#include "methods/factor/factor.h"
#include "methods/factor/factor_work.h"
#include <math.h>
#include <stdlib.h>

struct fg_rough_cofactors {
    struct fg_factor_work *work;
    size_t count;
    uint64_t numbers[FG_FACTOR_TILE]; /* the cofactors */
    uint32_t indexes[FG_FACTOR_TILE]; /* of the numbers of the segment that they belong to */
    struct fg_factorization factors[FG_FACTOR_TILE];
};

struct fg_rough_cofactors *fg_rough_cofactors_open(void) {
    struct fg_rough_cofactors *const cofactors = calloc(1, sizeof *cofactors);
    if (cofactors != NULL && fg_factor_work_open(&cofactors->work, NULL) != FG_OK) {
        free(cofactors);
        return NULL;
    }
    return cofactors;
}

void fg_rough_cofactors_close(struct fg_rough_cofactors *cofactors) {
    if (cofactors == NULL)
        return;
    fg_factor_work_close(cofactors->work);
    free(cofactors);
}

/*
 * Returns the limit if a further prime costs about 3 ns to make and to look for, once for all
 * numbers. It saves the engine less the larger it is. With 10^5 numbers at 10^18 and at 2^64, 2^26
 * is best; with 10^6, 2^28 to 2^30; with 10^7 at 2^64, all primes (85 ns a number, 101 with 2^31;
 * Zen 4).
 */
static double limit_for(double count) {
    return 0x1p26 * pow(count * 1e-5, 0.9);
}

uint32_t fg_rough_cofactors_limit(uint64_t count, uint32_t root, uint32_t made) {
    enum { LEAST = 1 << 20, CHEAPER = 4 /* is a prime that is made already */ };
    const double made_limit = fmin(made, limit_for((double)count * CHEAPER));
    const double wanted = fmax(fmax(limit_for((double)count), made_limit), LEAST);
    /* To look at every cofactor takes some nanoseconds: the last half of the primes is as cheap. */
    return 2 * wanted < root ? (uint32_t)wanted : root;
}

/* Returns n without the powers of p that it has. */
static uint64_t without(uint64_t n, uint64_t p) {
    while (n % p == 0)
        n /= p;
    return n;
}

/* Returns the cofactor of number i, which is special. */
static uint64_t special_cofactor(const struct fg_planes *planes, uint32_t i) {
    uint64_t n = planes->first + i;
    static const uint8_t tiny[] = {3, 5, 7};
    n >>= __builtin_ctzll(n);
    for (unsigned k = 0; k < sizeof tiny; k++)
        n = without(n, tiny[k]);
    for (uint32_t k = 0; k < planes->small_counts[i]; k++)
        n = without(n, fg_planes_small(planes, i, k) | 1);
    for (uint32_t k = 0; k < planes->large_counts[i]; k++)
        n = without(n, fg_planes_large(planes, i, k));
    return n;
}

/* Returns the cofactor of number i, which is not special. */
static uint64_t plain_cofactor(const struct fg_planes *planes, uint32_t i) {
    static const uint16_t powers_3[] = {1, 3, 9, 27, 81, 243, 729},
                          powers_5[] = {1, 5, 25, 125, 625}, powers_7[] = {1, 7, 49, 343, 2401};
    const struct fg_tiny_patterns *const tiny = planes->tiny;
    const uint64_t n = planes->first + i;
    uint64_t product = powers_3[tiny->of_3[(planes->at_3 + i) % FG_PERIOD_3]];
    product *= powers_5[tiny->of_5[(planes->at_5 + i) % FG_PERIOD_5]];
    product *= powers_7[tiny->of_7[(planes->at_7 + i) % FG_PERIOD_7]];
    for (uint32_t k = 0; k < planes->small_counts[i]; k++)
        product *= fg_planes_small(planes, i, k) | 1;
    for (uint32_t k = 0; k < planes->large_counts[i]; k++)
        product *= fg_planes_large(planes, i, k);
    return (n >> __builtin_ctzll(n)) / product;
}

/* Puts the primes of number i's cofactor into the planes, all but the last. A prime that divides
 * more than once makes the number special, because an entry stands for one division. */
static void put_primes(uint32_t i, const struct fg_factorization *factors,
                       const struct fg_large_planes *planes) {
    bool repeated = false;
    for (uint32_t k = 0; k < factors->distinct; k++) {
        repeated |= factors->exponents[k] > 1;
        if (k + 1 == factors->distinct && factors->exponents[k] == 1)
            break;
        const uint32_t at = planes->counts[i];
        FG_VERIFY_CHECK(at < FG_LARGE_PLANES && factors->primes[k] >> 32 == 0);
        planes->entries[(size_t)at * FG_LARGE_STRIDE + i] = (uint32_t)factors->primes[k];
        planes->counts[i] = (uint8_t)(at + 1);
    }
    if (repeated)
        planes->special[i >> 3] |= (uint8_t)(1U << (i & 7));
}

/* Factors the cofactors that were gathered, and forgets them. */
static enum fg_status settle_gathered(struct fg_rough_cofactors *cofactors,
                                      const struct fg_large_planes *planes,
                                      const atomic_bool *cancelled, struct fg_error *error) {
    static const atomic_bool never = false;
    const size_t count = cofactors->count;
    cofactors->count = 0;
    const enum fg_status status =
        fg_factor_run(cofactors->work, cofactors->numbers, count,
                      cancelled == NULL ? &never : cancelled, cofactors->factors);
    if (status == FG_ERROR_CANCELLED)
        return fg_fail(error, status, "the range was cancelled");
    if (status != FG_OK)
        return fg_fail(error, status,
                       "the cofactors of a range failed their check; the machine computes wrongly");
    for (size_t j = 0; j < count; j++)
        put_primes(cofactors->indexes[j], &cofactors->factors[j], planes);
    return FG_OK;
}

enum fg_status fg_rough_cofactors_settle(struct fg_rough_cofactors *cofactors,
                                         const struct fg_planes *planes, uint32_t limit,
                                         const struct fg_large_planes *writable,
                                         const atomic_bool *cancelled, struct fg_error *error) {
    const uint64_t next = (uint64_t)limit + 1; /* the limit is below 2^32 - 1, or nothing is left */
    cofactors->count = 0;
    for (uint32_t i = 0; i < planes->count; i++) {
        const bool special = fg_planes_is_special(planes, i);
        const uint64_t cofactor = special ? special_cofactor(planes, i) : plain_cofactor(planes, i);
        if (cofactor < next * next)
            continue;
        cofactors->indexes[cofactors->count] = i;
        cofactors->numbers[cofactors->count++] = cofactor;
        if (cofactors->count == FG_FACTOR_TILE)
            FG_TRY(settle_gathered(cofactors, writable, cancelled, error));
    }
    return cofactors->count == 0 ? FG_OK : settle_gathered(cofactors, writable, cancelled, error);
}
